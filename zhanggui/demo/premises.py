"""Puts the demo's shop together: a till enrolled at headquarters, its agent as a program of its own, printer, scanner.

Everything is what a real shop runs; only printer and scanner are simulators, and they hang on real lines.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from devices.simulators.lines import TcpLine
from devices.simulators.machine import PrinterSimulator
from hq_server import clock
from hq_server.feeds import pull
from hq_server.stores import enrolment
from pos_terminal.services.files import FEEDS_FILE
from retail.wire import PROTOCOL, Hello
from store_agent.enrol import HEADQUARTERS_TOKEN_FILE, enrol
from store_agent.errors import Rejected
from store_agent.transport import HttpTransport
from store_db.feed_reader import FeedReader
from store_db.identity import FILE as IDENTITY_FILE
from store_db.identity import load_identity, pinned_key
from zhanggui.demo.scanner import scanner
from zhanggui.demo.shop import DemoShop
from zhanggui.headquarters import Headquarters
from zhanggui.processes import child, run_command

HOST: Final = "demo"
SUPPLY_TIMEOUT_S: Final = 180.0
POLL_S: Final = 0.1
PAPER_DOTS: Final = 576
AGENT_LOG: Final = "agent.log"


class PremisesError(RuntimeError):
    """The shop could not be opened; the text says what to look at."""


@dataclass(frozen=True, slots=True)
class Premises:
    """The shop, open: the till's folder and settings, and where receipts come out."""

    data: Path
    till_config: Path
    receipts: Path
    printer: PrinterSimulator
    printer_port: int


@contextlib.contextmanager
def premises(headquarters: Headquarters, folder: Path, shop: DemoShop, *, till_language: str) -> Iterator[Premises]:
    """The shop for as long as the block lasts: enrolled, supplied with all feeds, its agent running."""
    data = folder / "shop"
    enrolled(headquarters, data, shop)
    receipts = folder / "receipts" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    simulator = PrinterSimulator(PAPER_DOTS, out=receipts)
    with contextlib.ExitStack() as stack:
        line = stack.enter_context(contextlib.closing(TcpLine(simulator)))
        serial_line = stack.enter_context(scanner(folder))
        till_config = _write_till_config(data, line.port, serial_line, till_language)
        agent_config = _write_agent_config(data, headquarters.url)
        arguments = ["run", "--config", str(agent_config)]
        stack.enter_context(child(run_command, "store_agent.cli:main", arguments, data / AGENT_LOG))
        _wait_for_feeds(headquarters, data, shop.store)
        yield Premises(data, till_config, receipts, simulator, line.port)


def enrolled(headquarters: Headquarters, data: Path, shop: DemoShop) -> None:
    """Enrols the shop's till unless this very headquarters knows it already."""
    if (data / IDENTITY_FILE).exists() and _is_known(headquarters, data):
        return
    with headquarters.database.transaction() as session:
        code = enrolment.issue_code(session, till_id=shop.till, actor=HOST, at=clock.now()).code
    transport = HttpTransport(headquarters.url)
    try:
        enrol(data, transport, code=code, host=HOST, again=True)
    finally:
        transport.close()


def _is_known(headquarters: Headquarters, data: Path) -> bool:
    pinned_key(load_identity(data))
    transport = HttpTransport(headquarters.url, (data / HEADQUARTERS_TOKEN_FILE).read_text())
    try:
        transport.hello(Hello(PROTOCOL, HOST, HOST))
    except Rejected:
        return False
    finally:
        transport.close()
    return True


def _write_till_config(data: Path, printer_port: int, serial_line: Path, language: str) -> Path:
    path = data / "till.toml"
    path.write_text(
        f"""data = "."
language = {json.dumps(language)}

[printer]
kind = "network"
host = "127.0.0.1"
port = {printer_port}

[[scanners]]
kind = "serial"
path = {json.dumps(str(serial_line.absolute()))}
""",
        "utf-8",
    )
    return path


def _write_agent_config(data: Path, url: str) -> Path:
    """The agent serves its store as the hub, so that the shop has a tally of its own; its port is any free one."""
    path = data / "agent.toml"
    path.write_text(
        f"""data = "."
kind = "realtime"

[upstream]
url = {json.dumps(url)}

[intervals]
push_s = 1
pull_s = 2

[hub]
host = "127.0.0.1"
port = 0
""",
        "utf-8",
    )
    return path


def _wait_for_feeds(headquarters: Headquarters, data: Path, store: str) -> None:
    """Waits until the shop has taken in all that headquarters has for it now."""
    with headquarters.database.transaction() as session:
        wanted = {cursor.feed: cursor.position for cursor in pull.heads(session, store) if cursor.position}
    deadline = time.monotonic() + SUPPLY_TIMEOUT_S
    reader = FeedReader.open(data / FEEDS_FILE)
    try:
        while True:
            held = {feed: cursor.position for feed, cursor in reader.cursors().items()}
            if all(held.get(feed, 0) >= position for feed, position in wanted.items()):
                return
            if time.monotonic() > deadline:
                raise PremisesError(
                    f"the shop was not supplied within {SUPPLY_TIMEOUT_S:.0f} s: see {data / AGENT_LOG}"
                )
            time.sleep(POLL_S)
    finally:
        reader.close()
