"""Prices: find an item, see what it costs where and when, change it for all stores, a zone or one store from a minute
on, and follow the change to the tills."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from nicegui import events, ui
from starlette.requests import Request
from starlette.responses import Response

from hq_server import clock
from hq_server.catalog import queries as catalog
from hq_server.catalog.queries import FoundItem
from hq_server.models.catalog import Price
from hq_server.models.stores import Store, Zone
from hq_server.pricing import queries
from hq_server.pricing import service as pricing
from hq_server.pricing.rules import local_of, minute_at
from hq_server.stores import queries as stores
from hq_server.web import figures, grid
from hq_server.web.desk import Desk, open_desk
from hq_server.web.frame import frame, panel
from hq_server.web.price_form import Problem, Typed, read
from hq_server.web.words import say_or
from retail.feeds import PriceRow

RIGHT: Final = "pricing.change"
FOUND_MAX: Final = 60
STATES: Final = ("planned", "holding", "ended")


@dataclass(slots=True)
class Desktop:
    """What the page knows: places to choose from, the item chosen, the fields."""

    desk: Desk
    zones: list[Zone]
    stores: list[Store]
    item: FoundItem | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    grids: dict[str, ui.aggrid] = field(default_factory=dict)
    labels: dict[str, ui.label] = field(default_factory=dict)
    prices: list[Price] = field(default_factory=list)

    @property
    def currency(self) -> str:
        """The currency of the stores meant; of the first one for the chain."""
        return next((store.currency for store in self._meant()), "CNY")

    @property
    def now_minute(self) -> int:
        """The wall-clock minute where it is latest among the stores meant: what is past there is past."""
        offsets = [store.utc_offset_min for store in self._meant()] or [self.desk.utc_offset_min]
        return minute_at(clock.now(), max(offsets))

    def _meant(self) -> list[Store]:
        kind = self.fields["scope_kind"].value if "scope_kind" in self.fields else "chain"
        name = self.fields["scope_name"].value if "scope_name" in self.fields else None
        if kind == "zone":
            return [store for store in self.stores if store.zone_id == name]
        if kind == "store":
            return [store for store in self.stores if store.store_id == name]
        return self.stores


async def page(request: Request) -> Response | None:
    """The page; `?item=` chooses one."""
    desk = await open_desk(request)
    if isinstance(desk, Response):
        return desk
    with frame(desk, "/prices"):
        if not desk.may(RIGHT):
            ui.label(desk.say("no_pages"))
            return None
        places = await desk.call(lambda session, _: (stores.zones(session), stores.stores(session)), right=RIGHT)
        page_state = Desktop(desk, *places)
        _draw(page_state, await _changes(page_state))
        if item := request.query_params.get("item", ""):
            await _choose(page_state, item)
    return None


async def _changes(state: Desktop) -> list[Price]:
    """What is planned, the soonest first, then what was changed last; each once."""
    minute = state.now_minute
    planned, latest = await state.desk.call(
        lambda session, _: (queries.planned(session, after_minute=minute), pricing.latest_changes(session)),
        right=RIGHT,
    )
    return list({_key(price): price for price in (*planned, *latest)}.values())


def _draw(state: Desktop, changes: list[Price]) -> None:
    desk = state.desk
    with ui.element("div").classes("zg-bar"):
        ui.label(desk.say("prices")).classes("zg-title")
    with ui.element("div").classes("zg-two").style("grid-template-columns: minmax(0, 3fr) minmax(320px, 2fr)"):
        with ui.column().classes("w-full"):
            with panel(desk.say("search")):
                typed = (
                    ui.input(placeholder=desk.say("find_item"))
                    .props("dense outlined clearable autofocus")
                    .classes("w-full")
                )
                # The text comes with the key: what stands in the box now, not what the server heard of last.
                typed.on(
                    "keydown.enter",
                    desk.event(lambda event: _find(state, str(event.args or ""))),
                    js_handler="(event) => emit(event.target.value)",
                )
                typed.mark("find")
                state.grids["found"] = grid.table(
                    _found_columns(desk), [], key="item", language=desk.language, height="230px", select="singleRow"
                ).classes("mt-2")
                state.grids["found"].on("cellClicked", desk.event(lambda event: _chosen(state, event)), ["data"])
            with panel(desk.say("latest_changes")):
                state.grids["changes"] = grid.table(
                    _price_columns(desk, item=True),
                    _price_rows(state, changes),
                    key="key",
                    language=desk.language,
                    height="max(220px, calc(100vh - 480px))",
                )
                state.grids["changes"].on("cellClicked", desk.event(lambda event: _chosen(state, event)), ["data"])
        with ui.column().classes("w-full"):
            _draw_form(state)
            with panel(desk.say("item_prices")):
                state.grids["prices"] = grid.table(
                    _price_columns(desk, item=False),
                    [],
                    key="key",
                    language=desk.language,
                    height="240px",
                    select="singleRow",
                )
                with ui.row().classes("w-full gap-1"):
                    ui.button(desk.say("withdraw"), on_click=desk.event(lambda: _withdraw(state))).props(
                        "flat dense no-caps color=negative"
                    )
                    ui.button(desk.say("see_delivery"), on_click=desk.event(lambda: _follow(state))).props(
                        "flat dense no-caps"
                    )


def _draw_form(state: Desktop) -> None:
    desk, fields = state.desk, state.fields
    with panel(desk.say("change_price")):
        state.labels["item"] = ui.label(desk.say("choose_item")).classes("zg-title")
        state.labels["codes"] = ui.label().classes("zg-soft")
        with ui.element("div").classes("zg-half mt-2"):
            fields["scope_kind"] = _select(
                desk,
                "scope",
                {
                    "chain": desk.say("chain"),
                    "zone": desk.say("scope_kind_zone"),
                    "store": desk.say("scope_kind_store"),
                },
                "chain",
            )
            fields["scope_name"] = _select(desk, "which_zone", {}, None)
            fields["price"] = _input(desk, "new_price").props("inputmode=decimal")
            fields["kind"] = _select(
                desk, "kind", {"retail": desk.say("retail"), "wholesale": desk.say("wholesale")}, "retail"
            )
            soon = local_of(state.now_minute) + timedelta(minutes=1)
            fields["from_date"] = _input(desk, "from_date", f"{soon:%Y-%m-%d}").props("type=date")
            fields["from_time"] = _input(desk, "from_time", f"{soon:%H:%M}").props("type=time")
            fields["until_date"] = _input(desk, "until_optional").props("type=date stack-label")
            fields["until_time"] = _input(desk, "until").props("type=time stack-label")
        for name, element in fields.items():
            element.mark(name)
        fields["scope_name"].set_visibility(False)
        fields["scope_kind"].on_value_change(lambda event: _scope_chosen(state, event.value))
        with ui.row().classes("w-full items-center justify-between mt-2"):
            ui.label(desk.say("store_time")).classes("zg-soft")
            ui.button(desk.say("publish"), on_click=desk.event(lambda: _publish(state))).props(
                "unelevated no-caps color=primary"
            ).mark("publish")


def _input(desk: Desk, label: str, value: str = "") -> ui.input:
    return ui.input(desk.say(label), value=value).props("dense outlined hide-bottom-space").classes("w-full")


def _select(desk: Desk, label: str, options: dict[str, str], value: str | None) -> ui.select:
    return (
        ui.select(options, label=desk.say(label), value=value).props("dense outlined options-dense").classes("w-full")
    )


def _scope_chosen(state: Desktop, kind: str) -> None:
    chosen = state.fields["scope_name"]
    options = {
        "zone": {zone.zone_id: zone.name for zone in state.zones},
        "store": {store.store_id: f"{store.store_id} {store.name}" for store in state.stores},
    }.get(kind, {})
    chosen.set_options(options, value=next(iter(options), None))
    chosen.props(f'label="{state.desk.say("which_store" if kind == "store" else "which_zone")}"')
    chosen.set_visibility(kind != "chain")


async def _find(state: Desktop, typed: str) -> None:
    found = await state.desk.call(lambda session, _: catalog.find_items(session, typed, limit=FOUND_MAX), right=RIGHT)
    rows = [
        {
            "item": item.item,
            "name": item.name,
            "department": item.department,
            "unit": item.unit,
            "codes": ", ".join(item.codes),
        }
        for item in found
    ]
    grid.replace(state.grids["found"], rows)
    if len(found) == 1:
        await _choose(state, found[0].item)
    elif not found:
        ui.notify(state.desk.say("nothing"))


async def _chosen(state: Desktop, event: events.GenericEventArguments) -> None:
    await _choose(state, event.args["data"]["item"])


async def _choose(state: Desktop, item: str) -> None:
    found = await state.desk.call(
        lambda session, _: (catalog.get_item(session, item), pricing.prices_of(session, item)), right=RIGHT
    )
    state.item, state.prices = found
    if state.item is None:
        ui.notify(state.desk.say("nothing"))
        return
    state.labels["item"].text = f"{state.item.item} · {state.item.name}"
    state.labels["codes"].text = " · ".join(filter(None, (state.item.unit, *state.item.codes)))
    levels = sorted({price.kind for price in state.prices} - {"retail", "wholesale"})
    options = {kind: _kind(state.desk, kind) for kind in ("retail", "wholesale", *levels)}
    state.fields["kind"].set_options(options, value="retail")
    grid.replace(state.grids["prices"], _price_rows(state, state.prices))


async def _publish(state: Desktop) -> None:
    desk, fields = state.desk, state.fields
    for element in fields.values():
        element.props(remove="error error-message")
    if state.item is None:
        ui.notify(desk.say("choose_item"), type="warning")
        return
    texts = {name: str(element.value or "") for name, element in fields.items()}
    kind = texts.pop("kind")
    order = read(Typed(**texts), now_minute=state.now_minute)
    if isinstance(order, list):
        _tell(state, order)
        return
    item = state.item.item
    change = await desk.call(
        lambda session, act: pricing.change_price(
            session,
            item=item,
            scope=order.scope,
            amount=order.amount,
            from_minute=order.from_minute,
            until_minute=order.until_minute,
            kind=kind,
            actor=act.viewer.user,
            at=act.at,
        ),
        right=RIGHT,
    )
    ui.notify(
        f"{desk.say('price_published')} ({figures.unit_price(change.row.amount, state.currency)})", type="positive"
    )
    fields["price"].value = ""
    await _choose(state, item)
    grid.replace(state.grids["changes"], _price_rows(state, await _changes(state)))


def _tell(state: Desktop, problems: list[Problem]) -> None:
    """Each mistake beside its field, the first of a field only."""
    told: set[str] = set()
    for problem in problems:
        place = {"scope": "scope_name"}.get(problem.field, problem.field)
        if place not in told:
            told.add(place)
            text = state.desk.say(problem.key, **problem.values).replace('"', "”")
            state.fields[place].props(f'error error-message="{text}"')


async def _withdraw(state: Desktop) -> None:
    row = await _selected(state)
    if row is None:
        return
    desk = state.desk
    with ui.dialog() as dialog, ui.card():
        ui.label(desk.say("withdraw_sure"))
        with ui.row().classes("w-full justify-end"):
            ui.button(desk.say("cancel"), on_click=lambda: dialog.submit(False)).props("flat no-caps")
            ui.button(desk.say("withdraw"), on_click=lambda: dialog.submit(True)).props(
                "unelevated no-caps color=negative"
            )
    if not await dialog:
        return
    await desk.call(
        lambda session, act: pricing.withdraw_price(session, row, actor=act.viewer.user, at=act.at), right=RIGHT
    )
    await _choose(state, row.item)
    grid.replace(state.grids["changes"], _price_rows(state, await _changes(state)))


async def _selected(state: Desktop) -> PriceRow | None:
    """The price chosen in the table, as it was published."""
    rows = await state.grids["prices"].get_selected_rows()
    key = rows[0]["key"] if rows else None
    held = next((price for price in state.prices if _key(price) == key), None)
    if held is None:
        ui.notify(state.desk.say("choose_rows"), type="warning")
        return None
    return PriceRow(
        held.item_id, held.amount, held.kind, held.scope, held.unit, held.from_minute, held.until_minute, held.release
    )


async def _follow(state: Desktop) -> None:
    rows = await state.grids["prices"].get_selected_rows()
    if not rows:
        ui.notify(state.desk.say("choose_rows"), type="warning")
        return
    query = {"feed": "prices", "position": rows[0]["position"], "audience": rows[0]["audience"]}
    ui.navigate.to(f"/delivery?{urlencode(query)}")


def _found_columns(desk: Desk) -> list[grid.Column]:
    say = desk.say
    return [
        grid.link_column("item", say("item"), width=110),
        grid.text_column("name", say("item_name")),
        grid.text_column("department", say("department"), width=140, wide=True),
        grid.text_column("unit", say("unit"), width=70, wide=True),
        grid.text_column("codes", say("code"), width=150, wide=True),
    ]


def _price_columns(desk: Desk, *, item: bool) -> list[grid.Column]:
    say = desk.say
    classes = {say("planned"): "zg-wait", say("holding"): "zg-ok", say("ended"): "zg-soft"}
    columns = [
        grid.price_column("amount", say("prices"), width=90),
        grid.text_column("scope", say("scope"), minWidth=90),
        grid.text_column("kind", say("kind"), width=85, wide=True),
        grid.text_column("from", say("from"), width=135),
        grid.state_column("state", say("state"), classes, width=85),
    ]
    if item:
        columns.insert(0, grid.link_column("item", say("item"), width=100))
        columns.append(grid.text_column("by", say("by"), width=95, wide=True))
    else:
        columns.append(grid.text_column("until", say("until"), width=135, wide=True))
    return columns


def _price_rows(state: Desktop, prices: list[Price]) -> list[grid.Row]:
    return [_price_row(state, price) for price in prices]


def _price_row(state: Desktop, price: Price) -> grid.Row:
    desk = state.desk
    return {
        "key": _key(price),
        "item": price.item_id,
        "amount": price.amount,
        "currency": state.currency,
        "audience": price.scope,
        "scope": _scope(state, price.scope),
        "kind": _kind(desk, price.kind),
        "from": f"{local_of(price.from_minute):%Y-%m-%d %H:%M}" if price.from_minute > 0 else "–",
        "until": f"{local_of(price.until_minute):%Y-%m-%d %H:%M}" if price.until_minute else "",
        "state": desk.say(_state(price, state.now_minute)),
        "by": price.actor,
        "position": price.feed_position,
    }


def _state(price: Price, minute: int) -> str:
    if price.until_minute and price.until_minute <= minute:
        return "ended"
    return "planned" if price.from_minute > minute else "holding"


def _key(price: Price) -> str:
    return "|".join((price.item_id, price.kind, price.scope, price.unit, str(price.from_minute)))


def _kind(desk: Desk, kind: str) -> str:
    level = kind.partition(":")[2]
    return desk.say("member_level", level=level) if level else say_or(desk.language, kind, kind)


def _scope(state: Desktop, scope: str) -> str:
    kind, _, name = scope.partition(":")
    if kind == "zone":
        held = next((zone.name for zone in state.zones if zone.zone_id == name), name)
        return state.desk.say("scope_zone", name=held)
    return state.desk.say("scope_store", name=name) if kind == "store" else state.desk.say("chain")
