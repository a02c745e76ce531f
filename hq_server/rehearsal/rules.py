"""One receipt priced without the drafts and with them, and the sums over many. Pure: receipts come in, figures go out.

Both sides are priced by the engine from the same basket, so they differ by the drafts alone. What was taken off by
hand, and rounding of the sum, are left out on both sides.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from hq_server.rehearsal.outcome import DayCost, Displaced, Example, ItemTouched, Outcome
from hq_server.rehearsal.receipts import SoldReceipt
from hq_server.rehearsal.uses import Uses
from hq_server.reports.rules import cost_minor
from promotions import Context, Offer, OfferSet, Priced, Window, compile, price
from retail.cells import included_tax

ITEMS_SHOWN: Final = 200
WORST_SHOWN: Final = 20
EXPENSIVE_SHOWN: Final = 100


def as_if_now(offer: Offer) -> Offer:
    """The offer without its dates: next month's draft on last month's receipts. Weekdays and hours stay."""
    window = offer.window
    return msgspec.structs.replace(offer, window=Window(weekdays=window.weekdays, slots=window.slots))


def beside(drafts: Sequence[Offer], others: Iterable[Offer]) -> list[Offer]:
    """Of the offers at the tills those whose time meets a draft's: with them it will have to live."""
    return [other for other in others if any(_meet(draft.window, other.window) for draft in drafts)]


def _meet(one: Window, other: Window) -> bool:
    return (not one.until_minute or other.from_minute < one.until_minute) and (
        not other.until_minute or one.from_minute < other.until_minute
    )


@dataclass(frozen=True, slots=True)
class Play:
    """A set of offers, and those of them whose uses are counted."""

    offers: OfferSet
    limited: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A store's two sets of offers: without the drafts and with them. A draft takes the place of the revision it
    replaces."""

    before: Play
    after: Play
    drafts: frozenset[str]
    manual: tuple[str, ...]

    @property
    def asks_purchases(self) -> bool:
        """Whether any offer asks which purchase of the member's a receipt is."""
        return any(offer.audience.purchases for play in (self.before, self.after) for offer in play.offers.offers)


def stage_for(drafts: Sequence[Offer], others: Sequence[Offer], *, store: str, currency: str) -> Stage:
    """The stage for one store, everything as if it held now."""
    names = frozenset(draft.id for draft in drafts)
    held = [as_if_now(other) for other in beside(drafts, others)]
    tried = [as_if_now(draft) for draft in drafts]
    after = [other for other in held if other.id not in names] + tried
    return Stage(
        _play(held, store, currency),
        _play(after, store, currency),
        names,
        tuple(draft.id for draft in drafts if draft.manual),
    )


def _play(offers: Sequence[Offer], store: str, currency: str) -> Play:
    compiled = compile(offers, store=store, currency=currency)
    return Play(compiled, tuple(offer for offer in compiled.offers if offer.limits.counted))


