"""The demo from start to end: at a terminal a till to sell at, without one a scripted stretch and its tally."""

from __future__ import annotations

import contextlib
import dataclasses
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from devices.print_queue import FINAL
from devices.registry import make_printer
from hq_server import serving
from pos_terminal.services.files import JOURNAL_FILE
from pos_terminal.till import Till
from store_db.identity import load_identity
from zhanggui import loading
from zhanggui.chains import CHAINS
from zhanggui.demo import selling
from zhanggui.demo.premises import Premises, premises
from zhanggui.demo.shop import SHOPS, DemoShop
from zhanggui.demo.tally import Tally, at_agent, at_headquarters, at_till, side_by_side
from zhanggui.demo.texts import language, say
from zhanggui.headquarters import Headquarters, headquarters

PORT: Final = 8440
AGREE_TIMEOUT_S: Final = 60.0
PAPER_TIMEOUT_S: Final = 30.0
POLL_S: Final = 0.2
FIGURES: Final = ("row_receipts", "row_lines", "row_net", "row_clerks", "row_items", "row_stock")
TillLanguage = Literal["zh_CN", "en"]


def run_demo(
    folder: Path,
    *,
    chain: str,
    scripted: int | None,
    database_url: str = "",
    till_language: TillLanguage | None = None,
    tell: Callable[[str], None],
) -> bool:
    """Runs the demo in this folder. `scripted`: sell so many visits and stop, instead of opening the till.

    Returns whether till, agent and headquarters ended with the same tally.
    """
    began_s = time.monotonic()
    place = folder / chain
    till_language = till_language or ("zh_CN" if chain == "chinese" or language() == "zh" else "en")
    with contextlib.ExitStack() as stack:
        running, opened, shop = stack.enter_context(_open(place, chain, database_url, till_language, tell))
        stack.callback(tell, say("closing"))
        tell(say("ready", seconds=round(time.monotonic() - began_s)))
        _introduce(running, opened, shop, place, tell)
        if scripted is None:
            _sell_by_hand(opened)
        else:
            _sell_by_script(opened, shop, scripted, till_language, tell)
        return _agree(running, opened, shop, tell)


@contextlib.contextmanager
def _open(
    place: Path, chain: str, database_url: str, till_language: TillLanguage, tell: Callable[[str], None]
) -> Iterator[tuple[Headquarters, Premises, DemoShop]]:
    tell(say("starting"))
    with headquarters(place / "hq", database_url=database_url, port=PORT, console=True, worker=True) as running:
        if not loading.loaded_chain(running.database):
            tell(say("loading"))
            loading.load(running.database, CHAINS[chain](), tell=lambda what: tell(say("loaded", what=what)))
        shop = SHOPS[chain]()
        tell(say("supplying"))
        with premises(running, place, shop, till_language=till_language) as opened:
            yield running, opened, shop


def _introduce(
    running: Headquarters, opened: Premises, shop: DemoShop, place: Path, tell: Callable[[str], None]
) -> None:
    codes = place / "codes.txt"
    codes.write_text("".join(f"{code}  {name}\n" for code, name in shop.codes), "utf-8")
    cashier_pin, manager_pin = shop.pins
    tell("")
    tell(say("console", address=f"{serving.console_address(running.config)}/"))
    if link := serving.link_for_nobody(running.config, running.database):
        tell(say("first_link", address=link))
    tell(say("store", store=shop.store, till=shop.till))
    tell(
        say(
            "people",
            cashier=shop.cashier,
            cashier_pin=cashier_pin,
            manager=shop.manager,
            manager_pin=manager_pin,
            clerks=" ".join(shop.clerks),
        )
    )
    tell(say("codes", file=codes))
    tell(say("scan", command=f"{Path(sys.argv[0])} scan --dir {place} {shop.codes[0][0]}"))
    tell(say("receipts", folder=opened.receipts))
    tell("")


def _sell_by_hand(opened: Premises) -> None:
    """Opens the till in this terminal, as its own program, until the cashier leaves it."""
    sys.stdout.write(say("opening"))
    sys.stdout.flush()
    sys.stdin.readline()
    command = [sys.executable, "-m", "pos_terminal.cli", "run", "--config", str(opened.till_config)]
    # Ctrl+C is a key of the till; while it is open, it is no signal to us.
    with contextlib.suppress(KeyboardInterrupt):
        subprocess.run(command, check=False)  # noqa: S603 - our own program


def _sell_by_script(
    opened: Premises, shop: DemoShop, count: int, till_language: TillLanguage, tell: Callable[[str], None]
) -> None:
    tell(say("selling", count=count))
    began_s = time.monotonic()
    printer = make_printer("network", {"host": "127.0.0.1", "port": opened.printer_port})
    with Till.open(opened.data, printer=printer, language=till_language, software="zhanggui demo") as till:
        selling.sign_on(till, shop.cashier, shop.pins[0])
        before = till.history.next_counter() - 1
        sold = selling.sell(till, islice(shop.visits(), before, before + count))
        queue = till.printing.queue
        assert queue is not None
        for job in queue.jobs():
            if queue.wait(job.job_id, PAPER_TIMEOUT_S).state not in FINAL:
                break
    tell(say("sold", count=sold, seconds=round(time.monotonic() - began_s, 1)))


def _agree(running: Headquarters, opened: Premises, shop: DemoShop, tell: Callable[[str], None]) -> bool:
    """Waits until all three have everything, prints their tallies; False when they are not the same by then."""
    if not (opened.data / JOURNAL_FILE).exists():
        return True
    tell(say("waiting"))
    deadline = time.monotonic() + AGREE_TIMEOUT_S
    tallies = _tallies(running, opened, shop)
    while not _same(tallies) and time.monotonic() < deadline:
        time.sleep(POLL_S)
        tallies = _tallies(running, opened, shop)
    heads = [say(name) for name in ("till", "agent", "headquarters")]
    currency = load_identity(opened.data).currency
    tell(side_by_side(heads, tallies, [say(row) for row in FIGURES], currency))
    tell(say("equal") if _same(tallies) else say("differ", what=", ".join(_differing(tallies))))
    return _same(tallies)


def _tallies(running: Headquarters, opened: Premises, shop: DemoShop) -> list[Tally]:
    with running.database.transaction() as session:
        above = at_headquarters(session, shop.store)
    return [at_till(opened.data / JOURNAL_FILE), at_agent(opened.data), above]


def _same(tallies: Sequence[Tally]) -> bool:
    return all(tally == tallies[0] for tally in tallies)


def _differing(tallies: Sequence[Tally]) -> list[str]:
    names = [field.name for field in dataclasses.fields(Tally)]
    return [name for name in names if any(getattr(one, name) != getattr(tallies[0], name) for one in tallies)]
