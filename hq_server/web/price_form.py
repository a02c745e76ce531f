"""Reads what somebody typed to change a price. Pure: every mistake is told at once, each beside its field."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from hq_server.pricing.rules import AMOUNT_MAX, local_of, minute_of

FAR_AHEAD: Final = timedelta(days=730)
_PRICE: Final = re.compile(r"(\d{1,12})(?:\.(\d*))?")
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields as typed."""

    price: str
    scope_kind: str
    scope_name: str
    from_date: str
    from_time: str
    until_date: str = ""
    until_time: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field: the key of the words, and what to put into them."""

    field: str
    key: str
    values: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PriceOrder:
    """A price that can be published: ten-thousandths, and wall-clock minutes of the stores (`until` 0: open)."""

    amount: int
    scope: str
    from_minute: int
    until_minute: int


def read_price(text: str) -> int | Problem:
    """A typed price in ten-thousandths of the major unit.

    >>> read_price(" 12.5 ")
    125000
    """
    plain = text.strip().lstrip("¥$€").replace(",", "").replace("，", "").replace("。", ".")
    found = _PRICE.fullmatch(plain)
    if found is None:
        return Problem("price", "bad_price", {"text": text.strip()[:20]})
    decimals = found[2] or ""
    if len(decimals.rstrip("0")) > 4:
        return Problem("price", "price_digits")
    amount = int(found[1]) * 10_000 + int(decimals[:4].ljust(4, "0") or 0)
    if amount == 0:
        return Problem("price", "price_zero")
    return Problem("price", "price_huge") if amount > AMOUNT_MAX else amount


def read(typed: Typed, *, now_minute: int) -> PriceOrder | list[Problem]:
    """What to publish, or everything that is wrong. `now_minute` is the wall-clock minute of the stores meant."""
    problems: list[Problem] = []
    amount = read_price(typed.price)
    if isinstance(amount, Problem):
        problems.append(amount)
    scope = typed.scope_kind if typed.scope_kind == "chain" else f"{typed.scope_kind}:{typed.scope_name}"
    if typed.scope_kind != "chain" and not typed.scope_name:
        problems.append(Problem("scope", "scope_missing"))
    start = _minute(typed.from_date, typed.from_time, "from")
    end: int | list[Problem] = 0
    if typed.until_date.strip() or typed.until_time.strip():
        end = _minute(typed.until_date, typed.until_time or "00:00", "until")
    for read_minute in (start, end):
        if isinstance(read_minute, list):
            problems += read_minute
    if isinstance(start, int):
        problems += _judged(start, end, now_minute)
    if problems or not isinstance(amount, int) or not isinstance(start, int) or not isinstance(end, int):
        return problems
    return PriceOrder(amount, scope, start, end)


def _judged(start: int, end: int | list[Problem], now_minute: int) -> list[Problem]:
    problems = []
    if start < now_minute:
        problems.append(Problem("from_time", "from_past", {"now": f"{local_of(now_minute):%m-%d %H:%M}"}))
    if start > now_minute + FAR_AHEAD // timedelta(minutes=1):
        problems.append(Problem("from_date", "from_far"))
    if isinstance(end, int) and end and end <= start:
        problems.append(Problem("until_date", "until_before"))
    return problems


def _minute(day: str, clock: str, which: str) -> int | list[Problem]:
    problems: list[Problem] = []
    on: date | None = None
    try:
        on = date.fromisoformat(day.strip())
    except ValueError:
        problems.append(Problem(f"{which}_date", "bad_date"))
    found = _TIME.fullmatch(clock.strip().replace("：", ":"))
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        problems.append(Problem(f"{which}_time", "bad_time"))
    if problems or on is None or found is None:
        return problems
    return minute_of(datetime.combine(on, time(int(found[1]), int(found[2]))))
