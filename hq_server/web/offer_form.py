"""An offer as its form shows it, and back. Pure: what is typed is read exactly, every mistake told beside its field.

A form is a tree of what stands in the fields: texts and ticks by name, rows as lists, scopes as lists of names. What
the form does not know of an offer (a newer field, say) is kept as it was. Amounts of money have two decimals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeGuard

from hq_server.pricing.rules import local_of, minute_of
from hq_server.web.offer_fields import (
    AUDIENCE,
    BOUNDS,
    CONDITIONS,
    GOODS,
    KINDS,
    LIMITS,
    NAMING,
    SCOPE_LISTS,
    STANDING,
    WINDOW,
    Field,
)
from hq_server.web.price_form import Problem

Tree = dict[str, Any]

_NUMBER: Final = re.compile(r"([0-9]{1,15})(?:\.([0-9]{0,6}))?")
_CLOCK: Final = re.compile(r"([01]?\d|2[0-4])[:：]([0-5]\d)")
_DIGITS: Final = {"money": 2, "price": 4, "percent": 2, "count": 0, "quantity": 3}
_UNBOUNDED: Final = frozenset(("quantity_max_milli", "amount_max_minor"))
"""Upper bounds for which 0 means none of it: empty is another thing."""
DAY_MIN: Final = 1440

TOP: Final = (*NAMING, GOODS, CONDITIONS, *BOUNDS, *STANDING)
PARTS: Final[tuple[tuple[str, tuple[Field, ...]], ...]] = (
    ("window", WINDOW),
    ("audience", AUDIENCE),
    ("limits", LIMITS),
)


def blank(kind: str) -> Tree:
    """The form of a new offer of a kind."""
    return to_form({"plan": {"kind": kind}})


def to_form(offer: Mapping[str, Any]) -> Tree:
    """What stands in the fields for an offer, however incomplete it is."""
    plan = _mapping(offer.get("plan"))
    kind = str(plan.get("kind", ""))
    form: Tree = {"kind": kind, "plan": _shown_all(KINDS[kind].fields, plan) if kind in KINDS else {}}
    form |= _shown_all(TOP, offer)
    return form | {name: _shown_all(fields, _mapping(offer.get(name))) for name, fields in PARTS}


def from_form(form: Mapping[str, Any], base: Mapping[str, Any]) -> tuple[Tree, list[Problem]]:
    """The offer that the fields say, on top of what it was; and every mistake, by the path of its field."""
    problems: list[Problem] = []
    kind = str(form.get("kind", ""))
    plan_base = _mapping(base.get("plan"))
    plan = dict(plan_base) if plan_base.get("kind") == kind else {"kind": kind}
    offer = dict(base)
    if kind in KINDS:
        _read_all(KINDS[kind].fields, _mapping(form.get("plan")), plan, "plan", problems)
    offer["plan"] = plan
    _read_all(TOP, form, offer, "", problems)
    for name, fields in PARTS:
        part = dict(_mapping(base.get(name)))
        _read_all(fields, _mapping(form.get(name)), part, name, problems)
        _put(offer, name, part)
    return offer, problems


def read_number(text: str, form: str) -> int | None:
    """A typed number in the smallest unit of its form; None when it is none.

    >>> read_number("12.5", "money"), read_number("3", "count"), read_number("8,5", "percent")
    (1250, 3, None)
    """
    plain = text.strip().lstrip("¥$€").rstrip("%％").strip().replace("，", "").replace("。", ".")
    plain = plain.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?", plain) else plain
    found = _NUMBER.fullmatch(plain)
    digits = _DIGITS[form]
    if found is None or len((found[2] or "").rstrip("0")) > digits:
        return None
    return int(found[1] + (found[2] or "")[:digits].ljust(digits, "0"))


def show_number(value: object, form: str) -> str:
    """A number as it is typed; what is no number, as it is.

    >>> show_number(1250, "money"), show_number(1000, "percent"), show_number(125, "price")
    ('12.50', '10', '0.0125')
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        return "" if value is None or value == -1 else str(value)
    digits = _DIGITS[form]
    whole, rest = divmod(value, 10**digits)
    decimals = f"{rest:0{digits}d}".rstrip("0") if digits else ""
    if form in ("money", "price") and (decimals or form == "price"):
        decimals = decimals.ljust(2, "0")
    return f"{whole}.{decimals}" if decimals else str(whole)


