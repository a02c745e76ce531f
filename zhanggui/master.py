"""A chain as headquarters needs to know it before it can sell: stores, people, goods, prices, offers, settings.

Both sample chains are values of this shape, so that one import loads either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from promotions import Offer
from retail.feeds import BarcodeRow, CouponSeriesRow, ItemRow, MemberRow, PriceRow, RoleRow
from retail.functions import FUNCTIONS
from retail.rights import APPROVE, UNLIMITED

CASHIER: Final = "cashier"
MANAGER: Final = "manager"
CLERK: Final = "clerk"

SAMPLE_PINS: Final = {CASHIER: "1234", MANAGER: "8888"}
"""The PINs of all cashiers and managers of the sample chains. Clerks own lines and never sign on."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A store with its zone and tills."""

    store: str
    name: str
    zone: str
    tills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of one store. `operator` is what is typed at the till: digits only, unique over the chain."""

    operator: str
    name: str
    role: str
    store: str


@dataclass(frozen=True, slots=True)
class ItemCost:
    """What one unit costs, in ten-thousandths of the major unit."""

    item: str
    amount: int


@dataclass(frozen=True, slots=True)
class Member:
    """A member and the audience whose tills know them without asking: a store, a zone or the chain."""

    row: MemberRow
    audience: str = "chain"


@dataclass(frozen=True, slots=True)
class SettingValue:
    """A named setting of all stores; `value` is what its JSON says."""

    name: str
    value: object


@dataclass(frozen=True, slots=True)
class Chain:
    """A whole chain's master data. `zones` are (code, name)."""

    name: str
    currency: str
    utc_offset_min: int
    zones: tuple[tuple[str, str], ...]
    shops: Sequence[Shop]
    people: Sequence[Person]
    roles: Sequence[RoleRow]
    items: Sequence[ItemRow]
    barcodes: Sequence[BarcodeRow]
    prices: Sequence[PriceRow]
    costs: Sequence[ItemCost]
    members: Sequence[Member]
    offers: Sequence[Offer]
    settings: Sequence[SettingValue]
    coupons: Sequence[CouponSeriesRow] = ()


def sample_roles() -> tuple[RoleRow, ...]:
    """What the sample chains' people may do: cashiers the daily work within limits, managers approve the rest."""
    rights = tuple(function.code for function in FUNCTIONS if function.right)
    daily = ("line_discount", "receipt_discount", "return", "reprint", "cash_in", "x_report", "z_report", "promotion")
    return (
        RoleRow(CLERK),
        RoleRow(CASHIER, daily, {"discount_bp": 500, "return_minor": 20_000, "return_alone_minor": 5_000}),
        RoleRow(
            MANAGER,
            tuple(APPROVE + code for code in rights),
            {
                "discount_bp": UNLIMITED,
                "return_minor": UNLIMITED,
                "return_without_receipt_minor": UNLIMITED,
                "return_alone_minor": UNLIMITED,
                "cash_out_minor": UNLIMITED,
            },
        ),
    )
