"""All offers by state: find one, write a new one, look over them all, carry them out and in as a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from nicegui import events, ui
from starlette.requests import Request
from starlette.responses import Response

from hq_server.promotion_admin import bulk, queries
from hq_server.promotion_admin.checking import lint_all
from hq_server.promotion_admin.lint import Finding
from hq_server.promotion_admin.queries import OfferLine, Places
from hq_server.promotion_admin.rules import APPROVE, EDIT, STATES
from hq_server.web import figures, grid
from hq_server.web.desk import Desk, open_desk
from hq_server.web.frame import frame
from hq_server.web.offer_form import form_by_name
from hq_server.web.offer_said import audience_words, field_words, finding_words, state_classes
from hq_server.web.refusals import reason_in
from hq_server.web.words import say_or

ALL: Final = "all"


@dataclass(slots=True)
class Office:
    """What the page knows: which offers are looked at."""

    desk: Desk
    places: Places
    state: str = ALL
    typed: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    table: Any = None


async def page(request: Request) -> Response | None:
    """The list; `?state=` chooses one."""
    desk = await open_desk(request)
    if isinstance(desk, Response):
        return desk
    with frame(desk, "/offers"):
        if not desk.may(EDIT) and not desk.may(APPROVE):
            ui.label(desk.say("no_pages"))
            return None
        office = Office(desk, await desk.call(lambda session, _: queries.places(session)))
        office.state = request.query_params.get("state", ALL)
        lines = await _load(office)
        _draw(office, lines)
    return None


async def _load(office: Office) -> list[OfferLine]:
    wanted = [] if office.state == ALL else [office.state]
    found = await office.desk.call(
        lambda session, _: (
            queries.listed(session, states=wanted, typed=office.typed),
            queries.state_counts(session),
        )
    )
    lines, office.counts = found
    return lines


def _draw(office: Office, lines: list[OfferLine]) -> None:
    desk = office.desk
    with ui.element("div").classes("zg-bar"):
        ui.label(desk.say("offers")).classes("zg-title")
        _draw_states(office)
        ui.space()
        typed = ui.input(placeholder=desk.say("find_offer")).props("dense outlined clearable").mark("find-offer")
        typed.on(
            "keydown.enter",
            desk.event(lambda event: _find(office, str(event.args or ""))),
            js_handler="(event) => emit(event.target.value)",
        )
        ui.button(desk.say("lint_all"), icon="rule", on_click=desk.event(lambda: _lint(desk))).props(
            "flat dense no-caps"
        )
        ui.button(desk.say("export_json"), icon="download", on_click=desk.event(lambda: _export(desk))).props(
            "flat dense no-caps"
        )
        if desk.may(EDIT):
            ui.button(desk.say("import_json"), icon="upload", on_click=desk.event(lambda: _import(office))).props(
                "flat dense no-caps"
            )
            ui.button(desk.say("new_offer"), icon="add", on_click=lambda: ui.navigate.to("/offer")).props(
                "unelevated dense no-caps"
            ).mark("new-offer")
    office.table = grid.table(
        _columns(desk),
        _rows(office, lines),
        key="offer",
        language=desk.language,
        height="max(320px, calc(100vh - 150px))",
    )
    office.table.on("cellClicked", _open, ["data"])


def _draw_states(office: Office) -> None:
    """The states there are, each with its number."""
    desk = office.desk
    words = {ALL: desk.say("every_state")}
    held = [state for state in STATES if state in office.counts]
    words |= {state: f"{desk.say(f'state_{state}')} {office.counts[state]:,}" for state in held}
    chosen = ui.toggle(words, value=office.state if office.state in words else ALL)
    chosen.props("dense no-caps unelevated toggle-color=primary color=white text-color=grey-8")
    chosen.on_value_change(desk.event(lambda event: _choose(office, str(event.value))))


def _open(event: events.GenericEventArguments) -> None:
    ui.navigate.to(f"/offer?{urlencode({'offer': event.args['data']['offer']})}")


async def _choose(office: Office, state: str) -> None:
    office.state = state
    grid.replace(office.table, _rows(office, await _load(office)))


async def _find(office: Office, typed: str) -> None:
    office.typed = typed
    grid.replace(office.table, _rows(office, await _load(office)))


async def _export(desk: Desk) -> None:
    data = await desk.call(lambda session, _: bulk.export_offers(session))
    ui.download.content(data, "offers.json", "application/json")


async def _import(office: Office) -> None:
    """Takes a file and tells what became of every entry that was not taken."""
    desk = office.desk
    with ui.dialog() as dialog, ui.card().style("min-width: min(640px, 90vw)"):
        ui.label(desk.say("import_json")).classes("zg-title")
        ui.label(desk.say("import_text")).classes("zg-soft")
        told = ui.column().classes("w-full")

        async def take(event: events.UploadEventArguments) -> None:
            data = await event.file.read()
            done = await desk.call(
                lambda session, act: bulk.import_offers(session, data, viewer=act.viewer, at=act.at), right=EDIT
            )
            told.clear()
            with told:
                _draw_imported(desk, done)
            grid.replace(office.table, _rows(office, await _load(office)))

        ui.upload(on_upload=desk.event(take), auto_upload=True, max_file_size=bulk.FILE_BYTES_MAX).props(
            "accept=.json flat bordered"
        ).classes("w-full").mark("import-file")
        ui.button(desk.say("close"), on_click=dialog.close).props("flat no-caps").classes("self-end")
    await dialog
    dialog.clear()


def _draw_imported(desk: Desk, done: bulk.Imported) -> None:
    counts = {"written": len(done.written), "unchanged": len(done.unchanged), "refused": len(done.refused)}
    ui.label(desk.say("imported", **counts)).classes("zg-late" if done.refused else "zg-ok")
    if not done.refused:
        return
    say = desk.say
    grid.table(
        [
            grid.count_column("place", say("place"), width=80),
            grid.text_column("offer", say("offer_id"), width=130),
            grid.text_column("field", say("field"), width=150),
            grid.text_column("reason", say("reason")),
        ],
        [
            {
                "place": one.place,
                "offer": one.offer,
                "field": field_words(desk.language, one.field),
                "reason": reason_in(desk.language, one.reason, form=form_by_name(one.field)),
            }
            for one in done.refused
        ],
        key="place",
        language=desk.language,
        height="220px",
    )


async def _lint(desk: Desk) -> None:
    """The linter over everything that tills have or will have."""
    found = await desk.call(lambda session, act: lint_all(session, at=act.at))
    with ui.dialog() as dialog, ui.card().style("min-width: min(900px, 94vw)"):
        ui.label(desk.say("lint_all")).classes("zg-title")
        ui.label(desk.say("lint_text")).classes("zg-soft")
        draw_findings(desk, found, height="min(60vh, 480px)")
        ui.button(desk.say("close"), on_click=dialog.close).props("flat no-caps").classes("self-end")
    await dialog
    dialog.clear()


def draw_findings(desk: Desk, found: list[Finding], *, height: str) -> None:
    """A table of findings."""
    say = desk.say
    classes = {say("severity_error"): "zg-late", say("severity_warning"): "zg-wait"}
    grid.table(
        [
            grid.state_column("severity", "", classes, width=80),
            grid.text_column("offer", say("offer_id"), width=140),
            grid.text_column("words", say("detail"), wrapText=True, autoHeight=True),
        ],
        [
            {
                "key": number,
                "severity": say(f"severity_{one.severity}"),
                "offer": one.offer,
                "words": finding_words(desk.language, one),
            }
            for number, one in enumerate(found)
        ],
        key="key",
        language=desk.language,
        height=height,
    )


def _columns(desk: Desk) -> list[grid.Column]:
    say = desk.say
    return [
        grid.link_column("offer", say("offer_id"), width=140),
        grid.text_column("name", say("offer_name"), minWidth=170),
        grid.text_column("kind", say("offer_kind"), width=120),
        grid.state_column("state", say("state"), state_classes(desk.language), width=105),
        grid.count_column("revision", say("revision"), width=80, wide=True),
        grid.count_column("live", say("live_revision"), width=90, wide=True),
        grid.text_column("audience", say("audiences"), width=130, wide=True),
        grid.money_column("cost", say("cost"), width=110, wide=True),
        grid.money_column("budget", say("budget"), width=110, wide=True),
        grid.text_column("author", say("author"), width=90, wide=True),
        grid.text_column("written", say("written_at"), width=140, wide=True),
    ]


def _rows(office: Office, lines: list[OfferLine]) -> list[grid.Row]:
    desk = office.desk
    return [
        {
            "offer": line.offer,
            "name": line.name,
            "kind": say_or(desk.language, f"kind_{line.kind}", line.kind),
            "state": desk.say(f"state_{line.state}"),
            "revision": line.revision,
            "live": line.live or None,
            "audience": audience_words(desk.language, line.audiences),
            "cost": line.expected_cost_minor if line.expected_cost_minor >= 0 else None,
            "budget": line.budget_minor or None,
            "currency": office.places.currency,
            "author": line.author,
            "written": figures.local_time(line.written_at, desk.utc_offset_min, "%Y-%m-%d %H:%M"),
        }
        for line in lines
    ]
