"""Whether headquarters comes to the very cells that a till wrote on a receipt, when it prices the receipt again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from hq_server.rehearsal.receipts import SoldReceipt, goes_out
from promotions import OfferSet, Priced, price
from retail.cells import PricedRun
from retail.documents.sale import Run, Sale

_encoder: Final = msgspec.json.Encoder()


def priced_again(sold: SoldReceipt, offers: OfferSet) -> Priced:
    """What the receipt comes to under these offers."""
    return price(sold.basket, offers, sold.context)


def differences(sale: Sale, priced: Priced) -> list[str]:
    """The lines on which the till's cells (every unit's quantity, gross and offers) are other bytes than ours; a
    sentence for each. Reductions by hand and the rounding of cash are the till's own and left out."""
    found: list[str] = []
    lines = [line for line in sale.lines if goes_out(line)]
    for line, ours in zip(lines, priced.lines, strict=True):
        theirs, again = _bytes_of(line.runs), _bytes_of(ours.runs)
        if theirs != again:
            found.append(f"line {line.number} ({line.item}): {theirs.decode()} at the till, {again.decode()} here")
    return found


def _bytes_of(runs: Iterable[Run | PricedRun]) -> bytes:
    return _encoder.encode(list(_units(runs)))


def _units(runs: Iterable[Run | PricedRun]) -> Iterator[tuple[int, int, list[tuple[str, int]]]]:
    """Unit by unit: runs that differ only in what a till adds (tenders, tax) are split further there."""
    for run in runs:
        offers = [(cut.reference, cut.amount) for cut in run.reductions if cut.source == "offer"]
        for _ in range(run.units):
            yield run.quantity_milli, run.gross, offers
