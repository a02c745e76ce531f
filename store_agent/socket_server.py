"""The Unix socket on which the till asks. A frame is a four-byte big-endian length and a message of `retail.wire`.

Only the user that runs the agent can open it. A connection may stay open as long as the till lives; one that sends
what is no question, or stops in the middle of a frame, is closed and harms nobody else.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from pathlib import Path
from typing import Final

import msgspec

from retail.wire import FRAME_BYTES_MAX, Question, Unavailable, frame, question_decoder
from store_agent.answers import Ask
from store_agent.errors import AgentError

FILE: Final = "agent.sock"
QUESTION_BYTES_MAX: Final = 4_096
FRAME_REST_S: Final = 2.0
"""How long the rest of a begun frame may take, in both directions."""
CONNECTIONS_MAX: Final = 16
LENGTH_BYTES: Final = 4


class SocketServer:
    """Serves questions until closed; one thread per connection, few connections."""

    def __init__(self, path: Path, answer: Ask) -> None:
        self._path = path
        self._answer = answer
        self._listener = _listen(path)
        self._places = threading.BoundedSemaphore(CONNECTIONS_MAX)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._closing = False
        self._thread = threading.Thread(target=self._accept, name="socket", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Closes the socket and every connection, and removes the file."""
        self._closing = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._path.unlink(missing_ok=True)
        self._thread.join(FRAME_REST_S)

    def _accept(self) -> None:
        while not self._closing:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            if not self._places.acquire(blocking=False):
                connection.close()
                continue
            with self._lock:
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), name="till", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            while (data := _read_frame(connection)) is not None:
                question = question_decoder.decode(data)
                connection.settimeout(FRAME_REST_S)
                connection.sendall(self._reply(question))
        except (OSError, msgspec.DecodeError, ValueError):
            # No question, a peer that left, or one too slow: only this connection ends.
            pass
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()
            self._places.release()

    def _reply(self, question: Question) -> bytes:
        try:
            data = frame(self._answer(question))
        except Exception as error:  # noqa: BLE001 - the till must get an answer, whatever is wrong here
            return frame(Unavailable(f"the agent failed: {type(error).__name__}"))
        return data if len(data) <= FRAME_BYTES_MAX else frame(Unavailable("the answer is too large"))


def _listen(path: Path) -> socket.socket:
    """A listening socket at `path`, mode 0600. What a killed agent left there is removed; a living one is not."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if path.exists():
            if _answers(path):
                raise AgentError(f"another agent is running: it answers at {path}")
            path.unlink()
        mask = os.umask(0o177)
        try:
            listener.bind(str(path))
        finally:
            os.umask(mask)
        listener.listen(CONNECTIONS_MAX)
    except OSError as error:
        listener.close()
        raise AgentError(f"the till's socket {path} cannot be opened: {error.strerror or error}") from error
    except AgentError:
        listener.close()
        raise
    return listener


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _read_frame(connection: socket.socket) -> bytes | None:
    """The next frame's message, None at the end; ValueError when it is longer than a question can be."""
    connection.settimeout(None)
    head = connection.recv(LENGTH_BYTES)
    if not head:
        return None
    connection.settimeout(FRAME_REST_S)
    head += _read_exactly(connection, LENGTH_BYTES - len(head))
    size = int.from_bytes(head, "big")
    if size > QUESTION_BYTES_MAX:
        raise ValueError("longer than a question")
    return _read_exactly(connection, size)


def _read_exactly(connection: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = connection.recv(size - len(parts))
        if not part:
            raise ConnectionError("closed within a frame")
        parts += part
    return bytes(parts)
