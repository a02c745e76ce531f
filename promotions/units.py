"""Units of sale gathered into price classes: units of one article at one price, on whatever lines they stand.

The choice is made for classes, so neither the order of the lines nor the division of a line among clerks can change
it; units go back to their lines, lowest number first, only when everything is decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from promotions.basket import Article, BasketLine
from retail.cells import PricedRun, gross_runs


class ClassKey(NamedTuple):
    """What makes units equal. Sorted, it puts the dearest first, then by article."""

    negative_gross: int
    article: Article
    quantity_milli: int


@dataclass(slots=True)
class PriceClass:
    """Equal units and where they stand: (place of the line in the basket, how many)."""

    key: ClassKey
    count: int = 0
    places: list[tuple[int, int]] = field(default_factory=list)

    @property
    def gross(self) -> int:
        """What one unit costs before any offer."""
        return -self.key.negative_gross


def line_runs(line: BasketLine) -> tuple[PricedRun, ...]:
    """The line's units before any offer."""
    return gross_runs(line.gross_minor, line.quantity_milli, measured=not line.counted)


def price_classes(lines: Sequence[BasketLine]) -> list[PriceClass]:
    """All units that may take part in offers, in canonical order; within a class by line number."""
    classes: dict[ClassKey, PriceClass] = {}
    for place in sorted(range(len(lines)), key=lambda place: lines[place].number):
        line = lines[place]
        if not line.takes_offers or line.quantity_milli <= 0 or line.gross_minor < 0:
            continue
        for run in line_runs(line):
            key = ClassKey(-run.gross, line.article, run.quantity_milli)
            found = classes.get(key)
            if found is None:
                found = classes[key] = PriceClass(key)
            found.count += run.units
            found.places.append((place, run.units))
    return [classes[key] for key in sorted(classes)]
