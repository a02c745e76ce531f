"""The panel that rehearses a draft: asks, follows, and shows what came of it. The offer's page puts it in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from nicegui import events, ui

from hq_server import clock
from hq_server.promotion_admin.rules import EDIT
from hq_server.rehearsal import service
from hq_server.rehearsal.outcome import Outcome
from hq_server.rehearsal.service import OVER, SAMPLE, View
from hq_server.web import figures, grid
from hq_server.web.desk import Desk
from hq_server.web.frame import card, panel
from promotions import Offer
from retail.money import MINOR_PER_MAJOR

POLL_S: Final = 1.0
HEIGHT: Final = "300px"


class RehearsalPanel:
    """What is drawn, and the rehearsal that it shows."""

    def __init__(self, desk: Desk, draft: Callable[[], Offer | None], stores: Callable[[], Sequence[str]]) -> None:
        self.desk = desk
        self.draft = draft
        self.stores = stores
        self.view: View | None = None
        self.fields: dict[str, ui.input] = {}
        self.state: ui.label | None = None
        self.bar: ui.linear_progress | None = None
        self.stop_button: ui.button | None = None
        self.shown: ui.column | None = None
        self.timer: ui.timer | None = None

    def draw(self, latest: View | None) -> None:
        """Draws the form, and the latest rehearsal where there is one."""
        desk = self.desk
        first, last = service.last_month(self._today())
        with panel(desk.say("rehearsal")):
            ui.label(desk.say("rehearsal_text")).classes("zg-soft")
            with ui.element("div").classes("zg-bar"):
                self.fields["first"] = _day(desk, "rehearse_first", first)
                self.fields["last"] = _day(desk, "rehearse_last", last)
                sample = ui.input(desk.say("rehearse_sample"), value=str(SAMPLE))
                self.fields["sample"] = sample.props("dense outlined inputmode=numeric").style("width: 130px")
                ui.button(desk.say("rehearse"), on_click=desk.event(self.ask)).props(
                    "unelevated no-caps color=primary"
                ).mark("rehearse")
                self.stop_button = ui.button(desk.say("rehearse_stop"), on_click=desk.event(self.stop)).props(
                    "flat dense no-caps color=negative"
                )
                self.state = ui.label().classes("zg-soft")
            self.bar = ui.linear_progress(value=0, show_value=False).props("rounded")
            self.shown = ui.column().classes("w-full gap-2")
        self.timer = ui.timer(POLL_S, desk.event(self.follow), active=False)
        self.desk.timers.append(self.timer)
        self.show(latest)

    async def ask(self) -> None:
        """Asks for a rehearsal of what stands in the form."""
        desk, draft = self.desk, self.draft()
        if draft is None:
            ui.notify(desk.say("offer_unfinished"), type="warning")
            return
        order = self._order()
        if isinstance(order, str):
            ui.notify(desk.say(order), type="warning")
            return
        first, last, sample = order
        id, stores = clock.new_id(), self.stores()
        await desk.call(
            lambda session, act: service.ask(
                session,
                viewer=act.viewer,
                id=id,
                drafts=[draft],
                first=first,
                last=last,
                stores=stores,
                sample=sample,
                at=act.at,
            ),
            right=EDIT,
        )
        self.show(await self._read(id))

    async def stop(self) -> None:
        """Ends the rehearsal that runs."""
        if self.view is None:
            return
        id = self.view.id
        await self.desk.call(
            lambda session, act: service.stop(session, viewer=act.viewer, id=id, at=act.at), right=EDIT
        )
        self.show(await self._read(id))

    async def follow(self) -> None:
        """Looks how far it is."""
        if self.view is not None:
            self.show(await self._read(self.view.id))

    def show(self, view: View | None) -> None:
        """Draws a rehearsal as far as it is."""
        assert self.state is not None
        assert self.bar is not None
        assert self.stop_button is not None
        assert self.shown is not None
        assert self.timer is not None
        self.view = view
        running = view is not None and view.state not in OVER
        self.timer.active = running
        self.bar.set_visibility(running)
        self.stop_button.set_visibility(running)
        self.state.text = self._state()
        if view is None or running:
            self.bar.value = view.done / view.total if view is not None and view.total else 0
            self.shown.clear()
            return
        self.shown.clear()
        if view.outcome is not None:
            with self.shown:
                draw_outcome(self.desk, view, view.outcome)

    def _state(self) -> str:
        desk, view = self.desk, self.view
        if view is None:
            return desk.say("rehearsal_none")
        told = [desk.say(f"rehearsal_{view.state}")]
        if view.state == "running" and view.total:
            told.append(f"{view.done:,} / {view.total:,}")
        told.append(desk.say("rehearsal_days", first=view.first, last=view.last))
        told.append(desk.say("rehearsal_asked", by=view.asked_by, at=desk.local(view.asked_at, "%m-%d %H:%M")))
        return " · ".join([*told, view.error] if view.error else told)

    def _order(self) -> tuple[date, date, int] | str:
        texts = {name: str(element.value or "").strip() for name, element in self.fields.items()}
        if not texts["sample"].isascii() or not texts["sample"].isdigit():
            return "number_wrong"
        try:
            return date.fromisoformat(texts["first"]), date.fromisoformat(texts["last"]), int(texts["sample"])
        except ValueError:
            return "date_wrong"

    async def _read(self, id: Any) -> View:
        return await self.desk.call(lambda session, act: service.read(session, viewer=act.viewer, id=id), right=EDIT)

    def _today(self) -> date:
        moment: datetime = clock.now() + timedelta(minutes=self.desk.utc_offset_min)
        return moment.date()


async def draw_panel(
    desk: Desk, offer_id: str, draft: Callable[[], Offer | None], stores: Callable[[], Sequence[str]] = tuple
) -> RehearsalPanel:
    """Draws the panel here. `draft` gives the offer as it stands in the form, or None when it cannot be read; `stores`
    those it is meant for, nothing for all."""
    found = await desk.call(
        lambda session, act: service.of_offer(session, viewer=act.viewer, offer=offer_id, limit=1), right=EDIT
    )
    drawn = RehearsalPanel(desk, draft, stores)
    drawn.draw(found[0] if found else None)
    return drawn


def draw_outcome(desk: Desk, view: View, outcome: Outcome) -> None:
    """Cards, warnings and tables."""
    say = desk.say
    with ui.element("div").classes("zg-cards"):
        for name, value, note in _cards(desk, view, outcome):
            card(say(name), value, note)
    if outcome.priced < outcome.possible:
        cost = figures.money(outcome.extrapolated_minor, outcome.currency)
        ui.label(say("sampled", priced=f"{outcome.priced:,}", possible=f"{outcome.possible:,}", cost=cost)).classes(
            "zg-wait"
        )
    if outcome.unproven:
        ui.label(say("unproven", count=f"{outcome.unproven:,}")).classes("zg-wait")
    if outcome.left_out:
        ui.label(say("left_out", names="; ".join(outcome.left_out[:5]))).classes("zg-late")
    with ui.tabs().props("dense no-caps align=left inline-label") as tabs:
        for name in ("by_goods", "displaced", "worst_receipts", "by_day"):
            ui.tab(name, say(name))
    with ui.tab_panels(tabs, value="by_goods").props("keep-alive").classes("w-full").style("background: transparent"):
        _tables(desk, view, outcome)


def _cards(desk: Desk, view: View, outcome: Outcome) -> list[tuple[str, str, str]]:
    def money(amount: int) -> str:
        return figures.money(amount, outcome.currency)

    def change(before: int, after: int) -> str:
        return desk.say("from_to", before=money(before), after=money(after))

    possible = desk.say("of_possible", possible=f"{outcome.possible:,}", receipts=f"{outcome.receipts:,}")
    cards = [
        ("offer_cost", money(outcome.cost_minor), figures.percent(outcome.cost_minor, outcome.gross)),
        ("all_off", money(outcome.off_after - outcome.off_before), change(outcome.off_before, outcome.off_after)),
        ("net_change", money(outcome.net_after - outcome.net_before), change(outcome.net_before, outcome.net_after)),
        ("receipts_touched", f"{outcome.touched:,}", possible),
        ("members_touched", f"{outcome.members:,}", ""),
    ]
    if view.shows_margin:
        margin = outcome.margin_after - outcome.margin_before
        note = change(outcome.margin_before, outcome.margin_after)
        unknown = f" · {desk.say('some_cost_unknown')}" if outcome.uncosted_net else ""
        cards.insert(3, ("margin_change", money(margin), note + unknown))
    return cards


def _tables(desk: Desk, view: View, outcome: Outcome) -> None:
    say, currency = desk.say, {"currency": outcome.currency}
    money = grid.money_column
    with ui.tab_panel("by_goods").classes("p-0"):
        columns = [grid.text_column("item", say("item")), grid.count_column("receipts", say("receipts"))]
        columns += [money("off", say("off")), money("before", say("net_before"), wide=True)]
        columns += [money("after", say("net_after"), wide=True)]
        rows: list[grid.Row] = [
            {
                "item": one.item,
                "receipts": one.receipts,
                "off": one.off_minor,
                "before": one.net_before,
                "after": one.net_after,
                **currency,
            }
            for one in outcome.items
        ]
        grid.table(columns, rows, key="item", language=desk.language, height=HEIGHT)
    with ui.tab_panel("displaced").classes("p-0"):
        columns = [grid.text_column("offer", say("which_offer")), grid.count_column("receipts", say("receipts"))]
        columns += [money("before", say("off_before")), money("after", say("off_after"))]
        columns += [money("difference", say("difference"))]
        rows = [
            {
                "offer": one.offer,
                "receipts": one.receipts,
                "before": one.off_before,
                "after": one.off_after,
                "difference": one.off_after - one.off_before,
                **currency,
            }
            for one in outcome.displaced
        ]
        grid.table(columns, rows, key="offer", language=desk.language, height=HEIGHT)
    with ui.tab_panel("worst_receipts").classes("p-0"):
        _worst_table(desk, view, outcome)
    with ui.tab_panel("by_day").classes("p-0"):
        ui.echart(_days_chart(desk, outcome)).style(f"height: {HEIGHT}; width: 100%")


def _worst_table(desk: Desk, view: View, outcome: Outcome) -> None:
    say, money = desk.say, grid.money_column
    columns = [
        grid.link_column("store", say("store"), width=120),
        grid.text_column("date", say("date"), width=110),
        grid.count_column("position", say("receipt_no")),
        money("off", say("off")),
        money("before", say("net_before"), wide=True),
        money("after", say("net_after")),
    ]
    if view.shows_margin:
        columns.append(money("margin", say("margin_after")))
    rows: list[grid.Row] = [
        {
            "key": f"{one.store}|{one.position}",
            "store": one.store,
            "date": _date(one.business_date),
            "position": one.position,
            "off": one.off_minor,
            "before": one.net_before,
            "after": one.net_after,
            "margin": one.margin_after if view.shows_margin else None,
            "currency": outcome.currency,
        }
        for one in outcome.worst
    ]
    table = grid.table(columns, rows, key="key", language=desk.language, height=HEIGHT)
    table.on("cellClicked", desk.event(_open_receipt), ["data"])


async def _open_receipt(event: events.GenericEventArguments) -> None:
    data = event.args["data"]
    ui.navigate.to(f"/store/{data['store']}/receipt/{int(data['position'])}")


def _days_chart(desk: Desk, outcome: Outcome) -> dict[str, Any]:
    """The cost as bars over the days. A chart may be inexact: pixels are."""
    per_major = MINOR_PER_MAJOR.get(outcome.currency, 100)
    return {
        "grid": {"left": 56, "right": 16, "top": 16, "bottom": 24},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [_date(one.business_date)[5:] for one in outcome.days]},
        "yAxis": {"type": "value", "splitLine": {"lineStyle": {"color": "#eef0f3"}}},
        "animation": False,
        "series": [
            {
                "name": desk.say("off"),
                "type": "bar",
                "barMaxWidth": 34,
                "itemStyle": {"color": "#2f8f7a", "borderRadius": [3, 3, 0, 0]},
                "data": [one.off_minor / per_major for one in outcome.days],
            }
        ],
    }


def _day(desk: Desk, label: str, value: date) -> ui.input:
    field = ui.input(desk.say(label), value=value.isoformat())
    return field.props("dense outlined type=date stack-label").style("width: 150px")


def _date(number: int) -> str:
    return f"{number // 10_000:04d}-{number // 100 % 100:02d}-{number % 100:02d}"
