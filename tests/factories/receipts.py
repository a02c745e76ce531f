"""Receipts for tests: whole sales made the way a till makes them, and hypothesis strategies for their parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import msgspec
from hypothesis import strategies as st

from retail.cells import OpenLine, PricedRun, ReturnedLine, SoldLine, gross_runs, line_net, settle, with_reduction
from retail.codec import Envelope, kind_of
from retail.documents.base import Document
from retail.documents.sale import Line, PriceSource, Reduction, Sale, Tender, TenderKind
from retail.ids import DocumentId
from retail.ownership import UNOWNED, Ownership, own, pool, shared

INCARNATION = bytes(range(16))
CLERKS = ("07", "12", "31", "44")
S = TypeVar("S", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Goods:
    """A line on its way into a receipt: what it is and what `settle` needs to know."""

    item: str
    line: OpenLine
    ownership: Ownership = UNOWNED


def envelope_for(document: Document, seq: int = 1, **changes: object) -> Envelope:
    """An envelope around `document` as till 01-03 of store 0001 writes it."""
    kind, version = kind_of(document)
    made = Envelope(
        format=1,
        kind=kind,
        version=version,
        store="0001",
        till="01-03",
        incarnation=INCARNATION,
        seq=seq,
        epoch=1,
        business_date=20260415,
        at_ms=1_776_216_000_000,
        wall_ms=1_776_216_000_250,
        utc_offset_min=480,
    )
    return with_struct(made, **changes)


def with_struct(value: S, **changes: object) -> S:
    """The document or part of one with these fields changed."""
    return msgspec.structs.replace(value, **changes)


def cash(amount: int, kind: TenderKind = "cash") -> Tender:
    """A tender that settles `amount` exactly."""
    return Tender(kind, "", amount, max(amount, 0), 0, "")


def sale_of(goods: Sequence[Goods], tenders: Sequence[Tender] | None = None, *, member: str = "") -> Sale:
    """The finished receipt; without tenders it is settled in cash."""
    lines = [entry.line for entry in goods]
    due = sum(line_net(line) for line in lines)
    stands, runs = settle(lines, [cash(due)] if tenders is None else tenders)
    return Sale(
        counter=1,
        shift=1,
        cashier="01",
        member=member,
        currency="CNY",
        net=due,
        lines=tuple(
            Line(
                number=number,
                item=entry.item,
                code=entry.item,
                name=f"Item {entry.item}",
                department="1",
                unit="ea",
                quantity_milli=sum(run.units * run.quantity_milli for run in finished),
                unit_price=0,
                price_source=PriceSource("retail", "chain", 1),
                entry="return" if isinstance(entry.line, ReturnedLine) else "scan",
                ownership=entry.ownership,
                runs=finished,
                voided=None,
            )
            for number, (entry, finished) in enumerate(zip(goods, runs, strict=True), 1)
        ),
        tenders=stands,
        offer_set=b"",
        priced_with=(),
        started_at_ms=1_776_215_990_000,
        recalled_from=None,
        offers=(),
        coupons=(),
        earned=(),
        issued=(),
        stamped=(),
        points_spent=0,
        reversals=(),
    )


def document_id(seq: int = 1) -> DocumentId:
    """The identity of the entry that `envelope_for` describes."""
    return DocumentId("01-03", INCARNATION, seq)


def ownerships() -> st.SearchStrategy[Ownership]:
    """Nobody, one clerk, a pool, or two to four clerks with weights."""
    weights = st.lists(st.integers(1, 100), min_size=2, max_size=4)
    return st.one_of(
        st.just(UNOWNED),
        st.sampled_from(CLERKS).map(own),
        st.sampled_from(("A", "B")).map(pool),
        weights.map(lambda drawn: shared(*zip(CLERKS, drawn, strict=False))),
    )


@st.composite
def priced_runs(draw: st.DrawFn) -> tuple[PricedRun, ...]:
    """The runs of a line after offers: counted or weighed, with up to three reductions and sometimes free units."""
    measured = draw(st.booleans())
    quantity = draw(st.integers(1, 3000)) if measured else 1000 * draw(st.integers(1, 5))
    runs = gross_runs(draw(st.integers(0, 20_000)), quantity, measured=measured)
    for reference in draw(st.lists(st.sampled_from(("o1", "o2", "m1")), max_size=3, unique=True)):
        net = sum(run.units * run.net for run in runs)
        if net:
            source = Reduction("manual" if reference == "m1" else "offer", reference, 0)
            runs = with_reduction(runs, source, draw(st.integers(0, net)))
    return runs


@st.composite
def sold_goods(draw: st.DrawFn) -> Goods:
    """A line being sold."""
    ownership = draw(ownerships())
    tax = draw(st.sampled_from((("", 0), ("A", 1300), ("B", 900))))
    return Goods(
        draw(st.sampled_from(("apple", "bolt", "cloth"))), SoldLine(draw(priced_runs()), *tax, ownership), ownership
    )


@st.composite
def tenders_for(draw: st.DrawFn, due: int) -> tuple[Tender, ...]:
    """One to three tenders of different kinds that settle `due`, all of its sign."""
    sign = -1 if due < 0 else 1
    left = abs(due)
    kinds: list[TenderKind] = draw(st.permutations(["cash", "card", "voucher"]))
    tenders = []
    for kind in kinds[: draw(st.integers(0, 2))]:
        part = draw(st.integers(0, left))
        left -= part
        tenders.append(cash(sign * part, kind))
    return (*tenders, cash(sign * left, kinds[-1]))


def with_line(goods: Goods, line: OpenLine) -> Goods:
    """The same goods on another line, for a return."""
    return replace(goods, line=line)
