"""Who did what with an offer, and which revision gave way to which. Written in the transaction of the deed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hq_server.clock import new_id
from hq_server.models.promotions import Promotion, PromotionEvent, PromotionRevision
from hq_server.promotion_admin.rules import OPEN

NOTE_CHARS_MAX = 500


def note(
    session: Session, revision: PromotionRevision, *, action: str, actor: str, at: datetime, text: str = ""
) -> None:
    """Adds a line to the offer's history."""
    session.add(
        PromotionEvent(
            event_id=new_id(),
            offer_id=revision.offer_id,
            revision=revision.revision,
            at=at,
            actor=actor,
            action=action,
            state=revision.state,
            note=text.replace("\0", "")[:NOTE_CHARS_MAX],
        )
    )


def events(session: Session, offer: str) -> list[PromotionEvent]:
    """What happened to an offer, the latest first."""
    wanted = select(PromotionEvent).where(PromotionEvent.offer_id == offer)
    return list(session.scalars(wanted.order_by(PromotionEvent.at.desc(), PromotionEvent.event_id.desc())))


def replace_older(session: Session, head: Promotion, *, upto: int, actor: str, at: datetime) -> None:
    """Has every revision up to this one that is still on its way, or out, give way to a later one."""
    if not upto:
        return
    wanted = select(PromotionRevision).where(
        PromotionRevision.offer_id == head.offer_id,
        PromotionRevision.revision <= upto,
        PromotionRevision.state.in_((*OPEN, "scheduled", "published")),
    )
    for held in session.scalars(wanted):
        held.state = "replaced"
        note(session, held, action="replace", actor=actor, at=at)
