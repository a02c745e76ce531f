"""Baskets and offers made from a seed: every kind and every pair of kinds, with all that may be said of an offer, full
of amounts that round badly and thresholds that are just reached or just missed. The same seed gives the same case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from msgspec.structs import replace as with_fields

from promotions import (
    AmountAtThreshold,
    AmountTier,
    Audience,
    BasketLine,
    BuyGet,
    Condition,
    Context,
    Coupon,
    Limits,
    Offer,
    PercentAtThreshold,
    PercentTier,
    Reward,
    Scope,
    Used,
)
from promotions.plans import AnyPlan
from tests.promotions.kinds import BASKET_KINDS, CATEGORIES, ITEMS, KINDS, LATER_KINDS, PAIRS, PRICES, Maker

NOW: Final = 29_920_920


@dataclass(frozen=True, slots=True)
class Case:
    """A basket, the offers it meets and the circumstances; `kinds` are what the case is about."""

    name: str
    kinds: tuple[str, ...]
    lines: tuple[BasketLine, ...]
    offers: tuple[Offer, ...]
    context: Context

    @property
    def gross(self) -> int:
        """What the goods that take part cost without any offer."""
        return sum(line.gross_minor for line in self.lines if line.takes_offers and line.quantity_milli > 0)


def a_line(random: Random, number: int, place: int, count: int) -> BasketLine:
    """So many pieces of one article, or a weighed piece of it."""
    price = PRICES[place]
    weighed = random.random() < 0.08
    quantity_milli = random.choice((350, 1000, 1234, 2005)) if weighed else count * 1000
    gross = (price * quantity_milli + 500) // 1000
    return BasketLine(
        number=number,
        item=ITEMS[place],
        department="d",
        category=CATEGORIES[place % 3],
        brand="pq"[place % 2],
        quantity_milli=quantity_milli,
        unit_price=price * 100,
        gross_minor=gross,
        counted=not weighed,
        takes_offers=random.random() > 0.03,
        supplier="s" if place < 6 else "t",
        tags=("near",) if random.random() < 0.1 else (),
        regular=random.random() > 0.05,
        floor_unit_price=price * random.choice((50, 80, 97)) if random.random() < 0.1 else 0,
    )


def some_lines(random: Random, units: int) -> tuple[BasketLine, ...]:
    """Lines of about so many units."""
    lines: list[BasketLine] = []
    while units > 0:
        count = min(units, random.choice((1, 1, 1, 2, 2, 3, 4)))
        lines.append(a_line(random, len(lines) + 1, random.randrange(len(ITEMS)), count))
        units -= count
    return tuple(lines)


def an_offer(make: Maker, number: int, kind: str, spice: float = 0.15) -> Offer:
    """An offer of a kind. `spice` is the chance of each of the things that may further be said of it."""
    random = make.random
    plan = KINDS[kind](make)
    fields: dict[str, Any] = {"rank": random.choice((0, 0, 1, 7))}

    def chance() -> bool:
        return random.random() < spice

    if plan.LAYER == "item":
        if kind != "breaks" and chance():
            fields["times_max"] = random.randint(1, 3)
        if kind in ("special_price", "percent_off", "amount_off") and chance():
            fields["off_max_minor"] = max(1, make.gross // random.choice((7, 20, 50)))
        if kind == "buy_get" and chance():
            fields["share"] = "rewarded"
        if chance() and random.random() < 0.7:
            fields["exclusive"] = True
        if kind == "reward" and chance():
            fields["rescue"] = False
    elif plan.LAYER == "basket":
        if kind == "amount_at_threshold" and chance():
            fields["times_max"] = random.randint(1, 2)
        if chance():
            fields["off_max_minor"] = max(1, make.gross // random.choice((5, 20)))
        if chance() or chance():
            fields["group"] = "g"
        if chance():
            fields["rescue"] = False
        if chance() and random.random() < 0.5:
            fields["audience"] = Audience(tenders=("card",))
    if chance() and random.random() < 0.5:
        fields["conditions"] = (Condition(make.scope(), quantity_min_milli=random.choice((1, 2000))),)
    if chance() and random.random() < 0.5:
        fields["audience"] = Audience(levels=("gold",), tenders=fields.get("audience", Audience()).tenders)
    if plan.LAYER != "later" and kind not in ("breaks", "points_off") and chance() and random.random() < 0.4:
        fields["limits"] = random.choice((Limits(total_units=5), Limits(counter="c", counter_cost=2)))
    if "times_max" in fields and chance():
        fields |= {"per_coupon": True, "audience": Audience(coupon="C"), "times_max": 0}
    return Offer(f"o{number}", plan, name=kind, scope=make.scope(), **fields)


def context_of(random: Random, offers: Sequence[Offer], tender: str = "card") -> Context:
    """A gold member with coupons and points; of offers with limits some uses are left, or none."""
    used = {offer.id: Used(total_units=random.choice((2, 3, 4, 5))) for offer in offers if offer.limits.counted}
    return Context(
        NOW,
        member_level="gold",
        coupons=(Coupon("C1", "C"), Coupon("C2", "C")),
        tender=tender,
        used=used,
        counters={"c": random.choice((0, 3, 5))},
        points=random.choice((0, 99, 1000, 5000)),
        vouchers_minor=random.choice((0, 0, 250)),
    )


def settled(random: Random, offers: Sequence[Offer]) -> tuple[Offer, ...]:
    """The offers with passes: some forced, some of a later priority, some groups in the shop's favour."""
    found: list[Offer] = []
    for offer in offers:
        if offer.layer == "item":
            draw = random.random()
            if draw < 0.25:
                offer = with_fields(offer, forced=True)
            elif draw < 0.6:
                offer = with_fields(offer, priority=random.choice((2, 3)))
            if isinstance(offer.plan, BuyGet) and random.random() < 0.6:
                offer = with_fields(offer, forced=False, plan=with_fields(offer.plan, favour="shop"))
        found.append(offer)
    return tuple(found)


