"""A smaller case that still fails: what a person has to look at when oracle and engine differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields, replace
from typing import Any

import msgspec

from promotions import BasketLine, Offer, encode_offer_json
from tests.promotions.generate import Case

_PLAIN = {"rank", "times_max", "off_max_minor", "exclusive", "group", "conditions", "limits", "audience", "priority"}
_LINE = ("floor_unit_price", "tags", "regular", "supplier", "takes_offers")


def shrunk(case: Case, fails: Callable[[Case], bool]) -> Case:
    """A case that fails and of which nothing can be left out."""
    found = True
    while found:
        found = False
        for smaller in _smaller(case):
            try:
                failed = fails(smaller)
            except Exception:  # noqa: BLE001 - a case that cannot be priced at all is another fault
                failed = False
            if failed:
                case, found = smaller, True
                break
    return case


def _smaller(case: Case) -> Iterator[Case]:
    for place in range(len(case.offers)):
        yield replace(case, offers=case.offers[:place] + case.offers[place + 1 :])
    for place, line in enumerate(case.lines):
        rest = (case.lines[:place], case.lines[place + 1 :])
        yield replace(case, lines=rest[0] + rest[1])
        for smaller in _smaller_lines(line):
            yield replace(case, lines=(*rest[0], smaller, *rest[1]))
    for place, offer in enumerate(case.offers):
        for plainer in _plainer(offer):
            yield replace(case, offers=(*case.offers[:place], plainer, *case.offers[place + 1 :]))


def _smaller_lines(line: BasketLine) -> Iterator[BasketLine]:
    if line.counted and line.quantity_milli > 1000:
        gross = line.gross_minor // (line.quantity_milli // 1000)
        yield replace(line, quantity_milli=line.quantity_milli - 1000, gross_minor=line.gross_minor - gross)
    plain: dict[str, Any] = {field.name: field.default for field in fields(BasketLine)}
    for name in _LINE:
        if getattr(line, name) != plain[name]:
            yield replace(line, **{name: plain[name]})


def _plainer(offer: Offer) -> Iterator[Offer]:
    plain = Offer(offer.id, offer.plan)
    for name in ("scope", "forced", "manual", "rescue", "share", "per_coupon", *_PLAIN):
        if getattr(offer, name) != getattr(plain, name):
            try:
                yield msgspec.structs.replace(offer, **{name: getattr(plain, name)})
            except ValueError:
                continue


def described(case: Case, faults: tuple[str, ...]) -> str:
    """The case as text."""
    plain = {field.name: field.default for field in fields(BasketLine)}
    lines = [
        json.dumps({name: value for name, value in asdict(line).items() if value != plain[name]}, default=str)
        for line in case.lines
    ]
    offers = [encode_offer_json(offer).decode() for offer in case.offers]
    context = case.context
    said = f"points {context.points}, coupons {len(context.coupons)}, tender {context.tender}, used {context.used}"
    return "\n".join([f"### {case.name}", *faults, said, *lines, *offers])
