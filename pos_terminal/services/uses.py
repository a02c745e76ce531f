"""How far offers with limits are used up, and how often a member bought: what came down, and what this till sold since.

The first look counts the entries behind the marks, which may be a month of receipts: a lane does that while the till
starts, and until it is done nobody knows. From then on each look reads only what is new, on the till's own thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from pos_terminal.checkout.state import NOTHING_KNOWN, Known
from pos_terminal.services.lanes import Lane
from promotions import Limits, OfferSet, Used
from promotions.limits import Total, used
from store_db.feed_reader import FeedReader
from store_db.journal_reader import JournalReader
from store_db.own_effects import OwnEffects
from store_db.uses import USE_LEDGERS, Uses, uses_of

STALE_MS: Final = 60 * 60 * 1000
"""When headquarters was last heard of longer ago, what others used is not known any more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a set of offers asks about earlier receipts: limits by offer, and the highest number of a purchase (0: none
    asks)."""

    offer_set: bytes
    limited: Mapping[str, Limits]
    purchase: int


def asked_by(offers: OfferSet) -> Asked:
    """What these offers ask."""
    limited = {one.id: one.limits for one in offers.offers if one.limits.counted or one.limits.counter}
    return Asked(
        offers.hash, limited, max((max(one.audience.purchases, default=0) for one in offers.offers), default=0)
    )


class UseDesk:
    """Answers from files that it alone reads with; `close` it after its lane."""

    def __init__(
        self,
        feeds: FeedReader,
        journal: JournalReader,
        lane: Lane,
        *,
        business_date: Callable[[], int],
        wall_ms: Callable[[], int],
    ) -> None:
        self._feeds, self._journal = feeds, journal
        self._business_date, self._wall_ms = business_date, wall_ms
        self._own = OwnEffects(journal.db, USE_LEDGERS)
        self._asked = Asked(b"", {}, 0)
        self._ready = False
        lane.do(self._catch_up)

    def known(self, offers: OfferSet, member: str, local_minute: int) -> Known:
        """Uses of the offers with limits, the member's running counts, and the member's purchases where an offer asks
        for them; `member` may be empty."""
        if not self._ready:
            return NOTHING_KNOWN
        if self._asked.offer_set != offers.hash:
            self._asked = asked_by(offers)
        limited, purchase = self._asked.limited, self._asked.purchase
        if not limited and not purchase:
            return NOTHING_KNOWN
        uses = uses_of(self._feeds, self._own, limited, member)
        stale = self._is_stale(uses)
        day = self._business_date()
        return Known(
            {
                offer: _used(uses, offer, limits, day)
                for offer, limits in limited.items()
                if limits.counted and not (stale and limits.unknown == "refuse")
            },
            uses.counters,
            uses.purchases if member and not stale and 0 < purchase <= uses.purchases_told else -1,
        )

    def close(self) -> None:
        """Closes the files."""
        self._feeds.close()
        self._journal.close()

    def _catch_up(self) -> None:
        self._own.follow(self._feeds.marks())
        self._ready = True

    def _is_stale(self, uses: Uses) -> bool:
        contact = self._feeds.contact()
        return not uses.known or contact is None or self._wall_ms() - contact.at_ms > STALE_MS


def _used(uses: Uses, offer: str, limits: Limits, business_date: int) -> Used:
    return used(limits, Total(*uses.totals[offer]), uses.member_days[offer], business_date)
