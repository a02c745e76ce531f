"""What was set aside: entries that could not be folded, why, and folding them again. And alarms."""

from __future__ import annotations

from typing import Final

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from hq_server.reports import service as reports
from hq_server.reports.service import AlarmLine
from hq_server.sync import quarantine
from hq_server.sync.quarantine import SetAsideEntry
from hq_server.users import audit
from hq_server.web import grid
from hq_server.web.desk import Desk, open_desk
from hq_server.web.frame import frame, panel
from hq_server.web.words import say_or

RIGHT: Final = "sync.repair"


async def page(request: Request) -> Response | None:
    """All entries set aside in the viewer's stores."""
    desk = await open_desk(request)
    if isinstance(desk, Response):
        return desk
    with frame(desk, "/aside"):
        if not desk.may(RIGHT):
            ui.label(desk.say("no_pages"))
            return None
        entries, alarms = await _load(desk)
        _draw(desk, entries, alarms)
    return None


async def _load(desk: Desk) -> tuple[list[SetAsideEntry], list[AlarmLine]]:
    return await desk.call(
        lambda session, act: (
            [entry for entry in quarantine.listed(session) if act.viewer.sees(entry.store)],
            reports.alarms(session, viewer=act.viewer) if act.viewer.may("reports.sales") else [],
        ),
        right=RIGHT,
    )


def _draw(desk: Desk, entries: list[SetAsideEntry], alarms: list[AlarmLine]) -> None:
    with ui.element("div").classes("zg-bar"):
        ui.label(desk.say("aside")).classes("zg-title")
        count = ui.label(f"{len(entries):,}" if entries else desk.say("nothing_aside")).classes("zg-soft")
        ui.space()
        again = ui.button(desk.say("replay"), icon="replay").props("unelevated dense no-caps").mark("replay")
    table = grid.table(
        _columns(desk),
        _rows(desk, entries),
        key="key",
        language=desk.language,
        height="max(260px, calc(60vh - 130px))",
        select="multiRow",
    )
    again.on_click(desk.event(lambda: _replay(desk, table, count)))
    with panel(desk.say("alarms")):
        grid.table(
            [
                grid.text_column("at", desk.say("time"), width=160),
                grid.text_column("store", desk.say("store"), width=100),
                grid.text_column("kind", desk.say("alarm_kind"), width=160),
                grid.text_column("subject", desk.say("identity"), wide=True),
                grid.text_column("detail", desk.say("detail")),
            ],
            [
                {
                    "key": f"{alarm.store}|{alarm.kind}|{alarm.subject}",
                    "at": desk.local(alarm.raised_at),
                    "store": alarm.store,
                    "kind": say_or(desk.language, alarm.kind, alarm.kind),
                    "subject": alarm.subject,
                    "detail": alarm.detail,
                }
                for alarm in alarms
            ],
            key="key",
            language=desk.language,
            height="220px",
        )


async def _replay(desk: Desk, table: ui.aggrid, count: ui.label) -> None:
    """Folds the chosen entries again, a store at a time, and tells what came of it."""
    chosen = await table.get_selected_rows()
    if not chosen:
        ui.notify(desk.say("choose_rows"), type="warning")
        return
    by_store: dict[str, list[int]] = {}
    for row in chosen:
        by_store.setdefault(str(row["store"]), []).append(int(row["position"]))
    tried = left = 0
    for store, positions in by_store.items():
        if not desk.viewer.sees(store):
            continue
        await desk.call(
            lambda session, act, store=store, positions=positions: audit.record(  # type: ignore[misc]
                session, actor=act.viewer.user, action="entries.replay", subject=store, at=act.at, positions=positions
            ),
            right=RIGHT,
        )
        done = await desk.call_database(
            lambda database, store=store, positions=positions: quarantine.replay(  # type: ignore[misc]
                database, store, positions
            ),
            right=RIGHT,
        )
        tried, left = tried + done.tried, left + done.still_aside
    ui.notify(desk.say("replayed", tried=tried, left=left), type="positive" if not left else "warning")
    entries, _ = await _load(desk)
    grid.replace(table, _rows(desk, entries))
    count.text = f"{len(entries):,}" if entries else desk.say("nothing_aside")


def _columns(desk: Desk) -> list[grid.Column]:
    say = desk.say
    classes = {say("quarantine"): "zg-late", say("parked"): "zg-wait"}
    return [
        grid.text_column("store", say("store"), width=85),
        grid.count_column("position", say("position"), width=85),
        grid.state_column("status", say("state"), classes, width=100),
        grid.text_column("kind", say("document_kind"), width=130),
        grid.text_column("reason", say("reason"), width=170),
        grid.text_column("detail", say("detail")),
        grid.text_column("document", say("identity"), width=150, wide=True),
        grid.text_column("at", say("accepted_at"), width=150, wide=True),
        grid.text_column("dependants", say("dependants"), width=90, wide=True),
    ]


def _rows(desk: Desk, entries: list[SetAsideEntry]) -> list[grid.Row]:
    return [
        {
            "key": f"{entry.store}/{entry.position}",
            "store": entry.store,
            "position": entry.position,
            "status": say_or(desk.language, entry.status, entry.status),
            "kind": f"{entry.kind}/{entry.version}" if entry.kind else "",
            "reason": say_or(desk.language, entry.reason, entry.reason),
            "detail": entry.detail,
            "document": f"{entry.document.till}/{entry.document.incarnation.hex()[-6:]}/{entry.document.seq}",
            "at": desk.local(entry.accepted_at),
            "dependants": ", ".join(entry.dependants),
        }
        for entry in entries
    ]
