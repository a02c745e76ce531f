"""Coupons: series with what became of their codes, new codes as a file, and coupons that were taken twice."""

from __future__ import annotations

from typing import Final

from nicegui import app, ui
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from hq_server.coupons import queries, service
from hq_server.coupons.queries import Duplicate, SeriesLine
from hq_server.coupons.service import SeriesRecord
from hq_server.errors import Invalid
from hq_server.keys import HqKey
from hq_server.web import grid
from hq_server.web.desk import Act, Desk, open_desk
from hq_server.web.export import to_csv
from hq_server.web.frame import frame, panel

RIGHT: Final = "promotions.edit"


async def page(request: Request) -> Response | None:
    """All series, and what was taken twice."""
    desk = await open_desk(request)
    if isinstance(desk, Response):
        return desk
    with frame(desk, "/coupons"):
        if not desk.may(RIGHT):
            ui.label(desk.say("no_pages"))
            return None
        _draw(desk, *await desk.call(lambda session, act: _load(session, act), right=RIGHT))
    return None


def _load(session: Session, act: Act) -> tuple[list[SeriesLine], list[Duplicate]]:
    return queries.series_lines(session, at=act.at), queries.duplicates(session)


def _draw(desk: Desk, series: list[SeriesLine], twice: list[Duplicate]) -> None:
    say = desk.say
    with ui.element("div").classes("zg-bar"):
        ui.label(say("coupons")).classes("zg-title")
        ui.space()
        void = ui.button(say("void_coupons"), icon="block").props("flat dense no-caps color=negative")
        stop = ui.button(say("stop_series"), icon="pause").props("flat dense no-caps")
        change = ui.button(say("change_series"), icon="edit").props("flat dense no-caps")
        put = ui.button(say("put_series"), icon="add").props("flat dense no-caps").mark("put-series")
        issue = ui.button(say("issue_coupons"), icon="confirmation_number").props("unelevated dense no-caps")
    table = grid.table(
        [
            grid.text_column("series", say("series"), width=150),
            grid.text_column("name", say("series_name")),
            grid.text_column("form", say("coupon_form"), width=100, wide=True),
            grid.text_column("offline", say("offline_short"), width=110, wide=True),
            grid.text_column("days", say("days"), width=190, wide=True),
            grid.count_column("issued", say("issued")),
            grid.count_column("reserved", say("reserved"), wide=True),
            grid.count_column("redeemed", say("redeemed")),
            grid.count_column("void", say("void"), wide=True),
            grid.text_column("state", say("state"), width=100),
        ],
        _rows(desk, series),
        key="series",
        language=desk.language,
        height="max(240px, calc(60vh - 110px))",
        select="singleRow",
    )
    put.on_click(desk.event(lambda: _put(desk, table, "")))
    change.on_click(desk.event(lambda: _change(desk, table)))
    issue.on_click(desk.event(lambda: _issue(desk, table)))
    stop.on_click(desk.event(lambda: _stop(desk, table)))
    void.on_click(desk.event(lambda: _void(desk, table)))
    with panel(say("twice")):
        _draw_twice(desk, twice)


def _draw_twice(desk: Desk, twice: list[Duplicate]) -> None:
    say = desk.say
    if not twice:
        ui.label(say("twice_none")).classes("zg-soft")
        return
    grid.table(
        [
            grid.text_column("at", say("taken_at"), width=170),
            grid.text_column("code", say("coupon_code")),
            grid.text_column("store", say("store"), width=110),
            grid.text_column("receipt", say("receipt"), width=150),
            grid.text_column("first", say("first_store"), width=130),
        ],
        [
            {
                "key": f"{one.code}|{one.receipt}",
                "at": desk.local(one.accepted_at),
                "code": one.code,
                "store": one.store,
                "receipt": one.receipt,
                "first": one.first_store,
            }
            for one in twice
        ],
        key="key",
        language=desk.language,
        height="220px",
    )


def _rows(desk: Desk, series: list[SeriesLine]) -> list[grid.Row]:
    say = desk.say
    return [
        {
            "series": one.series,
            "name": one.name,
            "form": say(f"form_{one.form}_short"),
            "offline": say("yes") if one.offline == "accept" else say("no"),
            "days": _days(one),
            "issued": one.issued,
            "reserved": one.reserved,
            "redeemed": one.redeemed,
            "void": one.void,
            "state": say("stopped") if one.stopped else say("running"),
        }
        for one in series
    ]


async def _show(desk: Desk, table: ui.aggrid) -> None:
    """Shows the series as they stand now."""
    series, _ = await desk.call(lambda session, act: _load(session, act), right=RIGHT)
    grid.replace(table, _rows(desk, series))


async def _chosen(desk: Desk, table: ui.aggrid) -> str:
    """The series selected; empty, and said, when none is."""
    rows = await table.get_selected_rows()
    if not rows:
        ui.notify(desk.say("choose_series"), type="warning")
        return ""
    return str(rows[0]["series"])


async def _change(desk: Desk, table: ui.aggrid) -> None:
    if series := await _chosen(desk, table):
        await _put(desk, table, series)


