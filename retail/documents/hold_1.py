"""The hold as it was written before it kept coupons, offers picked by hand and discounts. Kept for ever: shops have it
on their disks."""

from __future__ import annotations

from retail.documents.base import Document, Record
from retail.documents.till import HeldLine, Hold
from retail.ownership import Ownership


class HeldLine1(Record, frozen=True):
    """A held line, version 1."""

    item: str
    code: str
    quantity_milli: int
    label_amount: int | None
    manual_price: int | None
    department: str
    ownership: Ownership
    entry: str
    net: int


class Hold1(Document, frozen=True):
    """A receipt put aside, version 1."""

    shift: int
    cashier: str
    label: str
    member: str
    lines: tuple[HeldLine1, ...]


def as_hold(old: Document) -> Hold:
    """The hold as version 2: nothing was kept of what had been taken by hand."""
    assert isinstance(old, Hold1)
    lines = tuple(
        HeldLine(**{field: getattr(line, field) for field in line.__struct_fields__}, discount_bp=0, discount_minor=0)
        for line in old.lines
    )
    return Hold(
        old.shift, old.cashier, old.label, old.member, lines, coupons=(), picked=(), discount_bp=0, discount_minor=0
    )
