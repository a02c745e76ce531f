"""One checkout lane as a shop has it: an enrolled till's folder with 100,000 items and 1,000 offers, and a scanner."""

from __future__ import annotations

from pathlib import Path

import msgspec
from argon2 import PasswordHasher

from bench.catalogue import ITEMS, catalogue, code_of
from bench.catalogue import piece as snapshot
from devices.simulators.scanner import ScannerSimulator
from promotions import (
    AmountAtThreshold,
    AmountOff,
    AmountTier,
    BuyGet,
    NForPrice,
    Offer,
    PercentOff,
    Scope,
    encode_offer,
)
from promotions.plans import AnyPlan
from retail.feeds import OfferRow, RoleRow, StaffRow
from retail.functions import FUNCTIONS
from store_db.feeds_db import FeedStore
from store_db.identity import Identity, save_identity
from store_db.keys import make_private_key, write_private

OPERATOR, PIN = "01", "1234"
STORE, TILL = "S1", "S1-01"
OFFERS = 1_000


class Lane:
    """The lane's files under `folder`, and its scanner's line."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.data.mkdir()
        self.line = folder / "scanner"
        self.config = folder / "till.toml"
        save_identity(self.data, Identity(TILL, STORE, bytes(32).hex(), "测速店"))
        write_private(self.data / "till.key", make_private_key())
        self.config.write_text(f'data = "data"\n[[scanners]]\nkind = "serial"\npath = "{self.line}"\nsuffix = "crlf"\n')
        _supply(self.data)
        self.scanner = ScannerSimulator(self.line)

    def close(self) -> None:
        """Pulls the scanner's plug."""
        self.scanner.close()


def open_feeds(data: Path) -> FeedStore:
    """The lane's feeds, for writing; signatures are taken for good."""
    return FeedStore.open(data / "feeds.db", store=STORE, verify=lambda message, signature: True)


def scanned_item(number: int) -> int:
    """The item behind the `number`-th scan of a series: far apart in the catalogue, every fourth with an offer."""
    return number * 7 % 997 * 100 if number % 4 else number % OFFERS * 10


def scanned_code(number: int) -> str:
    """The code of the `number`-th scan."""
    return code_of(scanned_item(number))


def _supply(data: Path) -> None:
    rights = tuple(function.code for function in FUNCTIONS)
    hashed = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PIN)
    feeds: dict[str, list[msgspec.Struct]] = {
        **catalogue(ITEMS),
        "staff": [StaffRow(OPERATOR, "王芳", "manager", hashed)],
        "roles": [RoleRow("manager", rights, {"return_minor": -1})],
        "offers": [OfferRow(offer.id, encode_offer(offer)) for offer in _offers()],
    }
    store = open_feeds(data)
    for feed, rows in feeds.items():
        manifest, made, block = snapshot(feed, rows)
        store.apply(manifest, made, b"", block)
    store.close()


def _offers() -> list[Offer]:
    """Item n*10 has offer n: percent, amount, buy and get, N for a price; the last five are thresholds."""
    offers = [
        Offer(f"offer-{number:04d}", _plan(number), scope=Scope(items=(str(number * 10),)))
        for number in range(OFFERS - 5)
    ]
    for step in range(5):
        tier = AmountTier(100_000_00 * (step + 1), 5_00)
        offers.append(Offer(f"whole-{step}", AmountAtThreshold(tiers=(tier,)), group="whole"))
    return offers


def _plan(number: int) -> AnyPlan:
    plans: tuple[AnyPlan, ...] = (
        PercentOff(percent_bp=1000),
        AmountOff(amount_minor=5),
        BuyGet(buy=2, get=1),
        NForPrice(count=2, price_minor=15, same_article=True),
    )
    return plans[number % len(plans)]