@dataclass(slots=True)
class Tally:
    """Sums over receipts, in the order they were sold: limits are used up as they would have been."""

    currency: str
    priced: int = 0
    touched: int = 0
    changed: int = 0
    cost_minor: int = 0
    gross: int = 0
    sold_off: int = 0
    net_before: int = 0
    net_after: int = 0
    margin_before: int = 0
    margin_after: int = 0
    uncosted_net: int = 0
    unproven: int = 0
    left_out: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    items: dict[str, list[int]] = field(default_factory=dict)
    displaced: dict[str, list[int]] = field(default_factory=dict)
    days: dict[int, list[int]] = field(default_factory=dict)
    worst: list[tuple[int, str, int, int, Example]] = field(default_factory=list)
    uses_before: Uses = field(default_factory=Uses)
    uses_after: Uses = field(default_factory=Uses)

    def add(self, sold: SoldReceipt, stage: Stage) -> None:
        """Prices one receipt twice and takes in what came of it."""
        context = replace(sold.context, picked=(*sold.context.picked, *stage.manual))
        before = self._priced(sold, stage.before, context, self.uses_before)
        after = self._priced(sold, stage.after, context, self.uses_after)
        off = sum(applied.off_minor for applied in after.applied if applied.offer in stage.drafts)
        margin_before, _ = margin_of(sold, before)
        margin_after, uncosted = margin_of(sold, after)
        self.priced += 1
        self.changed += before.total != after.total
        self.gross += after.gross
        self.sold_off += sold.offers_minor
        self.net_before += before.total
        self.net_after += after.total
        self.margin_before += margin_before
        self.margin_after += margin_after
        self.uncosted_net += uncosted
        self.unproven += bool(before.gap or after.gap)
        self.left_out.update(f"{skipped.offer}: {skipped.reason}" for skipped in stage.after.offers.skipped)
        self._compare_others(before, after, stage.drafts)
        if off:
            self._take_in(sold, before, after, off, margin_after, stage.drafts)

    def _priced(self, sold: SoldReceipt, play: Play, context: Context, uses: Uses) -> Priced:
        known = uses.known(play.limited, sold.member, sold.business_date)
        answer = price(sold.basket, play.offers, replace(context, used=known))
        uses.count(play.limited, answer, sold.member, sold.business_date)
        return answer

    def _compare_others(self, before: Priced, after: Priced, drafts: frozenset[str]) -> None:
        """What offers that are no drafts took off, where it is not the same."""
        then, now = (
            {applied.offer: applied.off_minor for applied in priced.applied if applied.offer not in drafts}
            for priced in (before, after)
        )
        for offer in then.keys() | now.keys():
            was, found = then.get(offer, 0), now.get(offer, 0)
            if was != found:
                entry = self.displaced.setdefault(offer, [0, 0, 0])
                entry[0] += 1
                entry[1] += was
                entry[2] += found

    def _take_in(
        self, sold: SoldReceipt, before: Priced, after: Priced, off: int, margin: int, drafts: frozenset[str]
    ) -> None:
        self.touched += 1
        self.cost_minor += off
        if sold.member:
            self.members.add(sold.member)
        day = self.days.setdefault(sold.business_date, [0, 0])
        day[0] += 1
        day[1] += off
        for item, amounts in _by_item(sold, before, after, drafts).items():
            entry = self.items.setdefault(item, [0, 0, 0, 0])
            for place, amount in enumerate((1, *amounts)):
                entry[place] += amount
        lost = before.total - after.total
        example = Example(sold.store, sold.business_date, sold.position, before.total, after.total, off, margin)
        # The key makes the heap's order depend on the receipts alone: it never compares two examples.
        heapq.heappush(self.worst, (lost, sold.store, -sold.business_date, -sold.position, example))
        if len(self.worst) > WORST_SHOWN:
            heapq.heappop(self.worst)

    def outcome(self, *, receipts: int, possible: int) -> Outcome:
        """The figures so far."""
        items = sorted(self.items.items(), key=lambda entry: (-entry[1][1], entry[0]))[:ITEMS_SHOWN]
        others = sorted(self.displaced.items(), key=lambda entry: (entry[1][2] - entry[1][1], entry[0]))
        return Outcome(
            currency=self.currency,
            receipts=receipts,
            possible=possible,
            priced=self.priced,
            touched=self.touched,
            changed=self.changed,
            members=len(self.members),
            cost_minor=self.cost_minor,
            gross=self.gross,
            sold_off=self.sold_off,
            off_before=self.gross - self.net_before,
            off_after=self.gross - self.net_after,
            net_before=self.net_before,
            net_after=self.net_after,
            margin_before=self.margin_before,
            margin_after=self.margin_after,
            uncosted_net=self.uncosted_net,
            unproven=self.unproven,
            items=tuple(ItemTouched(item, *amounts) for item, amounts in items),
            displaced=tuple(Displaced(offer, *amounts) for offer, amounts in others[:EXPENSIVE_SHOWN]),
            worst=tuple(entry[4] for entry in sorted(self.worst, key=lambda entry: entry[:4], reverse=True)),
            days=tuple(DayCost(day, *amounts) for day, amounts in sorted(self.days.items())),
            left_out=tuple(sorted(self.left_out)),
        )


def margin_of(sold: SoldReceipt, priced: Priced) -> tuple[int, int]:
    """(net less tax less cost of the lines whose cost is known, net less tax of the others)."""
    margin = uncosted = 0
    for line, tax_bp, cost in zip(priced.lines, sold.tax_bp, sold.cost_scaled, strict=True):
        kept = line.net - included_tax(line.net, tax_bp)
        if cost is None:
            uncosted += kept
        else:
            margin += kept - cost_minor(cost, sold.currency)
    return margin, uncosted


def _by_item(
    sold: SoldReceipt, before: Priced, after: Priced, drafts: frozenset[str]
) -> Mapping[str, tuple[int, int, int]]:
    """(off by drafts, net before, net after) of the items that the drafts took something off."""
    found: dict[str, tuple[int, int, int]] = {}
    for line, then, now in zip(sold.basket.lines, before.lines, after.lines, strict=True):
        off = sum(run.units * cut.amount for run in now.runs for cut in run.reductions if cut.reference in drafts)
        held = found.get(line.item, (0, 0, 0))
        found[line.item] = (held[0] + off, held[1] + then.net, held[2] + now.net)
    return {item: amounts for item, amounts in found.items() if amounts[0]}
