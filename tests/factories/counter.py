"""A counter without screens: sells baskets under offers and takes goods back, as documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import promotions
from pos_terminal.checkout.lines import TakenBack
from pos_terminal.checkout.taking_back import returned_by, runs_taken
from promotions import Basket, BasketLine, Context, Offer
from promotions.applied import told_of
from promotions.refund import Left, Sold, adjustments, moved, sold
from retail.cells import ReturnedLine, SoldLine, with_reduction
from retail.documents.sale import Reduction, Sale
from retail.effects import Sums, add, effects
from retail.ids import DocumentId
from retail.ownership import UNOWNED, Ownership
from retail.wire import ReturnedRun
from tests.factories.receipts import Goods, document_id, envelope_for, sale_of, with_struct


@dataclass(frozen=True, slots=True)
class Extra:
    """What a line has beside its goods: owners, tax, and an amount taken off by hand."""

    ownership: Ownership = UNOWNED
    tax: tuple[str, int] = ("", 0)
    by_hand: int = 0


def sell(lines: Sequence[BasketLine], offers: Sequence[Offer], context: Context, extras: Sequence[Extra] = ()) -> Sale:
    """The receipt of these lines (numbered from 1) under the offers, paid in cash."""
    offer_set = promotions.compile(offers, store="s1")
    priced = promotions.price(Basket(tuple(lines)), offer_set, context)
    goods = []
    for place, (line, answer) in enumerate(zip(lines, priced.lines, strict=True)):
        extra = extras[place] if place < len(extras) else Extra()
        by_hand = min(extra.by_hand, answer.net)
        runs = with_reduction(answer.runs, Reduction("manual", "line_discount", 0), by_hand) if by_hand else answer.runs
        goods.append(Goods(line.item, SoldLine(runs, *extra.tax, extra.ownership), extra.ownership))
    told = told_of(priced, offer_set, lines, context.coupons)
    return with_struct(sale_of(goods), **told._asdict())


@dataclass
class Counter:
    """A sold receipt, and all that came back of it so far."""

    sale: Sale
    document: DocumentId = field(default_factory=document_id)
    returns: list[Sale] = field(default_factory=list)
    last: Left = field(default_factory=lambda: Left(0))

    def __post_init__(self) -> None:
        self.sums: Sums = {}
        self._fold(self.sale)

    @property
    def receipt(self) -> Sold:
        """The receipt with its offers read."""
        return sold(self.sale)

    @property
    def already(self) -> tuple[ReturnedRun, ...]:
        """What came back, as the sums of any journal tell it."""
        return tuple(
            ReturnedRun(int(key[3]), int(key[4]), *amounts)
            for (ledger, key), amounts in self.sums.items()
            if ledger == "returned"
        )

    def take(self, *wanted: tuple[int, int]) -> Sale:
        """The receipt of a return: (line number, thousandths) each."""
        before = after = self.already
        goods: list[Goods] = []
        for number, quantity_milli in wanted:
            line = self.sale.lines[number - 1]
            runs = runs_taken(TakenBack(self.document, line, after, quantity_milli))
            after = (*after, *returned_by(runs))
            goods.append(Goods(line.item, ReturnedLine(runs), line.ownership))
        was, now = moved(self.receipt, before, after)
        moves = adjustments(self.receipt, self.document, was, now)
        goods += [Goods(line.item, ReturnedLine((run,)), line.ownership) for line, run in moves]
        made = sale_of(goods)
        lines = [
            with_struct(line, entry="adjustment") if place >= len(wanted) else line
            for place, line in enumerate(made.lines)
        ]
        made = with_struct(made, lines=tuple(lines))
        self.returns.append(made)
        self.last = now
        self._fold(made)
        return made

    def take_all(self) -> Sale:
        """The receipt of everything that is left."""
        return self.take(*((number, left) for number, left in self.left().items() if left))

    def left(self) -> dict[int, int]:
        """Line number -> thousandths still out."""
        back = {run.line: 0 for run in self.already}
        for run in self.already:
            back[run.line] += run.quantity_milli
        return {
            line.number: line.quantity_milli - back.get(line.number, 0)
            for line in self.sale.lines
            if line.quantity_milli > 0
        }

    def _fold(self, document: Sale) -> None:
        add(self.sums, effects(envelope_for(document), document))
