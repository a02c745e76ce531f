"""Units of sale gathered into price classes: units of one article at one price, on whatever lines they stand.

The choice is made for classes, so neither the order of the lines nor the division of a line among clerks can change
it; units go back to their lines, lowest number first, only when everything is decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, NamedTuple

from promotions.basket import Article, BasketLine
from retail.cells import PricedRun, gross_runs
from retail.money import extend_minor
from retail.quantity import MILLI


class ClassKey(NamedTuple):
    """What makes units equal. Sorted, it puts the dearest first, then by article."""

    negative_gross: int
    article: Article
    quantity_milli: int
    floor: int = 0
    """No combination of offers takes a unit below this; never more than it costs."""


class Piece(NamedTuple):
    """Equal units of a line."""

    key: ClassKey
    units: int


@dataclass(frozen=True, slots=True, eq=False)
class PriceClass:
    """Equal units and where they stand: (number of the line, how many), by number.

    A class is the very same object as before exactly while nothing of it has changed.
    """

    key: ClassKey
    count: int
    places: tuple[tuple[int, int], ...]

    @property
    def gross(self) -> int:
        """What one unit costs before any offer."""
        return -self.key.negative_gross

    @property
    def room(self) -> int:
        """The most that offers together may take off one unit."""
        return -self.key.negative_gross - self.key.floor


@dataclass(frozen=True, slots=True)
class Units:
    """The units of all lines: `classes` in canonical order, the pieces of each line in that order, too."""

    lines: Mapping[int, BasketLine] = field(default_factory=dict)
    pieces: Mapping[int, tuple[Piece, ...]] = field(default_factory=dict)
    by_key: Mapping[ClassKey, PriceClass] = field(default_factory=dict)
    classes: tuple[PriceClass, ...] = ()


NO_UNITS: Final = Units()


def line_runs(line: BasketLine) -> tuple[PricedRun, ...]:
    """The line's units before any offer."""
    return gross_runs(line.gross_minor, line.quantity_milli, measured=not line.counted)


def units_of(lines: Sequence[BasketLine], before: Units = NO_UNITS, currency: str = "CNY") -> Units:
    """All units that may take part in offers. Only lines that are not the very same as before are looked at."""
    known = before.lines
    come = [line for line in lines if known.get(line.number) is not line]
    now = {line.number: line for line in lines}
    gone = [number for number, line in known.items() if now.get(number) is not line]
    if not come and not gone:
        return before
    pieces = dict(before.pieces)
    changed: dict[ClassKey, dict[int, int]] = {}
    for number in gone:
        for piece in pieces.pop(number):
            _places(piece.key, changed, before).pop(number)
    for line in come:
        pieces[line.number] = _pieces(line, currency)
        for piece in pieces[line.number]:
            _places(piece.key, changed, before)[line.number] = piece.units
    return _regathered(now, pieces, changed, before)


def _pieces(line: BasketLine, currency: str) -> tuple[Piece, ...]:
    """The line's units, dearer ones first; none where the line takes no part."""
    if not line.takes_offers or line.quantity_milli <= 0 or line.gross_minor < 0:
        return ()
    price, article = line.floor_unit_price, line.article
    units, part = divmod(line.quantity_milli, MILLI)
    if line.counted and not price and not part and line.gross_minor % units == 0:
        # Most lines are so many units at one price.
        return (Piece(ClassKey(-line.gross_minor // units, article, MILLI), units),)
    return tuple(
        [
            Piece(ClassKey(-run.gross, article, run.quantity_milli, _floor(price, run, currency)), run.units)
            for run in line_runs(line)
        ]
    )


def _floor(unit_price: int, run: PricedRun, currency: str) -> int:
    return min(run.gross, extend_minor(unit_price, run.quantity_milli, currency)) if unit_price else 0


def _places(key: ClassKey, changed: dict[ClassKey, dict[int, int]], before: Units) -> dict[int, int]:
    """The places of a class that changes, to be changed."""
    if key not in changed:
        found = before.by_key.get(key)
        changed[key] = dict(found.places) if found is not None else {}
    return changed[key]


def _regathered(
    lines: Mapping[int, BasketLine],
    pieces: Mapping[int, tuple[Piece, ...]],
    changed: Mapping[ClassKey, Mapping[int, int]],
    before: Units,
) -> Units:
    by_key = dict(before.by_key)
    replaced = {by_key.pop(key, None) for key in changed}
    for key, places in changed.items():
        if places:
            by_key[key] = PriceClass(key, sum(places.values()), tuple(sorted(places.items())))
    kept = [found for found in before.classes if found not in replaced]
    made = [by_key[key] for key in changed if key in by_key]
    # Sorting what is sorted but for a few at its end takes little more than one look at each.
    return Units(lines, pieces, by_key, tuple(sorted([*kept, *made], key=attrgetter("key"))))
