"""Writing offers: every save is a revision of its own, kept as it was written, sound or not yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hq_server.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from hq_server.models.promotions import Promotion, PromotionRevision
from hq_server.promotion_admin import history, queries
from hq_server.promotion_admin.rules import EDIT, NEW_ID, NOT_STATED, OPEN, stores_of, tidy_audiences
from hq_server.users.sessions import Viewer
from promotions.codec import OFFER_BYTES_MAX
from promotions.plans.base import AMOUNT_MAX

NAME_CHARS_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """An offer as somebody wrote it: its JSON, who is to have it, what it may and will cost. `based_on` is the revision
    that was edited; 0 for a new offer."""

    body: bytes
    audiences: tuple[str, ...] = ("chain",)
    budget_minor: int = 0
    expected_cost_minor: int = NOT_STATED
    based_on: int = 0
    note: str = ""


def write_draft(session: Session, draft: Draft, *, viewer: Viewer, at: datetime) -> PromotionRevision:
    """Keeps a draft as the offer's next revision. What it says need not be sound yet: the check tells.

    Raises Invalid, TooLarge, Forbidden, and Conflict when somebody else has written in the meantime.
    """
    viewer.require(EDIT)
    offer, name, kind = read_head(draft.body)
    audiences = _audiences(session, draft.audiences, viewer)
    for amount in (draft.budget_minor, draft.expected_cost_minor):
        if not NOT_STATED <= amount <= AMOUNT_MAX:
            raise Invalid("an amount is not below zero and within reason", code="bad_amount")
    head = _head(session, offer, based_on=draft.based_on)
    head.latest += 1
    written = PromotionRevision(
        offer_id=offer,
        revision=head.latest,
        state="draft",
        name=name,
        kind=kind,
        body=draft.body,
        audiences=list(audiences),
        budget_minor=max(draft.budget_minor, 0),
        expected_cost_minor=draft.expected_cost_minor,
        author=viewer.user,
        written_at=at,
        findings=[],
        approved_by="",
        from_minute=0,
        send_at=None,
        published=None,
        published_at=None,
        feed_position=0,
    )
    session.add(written)
    history.replace_older(session, head, before=head.latest, states=OPEN, actor=viewer.user, at=at)
    history.note(session, written, action="write", actor=viewer.user, at=at, text=draft.note)
    session.flush()
    return written


def read_head(body: bytes) -> tuple[str, str, str]:
    """(id, name, kind) of an offer that may still be wrong otherwise. Raises TooLarge, Invalid."""
    if len(body) > OFFER_BYTES_MAX:
        raise TooLarge(f"an offer has at most {OFFER_BYTES_MAX:,} bytes", code="offer_too_large")
    try:
        read: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"this is not JSON: {error}", code="offer_json") from error
    if not isinstance(read, dict):
        raise Invalid("an offer is a JSON object", code="offer_json")
    offer, name, plan = read.get("id"), read.get("name", ""), read.get("plan", {})
    if not isinstance(offer, str) or not offer or "\0" in offer:
        raise Invalid("an offer has an id", code="bad_offer_id")
    plain = name.replace("\0", "")[:NAME_CHARS_MAX] if isinstance(name, str) else ""
    kind = plan.get("kind") if isinstance(plan, dict) else None
    return offer, plain, kind.replace("\0", "")[:40] if isinstance(kind, str) else ""


def get_revision(session: Session, offer: str, revision: int) -> PromotionRevision:
    """One revision. Raises NotFound."""
    held = session.get(PromotionRevision, (offer, revision))
    if held is None:
        raise NotFound(f"there is no revision {revision} of offer {offer}")
    return held


def check_sees(session: Session, audiences: tuple[str, ...], viewer: Viewer) -> None:
    """Raises Forbidden when a user limited to some stores touches an offer of others."""
    if not viewer.stores:
        return
    zone_of = queries.places(session).zone_of
    if not stores_of(audiences, zone_of=zone_of) <= set(viewer.stores):
        raise Forbidden("this offer also holds in stores that you do not see", code="other_stores")


def _audiences(session: Session, audiences: tuple[str, ...], viewer: Viewer) -> tuple[str, ...]:
    zone_of = queries.places(session).zone_of
    known = {"chain", *(f"store:{store}" for store in zone_of)}
    known |= {f"zone:{zone}" for zone in queries.zone_ids(session)}
    strange = [audience for audience in audiences if audience not in known]
    if strange or not audiences:
        raise Invalid(f"choose all stores, zones or stores; there is no {strange[:1] or ''}", code="bad_audience")
    check_sees(session, audiences, viewer)
    return tidy_audiences(audiences, zone_of=zone_of)


def _head(session: Session, offer: str, *, based_on: int) -> Promotion:
    """The offer's row, locked. A new offer must be new, an edit must be of the latest revision."""
    if session.get(Promotion, offer) is None and not NEW_ID.fullmatch(offer):
        raise Invalid("an id has up to 80 letters, digits, dots, hyphens, colons", code="bad_offer_id")
    session.execute(insert(Promotion).values(offer_id=offer, latest=0, live=0).on_conflict_do_nothing())
    head = session.get_one(Promotion, offer, with_for_update=True, populate_existing=True)
    if head.latest != based_on:
        if not based_on:
            raise Conflict(f"there is an offer {offer} already: choose another id", code="offer_exists")
        raise Conflict(f"revision {head.latest} was written meanwhile: reload", code="offer_moved")
    return head
