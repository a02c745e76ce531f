"""What tills need to know of the uses of offers with a limit, over all stores.

Rows of a member's uses and counts stand once for each store that has a part in them; tills add them up. Of an offer's
total use there is one row for the whole chain: the sum of what has been published of every store. A store's part moves
only in the transaction that publishes its marks, so its tills never count an entry of their own twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from hq_server.feeds.publishing import CHAIN, Change, publish
from promotions.codec import OfferRefused, decode_offer
from promotions.limits import Period
from promotions.rule import Offer
from retail.feeds import BaselineRow, OfferRow, decode_row

FEED: Final = "baselines"
KEEP_DAYS: Final[dict[Period, int]] = {"day": 7, "week": 14, "month": 62, "year": 400}
"""How long a member's uses are told where they count by period: longer than the period, for shifts that stay open and
stores that hear late. Where they count for ever, they are kept as long as the offer."""

_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('zhanggui/uses'))")
"""Totals are sums over stores, and a row read here must not be overtaken: one publication after the other."""

_TOTALS = text("""
    SELECT offer, receipts, units, amount FROM ledger_offer_use
    WHERE store_id = :store AND (folded_position > :after OR :after = 0) ORDER BY offer
""")
_PART = text("""
    INSERT INTO offer_use_published (store_id, offer, receipts, units, amount)
    VALUES (:store, :offer, :receipts, :units, :amount)
    ON CONFLICT (store_id, offer) DO UPDATE
    SET receipts = excluded.receipts, units = excluded.units, amount = excluded.amount
""")
_GONE = text("""
    DELETE FROM offer_use_published p WHERE p.store_id = :store
    AND NOT EXISTS (SELECT 1 FROM ledger_offer_use u WHERE u.store_id = p.store_id AND u.offer = p.offer)
    RETURNING p.offer
""")
_SUMS = text("""
    SELECT offer, sum(receipts), sum(units), sum(amount) FROM offer_use_published
    WHERE offer = ANY(:offers) GROUP BY offer ORDER BY offer
""")
_MEMBERS = text("""
    SELECT offer, member, business_date, receipts FROM ledger_member_use
    WHERE store_id = :store AND (folded_position > :after OR :after = 0)
""")
_STAMPS = text("""
    SELECT member, counter, count FROM ledger_stamp
    WHERE store_id = :store AND (folded_position > :after OR :after = 0)
""")
_OFFERS = text("SELECT body FROM feed_row WHERE feed = 'offers' AND body IS NOT NULL")
_HELD = text("""
    SELECT key, body FROM feed_row WHERE feed = 'baselines' AND audience = 'chain' AND body IS NOT NULL
""")
_KNOWN_MEMBERS = text("""
    SELECT u.store_id, u.offer, u.member, u.business_date, u.receipts FROM ledger_member_use u
    JOIN baseline_published b ON b.store_id = u.store_id AND u.folded_position <= b.position
    JOIN unnest(CAST(:offers AS text[]), CAST(:cutoffs AS date[])) w(offer, cutoff)
        ON w.offer = u.offer AND u.business_date >= w.cutoff
""")
"""Of each store only what its published marks count."""


def changes(session: Session, store: str, after: int) -> list[Change]:
    """What to publish of a store's uses behind a position of its fold (0: all), with its marks and in the transaction
    that publishes them. The store is not being folded meanwhile."""
    session.execute(_LOCK)
    names = {"store": store, "after": after}
    found = [_member_use(store, *row) for row in session.execute(_MEMBERS, names)]
    found += [_stamp(store, *row) for row in session.execute(_STAMPS, names)]
    parts = session.execute(_TOTALS, names).all()
    changed = [offer for offer, *_ in parts]
    for offer, receipts, units, amount in parts:
        part = {"offer": offer, "receipts": receipts, "units": units, "amount": amount}
        session.execute(_PART, {"store": store, **part})
    if not after:
        changed += list(session.scalars(_GONE, {"store": store}))
    return found + _totals(session, changed)


def reconcile(session: Session, *, at: datetime) -> int:
    """Takes back what no till needs any longer (offers that ended or lost their limit, periods long over) and publishes
    what it needs again (an offer that came back, a longer period); returns the feed's position."""
    session.execute(_LOCK)
    limited = {offer.id: offer for offer in _live_offers(session) if offer.limits.counted}
    cutoffs = {
        name: at.date() - timedelta(days=KEEP_DAYS[offer.limits.period]) if offer.limits.period != "ever" else date.min
        for name, offer in limited.items()
        if offer.limits.member_uses
    }
    names = {"offers": list(cutoffs), "cutoffs": list(cutoffs.values())}
    wanted = [_member_use(*row) for row in session.execute(_KNOWN_MEMBERS, names)]
    wanted += _totals(session, list(limited))
    keys = {change.key for change in wanted}
    stale = [
        Change(key, None)
        for key, row in _held(session)
        if key not in keys and not _is_needed(row, frozenset(limited), cutoffs)
    ]
    return publish(session, FEED, [*wanted, *stale], at=at)


def _live_offers(session: Session) -> Iterator[Offer]:
    """Every offer that some till is sent; what cannot be read here limits nothing here."""
    for body in session.scalars(_OFFERS):
        row = decode_row("offers", body)
        assert isinstance(row, OfferRow)
        try:
            offer = decode_offer(row.body)
        except OfferRefused:
            continue
        if isinstance(offer, Offer):
            yield offer


def _held(session: Session) -> Iterator[tuple[str, BaselineRow]]:
    for key, body in session.execute(_HELD):
        row = decode_row(FEED, body)
        assert isinstance(row, BaselineRow)
        yield key, row


def _is_needed(row: BaselineRow, limited: frozenset[str], cutoffs: dict[str, date]) -> bool:
    """Whether a row that was not made anew just now is to stay: counts always; uses while their offer has a limit and
    their day is not too long ago (their store may be about to publish them with new marks)."""
    if row.ledger == "offer_use":
        return row.key[0] in limited
    if row.ledger == "member_use":
        cutoff = cutoffs.get(str(row.key[0]))
        return cutoff is not None and int(row.key[2]) >= number_of(cutoff)
    return True


def _totals(session: Session, offers: Iterable[str]) -> list[Change]:
    wanted = list(offers)
    if not wanted:
        return []
    sums = {offer: tuple(map(int, row)) for offer, *row in session.execute(_SUMS, {"offers": wanted})}
    return [
        Change(row_key("offer_use", offer), BaselineRow("offer_use", (offer,), sums[offer]) if offer in sums else None)
        for offer in wanted
    ]


def _member_use(store: str, offer: str, member: str, day: date, receipts: int) -> Change:
    number = number_of(day)
    row = BaselineRow("member_use", (offer, member, number), (receipts,)) if receipts else None
    return Change(row_key("member_use", offer, member, str(number), store), row, CHAIN)


def _stamp(store: str, member: str, counter: str, count: int) -> Change:
    row = BaselineRow("stamp", (member, counter), (count,)) if count else None
    return Change(row_key("stamp", member, counter, store), row, CHAIN)


def number_of(day: date) -> int:
    """A day as documents write it."""
    return day.year * 10_000 + day.month * 100 + day.day


def row_key(*parts: str) -> str:
    """A feed row's key; a bar inside a name cannot make two keys one."""
    return "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)
