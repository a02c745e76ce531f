"""How far offers with limits are used up: what came down, and what this till sold since.

The first look counts the entries behind the marks, which may be a month of receipts: a lane does that while the till
starts, and until it is done nobody knows. From then on each look reads only what is new, on the till's own thread.
"""

from __future__ import annotations

from collections.abc import Callable
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
        self._limited: tuple[bytes, dict[str, Limits]] = (b"", {})
        self._ready = False
        lane.do(self._catch_up)

    def known(self, offers: OfferSet, member: str, local_minute: int) -> Known:
        """Uses of the offers with limits, and the member's running counts; `member` may be empty."""
        if not self._ready:
            return NOTHING_KNOWN
        limited = self._limits_of(offers)
        if not limited:
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
        )

    def close(self) -> None:
        """Closes the files."""
        self._feeds.close()
        self._journal.close()

    def _catch_up(self) -> None:
        self._own.follow(self._feeds.marks())
        self._ready = True

    def _limits_of(self, offers: OfferSet) -> dict[str, Limits]:
        if self._limited[0] != offers.hash:
            found = {offer.id: offer.limits for offer in offers.offers}
            self._limited = (offers.hash, {name: one for name, one in found.items() if one.counted or one.counter})
        return self._limited[1]

    def _is_stale(self, uses: Uses) -> bool:
        contact = self._feeds.contact()
        return not uses.known or contact is None or self._wall_ms() - contact.at_ms > STALE_MS


def _used(uses: Uses, offer: str, limits: Limits, business_date: int) -> Used:
    return used(limits, Total(*uses.totals[offer]), uses.member_days[offer], business_date)
