"""Coupons and stamps that can never be had: an offer asks for what only it, or a ring of such offers, gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hq_server.promotion_admin.lint.finding import Finding, finding
from promotions.plans import CouponNext, Stamps
from promotions.rule import Offer

Token = tuple[str, str]


def needs_of(offer: Offer) -> frozenset[Token]:
    """What a customer must have before the offer is open."""
    found: set[Token] = set()
    if offer.audience.coupon:
        found.add(("coupon", offer.audience.coupon))
    if offer.limits.counter:
        found.add(("stamps", offer.limits.counter))
    return frozenset(found)


def gives_of(offer: Offer) -> Token | None:
    """What an offer gives that another may ask for."""
    if isinstance(offer.plan, CouponNext):
        return "coupon", offer.plan.series
    return ("stamps", offer.plan.counter) if isinstance(offer.plan, Stamps) else None


def never_had(offers: Iterable[Offer], series: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Offers whose coupon or stamps nobody can have. `series` are coupons issued otherwise; a coupon that no offer
    gives is one printed or handed out, stamps that no offer gives are none."""
    known = list(offers)
    givers: dict[Token, list[Offer]] = {}
    for offer in known:
        token = gives_of(offer)
        if token is not None:
            givers.setdefault(token, []).append(offer)
    had = {token for offer in known for token in needs_of(offer) if _from_elsewhere(token, givers, series)}
    waiting = [(token, offer) for token, found in givers.items() for offer in found if token not in had]
    while ready := {token for token, offer in waiting if needs_of(offer) <= had}:
        had |= ready
        waiting = [(token, offer) for token, offer in waiting if token not in had]
    for offer in known:
        for kind, name in sorted(needs_of(offer) - had):
            yield finding("needs_itself", offer.id, kind=kind, name=name)


def _from_elsewhere(token: Token, givers: dict[Token, list[Offer]], series: frozenset[str]) -> bool:
    kind, name = token
    return kind == "coupon" and (name in series or token not in givers)
