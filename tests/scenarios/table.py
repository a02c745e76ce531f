"""Scenario tables: a sale told line by line as a cashier does it, the expected figures at the right.

    scan {milk}            | due 3.50
    enter 07/3*{tea}       | due 387.50
    pay 400                | change 12.50, clerk 07 384.00

Left of the bar what is done: scan, enter, press FUNCTION [text], answer [text], approve PERSON, esc, pay [cash], tick
MINUTES, price ITEM AMOUNT [SCOPE] [+MINUTES], return N (the N-th receipt), settings at the head. Right of it what must
hold afterwards. `{name}` is an item's bar code, `{21:00042:755}` a scale label.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pos_terminal.checkout.commands import Answered, Command, Entered, Pressed, Scanned
from pos_terminal.checkout.state import CheckoutState
from retail.documents.sale import Sale
from retail.money import format_minor, parse_minor
from retail.quantity import format_milli
from tests.pos_terminal.shop import CASE, CIDER, MILK, SOAP, TEA, label

FOLDER = Path(__file__).parent
CODES = {"milk": MILK, "tea": TEA, "soap": SOAP, "cider": CIDER, "case": CASE}


class Stage(Protocol):
    """A till that a scenario is played on, with an open shift."""

    @property
    def state(self) -> CheckoutState: ...

    @property
    def sales(self) -> list[Sale]: ...

    def do(self, command: Command) -> None: ...

    def approve(self, operator: str) -> None: ...

    def tick(self, minutes: int) -> None: ...

    def price(self, item: str, amount: int, scope: str, minutes: int) -> None: ...

    def open_return(self, receipt: int) -> None: ...


@dataclass
class Step:
    """One line of a table."""

    number: int
    action: str
    arguments: list[str]
    expected: list[str]


@dataclass
class Scenario:
    """One table: its title, settings and offers by name, and its steps."""

    name: str
    settings: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)


def scenarios() -> Iterator[Scenario]:
    """All tables of this folder."""
    for path in sorted(FOLDER.glob("*.txt")):
        yield parse(path.stem, path.read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Scenario:
    """A table from its text."""
    scenario = Scenario(name)
    for number, line in enumerate(text.splitlines(), 1):
        told, _, expected = line.split("#")[0].partition("|")
        if not told.strip():
            continue
        if ":" in told.split()[0] and told.split()[0].endswith(":"):
            key, _, value = told.partition(":")
            scenario.settings[key.strip()] = value.strip()
            continue
        action, *arguments = told.split()
        wanted = [one.strip() for one in expected.split(",") if one.strip()]
        scenario.steps.append(Step(number, action, [_filled(one) for one in arguments], wanted))
    return scenario


def _filled(text: str) -> str:
    """The text with bar codes in place of names."""

    def code(match: re.Match[str]) -> str:
        name = match[1]
        if ":" not in name:
            return CODES[name]
        prefix, plu, value = name.split(":")
        return label(prefix, plu, int(value))

    return re.sub(r"{([^}]*)}", code, text)


def play(scenario: Scenario, stage: Stage) -> None:
    """Plays all steps and checks what each must lead to."""
    for step in scenario.steps:
        _act(step, stage)
        for expected in step.expected:
            what, *rest = expected.split()
            found = _FIGURES[what](stage, rest[:-1])
            assert found == rest[-1], f"{scenario.name}.txt:{step.number}: {expected}, but found {found}"


def _act(step: Step, stage: Stage) -> None:
    arguments = step.arguments
    text = " ".join(arguments)
    match step.action:
        case "scan":
            for one in arguments:
                stage.do(Scanned(one))
        case "enter":
            stage.do(Entered(text))
        case "press":
            stage.do(Pressed(arguments[0], " ".join(arguments[1:])))
        case "answer":
            stage.do(Answered(text))
        case "esc":
            stage.do(Answered(None))
        case "approve":
            stage.approve(text)
        case "pay":
            stage.do(Entered(""))
            stage.do(Entered(text))
        case "tick":
            stage.tick(int(text))
        case "price":
            scope = next((one for one in arguments[2:] if not one.startswith("+")), "chain")
            minutes = next((int(one) for one in arguments[2:] if one.startswith("+")), 0)
            stage.price(arguments[0], parse_minor(arguments[1]) * 100, scope, minutes)
        case "return":
            stage.open_return(int(text))
        case _:
            raise AssertionError(f"line {step.number}: nobody knows how to {step.action!r}")


def _clerk(stage: Stage, names: list[str]) -> str:
    cells = [
        (cell, run.units) for sale in stage.sales for line in sale.lines for run in line.runs for cell in run.clerks
    ]
    return format_minor(sum(units * cell.amount for cell, units in cells if cell.clerk == names[0]))


def _tender(stage: Stage, names: list[str]) -> str:
    return format_minor(sum(tender.amount for tender in stage.sales[-1].tenders if tender.kind == names[0]))


def _stock(stage: Stage, names: list[str]) -> str:
    lines = [line for sale in stage.sales for line in sale.lines if line.voided is None and line.item == names[0]]
    return format_milli(-sum(line.quantity_milli for line in lines))


def _taken(stage: Stage, names: list[str]) -> str:
    """What an offer took off over all receipts."""
    runs = [run for sale in stage.sales for line in sale.lines if line.voided is None for run in line.runs]
    cuts = [(cut, run.units) for run in runs for cut in run.reductions]
    return format_minor(sum(units * cut.amount for cut, units in cuts if cut.reference == names[0]))


def _line(stage: Stage, names: list[str]) -> str:
    return format_minor(stage.state.receipt.figures.lines[int(names[0]) - 1].net)


def _last(stage: Stage, names: list[str]) -> str:
    return format_minor(stage.state.last.change) if stage.state.last else "none"


_FIGURES: dict[str, Callable[[Stage, list[str]], str]] = {
    "due": lambda stage, _: format_minor(stage.state.receipt.due),
    "saved": lambda stage, _: format_minor(stage.state.receipt.figures.saved),
    "open": lambda stage, _: format_minor(stage.state.receipt.open_amount),
    "line": _line,
    "lines": lambda stage, _: str(len(stage.state.receipt.live_lines)),
    "told": lambda stage, _: stage.state.message.code if stage.state.message else "nothing",
    "asked": lambda stage, _: stage.state.asked.kind if stage.state.asked else "nothing",
    "mode": lambda stage, _: stage.state.mode.value,
    "change": _last,
    "net": lambda stage, _: format_minor(stage.sales[-1].net),
    "taken": _taken,
    "picked": lambda stage, _: str(len(stage.state.receipt.picked)),
    "coupons": lambda stage, _: str(len(stage.state.receipt.coupons)),
    "used": lambda stage, _: str(len(stage.sales[-1].coupons)),
    "points": lambda stage, _: str(sum(one.points for one in stage.sales[-1].earned)),
    "stamps": lambda stage, _: str(sum(one.count for one in stage.sales[-1].stamped)),
    "issued": lambda stage, _: format_minor(sum(one.count * one.amount for one in stage.sales[-1].issued)),
    "receipts": lambda stage, _: str(len(stage.sales)),
    "turnover": lambda stage, _: format_minor(sum(sale.net for sale in stage.sales)),
    "clerk": _clerk,
    "paid": _tender,
    "stock": _stock,
}
