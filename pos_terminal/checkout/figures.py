"""What every line of the open receipt comes to: price in force, gross, reductions by source, net."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pos_terminal.checkout.lines import OpenLine
from promotions import BasketLine
from promotions.refund import Adjusted, Left, Sold
from retail.cells import PricedRun
from retail.documents.sale import PriceSource, Run
from retail.ids import DocumentId


@dataclass(frozen=True, slots=True)
class LineFigures:
    """The amounts of `line`, in minor units; those of a return are negative, those of a struck-out line are what it
    stood at. `runs` are the cells of goods going out, `taken` those of goods coming back."""

    line: OpenLine
    unit_price: int
    source: PriceSource
    gross: int
    net: int
    runs: tuple[PricedRun, ...] = ()
    taken: tuple[Run, ...] = ()
    basket_line: BasketLine | None = None

    @property
    def saved(self) -> int:
        """What was taken off the line."""
        return self.gross - self.net


@dataclass(frozen=True, slots=True)
class Undone:
    """What the goods coming back undo of the receipt they were sold with: what was left of it before and what is left
    now, and what that moves at the goods that are kept."""

    document: DocumentId
    business_date: int
    sold: Sold
    was: Left
    now: Left
    adjusted: tuple[Adjusted, ...]

    @property
    def net(self) -> int:
        """What is moved adds to the amount due: positive where offers are taken back."""
        return sum(found.run.net for found in self.adjusted)


@dataclass(frozen=True, slots=True)
class Figures:
    """All lines, in the receipt's order, what coming goods undo of the receipts they were sold with, and for the lines
    that count what is due and what was taken off."""

    lines: tuple[LineFigures, ...] = ()
    due: int = 0
    saved: int = 0
    member_level: str = ""
    undone: tuple[Undone, ...] = ()


NOTHING_DUE: Final = Figures()
