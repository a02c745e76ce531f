"""How often members bought, for tills whose offers ask for it: each store's part as a baseline of ledger `purchase`.

Told only while an offer at tills asks, and only up to the highest number that any asks for: whoever bought more often
is told as that number, so that a regular customer's next receipt changes nothing. A row of its own says up to which
number is told; it comes and goes with the sums, so that a till never takes silence for "never bought".
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from hq_server.feeds.publishing import Change
from hq_server.feeds.uses import row_key
from promotions.codec import OfferRefused, decode_offer
from promotions.rule import Offer
from retail.feeds import PURCHASES_TOLD, BaselineRow, OfferRow, decode_row

LEDGER: Final = "purchase"

_ASKING: Final = text("""
    SELECT body FROM feed_row
    WHERE feed = 'offers' AND body IS NOT NULL AND position(convert_to('purchases', 'UTF8') IN body) > 0
""")
"""Offers that may ask: the name of the condition stands in their bytes."""
_TOLD: Final = text("SELECT body FROM feed_row WHERE feed = 'baselines' AND key = :key AND body IS NOT NULL")
_CHANGED: Final = text("""
    SELECT store_id, member, least(receipts, :told) FROM ledger_purchase
    WHERE store_id = :store AND (folded_position > :after OR :after = 0)
""")
_ALL: Final = text("SELECT store_id, member, least(receipts, :told) FROM ledger_purchase")
_KEYS: Final = text("""
    SELECT key FROM feed_row
    WHERE feed = 'baselines' AND body IS NOT NULL AND left(key, length(:prefix)) = :prefix
""")


def asked(session: Session) -> int:
    """The highest number of a purchase that an offer at any till asks for; 0 when none asks."""
    return max((max(offer.audience.purchases, default=0) for offer in _asking(session)), default=0)


def told(session: Session) -> int:
    """Up to which number tills are told purchases; 0: not at all."""
    body = session.scalar(_TOLD, {"key": PURCHASES_TOLD})
    if body is None:
        return 0
    row = decode_row("baselines", body)
    assert isinstance(row, BaselineRow)
    return row.amounts[0]


def changes(session: Session, store: str, after: int) -> list[Change]:
    """What changed of a store's part behind a position of its fold (0: all), as far as it is told."""
    most = told(session)
    names = {"store": store, "after": after, "told": most}
    return [_change(*row) for row in session.execute(_CHANGED, names)] if most else []


def all_told(session: Session, most: int) -> list[Change]:
    """Every part up to a number, and the row that says so; with 0 all of them are taken back."""
    if most:
        row = BaselineRow(PURCHASES_TOLD, (), (most,))
        return [*(_change(*found) for found in session.execute(_ALL, {"told": most})), Change(PURCHASES_TOLD, row)]
    parts = session.scalars(_KEYS, {"prefix": row_key(LEDGER, "")})
    return [Change(PURCHASES_TOLD, None), *(Change(key, None) for key in parts)]


def _change(store: str, member: str, receipts: int) -> Change:
    return Change(row_key(LEDGER, member, store), BaselineRow(LEDGER, (member,), (receipts,)))


def _asking(session: Session) -> list[Offer]:
    found: list[Offer] = []
    for body in session.scalars(_ASKING):
        row = decode_row("offers", body)
        assert isinstance(row, OfferRow)
        try:
            offer = decode_offer(row.body)
        except OfferRefused:
            continue
        if isinstance(offer, Offer):
            found.append(offer)
    return found
