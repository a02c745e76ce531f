"""The console as people meet it: `hq-server serve` in a process of its own, and a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from hq_server.catalog import service as catalog
from hq_server.db import Database, open_database
from hq_server.embedded import Cluster
from hq_server.models.people import User
from hq_server.pricing import service as pricing
from hq_server.users import service as users
from hq_server.users import sessions
from hq_server.users.rules import RIGHTS
from hq_server.web.desk import COOKIE
from retail.feeds import BarcodeRow, ItemRow, PriceRow
from tests.hq_server.chain import Chain
from tests.hq_server.clusters import fresh_database

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PASSWORD = "correct horse battery"
HOSTILE = "<img src=x onerror=\"document.title='executed'\"><script>document.title='executed'</script>"
START_S = 40.0
WAIT_MS = 10_000


@dataclass
class Site:
    """A running headquarters with a small chain."""

    url: str
    database: Database
    chain: Chain
    environment: dict[str, str]

    def user(self, name: str, *rights: str, stores: tuple[str, ...] = (), language: str = "en") -> str:
        """Makes a user (all rights, when none are named) and gives the token of a fresh sign-in."""
        at = datetime.now(UTC)
        with self.database.transaction() as session:
            made = session.get(User, name) or users.create_user(
                session,
                user=name,
                name=name.title(),
                password=PASSWORD,
                rights=rights or RIGHTS,
                stores=stores,
                language=language,
                actor="test",
                at=at,
            )
            return sessions.open_session(session, made, at=at).token


@pytest.fixture(scope="module")
def site(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Headquarters with stores, goods and prices, its worker folding."""
    with fresh_database(postgres, f"console_{os.getpid()}") as url:
        database = open_database(url)
        chain = Chain.open(database)
        _stock(database)
        port = _free_port()
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
            "DATABASE_URL": url,
            "ZHANGGUI_HQ_DATA": str(tmp_path_factory.mktemp("console")),
            "ZHANGGUI_HQ_PORT": str(port),
        }
        try:
            with _served(environment, f"http://127.0.0.1:{port}"):
                yield Site(f"http://127.0.0.1:{port}/console", database, chain, environment)
        finally:
            database.dispose()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield launched
        launched.close()


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page of the console, signed in by a token; the page must have no script error and ask nobody else."""
    contexts, wrong = [], []

    def open_page(path: str, token: str | None = None) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
        contexts.append(context)
        if token is not None:
            context.add_cookies([{"name": COOKIE, "value": token, "url": site.url}])
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: wrong.append(request.url) if _foreign(request.url) else None)
        page.goto(f"{site.url}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def _foreign(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))


def _stock(database: Database) -> None:
    at = datetime.now(UTC)
    with database.transaction() as session:
        rows = [
            ItemRow("item-1", "农夫山泉 550ml", "D1", "ea"),
            ItemRow("item-2", "Milk 1 l", "D1", "ea"),
            ItemRow("item-3", HOSTILE, "D1", "ea"),
        ]
        catalog.put_items(session, rows, actor="test", at=at)
    with database.transaction() as session:
        catalog.put_barcodes(session, [BarcodeRow("6901234567892", "item-1")], actor="test", at=at)
    with database.transaction() as session:
        pricing.put_prices(session, [PriceRow("item-1", 20_000, "retail", "chain", "ea", 0, 0)], actor="test", at=at)


@contextmanager
def _served(environment: dict[str, str], url: str) -> Iterator[None]:
    log = Path(environment["ZHANGGUI_HQ_DATA"]) / "serve.log"
    with open(log, "wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "hq_server.cli", "serve"], env=environment, stdout=output, stderr=output
        )
    try:
        deadline = time.monotonic() + START_S
        while not _answers(url):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/health", timeout=2) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