def case_of(name: str, random: Random, units: int, kinds: Sequence[str], spice: float) -> Case:
    """A basket of about so many units and one offer of each of these kinds."""
    lines = some_lines(random, units)
    make = Maker(random, lines)
    offers = tuple(an_offer(make, number, kind, spice) for number, kind in enumerate(kinds))
    return Case(name, tuple(kinds), lines, offers, context_of(random, offers))


def pair_case(seed: int) -> Case:
    """Two kinds together, all pairs in turn, with sometimes a third offer."""
    random = Random(f"pair {seed}")
    pair = PAIRS[seed % len(PAIRS)]
    more = random.choices(tuple(KINDS), k=random.choice((0, 0, 1)))
    case = case_of(f"pair {seed}", random, random.choice((2, 3, 4, 5, 6, 7)), (*pair, *more), 0.15)
    return replace(case, kinds=pair)


def mixed_case(seed: int) -> Case:
    """Three to five offers on a basket too large to try everything."""
    random = Random(f"mixed {seed}")
    item_kinds = [kind for kind in KINDS if kind not in LATER_KINDS + BASKET_KINDS]
    kinds = random.choices(item_kinds, k=random.randint(2, 4)) + random.choices(
        BASKET_KINDS[:2], k=random.randint(0, 2)
    )
    return case_of(f"mixed {seed}", random, random.randint(6, 14), kinds, 0.1)


