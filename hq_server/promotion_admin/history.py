"""Who did what with an offer, and which revision gave way to which. Written in the transaction of the deed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hq_server.clock import new_id
from hq_server.models.promotions import Promotion, PromotionEvent, PromotionRevision

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
    return list(session.scalars(wanted.order_by(PromotionEvent.at.desc(), PromotionEvent.revision.desc())))


def replace_older(
    session: Session, head: Promotion, *, before: int, states: Iterable[str], actor: str, at: datetime
) -> None:
    """Has every revision before a later one, where it is in one of these states, give way to it."""
    if before <= 1:
        return
    wanted = select(PromotionRevision).where(
        PromotionRevision.offer_id == head.offer_id,
        PromotionRevision.revision < before,
        PromotionRevision.state.in_(list(states)),
    )
    for held in session.scalars(wanted):
        held.state = "replaced"
        note(session, held, action="replace", actor=actor, at=at, text=str(before))
