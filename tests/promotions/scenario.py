"""Receipts written as text: what is sold under which offers, and what everything must cost. See scenarios/*.txt.

== a name
at 2026-11-21 10:00                         when (default: a Saturday morning)
member gold groups=vip birthday=1121        the member: level, and what else is known (purchases=, counter:NAME=)
coupon C-17 SPRING                          a coupon handed over, and its series (default: the code)
pick x                                      a manual offer that was picked
tender card                                 how the receipt is paid
points 500                                  points that may be spent
goods milk stage=new tags=near floor=3.00   what else is known of an item (supplier=, regular=no)
store s2                                    the store (default: s1)
offer {"id": "x", …}                        an offer as JSON
line milk/dairy/farm/food 3 x 4.00 = 10.00 | x 2.00
                                            item/category/brand/department, quantity (`0.755kg`: weighed), price,
                                            net, and what each offer takes off the whole line
fixed milk 1 x 3.00 = 3.00                  a line that takes no offers
total 10.00
note x applied 2.00                         what became of an offer: reason, then amount, `2 units` or another name
used SPRING                                 the coupons that took effect (default: none)
later points 12                             what is earned (points N, coupon SERIES N x 10.00, stamps COUNTER N), and
                                            points spent (spent N); default: nothing
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
    groups: tuple[str, ...] = ()
    birthday: int = 0
    purchases: int = -1
    counters: dict[str, int] = field(default_factory=dict)
    store: str = "s1"
    tender: str = ""
    points: int = 0
    picked: list[str] = field(default_factory=list)
    goods: dict[str, dict[str, str]] = field(default_factory=dict)
    later: list[str] = field(default_factory=list)
    coupons: list[Coupon] = field(default_factory=list)
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
        context = Context(
            self.minute,
            self.member,
            tuple(self.coupons),
            groups=self.groups,
            birthday=self.birthday,
            purchases=self.purchases,
            picked=tuple(self.picked),
            tender=self.tender,
            counters=self.counters,
            points=self.points,
        )
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
    elif word in ("store", "total", "tender"):
        setattr(scenario, word, rest)
    elif word == "member":
        _take_member(scenario, rest.split())
    elif word == "coupon":
        code, _, series = rest.partition(" ")
        scenario.coupons.append(Coupon(code, series or code))
    elif word == "pick":
        scenario.picked.append(rest)
    elif word == "points":
        scenario.points = int(rest)
    elif word == "goods":
        item, *facts = rest.split()
        scenario.goods[item] = {name: value for name, value in (fact.split("=") for fact in facts)}
    elif word == "later":
        scenario.later.append(rest)
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


def _take_member(scenario: Scenario, words: list[str]) -> None:
    scenario.member, *facts = words
    for name, value in (fact.split("=") for fact in facts):
        if name == "groups":
            scenario.groups = tuple(value.split(","))
        elif name.startswith("counter:"):
            scenario.counters[name.removeprefix("counter:")] = int(value)
        else:
            assert name in ("birthday", "purchases"), name
            setattr(scenario, name, int(value))


def _take_line(scenario: Scenario, match: re.Match[str]) -> None:
    kind, article, quantity, weighed, price, net, reductions = match.groups()
    item, category, brand, department = [*article.split("/"), "", "", ""][:4]
    quantity_milli = parse_milli(quantity)
    unit_price = price_of_minor(parse_minor(price))
    facts = scenario.goods.get(item, {})
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
            supplier=facts.get("supplier", ""),
            stage=facts.get("stage", ""),
            tags=tuple(filter(None, facts.get("tags", "").split(","))),
            regular=facts.get("regular") != "no",
            floor_unit_price=price_of_minor(parse_minor(facts.get("floor", "0"))),
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


def _later(priced: Priced) -> list[str]:
    """What is earned and spent, as the texts write it."""
    found = [f"points {earned.points}" for earned in priced.earned]
    found += [f"coupon {one.series} {one.count} x {format_minor(one.amount_minor)}" for one in priced.issued]
    found += [f"stamps {one.counter} {one.count}" for one in priced.stamped]
    return [*found, f"spent {priced.points_spent}"] if priced.points_spent else found


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
    assert sorted(_later(priced)) == sorted(scenario.later)
    assert priced.gap == 0
