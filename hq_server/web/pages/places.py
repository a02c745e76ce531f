"""Stores and their tills: what is enrolled, a one-time code for a new till, and taking a stolen one out."""

from __future__ import annotations

from typing import Final

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from hq_server.models.stores import Store, Zone
from hq_server.stores import enrolment, queries, service
from hq_server.stores.enrolment import CODE_LIFE
from hq_server.stores.queries import TillLine
from hq_server.web import figures, grid
from hq_server.web.desk import Desk, open_desk
from hq_server.web.frame import frame, panel

RIGHT: Final = "stores.edit"


async def page(request: Request) -> Response | None:
    """All tills, and the stores they stand in."""
    desk = await open_desk(request)
    if isinstance(desk, Response):
        return desk
    with frame(desk, "/places"):
        if not desk.may(RIGHT):
            ui.label(desk.say("no_pages"))
            return None
        tills, stores, zones = await desk.call(
            lambda session, _: (queries.tills(session), queries.stores(session), queries.zones(session)), right=RIGHT
        )
        _draw(desk, tills, stores, zones)
    return None


def _draw(desk: Desk, tills: list[TillLine], stores: list[Store], zones: list[Zone]) -> None:
    say = desk.say
    with ui.element("div").classes("zg-bar"):
        ui.label(say("places")).classes("zg-title")
        ui.space()
        add = ui.button(say("add_till"), icon="add").props("flat dense no-caps").mark("add-till")
        revoke = ui.button(say("revoke"), icon="block").props("flat dense no-caps color=negative")
        issue = ui.button(say("issue_code"), icon="key").props("unelevated dense no-caps").mark("issue-code")
    table = grid.table(
        _till_columns(desk),
        _till_rows(desk, tills),
        key="till",
        language=desk.language,
        height="max(260px, calc(60vh - 110px))",
        select="singleRow",
    )
    issue.on_click(desk.event(lambda: _issue(desk, table)))
    revoke.on_click(desk.event(lambda: _revoke(desk, table)))
    add.on_click(desk.event(lambda: _add(desk, table, stores)))
    names = {zone.zone_id: zone.name for zone in zones}
    with panel(say("stores")):
        grid.table(
            [
                grid.text_column("store", say("store"), width=110),
                grid.text_column("name", say("store_name")),
                grid.text_column("zone", say("zone"), width=150),
                grid.text_column("kind", say("store_kind"), width=130),
                grid.text_column("currency", "", width=80, wide=True),
            ],
            [
                {
                    "store": store.store_id,
                    "name": store.name,
                    "zone": names.get(store.zone_id or "", ""),
                    "kind": say(store.kind),
                    "currency": store.currency,
                }
                for store in stores
            ],
            key="store",
            language=desk.language,
            height="max(200px, calc(40vh - 110px))",
        )


async def _chosen(desk: Desk, table: ui.aggrid) -> str | None:
    rows = await table.get_selected_rows()
    if not rows:
        ui.notify(desk.say("choose_till"), type="warning")
        return None
    return str(rows[0]["till"])


async def _issue(desk: Desk, table: ui.aggrid) -> None:
    """Shows a fresh code once."""
    till = await _chosen(desk, table)
    if till is None:
        return
    code = await desk.call(
        lambda session, act: enrolment.issue_code(session, till_id=till, actor=act.viewer.user, at=act.at),
        right=RIGHT,
    )
    with ui.dialog() as dialog, ui.card().style("min-width: 420px"):
        ui.label(desk.say("code_for", till=till)).classes("zg-title")
        ui.label(code.code).classes("zg-code").mark("enrolment-code")
        ui.label(desk.say("code_text", minutes=int(CODE_LIFE.total_seconds()) // 60)).classes("zg-soft")
        ui.button(desk.say("close"), on_click=dialog.close).props("flat no-caps").classes("self-end")
    await dialog
    dialog.clear()


async def _revoke(desk: Desk, table: ui.aggrid) -> None:
    till = await _chosen(desk, table)
    if till is None:
        return
    with ui.dialog() as dialog, ui.card():
        ui.label(desk.say("revoke_sure", till=till))
        with ui.row().classes("w-full justify-end"):
            ui.button(desk.say("cancel"), on_click=lambda: dialog.submit(False)).props("flat no-caps")
            ui.button(desk.say("revoke"), on_click=lambda: dialog.submit(True)).props(
                "unelevated no-caps color=negative"
            )
    if await dialog:
        await desk.call(
            lambda session, act: service.revoke_till(session, till_id=till, actor=act.viewer.user, at=act.at),
            right=RIGHT,
        )
        await _reload(desk, table)


async def _add(desk: Desk, table: ui.aggrid, stores: list[Store]) -> None:
    """Makes a till in a store; it can be enrolled then."""
    with ui.dialog() as dialog, ui.card().style("min-width: 360px"):
        ui.label(desk.say("add_till")).classes("zg-title")
        names = {store.store_id: f"{store.store_id} {store.name}" for store in stores}
        store = (
            ui.select(names, label=desk.say("store"), with_input=True, value=next(iter(names), None))
            .props("dense outlined options-dense")
            .classes("w-full")
        )
        code = ui.input(desk.say("till_code")).props("dense outlined").classes("w-full")
        with ui.row().classes("w-full justify-end"):
            ui.button(desk.say("cancel"), on_click=lambda: dialog.submit(False)).props("flat no-caps")
            ui.button(desk.say("save"), on_click=lambda: dialog.submit(True)).props("unelevated no-caps")
    if await dialog:
        place = (str(code.value or "").strip().upper(), str(store.value))
        await desk.call(
            lambda session, act: service.add_tills(session, [place], actor=act.viewer.user, at=act.at), right=RIGHT
        )
        await _reload(desk, table)


async def _reload(desk: Desk, table: ui.aggrid) -> None:
    tills = await desk.call(lambda session, _: queries.tills(session), right=RIGHT)
    grid.replace(table, _till_rows(desk, tills))


def _till_columns(desk: Desk) -> list[grid.Column]:
    say = desk.say
    classes = {say("enrolled_state"): "zg-ok", say("not_enrolled"): "zg-wait", say("revoked"): "zg-late"}
    return [
        grid.text_column("till", say("till"), width=130),
        grid.text_column("store", say("store"), width=100),
        grid.text_column("store_name", say("store_name")),
        grid.state_column("state", say("state"), classes, width=120),
        grid.text_column("host", say("host"), width=170, wide=True),
        grid.text_column("enrolled", say("enrolled"), width=170, wide=True),
        grid.text_column("seen", say("last_seen"), width=170),
    ]


def _till_rows(desk: Desk, tills: list[TillLine]) -> list[grid.Row]:
    say = desk.say
    return [
        {
            "till": till.till,
            "store": till.store,
            "store_name": till.store_name,
            "state": say("revoked" if till.revoked_at else "enrolled_state" if till.enrolled_at else "not_enrolled"),
            "host": till.host,
            "enrolled": figures.local_time(till.enrolled_at, till.utc_offset_min),
            "seen": figures.local_time(till.last_seen_at, till.utc_offset_min) or say("never"),
        }
        for till in tills
    ]
