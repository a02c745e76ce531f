"""What is asked of an offer again and again, worked out once when a set is compiled."""

from __future__ import annotations

from typing import Literal, NamedTuple

from promotions.circumstances import Audience, Window
from promotions.limits import Limits
from promotions.plans import BasketPlan, GroupPlan, LaterPlan, OneUnit, PoolPlan, Reward, UnitPlan
from promotions.rule import Offer

Shape = Literal["unit", "group", "pool", "reward", "basket", "later"]


class Traits(NamedTuple):
    """`always`: open at any time and for everybody. `bounded`: a receipt may have only so much of it. `conditioned`:
    it asks for other goods. `alike`: its units together are of one article. `sizes`: the units in each slot of a group.
    """

    shape: Shape
    always: bool
    bounded: bool
    conditioned: bool
    alike: bool
    sizes: tuple[int, ...] = ()


def traits_of(offer: Offer) -> Traits:
    """Those of one offer."""
    plan = offer.plan
    limited = offer.limits != NO_LIMITS
    return Traits(
        shape=_shape(offer),
        always=not (offer.manual or limited or offer.window != ANY_TIME or offer.audience != ANYBODY),
        bounded=bool(
            limited or offer.times_max or offer.off_max_minor or offer.per_coupon or isinstance(plan, OneUnit)
        ),
        conditioned=bool(offer.conditions),
        alike=isinstance(plan, GroupPlan | PoolPlan) and plan.one_article,
        sizes=plan.sizes if isinstance(plan, GroupPlan) else (),
    )


def _shape(offer: Offer) -> Shape:
    plan = offer.plan
    if isinstance(plan, Reward):
        return "reward"
    if isinstance(plan, UnitPlan):
        return "unit"
    if isinstance(plan, GroupPlan):
        return "group"
    if isinstance(plan, PoolPlan):
        return "pool"
    if isinstance(plan, BasketPlan):
        return "basket"
    assert isinstance(plan, LaterPlan)
    return "later"


NO_LIMITS = Limits()
ANY_TIME = Window()
ANYBODY = Audience()
