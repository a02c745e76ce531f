"""One store's day: what was sold by item, clerk and hour, how it was paid, what is left, and the receipts behind it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from nicegui import events, ui
from starlette.requests import Request
from starlette.responses import Response

from hq_server.errors import HqError
from hq_server.reports import live
from hq_server.reports import service as reports
from hq_server.reports.live import LiveStore
from hq_server.reports.service import ClerkFigures, HourFigures, ItemFigures, ReceiptLine, StockFigures, TenderFigures
from hq_server.stores import queries as stores
from hq_server.web import figures, grid
from hq_server.web.desk import Desk, open_desk
from hq_server.web.frame import card, frame, panel
from hq_server.web.pages.live import REFRESH_S, totals
from hq_server.web.words import say_or, say_refusal

ITEMS_MAX: Final = 5_000
RECEIPTS_MAX: Final = 1_000
HEIGHT: Final = "max(300px, calc(100vh - 560px))"


@dataclass(slots=True)
class Day:
    """All that the page shows, from one transaction."""

    figures: LiveStore
    utc_offset_min: int
    items: list[ItemFigures]
    clerks: list[ClerkFigures]
    hours: list[HourFigures]
    tenders: list[TenderFigures]
    receipts: list[ReceiptLine]
    stock: list[StockFigures]


async def page(request: Request, store: str) -> Response | None:
    """The day of `?day=`."""
    desk = await open_desk(request)
    if isinstance(desk, Response):
        return desk
    with frame(desk, "/"):
        try:
            day = await _day_of(desk, request.query_params.get("day", ""))
            position = await _position(desk, store)
            shown = await _load(desk, store, day)
        except HqError as error:
            ui.label(say_refusal(desk.language, error))
            return None
        view = View(desk, store, day, position, shown)
        view.draw()
    desk.every(REFRESH_S, view.refresh)
    return None


class View:
    """The page as drawn: what changes when the store sells."""

    def __init__(self, desk: Desk, store: str, day: date, position: int, shown: Day) -> None:
        self.desk = desk
        self.store = store
        self.day = day
        self.position = position
        self.shown = shown
        self.cards: dict[str, tuple[ui.label, ui.label]] = {}
        self.grids: dict[str, ui.aggrid] = {}
        self.chart: ui.echart | None = None
        self.paid: ui.column | None = None

    def draw(self) -> None:
        """Draws everything."""
        desk = self.desk
        with ui.element("div").classes("zg-bar"):
            ui.button(icon="arrow_back", on_click=lambda: ui.navigate.to(f"/?day={self.day.isoformat()}")).props(
                "flat dense round"
            ).tooltip(desk.say("back_to_board"))
            ui.label(f"{self.store} · {self.shown.figures.name}").classes("zg-title")
            ui.label(self.shown.figures.zone).classes("zg-soft")
            day = ui.input(value=self.day.isoformat()).props(
                f'dense outlined type=date aria-label="{desk.say("date")}"'
            )
            day.on_value_change(desk.event(lambda event: self.go_to(event.value)))
        names = ["net", "customers", "average", *(["margin"] if desk.may("reports.margin") else []), "units", "stock"]
        with ui.element("div").classes("zg-cards"):
            for name in names:
                self.cards[name] = card(desk.say(name))
        with ui.element("div").classes("zg-two"):
            with panel(desk.say("by_hour")):
                self.chart = ui.echart(_chart(desk, self.shown)).style("height: 190px; width: 100%")
            with panel(desk.say("by_tender")):
                self.paid = ui.column().classes("w-full gap-0")
        self._draw_grids()
        self._draw_figures()

    def _draw_grids(self) -> None:
        desk, shown = self.desk, self.shown
        with ui.tabs().props("dense no-caps align=left inline-label") as tabs:
            for name in ("by_item", "by_clerk", "receipts", "stock"):
                ui.tab(name, desk.say(name))
        with (
            ui.tab_panels(tabs, value="by_item").props("keep-alive").classes("w-full").style("background: transparent")
        ):
            for name, columns, rows, key in (
                ("by_item", _item_columns(desk), _item_rows(shown), "item"),
                ("by_clerk", _clerk_columns(desk), _clerk_rows(desk, shown), "key"),
                ("receipts", _receipt_columns(desk), _receipt_rows(shown), "position"),
                ("stock", _stock_columns(desk), _stock_rows(shown), "item"),
            ):
                with ui.tab_panel(name).classes("p-0"):
                    self.grids[name] = grid.table(columns, rows, key=key, language=desk.language, height=HEIGHT)
        self.grids["receipts"].on("cellClicked", desk.event(self._open), ["data"])

    def _draw_figures(self) -> None:
        shown = totals(self.desk, [self.shown.figures])
        for name, (value, note) in self.cards.items():
            value.text, note.text = shown.get(name, ("", ""))
        for name in ("net", "stock"):
            if name == "net":
                self.cards[name][1].text = f"{self.desk.say('lines')} {self.shown.figures.lines:,}"
        assert self.paid is not None
        self.paid.clear()
        currency = self.shown.figures.currency
        with self.paid:
            for tender in self.shown.tenders:
                with ui.row().classes("w-full justify-between").style("padding: 3px 0"):
                    ui.label(f"{say_or(self.desk.language, tender.tender, tender.tender)} × {tender.receipts:,}")
                    ui.label(figures.money(tender.amount, currency)).style("font-weight: 600")
            if not self.shown.tenders:
                ui.label(self.desk.say("nothing")).classes("zg-soft")

    async def refresh(self) -> None:
        """Draws anew when the store has been folded further."""
        position = await _position(self.desk, self.store)
        if position == self.position:
            return
        self.position = position
        self.shown = await _load(self.desk, self.store, self.day)
        grid.replace(self.grids["by_item"], _item_rows(self.shown))
        grid.replace(self.grids["by_clerk"], _clerk_rows(self.desk, self.shown))
        grid.replace(self.grids["receipts"], _receipt_rows(self.shown))
        grid.replace(self.grids["stock"], _stock_rows(self.shown))
        assert self.chart is not None
        self.chart.options.update(_chart(self.desk, self.shown))
        self._draw_figures()

    async def go_to(self, text: str) -> None:
        """Another day."""
        try:
            day = date.fromisoformat(text)
        except (ValueError, TypeError):
            return
        if day != self.day:
            ui.navigate.to(f"/store/{self.store}?day={day.isoformat()}")

    async def _open(self, event: events.GenericEventArguments) -> None:
        ui.navigate.to(f"/store/{self.store}/receipt/{int(event.args['data']['position'])}")


async def _day_of(desk: Desk, asked: str) -> date:
    try:
        return date.fromisoformat(asked)
    except ValueError:
        found = await desk.call(lambda session, act: (live.latest_day(session, viewer=act.viewer), act.at.date()))
        return found[0] or found[1]


async def _position(desk: Desk, store: str) -> int:
    positions = await desk.call(lambda session, act: live.positions(session, viewer=act.viewer))
    return positions.get(store, 0)


async def _load(desk: Desk, store: str, day: date) -> Day:
    """The store's day; one transaction, so that its parts agree."""

    def load(session: Any, act: Any) -> Day:
        span: dict[str, Any] = {"viewer": act.viewer, "store": store, "first": day, "last": day}
        items = reports.by_item(session, **span, limit=ITEMS_MAX)
        (held,) = stores.stores(session, only=[store])
        return Day(
            live.board(session, viewer=act.viewer, day=day, stores=[store])[0],
            held.utc_offset_min,
            items,
            reports.by_clerk(session, **span),
            reports.by_hour(session, **span),
            reports.by_tender(session, **span),
            reports.receipts(session, **span, limit=RECEIPTS_MAX),
            reports.stock(session, viewer=act.viewer, store=store, limit=ITEMS_MAX),
        )

    return await desk.call(load)


