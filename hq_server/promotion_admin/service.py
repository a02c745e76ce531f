"""Puts offers on the tills and takes them back. What headquarters' own engine cannot read, no till is sent.

`put_offers` is for what needs nobody's approval, such as a chain that is loaded; people's offers come here from
`hq_server.promotion_admin.schedule`, once they are approved. Either way every revision that goes out is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hq_server.errors import Invalid, NotFound
from hq_server.feeds.publishing import CHAIN, Change, check_audience, publish
from hq_server.models.catalog import OfferRecord
from hq_server.models.promotions import Promotion, PromotionRevision
from hq_server.promotion_admin import history
from hq_server.promotion_admin.rules import NOT_STATED, UNDER_WAY, feed_key
from hq_server.users import audit
from promotions.codec import OfferRefused, decode_offer, encode_offer, encode_offer_json
from promotions.rule import Offer, UnknownOffer
from retail.feeds import OfferRow


@dataclass(frozen=True, slots=True)
class Sent:
    """An offer as tills are to have it: its bytes, and the audiences that have it."""

    offer: str
    body: bytes
    audiences: tuple[str, ...]


def put_offers(session: Session, offers: Iterable[Offer], *, actor: str, at: datetime, audience: str = CHAIN) -> int:
    """Makes or replaces offers and publishes them; returns the position of feed `offers` that has them all."""
    made = {offer.id: (offer, Sent(offer.id, read_back(offer), (audience,))) for offer in offers}
    changed = _changed(session, [sent for _, sent in made.values()])
    kept = _keep_revisions(session, [made[offer] for offer in changed], actor=actor, at=at)
    audit.record(session, actor=actor, action="offers.put", subject=", ".join(made)[:500], at=at)
    position = send(session, [sent for _, sent in made.values()], actor=actor, at=at)
    for revision in kept:
        revision.feed_position = position
    return position


def withdraw_offer(session: Session, *, offer: str, actor: str, at: datetime, note: str = "") -> int:
    """Takes an offer back from all tills; returns the feed's position. Receipts begun with it keep it."""
    head = session.get(Promotion, offer, with_for_update=True)
    if head is not None and head.live:
        held = session.get_one(PromotionRevision, (offer, head.live))
        held.state, head.live = "withdrawn", 0
        history.note(session, held, action="withdraw", actor=actor, at=at, text=note)
    audit.record(session, actor=actor, action="offer.withdraw", subject=offer, at=at)
    return take_back(session, offer, actor=actor, at=at)


def current_offers(session: Session) -> list[OfferRecord]:
    """All offers that are not withdrawn. `audience` names several by commas."""
    wanted = select(OfferRecord).where(OfferRecord.withdrawn.is_(False)).order_by(OfferRecord.offer_id)
    return list(session.scalars(wanted))


def send(session: Session, offers: Sequence[Sent], *, actor: str, at: datetime) -> int:
    """Publishes offers to their audiences, and takes them from those that had them before; returns the feed's
    position. Publish last, and commit soon."""
    held = _held(session, [sent.offer for sent in offers])
    changes: list[Change] = []
    for sent in offers:
        record = held.get(sent.offer)
        before = set() if record is None else set(_keys(sent.offer, record.audience.split(",")))
        after = _keys(sent.offer, [_plain(audience) for audience in sent.audiences])
        changes += [Change(key, None) for key in sorted(before - set(after))]
        row = OfferRow(sent.offer, sent.body)
        changes += [Change(key, row, audience) for key, audience in after.items()]
        if record is None:
            record = OfferRecord(offer_id=sent.offer)
            session.add(record)
        record.audience, record.body, record.withdrawn = ",".join(sent.audiences), sent.body, False
        record.actor, record.at = actor, at
    session.flush()
    return publish(session, "offers", changes, at=at)


def take_back(session: Session, offer: str, *, actor: str, at: datetime) -> int:
    """Withdraws an offer from wherever it is published; returns the feed's position. Raises NotFound."""
    held = session.get(OfferRecord, offer)
    if held is None:
        raise NotFound(f"there is no offer {offer}")
    held.withdrawn, held.actor, held.at = True, actor, at
    session.flush()
    return publish(session, "offers", [Change(key, None) for key in _keys(offer, held.audience.split(","))], at=at)


def read_back(offer: Offer) -> bytes:
    """The offer's bytes, read back once by the very code that tills read it with. Raises Invalid."""
    body = encode_offer(offer)
    try:
        read = decode_offer(body)
    except OfferRefused as error:
        raise Invalid(str(error)) from error
    if isinstance(read, UnknownOffer):
        raise Invalid(f"offer {read.id} is newer than this program: {read.reason}")
    return body


def _keys(offer: str, audiences: Sequence[str]) -> dict[str, str]:
    return {feed_key(offer, audience, audiences): audience for audience in audiences}


def _plain(audience: str) -> str:
    if "," in audience:
        raise Invalid(f"an audience has no comma: {audience!r}")
    return check_audience(audience)


def _held(session: Session, offers: Sequence[str]) -> dict[str, OfferRecord]:
    found = session.scalars(select(OfferRecord).where(OfferRecord.offer_id.in_(offers)))
    return {record.offer_id: record for record in found}


def _changed(session: Session, offers: Sequence[Sent]) -> list[str]:
    """The offers that tills do not have in this very form."""
    held = _held(session, [sent.offer for sent in offers])
    return [
        sent.offer
        for sent in offers
        if (record := held.get(sent.offer)) is None
        or record.withdrawn
        or (record.body, record.audience) != (sent.body, ",".join(sent.audiences))
    ]


def _keep_revisions(
    session: Session, made: Sequence[tuple[Offer, Sent]], *, actor: str, at: datetime
) -> list[PromotionRevision]:
    """Keeps what goes out without a draft as revisions too, so that it can be edited and its history is whole."""
    wanted = select(Promotion).where(Promotion.offer_id.in_([offer.id for offer, _ in made]))
    locked = session.scalars(wanted.order_by(Promotion.offer_id).with_for_update())
    heads = {head.offer_id: head for head in locked}
    kept = []
    for offer, sent in made:
        head = heads.get(offer.id)
        if head is None:
            head = Promotion(offer_id=offer.id, latest=0, live=0)
            session.add(head)
        head.latest = head.live = max(head.latest + 1, offer.revision)
        history.replace_older(session, head, before=head.latest, states=UNDER_WAY, actor=actor, at=at)
        held = PromotionRevision(
            offer_id=offer.id,
            revision=head.latest,
            state="published",
            name=offer.name,
            kind=type(offer.plan).__struct_config__.tag,
            body=encode_offer_json(offer),
            audiences=list(sent.audiences),
            budget_minor=offer.limits.total_minor,
            expected_cost_minor=NOT_STATED,
            author=actor,
            written_at=at,
            findings=[],
            approved_by="",
            from_minute=offer.window.from_minute,
            send_at=at,
            published=sent.body,
            published_at=at,
            feed_position=0,
        )
        session.add(held)
        kept.append(held)
        history.note(session, held, action="publish", actor=actor, at=at)
    return kept
