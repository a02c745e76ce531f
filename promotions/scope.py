"""Which goods an offer speaks of."""

from __future__ import annotations

from typing import Final

import msgspec

from promotions.basket import Article

NAMES_MAX: Final = 20_000
NAME_CHARS_MAX: Final = 100
UNIT_PRICE_MAX: Final = 10_000_000_000_000


class Scope(msgspec.Struct, frozen=True, omit_defaults=True):
    """Goods that match every list that is not empty, less `except_items`; all goods when nothing is filled.

    `tags` asks for one of them. `price_from` and `price_until` bound the unit price (ten-thousandths; the upper bound
    not included, 0: none). `regular_only` leaves out goods that are not at their regular price.

    >>> Scope(categories=("tea",), brands=("longjing",)).covers(Article("t1", "food", "tea", "longjing"))
    True
    """

    items: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    except_items: tuple[str, ...] = ()
    price_from: int = 0
    price_until: int = 0
    regular_only: bool = False

    def __post_init__(self) -> None:
        for field in LISTS:
            check_names(field, getattr(self, field))
        for field in ("price_from", "price_until"):
            if not 0 <= getattr(self, field) <= UNIT_PRICE_MAX:
                raise ValueError(f"{field}: {getattr(self, field)} is not within 0 to {UNIT_PRICE_MAX}")
        if 0 < self.price_until <= self.price_from:
            raise ValueError("price_until: no price is that low and that high")
        if self.items and set(self.items) <= set(self.except_items):
            raise ValueError("except_items: nothing is left of the goods named")

    def covers(self, article: Article) -> bool:
        """Whether these goods are meant."""
        return (
            (not self.items or article.item in self.items)
            and (not self.departments or article.department in self.departments)
            and (not self.categories or article.category in self.categories)
            and (not self.brands or article.brand in self.brands)
            and (not self.suppliers or article.supplier in self.suppliers)
            and (not self.stages or article.stage in self.stages)
            and (not self.tags or any(tag in self.tags for tag in article.tags))
            and article.item not in self.except_items
            and article.unit_price >= self.price_from
            and (not self.price_until or article.unit_price < self.price_until)
            and (not self.regular_only or article.regular)
        )


LISTS: Final = ("items", "departments", "categories", "brands", "suppliers", "stages", "tags", "except_items")


def check_names(field: str, names: tuple[str, ...]) -> None:
    """ValueError unless these are names that could exist."""
    if len(names) > NAMES_MAX:
        raise ValueError(f"{field}: at most {NAMES_MAX} names")
    for name in names:
        if not name or len(name) > NAME_CHARS_MAX:
            raise ValueError(f"{field}: a name has 1 to {NAME_CHARS_MAX} characters")