def _chart(desk: Desk, shown: Day) -> dict[str, Any]:
    """Sales as bars and customers as a line over the hours that had any. A chart may be inexact: pixels are."""
    hours = {hour.hour: hour for hour in shown.hours}
    span = range(min(hours, default=8), max(hours, default=20) + 1)
    empty = HourFigures(0, 0, 0, 0)
    return {
        "grid": {"left": 56, "right": 40, "top": 28, "bottom": 24},
        "tooltip": {"trigger": "axis"},
        "legend": {"top": 0, "right": 0, "itemHeight": 8, "data": [desk.say("net"), desk.say("customers")]},
        "xAxis": {"type": "category", "data": [f"{hour:02d}" for hour in span], "axisTick": {"show": False}},
        "yAxis": [
            {"type": "value", "splitLine": {"lineStyle": {"color": "#eef0f3"}}},
            {"type": "value", "splitLine": {"show": False}, "minInterval": 1},
        ],
        "animation": False,
        "series": [
            {
                "name": desk.say("net"),
                "type": "bar",
                "barMaxWidth": 34,
                "itemStyle": {"color": "#2f8f7a", "borderRadius": [3, 3, 0, 0]},
                "data": [hours.get(hour, empty).net / 100 for hour in span],
            },
            {
                "name": desk.say("customers"),
                "type": "line",
                "yAxisIndex": 1,
                "smooth": True,
                "symbolSize": 5,
                "itemStyle": {"color": "#c58b1b"},
                "data": [hours.get(hour, empty).receipts for hour in span],
            },
        ],
    }