def near_threshold_case(seed: int) -> Case:
    """Item offers whose discount decides whether thresholds are reached: what matters is what to leave out."""
    random = Random(f"near {seed}")
    lines = some_lines(random, random.randint(2, 9))
    make = Maker(random, lines)
    item_kinds = ("special_price", "percent_off", "amount_off", "n_for_price", "buy_get", "group_off", "breaks")
    offers = [an_offer(make, n, random.choice(item_kinds), 0.05) for n in range(random.randint(1, 3))]
    for number in range(random.choice((1, 1, 2, 3))):
        threshold = max(2, make.gross - random.choice((0, 1, 2, make.gross // 20, make.gross // 10, make.gross // 4)))
        benefit = max(1, threshold * random.choice((2, 8, 15, 25)) // 100)
        scope = random.choice((Scope(), Scope(), make.scope()))
        plan: AnyPlan = random.choice(
            (
                AmountAtThreshold(tiers=(AmountTier(threshold, benefit),)),
                AmountAtThreshold(tiers=(AmountTier(max(1, threshold // 2), 1), AmountTier(threshold, benefit + 1))),
                AmountAtThreshold(tiers=(AmountTier(max(2, threshold // 3), max(1, benefit // 3)),), every=True),
                PercentAtThreshold(tiers=(PercentTier(threshold, random.choice((500, 1000, 2000))),)),
                Reward(threshold_minor=threshold, given=Scope(items=(random.choice(lines).item,))),
            )
        )
        group = "g" if random.random() < 0.3 and not isinstance(plan, Reward) else ""
        offers.append(Offer(f"t{number}", plan, scope=scope, group=group, rank=random.choice((0, 3))))
    return Case(f"near {seed}", ("near",), lines, tuple(offers), context_of(random, offers))


def adversarial_case(seed: int) -> Case:
    """Eight overlapping offers on groups of twelve articles, with bounds."""
    random = Random(f"adversarial {seed}")
    places = [random.randrange(len(ITEMS)) for _ in range(random.randint(6, 12))]
    lines = tuple(
        replace(a_line(Random(0), number, place, random.choice((1, 1, 2))), tags=())
        for number, place in enumerate(places, 1)
    )
    make = Maker(random, lines)
    offers = []
    for number in range(8):
        plan = KINDS[random.choice(("n_for_price", "n_for_price", "buy_get", "group_off", "bundle"))](make)
        scope = Scope(items=tuple(sorted(random.sample(ITEMS, 4))))
        offers.append(Offer(f"o{number}", plan, scope=scope, times_max=random.choice((0, 1, 1, 2))))
    if random.random() < 0.3:
        offers.append(Offer("t", KINDS["amount_at_threshold"](make)))
    return Case(f"adversarial {seed}", ("adversarial",), lines, tuple(offers), context_of(random, offers))


def pass_case(seed: int) -> Case:
    """Forced offers, several priorities and groups in the shop's favour, before what is chosen."""
    random = Random(f"pass {seed}")
    item_kinds = [kind for kind in KINDS if kind not in LATER_KINDS + BASKET_KINDS]
    kinds = random.choices([*item_kinds, "buy_get"], k=random.randint(2, 4)) + random.choices(BASKET_KINDS[:2], k=1)
    case = case_of(f"pass {seed}", random, random.choice((2, 3, 4, 5, 6)), kinds, 0.1)
    return replace(case, kinds=("pass",), offers=settled(random, case.offers))


def large_case(seed: int) -> Case:
    """Many units of few articles and up to seven offers: for solvers only."""
    random = Random(f"large {seed}")
    places = random.sample(range(len(ITEMS)), random.randint(5, 11))
    lines = tuple(
        replace(a_line(random, number, place, random.choice((1, 2, 2, 3, 5))), tags=())
        for number, place in enumerate(places, 1)
    )
    make = Maker(random, lines)
    kinds = random.choices([kind for kind in KINDS if kind not in LATER_KINDS + BASKET_KINDS], k=random.randint(2, 5))
    kinds += random.choices(BASKET_KINDS[:2], k=random.choice((0, 1, 1, 2)))
    offers = tuple(an_offer(make, number, kind, 0.08) for number, kind in enumerate(kinds))
    return Case(f"large {seed}", ("large",), lines, offers, context_of(random, offers))


GENERATORS: Final[dict[str, Callable[[int], Case]]] = {
    "pair": pair_case,
    "mixed": mixed_case,
    "near": near_threshold_case,
    "adversarial": adversarial_case,
    "pass": pass_case,
    "large": large_case,
}
