"""Puts the console into the api's process, under `/console`. Exactly one process may: pages live in its memory."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from nicegui import app as console
from nicegui import ui

from hq_server.db import Database
from hq_server.serving import CONSOLE_PATH
from hq_server.web import sign_in
from hq_server.web.frame import add_shared_head
from hq_server.web.origin import SameOrigin
from hq_server.web.pages import (
    aside,
    coupons,
    delivery,
    effects,
    live,
    offer,
    offers,
    people,
    places,
    prices,
    receipt,
    store,
)

PAGES: Final = (
    ("/", live.page),
    ("/store/{store}", store.page),
    ("/store/{store}/receipt/{position}", receipt.page),
    ("/prices", prices.page),
    ("/effects", effects.page),
    ("/offers", offers.page),
    ("/offer", offer.page),
    ("/coupons", coupons.page),
    ("/delivery", delivery.page),
    ("/aside", aside.page),
    ("/places", places.page),
    ("/people", people.page),
)
RESPONSE_TIMEOUT_S: Final = 20.0


def mount(app: FastAPI, database: Database) -> None:
    """Adds the console to the api. Once in a process."""
    console.state.database = database
    console.state.key = app.state.key
    add_shared_head()
    console.include_router(sign_in.router)
    for path, page in PAGES:
        ui.page(path, response_timeout=RESPONSE_TIMEOUT_S)(page)
    console.add_middleware(SameOrigin)
    app.add_api_route("/", _home, methods=["GET"], include_in_schema=False)
    app.add_api_route(CONSOLE_PATH, _home, methods=["GET"], include_in_schema=False)
    ui.run_with(
        app,
        title="掌柜 Zhanggui",
        mount_path=CONSOLE_PATH,
        favicon="🏮",
        dark=False,
        reconnect_timeout=10.0,
        show_welcome_message=False,
    )


def _home() -> RedirectResponse:
    return RedirectResponse(f"{CONSOLE_PATH}/", status_code=307)
