"""A linear program in whole numbers, and what its variables mean in units of goods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from promotions import Context, Offer
from tests.promotions.oracles.goods import Stock
from tests.promotions.oracles.ways import Off

Terms = dict[int, int]
"""Variable -> coefficient."""


class Row(NamedTuple):
    """Terms that must come to between `least` and `most`."""

    terms: Terms
    least: int
    most: int


@dataclass(slots=True)
class Program:
    """Variables from 0 to their upper bounds, rows, and what is maximised."""

    uppers: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    objective: Terms = field(default_factory=dict)

    def variable(self, upper: int = 1, worth: int = 0) -> int:
        """A new variable, 0 to `upper`."""
        self.uppers.append(upper)
        place = len(self.uppers) - 1
        if worth:
            self.objective[place] = worth
        return place

    def row(self, terms: Terms, least: int, most: int) -> None:
        """A new row; rows without terms say nothing."""
        if terms:
            self.rows.append(Row(terms, least, most))


class Choice(NamedTuple):
    """What a variable means, once: the units that are then taken."""

    units: tuple[Off, ...]


@dataclass(slots=True)
class Model:
    """The program of one basket and what its variables mean. Where it is not `exact` it allows more than the rules."""

    stock: Stock
    context: Context
    joint: list[Offer]
    program: Program = field(default_factory=Program)
    choices: dict[int, Choice] = field(default_factory=dict)
    exact: bool = True

    @property
    def big(self) -> int:
        """More than anything on this receipt."""
        return sum(goods.gross * count for goods, count in self.stock) + 1

    def choice(self, units: Sequence[Off], upper: int = 1) -> int:
        """A variable for taking these units with what is off each."""
        place = self.program.variable(upper, sum(off for _, off, _ in units))
        self.choices[place] = Choice(tuple(units))
        return place

    def count_terms(self, variables: Sequence[int]) -> Terms:
        """The units that these choices take."""
        return {variable: len(self.choices[variable].units) for variable in variables}
