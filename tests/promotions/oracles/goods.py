"""The units of a basket as the oracles see them, gathered into goods that are alike in all respects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from promotions import Article, BasketLine, Offer


class Goods(NamedTuple):
    """Units that are alike. In their order the dearest come first."""

    less_gross: int
    article: Article
    quantity_milli: int
    floor_unit_price: int

    @property
    def gross(self) -> int:
        """What one of them costs before any offer."""
        return -self.less_gross

    @property
    def floor(self) -> int:
        """What one of them costs at least, whatever offers there are."""
        return min(self.gross, half_up(Fraction(self.floor_unit_price * self.quantity_milli, 100_000)))

    @property
    def room(self) -> int:
        """What may at most be taken off one of them."""
        return self.gross - self.floor


class Taken(NamedTuple):
    """A unit and what item offers take off it; an exclusive offer keeps it from all others. `offer` is empty for a
    unit that no item offer has."""

    goods: Goods
    off: int
    offer: str = ""
    exclusive: bool = False


class Truth(NamedTuple):
    """The least total after item offers and those on the receipt that the choice has in view; where earlier passes end
    in a tie that the rules leave to the order of goods, all totals that may follow. `ranked` is the most ranked
    discount that the most item discount may have, `applications` the fewest with that (-1: not looked at). Where it is
    not `exact` no choice costs less, but perhaps none costs so little."""

    totals: frozenset[int]
    ranked: int = -1
    applications: int = -1
    exact: bool = True


Stock = tuple[tuple[Goods, int], ...]
"""Goods and how many of each, in order."""


def half_up(amount: Fraction) -> int:
    """The nearest whole number, halves up."""
    return (amount + Fraction(1, 2)).__floor__()


def stock_of(lines: Iterable[BasketLine]) -> Stock:
    """All units that take part in offers. A line's gross must divide evenly among its pieces."""
    found: Counter[Goods] = Counter()
    for line in lines:
        if not line.takes_offers or line.quantity_milli <= 0 or line.gross_minor < 0:
            continue
        units = line.quantity_milli // 1000 if line.counted else 1
        gross, uneven = divmod(line.gross_minor, units)
        assert not uneven, "the oracles know only lines whose gross divides evenly"
        found[Goods(-gross, line.article, line.quantity_milli // units, line.floor_unit_price)] += units
    return tuple(sorted(found.items()))


def covered(offer: Offer, stock: Stock) -> list[int]:
    """The places in the stock of the goods in the offer's scope."""
    return [place for place, (goods, _) in enumerate(stock) if offer.scope.covers(goods.article)]
