"""A printer on raw TCP (port 9100), one connection a job.

A connection kept open breaks unseen after minutes, and the first line after that is lost without an error.
"""

from __future__ import annotations

import contextlib
import select
import socket
import time
from collections.abc import Iterator

from devices.printer import PrinterOffline, PrinterStatus
from devices.printers.dialogue import ChannelClosed, ChannelLost, Habits, Waits, ask_status, deliver

CONNECT_TIMEOUT_S = 2.0
WRITE_TIMEOUT_S = 10.0


class TcpChannel:
    """A connected socket as a channel."""

    def __init__(self, connection: socket.socket, write_timeout_s: float) -> None:
        self._connection = connection
        self._write_timeout_s = write_timeout_s

    def write(self, data: bytes) -> None:
        try:
            self._connection.settimeout(self._write_timeout_s)
            self._connection.sendall(data)
        except OSError as error:
            raise ChannelLost(f"write: {error}") from error

    def read(self, timeout_s: float) -> bytes:
        try:
            ready, _, _ = select.select([self._connection], [], [], max(0.0, timeout_s))
            data = self._connection.recv(4096) if ready else None
        except OSError as error:
            raise ChannelLost(f"read: {error}") from error
        if data == b"":
            raise ChannelClosed("the printer closed the connection")
        return data or b""

    def close(self) -> None:
        """Close in order: say the end, give the printer a moment to take what is under way."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)
        self._connection.close()


class NetworkPrinter:
    """`answers_status` False spares the question to a printer known never to answer."""

    def __init__(
        self,
        host: str,
        port: int = 9100,
        *,
        answers_status: bool | None = None,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        write_timeout_s: float = WRITE_TIMEOUT_S,
        waits: Waits | None = None,
    ) -> None:
        self._address = (host, port)
        self._habits = Habits(answers_status)
        self._connect_timeout_s = connect_timeout_s
        self._write_timeout_s = write_timeout_s
        self._waits = waits or Waits()

    def send(self, job: bytes) -> None:
        with self._connected() as channel:
            deliver(channel, job, self._habits, self._waits)

    def send_now(self, command: bytes) -> None:
        with self._connected() as channel:
            try:
                channel.write(command)
            except ChannelLost as lost:
                raise PrinterOffline(str(lost)) from lost

    def status(self) -> PrinterStatus:
        with self._connected() as channel:
            try:
                return ask_status(channel, self._habits, self._waits)
            except ChannelLost as lost:
                raise PrinterOffline(str(lost)) from lost

    @contextlib.contextmanager
    def _connected(self) -> Iterator[TcpChannel]:
        channel = TcpChannel(self._connect(), self._write_timeout_s)
        try:
            yield channel
        finally:
            channel.close()

    def _connect(self) -> socket.socket:
        """A connection; a refusal is tried again within the time, as printers serve one connection at once."""
        deadline_s = time.monotonic() + self._connect_timeout_s
        while True:
            left_s = max(0.05, deadline_s - time.monotonic())
            try:
                connection = socket.create_connection(self._address, timeout=left_s)
                break
            except ConnectionRefusedError as error:
                if time.monotonic() + 0.1 >= deadline_s:
                    raise PrinterOffline(f"{self._address}: {error}") from error
                time.sleep(0.1)
            except OSError as error:
                raise PrinterOffline(f"{self._address}: {error}") from error
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return connection
