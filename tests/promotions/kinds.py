"""Benefits of every kind made by chance, with amounts near what the goods of a basket cost: they round badly, and
thresholds are just reached or just missed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations_with_replacement
from random import Random
from typing import Final, Literal

from msgspec.structs import replace as with_fields

from promotions import (
    AmountAtThreshold,
    AmountOff,
    AmountTier,
    BasketLine,
    Bracket,
    Brackets,
    Breaks,
    Bundle,
    BuyGet,
    CouponNext,
    GroupOff,
    Level,
    NForPrice,
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
)
from promotions.plans import AnyPlan

CATEGORIES: Final = ("x", "y", "z")
PRICES: Final = (1, 5, 64, 99, 115, 115, 250, 333, 480, 720, 1000, 1999)
ITEMS: Final = tuple(f"i{number:02}" for number in range(len(PRICES)))
PERCENTS: Final = (1, 333, 1000, 1500, 2500, 3333, 5000, 10_000)


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
    return CouponNext(series="next", tiers=make.amount_tiers(1), every=every, days=30)


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
