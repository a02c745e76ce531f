"""The goods that offers are judged on: items with the prices they have somewhere now, and their traits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, or_, select, text
from sqlalchemy.orm import Session

from hq_server.models.catalog import Item
from hq_server.promotion_admin.lint import Goods
from promotions.basket import Article
from promotions.scope import Scope
from retail.feeds import ItemRow
from retail.traits import traits_of

_PRICES: Final = text("""
    SELECT item_id, array_agg(DISTINCT amount ORDER BY amount) FROM (
        SELECT DISTINCT ON (item_id, scope) item_id, amount FROM price
        WHERE kind = 'retail' AND from_minute <= :minute AND (until_minute = 0 OR until_minute > :minute)
          AND (:every OR item_id = ANY(:items))
        ORDER BY item_id, scope, from_minute DESC, release DESC
    ) AS held GROUP BY item_id
""")
_NARROW: Final = (
    *(("items", Item.item_id), ("categories", Item.category)),
    *(("brands", Item.brand), ("departments", Item.department)),
)


def goods_of(session: Session, *, minute: int, scopes: Sequence[Scope] | None = None) -> list[Goods]:
    """Items on sale that have a price at a wall-clock minute, by item; with `scopes` at least those that they mean."""
    wanted = select(Item).where(Item.on_sale.is_(True)).order_by(Item.item_id)
    narrow = None if scopes is None else _meant(scopes)
    if narrow is not None:
        wanted = wanted.where(narrow)
    items = list(session.scalars(wanted))
    names = [] if narrow is None else [item.item_id for item in items]
    prices: dict[str, list[int]] = dict(
        session.execute(_PRICES, {"minute": minute, "every": narrow is None, "items": names}).all()
    )
    return [_goods(item, prices[item.item_id]) for item in items if item.item_id in prices]


def _meant(scopes: Sequence[Scope]) -> ColumnElement[bool] | None:
    """A condition that no item meant by these scopes fails; None where a scope names no list."""
    conditions = []
    for scope in scopes:
        found = next((column.in_(names) for field, column in _NARROW if (names := getattr(scope, field))), None)
        if found is None:
            return None
        conditions.append(found)
    return or_(*conditions)


def _goods(item: Item, prices: Sequence[int]) -> Goods:
    traits = traits_of(ItemRow(item.item_id, item.name, attributes=item.attributes))
    article = Article(
        item.item_id, item.department, item.category, item.brand, traits.supplier, traits.stage, traits.tags
    )
    return Goods(article, tuple(prices), not item.measured, traits.floor_unit_price)
