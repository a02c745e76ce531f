"""The live board: what every store sells right now. There is no day-end; a sale shows when it is folded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from nicegui import events, run, ui
from starlette.requests import Request
from starlette.responses import Response

from hq_server import clock
from hq_server.reports import live
from hq_server.reports.live import LiveStore
from hq_server.web import export, figures, grid
from hq_server.web.desk import Desk, open_desk
from hq_server.web.frame import card, frame
from retail.money import MINOR_PER_MAJOR, Rounding, divide

REFRESH_S: Final = 2.0
AT_ONCE: Final = 60
"""At most so many stores are asked in one refresh (about 100 ms), however many sell."""


@dataclass(slots=True)
class Board:
    """What a board shows: the day, and each store's figures with the position they are true for. `turns` is when a
    store was asked last: with more stores moving than are asked at once, each gets its turn."""

    desk: Desk
    day: date
    stores: dict[str, LiveStore] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)
    cards: dict[str, tuple[ui.label, ui.label]] = field(default_factory=dict)
    grid: ui.aggrid | None = None
    stamp: ui.label | None = None

    @property
    def margin(self) -> bool:
        """Whether margin is shown at all."""
        return self.desk.may("reports.margin")

    async def load(self) -> None:
        """Takes in every store."""
        self.positions = await self.desk.call(lambda session, act: live.positions(session, viewer=act.viewer))
        found = await self.desk.call(lambda session, act: live.board(session, viewer=act.viewer, day=self.day))
        self.stores = {store.store: store for store in found}

    async def refresh(self) -> None:
        """Takes in the stores that moved."""
        positions = await self.desk.call(lambda session, act: live.positions(session, viewer=act.viewer))
        moved = [store for store, position in positions.items() if self.positions.get(store) != position]
        if moved:
            moved = sorted(moved, key=lambda store: self.turns.get(store, 0))[:AT_ONCE]
            turn = max(self.turns.values(), default=0) + 1
            found = await self.desk.call(
                lambda session, act: live.board(session, viewer=act.viewer, day=self.day, stores=moved)
            )
            known = [store for store in found if store.store in self.stores]
            self.positions |= {store: positions[store] for store in moved}
            self.turns |= dict.fromkeys(moved, turn)
            self.stores |= {store.store: store for store in found}
            assert self.grid is not None
            if len(known) < len(found):
                grid.replace(self.grid, [_row(store) for store in self.stores.values()])
            else:
                grid.change(self.grid, [_row(store) for store in found])
            self.draw_totals()
        self.draw_stamp()

    async def show_day(self, text: str) -> None:
        """Shows another business date."""
        try:
            day = date.fromisoformat(text)
        except (ValueError, TypeError):
            return
        if day == self.day:
            return
        self.day = day
        await self.load()
        assert self.grid is not None
        grid.replace(self.grid, [_row(store) for store in self.stores.values()])
        self.draw_totals()
        self.draw_stamp()

    def draw_stamp(self) -> None:
        """Says when it was last asked."""
        assert self.stamp is not None
        self.stamp.text = self.desk.say("refreshed", time=self.desk.local(clock.now(), "%H:%M:%S"))

    def draw_totals(self) -> None:
        """Adds the stores up, each currency by itself."""
        shown = totals(self.desk, list(self.stores.values()))
        for name, (value, note) in self.cards.items():
            value.text, note.text = shown.get(name, ("", ""))


async def page(request: Request) -> Response | None:
    """The board of today, or of `?day=`."""
    desk = await open_desk(request)
    if isinstance(desk, Response):
        return desk
    with frame(desk, "/"):
        if not desk.may("reports.sales"):
            ui.label(desk.say("no_pages"))
            return None
        board = Board(desk, await _first_day(desk, request.query_params.get("day", "")))
        await board.load()
        _draw(board)
    desk.every(REFRESH_S, board.refresh)
    return None


async def _first_day(desk: Desk, asked: str) -> date:
    """The day asked for, else today, else the last day on which anybody sold."""
    try:
        return date.fromisoformat(asked)
    except ValueError:
        pass
    today = _today(desk)
    latest = await desk.call(lambda session, act: live.latest_day(session, viewer=act.viewer))
    return today if latest is None else min(latest, today)


def _today(desk: Desk) -> date:
    return (clock.now() + timedelta(minutes=desk.utc_offset_min)).date()


def _draw(board: Board) -> None:
    desk = board.desk
    with ui.element("div").classes("zg-bar"):
        ui.label(desk.say("live")).classes("zg-title")
        day = ui.input(value=board.day.isoformat()).props(f'dense outlined type=date aria-label="{desk.say("date")}"')
        day.on_value_change(desk.event(lambda event: board.show_day(event.value)))
        ui.button(desk.say("today"), on_click=lambda: day.set_value(_today(desk).isoformat())).props(
            "flat dense no-caps"
        )
        board.stamp = ui.label().classes("zg-soft zg-live")
        ui.space()
        with ui.row().classes("zg-wide gap-1"):
            for kind, label in (("csv", "export_csv"), ("xlsx", "export_xlsx")):
                ui.button(
                    desk.say(label), icon="download", on_click=desk.event(lambda kind=kind: _export(board, kind))
                ).props("flat dense no-caps")
    names = ["net", "customers", "average", *(["margin"] if board.margin else []), "units", "stock"]
    with ui.element("div").classes("zg-cards"):
        for name in names:
            board.cards[name] = card(desk.say(name))
            board.cards[name][0].mark(f"total-{name}")
    board.draw_totals()
    board.draw_stamp()
    board.grid = grid.table(
        _columns(board),
        [_row(store) for store in board.stores.values()],
        key="store",
        language=desk.language,
        height="max(320px, calc(100vh - 250px))",
    )
    board.grid.on("cellClicked", desk.event(lambda event: _open(board, event)), ["data"])


def _columns(board: Board) -> list[grid.Column]:
    say = board.desk.say
    columns = [
        grid.link_column("store", say("store"), width=80, wide=True),
        grid.link_column("name", say("store_name")),
        grid.text_column("zone", say("zone"), width=90, wide=True),
        {**grid.money_column("net", say("net"), width=125), "sort": "desc"},
        grid.count_column("customers", say("customers"), width=85),
        grid.money_column("average", say("average"), width=100, wide=True),
    ]
    if board.margin:
        columns += [
            grid.money_column("margin", say("margin"), width=110),
            grid.percent_column("margin_rate", say("margin_rate"), width=80, wide=True),
            grid.money_column("uncosted", say("uncosted"), width=105, wide=True),
        ]
    return [
        *columns,
        grid.count_column("members", say("members"), width=80, wide=True),
        grid.quantity_column("units", say("units"), width=90, wide=True),
        grid.quantity_column("stock", say("stock"), width=95),
        grid.count_column("below_zero", say("below_zero"), width=85, wide=True),
    ]


def _row(store: LiveStore) -> grid.Row:
    """A store as the table has it. Without the right there is no margin in it: the browser never sees one."""
    row: grid.Row = {
        "store": store.store,
        "name": store.name,
        "zone": store.zone,
        "currency": store.currency,
        "net": store.net,
        "customers": store.customers,
        "average": divide(store.net, store.customers, Rounding.HALF_UP) if store.customers else None,
        "members": store.members,
        "units": store.quantity_milli,
        "stock": store.stock_milli,
        "below_zero": store.below_zero,
    }
    if store.margin is not None and store.margin_base is not None:
        row["margin"] = store.margin
        row["margin_rate"] = _tenths(store.margin, store.margin_base)
        row["uncosted"] = store.uncosted_net
    return row


def _tenths(part: int, whole: int) -> int | None:
    return divide(part * 1000, whole, Rounding.HALF_UP) if whole > 0 else None


def totals(desk: Desk, stores: list[LiveStore]) -> dict[str, tuple[str, str]]:
    """Value and note of each card. Amounts of different currencies are never added."""
    nets: dict[str, int] = {}
    margins: dict[str, tuple[int, int]] = {}
    customers: dict[str, int] = {}
    for store in stores:
        nets[store.currency] = nets.get(store.currency, 0) + store.net
        customers[store.currency] = customers.get(store.currency, 0) + store.customers
        amount, base = margins.get(store.currency, (0, 0))
        margins[store.currency] = (amount + (store.margin or 0), base + (store.margin_base or 0))
    selling = sum(store.customers > 0 for store in stores)
    uncosted = any(store.uncosted_net for store in stores)
    rates = [figures.percent(*margin) for margin in margins.values()]
    below = sum(store.below_zero for store in stores)
    return {
        "net": (
            _amounts(nets),
            f"{desk.say('stores_selling')} {selling:,} / {len(stores):,}",
        ),
        "customers": (
            f"{sum(customers.values()):,}",
            f"{desk.say('members')} {sum(store.members for store in stores):,}",
        ),
        "average": (
            _amounts({c: divide(net, customers[c], Rounding.HALF_UP) for c, net in nets.items() if customers[c]}),
            f"{desk.say('lines')} {sum(store.lines for store in stores):,}",
        ),
        "margin": (
            _amounts({currency: amount for currency, (amount, _) in margins.items()}),
            " · ".join([*filter(None, rates), *([desk.say("some_uncosted")] if uncosted else [])]),
        ),
        "units": (figures.quantity(sum(store.quantity_milli for store in stores)), ""),
        "stock": (
            figures.quantity(sum(store.stock_milli for store in stores)),
            f"{desk.say('below_zero')} {below:,}",
        ),
    }


def _amounts(by_currency: dict[str, int]) -> str:
    return " · ".join(figures.money(amount, currency) for currency, amount in by_currency.items()) or "–"


async def _open(board: Board, event: events.GenericEventArguments) -> None:
    store = event.args["data"]["store"]
    ui.navigate.to(f"/store/{store}?day={board.day.isoformat()}")


async def _export(board: Board, kind: str) -> None:
    """The board as a file, asked for anew, so that a right taken away counts here too."""
    found = await board.desk.call(lambda session, act: live.board(session, viewer=act.viewer, day=board.day))
    say = board.desk.say
    shown = board.desk.may("reports.margin")
    head = [say(name) for name in ("store", "store_name", "zone", "net", "customers", "members", "units", "stock")]
    head += [say("margin"), say("uncosted")] if shown else []
    rows = [_cells(store, shown=shown) for store in found]
    name = f"{say('live')}-{board.day.isoformat()}"
    content = await run.io_bound(
        lambda: export.to_csv(head, rows) if kind == "csv" else export.to_xlsx(say("live"), head, rows)
    )
    ui.download.content(content or b"", f"{name}.{kind}")


def _cells(store: LiveStore, *, shown: bool) -> list[Any]:
    digits = len(str(MINOR_PER_MAJOR.get(store.currency, 100))) - 1
    cells: list[Any] = [store.store, store.name, store.zone, export.scaled(store.net, digits)]
    cells += [store.customers, store.members, export.scaled(store.quantity_milli, 3)]
    cells.append(export.scaled(store.stock_milli, 3))
    if shown:
        cells += [export.scaled(store.margin, digits), export.scaled(store.uncosted_net, digits)]
    return cells
