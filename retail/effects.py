"""What a document adds up to: keyed amounts that till, hub and headquarters each fold into their own sums.

A ledger is a name, the parts of its key and its measures. `effects` is pure and looks at one document only, so any
store can rebuild any sum from the entries alone, in any order of documents, and get the same figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from retail.codec import Envelope
from retail.documents.base import Document
from retail.documents.offers import Reversal
from retail.documents.sale import Line, Sale
from retail.documents.stock import StockAdjustment, StockLine, StockReceipt, TransferIn, TransferOut
from retail.documents.till import CashMovement, ShiftOpen

MS_PER_MINUTE: Final = 60_000
MINUTES_PER_DAY: Final = 1440

Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """One kind of sum: what its key is made of and what it measures (integers all).

    Amounts and quantities are zero again when everything came back. `receipts` and `lines` count what was sold, so that
    a line returned in three visits is not minus two lines; of a tender, `receipts` counts each time it was used.
    """

    name: str
    keys: tuple[str, ...]
    measures: tuple[str, ...]


LEDGERS: Final[dict[str, Ledger]] = {
    ledger.name: ledger
    for ledger in (
        Ledger("stock", ("item",), ("quantity_milli",)),
        Ledger("item_day", ("business_date", "item"), ("quantity_milli", "gross", "reduction", "net", "tax")),
        Ledger("hour_day", ("business_date", "hour"), ("receipts", "lines", "net")),
        Ledger("clerk_day", ("business_date", "clerk", "ownership"), ("lines", "net")),
        Ledger("tender_shift", ("business_date", "till", "shift", "tender"), ("receipts", "amount")),
        Ledger("drawer_shift", ("business_date", "till", "shift", "reason"), ("amount",)),
        Ledger("reduction_day", ("business_date", "source", "reference"), ("amount",)),
        Ledger("member_day", ("business_date", "member"), ("receipts", "net")),
        Ledger("returned", ("till", "incarnation", "seq", "line", "run"), ("units", "quantity_milli", "net")),
        Ledger("offer_use", ("offer",), ("receipts", "units", "amount")),
        Ledger("member_use", ("offer", "member", "business_date"), ("receipts",)),
        Ledger("stamp", ("member", "counter"), ("count",)),
        Ledger("purchase", ("member",), ("receipts",)),
        Ledger("coupon_use", ("code",), ("uses",)),
    )
}


class Effect(NamedTuple):
    """Amounts, one per measure of the ledger, to be added under the key."""

    ledger: str
    key: Key
    amounts: tuple[int, ...]


def effects(envelope: Envelope, document: Document) -> list[Effect]:
    """The effects of one document, in a fixed order. Documents that only record have none."""
    fold = _FOLDS.get(type(document))
    return fold(envelope, document) if fold else []


def local_hour(envelope: Envelope) -> int:
    """The hour of day, 0 to 23, at the store when the document was made."""
    minutes = envelope.at_ms // MS_PER_MINUTE + envelope.utc_offset_min
    return minutes % MINUTES_PER_DAY // 60


def _sale(envelope: Envelope, document: Document) -> list[Effect]:
    assert isinstance(document, Sale)
    date = envelope.business_date
    live = [line for line in document.lines if line.voided is None]
    result: list[Effect] = []
    for line in live:
        _line(result, date, line)
    sold = sum(_goes_out(line) for line in live)
    receipts = 1 if sold or not live else 0
    result.append(Effect("hour_day", (date, local_hour(envelope)), (receipts, sold, document.net)))
    for tender in document.tenders:
        if tender.amount:
            key: Key = (date, envelope.till, document.shift, tender.kind)
            result.append(Effect("tender_shift", key, (1, tender.amount)))
    if document.member:
        result.append(Effect("member_day", (date, document.member), (receipts, document.net)))
        if receipts:
            result.append(Effect("purchase", (document.member,), (receipts,)))
    _uses(result, document.member, date, 1, document)
    for reversal in document.reversals:
        _uses(result, reversal.member, reversal.business_date, -1, reversal)
    return result


def _uses(result: list[Effect], member: str, date: int, sign: int, source: Sale | Reversal) -> None:
    """What limits count: uses of offers that have one, stamps, coupons. A receipt taken back whole gives them back,
    to the member and the day that they were counted for."""
    for applied in source.offers:
        if applied.counted and (applied.off or applied.times):
            result.append(Effect("offer_use", (applied.offer,), (sign, sign * applied.times, sign * applied.off)))
            if member:
                result.append(Effect("member_use", (applied.offer, member, date), (sign,)))
    for stamped in source.stamped if member else ():
        result.append(Effect("stamp", (member, stamped.counter), (sign * stamped.count,)))
    for coupon in source.coupons:
        result.append(Effect("coupon_use", (coupon.code,), (sign,)))


def _goes_out(line: Line) -> bool:
    return line.quantity_milli >= 0 and line.entry != "adjustment"


def _line(result: list[Effect], date: int, line: Line) -> None:
    quantity = gross = net = tax = 0
    clerks: dict[str, int] = {}
    reductions: dict[tuple[str, str], int] = {}
    for run in line.runs:
        units = run.units
        quantity += units * run.quantity_milli
        gross += units * run.gross
        net += units * run.net
        for tax_cell in run.taxes:
            tax += units * tax_cell.amount
        for cell in run.clerks:
            clerks[cell.clerk] = clerks.get(cell.clerk, 0) + units * cell.amount
        for cut in run.reductions:
            reason = (cut.source, cut.reference)
            reductions[reason] = reductions.get(reason, 0) + units * cut.amount
        if run.origin is not None:
            document = run.origin.document
            place: Key = (
                document.till,
                document.incarnation.hex(),
                document.seq,
                run.origin.line,
                run.origin.run,
            )
            back = (units if run.quantity_milli else 0, -units * run.quantity_milli, -units * run.net)
            result.append(Effect("returned", place, back))
    result.append(Effect("stock", (line.item,), (-quantity,)))
    result.append(Effect("item_day", (date, line.item), (quantity, gross, gross - net, net, tax)))
    for clerk, amount in clerks.items():
        result.append(Effect("clerk_day", (date, clerk, line.ownership.kind), (1 if _goes_out(line) else 0, amount)))
    for (source, reference), amount in reductions.items():
        result.append(Effect("reduction_day", (date, source, reference), (amount,)))


def _stock(lines: Iterable[StockLine], sign: int) -> list[Effect]:
    return [Effect("stock", (line.item,), (sign * line.quantity_milli,)) for line in lines]


def _goods_in(_: Envelope, document: Document) -> list[Effect]:
    assert isinstance(document, StockReceipt | TransferIn | StockAdjustment)
    return _stock(document.lines, 1)


def _goods_out(_: Envelope, document: Document) -> list[Effect]:
    assert isinstance(document, TransferOut)
    return _stock(document.lines, -1)


def _float(envelope: Envelope, document: Document) -> list[Effect]:
    assert isinstance(document, ShiftOpen)
    key: Key = (envelope.business_date, envelope.till, document.shift, "float")
    return [Effect("drawer_shift", key, (document.float_amount,))]


def _cash(envelope: Envelope, document: Document) -> list[Effect]:
    assert isinstance(document, CashMovement)
    key: Key = (envelope.business_date, envelope.till, document.shift, "movement")
    return [Effect("drawer_shift", key, (document.amount,))]


_FOLDS: Final[dict[type[Document], Callable[[Envelope, Document], list[Effect]]]] = {
    Sale: _sale,
    StockReceipt: _goods_in,
    TransferIn: _goods_in,
    StockAdjustment: _goods_in,
    TransferOut: _goods_out,
    ShiftOpen: _float,
    CashMovement: _cash,
}


Sums = dict[tuple[str, Key], tuple[int, ...]]


def add(sums: Sums, found: Iterable[Effect]) -> None:
    """Adds effects into `sums` in place."""
    for ledger, key, amounts in found:
        place = (ledger, key)
        held = sums.get(place)
        sums[place] = amounts if held is None else tuple(a + b for a, b in zip(held, amounts, strict=True))