def _shown_all(fields: Sequence[Field], held: Mapping[str, Any]) -> Tree:
    return {field.name: _shown(field, held) for field in fields}


def _shown(field: Field, held: Mapping[str, Any]) -> Any:
    """What stands in one field."""
    value = held.get(field.name)
    match field.form:
        case "benefit":
            way = next((name for name in field.options if _is_number(held.get(name))), field.options[0])
            return {"way": way, "value": show_number(held.get(way), form_of(way))}
        case "rows":
            rows = value if isinstance(value, list) else []
            return [_shown_all(field.columns, _mapping(row)) for row in rows]
        case "scope":
            return _shown_scope(_mapping(value))
        case "flag":
            return value if isinstance(value, bool) else field.usual
        case "days":
            mask = value if _is_number(value) else 127
            return "".join(str(mask >> day & 1) for day in range(7))
        case "names" | "numbers":
            return ", ".join(str(one) for one in value) if isinstance(value, list) else ""
        case "moment":
            return _shown_moment(value)
        case "clock":
            return f"{value // 60:02d}:{value % 60:02d}" if _is_number(value) else ""
        case "money" | "price" | "percent" | "count" | "quantity":
            if field.name not in held:
                return field.usual
            shown = show_number(value, field.form)
            return "" if value == 0 and field.usual == "" and field.name not in _UNBOUNDED else shown
        case "choice":
            return field.usual if value is None else str(value)
        case _:
            return "" if value is None else str(value)


def _shown_scope(held: Mapping[str, Any]) -> Tree:
    shown: Tree = {}
    for name in SCOPE_LISTS:
        value = held.get(name)
        shown[name] = [str(one) for one in value] if isinstance(value, list) else []
    for name in ("price_from", "price_until"):
        shown[name] = show_number(held.get(name) or None, "price")
    return shown | {"regular_only": held.get("regular_only") is True}


