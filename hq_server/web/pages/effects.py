"""What released offers cost and brought: lift and return on investment, with what cannot be known said beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from nicegui import run, ui
from starlette.requests import Request
from starlette.responses import Response

from hq_server import clock
from hq_server.errors import HqError
from hq_server.rehearsal import effects
from hq_server.rehearsal.effects import Effect
from hq_server.reports.service import MARGIN
from hq_server.web import export, figures, grid
from hq_server.web.desk import Desk, open_desk
from hq_server.web.frame import card, frame
from hq_server.web.words import say_refusal
from retail.money import MINOR_PER_MAJOR, Rounding, divide

PATH: Final = "/effects"
DAYS: Final = 30
HEIGHT: Final = "max(320px, calc(100vh - 300px))"


@dataclass(slots=True)
class Board:
    """The span chosen, and what is shown of it."""

    desk: Desk
    first: date
    last: date
    found: list[Effect] = field(default_factory=list)
    table: ui.aggrid | None = None
    cards: dict[str, tuple[ui.label, ui.label]] = field(default_factory=dict)


async def page(request: Request) -> Response | None:
    """The offers that took something off in the last thirty days."""
    desk = await open_desk(request)
    if isinstance(desk, Response):
        return desk
    today = _today(desk)
    board = Board(desk, today - timedelta(days=DAYS), today)
    with frame(desk, PATH):
        try:
            await _load(board)
        except HqError as error:
            ui.label(say_refusal(desk.language, error))
            return None
        _draw(board)
    return None


def _today(desk: Desk) -> date:
    return (clock.now() + timedelta(minutes=desk.utc_offset_min)).date()


async def _load(board: Board) -> None:
    first, last, today = board.first, board.last, _today(board.desk)
    board.found = await board.desk.call(
        lambda session, act: effects.effects(session, viewer=act.viewer, first=first, last=last, today=today),
        right=MARGIN,
    )


def _draw(board: Board) -> None:
    desk = board.desk
    with ui.element("div").classes("zg-bar"):
        ui.label(desk.say("effects")).classes("zg-title")
        for name in ("first", "last"):
            day = ui.input(desk.say(f"rehearse_{name}"), value=getattr(board, name).isoformat())
            day.props("dense outlined type=date stack-label").style("width: 150px")
            day.on_value_change(desk.event(lambda event, name=name: _change(board, name, str(event.value or ""))))
        ui.space()
        for kind, label in (("csv", "export_csv"), ("xlsx", "export_xlsx")):
            ui.button(
                desk.say(label), icon="download", on_click=desk.event(lambda kind=kind: _export(board, kind))
            ).props("flat dense no-caps").mark(kind)
    ui.label(desk.say("effects_text")).classes("zg-soft")
    with ui.element("div").classes("zg-cards"):
        for name in ("offer_cost", "incremental", "gain", "roi"):
            board.cards[name] = card(desk.say(name))
    board.table = grid.table(_columns(desk), [], key="offer", language=desk.language, height=HEIGHT)
    _show(board)


async def _change(board: Board, name: str, typed: str) -> None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return
    setattr(board, name, day)
    if board.first <= board.last:
        await _load(board)
        _show(board)


def _show(board: Board) -> None:
    assert board.table is not None
    grid.replace(board.table, [_row(board.desk, effect) for effect in board.found])
    for name, (value, note) in _summed(board).items():
        board.cards[name][0].text = value
        board.cards[name][1].text = note


def _summed(board: Board) -> dict[str, tuple[str, str]]:
    """The cards: sums by currency over the offers that can be compared."""
    sums: dict[str, list[int]] = {}
    for effect in board.found:
        held = sums.setdefault(effect.currency, [0, 0, 0, 0])
        lift = effect.lift
        for place, amount in enumerate((lift.cost_minor, lift.incremental_minor, lift.gain_minor, lift.cost_net_minor)):
            held[place] += amount

    def told(place: int) -> str:
        return " · ".join(figures.money(held[place], currency) for currency, held in sums.items()) or "–"

    rates = " · ".join(figures.percent(held[2], held[3]) for held in sums.values() if held[3] > 0)
    nothing = "" if board.found else board.desk.say("effects_none")
    return {
        "offer_cost": (told(0), nothing),
        "incremental": (told(1), ""),
        "gain": (told(2), ""),
        "roi": (rates or "–", ""),
    }


def _columns(desk: Desk) -> list[grid.Column]:
    say = desk.say
    classes = {say("clear"): "zg-ok", say("chance"): "zg-wait", say("no_baseline"): "zg-late"}
    return [
        grid.text_column("offer", say("which_offer"), minWidth=150),
        grid.text_column("days", say("date"), width=178, wide=True),
        grid.count_column("receipts", say("receipts"), width=80),
        grid.money_column("cost", say("offer_cost"), width=105),
        grid.percent_column("lift", say("lift"), width=90),
        grid.money_column("expected", say("expected_margin"), width=105, wide=True),
        grid.money_column("incremental", say("incremental"), width=105, wide=True),
        grid.money_column("gain", say("gain"), width=105),
        grid.percent_column("roi", say("roi"), width=105),
        grid.state_column("certain", say("certain"), classes, width=125),
        grid.percent_column("after", say("after_lift"), width=95, wide=True),
        grid.count_column("out", say("stores_out"), width=105, wide=True),
    ]


def _row(desk: Desk, effect: Effect) -> dict[str, Any]:
    lift = effect.lift
    return {
        "offer": effect.offer,
        "days": _days(effect),
        "receipts": effect.receipts,
        "cost": lift.cost_minor,
        "lift": _tenths(lift.lift_bp),
        "expected": lift.expected_margin,
        "incremental": lift.incremental_minor,
        "gain": lift.gain_minor,
        "roi": _tenths(lift.roi_bp),
        "certain": desk.say(_certainty(effect)),
        "after": _tenths(_after_bp(effect)),
        "out": lift.stores_left_out,
        "currency": effect.currency,
    }


def _certainty(effect: Effect) -> str:
    if not effect.lift.stores:
        return "no_baseline"
    return "clear" if effect.lift.clear else "chance"


def _after_bp(effect: Effect) -> int | None:
    """How sales afterwards differ from what was expected, in basis points; None where nothing was."""
    expected = effect.lift.after_expected_quantity_milli
    if expected <= 0:
        return None
    return divide((effect.lift.after_quantity_milli - expected) * 10_000, expected, Rounding.HALF_UP)


def _tenths(bp: int | None) -> int | None:
    """Basis points as tenths of a percent, as tables take them."""
    return None if bp is None else divide(bp, 10, Rounding.HALF_UP)


def _days(effect: Effect) -> str:
    days = effect.span.days
    return f"{days[0].isoformat()} – {days[-1].isoformat()}"


async def _export(board: Board, kind: str) -> None:
    """The table as a file, asked for anew, so that a right taken away counts here too."""
    await _load(board)
    say = board.desk.say
    names = ("which_offer", "date", "receipts", "items", "offer_cost", "cost_net", "units", "lift", "expected_margin")
    head = [say(name) for name in (*names, "margin", "uncosted", "incremental", "gain", "roi", "certain", "stores_out")]
    rows = [_cells(board.desk, effect) for effect in board.found]
    name = f"{say('effects')}-{board.first.isoformat()}-{board.last.isoformat()}"
    content = await run.io_bound(
        lambda: export.to_csv(head, rows) if kind == "csv" else export.to_xlsx(say("effects"), head, rows)
    )
    ui.download.content(content or b"", f"{name}.{kind}")


def _cells(desk: Desk, effect: Effect) -> list[export.Cell]:
    lift = effect.lift
    digits = len(str(MINOR_PER_MAJOR.get(effect.currency, 100))) - 1

    def money(amount: int) -> export.Cell:
        return export.scaled(amount, digits)

    return [
        effect.offer,
        _days(effect),
        effect.receipts,
        effect.items,
        money(lift.cost_minor),
        money(lift.cost_net_minor),
        export.scaled(lift.quantity_milli, 3),
        export.scaled(lift.lift_bp, 4),
        money(lift.expected_margin),
        money(lift.margin),
        money(lift.uncosted_net),
        money(lift.incremental_minor),
        money(lift.gain_minor),
        export.scaled(lift.roi_bp, 4),
        desk.say(_certainty(effect)),
        lift.stores_left_out,
    ]
