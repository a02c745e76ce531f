"""A receipt printer to look at: raw TCP 9100 or a serial pseudo-terminal in, pictures and text out.

    python -m devices.simulators.printer --port 9100 --out receipts/

Each receipt becomes NNNN.png and NNNN.txt, with its drawer pulses and unknown commands on one line of output. A
line on standard input sets a fault: paper_out, cover_open, offline, silent, paper_near_end, none.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import click

from devices.simulators.condition import Fault
from devices.simulators.glyphs import NO_FONT, font_path
from devices.simulators.lines import PtyLine, TcpLine
from devices.simulators.machine import PrinterSimulator
from devices.simulators.paper import RenderedReceipt

__all__ = ["Fault", "PrinterSimulator", "PtyLine", "RenderedReceipt", "TcpLine", "main"]


@click.command()
@click.option("--port", default=9100, show_default=True, help="TCP port, 0 for a free one.")
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
            f"{number:04d}: {len(receipt.lines)} lines, {len(receipt.symbols)} symbols"
            + (f", unknown {[command.hex() for command in receipt.unknown]}" if receipt.unknown else "")
        )

    def report_kick(kicks: int) -> None:
        click.echo(f"drawer opened ({kicks})")

    dots = 384 if width == "58" else 576
    simulator = PrinterSimulator(dots, out=out, on_receipt=report, on_kick=report_kick)
    simulator.fault = Fault(fault)
    line = PtyLine(simulator, link) if link else TcpLine(simulator, port, host)
    address = f"{host}:{line.port}" if isinstance(line, TcpLine) else str(link)
    click.echo(f"printer on {address}, receipts in {out}")
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