def _shown_moment(value: object) -> Tree:
    if not _is_number(value) or not 0 < value < 2_000_000_000:
        return {"date": "", "time": ""}
    local = local_of(value)
    return {"date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}


def _read_all(
    fields: Sequence[Field], typed: Mapping[str, Any], into: Tree, path: str, problems: list[Problem]
) -> None:
    for field in fields:
        place = f"{path}.{field.name}".lstrip(".")
        if field.form == "benefit":
            _read_benefit(field, _mapping(typed.get("benefit")), into, path, problems)
            continue
        value, problem = _read(field, typed.get(field.name), place, problems)
        if problem is not None:
            problems.append(Problem(place, problem, {"text": str(typed.get(field.name))[:20]}))
        _put(into, field.name, value)


def _read(field: Field, typed: Any, place: str, problems: list[Problem]) -> tuple[Any, str | None]:
    """(value, key of what is wrong); None and empty values are left out of the offer."""
    match field.form:
        case "rows":
            return _read_rows(field, typed, place, problems), None
        case "scope":
            return _read_scope(_mapping(typed), place, problems), None
        case "flag":
            return (None if typed == field.usual else bool(typed)), None
        case "days":
            mask = sum(1 << day for day, bit in enumerate(str(typed)) if bit == "1")
            return (None if mask == 127 else mask), None
        case "names":
            return _split(str(typed or "")), None
        case "numbers":
            numbers = [read_number(one, "count") for one in _split(str(typed or ""))]
            return (numbers, None) if None not in numbers else (None, "bad_number")
        case "moment":
            return read_minute(str(_mapping(typed).get("date") or ""), str(_mapping(typed).get("time") or ""))
        case "clock":
            return _read_clock(str(typed or ""))
        case "money" | "price" | "percent" | "count" | "quantity":
            return _read_number(field, str(typed if typed is not None else ""))
        case "choice":
            chosen = str(typed or "")
            if chosen == field.usual:
                return None, None
            return (int(chosen) if field.name == "priority" else chosen), None
        case _:
            return (str(typed or "").strip() or None), None


def _read_number(field: Field, text: str) -> tuple[int | None, str | None]:
    if not text.strip():
        return None, ("needed" if field.needed else None)
    value = read_number(text, field.form)
    if value is None:
        return None, "bad_number"
    usual = read_number(str(field.usual), field.form) if field.usual else (-1 if field.name in _UNBOUNDED else 0)
    return (None if value == usual and not field.needed else value), None


def _read_benefit(field: Field, typed: Mapping[str, Any], into: Tree, path: str, problems: list[Problem]) -> None:
    """One of several ways to say what is given; the others are not there."""
    way, text = str(typed.get("way") or field.options[0]), str(typed.get("value") or "")
    for name in field.options:
        into.pop(name, None)
    value = read_number(text, form_of(way))
    if value is not None:
        into[way] = value
        return
    problems.append(
        Problem(f"{path}.{way}".lstrip("."), "bad_number" if text.strip() else "needed", {"text": text[:20]})
    )


def _read_rows(field: Field, typed: Any, place: str, problems: list[Problem]) -> list[Tree]:
    rows: list[Tree] = []
    for number, row in enumerate(typed if isinstance(typed, list) else []):
        into: Tree = {}
        _read_all(field.columns, _mapping(row), into, f"{place}[{number}]", problems)
        rows.append(into)
    return rows


def _read_scope(typed: Mapping[str, Any], place: str, problems: list[Problem]) -> Tree:
    scope: Tree = {}
    for name in SCOPE_LISTS:
        _put(scope, name, [str(one) for one in typed.get(name) or []])
    for name in ("price_from", "price_until"):
        text = str(typed.get(name) or "")
        value = read_number(text, "price") if text.strip() else 0
        if value is None:
            problems.append(Problem(f"{place}.{name}", "bad_number", {"text": text[:20]}))
        _put(scope, name, value or None)
    _put(scope, "regular_only", True if typed.get("regular_only") else None)
    return scope


def read_minute(day: str, clock: str) -> tuple[int | None, str | None]:
    """(wall-clock minute, key of what is wrong) of a typed date and time; both None when nothing is typed."""
    day, clock = day.strip(), clock.strip()
    if not day and not clock:
        return None, None
    try:
        on = datetime.fromisoformat(day)
    except ValueError:
        return None, "bad_date"
    minute, problem = _read_clock(clock or "00:00")
    return (None, problem) if minute is None else (minute_of(on.replace(hour=0, minute=0)) + minute, None)


def _read_clock(text: str) -> tuple[int | None, str | None]:
    found = _CLOCK.fullmatch(text.strip())
    minute = -1 if found is None else int(found[1]) * 60 + int(found[2])
    return (minute, None) if 0 <= minute <= DAY_MIN else (None, "bad_time")


def form_of(way: str) -> str:
    """How the value of one way to give something is typed."""
    return form_by_name(way) or "money"


def form_by_name(path: str) -> str:
    """How a number with this name is typed; empty for plain numbers.

    >>> form_by_name("plan.tiers[0].threshold_minor"), form_by_name("limits.total_uses")
    ('money', '')
    """
    name = path.rpartition(".")[2].partition("[")[0]
    if name in ("unit_price", "price_from", "price_until"):
        return "price"
    endings = {"_minor": "money", "_bp": "percent", "_milli": "quantity"}
    return next((form for ending, form in endings.items() if name.endswith(ending)), "")


def _put(into: Tree, name: str, value: Any) -> None:
    """Sets a value; what says nothing is not written at all."""
    if value is None or value in ([], {}):
        into.pop(name, None)
    else:
        into[name] = value


def _split(text: str) -> list[str]:
    return [one.strip() for one in re.split(r"[,，、;；\n]", text) if one.strip()]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