async def _put(desk: Desk, table: ui.aggrid, series: str) -> None:
    """Puts a series up, or changes the one named."""
    say = desk.say
    held = await desk.call(lambda session, act: queries.series_lines(session, at=act.at), right=RIGHT)
    line = next((one for one in held if one.series == series), None)
    forms = {"unique": say("form_unique"), "signed": say("form_signed")}
    with ui.dialog() as dialog, ui.card().style("min-width: 420px"):
        ui.label(say("change_series" if line else "put_series")).classes("zg-title")
        code = ui.input(say("series_code"), value=series).props("dense outlined").classes("w-full")
        code.set_enabled(line is None)
        name = ui.input(say("series_name"), value=line.name if line else "").props("dense outlined").classes("w-full")
        form = ui.select(forms, value=line.form if line else "unique", label=say("coupon_form"))
        form.props("dense outlined").classes("w-full").set_enabled(line is None)
        with ui.row().classes("w-full no-wrap"):
            first = _day_box(desk, "from_day", line.from_day if line else 0)
            last = _day_box(desk, "until_day", line.until_day if line else 0)
        alone = ui.checkbox(say("coupon_offline"), value=bool(line and line.offline == "accept"))
        _buttons(desk, dialog)
    if not await dialog:
        return
    record = SeriesRecord(
        series or str(code.value or "").strip(),
        str(name.value or "").strip(),
        "signed" if form.value == "signed" else "unique",
        "accept" if alone.value else "refuse",
        _number(first.value, "coupon_day"),
        _number(last.value, "coupon_day"),
    )
    await desk.call(
        lambda session, act: service.put_series(session, record, actor=act.viewer.user, at=act.at), right=RIGHT
    )
    await _show(desk, table)


async def _issue(desk: Desk, table: ui.aggrid) -> None:
    """Makes coupons and hands them over as a file."""
    say = desk.say
    series = await _chosen(desk, table)
    if not series:
        return
    with ui.dialog() as dialog, ui.card().style("min-width: 360px"):
        ui.label(f"{say('issue_coupons')} · {series}").classes("zg-title")
        count = ui.input(say("count"), value="100").props("dense outlined").classes("w-full")
        worth = ui.input(say("coupon_worth"), value="0").props("dense outlined").classes("w-full")
        _buttons(desk, dialog)
    if not await dialog:
        return
    wanted, amount = _number(count.value, "coupon_count"), _number(worth.value, "coupon_worth")
    key: HqKey = app.state.key
    made = await desk.call(
        lambda session, act: service.issue(
            session, series, wanted, amount_minor=amount, key=key, actor=act.viewer.user, at=act.at
        ),
        right=RIGHT,
    )
    ui.download(to_csv(("code", "text"), made), f"{series}.csv")
    ui.notify(say("issued_done", count=len(made)))
    await _show(desk, table)


async def _stop(desk: Desk, table: ui.aggrid) -> None:
    """Stops the series, or lets a stopped one go on."""
    series = await _chosen(desk, table)
    if not series:
        return

    def turn(session: Session, act: Act) -> None:
        (line,) = [one for one in queries.series_lines(session, at=act.at) if one.series == series]
        service.stop_series(session, series, stopped=not line.stopped, actor=act.viewer.user, at=act.at)

    await desk.call(turn, right=RIGHT)
    await _show(desk, table)


async def _void(desk: Desk, table: ui.aggrid) -> None:
    """Takes single coupons out of use."""
    say = desk.say
    with ui.dialog() as dialog, ui.card().style("min-width: 420px"):
        ui.label(say("void_coupons")).classes("zg-title")
        typed = ui.textarea(say("void_codes")).props("dense outlined").classes("w-full")
        reason = ui.input(say("reason_why")).props("dense outlined").classes("w-full")
        _buttons(desk, dialog)
    if not await dialog:
        return
    codes = [line.strip() for line in str(typed.value or "").splitlines() if line.strip()]
    why = str(reason.value or "").strip()
    if not why:
        raise Invalid("say why", code="reason_missing")
    gone = await desk.call(
        lambda session, act: service.void(session, codes, reason=why, actor=act.viewer.user, at=act.at), right=RIGHT
    )
    ui.notify(say("void_done", gone=len(gone), all=len(codes)))
    await _show(desk, table)


def _buttons(desk: Desk, dialog: ui.dialog) -> None:
    with ui.row().classes("w-full justify-end"):
        ui.button(desk.say("cancel"), on_click=lambda: dialog.submit(False)).props("flat no-caps")
        ui.button(desk.say("save"), on_click=lambda: dialog.submit(True)).props("unelevated no-caps")


def _days(line: SeriesLine) -> str:
    return f"{line.from_day or '…'} – {line.until_day or '…'}" if line.from_day or line.until_day else ""


def _day_box(desk: Desk, key: str, day: int) -> ui.input:
    box = ui.input(desk.say(key), value=str(day) if day else "", placeholder=desk.say("day_hint"))
    return box.props("dense outlined").classes("w-full")


def _number(typed: object, code: str) -> int:
    """The whole number typed, 0 for nothing. Invalid under this code for anything else."""
    text = str(typed or "").strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise Invalid(f"{text} is no number", code=code)
    return int(text)
