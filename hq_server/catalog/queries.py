"""Finds items the way people look for them: by code, by name, by pinyin initials."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hq_server.models.catalog import Barcode, Item


@dataclass(frozen=True, slots=True)
class FoundItem:
    """An item with its codes."""

    item: str
    name: str
    department: str
    unit: str
    brand: str
    category: str
    codes: tuple[str, ...]


def find_items(session: Session, typed: str, *, limit: int = 50) -> list[FoundItem]:
    """Items whose code, number, name or pinyin fits what was typed; exact fits first, then by name."""
    text = typed.strip()
    if not text:
        return []
    pattern = "%" + text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    coded = select(Barcode.item_id).where(Barcode.code == text)
    exact = or_(Item.item_id == text, Item.item_id.in_(coded))
    like = or_(func.lower(Item.name).like(pattern), Item.pinyin.like(pattern))
    wanted = select(Item).where(or_(exact, like)).order_by(exact.desc(), Item.name, Item.item_id).limit(limit)
    return _with_codes(session, list(session.scalars(wanted)))


def get_item(session: Session, item: str) -> FoundItem | None:
    """The item with this number."""
    held = session.get(Item, item)
    return None if held is None else _with_codes(session, [held])[0]


def count_items(session: Session) -> int:
    """How many items there are."""
    return session.scalar(select(func.count()).select_from(Item)) or 0


def _with_codes(session: Session, items: list[Item]) -> list[FoundItem]:
    codes: dict[str, list[str]] = {}
    wanted = select(Barcode).where(Barcode.item_id.in_([item.item_id for item in items])).order_by(Barcode.code)
    for barcode in session.scalars(wanted):
        codes.setdefault(barcode.item_id, []).append(barcode.code)
    return [
        FoundItem(
            held.item_id,
            held.name,
            held.department,
            held.unit,
            held.brand,
            held.category,
            tuple(codes.get(held.item_id, ())),
        )
        for held in items
    ]
