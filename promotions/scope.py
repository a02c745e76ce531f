"""Which goods an offer speaks of."""

from __future__ import annotations

from typing import Final

import msgspec

from promotions.basket import Article

NAMES_MAX: Final = 20_000
NAME_CHARS_MAX: Final = 100


class Scope(msgspec.Struct, frozen=True, omit_defaults=True):
    """Goods that match every list that is not empty, less `except_items`; all goods when no list is filled.

    >>> Scope(categories=("tea",), brands=("longjing",)).covers(Article("t1", "food", "tea", "longjing"))
    True
    """

    items: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    except_items: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for field in self.__struct_fields__:
            check_names(field, getattr(self, field))

    def covers(self, article: Article) -> bool:
        """Whether these goods are meant."""
        return (
            (not self.items or article.item in self.items)
            and (not self.departments or article.department in self.departments)
            and (not self.categories or article.category in self.categories)
            and (not self.brands or article.brand in self.brands)
            and article.item not in self.except_items
        )


def check_names(field: str, names: tuple[str, ...]) -> None:
    """ValueError unless these are names that could exist."""
    if len(names) > NAMES_MAX:
        raise ValueError(f"{field}: at most {NAMES_MAX} names")
    for name in names:
        if not name or len(name) > NAME_CHARS_MAX:
            raise ValueError(f"{field}: a name has 1 to {NAME_CHARS_MAX} characters")
