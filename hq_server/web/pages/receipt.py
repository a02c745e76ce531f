"""One receipt as its document says: every line, what was taken off and why, whose sale it is, and how it was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from hq_server.errors import HqError, NotFound
from hq_server.reports import live
from hq_server.reports import service as reports
from hq_server.sync.rules import business_day
from hq_server.web import figures, grid
from hq_server.web.desk import Desk, open_desk
from hq_server.web.frame import facts, frame, panel
from hq_server.web.words import say_or, say_refusal
from retail.codec import Envelope
from retail.documents.sale import Line, Sale
from retail.ids import DocumentId
from retail.ownership import format_ownership


@dataclass(frozen=True, slots=True)
class Shown:
    """A receipt and what its lines earned (None without the right)."""

    envelope: Envelope
    sale: Sale
    margins: dict[int, int | None] | None


async def page(request: Request, store: str, position: int) -> Response | None:
    """The receipt at a position of its store."""
    desk = await open_desk(request)
    if isinstance(desk, Response):
        return desk
    with frame(desk, "/"):
        try:
            shown = await desk.call(lambda session, act: _read(session, act.viewer, store, position))
        except HqError as error:
            ui.label(say_refusal(desk.language, error))
            return None
        _draw(desk, store, shown)
    return None


def _read(session: Any, viewer: Any, store: str, position: int) -> Shown:
    envelope, document = reports.receipt(session, viewer=viewer, store=store, position=position)
    if not isinstance(document, Sale):
        raise NotFound(f"entry {position} of store {store} is no receipt")
    margins = None
    day = business_day(envelope.business_date)
    if viewer.may("reports.margin") and day is not None:
        margins = live.line_margins(session, viewer=viewer, store=store, day=day, position=position)
    return Shown(envelope, document, margins)


def _draw(desk: Desk, store: str, shown: Shown) -> None:
    envelope, sale = shown.envelope, shown.sale
    day = business_day(envelope.business_date)
    with ui.element("div").classes("zg-bar"):
        ui.button(
            icon="arrow_back", on_click=lambda: ui.navigate.to(f"/store/{store}?day={day.isoformat() if day else ''}")
        ).props("flat dense round").tooltip(desk.say("back_to_store"))
        ui.label(f"{desk.say('receipt')} {envelope.till}-{sale.counter:06d}").classes("zg-title")
        ui.label(figures.money(sale.net, sale.currency)).classes("zg-title").style("color: var(--zg-brand)")
    with panel(desk.say("goods")):
        grid.table(
            _columns(desk, shown), _rows(desk, shown), key="number", language=desk.language, height=_height(sale)
        )
    with ui.element("div").classes("zg-three"):
        with panel(desk.say("receipt")):
            facts(_facts(desk, store, shown))
        with panel(desk.say("tenders")):
            facts(_tenders(desk, sale))
        reductions = _reductions(desk, sale)
        if reductions:
            with panel(desk.say("reductions_of")):
                facts(reductions)


def _height(sale: Sale) -> str:
    return f"min({38 + 33 * max(len(sale.lines), 2)}px, 60vh)"


def _columns(desk: Desk, shown: Shown) -> list[grid.Column]:
    say = desk.say
    columns = [
        grid.count_column("number", "#", width=52),
        grid.text_column("name", say("item_name"), minWidth=180, cellClassRules={"zg-struck": "data.voided"}),
        grid.text_column("code", say("code"), width=140, wide=True),
        grid.quantity_column("quantity", say("quantity"), width=90),
        grid.price_column("unit_price", say("unit_price"), wide=True),
        grid.money_column("gross", say("gross"), width=105, wide=True),
        grid.money_column("reduction", say("reduction"), width=100),
        grid.money_column("net", say("net"), width=110),
        grid.text_column("clerk", say("clerk"), width=120),
        grid.text_column("note", "", width=150, wide=True),
    ]
    if shown.margins is not None:
        columns.insert(8, grid.money_column("margin", say("margin"), width=95, wide=True))
    return columns


def _rows(desk: Desk, shown: Shown) -> list[grid.Row]:
    return [_row(desk, shown, line) for line in shown.sale.lines]


def _row(desk: Desk, shown: Shown, line: Line) -> grid.Row:
    gross = sum(run.units * run.gross for run in line.runs)
    net = sum(run.units * run.net for run in line.runs)
    row: grid.Row = {
        "number": line.number,
        "name": line.name,
        "code": line.code,
        "quantity": line.quantity_milli,
        "unit_price": line.unit_price,
        "gross": gross,
        "reduction": gross - net,
        "net": net,
        "clerk": format_ownership(line.ownership),
        "note": _note(desk, line),
        "voided": line.voided is not None,
        "currency": shown.sale.currency,
    }
    if shown.margins is not None and line.voided is None:
        row["margin"] = shown.margins.get(line.number)
    return row


def _note(desk: Desk, line: Line) -> str:
    if line.voided is not None:
        return desk.say("voided_by", by=line.voided.by)
    for run in line.runs:
        if run.origin is not None and line.entry == "adjustment":
            return desk.say("adjusts", document=_named(run.origin.document), line=run.origin.line)
        if run.origin is not None:
            return desk.say("takes_back", document=_named(run.origin.document), line=run.origin.line)
    return ""


def _named(document: DocumentId) -> str:
    return f"{document.till}/{document.incarnation.hex()[-6:]}/{document.seq}"


def _facts(desk: Desk, store: str, shown: Shown) -> list[tuple[str, str]]:
    envelope, sale = shown.envelope, shown.sale
    day = business_day(envelope.business_date)
    at = figures.local_time(_moment(envelope.at_ms), envelope.utc_offset_min)
    pairs = [
        (desk.say("store"), store),
        (desk.say("till"), envelope.till),
        (desk.say("date"), day.isoformat() if day else str(envelope.business_date)),
        (desk.say("time"), at),
        (desk.say("shift"), str(sale.shift)),
        (desk.say("cashier"), sale.cashier),
        (desk.say("member"), sale.member),
        (desk.say("tax"), figures.money(_tax(sale), sale.currency)),
        (desk.say("identity"), f"{envelope.till} / {envelope.incarnation.hex()} / {envelope.seq}"),
    ]
    return [(name, value) for name, value in pairs if value]


def _tenders(desk: Desk, sale: Sale) -> list[tuple[str, str]]:
    pairs = []
    for tender in sale.tenders:
        kind = say_or(desk.language, tender.kind, tender.kind)
        name = kind if tender.name in ("", tender.kind) else f"{kind} {tender.name}"
        told = figures.money(tender.amount, sale.currency)
        if tender.given != tender.amount:
            told += f" ({desk.say('given')} {figures.money(tender.given, sale.currency)}"
            told += f", {desk.say('change')} {figures.money(tender.change, sale.currency)})"
        pairs.append((name, told))
    return pairs


def _reductions(desk: Desk, sale: Sale) -> list[tuple[str, str]]:
    sums: dict[tuple[str, str], int] = {}
    for line in sale.lines:
        for run in line.runs if line.voided is None else ():
            for cut in run.reductions:
                key = (cut.source, cut.reference)
                sums[key] = sums.get(key, 0) + run.units * cut.amount
    return [
        (f"{say_or(desk.language, source, source)} {reference}", figures.money(amount, sale.currency))
        for (source, reference), amount in sums.items()
    ]


def _tax(sale: Sale) -> int:
    live_lines = (line for line in sale.lines if line.voided is None)
    return sum(run.units * part.amount for line in live_lines for run in line.runs for part in run.taxes)


def _moment(at_ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)
