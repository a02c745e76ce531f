"""What must hold of a member before tills are told."""

from __future__ import annotations

from datetime import date
from typing import Final

from retail.feeds import MemberRow

GROUPS_MAX: Final = 100
LEAP_YEAR: Final = 2000
"""29 February is a birthday."""


def fault_of(row: MemberRow) -> str:
    """What is wrong with a member, in a few words; empty when nothing is.

    >>> fault_of(MemberRow("m1", birthday=1131))
    'the birthday is month and day, such as 0308, not 1131'
    """
    if not row.member:
        return "a member has a number"
    if row.birthday and not is_day(row.birthday):
        return f"the birthday is month and day, such as 0308, not {row.birthday:04d}"
    if not all(row.groups) or len(set(row.groups)) < len(row.groups):
        return "groups have names, each once"
    if len(row.groups) > GROUPS_MAX:
        return f"at most {GROUPS_MAX} groups"
    if row.purchases < -1:
        return "earlier purchases are counted from 0, and -1 when they are not known"
    return ""


def is_day(month_and_day: int) -> bool:
    """Whether a number is a day of some year, as MMDD.

    >>> is_day(229), is_day(230), is_day(1305)
    (True, False, False)
    """
    month, day = divmod(month_and_day, 100)
    try:
        date(LEAP_YEAR, month, day)
    except ValueError:
        return False
    return True
