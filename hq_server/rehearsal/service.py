"""Asks for rehearsals, follows them, and carries them out: chunk by chunk, each in a short transaction of its own, so
that nothing waits for them and they can be stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hq_server.db import Database
from hq_server.errors import Conflict, Invalid, NotFound
from hq_server.models.rehearsals import Rehearsal
from hq_server.models.stores import Store
from hq_server.promotion_admin.rules import EDIT
from hq_server.rehearsal import queries
from hq_server.rehearsal.outcome import Outcome
from hq_server.rehearsal.queries import Chosen, Place
from hq_server.rehearsal.receipts import Knowledge, SoldReceipt, sold_receipt
from hq_server.rehearsal.rules import Stage, Tally, stage_for
from hq_server.reports.service import MARGIN
from hq_server.sync.entries import entries_at, read_entry
from hq_server.sync.rows import Placed
from hq_server.users import audit
from hq_server.users.sessions import Viewer
from promotions import Offer, OfferRefused, UnknownOffer, decode_offer, encode_offer
from retail.documents.sale import Sale

SAMPLE: Final = 20_000
"""So many receipts are priced where more were sold with the goods in question: a minute or two of one processor."""
SAMPLE_MAX: Final = 1_000_000
DAYS_MAX: Final = 400
DRAFTS_MAX: Final = 500
CHUNK: Final = 500
OVER: Final = frozenset({"done", "failed", "stopped"})


@dataclass(frozen=True, slots=True)
class View:
    """A rehearsal as it is shown. `outcome` lacks margins for who may not see them, and is None before the end."""

    id: UUID
    offer: str
    revision: int
    first: date
    last: date
    stores: tuple[str, ...]
    state: str
    done: int
    total: int
    outcome: Outcome | None
    shows_margin: bool
    error: str
    asked_by: str
    asked_at: datetime


def last_month(today: date) -> tuple[date, date]:
    """The thirty days before today.

    >>> last_month(date(2026, 3, 1))
    (datetime.date(2026, 1, 30), datetime.date(2026, 2, 28))
    """
    return today - timedelta(days=30), today - timedelta(days=1)


def ask(
    session: Session,
    *,
    viewer: Viewer,
    id: UUID,
    drafts: Sequence[Offer],
    first: date,
    last: date,
    at: datetime,
    stores: Sequence[str] = (),
    sample: int = SAMPLE,
) -> UUID:
    """Asks for a rehearsal of drafts that will be released together; a worker takes it up. Returns its id.

    Without `stores` all stores that the person may see are meant."""
    viewer.require(EDIT)
    if not 1 <= len(drafts) <= DRAFTS_MAX:
        raise Invalid(f"1 to {DRAFTS_MAX} offers can be rehearsed together")
    if len({draft.id for draft in drafts}) != len(drafts):
        raise Invalid("an offer stands twice among those to be rehearsed")
    if not first <= last <= first + timedelta(days=DAYS_MAX):
        raise Invalid(f"choose a first and a last day, at most {DAYS_MAX} days apart")
    if not 1 <= sample <= SAMPLE_MAX:
        raise Invalid(f"price 1 to {SAMPLE_MAX} receipts")
    known = set(session.scalars(select(Store.store_id)))
    unknown = [store for store in stores if store not in known or not viewer.sees(store)]
    if unknown:
        raise NotFound(f"there is no store {', '.join(unknown[:5])}")
    session.add(
        Rehearsal(
            rehearsal_id=id,
            offer_id=drafts[0].id,
            revision=drafts[0].revision,
            drafts=msgspec.msgpack.encode([encode_offer(draft) for draft in drafts]),
            first=first,
            last=last,
            stores=sorted(set(stores or viewer.stores)),
            sample=sample,
            state="waiting",
            done=0,
            total=0,
            outcome=None,
            error="",
            asked_by=viewer.user,
            asked_at=at,
        )
    )
    audit.record(session, actor=viewer.user, action="rehearsal.ask", subject=drafts[0].id, at=at)
    return id


def stop(session: Session, *, viewer: Viewer, id: UUID, at: datetime) -> None:
    """Ends a rehearsal that is not over; what it found is lost."""
    viewer.require(EDIT)
    held = session.get(Rehearsal, id, with_for_update=True)
    if held is None:
        raise NotFound("there is no such rehearsal")
    if held.state in OVER:
        raise Conflict("this rehearsal is over already")
    held.state, held.ended_at = "stopped", at


def read(session: Session, *, viewer: Viewer, id: UUID) -> View:
    """A rehearsal as far as it is."""
    viewer.require(EDIT)
    held = session.get(Rehearsal, id)
    if held is None or not _may_see(viewer, held):
        raise NotFound("there is no such rehearsal")
    return _view(held, viewer)


def of_offer(session: Session, *, viewer: Viewer, offer: str, limit: int = 10) -> list[View]:
    """The latest rehearsals of an offer, the last one first."""
    viewer.require(EDIT)
    wanted = select(Rehearsal).where(Rehearsal.offer_id == offer).order_by(Rehearsal.asked_at.desc()).limit(limit)
    return [_view(held, viewer) for held in session.scalars(wanted) if _may_see(viewer, held)]


def _may_see(viewer: Viewer, held: Rehearsal) -> bool:
    """Figures of all stores are not for who sees only some."""
    return all(viewer.sees(store) for store in held.stores) and (bool(held.stores) or not viewer.stores)


def _view(held: Rehearsal, viewer: Viewer) -> View:
    shows_margin = viewer.may(MARGIN)
    outcome = None if held.outcome is None else msgspec.convert(held.outcome, Outcome)
    if outcome is not None and not shows_margin:
        worst = tuple(msgspec.structs.replace(one, margin_after=0) for one in outcome.worst)
        outcome = msgspec.structs.replace(outcome, margin_before=0, margin_after=0, uncosted_net=0, worst=worst)
    return View(
        id=held.rehearsal_id,
        offer=held.offer_id,
        revision=held.revision,
        first=held.first,
        last=held.last,
        stores=tuple(held.stores),
        state=held.state,
        done=held.done,
        total=held.total,
        outcome=outcome,
        shows_margin=shows_margin,
        error=held.error,
        asked_by=held.asked_by,
        asked_at=held.asked_at,
    )


def take_next(session: Session, *, at: datetime) -> UUID | None:
    """The rehearsal that waits longest, now running; None when none waits."""
    wanted = select(Rehearsal).where(Rehearsal.state == "waiting").order_by(Rehearsal.asked_at).limit(1)
    held = session.scalar(wanted.with_for_update(skip_locked=True))
    if held is None:
        return None
    held.state, held.started_at, held.done, held.total = "running", at, 0, 0
    return held.rehearsal_id


def put_back(session: Session) -> None:
    """What was running when its worker ended waits again. For the only worker, before it takes anything."""
    session.execute(update(Rehearsal).where(Rehearsal.state == "running").values(state="waiting"))


def fail(session: Session, id: UUID, reason: str, *, at: datetime) -> None:
    """Writes down that a running rehearsal could not be carried out."""
    held = session.get(Rehearsal, id, with_for_update=True)
    if held is not None and held.state == "running":
        held.state, held.error, held.ended_at = "failed", reason[:1000], at


def run(database: Database, id: UUID, *, now: Callable[[], datetime], chunk: int = CHUNK) -> str:
    """Carries a rehearsal out and returns its state: done, or stopped by somebody on the way."""
    with database.transaction() as session:
        held = session.get(Rehearsal, id)
        assert held is not None
        drafts = [_draft(body) for body in msgspec.msgpack.decode(held.drafts, type=list[bytes])]
        chosen, stages = _prepared(session, held, drafts)
        held.total = len(chosen.places)
    currency = next((play[1] for play in stages.values()), "CNY")
    tally = Tally(currency)
    asks_purchases = any(stage.asks_purchases for stage, _ in stages.values())
    for start in range(0, len(chosen.places), chunk):
        places = chosen.places[start : start + chunk]
        with database.transaction() as session:
            for sold in _sold(session, places, asks_purchases=asks_purchases):
                if sold.currency == currency:
                    tally.add(sold, stages[sold.store][0])
        with database.transaction() as session:
            moved = update(Rehearsal).where(Rehearsal.rehearsal_id == id, Rehearsal.state == "running")
            found = session.execute(moved.values(done=start + len(places)).returning(Rehearsal.state))
            if found.scalar_one_or_none() is None:
                return "stopped"
    return _finish(database, id, tally.outcome(receipts=chosen.receipts, possible=chosen.possible), at=now())


def _finish(database: Database, id: UUID, outcome: Outcome, *, at: datetime) -> str:
    with database.transaction() as session:
        held = session.get(Rehearsal, id, with_for_update=True)
        assert held is not None
        if held.state == "running":
            held.state, held.ended_at = "done", at
            held.outcome = msgspec.to_builtins(outcome)
        return held.state


def _draft(body: bytes) -> Offer:
    try:
        draft = decode_offer(body)
    except OfferRefused as error:
        raise Invalid(str(error)) from error
    if isinstance(draft, UnknownOffer):
        raise Invalid(f"offer {draft.id} is newer than this program: {draft.reason}")
    return draft


def _prepared(
    session: Session, held: Rehearsal, drafts: Sequence[Offer]
) -> tuple[Chosen, dict[str, tuple[Stage, str]]]:
    """The receipts, and what each store's offers are before and after."""
    wanted = select(Store).order_by(Store.store_id)
    if held.stores:
        wanted = wanted.where(Store.store_id.in_(held.stores))
    meant = [store for store in session.scalars(wanted) if _holds_at(drafts, store.store_id)]
    stages = {
        store.store_id: (
            stage_for(drafts, queries.offers_at(session, store), store=store.store_id, currency=store.currency),
            store.currency,
        )
        for store in meant
    }
    chosen = queries.choose(
        session,
        queries.goods_of(session, drafts),
        stores=list(stages),
        first=held.first,
        last=held.last,
        sample=held.sample,
    )
    return chosen, stages


def _holds_at(drafts: Sequence[Offer], store: str) -> bool:
    return any(not draft.stores or store in draft.stores for draft in drafts)


def _sold(session: Session, places: Sequence[Place], *, asks_purchases: bool) -> Iterator[SoldReceipt]:
    """The receipts at these places, in that order."""
    for store, found in groupby(places, key=lambda place: place.store):
        here = list(found)
        placed = [
            (read, read.document)
            for entry in entries_at(session, store, [place.position for place in here])
            if isinstance(read := read_entry(entry), Placed) and isinstance(read.document, Sale)
        ]
        known = Knowledge(
            queries.item_rows(session, {line.item for _, sale in placed for line in sale.lines}),
            queries.member_rows(session, {sale.member for _, sale in placed if sale.member}),
            queries.costs_of(session, here),
            queries.purchases_before(session, here) if asks_purchases else {},
        )
        for read, sale in placed:
            sold = sold_receipt(store, read.position, read.envelope, sale, known)
            if sold is not None:
                yield sold
