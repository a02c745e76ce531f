"""What is priced: the lines of a receipt as the engine needs them, and the circumstances that conditions ask about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Article(NamedTuple):
    """What an offer's scope may name about goods."""

    item: str
    department: str = ""
    category: str = ""
    brand: str = ""


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line of goods going out, at the unit price that is in force for it (ten-thousandths of the major unit).

    A counted line is `quantity_milli` / 1000 units; anything measured is one unit, whatever its weight. A line that
    takes no offers (a price set by hand, a markdown) is left as it is and counts toward no threshold; so do lines
    that are not positive, because goods that come back never earn an offer.
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

    @property
    def article(self) -> Article:
        """The goods on this line as scopes see them."""
        return Article(self.item, self.department, self.category, self.brand)


@dataclass(frozen=True, slots=True)
class Basket:
    """The lines of one receipt; every number occurs once."""

    lines: tuple[BasketLine, ...]

    def __post_init__(self) -> None:
        if len({line.number for line in self.lines}) != len(self.lines):
            raise ValueError("lines: every line needs a number of its own")


@dataclass(frozen=True, slots=True)
class Context:
    """When and for whom: minutes since 1970 in the store's own time, the member's level (empty: no member) and the
    coupon codes that were handed over."""

    local_minute: int
    member_level: str = ""
    coupons: tuple[str, ...] = ()
