"""Publishes offers that the engine itself has read: what headquarters cannot understand, no till is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hq_server.errors import Invalid, NotFound
from hq_server.feeds.publishing import CHAIN, Change, publish
from hq_server.models.catalog import OfferRecord
from hq_server.users import audit
from promotions.codec import OfferRefused, decode_offer, encode_offer
from promotions.rule import Offer, UnknownOffer
from retail.feeds import OfferRow


def put_offers(session: Session, offers: Iterable[Offer], *, actor: str, at: datetime, audience: str = CHAIN) -> int:
    """Makes or replaces offers and publishes them; returns the position of feed `offers` that has them all."""
    made = [(offer.id, _body(offer)) for offer in offers]
    for offer_id, body in made:
        held = session.get(OfferRecord, offer_id)
        if held is None:
            held = OfferRecord(offer_id=offer_id)
            session.add(held)
        held.audience, held.body, held.withdrawn, held.actor, held.at = audience, body, False, actor, at
    session.flush()
    audit.record(session, actor=actor, action="offers.put", subject=", ".join(name for name, _ in made)[:500], at=at)
    return publish(session, "offers", [Change(name, OfferRow(name, body), audience) for name, body in made], at=at)


def withdraw_offer(session: Session, *, offer: str, actor: str, at: datetime) -> int:
    """Takes an offer back from all tills; returns the feed's position. Receipts begun with it keep it."""
    held = session.get(OfferRecord, offer)
    if held is None:
        raise NotFound(f"there is no offer {offer}")
    held.withdrawn, held.actor, held.at = True, actor, at
    session.flush()
    audit.record(session, actor=actor, action="offer.withdraw", subject=offer, at=at)
    return publish(session, "offers", [Change(offer, None)], at=at)


def current_offers(session: Session) -> list[OfferRecord]:
    """All offers that are not withdrawn."""
    wanted = select(OfferRecord).where(OfferRecord.withdrawn.is_(False)).order_by(OfferRecord.offer_id)
    return list(session.scalars(wanted))


def _body(offer: Offer) -> bytes:
    """The offer's bytes, read back once by the very code that tills read it with."""
    body = encode_offer(offer)
    try:
        read = decode_offer(body)
    except OfferRefused as error:
        raise Invalid(str(error)) from error
    if isinstance(read, UnknownOffer):
        raise Invalid(f"offer {read.id} is newer than this program: {read.reason}")
    return body
