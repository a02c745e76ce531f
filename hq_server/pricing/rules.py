"""Which price holds, and the minutes prices are dated with. The till decides by the same rule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from retail.feeds import PriceRow

_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 wall-clock time of a store has no zone
AMOUNT_MAX: Final = 10**11
"""Ten million of the major unit: more was typed into the wrong field."""


def minute_of(local: datetime) -> int:
    """A store's wall-clock time as minutes since 1970; seconds are dropped, a zone is not looked at.

    >>> minute_of(datetime(1970, 1, 2, 0, 1))
    1441
    """
    return int((local.replace(tzinfo=None) - _EPOCH) / timedelta(minutes=1))


def local_of(minute: int) -> datetime:
    """The wall-clock time of a minute.

    >>> local_of(1441).isoformat(" ", "minutes")
    '1970-01-02 00:01'
    """
    return _EPOCH + timedelta(minutes=minute)


def minute_at(moment: datetime, utc_offset_min: int) -> int:
    """The wall-clock minute of a moment at a store."""
    utc = moment.astimezone(UTC)
    return minute_of(utc + timedelta(minutes=utc_offset_min))


def price_holding(rows: Iterable[PriceRow], *, kind: str, unit: str, scopes: list[str], minute: int) -> PriceRow | None:
    """The row that is charged at a minute: the narrowest scope (`scopes` names them from narrow to wide), then the
    latest from, then release."""
    held = [
        row
        for row in rows
        if row.kind == kind
        and row.unit == unit
        and row.scope in scopes
        and row.from_minute <= minute
        and (row.until_minute == 0 or minute < row.until_minute)
    ]
    return min(held, key=lambda row: (scopes.index(row.scope), -row.from_minute, -row.release), default=None)


def price_key(row: PriceRow) -> str:
    """A row's key in feed `prices`: a later release for the same minute replaces it."""
    return f"{row.item}|{row.kind}|{row.scope}|{row.unit}|{row.from_minute}"
