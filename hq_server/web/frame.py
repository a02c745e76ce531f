"""What stands around every page: brand, the way to the other pages, who is signed in, language and sign-out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from nicegui import ui

from hq_server.users import service as users
from hq_server.users import sessions
from hq_server.web.desk import SIGN_IN, Desk
from hq_server.web.words import other

STATIC: Final = Path(__file__).parent / "static"

PAGES: Final[tuple[tuple[str, str, str], ...]] = (
    ("/", "live", "reports.sales"),
    ("/prices", "prices", "pricing.change"),
    ("/offers", "offers", "promotions.edit|promotions.approve"),
    ("/coupons", "coupons", "promotions.edit"),
    ("/effects", "effects", "reports.margin"),
    ("/delivery", "delivery", "reports.sales"),
    ("/aside", "aside", "sync.repair"),
    ("/places", "places", "stores.edit"),
    ("/people", "people", "staff.edit|users.edit"),
)
"""Path, key of its name, the rights of which it needs one."""


def add_shared_head() -> None:
    """Puts style and figures' script into every page; both are read from the package, nothing from elsewhere."""
    ui.add_head_html(f"<style>{(STATIC / 'console.css').read_text('utf-8')}</style>", shared=True)
    ui.add_head_html(f"<script>{(STATIC / 'console.js').read_text('utf-8')}</script>", shared=True)


@contextmanager
def frame(desk: Desk, here: str) -> Iterator[None]:
    """A page's frame; `here` is the path of its section."""
    ui.colors(primary="#0f5c4c", positive="#0b7a4b", negative="#b3372f", warning="#9a6700")
    ui.page_title(f"{desk.say('product')} · {desk.say(_name_of(here))}")
    with ui.header().classes("zg-header items-center"):
        with ui.element("div").classes("zg-brand"):
            ui.label(desk.say("product")).classes("inline")
        with ui.element("nav").classes("zg-nav"):
            for path, name, right in PAGES:
                if any(desk.may(one) for one in right.split("|")):
                    ui.link(desk.say(name), path).classes("here" if path == here else "")
        ui.label(desk.viewer.name).classes("zg-who")
        ui.button(desk.say("language"), on_click=desk.event(lambda: _switch_language(desk))).props(
            "flat dense no-caps color=white"
        )
        ui.button(icon="logout", on_click=desk.event(lambda: _sign_out(desk))).props(
            "flat dense round color=white"
        ).tooltip(desk.say("sign_out"))
    yield


def card(label: str, value: str = "", note: str = "") -> tuple[ui.label, ui.label]:
    """A figure with its name; returns the labels of value and note."""
    with ui.element("div").classes("zg-card"):
        ui.label(label).classes("label")
        return ui.label(value).classes("value"), ui.label(note).classes("note")


@contextmanager
def panel(title: str) -> Iterator[None]:
    """A box with a heading."""
    with ui.element("section").classes("zg-panel"):
        ui.label(title).classes("zg-head")
        yield


def facts(pairs: list[tuple[str, str]]) -> None:
    """Names and values, side by side."""
    with ui.element("div").classes("zg-facts"):
        for name, value in pairs:
            ui.label(name)
            ui.label(value)


async def _switch_language(desk: Desk) -> None:
    wanted = other(desk.language)
    await desk.call(lambda session, act: users.set_language(session, user=act.viewer.user, language=wanted))
    ui.navigate.reload()


async def _sign_out(desk: Desk) -> None:
    await desk.call(lambda session, act: sessions.sign_out(session, desk.token, at=act.at))
    desk.stop()
    ui.navigate.to(SIGN_IN)


def _name_of(path: str) -> str:
    return next((name for held, name, _ in PAGES if held == path), "headquarters")
