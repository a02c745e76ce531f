"""How messages reach the upstream: over HTTP, or handed to a server in the same process.

A transport sends one message and returns one answer. It neither waits nor repeats; that is the runner's.
"""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import msgspec

from retail import wire
from store_agent.errors import AgentError, Rejected, Unreachable

if TYPE_CHECKING:
    import httpx

CONTENT_TYPE: Final = "application/x-msgpack"
PATH: Final = "/sync/v1/"
GZIP_FROM_BYTES: Final = 2_000
"""A smaller body gains nothing from compression."""
PULL_TIMEOUT_FACTOR: Final = 3
"""A snapshot takes longer to make and to carry than a batch of entries."""
RETRY_STATUSES: Final = frozenset({408, 425, 429})

M = TypeVar("M", bound=msgspec.Struct)


class Transport(Protocol):
    """One message, one answer. Raises Unreachable when trying later may help, Rejected when it will not."""

    def hello(self, message: wire.Hello) -> wire.HelloReply: ...

    def push(self, message: wire.Push) -> wire.PushReply: ...

    def pull(self, message: wire.Pull) -> wire.PullReply: ...

    def ask(self, question: wire.Question, *, timeout_s: float) -> wire.Answer: ...

    def enrol(self, request: wire.EnrolRequest) -> wire.EnrolReply: ...


class _Messages:
    """The five verbs on top of one `_send`."""

    def _send(self, verb: str, body: bytes, timeout_factor: float = 1, timeout_s: float | None = None) -> bytes:
        raise NotImplementedError

    def hello(self, message: wire.Hello) -> wire.HelloReply:
        return _read(wire.HelloReply, self._send("hello", wire.encode(message)))

    def push(self, message: wire.Push) -> wire.PushReply:
        return _read(wire.PushReply, self._send("push", wire.encode(message)))

    def pull(self, message: wire.Pull) -> wire.PullReply:
        return _read(wire.PullReply, self._send("pull", wire.encode(message), PULL_TIMEOUT_FACTOR))

    def ask(self, question: wire.Question, *, timeout_s: float) -> wire.Answer:
        body = self._send("ask", wire.encode(question), timeout_s=timeout_s)
        try:
            answer: wire.Answer = wire.answer_decoder.decode(body)
        except (msgspec.DecodeError, ValueError) as error:
            raise Unreachable(f"the upstream's answer is not understood: {error}") from error
        return answer

    def enrol(self, request: wire.EnrolRequest) -> wire.EnrolReply:
        return _read(wire.EnrolReply, self._send("enrol", wire.encode(request)))


class HttpTransport(_Messages):
    """Messages as HTTP bodies, one kept-alive connection, the server's certificate checked against `verify` (True: the
    system's authorities; a path: the chain's own). Several threads may send at once."""

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        timeout_s: float = 20,
        connect_timeout_s: float = 5,
        verify: bool | str = True,
        compress: bool = False,
    ) -> None:
        self.url = url.rstrip("/")
        self._token = token
        self._timeout_s = timeout_s
        self._connect_timeout_s = connect_timeout_s
        self._verify = verify
        self._compress = compress
        self._client: httpx.Client | None = None
        self._opening = threading.Lock()

    def close(self) -> None:
        """Closes the connection; the next message opens another."""
        with self._opening:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _open(self) -> httpx.Client:
        with self._opening:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> httpx.Client:
        import httpx

        verify: Any = self._verify
        if isinstance(verify, str):
            import ssl

            try:
                verify = ssl.create_default_context(cafile=verify)
            except OSError as error:
                raise AgentError(f"{self._verify} holds no certificates: {error.strerror or error}") from error
        headers = {"content-type": CONTENT_TYPE, "accept": CONTENT_TYPE}
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        # Upstream is named in the configuration: proxies of the environment are not asked.
        return httpx.Client(headers=headers, verify=verify, trust_env=False)

    def _send(self, verb: str, body: bytes, timeout_factor: float = 1, timeout_s: float | None = None) -> bytes:
        import httpx

        headers = {}
        if self._compress and len(body) >= GZIP_FROM_BYTES:
            body, headers = gzip.compress(body, compresslevel=1), {"content-encoding": "gzip"}
        limit_s = self._timeout_s * timeout_factor if timeout_s is None else timeout_s
        timeout = httpx.Timeout(limit_s, connect=min(self._connect_timeout_s, limit_s))
        try:
            reply = self._open().post(f"{self.url}{PATH}{verb}", content=body, headers=headers, timeout=timeout)
        except httpx.HTTPError as error:
            raise Unreachable(f"{self.url} does not answer: {str(error) or type(error).__name__}") from error
        if reply.status_code == 200:
            return reply.content
        raise _failure(reply.status_code, reply.content, reply.headers.get("retry-after", ""))


Endpoint = Callable[[str, bytes], bytes]
"""(verb, request bytes) -> answer bytes; raises Unreachable or Rejected like a transport."""


class MemoryTransport(_Messages):
    """Messages handed as bytes to a server in this process: a hub's own till, a carried file, a simulation."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def _send(self, verb: str, body: bytes, timeout_factor: float = 1, timeout_s: float | None = None) -> bytes:
        return self._endpoint(verb, body)


def _read(kind: type[M], body: bytes) -> M:
    try:
        return wire.decode(kind, body)
    except wire.WireError as error:
        raise Unreachable(f"the upstream's answer is not understood: {error}") from error


def _failure(status: int, body: bytes, retry_after: str) -> Unreachable | Rejected:
    try:
        problem = wire.decode(wire.Problem, body)
    except wire.WireError:
        problem = wire.Problem(f"http_{status}", f"the upstream answered with HTTP status {status}")
    if status >= 500 or status in RETRY_STATUSES or status < 400:
        wait_s = float(retry_after) if retry_after.isdigit() else None
        return Unreachable(problem.message, wait_s)
    return Rejected(problem.code, problem.message, status)
