"""What is priced: the lines of a receipt as the engine needs them, and the circumstances that conditions ask about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Article(NamedTuple):
    """What an offer's scope may name about goods. `stage` is the stage of life (new, normal, clearance …), `tags` are
    the retailer's own and those of the very piece (a label for goods near their date); `regular` says that they are
    at their regular price."""

    item: str
    department: str = ""
    category: str = ""
    brand: str = ""
    supplier: str = ""
    stage: str = ""
    tags: tuple[str, ...] = ()
    unit_price: int = 0
    regular: bool = True


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line of goods going out, at the unit price that is in force for it (ten-thousandths of the major unit).

    A counted line is `quantity_milli` / 1000 units; anything measured is one unit, whatever its weight. A line that
    takes no offers (a price set by hand) is left as it is and counts toward no threshold; so do lines that are not
    positive, because goods that come back never earn an offer. No combination of offers brings a piece (or a
    kilogram) below `floor_unit_price`.
    """

    number: int
    item: str
    department: str
    category: str
    brand: str
    quantity_milli: int
    unit_price: int
    gross_minor: int
    counted: bool = True
    takes_offers: bool = True
    supplier: str = ""
    stage: str = ""
    tags: tuple[str, ...] = ()
    regular: bool = True
    floor_unit_price: int = 0

    @property
    def article(self) -> Article:
        """The goods on this line as scopes see them."""
        return Article(
            self.item,
            self.department,
            self.category,
            self.brand,
            self.supplier,
            self.stage,
            self.tags,
            self.unit_price,
            self.regular,
        )


@dataclass(frozen=True, slots=True)
class Basket:
    """The lines of one receipt; every number occurs once."""

    lines: tuple[BasketLine, ...]

    def __post_init__(self) -> None:
        if len({line.number for line in self.lines}) != len(self.lines):
            raise ValueError("lines: every line needs a number of its own")


class Coupon(NamedTuple):
    """A coupon handed over: the code on it, and the series that offers ask for. A shared code is its own series."""

    code: str
    series: str


class Used(NamedTuple):
    """What is known of an offer's use before this receipt: by this member within the offer's period, and by all."""

    member_uses: int = 0
    total_uses: int = 0
    total_units: int = 0
    total_minor: int = 0


@dataclass(frozen=True, slots=True)
class Context:
    """When and for whom, as conditions ask for it.

    `local_minute` counts minutes since 1970 in the store's own time; `member_level` is empty without a member.
    `birthday` is the member's as MMDD (0: unknown), `purchases` how often the member bought before (-1: unknown).
    `coupons` stand in the order in which they are to be used up. `picked` are the manual offers that were chosen,
    `tender` is how the receipt is paid as soon as that is known, `terminal` the kind of till. `used` says how far
    offers with limits are used up; an offer that is not in it is not known about. `counters` are the member's running
    counts (stamps). `points` may be spent on this receipt at most; `vouchers_minor` of it is paid with vouchers, which
    earn no points.
    """

    local_minute: int
    member_level: str = ""
    coupons: tuple[Coupon, ...] = ()
    groups: tuple[str, ...] = ()
    birthday: int = 0
    purchases: int = -1
    picked: tuple[str, ...] = ()
    tender: str = ""
    terminal: str = ""
    used: Mapping[str, Used] = field(default_factory=dict)
    counters: Mapping[str, int] = field(default_factory=dict)
    points: int = 0
    vouchers_minor: int = 0
