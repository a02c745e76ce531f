"""A real till on real files for tests: enrolled in a folder, with feeds, a printer in memory and clocks that obey."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from argon2 import PasswordHasher

from devices.print_queue import FINAL
from devices.printers.memory import MemoryPrinter
from devices.profiles import GENERIC_80, PrinterProfile
from devices.simulators.interpreter import render
from pos_terminal.checkout.commands import Command, Entered, PinTyped, Pressed, Scanned
from pos_terminal.checkout.effects import Effect
from pos_terminal.checkout.state import CheckoutState
from pos_terminal.services.clock import Source
from pos_terminal.till import Till
from promotions import Offer, encode_offer
from retail.chain import Entry
from retail.documents.sale import Sale
from retail.feeds import (
    ConfigurationRow,
    CouponBlockRow,
    CouponSeriesRow,
    MemberRow,
    OfferRow,
    RoleRow,
    StaffRow,
    TillKeyRow,
)
from store_db.connection import WriterOptions
from store_db.entries import decoded
from store_db.feeds_db import FeedStore
from store_db.identity import Identity, save_identity
from store_db.journal_reader import JournalReader
from store_db.keys import signer, write_private
from tests.pos_terminal.shop import CODES, ITEMS, MEMBERS, NOON_MS, PRICES, ROLES, STAFF, TERMS
from tests.store_db.chain import KEYS, snapshot
from tests.store_db.samples import KEY, quick_verify

PINS = {"01": "1234", "90": "9876"}
KEYS.update(
    {
        StaffRow: lambda one: one.operator,
        RoleRow: lambda one: one.role,
        ConfigurationRow: lambda one: one.name,
        OfferRow: lambda one: one.offer,
        MemberRow: lambda one: one.member,
        TillKeyRow: lambda one: one.till,
        CouponSeriesRow: lambda one: one.series,
        CouponBlockRow: lambda one: one.code,
    }
)


@cache
def pin_hash(pin: str) -> str:
    """As headquarters makes it, but quick."""
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(pin)


@dataclass
class Clocks:
    """A machine's clocks under a test's hand."""

    wall_ms: int = NOON_MS
    steady_ms: int = 1_000

    def pass_ms(self, ms: int) -> None:
        """Time goes by."""
        self.wall_ms += ms
        self.steady_ms += ms

    @property
    def source(self) -> Source:
        return Source(lambda: self.wall_ms, lambda: self.steady_ms)


def private_key_pem() -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def enrol(folder: Path, *, till: str = "S1-01", store: str = "S1") -> Path:
    """The folder of an enrolled till, before its agent ran for the first time."""
    folder.mkdir(parents=True, exist_ok=True)
    save_identity(folder, Identity(till, store, bytes(32).hex(), "人民广场店"))
    write_private(folder / "till.key", private_key_pem())
    return folder


def configuration(**settings: object) -> list[ConfigurationRow]:
    """Settings as headquarters sends them; without any, those of the shop of the tests."""
    chosen = settings or {name: getattr(TERMS, name) for name in ("zone", "departments", "pools", "barcode_rules")}
    return [ConfigurationRow(name, msgspec.json.encode(value)) for name, value in chosen.items()]


def supply(folder: Path, *, offers: Iterable[Offer] = (), generation: str = "g1", **changed: Sequence[Any]) -> None:
    """Brings the shop's feeds down into the folder; `changed` replaces the rows of a feed by name."""
    staff = [
        msgspec.structs.replace(one, pin_hash=pin_hash(PINS[one.operator])) if one.operator in PINS else one
        for one in STAFF
    ]
    _, public_key = signer(private_key_pem())
    feeds: dict[str, Sequence[Any]] = {
        "items": ITEMS,
        "barcodes": tuple(CODES.values()),
        "prices": PRICES,
        "staff": staff,
        "roles": tuple(ROLES.values()),
        "members": tuple(MEMBERS.values()),
        "configuration": configuration(),
        "offers": [OfferRow(offer.id, encode_offer(offer)) for offer in offers],
        "till_keys": [TillKeyRow(f"S1-{n:02d}", "S1", public_key) for n in (1, 2)],
        **changed,
    }
    supply_rows(folder, generation, **feeds)


def supply_rows(folder: Path, generation: str = "g1", **feeds: Sequence[Any]) -> None:
    """Brings these feeds down into the folder, and no others."""
    store = FeedStore.open(folder / "feeds.db", store="S1", verify=quick_verify)
    for feed, rows in feeds.items():
        snapshot(store, feed, rows, generation)
    store.note_contact(NOON_MS, 0)
    store.close()


@dataclass
class Premises:
    """An open till in a folder, driven like a cashier drives it. Everything has happened when a call returns."""

    folder: Path
    clocks: Clocks = field(default_factory=Clocks)
    printer: MemoryPrinter = field(default_factory=MemoryPrinter)
    profile: PrinterProfile = GENERIC_80
    shown: list[Effect] = field(default_factory=list)
    options: WriterOptions | None = None
    threaded: bool = False
    agent_deadline_s: float = 0.5
    _till: Till | None = None

    @property
    def till(self) -> Till:
        if self._till is None:
            self._till = Till.open(
                self.folder,
                printer=self.printer,
                profile=self.profile,
                threaded=self.threaded,
                show=self.shown.append,
                source=self.clocks.source,
                software="test",
                machine="machine-1",
                agent_deadline_s=self.agent_deadline_s,
                options=self.options,
            )
        return self._till

    def do(self, *commands: Command) -> Premises:
        for command in commands:
            self.till.submit(command)
            self.till.settle()
        return self

    def open(self, operator: str = "01", float_text: str = "200") -> Premises:
        """Signed on, with a shift."""
        self.do(PinTyped(operator, PINS[operator]))
        self.till.wait_for(lambda state: state.operator is not None)
        return self.enter(float_text) if self.state.shift is None else self

    def scan(self, *codes: str) -> Premises:
        return self.do(*(Scanned(code) for code in codes))

    def enter(self, *texts: str) -> Premises:
        return self.do(*(Entered(text) for text in texts))

    def press(self, function: str, text: str = "") -> Premises:
        return self.do(Pressed(function, text))

    def close(self) -> None:
        if self._till is not None:
            self._till.close()
            self._till = None

    def __enter__(self) -> Premises:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def state(self) -> CheckoutState:
        return self.till.state

    @property
    def told(self) -> str:
        return self.state.message.code if self.state.message else ""

    def papers(self) -> list[str]:
        """The text of every slip printed so far, once the printer is done."""
        queue = self.till.printing.queue
        assert queue is not None
        handed_over = threading.Event()
        self.till.lane("paper").do(handed_over.set)
        assert handed_over.wait(10)
        for job in queue.jobs():
            assert queue.wait(job.job_id, 10).state in FINAL
        return [paper.text for job in self.printer.jobs for paper in render(job, self.profile.width_dots)]


def documents(folder: Path, keep: Callable[[Any], bool] = lambda document: True) -> list[Any]:
    """All documents of the journal in this folder, oldest first."""
    reader = JournalReader.open(folder / "journal.db")
    try:
        found: list[Entry] = []
        for head in reader.heads():
            found += reader.entries(head.stream, 0, 1_000_000, 1_000_000_000)
        return [document for _, document in map(decoded, found) if keep(document)]
    finally:
        reader.close()


def sales(folder: Path) -> list[Sale]:
    """The receipts in the journal."""
    return documents(folder, lambda document: isinstance(document, Sale))
