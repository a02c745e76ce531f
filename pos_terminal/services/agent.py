"""Questions to the agent on this host, over its socket, with a deadline. No agent is an answer too: go on alone."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Final

import msgspec

from retail.wire import FRAME_BYTES_MAX, Answer, Poke, Question, Unavailable, answer_decoder, frame

LENGTH_BYTES: Final = 4


class AgentClient:
    """Asks one question at a time; used by one lane. The connection is kept, and made again when it was lost."""

    def __init__(self, path: Path, deadline_s: float) -> None:
        self._path, self._deadline_s = path, deadline_s
        self._connection: socket.socket | None = None
        self.answered: bool | None = None
        """Whether somebody behind the agent answered the last question; None when nothing was asked yet."""

    def ask(self, question: Question) -> Answer:
        """The answer, or Unavailable when there is no agent, nobody behind it, or no answer in time."""
        kept = self._connection is not None
        answer = self._try(question)
        if answer is None and kept:
            answer = self._try(question)  # the agent was started anew since
        answer = answer or Unavailable("no agent on this host")
        if not isinstance(question, Poke):
            self.answered = not isinstance(answer, Unavailable)
        return answer

    def poke(self) -> None:
        """Something was committed."""
        self.ask(Poke())

    def close(self) -> None:
        """Ends the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _try(self, question: Question) -> Answer | None:
        try:
            connection = self._connected()
            connection.sendall(frame(question))
            size = int.from_bytes(_exactly(connection, LENGTH_BYTES), "big")
            if size > FRAME_BYTES_MAX:
                raise ConnectionError("the answer is too large")
            answer: Answer = answer_decoder.decode(_exactly(connection, size))
            return answer
        except TimeoutError:
            self.close()
            return Unavailable("no answer in time")
        except (OSError, msgspec.DecodeError, ValueError):
            self.close()
            return None

    def _connected(self) -> socket.socket:
        if self._connection is None:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(self._deadline_s)
            try:
                connection.connect(str(self._path))
            except OSError:
                connection.close()
                raise
            self._connection = connection
        return self._connection


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = connection.recv(size - len(parts))
        if not part:
            raise ConnectionError("closed within a frame")
        parts += part
    return bytes(parts)
