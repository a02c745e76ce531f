"""Keeps other sites out: a browser that sends a form or opens a socket from a page that is not ours is refused."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


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
        await self.app(scope, receive, send)


def _is_foreign(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is None or (scope["type"] == "http" and scope["method"] in SAFE_METHODS and "_ws" not in scope["path"]):
        return False
    return urlsplit(origin).netloc != headers.get("host", "")
