"""What a page works with: who looks, in which language, and the one way to a service.

One event is one call, and one call is one transaction in a thread: the session's row is looked at first, every time.
Nothing that a browser or NiceGUI's storage holds is a right.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, Final, TypeVar

import psycopg2
import structlog
from nicegui import app, context, run, ui
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hq_server import clock
from hq_server.db import Database
from hq_server.errors import HqError, NotSignedIn
from hq_server.stores.queries import usual_offset
from hq_server.users import sessions
from hq_server.users.sessions import Viewer
from hq_server.web import figures
from hq_server.web.words import Language, language_of, say, say_refusal

log = structlog.get_logger()

COOKIE: Final = "zhanggui_console"
SIGN_IN: Final = "/sign-in"
OVER: Final = "/sign-in?over=1"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, and when."""

    viewer: Viewer
    at: datetime


Verb = Callable[[Session, Act], T]
"""A service call with everything but session and actor filled in."""


@dataclass(slots=True)
class Desk:
    """A page's way to the services."""

    database: Database
    token: str
    viewer: Viewer
    utc_offset_min: int = 0
    timers: list[ui.timer] = field(default_factory=list)

    @property
    def language(self) -> Language:
        """The language of whoever looks."""
        return language_of(self.viewer.language)

    def say(self, key: str, **values: object) -> str:
        """The words for a key in the reader's language."""
        return say(self.language, key, **values)

    def may(self, right: str) -> bool:
        """Whether to offer something; the service decides anew when it is asked for."""
        return self.viewer.may(right)

    async def call(self, verb: Verb[T], *, right: str | None = None) -> T:
        """What the service returns, committed. Raises NotSignedIn, and whatever the service refuses with."""
        found: tuple[T] | None = await run.io_bound(self._within, verb, right)
        if found is None:
            raise NotSignedIn("headquarters is being stopped: sign in again in a moment")
        return found[0]

    async def call_database(self, verb: Callable[[Database], T], *, right: str) -> T:
        """For a service that keeps its transaction itself, after the session and the right were looked at."""
        await self.call(lambda _, __: None, right=right)
        found: tuple[T] | None = await run.io_bound(lambda: (verb(self.database),))
        if found is None:
            raise NotSignedIn("headquarters is being stopped: sign in again in a moment")
        return found[0]

    def event(self, handler: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        """The handler as an event of this page: refusals become a notice, the end of a sign-in leads to signing in."""

        @wraps(handler)  # NiceGUI reads the signature to see whether the event itself is wanted
        async def handle(*arguments: Any) -> None:
            try:
                await handler(*arguments)
            except NotSignedIn:
                self.leave()
            except HqError as error:
                ui.notify(say_refusal(self.language, error), type="negative")
            except (SQLAlchemyError, psycopg2.Error) as error:
                log.warning("database failed", error=str(error).split("\n", 1)[0])
                ui.notify(self.say("database_gone"), type="warning")

        return handle

    def every(self, seconds: float, handler: Callable[[], Awaitable[None]]) -> None:
        """Runs an event again and again while the page is open; once refused, no more."""

        async def stop_when_refused() -> None:
            try:
                await handler()
            except HqError:
                self.stop()
                raise

        self.timers.append(ui.timer(seconds, self.event(stop_when_refused), immediate=False))

    def stop(self) -> None:
        """Nothing of this page asks again by itself."""
        for timer in self.timers:
            timer.deactivate()

    def local(self, moment: datetime | None, form: str = "%Y-%m-%d %H:%M:%S") -> str:
        """A moment on the clock most stores keep."""
        return figures.local_time(moment, self.utc_offset_min, form)

    def leave(self) -> None:
        """Goes to the sign-in page; nothing of this page asks again."""
        self.stop()
        ui.navigate.to(OVER)

    def _within(self, verb: Verb[T], right: str | None) -> tuple[T]:
        at = clock.now()
        with self.database.transaction() as session:
            viewer = sessions.viewer_of(session, self.token, at=at)
            if viewer is None:
                raise NotSignedIn("your sign-in is over: sign in again")
            if right is not None:
                viewer.require(right)
            self.viewer = viewer
            return (verb(session, Act(viewer, at)),)


async def open_desk(request: Request) -> Desk | Response:
    """The desk of whoever asks for a page, or the way to the sign-in page."""
    database: Database = app.state.database
    token = request.cookies.get(COOKIE, "")
    desk = Desk(database, token, Viewer("", "", frozenset(), ()))
    try:
        desk.utc_offset_min = await desk.call(lambda session, _: usual_offset(session))
    except NotSignedIn:
        prefix = request.scope.get("root_path", "")
        return RedirectResponse(f"{prefix}{OVER if token else SIGN_IN}", status_code=303)
    context.client.content.classes("zg-page")
    return desk
