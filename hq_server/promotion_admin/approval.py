"""Checked by the engine, approved by somebody else than the author, with its cost and budget."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from hq_server.errors import Conflict, Forbidden, Invalid, NotFound
from hq_server.models.promotions import Promotion, PromotionRevision
from hq_server.promotion_admin import history
from hq_server.promotion_admin.checking import Checked, judge
from hq_server.promotion_admin.drafts import check_sees, get_revision
from hq_server.promotion_admin.rules import STEPS, Action, why_not
from hq_server.users import audit
from hq_server.users.sessions import Viewer


def check(session: Session, *, offer: str, revision: int, viewer: Viewer, at: datetime) -> Checked:
    """Checks a draft; it is `checked` when nothing is wrong with it. What was found is kept either way."""
    held = take(session, "check", offer=offer, revision=revision, viewer=viewer)
    found = judge(session, held, at=at)
    held.findings = [msgspec.to_builtins(one) for one in found.findings]
    held.state = "checked" if found.passed else "draft"
    first = found.problems[0] if found.problems else None
    text = "" if first is None else f"{first.field}: {first.values.get('reason', first.code)}"
    history.note(session, held, action="check", actor=viewer.user, at=at, text=text)
    return found


def approve(
    session: Session, *, offer: str, revision: int, viewer: Viewer, at: datetime, note: str = ""
) -> PromotionRevision:
    """Approves a checked revision with its budget, as somebody else than its author. Checks it once more: other offers
    may have come since. Raises Forbidden, Conflict."""
    held = take(session, "approve", offer=offer, revision=revision, viewer=viewer)
    if not judge(session, held, at=at).passed:
        raise Conflict("something has changed since the check: check it again", code="check_again")
    held.state, held.approved_by = STEPS["approve"].after, viewer.user
    history.note(session, held, action="approve", actor=viewer.user, at=at, text=note)
    audit.record(
        session,
        actor=viewer.user,
        action="offer.approve",
        subject=offer,
        at=at,
        revision=revision,
        budget_minor=held.budget_minor,
        expected_cost_minor=held.expected_cost_minor,
    )
    return held


def reject(session: Session, *, offer: str, revision: int, viewer: Viewer, at: datetime, note: str) -> None:
    """Sends a revision back with a reason; it is mended by writing another."""
    held = take(session, "reject", offer=offer, revision=revision, viewer=viewer)
    if not note.strip():
        raise Invalid("say why it is rejected", code="reason_missing")
    held.state, held.approved_by = STEPS["reject"].after, ""
    history.note(session, held, action="reject", actor=viewer.user, at=at, text=note)


def take(session: Session, action: Action, *, offer: str, revision: int, viewer: Viewer) -> PromotionRevision:
    """The revision, locked, when this user may do this with it now. Raises NotFound, Forbidden, Conflict."""
    viewer.require(STEPS[action].right)
    if session.get(Promotion, offer, with_for_update=True, populate_existing=True) is None:
        raise NotFound(f"there is no offer {offer}")
    held = get_revision(session, offer, revision)
    session.refresh(held)
    check_sees(session, tuple(held.audiences), viewer)
    refusal = why_not(action, state=held.state, author=held.author, actor=viewer.user)
    if refusal == "own_offer":
        raise Forbidden("somebody else approves what you wrote", code=refusal)
    if refusal is not None:
        raise Conflict(f"revision {revision} is {held.state}: reload", code=refusal)
    return held
