"""Checks a revision: is it an offer at all, do its goods exist, and what does the linter say among all the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from hq_server.models.promotions import PromotionRevision
from hq_server.pricing.rules import minute_at
from hq_server.promotion_admin import queries, shelf
from hq_server.promotion_admin.lint import Finding, Placed, Surroundings, finding, lint
from hq_server.promotion_admin.lint.reach import scopes_of
from hq_server.promotion_admin.queries import Places
from hq_server.promotion_admin.rules import stores_of
from hq_server.promotion_admin.service import current_offers
from promotions.circumstances import MINUTE_MAX
from promotions.codec import OfferRefused, decode_offer
from promotions.rule import Offer, UnknownOffer
from promotions.scope import LISTS, Scope

UNKNOWN_SHOWN: Final = 5
FINDINGS_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a draft from being an offer: the field, a code for the words, and what goes into them."""

    field: str
    code: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. `offer` is the offer as tills would read it, None where it is none."""

    offer: Offer | None
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether it may go on to approval."""
        return not self.problems and all(one.severity != "error" for one in self.findings)


def judge(session: Session, revision: PromotionRevision, *, at: datetime) -> Checked:
    """Everything that is wrong with a revision, and everything worth knowing before it is approved."""
    try:
        offer = offer_of(revision)
    except OfferRefused as error:
        return Checked(None, (Problem(error.field, "refused", {"reason": error.reason}), *_cost(revision)), ())
    if isinstance(offer, UnknownOffer):
        return Checked(None, (Problem("plan.kind", "newer", {"reason": offer.reason}),), ())
    problems = (*_names(session, offer), *_cost(revision), *_budget(revision, offer))
    if problems:
        return Checked(offer, problems, ())
    return Checked(offer, (), tuple(_look(session, revision, offer, at)[:FINDINGS_MAX]))


def offer_of(revision: PromotionRevision) -> Offer | UnknownOffer:
    """The offer that a revision says, with its number; from the minute it is scheduled for, where there is one.

    Raises OfferRefused.
    """
    read = decode_offer(revision.body)
    if isinstance(read, UnknownOffer):
        return read
    numbered = msgspec.structs.replace(read, revision=revision.revision)
    if revision.from_minute <= numbered.window.from_minute:
        return numbered
    window = msgspec.structs.replace(numbered.window, from_minute=min(revision.from_minute, MINUTE_MAX))
    return msgspec.structs.replace(numbered, window=window)


def placed_offers(session: Session, places: Places, *, but: str = "") -> list[Placed]:
    """Offers at the tills, and those approved to follow them, with the stores that have them."""
    coming = session.scalars(
        select(PromotionRevision).where(
            PromotionRevision.state.in_(("approved", "scheduled")), PromotionRevision.offer_id != but
        )
    )
    bodies = {held.offer_id: (held.body, held.audience.split(",")) for held in current_offers(session)}
    bodies |= {held.offer_id: (held.body, held.audiences) for held in coming}
    bodies.pop(but, None)
    found = []
    for body, audiences in bodies.values():
        offer = decode_offer(body)
        if isinstance(offer, Offer):
            found.append(Placed(offer, stores_of(audiences, zone_of=places.zone_of)))
    return found


def lint_all(session: Session, *, at: datetime) -> list[Finding]:
    """The linter over all offers that tills have or will have, and the whole catalogue."""
    places = queries.places(session)
    goods = shelf.goods_of(session, minute=_now(places, at))
    around = Surroundings(places.currency, _now(places, at), queries.made_series(session))
    return lint(placed_offers(session, places), goods, around)


def _look(session: Session, revision: PromotionRevision, offer: Offer, at: datetime) -> list[Finding]:
    places = queries.places(session)
    minute = _now(places, at)
    scopes = [scope for _, scope in scopes_of(offer)] + [condition.scope for condition in offer.conditions]
    goods = shelf.goods_of(session, minute=minute, scopes=scopes)
    mine = Placed(offer, stores_of(revision.audiences, zone_of=places.zone_of))
    around = Surroundings(places.currency, minute, queries.made_series(session))
    found = lint([mine, *placed_offers(session, places, but=offer.id)], goods, around, focus=offer.id)
    if revision.budget_minor and not offer.limits.total_minor:
        found.append(finding("budget_open", offer.id, budget_minor=revision.budget_minor))
    return found


def _names(session: Session, offer: Offer) -> Iterator[Problem]:
    """Names in scopes that nothing in the catalogue has, and scopes that give something on everything unnamed."""
    places = [(f"conditions[{number}].scope", one.scope) for number, one in enumerate(offer.conditions)]
    for path, scope in [*scopes_of(offer), *places]:
        for field in LISTS:
            unknown = queries.unknown_names(session, field, getattr(scope, field))
            if unknown:
                shown = ", ".join(unknown[:UNKNOWN_SHOWN]) + (" …" if len(unknown) > UNKNOWN_SHOWN else "")
                yield Problem(f"{path}.{field}", "unknown_names", {"names": shown, "count": len(unknown)})
        if path != "scope" and scope == Scope() and not path.startswith("conditions"):
            yield Problem(path, "scope_missing_goods", {})


def _cost(revision: PromotionRevision) -> Iterator[Problem]:
    """The expected cost is approved with the offer: it must be stated, and within the budget."""
    if revision.expected_cost_minor < 0:
        yield Problem("expected_cost_minor", "cost_missing", {})
    elif 0 < revision.budget_minor < revision.expected_cost_minor:
        yield Problem("expected_cost_minor", "cost_above_budget", {})


def _budget(revision: PromotionRevision, offer: Offer) -> Iterator[Problem]:
    if 0 < revision.budget_minor < offer.limits.total_minor:
        yield Problem("limits.total_minor", "above_budget", {})


def _now(places: Places, at: datetime) -> int:
    """The wall-clock minute where it is latest."""
    return minute_at(at, max(places.utc_offset_min.values(), default=0))
