"""Lines to a simulated printer: TCP as on port 9100, and a serial line on a pseudo-terminal."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import threading
import tty
from pathlib import Path

from devices.simulators.condition import Fault
from devices.simulators.machine import PrinterSimulator


class TcpLine:
    """Serves the simulator on TCP, one connection at a time like the real ones. `port` 0 takes a free one."""

    def __init__(self, simulator: PrinterSimulator, port: int = 0, host: str = "127.0.0.1") -> None:
        self._simulator = simulator
        self._listener = socket.create_server((host, port), backlog=8)
        self.port: int = self._listener.getsockname()[1]
        self._stop_read, self._stop_write = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="printer-simulator", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop_write.close()
        self._thread.join(2.0)
        self._listener.close()
        self._stop_read.close()

    def _run(self) -> None:
        while not self._told_to_stop(self._listener):
            connection, _ = self._listener.accept()
            with connection:
                if self._simulator.fault is Fault.OFFLINE:
                    _reset(connection)
                    continue
                with contextlib.suppress(OSError):
                    self._serve(connection)
                self._simulator.end_of_line()

    def _told_to_stop(self, waiting_for: socket.socket) -> bool:
        """Wait until there is something to read, or until closed."""
        return self._stop_read in select.select([waiting_for, self._stop_read], [], [])[0]

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while not self._told_to_stop(connection):
            data = connection.recv(4096)
            if not data:
                return
            limit = self._simulator.reset_after_bytes
            if limit is not None and len(data) >= limit:
                self._simulator.reset_after_bytes = None
                self._simulator.receive(data[:limit])
                self._simulator.power_cut()
                _reset(connection)
                return
            if limit is not None:
                self._simulator.reset_after_bytes = limit - len(data)
            answers = self._simulator.receive(data)
            if answers:
                connection.sendall(answers)


class PtyLine:
    """Serves the simulator on a pseudo-terminal, reached by the symbolic link `link`."""

    def __init__(self, simulator: PrinterSimulator, link: Path) -> None:
        self._simulator = simulator
        self._link = link
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(self._slave))
        self._stop_read, self._stop_write = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="printer-simulator-pty", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop_write.close()
        self._thread.join(2.0)
        self._link.unlink(missing_ok=True)
        os.close(self._master)
        os.close(self._slave)
        self._stop_read.close()

    def _run(self) -> None:
        """A serial line has no end of connection: two seconds of silence are taken for it."""
        stop = self._stop_read.fileno()
        while stop not in (ready := select.select([self._master, stop], [], [], 2.0)[0]):
            if not ready:
                self._simulator.end_of_line()
                continue
            answers = self._simulator.receive(os.read(self._master, 4096))
            if answers:
                os.write(self._master, answers)


def _reset(connection: socket.socket) -> None:
    """Break the connection with RST, as a printer losing power or refusing does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
