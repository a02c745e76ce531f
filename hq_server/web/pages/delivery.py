"""The delivery board: published → at the host → in use, for every till, and who is behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from hq_server.errors import HqError
from hq_server.feeds import queries as feeds
from hq_server.feeds.board import Delivery, deliveries
from hq_server.feeds.publishing import check_audience
from hq_server.web import figures, grid
from hq_server.web.desk import Desk, open_desk
from hq_server.web.frame import card, frame
from hq_server.web.words import say_or, say_refusal
from retail.feeds import ROWS

REFRESH_S: Final = 3.0
RIGHT: Final = "reports.sales"


@dataclass(slots=True)
class Watch:
    """What is watched: a position of a feed, or (0) whatever was published last."""

    desk: Desk
    feed: str
    audience: str
    asked: int
    positions: dict[str, int] = field(default_factory=dict)
    tills: list[Delivery] = field(default_factory=list)
    cards: dict[str, tuple[ui.label, ui.label]] = field(default_factory=dict)
    grid: ui.aggrid | None = None
    note: ui.label | None = None

    @property
    def position(self) -> int:
        """The position that counts."""
        return self.asked or self.positions.get(self.feed, 0)

    async def load(self) -> None:
        """Asks how far everybody is."""
        feed, audience = self.feed, self.audience
        found = await self.desk.call(
            lambda session, act: (
                feeds.positions(session),
                [till for till in deliveries(session, feed, audience=audience) if act.viewer.sees(till.store)],
            ),
            right=RIGHT,
        )
        self.positions, self.tills = found

    async def refresh(self) -> None:
        """Draws anew what moved."""
        before = (self.position, self.tills)
        await self.load()
        if (self.position, self.tills) != before:
            assert self.grid is not None
            grid.replace(self.grid, _rows(self))
            self.draw_figures()

    async def show_feed(self, feed: str) -> None:
        """Watches the last of another feed, at all tills."""
        self.feed, self.asked, self.audience = feed, 0, "chain"
        await self.load()
        assert self.grid is not None
        grid.replace(self.grid, _rows(self))
        self.draw_figures()

    def draw_figures(self) -> None:
        """How many tills have come how far."""
        stages = [till.stage(self.position) for till in self.tills]
        count = len(stages)
        for name in ("published", "at_host", "in_use"):
            reached = {
                "published": count,
                "at_host": sum(stage != "published" for stage in stages),
                "in_use": stages.count("in_use"),
            }[name]
            value, note = self.cards[name]
            value.text = f"{reached:,} / {count:,}"
            note.text = figures.percent(reached, count)
        behind = count - stages.count("in_use")
        value, note = self.cards["behind"]
        value.text = f"{behind:,}"
        value.classes(add="zg-late" if behind else "zg-ok", remove="zg-ok" if behind else "zg-late")
        assert self.note is not None
        scope = "" if self.audience == "chain" else f" · {self.audience}"
        self.note.text = self.desk.say("feed_position", position=self.position) + scope


async def page(request: Request) -> Response | None:
    """The board of `?feed=`; `position` and `audience` watch one publication."""
    desk = await open_desk(request)
    if isinstance(desk, Response):
        return desk
    asked = request.query_params
    feed = asked.get("feed", "prices")
    position = asked.get("position", "")
    with frame(desk, "/delivery"):
        try:
            audience = check_audience(asked.get("audience", "chain"))
            watch = Watch(
                desk, feed if feed in ROWS else "prices", audience, int(position) if position.isdecimal() else 0
            )
            await watch.load()
        except HqError as error:
            ui.label(say_refusal(desk.language, error))
            return None
        _draw(watch)
    desk.every(REFRESH_S, watch.refresh)
    return None


def _draw(watch: Watch) -> None:
    desk = watch.desk
    with ui.element("div").classes("zg-bar"):
        ui.label(desk.say("delivery")).classes("zg-title")
        names = {feed: _feed_name(desk, feed) for feed in ROWS}
        chosen = ui.select(names, value=watch.feed).props("dense outlined options-dense")
        chosen.on_value_change(desk.event(lambda event: watch.show_feed(event.value)))
        watch.note = ui.label().classes("zg-soft zg-live")
        if watch.asked:
            ui.button(desk.say("watch_latest"), on_click=desk.event(lambda: watch.show_feed(watch.feed))).props(
                "flat dense no-caps"
            )
    with ui.element("div").classes("zg-cards"):
        for name in ("published", "at_host", "in_use", "behind"):
            watch.cards[name] = card(desk.say(name))
            watch.cards[name][0].mark(f"delivery-{name}")
    watch.grid = grid.table(
        _columns(desk), _rows(watch), key="till", language=desk.language, height="max(320px, calc(100vh - 250px))"
    )
    watch.draw_figures()


def _columns(desk: Desk) -> list[grid.Column]:
    say = desk.say
    classes = {say("in_use"): "zg-ok", say("at_host"): "zg-wait", say("published"): "zg-late"}
    return [
        grid.text_column("store", say("store"), width=90),
        grid.text_column("store_name", say("store_name"), wide=True),
        grid.text_column("till", say("till"), width=110),
        grid.state_column("stage", say("state"), classes),
        grid.count_column("behind", say("behind")),
        grid.count_column("at_host", say("at_host"), width=110, wide=True),
        grid.text_column("at_host_since", say("since"), width=160, wide=True),
        grid.count_column("in_use", say("in_use"), width=110, wide=True),
        grid.text_column("in_use_since", say("since"), width=160, wide=True),
        grid.text_column("seen", say("last_seen"), width=160),
    ]


def _rows(watch: Watch) -> list[grid.Row]:
    say, position = watch.desk.say, watch.position
    rows = [
        {
            "store": till.store,
            "store_name": till.store_name,
            "till": till.till,
            "stage": say(till.stage(position)),
            "behind": max(position - till.in_use, 0),
            "at_host": till.at_host,
            "at_host_since": watch.desk.local(till.at_host_since),
            "in_use": till.in_use,
            "in_use_since": watch.desk.local(till.in_use_since),
            "seen": watch.desk.local(till.last_seen_at) or say("never"),
        }
        for till in watch.tills
    ]
    return sorted(rows, key=lambda row: (-int(str(row["behind"])), str(row["till"])))


def _feed_name(desk: Desk, feed: str) -> str:
    return say_or(desk.language, "members_feed" if feed == "members" else feed, feed)
