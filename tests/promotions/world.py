"""A supermarket chain made up for speed: 20,000 articles in 300 categories and ten thousand offers that all hold today.

Of the offers 56 % are per unit, 14 % multi-buys of one article, 18 % mix-and-match lists, 9 % bundles, 3 % go over a
whole category; an amount off the receipt has five tiers. Everything follows from a seed.
"""

from __future__ import annotations

from random import Random
from typing import Final

from promotions import (
    AmountAtThreshold,
    AmountOff,
    AmountTier,
    BasketLine,
    Bundle,
    BuyGet,
    Context,
    GroupOff,
    NForPrice,
    Offer,
    Part,
    PercentOff,
    Scope,
    SpecialPrice,
)
from promotions.plans import AnyPlan

ARTICLES: Final = 20_000
CATEGORIES: Final = 300
SHARES: Final = ((5600, "unit"), (1400, "multi"), (1800, "list"), (900, "bundle"), (299, "category"), (1, "receipt"))
TIERS: Final = ((5_000, 400), (10_000, 1_000), (20_000, 2_400), (40_000, 6_000), (80_000, 14_000))
"""Threshold and what is then off, in minor units."""
NOW: Final = Context(local_minute=29_920_920)


def item(article: int) -> str:
    """The article's number as the goods carry it."""
    return f"a{article:05d}"


def category(article: int) -> str:
    """Articles of a category stand next to each other."""
    return f"c{article * CATEGORIES // ARTICLES:03d}"


def price_minor(article: int) -> int:
    """From half a unit of currency to forty, mostly cheap; shelf prices end in nine."""
    spread = Random(article * 7_919).random()
    return int(50 + 3_950 * spread**3) // 10 * 10 + 9


def offers(count: int = 10_000, seed: int = 1) -> list[Offer]:
    """So many offers in the proportions above, all open now."""
    random = Random(seed)
    made: list[Offer] = []
    for share, shape in SHARES:
        for _ in range(max(1, share * count // 10_000)):
            plan, scope = _offer(shape, random)
            made.append(Offer(f"{shape}-{len(made):05d}", plan, scope=scope))
    return made[:count]


def _offer(shape: str, random: Random) -> tuple[AnyPlan, Scope]:
    article = random.randrange(ARTICLES)
    price = price_minor(article)
    if shape == "unit":
        return _unit_plan(price, random), Scope(items=_near(article, random.choice((1, 1, 1, 1, 2, 4)), random))
    if shape == "multi":
        return _group_plan(price, random, same_article=True), Scope(items=(item(article),))
    if shape == "list":
        return _group_plan(price, random), Scope(items=_near(article, random.randint(3, 12), random))
    if shape == "bundle":
        others = [Part(Scope(items=_near(random.randrange(ARTICLES), random.randint(1, 4), random)))]
        if random.random() < 0.3:
            others.append(Part(Scope(categories=(category(random.randrange(ARTICLES)),))))
        return Bundle(parts=tuple(others), percent_bp=random.choice((1000, 1500, 2500))), Scope(items=(item(article),))
    if shape == "category":
        return _group_plan(price, random), Scope(categories=(category(article),))
    return AmountAtThreshold(tiers=tuple(AmountTier(*tier) for tier in TIERS)), Scope()


def _near(article: int, count: int, random: Random) -> tuple[str, ...]:
    """An article and others of its neighbourhood."""
    first = max(0, article - 20)
    around = range(first, min(ARTICLES, first + 60))
    return tuple(sorted({item(article), *(item(other) for other in random.sample(around, min(count, len(around))))}))


def _unit_plan(price: int, random: Random) -> AnyPlan:
    kind = random.randrange(3)
    if kind == 0:
        return PercentOff(percent_bp=random.choice((500, 1000, 1500, 2000, 3000)))
    if kind == 1:
        return AmountOff(amount_minor=max(1, price * random.randint(5, 30) // 100))
    return SpecialPrice(unit_price=price * random.randint(70, 95))


def _group_plan(price: int, random: Random, *, same_article: bool = False) -> AnyPlan:
    kind = random.randrange(4)
    count = random.choice((2, 2, 3, 3, 4))
    if kind == 0:
        return NForPrice(
            count=count, price_minor=price * count * random.randint(75, 95) // 100, same_article=same_article
        )
    if kind == 1:
        return BuyGet(buy=count - 1, get=1, percent_bp=random.choice((5000, 10_000)), same_article=same_article)
    if kind == 2:
        return GroupOff(count=count, percent_bp=random.choice((1000, 1500, 2000)), same_article=same_article)
    amount = max(1, price * count * random.randint(5, 20) // 100)
    return GroupOff(count=count, amount_minor=amount, same_article=same_article)


def lines(count: int, seed: int) -> list[BasketLine]:
    """So many lines of different articles, two units each on average; some articles sell far more often."""
    random = Random(seed)
    articles: dict[int, None] = {}
    while len(articles) < count:
        articles[int(ARTICLES * random.random() ** 1.5)] = None
    return [_line(number, article, random.choice((1, 1, 1, 2, 2, 3, 5))) for number, article in enumerate(articles, 1)]


def _line(number: int, article: int, units: int) -> BasketLine:
    price = price_minor(article)
    return BasketLine(
        number=number,
        item=item(article),
        department=f"d{article * 12 // ARTICLES}",
        category=category(article),
        brand=f"b{article % 97}",
        quantity_milli=units * 1000,
        unit_price=price * 100,
        gross_minor=price * units,
    )
