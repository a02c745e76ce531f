"""A small chain for tests: stores in two zones, and tills that keep a real hash chain and sign it with a real key."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text

from hq_server.db import Database
from hq_server.models.stores import TillKey
from hq_server.stores import service as stores
from hq_server.stores.service import StoreRecord
from hq_server.sync import acceptance, queries
from retail.cells import OpenLine, ReturnedLine, SoldLine, gross_runs, settle, take_back
from retail.chain import GENESIS, Entry, entry_hash, stream_prefix
from retail.codec import Envelope, encode_document, encode_envelope, kind_of
from retail.documents.base import Document
from retail.documents.sale import Line, PriceSource, Reduction, Run, Sale, Tender, TenderKind
from retail.documents.till import StreamOpen
from retail.ids import DocumentId, RunRef, Stream
from retail.ownership import UNOWNED, Ownership
from retail.sync.server import Decision
from retail.wire import Push

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
TODAY = 20261121
_machines = itertools.count(1)


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The raw public half."""
    return key.public_key().public_bytes_raw()


@dataclass
class TillDouble:
    """A till's journal in memory: real bytes, chain and signatures; no files."""

    till: str
    store: str
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    at: datetime = NOON
    entries: list[Entry] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    counter: int = 0
    incarnation: bytes = b""

    def __post_init__(self) -> None:
        self.incarnation = self.incarnation or next(_machines).to_bytes(16, "big")

    @property
    def stream(self) -> Stream:
        return Stream(self.till, self.incarnation)

    def append(self, document: Document, *, business_date: int = TODAY, **changed: object) -> DocumentId:
        """Writes a document as the next entry."""
        kind, version = kind_of(document)
        return self.append_raw(encode_document(document), kind, version, business_date, **changed)

    def append_raw(
        self, body: bytes, kind: str, version: int = 1, business_date: int = TODAY, **changed: object
    ) -> DocumentId:
        """Writes any bytes as the body of the next entry."""
        seq = len(self.entries) + 1
        at_ms = int(self.at.timestamp() * 1000) + seq * 1000
        fields: dict[str, object] = {
            "format": 1,
            "kind": kind,
            "version": version,
            "store": self.store,
            "till": self.till,
            "incarnation": self.incarnation,
            "seq": seq,
            "epoch": 0,
            "business_date": business_date,
            "at_ms": at_ms,
            "wall_ms": at_ms,
            "utc_offset_min": 480,
        }
        envelope = encode_envelope(Envelope(**{**fields, **changed}))  # type: ignore[arg-type]
        previous = self.hashes[-1] if self.hashes else GENESIS
        sealed = entry_hash(stream_prefix(self.stream), seq, previous, envelope, body)
        self.entries.append(Entry(envelope, body, self.key.sign(sealed)))
        self.hashes.append(sealed)
        return DocumentId(self.till, self.incarnation, seq)

    def open(self, parent: DocumentId | None = None) -> DocumentId:
        """Writes the stream's first entry."""
        return self.append(StreamOpen(parent, GENESIS, "machine", "test"))

    def sell(
        self,
        *lines: OpenLine,
        items: Sequence[str] = (),
        tenders: Sequence[Tender] | None = None,
        member: str = "",
        business_date: int = TODAY,
    ) -> DocumentId:
        """Writes a receipt of these lines, paid in cash unless told otherwise."""
        return self.append(
            self.receipt(*lines, items=items, tenders=tenders, member=member), business_date=business_date
        )

    def receipt(
        self,
        *lines: OpenLine,
        items: Sequence[str] = (),
        tenders: Sequence[Tender] | None = None,
        member: str = "",
    ) -> Sale:
        """A receipt of these lines."""
        due = sum(run.units * run.net for line in lines for run in line.runs)
        paid, runs = settle(lines, [tender("cash", due)] if tenders is None else tenders)
        self.counter += 1
        return Sale(
            counter=self.counter,
            shift=1,
            cashier="09",
            member=member,
            currency="CNY",
            net=due,
            lines=tuple(
                line_of(number, items[number - 1] if items else f"item-{number}", line, made)
                for number, (line, made) in enumerate(zip(lines, runs, strict=True), 1)
            ),
            tenders=paid,
            offer_set=b"",
            priced_with=(),
            started_at_ms=0,
            recalled_from=None,
            offers=(),
            coupons=(),
            earned=(),
            issued=(),
            stamped=(),
            points_spent=0,
            reversals=(),
        )

    def push(self, after: int = 0, count: int | None = None) -> Push:
        """The push of entries after `after`."""
        end = len(self.entries) if count is None else after + count
        previous = self.hashes[after - 1] if after else GENESIS
        return Push(self.stream, after + 1, previous, tuple(self.entries[after:end]))


