"""Sales such as a supermarket till makes, for the benches: deterministic, with cells that add up."""

from __future__ import annotations

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from retail.cells import SoldLine, gross_runs, settle, with_reduction
from retail.chain import GENESIS, Entry, entry_hash, stream_prefix
from retail.codec import Envelope, encode_document, encode_envelope
from retail.documents.sale import Line, PriceSource, Reduction, Sale, Tender
from retail.ids import Stream
from retail.ownership import own, shared
from retail.wire import PUSH_ENTRIES_MAX, Push

DATE = 20261121
AT_MS = 1_795_000_000_000


def sale(counter: int, lines: int = 10) -> Sale:
    """A receipt of `lines` lines, every third reduced, every fifth shared by two clerks, paid in cash."""
    sold = [_line(counter, number) for number in range(1, lines + 1)]
    due = sum(run.units * run.net for line in sold for run in line.runs)
    tenders, runs = settle(sold, [Tender("cash", "", due, due + 100, 100, "")])
    printed = tuple(
        Line(
            number=number,
            item=_item(counter, number),
            code=f"20{_item(counter, number):0>10}1",
            name=f"商品 {number}",
            department="grocery",
            unit="ea",
            quantity_milli=sum(run.units * run.quantity_milli for run in made),
            unit_price=10_000 * (number % 7 + 1),
            price_source=PriceSource("retail", "chain", 1),
            entry="scan",
            ownership=line.ownership,
            runs=made,
            voided=None,
        )
        for number, (line, made) in enumerate(zip(sold, runs, strict=True), 1)
    )
    return Sale(counter, 1, "07", "", "CNY", due, printed, tenders, bytes(32), (), 0, None, (), (), (), (), (), 0, ())


def _item(counter: int, number: int) -> str:
    return str((counter * 37 + number * 101) % 5000)


def _line(counter: int, number: int) -> SoldLine:
    pieces = 1 + (counter + number) % 3
    runs = gross_runs(100 * (number % 7 + 1) * pieces, pieces * 1000)
    if number % 3 == 0:
        runs = with_reduction(runs, Reduction("offer", f"offer-{number % 5}", 0), 15 * pieces)
    owners = shared(("07", 60), ("12", 40)) if number % 5 == 0 else own(f"{number % 4:02d}")
    return SoldLine(runs, "VAT13", 1300, owners)


def pushes(
    till: str, store: str, key: Ed25519PrivateKey, receipts: int, *, lines: int = 3, size: int = PUSH_ENTRIES_MAX
) -> list[Push]:
    """A till's journal of so many receipts, sealed and signed, cut into pushes."""
    stream = Stream(till, sha256(till.encode()).digest()[:16])
    prefix, previous = stream_prefix(stream), GENESIS
    made: list[Push] = []
    batch: list[Entry] = []
    start = previous
    for seq in range(1, receipts + 1):
        at_ms = AT_MS + seq * 1000
        envelope = encode_envelope(
            Envelope(1, "sale", 2, store, till, stream.incarnation, seq, 0, DATE, at_ms, at_ms, 480)
        )
        body = encode_document(sale(seq, lines))
        previous = entry_hash(prefix, seq, previous, envelope, body)
        batch.append(Entry(envelope, body, key.sign(previous)))
        if len(batch) == size or seq == receipts:
            made.append(Push(stream, seq - len(batch) + 1, start, tuple(batch)))
            batch, start = [], previous
    return made
