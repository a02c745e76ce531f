"""How far limits are used up in the course of a rehearsal: it begins with nothing used and counts its own receipts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from promotions import Offer, Priced, Used
from promotions.limits import Total, used

NOTHING: Mapping[int, int] = {}


@dataclass(slots=True)
class Uses:
    """Uses by offer, and by member and business date."""

    totals: dict[str, Total] = field(default_factory=dict)
    by_member: dict[tuple[str, str], dict[int, int]] = field(default_factory=dict)

    def known(self, limited: Iterable[Offer], member: str, business_date: int) -> dict[str, Used]:
        """What a till would know of offers with limits before this receipt."""
        return {
            offer.id: used(
                offer.limits,
                self.totals.get(offer.id, Total()),
                self.by_member.get((offer.id, member), NOTHING),
                business_date,
            )
            for offer in limited
        }

    def count(self, limited: Iterable[Offer], priced: Priced, member: str, business_date: int) -> None:
        """Takes in what a receipt used of them."""
        names = {offer.id for offer in limited}
        for applied in priced.applied if names else ():
            if applied.offer not in names or not applied.off_minor:
                continue
            total = self.totals.get(applied.offer, Total())
            self.totals[applied.offer] = Total(
                total.receipts + 1, total.units + applied.times, total.amount_minor + applied.off_minor
            )
            if member:
                days = self.by_member.setdefault((applied.offer, member), {})
                days[business_date] = days.get(business_date, 0) + 1
