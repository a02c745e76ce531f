"""Keeps items and barcodes, and publishes what changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy.orm import Session

from hq_server.catalog.rules import search_keys
from hq_server.errors import Invalid
from hq_server.feeds.publishing import CHAIN, Change, publish
from hq_server.models.catalog import Barcode, Item
from hq_server.models.tables import table_of
from hq_server.upsert import upsert
from hq_server.users import audit
from retail.feeds import BarcodeRow, ItemRow
from retail.quantity import QUANTITY_LIMIT_MILLI

_ITEM_COLUMNS: Final = (
    *("item_id", "name", "department", "unit", "measured", "pinyin", "tax_code", "tax_rate_bp", "plu", "brand"),
    *("category", "on_sale", "attributes"),
)
_BARCODE_COLUMNS: Final = ("code", "item_id", "quantity_milli")
NAME_LENGTH_MAX: Final = 200
CODE_LENGTH_MAX: Final = 64


def put_items(session: Session, items: Iterable[ItemRow], *, actor: str, at: datetime, audience: str = CHAIN) -> int:
    """Makes or changes items and publishes them; returns the position of feed `items` that has them all.

    Search keys are made here for names in Chinese that come without.
    """
    rows = [_with_keys(_checked(item)) for item in items]
    count = upsert(session, table_of(Item), _ITEM_COLUMNS, map(_item_values, rows))
    audit.record(session, actor=actor, action="items.put", subject=f"{count} items", at=at)
    return publish(session, "items", (Change(row.item, row, audience) for row in rows), at=at)


def put_barcodes(
    session: Session, barcodes: Iterable[BarcodeRow], *, actor: str, at: datetime, audience: str = CHAIN
) -> int:
    """Makes or changes codes and publishes them; returns the position of feed `barcodes` that has them all."""
    rows = list(barcodes)
    for row in rows:
        if not 0 < len(row.code) <= CODE_LENGTH_MAX or not 0 < row.quantity_milli <= QUANTITY_LIMIT_MILLI:
            raise Invalid(f"a code has up to {CODE_LENGTH_MAX} characters and a quantity above zero: {row.code!r}")
    values = ((row.code, row.item, row.quantity_milli) for row in rows)
    count = upsert(session, table_of(Barcode), _BARCODE_COLUMNS, values)
    audit.record(session, actor=actor, action="barcodes.put", subject=f"{count} codes", at=at)
    return publish(session, "barcodes", (Change(row.code, row, audience) for row in rows), at=at)


def withdraw_barcodes(session: Session, codes: Iterable[str], *, actor: str, at: datetime) -> int:
    """Takes codes out of use; returns the feed's position."""
    found = [held for code in codes if (held := session.get(Barcode, code)) is not None]
    for held in found:
        session.delete(held)
    session.flush()
    audit.record(session, actor=actor, action="barcodes.withdraw", subject=f"{len(found)} codes", at=at)
    return publish(session, "barcodes", [Change(held.code, None) for held in found], at=at)


def _checked(item: ItemRow) -> ItemRow:
    if not item.item or not 0 < len(item.name) <= NAME_LENGTH_MAX:
        raise Invalid(f"an item has a code and a name of up to {NAME_LENGTH_MAX} characters: {item.item!r}")
    if any("\0" in text for text in (item.item, item.name, item.department, item.brand, item.category)):
        raise Invalid(f"item {item.item!r} has a character that no text may have")
    if not 0 <= item.tax_rate_bp < 10_000:
        raise Invalid(f"a tax rate is 0 to 100 %: item {item.item}")
    return item


def _with_keys(item: ItemRow) -> ItemRow:
    keys = "" if item.pinyin else search_keys(item.name)
    return msgspec.structs.replace(item, pinyin=keys) if keys else item


def _item_values(row: ItemRow) -> tuple[object, ...]:
    attributes = msgspec.json.encode(row.attributes).decode()
    return (
        *(row.item, row.name, row.department, row.unit, row.measured, row.pinyin, row.tax_code, row.tax_rate_bp),
        *(row.plu, row.brand, row.category, row.on_sale, attributes),
    )
