"""How much of a receipt is paid back, and what that leaves of its offers on the goods that are kept.

From the receipt and what came back of it alone: no network, no offers of today. Whoever asks later, at any till, gets
the same answer, so nothing of it need be remembered but the sums of what came back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from promotions.codec import OfferRefused, decode_offer
from promotions.returns import Kept, Lost, Offs, Term, kept_offs, lost_of
from promotions.rule import Offer
from retail.adjust import adjustment
from retail.allocate import allocate
from retail.cells import take_back_part
from retail.documents.sale import Line, Run, Sale
from retail.ids import DocumentId, RunRef
from retail.wire import ReturnedRun

Place = tuple[int, int]
"""A line's number and the place of a run in it."""

_ANY: Final = RunRef(DocumentId("", b"", 0), 0, 0)


class Rest(NamedTuple):
    """What is kept of a run as it was sold, all its units together."""

    units: int
    gross: int
    net: int
    reductions: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Left:
    """A receipt after some of it came back: `refunded` in all, what is `gone` of each run, and by how much each offer
    takes less (negative: more) off the kept runs than when they were sold. `lost` names the thresholds that are missed
    now."""

    refunded: int
    gone: Mapping[Place, ReturnedRun] = field(default_factory=dict)
    less: Mapping[Place, Mapping[str, int]] = field(default_factory=dict)
    lost: tuple[Lost, ...] = ()


@dataclass(frozen=True, slots=True)
class Sold:
    """A receipt with its offers read; made once for all questions about it."""

    sale: Sale
    terms: tuple[Term, ...]
    paid: int


def sold(sale: Sale) -> Sold:
    """The receipt with those of its offers that price again what is kept."""
    terms: list[Term] = []
    for applied in sale.offers:
        offer = _read(applied.body) if applied.body and applied.layer != "later" else None
        if offer is not None:
            terms.append(Term(offer, applied.off, applied.times, frozenset(applied.lines), frozenset(applied.floored)))
    return Sold(sale, tuple(terms), sum(run.units * run.net for _, _, run in runs_of(sale)))


def _read(body: bytes) -> Offer | None:
    """The offer; None when it is newer than this program, which then pays back what the goods cost as sold."""
    try:
        offer = decode_offer(body)
    except OfferRefused:
        return None
    return offer if isinstance(offer, Offer) else None


def left_of(receipt: Sold, back: Iterable[ReturnedRun], refunded: int | None = None) -> Left:
    """What is left of a receipt of which `back` is gone.

    So much is paid back in all that what is kept has cost what it costs by itself: paid − price(kept), but never less
    than `refunded` (what was paid back before; then the offers keep so much more) and never more than was paid.
    Without offers that price again: what the goods cost as sold.
    """
    gone = _gone(back)
    rests = {place: _rest(run, gone.get(place)) for place, _, run in runs_of(receipt.sale)}
    prorated = receipt.paid - sum(rest.net for rest in rests.values())
    if not receipt.terms or not any(run.quantity_milli for run in gone.values()) or not 0 <= prorated <= receipt.paid:
        return Left(prorated, gone)
    if refunded is not None and refunded > receipt.paid:
        return Left(prorated, gone)
    places = [place for place, rest in rests.items() if rest.units]
    kept = [_kept(place, rests[place], receipt) for place in places]
    offs = kept_offs(kept, receipt.terms)
    price = sum(run.base - run.other - sum(taken.values()) for run, taken in zip(kept, offs, strict=True))
    due = max(receipt.paid - price, refunded or 0, 0)
    lost = lost_of(kept, receipt.terms, offs)
    _leave_more(kept, offs, price - (receipt.paid - due), receipt.terms)
    less = {
        place: changed
        for place, run, taken in zip(places, kept, offs, strict=True)
        if (changed := _difference(run.taken, taken))
    }
    return Left(due, gone, less, lost)


def moved(receipt: Sold, before: Sequence[ReturnedRun], after: Sequence[ReturnedRun]) -> tuple[Left, Left]:
    """What was left before some more came back, and what is left after. `before` tells what was paid back, and `after`
    the goods of both."""
    refunded = sum(run.net for run in before)
    was = left_of(receipt, before, refunded)
    return _as_told(receipt, was, before, refunded), left_of(receipt, after, refunded)


def kept_net(receipt: Sold, left: Left, lines: frozenset[int]) -> int:
    """What the goods of these lines that are kept cost now."""
    return sum(
        _rest(run, left.gone.get(place)).net + sum(left.less.get(place, {}).values())
        for place, line, run in runs_of(receipt.sale)
        if line.number in lines
    )


def _gone(back: Iterable[ReturnedRun]) -> dict[Place, ReturnedRun]:
    """What came back of each run, however many times it is told of."""
    found: dict[Place, ReturnedRun] = {}
    for run in back:
        place, held = (run.line, run.run), found.get((run.line, run.run))
        if held is not None:
            units, milli = held.units + run.units, held.quantity_milli + run.quantity_milli
            run = ReturnedRun(*place, units, milli, held.net + run.net)
        found[place] = run
    return found


