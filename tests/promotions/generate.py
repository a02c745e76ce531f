"""Baskets and offers made from a seed: every kind and every pair of kinds, with all that may be said of an offer, full
of amounts that round badly and thresholds that are just reached or just missed. The same seed gives the same case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from random import Random
from typing import Any, Final, Literal

from msgspec.structs import replace as with_fields

from promotions import (
    AmountAtThreshold,
    AmountOff,
    AmountTier,
    Audience,
    BasketLine,
    Bracket,
    Brackets,
    Breaks,
    Bundle,
    BuyGet,
    Condition,
    Context,
    Coupon,
    CouponNext,
    GroupOff,
    Level,
    Limits,
    NForPrice,
    Offer,
    OneUnit,
    Part,
    PercentAtThreshold,
    PercentOff,
    PercentTier,
    PointsEarned,
    PointsOff,
    Reward,
    Scope,
    SpecialPrice,
    Stamps,
    Used,
)
from promotions.plans import AnyPlan

CATEGORIES: Final = ("x", "y", "z")
PRICES: Final = (1, 5, 64, 99, 115, 115, 250, 333, 480, 720, 1000, 1999)
ITEMS: Final = tuple(f"i{number:02}" for number in range(len(PRICES)))
NOW: Final = 29_920_920
PERCENTS: Final = (1, 333, 1000, 1500, 2500, 3333, 5000, 10_000)


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


class Maker:
    """Makes offers for a basket: `choice` is the source of chance, amounts are near what the goods cost."""

    def __init__(self, random: Random, lines: Sequence[BasketLine]) -> None:
        self.random = random
        self.lines = [line for line in lines if line.takes_offers] or list(lines)
        self.gross = max(10, sum(line.gross_minor for line in self.lines))

    def scope(self) -> Scope:
        """Goods of which some are in the basket."""
        random, line = self.random, self.random.choice(self.lines)
        items = {line.item, *(other.item for other in random.sample(self.lines, min(2, len(self.lines))))}
        return random.choice(
            (
                Scope(),
                Scope(items=tuple(sorted(items))),
                Scope(items=(line.item,)),
                Scope(categories=(line.category,)),
                Scope(categories=(line.category, random.choice(CATEGORIES))),
                Scope(brands=(line.brand,), except_items=(random.choice(ITEMS),)),
                Scope(suppliers=(line.supplier,)),
                Scope(departments=("d",), tags=line.tags or ("near", "far")),
                Scope(price_from=line.unit_price),
                Scope(price_until=line.unit_price + 1, regular_only=random.random() < 0.3),
            )
        )

    def price(self) -> int:
        """A price (minor units) near that of some goods."""
        price = self.random.choice(self.lines).unit_price // 100
        return max(0, self.random.choice((price - 1, price // 2, price * 9 // 10, price)))

    def amount(self) -> int:
        """An amount that is small beside the price of some goods, or not."""
        return self.random.choice((1, 3, 17, 50, max(1, self.price() // 3), max(1, self.price())))

    def base(self) -> Literal["net", "gross"]:
        """What counts toward a threshold."""
        return "gross" if self.random.random() < 0.25 else "net"

    def threshold(self) -> int:
        """An amount near what the goods cost, with or without what item offers may take."""
        share = self.random.choice((0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 1, 1, 1.1))
        return max(1, int(self.gross * share) - self.random.choice((0, 0, 1, 5)))

    def level(self) -> dict[str, int]:
        """One of the three sorts of a lower price."""
        return self.random.choice(
            (
                {"unit_price": self.price() * 100 + self.random.choice((0, 0, 33))},
                {"percent_bp": self.random.choice(PERCENTS)},
                {"amount_minor": self.amount()},
            )
        )

    def amount_tiers(self, most: int = 3) -> tuple[AmountTier, ...]:
        """Tiers whose amounts rise with their thresholds."""
        thresholds = sorted({self.threshold() for _ in range(self.random.randint(1, most))})
        tiers: list[AmountTier] = []
        for threshold in thresholds:
            amount = max(1, threshold * self.random.choice((1, 5, 10, 20, 30)) // 100)
            if not tiers or amount > tiers[-1].amount_minor:
                tiers.append(AmountTier(threshold, amount))
        return tuple(tiers)


def _n_for_price(make: Maker) -> AnyPlan:
    count = make.random.randint(2, 4)
    return NForPrice(count, make.price() * count * make.random.choice((5, 8, 10)) // 10, make.random.random() < 0.3)


def _buy_get(make: Maker) -> AnyPlan:
    random = make.random
    given = make.scope() if random.random() < 0.35 else None
    same = given is None and random.random() < 0.3
    return BuyGet(random.randint(1, 2), random.choice((1, 1, 2)), random.choice(PERCENTS[1:]), same, given)


def _group_off(make: Maker) -> AnyPlan:
    off = (
        {"percent_bp": make.random.choice(PERCENTS)} if make.random.random() < 0.5 else {"amount_minor": make.amount()}
    )
    return GroupOff(count=make.random.randint(2, 4), same_article=make.random.random() < 0.3, **off)


def _bundle(make: Maker) -> AnyPlan:
    random = make.random
    parts = tuple(Part(make.scope(), random.choice((1, 1, 2))) for _ in range(random.choice((1, 1, 2))))
    kind = random.choice(("price_minor", "amount_minor", "percent_bp"))
    value = {"price_minor": make.price() * 2, "amount_minor": make.amount(), "percent_bp": random.choice(PERCENTS)}[
        kind
    ]
    return Bundle(count=random.choice((1, 1, 2)), parts=parts, **{kind: value})


def _breaks(make: Maker) -> AnyPlan:
    random = make.random
    by = random.choice(("units", "units", "quantity", "amount"))
    least = {"units": (1, 2, 3, 4), "quantity": (1000, 1500, 3000), "amount": (100, make.threshold(), make.gross // 2)}
    steps = sorted({max(1, random.choice(least[by])) for _ in range(random.randint(1, 3))})
    levels = tuple(Level(least=step, **make.level()) for step in steps)
    return Breaks(levels=levels, by=by, same_article=random.random() < 0.3)  # type: ignore[arg-type]


def _brackets(make: Maker) -> AnyPlan:
    random = make.random
    found = [Bracket(units=random.randint(1, 2), **make.level()) for _ in range(random.randint(1, 3))]
    if random.random() < 0.3:
        found[-1] = with_fields(found[-1], units=0)
    if random.random() < 0.3 and len(found) > 1:
        found[0] = Bracket(units=found[0].units, percent_bp=0)
    return Brackets(brackets=tuple(found), same_article=random.random() < 0.3)


def _reward(make: Maker) -> AnyPlan:
    random, line = make.random, make.random.choice(make.lines)
    return Reward(
        threshold_minor=max(1, int(make.gross * random.choice((0.1, 0.3, 0.5, 0.7, 0.8, 0.9)))),
        given=random.choice(
            (Scope(items=(line.item,)), Scope(categories=(line.category,)), Scope(brands=(line.brand,)))
        ),
        units=random.choice((1, 1, 2)),
        unit_price=random.choice((0, 0, make.price() * 100)),
        every=random.random() < 0.3,
        base=make.base(),
    )


def _amount_at_threshold(make: Maker) -> AnyPlan:
    base = make.base()
    if make.random.random() < 0.3:
        threshold = max(2, make.threshold() // make.random.choice((1, 2, 3)))
        tier = AmountTier(threshold, max(1, threshold * make.random.choice((5, 15, 30)) // 100))
        return AmountAtThreshold(tiers=(tier,), every=True, base=base)
    return AmountAtThreshold(tiers=make.amount_tiers(), base=base)


def _percent_at_threshold(make: Maker) -> AnyPlan:
    random = make.random
    tiers: list[PercentTier] = []
    for number, threshold in enumerate(sorted({make.threshold() for _ in range(random.randint(1, 2))})):
        more = number * random.choice((1, 700, 2000))
        tiers.append(PercentTier(threshold, random.choice((1, 500, 1000, 1250)) + more))
    ceiling = random.choice((0, 0, 0, max(1, make.gross // 15)))
    rising = tuple(tier for n, tier in enumerate(tiers) if all(t.percent_bp < tier.percent_bp for t in tiers[:n]))
    base = make.base()
    return PercentAtThreshold(tiers=rising, ceiling_minor=ceiling, base=base)


def _special_price(make: Maker) -> AnyPlan:
    return SpecialPrice(make.price() * 100 + make.random.choice((0, 0, 33)))


def _points_off(make: Maker) -> AnyPlan:
    random = make.random
    return PointsOff(
        points=random.choice((1, 10, 100)),
        amount_minor=random.choice((1, 7, 100)),
        points_min=random.choice((0, 0, 50)),
        share_max_bp=random.choice((10_000, 5000, 333)),
    )


def _points_earned(make: Maker) -> AnyPlan:
    by = make.random.choice(("money", "quantity", "receipt"))
    step = {"money": 100, "quantity": 1000, "receipt": 1}[by]
    return PointsEarned(points=make.random.choice((1, 2, 5)), step=step, by=by)  # type: ignore[arg-type]


def _stamps(make: Maker) -> AnyPlan:
    by = make.random.choice(("money", "quantity", "receipt"))
    step = {"money": 500, "quantity": 1000, "receipt": 1}[by]
    return Stamps(counter="c", step=step, by=by)  # type: ignore[arg-type]


def _coupon_next(make: Maker) -> AnyPlan:
    every = make.random.random() < 0.3
    return CouponNext(series="next", tiers=make.amount_tiers(1 if every else 3), every=every, days=30)


KINDS: Final[dict[str, Callable[[Maker], AnyPlan]]] = {
    "special_price": _special_price,
    "percent_off": lambda make: PercentOff(make.random.choice(PERCENTS), make.random.choice(("line", "unit"))),
    "amount_off": lambda make: AmountOff(make.amount()),
    "one_unit": lambda make: OneUnit(which=make.random.choice(("cheapest", "dearest")), **_given(make)),
    "n_for_price": _n_for_price,
    "buy_get": _buy_get,
    "group_off": _group_off,
    "bundle": _bundle,
    "breaks": _breaks,
    "brackets": _brackets,
    "reward": _reward,
    "amount_at_threshold": _amount_at_threshold,
    "percent_at_threshold": _percent_at_threshold,
    "points_off": _points_off,
    "points_earned": _points_earned,
    "coupon_next": _coupon_next,
    "stamps": _stamps,
}
LATER_KINDS: Final = ("points_earned", "coupon_next", "stamps")
BASKET_KINDS: Final = ("amount_at_threshold", "percent_at_threshold", "points_off")
PAIRS: Final = tuple(combinations_with_replacement(KINDS, 2))


def _given(make: Maker) -> dict[str, int]:
    level = make.level()
    return {"percent_bp": 5000} if 0 in (level.get("percent_bp"), level.get("amount_minor")) else level


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
    if chance() and kind != "breaks" and random.random() < 0.4:
        fields["limits"] = Limits(total_units=5)
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
        points=random.choice((0, 99, 1000, 5000)),
        vouchers_minor=random.choice((0, 0, 250)),
    )


def settled(random: Random, offers: Sequence[Offer]) -> tuple[Offer, ...]:
    """The offers with passes: some forced, some of a later priority, some groups in the shop's favour."""
    found: list[Offer] = []
    for offer in offers:
        if offer.layer == "item" and not isinstance(offer.plan, Reward):
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
        plan = random.choice((_n_for_price, _n_for_price, _buy_get, _group_off, _bundle))(make)
        scope = Scope(items=tuple(sorted(random.sample(ITEMS, 4))))
        offers.append(Offer(f"o{number}", plan, scope=scope, times_max=random.choice((0, 1, 1, 2))))
    if random.random() < 0.3:
        offers.append(Offer("t", _amount_at_threshold(make)))
    return Case(f"adversarial {seed}", ("adversarial",), lines, tuple(offers), context_of(random, offers))


def pass_case(seed: int) -> Case:
    """Forced offers, several priorities and groups in the shop's favour, before what is chosen."""
    random = Random(f"pass {seed}")
    item_kinds = [kind for kind in KINDS if kind not in (*LATER_KINDS, *BASKET_KINDS, "reward")]
    kinds = random.choices([*item_kinds, "buy_get"], k=random.randint(2, 4)) + random.choices(BASKET_KINDS[:2], k=1)
    case = case_of(f"pass {seed}", random, random.choice((2, 3, 4, 5, 6)), kinds, 0.1)
    return replace(case, kinds=("pass",), offers=settled(random, case.offers))


GENERATORS: Final[dict[str, Callable[[int], Case]]] = {
    "pair": pair_case,
    "mixed": mixed_case,
    "near": near_threshold_case,
    "adversarial": adversarial_case,
    "pass": pass_case,
}
