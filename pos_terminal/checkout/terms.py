"""The store's settings that bear on selling, as headquarters sends them: one configuration row per field, as JSON.

A setting this till does not know is ignored, one it cannot read is reported and keeps its default: a typing error at
headquarters must not stop a store from selling.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_type_hints

import msgspec

from retail.barcode_rules import BarcodeRules
from retail.documents.sale import TenderKind

RoundingRule = Literal["none", "down_10", "half_10", "down_100", "half_100"]
"""What payment in cash does to the amount due (抹零): cut or rounded to ten or a hundred minor units."""


class Department(msgspec.Struct, frozen=True, omit_defaults=True):
    """A department that goods without a code are keyed into. Without `item` its sales are booked on the department."""

    code: str
    name: str
    item: str = ""
    tax_code: str = ""
    tax_rate_bp: int = 0


class Terms(msgspec.Struct, frozen=True, omit_defaults=True):
    """How this store sells. Amounts are minor units, quantities thousandths.

    `zone` is the price zone; `counted_tenders` what is counted at the end of a shift; `other_tenders` names further
    means of payment; `pools` the counters whose lines belong to a pool.
    """

    store_name: str = ""
    store_address: str = ""
    store_phone: str = ""
    receipt_footer: tuple[str, ...] = ()
    zone: str = ""
    currency: str = "CNY"
    rounding: RoundingRule = "none"
    tenders: tuple[TenderKind, ...] = ("cash", "card", "wallet_qr", "voucher", "coupon", "other")
    other_tenders: tuple[str, ...] = ()
    counted_tenders: tuple[TenderKind, ...] = ("cash",)
    departments: tuple[Department, ...] = ()
    pools: tuple[str, ...] = ()
    clerk_needed: bool = False
    quantity_max_milli: int = 9_999_000
    amount_max_minor: int = 100_000_000
    change_max_minor: int = 100_000
    barcode_rules: BarcodeRules = BarcodeRules()
    keymap: dict[str, str] = {}


_FIELDS: Final = get_type_hints(Terms)


def terms_of(rows: Mapping[str, bytes], defaults: Terms | None = None) -> tuple[Terms, tuple[str, ...]]:
    """The settings in these configuration rows, and the names of those that could not be read.

    >>> terms_of({"rounding": b'"down_10"', "pools": b"7", "of_tomorrow": b"1"})[1]
    ('pools',)
    """
    read: dict[str, object] = {}
    unreadable: list[str] = []
    for name, value in rows.items():
        if name not in _FIELDS:
            continue
        try:
            read[name] = msgspec.json.decode(value, type=_FIELDS[name])
        except (msgspec.DecodeError, ValueError):
            unreadable.append(name)
    return msgspec.structs.replace(defaults or Terms(), **read), tuple(unreadable)
