"""From approval to the tills and off them again, on the minute."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hq_server.errors import Invalid
from hq_server.models.promotions import Promotion, PromotionRevision
from hq_server.promotion_admin import history, queries, service
from hq_server.promotion_admin.approval import take
from hq_server.promotion_admin.checking import offer_of
from hq_server.promotion_admin.queries import Places
from hq_server.promotion_admin.rules import STEPS, UNDER_WAY, is_over, send_at, stores_of
from hq_server.promotion_admin.service import Sent
from hq_server.users import audit
from hq_server.users.sessions import Viewer
from promotions.codec import decode_offer
from promotions.rule import Offer

WORKER = "schedule"
"""Who does what the clock asks for."""


def schedule(
    session: Session, *, offer: str, revision: int, viewer: Viewer, at: datetime, from_minute: int = 0
) -> PromotionRevision:
    """Has an approved revision hold from a wall-clock minute of the stores on (0: as its window says).

    A first revision goes to the tills at once, and they keep the minute themselves. One that replaces another goes out
    on the minute. Raises Forbidden, Conflict, Invalid.
    """
    held = take(session, "schedule", offer=offer, revision=revision, viewer=viewer)
    until = _final(held).window.until_minute
    if until and until <= from_minute:
        raise Invalid("it would end before it begins: choose an earlier minute", code="schedule_after_end")
    held.from_minute = from_minute
    final = _final(held)
    head = session.get_one(Promotion, offer)
    offsets = _offsets(queries.places(session), held.audiences)
    held.send_at = send_at(final.window.from_minute, utc_offsets_min=offsets, at=at, replaces=head.live > 0)
    held.state = STEPS["schedule"].after
    history.note(session, held, action="schedule", actor=viewer.user, at=at)
    session.flush()
    if held.send_at <= at:
        publish(session, head, held, actor=viewer.user, at=at)
    return held


def unschedule(session: Session, *, offer: str, revision: int, viewer: Viewer, at: datetime) -> None:
    """Takes a revision from the schedule; it stays approved."""
    held = take(session, "unschedule", offer=offer, revision=revision, viewer=viewer)
    held.state, held.send_at, held.from_minute = STEPS["unschedule"].after, None, 0
    history.note(session, held, action="unschedule", actor=viewer.user, at=at)


def withdraw(session: Session, *, offer: str, revision: int, viewer: Viewer, at: datetime, note: str = "") -> int:
    """Takes a published offer from all tills; returns the feed's position."""
    take(session, "withdraw", offer=offer, revision=revision, viewer=viewer)
    return service.withdraw_offer(session, offer=offer, actor=viewer.user, at=at, note=note)


def publish(session: Session, head: Promotion, held: PromotionRevision, *, actor: str, at: datetime) -> None:
    """Sends a scheduled revision to its tills; every earlier one gives way."""
    final = _final(held)
    body = service.read_back(final)
    history.replace_older(session, head, before=held.revision, states=UNDER_WAY, actor=actor, at=at)
    head.live = held.revision
    held.state, held.published, held.published_at = STEPS["publish"].after, body, at
    audit.record(session, actor=actor, action="offer.publish", subject=held.offer_id, at=at, revision=held.revision)
    history.note(session, held, action="publish", actor=actor, at=at)
    sent = Sent(held.offer_id, body, tuple(held.audiences))
    held.feed_position = service.send(session, [sent], actor=actor, at=at)
    session.flush()


def due(session: Session, *, at: datetime) -> list[tuple[str, int]]:
    """Scheduled revisions whose moment has come, the earliest first."""
    wanted = select(PromotionRevision.offer_id, PromotionRevision.revision).where(
        PromotionRevision.state == "scheduled", PromotionRevision.send_at <= at
    )
    return list(session.execute(wanted.order_by(PromotionRevision.send_at, PromotionRevision.offer_id)))


def publish_due(session: Session, *, offer: str, revision: int, at: datetime) -> bool:
    """Publishes one that is due, unless somebody was quicker; returns whether it went out."""
    head = session.get_one(Promotion, offer, with_for_update=True, populate_existing=True)
    held = session.get_one(PromotionRevision, (offer, revision), populate_existing=True)
    if held.state != "scheduled" or held.send_at is None or held.send_at > at:
        return False
    publish(session, head, held, actor=WORKER, at=at)
    return True


def end_over(session: Session, *, at: datetime) -> list[str]:
    """Ends published offers whose window has passed in every store and takes them from the feed; returns their ids.
    Tills stopped using them at the minute themselves."""
    places = queries.places(session)
    wanted = select(PromotionRevision).where(PromotionRevision.state == "published")
    over = [
        held.offer_id
        for held in session.scalars(wanted.order_by(PromotionRevision.offer_id))
        if isinstance(offer := decode_offer(held.published or held.body), Offer)
        and is_over(offer.window.until_minute, utc_offsets_min=_offsets(places, held.audiences), at=at)
    ]
    locked = select(Promotion).where(Promotion.offer_id.in_(over)).order_by(Promotion.offer_id)
    for head in session.scalars(locked.with_for_update()) if over else ():
        held = session.get_one(PromotionRevision, (head.offer_id, head.live), populate_existing=True)
        head.live, held.state = 0, STEPS["end"].after
        history.note(session, held, action="end", actor=WORKER, at=at)
    for name in over:
        service.take_back(session, name, actor=WORKER, at=at)
    return over


def _final(held: PromotionRevision) -> Offer:
    offer = offer_of(held)
    assert isinstance(offer, Offer), "an approved revision was read when it was checked"
    return offer


def _offsets(places: Places, audiences: Iterable[str]) -> list[int]:
    return [places.utc_offset_min[store] for store in stores_of(audiences, zone_of=places.zone_of)]
