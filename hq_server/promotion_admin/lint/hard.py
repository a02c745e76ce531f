"""Offers that make choosing hard: many offers on groups over the same goods. Counted against the catalogue, and tried
out with the engine itself on a receipt full of just those goods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from hq_server.promotion_admin.lint.finding import Finding, Goods, finding
from hq_server.promotion_admin.lint.reach import Shelf, reached
from promotions import compile, price
from promotions.basket import Basket, BasketLine, Context
from promotions.circumstances import Audience, Window
from promotions.limits import Limits
from promotions.plans import GroupPlan, PoolPlan, Reward
from promotions.rule import Offer
from retail.money import extend_minor

OFFERS_PER_ARTICLE_MAX: Final = 6
"""Offers on groups over one article, beyond which a receipt takes noticeably longer."""
TRIAL_ARTICLES: Final = 10
TRIAL_PIECES: Final = 3
STORE: Final = "trial"


def ties(offer: Offer) -> bool:
    """Whether units under this offer depend on one another."""
    return isinstance(offer.plan, GroupPlan | PoolPlan | Reward)


def look_at_hardness(focus: Offer, rivals: Sequence[Offer], shelf: Shelf, currency: str) -> Iterator[Finding]:
    """How hard `focus` is together with the offers it can meet."""
    if not ties(focus):
        return
    tied = [focus, *(offer for offer in rivals if ties(offer) and offer.id != focus.id)]
    counts: dict[int, int] = {}
    goods = reached(focus, shelf)
    for offer in tied:
        for place in reached(offer, shelf) & goods:
            counts[place] = counts.get(place, 0) + 1
    if not counts:
        return
    crowded = sorted(counts, key=lambda place: (-counts[place], place))
    most = counts[crowded[0]]
    if most > OFFERS_PER_ARTICLE_MAX:
        item = shelf.goods[crowded[0]].article.item
        yield finding("crowded", focus.id, example=item, count=most, most=OFFERS_PER_ARTICLE_MAX)
    everything = [focus, *(offer for offer in rivals if offer.id != focus.id)]
    on_trial = [shelf.goods[place] for place in crowded[:TRIAL_ARTICLES]]
    gap, nodes = trial(everything, on_trial, currency)
    if gap:
        yield finding("hard", focus.id, example=on_trial[0].article.item, gap_minor=gap, nodes=nodes)


def trial(offers: Sequence[Offer], goods: Sequence[Goods], currency: str) -> tuple[int, int]:
    """(gap, nodes) of a receipt with some pieces of each of these goods, every offer open. A gap above 0 says that the
    best price could not be proven within the engine's bound."""
    lines = [line for number, one in enumerate(goods, 1) for line in _lines(number, one, currency)]
    offer_set = compile([_opened(offer) for offer in offers], store=STORE, currency=currency)
    priced = price(Basket(tuple(lines)), offer_set, Context(local_minute=0))
    return priced.gap, priced.nodes


def _lines(number: int, goods: Goods, currency: str) -> list[BasketLine]:
    """Pieces at the middle price, no two lines alike in price where the catalogue has it otherwise."""
    article = goods.article
    amount = goods.prices[len(goods.prices) // 2]
    quantity_milli = TRIAL_PIECES * 1000 if goods.counted else 1000
    return [
        BasketLine(
            number,
            article.item,
            article.department,
            article.category,
            article.brand,
            quantity_milli,
            amount,
            extend_minor(amount, quantity_milli, currency),
            goods.counted,
            supplier=article.supplier,
            stage=article.stage,
            tags=article.tags,
            floor_unit_price=goods.floor,
        )
    ]


def _opened(offer: Offer) -> Offer:
    """The offer without the circumstances it asks for."""
    return msgspec.structs.replace(
        offer,
        window=Window(),
        audience=Audience(),
        conditions=(),
        limits=Limits(),
        stores=(),
        manual=False,
        per_coupon=False,
    )
