"""Offers that make choosing hard: many offers on groups over the same goods. Counted against the catalogue, and tried
out with the engine itself on a receipt full of just those goods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
TRIALS_MAX: Final = 50
"""So many offers of a whole set are tried out."""
STORE: Final = "trial"


def ties(offer: Offer) -> bool:
    """Whether units under this offer depend on one another."""
    return isinstance(offer.plan, GroupPlan | PoolPlan | Reward)


@dataclass(frozen=True, slots=True)
class Crowd:
    """An offer among those on groups that share its goods: its goods with how many such offers are on each, the most
    crowded first."""

    focus: Offer
    rivals: Sequence[Offer]
    counts: Sequence[tuple[int, int]]

    @property
    def most(self) -> int:
        """How many offers are on the most crowded article."""
        return self.counts[0][1] if self.counts else 0


def crowd_of(focus: Offer, rivals: Sequence[tuple[Offer, frozenset[int]]], shelf: Shelf) -> Crowd:
    """Who meets whom, given with the goods they share; nobody where the focus is no offer on groups."""
    counts: Counter[int] = Counter()
    if ties(focus):
        counts.update(reached(focus, shelf))
        for offer, shared in rivals:
            if ties(offer):
                counts.update(shared)
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return Crowd(focus, [offer for offer, _ in rivals], ranked)


def look_at_crowds(crowds: Sequence[Crowd], shelf: Shelf, currency: str) -> Iterator[Finding]:
    """How hard offers are together with those they can meet; the most crowded ones are tried out."""
    for crowd in crowds:
        if crowd.most > OFFERS_PER_ARTICLE_MAX:
            item = shelf.goods[crowd.counts[0][0]].article.item
            yield finding("crowded", crowd.focus.id, example=item, count=crowd.most, most=OFFERS_PER_ARTICLE_MAX)
    tried = sorted((crowd for crowd in crowds if crowd.counts), key=lambda crowd: (-crowd.most, crowd.focus.id))
    for crowd in tried[:TRIALS_MAX]:
        goods = [shelf.goods[place] for place, _ in crowd.counts[:TRIAL_ARTICLES]]
        gap, nodes = trial([crowd.focus, *crowd.rivals], goods, currency)
        if gap:
            yield finding("hard", crowd.focus.id, example=goods[0].article.item, gap_minor=gap, nodes=nodes)


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
