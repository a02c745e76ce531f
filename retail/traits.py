"""What an item's attributes say beyond words for people: who supplies it, its stage of life, tags, its price floor.

Attributes are free text by name, kept and sent as headquarters wrote them. These few names have a meaning for offers;
all others are for people only.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from retail.feeds import ItemRow

SUPPLIER: Final = "supplier"
STAGE: Final = "stage"
TAGS: Final = "tags"
FLOOR: Final = "floor_unit_price"
NAMES: Final = (SUPPLIER, STAGE, TAGS, FLOOR)
"""The attributes with a meaning. `tags` are separated by commas; the floor is in ten-thousandths, as prices are."""


class Traits(NamedTuple):
    """What offers may ask about an item. A floor of 0 is none."""

    supplier: str = ""
    stage: str = ""
    tags: tuple[str, ...] = ()
    floor_unit_price: int = 0


NO_TRAITS: Final = Traits()


def traits_of(item: ItemRow) -> Traits:
    """The item's traits. A floor that is no number is none: a slip at headquarters stops no sale.

    >>> traits_of(ItemRow("1", "茶", attributes={"stage": "new", "tags": "gift, spring", "产地": "杭州"}))
    Traits(supplier='', stage='new', tags=('gift', 'spring'), floor_unit_price=0)
    """
    attributes = item.attributes
    if not attributes:
        return NO_TRAITS
    tags = tuple(tag for part in attributes.get(TAGS, "").split(",") if (tag := part.strip()))
    floor = attributes.get(FLOOR, "")
    whole = floor.isascii() and floor.isdigit() and len(floor) <= 15
    return Traits(attributes.get(SUPPLIER, ""), attributes.get(STAGE, ""), tags, int(floor) if whole else 0)
