"""Receipts written as text: what is sold under which offers, and what everything must cost. See scenarios/*.txt.

== a name
at 2026-11-21 10:00                         when (default: a Saturday morning)
member gold                                 the member's level
coupon SPRING                               a coupon handed over
store s2                                    the store (default: s1)
offer {"id": "x", …}                        an offer as JSON
line milk/dairy/farm/food 3 x 4.00 = 10.00 | x 2.00
                                            item/category/brand/department, quantity (`0.755kg`: weighed), price,
                                            net, and what each offer takes off the whole line
fixed milk 1 x 3.00 = 3.00                  a line that takes no offers
total 10.00
note x applied 2.00                         what became of an offer: reason, then amount, `2 units` or another name
used SPRING                                 the coupons that took effect (default: none)
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import promotions
from promotions import Basket, BasketLine, Context, Coupon, Note, Offer, Priced
from retail.money import extend_minor, format_minor, parse_minor, price_of_minor
from retail.quantity import parse_milli

SATURDAY = "2026-11-21 10:00"
LINE = re.compile(r"(line|fixed) (\S+) ([\d.]+)(kg)? x ([\d.]+) = ([\d.]+)(?: \| (.*))?")


@dataclass
class Scenario:
    """One receipt with what it must come to."""

    name: str
    minute: int = 0
    member: str = ""
    store: str = "s1"
    coupons: list[str] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    lines: list[BasketLine] = field(default_factory=list)
    nets: list[str] = field(default_factory=list)
    reductions: list[str] = field(default_factory=list)
    total: str = ""
    notes: dict[str, str] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)

    def price(self) -> Priced:
        """The engine's answer."""
        offer_set = promotions.compile(self.offers, store=self.store)
        context = Context(self.minute, self.member, tuple(Coupon(code, code) for code in self.coupons))
        return promotions.price(Basket(tuple(self.lines)), offer_set, context)


def minute_of(text: str) -> int:
    """Minutes since 1970 of a wall clock."""
    return int((datetime.fromisoformat(text) - datetime(1970, 1, 1)).total_seconds()) // 60  # noqa: DTZ001 - store-local


def read(text: str) -> list[Scenario]:
    """All receipts of a text."""
    found: list[Scenario] = []
    for row in text.splitlines():
        word, _, rest = row.strip().partition(" ")
        if not word or word == "#":
            continue
        if word == "==":
            found.append(Scenario(rest, minute_of(SATURDAY)))
        else:
            _take(found[-1], word, rest, row.strip())
    return found


def read_file(path: Path) -> list[Scenario]:
    """All receipts of a file."""
    return read(path.read_text("utf-8"))


def _take(scenario: Scenario, word: str, rest: str, row: str) -> None:
    if word == "at":
        scenario.minute = minute_of(rest)
    elif word in ("member", "store", "total"):
        setattr(scenario, word, rest)
    elif word == "coupon":
        scenario.coupons.append(rest)
    elif word == "used":
        scenario.used.append(rest)
    elif word == "offer":
        offer = promotions.decode_offer(rest.encode())
        assert isinstance(offer, Offer), row
        scenario.offers.append(offer)
    elif word == "note":
        offer_id, _, what = rest.partition(" ")
        scenario.notes[offer_id] = what
    else:
        match = LINE.fullmatch(row)
        assert match, row
        _take_line(scenario, match)


def _take_line(scenario: Scenario, match: re.Match[str]) -> None:
    kind, article, quantity, weighed, price, net, reductions = match.groups()
    item, category, brand, department = [*article.split("/"), "", "", ""][:4]
    quantity_milli = parse_milli(quantity)
    unit_price = price_of_minor(parse_minor(price))
    scenario.lines.append(
        BasketLine(
            number=len(scenario.lines) + 1,
            item=item,
            department=department,
            category=category,
            brand=brand,
            quantity_milli=quantity_milli,
            unit_price=unit_price,
            gross_minor=extend_minor(unit_price, quantity_milli),
            counted=not weighed,
            takes_offers=kind == "line",
        )
    )
    scenario.nets.append(net)
    scenario.reductions.append(reductions or "")


def described(note: Note) -> str:
    """A note as the texts write it."""
    words: list[str] = [note.reason]
    if note.applied_minor:
        words.append(format_minor(note.applied_minor))
    if note.missing_units:
        words.append(f"{note.missing_units} units")
    if note.missing_minor:
        words.append(f"short {format_minor(note.missing_minor)}")
    if note.other:
        words.append(note.other)
    return " ".join(words)


def check(scenario: Scenario) -> None:
    """Fails unless the receipt comes to what its text says."""
    priced = scenario.price()
    for line, found, net, reductions in zip(
        scenario.lines, priced.lines, scenario.nets, scenario.reductions, strict=True
    ):
        taken: Counter[str] = Counter()
        for run in found.runs:
            for cell in run.reductions:
                taken[cell.reference] += cell.amount * run.units
        written = ", ".join(f"{offer} {format_minor(taken[offer])}" for offer in sorted(taken))
        assert (line.item, format_minor(found.net), written) == (line.item, net, reductions)
    assert format_minor(priced.total) == scenario.total
    notes = {note.offer: described(note) for note in priced.notes}
    assert {offer: notes.get(offer, "") for offer in scenario.notes} == scenario.notes
    assert list(priced.coupons_used) == scenario.used
    assert priced.gap == 0