def tender(kind: TenderKind, amount: int, name: str = "") -> Tender:
    """A tender given exactly."""
    return Tender(kind, name or kind, amount, amount, 0, "")


def sold(amount: int, quantity_milli: int = 1000, owner: Ownership = UNOWNED, cut: int = 0) -> SoldLine:
    """A line of goods: gross amount, quantity, owner, and what an offer took off each unit."""
    runs = gross_runs(amount, quantity_milli)
    if cut:
        runs = tuple(
            type(run)(run.units, run.quantity_milli, run.gross, (Reduction("offer", "PROMO", cut),)) for run in runs
        )
    return SoldLine(runs, "V13", 1300, owner)


@dataclass(frozen=True, slots=True)
class ReturnOf(ReturnedLine):
    """A line coming back, with the owner it was sold under."""

    ownership: Ownership = UNOWNED


def returned(sale: Sale, document: DocumentId, line: int, units: int, run: int = 0) -> ReturnOf:
    """Units of a sold line coming back. Runs are counted from 0."""
    (found,) = [held for held in sale.lines if held.number == line]
    return ReturnOf((take_back(found.runs[run], units, RunRef(document, line, run)),), found.ownership)


def line_of(number: int, item: str, line: OpenLine, runs: tuple[Run, ...]) -> Line:
    """A finished line."""
    quantity = sum(run.units * run.quantity_milli for run in runs)
    return Line(
        number=number,
        item=item,
        code=item,
        name=f"Goods {item}",
        department="D1",
        unit="ea",
        quantity_milli=quantity,
        unit_price=0,
        price_source=PriceSource("retail", "chain", 1),
        entry="return" if quantity < 0 else "scan",
        ownership=line.ownership if isinstance(line, SoldLine | ReturnOf) else UNOWNED,
        runs=runs,
        voided=None,
    )


@dataclass
class Chain:
    """The chain's tills over a database."""

    database: Database
    tills: dict[str, TillDouble]

    @classmethod
    def open(cls, database: Database) -> Chain:
        """Zones east and west; S1 (two tills) and S2 in the east, S3 in the west."""
        layout = {"S1": "east", "S2": "east", "S3": "west"}
        with database.transaction() as session:
            stores.put_zones(session, [("east", "East"), ("west", "West")])
            records = [StoreRecord(store, f"Store {store}", zone) for store, zone in layout.items()]
            stores.put_stores(session, records, actor="test", at=NOON)
            places = [("S1-01", "S1"), ("S1-02", "S1"), ("S2-01", "S2"), ("S3-01", "S3")]
            stores.add_tills(session, places, actor="test", at=NOON)
            session.execute(text("INSERT INTO hq_state VALUES ('generation', 'first') ON CONFLICT (name) DO NOTHING"))
        chain = cls(database, {till: TillDouble(till, store) for till, store in places})
        chain.trust(*chain.tills.values())
        return chain

    def trust(self, *tills: TillDouble) -> None:
        """Enters the tills' keys as enrolled."""
        with self.database.transaction() as session:
            for till in tills:
                key = public_bytes(till.key)
                if session.scalar(select(TillKey).filter_by(till_id=till.till, public_key=key)) is None:
                    session.add(TillKey(till_id=till.till, public_key=key, enrolled_at=NOON))

    def accept(self, push: Push, *, store: str, at: datetime = NOON) -> Decision:
        """One push, taken in and committed."""
        self.database.partitions.ensure_day(at.date())
        with self.database.transaction() as session:
            keys = queries.signing_keys(session, store, push.stream.till)
            assert keys is not None
            return acceptance.accept(session, push, store=store, keys=keys, at=at)

    def send(self, till: TillDouble, after: int = 0, *, at: datetime = NOON) -> Decision:
        """Everything a till holds after an entry."""
        return self.accept(till.push(after), store=till.store, at=at)

    def rows(self, sql: str, **names: object) -> list[tuple[object, ...]]:
        """What the database answers to a plain question."""
        with self.database.transaction() as session:
            return [tuple(row) for row in session.execute(text(sql), names)]


LATER = NOON + timedelta(hours=1)