def _as_told(receipt: Sold, was: Left, before: Iterable[ReturnedRun], refunded: int) -> Left:
    """What the sums of what came back say, where they differ from what this program would have done."""
    gone = _gone(before)
    less: dict[Place, Mapping[str, int]] = {}
    for place, _, run in runs_of(receipt.sale):
        told = gone.get(place)
        if told is None:
            continue
        amount = run.units * run.net - _rest(run, told).net - told.net
        meant = was.less.get(place, {})
        if amount != sum(meant.values()):
            meant = {_main(receipt.terms): amount} if amount and receipt.terms else {}
        if meant:
            less[place] = meant
    return Left(refunded, gone, less, was.lost)


def _main(terms: Sequence[Term]) -> str:
    return max(terms, key=lambda term: (term.off, term.offer.id)).offer.id


def runs_of(sale: Sale) -> Iterable[tuple[Place, Line, Run]]:
    """The runs of all goods that went out."""
    for line in sale.lines:
        if line.voided is None and line.quantity_milli > 0:
            for number, run in enumerate(line.runs):
                yield (line.number, number), line, run


def _rest(run: Run, gone: ReturnedRun | None) -> Rest:
    units, cells = run.units, Counter[tuple[str, str]]()
    if gone is not None and run.units > 1:
        units = max(run.units - gone.units, 0)
    elif gone is not None and gone.quantity_milli >= run.quantity_milli:
        units = 0
    for cut in run.reductions:
        cells[cut.source, cut.reference] += units * cut.amount
    gross, net = units * run.gross, units * run.net
    if units == 1 and run.units == 1 and gone is not None and gone.quantity_milli > 0:
        part = take_back_part(run, gone.quantity_milli, _ANY)
        gross, net = gross + part.gross, net + part.net
        for cut in part.reductions:
            cells[cut.source, cut.reference] += cut.amount
    return Rest(units, gross, net, cells)


def _kept(place: Place, rest: Rest, receipt: Sold) -> Kept:
    terms = {term.offer.id for term in receipt.terms}
    by_goods = {applied.offer for applied in receipt.sale.offers if applied.layer == "item"}
    exclusive = {applied.offer for applied in receipt.sale.offers if applied.exclusive}
    offers = {name: amount for (source, name), amount in rest.reductions.items() if source == "offer"}
    on_goods = sum(amount for name, amount in offers.items() if name in by_goods - terms)
    taken = {name: amount for name, amount in offers.items() if name in terms}
    base = rest.gross - on_goods
    counts = exclusive.isdisjoint(offers)
    return Kept(*place, rest.units, rest.gross, base, base - sum(taken.values()) - rest.net, taken, counts)


def _leave_more(kept: Sequence[Kept], offs: Offs, more: int, terms: Sequence[Term]) -> None:
    """Leaves `more` off the kept goods than they would have by themselves, for so much was paid back before: first of
    what is taken back from them, then of what they cost."""
    if more <= 0:
        return
    nets = [run.base - run.other - sum(taken.values()) for run, taken in zip(kept, offs, strict=True)]
    gains = [max(sum(run.taken.values()) - sum(taken.values()), 0) for run, taken in zip(kept, offs, strict=True)]
    weights = gains if sum(gains) >= more else nets
    for run, taken, extra in zip(kept, offs, allocate(more, weights), strict=True):
        names = [name for name in run.taken if run.taken[name] > taken.get(name, 0)]
        rooms = [run.taken[name] - taken.get(name, 0) for name in names]
        if sum(rooms) < extra:
            names, rooms = [_main(terms)], [extra]
        for name, share in zip(names, allocate(extra, rooms), strict=True):
            taken[name] = taken.get(name, 0) + share


def _difference(sold_with: Mapping[str, int], taken: Mapping[str, int]) -> dict[str, int]:
    names = dict.fromkeys((*sold_with, *taken))
    found = {name: sold_with.get(name, 0) - taken.get(name, 0) for name in names}
    return {name: amount for name, amount in found.items() if amount}


class Adjusted(NamedTuple):
    """What moves at the kept goods of a line that was sold."""

    line: Line
    run: Run


def adjustments(receipt: Sold, document: DocumentId, was: Left, now: Left) -> tuple[Adjusted, ...]:
    """What moves at kept goods, from what was left before to what is left now."""
    found: list[Adjusted] = []
    for place, line, run in runs_of(receipt.sale):
        before, after = was.less.get(place, {}), now.less.get(place, {})
        if before == after:
            continue
        made = adjustment(run, line.ownership, RunRef(document, *place), before, after)
        if made is not None:
            found.append(Adjusted(line, made))
    return tuple(found)
