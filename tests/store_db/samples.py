"""Receipts and tills for the tests of the store's files."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from retail.cells import ReturnedLine, SoldLine, gross_runs, settle, take_back
from retail.documents.sale import Line, PriceSource, Sale, Tender
from retail.documents.till import HeldLine, Hold
from retail.ids import DocumentId, RunRef
from retail.ownership import Ownership, own
from store_db.connection import DURABLE, WriterOptions
from store_db.journal import Appended, Journal

OWNER = own("07")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DAY = 20261121
NOON_MS = 1_795_233_600_000

MOMENT: dict[str, int] = {
    "business_date": DAY,
    "at_ms": NOON_MS,
    "wall_ms": NOON_MS,
    "utc_offset_min": 480,
}


def sign(seal: bytes) -> bytes:
    return KEY.sign(seal)


def verify(seal: bytes, signature: bytes) -> bool:
    try:
        KEY.public_key().verify(signature, seal)
    except InvalidSignature:
        return False
    return True


def quick_sign(seal: bytes) -> bytes:
    """A keyed hash in a signature's place, for tests that seal many thousand entries."""
    return hmac.digest(b"key of the test", seal, hashlib.sha512)


def quick_verify(seal: bytes, signature: bytes) -> bool:
    return hmac.compare_digest(quick_sign(seal), signature)


def incarnation(number: int) -> bytes:
    return number.to_bytes(16, "big")


def open_journal(
    path: Path | str, number: int = 1, *, options: WriterOptions = DURABLE, cls: type[Journal] = Journal, **changes: Any
) -> Journal:
    """Till 01's journal under its `number`th incarnation."""
    arguments: dict[str, Any] = {
        "till": "S1-01",
        "store": "S1",
        "machine": "machine-1",
        "software": "1.0",
        "incarnation": incarnation(number),
        "sign": quick_sign,
        **MOMENT,
        **changes,
    }
    return cls.open(path, options=options, **arguments)


def line(number: int, item: str, quantity_milli: int = 1000, owner: Ownership = OWNER) -> tuple[Line, SoldLine]:
    """A line of goods at 2.50 a piece, its runs still open."""
    sold = SoldLine(gross_runs(quantity_milli * 250 // 1000, quantity_milli), "VAT13", 1300, owner)
    stands = Line(
        number=number,
        item=item,
        code=f"69{item:0>11}",
        name=f"goods {item}",
        department="food",
        unit="ea",
        quantity_milli=quantity_milli,
        unit_price=25_000,
        price_source=PriceSource("retail", "chain", 1),
        entry="scan",
        ownership=owner,
        runs=(),
        voided=None,
    )
    return stands, sold


def sale(counter: int, items: Sequence[str] = ("1",), *, quantity_milli: int = 1000, member: str = "") -> Sale:
    """A receipt of these items, paid in cash."""
    pairs = [line(number, item, quantity_milli) for number, item in enumerate(items, 1)]
    net = sum(run.units * run.net for _, sold in pairs for run in sold.runs)
    return _sale(counter, pairs, net, member)


def refund(counter: int, sold: Sale, document: DocumentId, units: int = 1) -> Sale:
    """A receipt that takes back `units` of the first line of `sold`."""
    first = sold.lines[0]
    back = ReturnedLine((take_back(first.runs[0], units, RunRef(document, 1, 0)),))
    stands, _ = line(1, first.item, -1000 * units)
    return _sale(counter, [(stands, back)], -units * first.runs[0].net, "")


def hold(label: str) -> Hold:
    held = HeldLine("1", "690000000001", 1000, None, None, "food", OWNER, "scan", 250, 0, 0)
    return Hold(1, "07", label, "", (held,), (), (), 0, 0)


def append(journal: Journal, document: Any, **changes: int) -> Appended:
    return journal.append(document, **{**MOMENT, **changes})


def sell(journal: Journal, *items: str, quantity_milli: int = 1000) -> Appended:
    """Appends the next receipt."""
    return append(journal, sale(journal.next_counter, items or ("1",), quantity_milli=quantity_milli))


def _sale(counter: int, pairs: Sequence[tuple[Line, Any]], net: int, member: str) -> Sale:
    cash = Tender("cash", "cash", net, net, 0, "")
    tenders, runs = settle([open_line for _, open_line in pairs], [cash])
    lines = tuple(msgspec.structs.replace(stands, runs=made) for (stands, _), made in zip(pairs, runs, strict=True))
    return Sale(
        counter=counter,
        shift=1,
        cashier="07",
        member=member,
        currency="CNY",
        net=net,
        lines=lines,
        tenders=tenders,
        offer_set=bytes(32),
        priced_with=(),
        started_at_ms=NOON_MS,
        recalled_from=None,
        offers=(),
        coupons=(),
        earned=(),
        issued=(),
        stamped=(),
        points_spent=0,
        reversals=(),
    )
