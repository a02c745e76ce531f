"""Where each feed's rows are stored: the table, and the columns that are searched. The body is stored as it came."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from retail.feeds import (
    BarcodeRow,
    BaselineRow,
    ConfigurationRow,
    CouponBlockRow,
    CouponSeriesRow,
    ItemRow,
    MemberRow,
    OfferRow,
    PriceRow,
    RoleRow,
    StaffRow,
    TillKeyRow,
)
from store_db.balances import key_bytes

Columns = tuple[str | bytes | int, ...]


@dataclass(frozen=True, slots=True)
class FeedTable:
    """The table of a feed. `natural` is the field that its rows' keys repeat, so that a lookup by it needs no index;
    None where headquarters chooses the keys. `searched` gives the values of `columns`."""

    name: str
    row: type[msgspec.Struct]
    natural: str | None = None
    columns: tuple[str, ...] = ()
    searched: Callable[[Any], Columns] = lambda row: ()

    def put(self, table: str) -> str:
        """The statement that puts a row into `table`, which is this table or one that is to take its place."""
        columns = ("key", *self.columns, "body")
        places = ", ".join("?" * len(columns))
        return f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608  # names are ours


def fold(text: str) -> str:
    """Text as it is searched: no case, no full-width forms, single spaces.

    >>> fold(" Ｍilk  伊利")
    'milk 伊利'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def search_text(item: ItemRow) -> str:
    """What an item is found by: its name, and after it its pinyin keys, each behind a space."""
    return f"{fold(item.name)}\n {fold(item.pinyin)}"


TABLES: Final[dict[str, FeedTable]] = {
    "items": FeedTable("item", ItemRow, "item", ("plu", "search"), lambda row: (row.plu, search_text(row))),
    "barcodes": FeedTable("barcode", BarcodeRow, "code", ("item",), lambda row: (row.item,)),
    "prices": FeedTable("price", PriceRow, None, ("item",), lambda row: (row.item,)),
    "offers": FeedTable("offer", OfferRow, "offer"),
    "staff": FeedTable("staff", StaffRow, "operator"),
    "roles": FeedTable("role", RoleRow, "role"),
    "configuration": FeedTable("configuration", ConfigurationRow, "name"),
    "till_keys": FeedTable("till_key", TillKeyRow, "till"),
    "members": FeedTable("member", MemberRow, "member", ("card",), lambda row: (row.card,)),
    "coupon_series": FeedTable("coupon_series", CouponSeriesRow, "series"),
    "coupon_blocks": FeedTable("coupon_block", CouponBlockRow, "code"),
    "baselines": FeedTable(
        "baseline", BaselineRow, None, ("ledger", "place"), lambda row: (row.ledger, key_bytes(row.key))
    ),
}
"""Every feed that this release knows; one that is not named here is refused, and asked for again after an update."""
