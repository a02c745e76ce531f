"""The sync protocol over HTTP for the other hosts of a store: the same paths and bodies as at headquarters.

A shell only: it bounds what comes in, finds out which till calls, and hands the message to the hub in a worker thread.
The hub has committed before it answers.
"""

from __future__ import annotations

import socket
import threading
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

from retail.wire import PUSH_BYTES_MAX, Problem, encode
from store_agent.errors import AgentError, Rejected, Unreachable
from store_agent.transport import CONTENT_TYPE, PATH

Handle = Callable[[str, bytes, str], bytes]
"""(verb, body, till) -> answer; the till is empty for a caller that is not known."""
KnownTill = Callable[[str], str | None]
"""token -> the till it belongs to."""

VERBS: Final = frozenset({"enrol", "hello", "push", "pull", "ask"})
OPEN_VERBS: Final = frozenset({"enrol"})
START_S: Final = 10.0


def create_app(handle: Handle, known_till: KnownTill) -> FastAPI:
    """The application that serves `handle`."""
    app = FastAPI(title="掌柜 Zhanggui hub", docs_url=None, redoc_url=None, openapi_url=None)

    @app.post(PATH + "{verb}")
    async def message(verb: str, request: Request) -> Response:
        try:
            if verb not in VERBS:
                raise Rejected("not_found", f"there is no {verb} here", 404)
            till = await run_in_threadpool(_caller, request, verb, known_till)
            body = await _read_body(request)
            return _packed(200, await run_in_threadpool(handle, verb, body, till))
        except Rejected as error:
            return _packed(error.status, encode(Problem(error.code, str(error))))
        except Unreachable as error:
            return _packed(503, encode(Problem("upstream_away", str(error))))
        except AgentError as error:
            return _packed(500, encode(Problem("hub_failed", str(error))))

    return app


class HubServer:
    """A running server: `port` is where it listens, also when 0 was asked for."""

    def __init__(
        self,
        app: FastAPI,
        *,
        host: str,
        port: int,
        certificate: Path | None = None,
        private_key: Path | None = None,
    ) -> None:
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            loop="asyncio",
            log_level="warning",
            access_log=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=3,
            ssl_certfile=certificate,
            ssl_keyfile=private_key,
        )
        self._server = uvicorn.Server(config)
        try:
            self._socket = socket.create_server((host, port), backlog=128)
        except OSError as error:
            raise AgentError(f"the hub cannot listen on {host}:{port}: {error.strerror or error}") from error
        # Inherited by every connection. The event loop does it only for sockets that it made itself, and without it an
        # answer's second packet waits 40 ms for the caller's delayed acknowledgement.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._run, name="hub", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Lets requests under way end, and stops."""
        self._server.should_exit = True
        self._thread.join(START_S)
        self._socket.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])


def _caller(request: Request, verb: str, known_till: KnownTill) -> str:
    if verb in OPEN_VERBS:
        return ""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    till = known_till(token.strip()) if scheme.lower() == "bearer" else None
    if till is None:
        raise Rejected("unknown_token", "this hub does not know the token: enrol the till through it", 401)
    return till


async def _read_body(request: Request) -> bytes:
    """The message's bytes, refused as soon as they are seen to be too many, compressed or not."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > PUSH_BYTES_MAX:
        raise _too_large()
    encoding = request.headers.get("content-encoding", "identity")
    if encoding not in ("identity", "gzip"):
        raise Rejected("bad_encoding", f"bodies in {encoding} are not understood here", 415)
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16) if encoding == "gzip" else None
    body = bytearray()
    async for part in request.stream():
        try:
            body += unpacker.decompress(part, PUSH_BYTES_MAX + 1 - len(body)) if unpacker else part
        except zlib.error as error:
            raise Rejected("bad_encoding", "the body is no gzip", 400) from error
        if len(body) > PUSH_BYTES_MAX or (unpacker and unpacker.unconsumed_tail):
            raise _too_large()
    return bytes(body)


def _too_large() -> Rejected:
    return Rejected("too_large", f"a message has at most {PUSH_BYTES_MAX} bytes: send fewer entries at once", 413)


def _packed(status: int, body: bytes) -> Response:
    return Response(body, status_code=status, media_type=CONTENT_TYPE)
