"""A receipt printer to look at: raw TCP 9100 or a serial pseudo-terminal in, pictures and text out.

    python -m devices.simulators.printer --port 9100 --out receipts/

Each receipt becomes NNNN.png and NNNN.txt, with its drawer pulses and unknown commands on one line of output. A
line on standard input sets a fault: paper_out, cover_open, offline, silent, paper_near_end, none.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import sys
import threading
import tty
from collections.abc import Callable
from pathlib import Path

import click

from devices.simulators.condition import Condition, Fault
from devices.simulators.glyphs import NO_FONT, font_path
from devices.simulators.interpreter import Interpreter
from devices.simulators.paper import RenderedReceipt


class PrinterSimulator:
    """One printer with one paper and one drawer, whatever line its bytes come by. Safe for several threads.

    `reset_after_bytes` breaks the next connection after so many bytes, forgetting what was not yet printed.
    """

    def __init__(
        self,
        width_dots: int = 576,
        *,
        out: Path | None = None,
        on_receipt: Callable[[int, RenderedReceipt], None] = lambda number, receipt: None,
    ) -> None:
        self._lock = threading.RLock()
        self._condition = Condition()
        self._interpreter = Interpreter(width_dots, condition=self._condition)
        self._out = out
        self._on_receipt = on_receipt
        self._delivered = 0
        self.reset_after_bytes: int | None = None
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)

    @property
    def fault(self) -> Fault:
        return self._condition.fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        """Set or clear a fault; what was waiting for paper is printed when the fault is gone."""
        with self._lock:
            self._condition.fault = fault
            self._interpreter.work()
            self._hand_out()

    @property
    def receipts(self) -> list[RenderedReceipt]:
        with self._lock:
            return list(self._interpreter.receipts)

    @property
    def kicks(self) -> int:
        return self._interpreter.kicks

    @property
    def unknown(self) -> list[bytes]:
        with self._lock:
            return list(self._interpreter.unknown)

    def close_drawer(self) -> None:
        self._condition.drawer_open = False

    def receive(self, data: bytes) -> bytes:
        """Take bytes from the line; what the printer answers."""
        with self._lock:
            self._interpreter.feed(data)
            self._hand_out()
            answers = bytes(self._interpreter.answers)
            self._interpreter.answers.clear()
            return answers

    def end_of_line(self) -> None:
        """The connection ended: paper without a cut is torn off, unless the printer is stopped in mid-job."""
        with self._lock:
            self._interpreter.answers.clear()
            if not self._condition.stopped:
                self._interpreter.tear_off()
                self._hand_out()

    def power_cut(self) -> None:
        """Forget what was received and not printed; the torn paper is handed out."""
        with self._lock:
            self._interpreter.lose_buffer()
            self._interpreter.tear_off()
            self._interpreter.answers.clear()
            self._hand_out()

    def _hand_out(self) -> None:
        while self._delivered < len(self._interpreter.receipts):
            receipt = self._interpreter.receipts[self._delivered]
            self._delivered += 1
            if self._out is not None:
                self._save(self._delivered, receipt)
            self._on_receipt(self._delivered, receipt)

    def _save(self, number: int, receipt: RenderedReceipt) -> None:
        assert self._out is not None
        name = f"{number:04d}"
        receipt.image.save(self._out / f"{name}.png")
        (self._out / f"{name}.txt").write_text(receipt.text, encoding="utf-8")


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


@click.command()
@click.option("--port", default=9100, show_default=True, help="TCP port on the loopback address.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--pty", "link", type=click.Path(path_type=Path), help="Serve a serial line at this link instead.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("receipts"), show_default=True)
@click.option("--width", type=click.Choice(["58", "80"]), default="80", show_default=True, help="Paper in mm.")
@click.option("--fault", type=click.Choice([fault.value for fault in Fault]), default="none")
def main(port: int, host: str, link: Path | None, out: Path, width: str, fault: str) -> None:
    """Print receipts as pictures and text."""
    if font_path() is None:
        click.echo(NO_FONT, err=True)

    def report(number: int, receipt: RenderedReceipt) -> None:
        click.echo(
            f"{number:04d}: {len(receipt.lines)} lines, {len(receipt.symbols)} symbols, {receipt.kicks} drawer"
            + (f", unknown {[command.hex() for command in receipt.unknown]}" if receipt.unknown else "")
        )

    simulator = PrinterSimulator(384 if width == "58" else 576, out=out, on_receipt=report)
    simulator.fault = Fault(fault)
    line = PtyLine(simulator, link) if link else TcpLine(simulator, port, host)
    click.echo(f"printer on {link or f'{host}:{port}'}, receipts in {out}")
    try:
        _take_faults(simulator)
    except KeyboardInterrupt:
        pass
    finally:
        line.close()


def _take_faults(simulator: PrinterSimulator) -> None:
    """Set faults from lines of standard input; without any, stay until interrupted."""
    for line in sys.stdin:
        try:
            simulator.fault = Fault(line.strip())
        except ValueError:
            click.echo(f"faults: {', '.join(Fault)}", err=True)
        else:
            click.echo(f"fault: {simulator.fault}")
    threading.Event().wait()


if __name__ == "__main__":
    main()