def _item_columns(desk: Desk) -> list[grid.Column]:
    say = desk.say
    columns = [
        grid.text_column("item", say("item"), width=110),
        grid.text_column("name", say("item_name")),
        grid.text_column("department", say("department"), width=150, wide=True),
        grid.quantity_column("quantity", say("units")),
        grid.money_column("gross", say("gross"), wide=True),
        grid.money_column("reduction", say("reduction"), width=110, wide=True),
        {**grid.money_column("net", say("net")), "sort": "desc"},
    ]
    if desk.may("reports.margin"):
        columns.append(grid.money_column("margin", say("margin"), width=110))
        columns.append(grid.money_column("uncosted", say("uncosted"), width=130, wide=True))
    return columns


def _item_rows(shown: Day) -> list[grid.Row]:
    rows = []
    for item in shown.items:
        row: grid.Row = {
            "item": item.item,
            "name": item.name,
            "department": item.department,
            "quantity": item.quantity_milli,
            "gross": item.gross,
            "reduction": item.gross - item.net,
            "net": item.net,
            "currency": shown.figures.currency,
        }
        if item.margin is not None:
            row |= {"margin": item.margin, "uncosted": item.uncosted_net}
        rows.append(row)
    return rows


def _clerk_columns(desk: Desk) -> list[grid.Column]:
    say = desk.say
    return [
        grid.text_column("clerk", say("clerk"), width=110),
        grid.text_column("name", say("name")),
        grid.text_column("kind", say("ownership"), width=110),
        grid.count_column("lines", say("lines")),
        {**grid.money_column("net", say("net"), width=140), "sort": "desc"},
    ]


def _clerk_rows(desk: Desk, shown: Day) -> list[grid.Row]:
    return [
        {
            **asdict(clerk),
            "key": f"{clerk.clerk}/{clerk.ownership}",
            "kind": say_or(desk.language, clerk.ownership, clerk.ownership),
            "currency": shown.figures.currency,
        }
        for clerk in shown.clerks
    ]


def _receipt_columns(desk: Desk) -> list[grid.Column]:
    say = desk.say
    return [
        grid.link_column("number", say("number"), width=170),
        grid.text_column("at", say("time"), width=110),
        grid.text_column("cashier", say("cashier"), width=110),
        grid.text_column("member", say("member"), wide=True),
        grid.count_column("lines", say("lines")),
        grid.money_column("net", say("net"), width=140),
    ]


def _receipt_rows(shown: Day) -> list[grid.Row]:
    return [
        {
            "position": receipt.position,
            "number": f"{receipt.till}-{receipt.counter:06d}",
            "at": figures.local_time(receipt.at, shown.utc_offset_min, "%H:%M:%S"),
            "cashier": receipt.cashier,
            "member": receipt.member,
            "lines": receipt.lines,
            "net": receipt.net,
            "currency": shown.figures.currency,
        }
        for receipt in shown.receipts
    ]


def _stock_columns(desk: Desk) -> list[grid.Column]:
    say = desk.say
    return [
        grid.text_column("item", say("item"), width=110),
        grid.text_column("name", say("item_name")),
        grid.text_column("department", say("department"), width=150, wide=True),
        grid.quantity_column("quantity", say("stock"), width=130),
        grid.text_column("unit", say("unit"), width=80),
    ]


def _stock_rows(shown: Day) -> list[grid.Row]:
    return [
        {
            "item": held.item,
            "name": held.name,
            "department": held.department,
            "unit": held.unit,
            "quantity": held.quantity_milli,
        }
        for held in shown.stock
    ]
