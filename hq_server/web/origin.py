"""Keeps other sites out: a browser that sends a form or opens a socket from a page that is not ours is refused."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")
HEADERS: Final = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class SameOrigin:
    """ASGI middleware. Requests without `Origin` (no browser, or a plain visit) pass: they carry nothing of a page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on or refuses."""
        if scope["type"] in ("http", "websocket") and _is_foreign(scope):
            if scope["type"] == "http":
                await PlainTextResponse("this page comes from another site", 403)(scope, receive, send)
            else:
                await receive()
                await send({"type": "websocket.close", "code": 4403})
            return
        await self.app(scope, receive, _guarded(send) if scope["type"] == "http" else send)


def _guarded(send: Send) -> Send:
    """Adds to every answer: in nobody's frame, no guessing of types, no address told to others."""

    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return add


def _is_foreign(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is None or (scope["type"] == "http" and scope["method"] in SAFE_METHODS and "_ws" not in scope["path"]):
        return False
    return urlsplit(origin).netloc != headers.get("host", "")
