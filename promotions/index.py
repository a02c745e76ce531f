"""Offers filed by the goods they name, so that a look at an article costs what is said of it and no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, NamedTuple

from promotions.basket import Article
from promotions.scope import Scope


class Rest(NamedTuple):
    """What a scope still asks of goods that were found under one of its lists. Lists are sets here: they may be long;
    None: nothing is asked."""

    departments: frozenset[str] | None
    categories: frozenset[str] | None
    brands: frozenset[str] | None
    suppliers: frozenset[str] | None
    stages: frozenset[str] | None
    tags: frozenset[str] | None
    except_items: frozenset[str]
    price_from: int
    price_until: int
    regular_only: bool

    def covers(self, article: Article) -> bool:
        """Whether these goods are meant, if their item is."""
        return (
            (self.departments is None or article.department in self.departments)
            and (self.categories is None or article.category in self.categories)
            and (self.brands is None or article.brand in self.brands)
            and (self.suppliers is None or article.supplier in self.suppliers)
            and (self.stages is None or article.stage in self.stages)
            and (self.tags is None or not self.tags.isdisjoint(article.tags))
            and article.item not in self.except_items
            and article.unit_price >= self.price_from
            and (not self.price_until or article.unit_price < self.price_until)
            and (not self.regular_only or article.regular)
        )


class Posting(NamedTuple):
    """An offer (its place in the set) that names some goods for one of its slots; `rest` is what its scope still asks
    of goods found through the index, None if nothing."""

    offer: int
    slot: int
    rest: Rest | None


Postings = dict[str, tuple[Posting, ...]]

SELECTIVE: Final = ("items", "suppliers", "categories", "brands", "stages", "departments")
"""A scope is filed under the first of these lists that it fills: the narrower, the fewer baskets it is looked at in. Of
tags goods have several: they are asked of goods found otherwise."""


@dataclass(frozen=True, slots=True)
class Index:
    """Postings by what goods have one of; `everywhere` are those of scopes without such a list."""

    items: Postings
    suppliers: Postings
    categories: Postings
    brands: Postings
    stages: Postings
    departments: Postings
    everywhere: tuple[Posting, ...]

    def naming(self, article: Article) -> list[Posting]:
        """The offers that name these goods, by place in the set and slot."""
        named = [
            *self.items.get(article.item, ()),
            *self.suppliers.get(article.supplier, ()),
            *self.categories.get(article.category, ()),
            *self.brands.get(article.brand, ()),
            *self.stages.get(article.stage, ()),
            *self.departments.get(article.department, ()),
            *self.everywhere,
        ]
        found = [posting for posting in named if posting.rest is None or posting.rest.covers(article)]
        found.sort(key=PLACE)
        return found


PLACE: Final = itemgetter(0, 1)


def index_of(scopes: Iterable[tuple[int, int, Scope]]) -> Index:
    """The index of scopes, each with its offer and slot."""
    files: dict[str, dict[str, list[Posting]]] = {name: {} for name in SELECTIVE}
    everywhere: list[Posting] = []
    for offer, slot, scope in scopes:
        name = _filed_under(scope)
        posting = Posting(offer, slot, _rest(scope, name))
        if not name:
            everywhere.append(posting)
            continue
        file = files[name]
        for key in dict.fromkeys(getattr(scope, name)):
            file.setdefault(key, []).append(posting)
    frozen = {name: {key: tuple(found) for key, found in file.items()} for name, file in files.items()}
    return Index(everywhere=tuple(everywhere), **frozen)


def _filed_under(scope: Scope) -> str:
    if scope.items:
        return "items"
    return next((name for name in SELECTIVE if getattr(scope, name)), "")


def _rest(scope: Scope, filed: str) -> Rest | None:
    """None for most scopes: they fill one list."""
    lists = {name: getattr(scope, name) for name in (*SELECTIVE[1:], "tags") if name != filed}
    plain = not (scope.except_items or scope.price_from or scope.price_until or scope.regular_only)
    if plain and not any(lists.values()):
        return None
    asked = {name: frozenset(names) if names else None for name, names in lists.items()}
    return Rest(
        departments=asked.get("departments"),
        categories=asked.get("categories"),
        brands=asked.get("brands"),
        suppliers=asked.get("suppliers"),
        stages=asked.get("stages"),
        tags=asked.get("tags"),
        except_items=frozenset(scope.except_items),
        price_from=scope.price_from,
        price_until=scope.price_until,
        regular_only=scope.regular_only,
    )
