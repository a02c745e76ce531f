"""A hub's store: every entry of the store's tills as the bytes that came, and what they add up to.

A push is one transaction: entries, forks, the stream's state and the sums. Its reply is made when that has been
committed and not before. Calls may come from several threads; each is carried out alone.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

import apsw

from retail.chain import Entry, Verify
from retail.codec import Envelope, decode_envelope
from retail.documents.base import Document
from retail.effects import Key, Sums, add, effects
from retail.ids import DocumentId, Stream
from retail.sync.server import Decision, Stored, decide
from retail.wire import ClaimAnswer, Push, PushReply, ReturnedRun, StreamMark
from store_db import balances, entries, received
from store_db.connection import DURABLE, Writer, WriterOptions, open_writer, rows, sync_directory, transaction
from store_db.errors import Unavailable, reason_of
from store_db.generation import Generation, generation_of
from store_db.migrate import migrate
from store_db.prune import prune_batch
from store_db.side_file import SideFile

MARK: Final = "SELECT accepted, head_hash, archived FROM stream WHERE till = ? AND incarnation = ?"
NOTE_ARCHIVED: Final = """
UPDATE stream SET archived = min(?, accepted) WHERE till = ? AND incarnation = ? AND archived <> min(?, accepted)
"""
ARCHIVED: Final = "SELECT till, incarnation, archived FROM stream"
CLAIM: Final = received.CLAIM
HOLDER: Final = "SELECT holder FROM claim WHERE incarnation = ? AND seq = ?"
OPEN_HOLDS: Final = """
SELECT stream.till, stream.incarnation, entry.place, entry.envelope, entry.body
FROM entry JOIN stream ON stream.stream = entry.place >> 40
LEFT JOIN claim ON claim.incarnation = stream.incarnation AND claim.seq = entry.place & ((1 << 40) - 1)
WHERE entry.kind = 'hold' AND claim.seq IS NULL ORDER BY entry.at_ms, entry.place
"""
PARKED: Final = """
SELECT parked.stream, parked.seq, parked.hash,
    coalesce(entry.envelope, fork.envelope), coalesce(entry.body, fork.body), coalesce(entry.signature, fork.signature)
FROM parked
LEFT JOIN entry ON entry.place = (parked.stream << 40 | parked.seq) AND entry.hash = parked.hash
LEFT JOIN fork ON fork.stream = parked.stream AND fork.seq = parked.seq AND fork.hash = parked.hash
"""
UNPARK: Final = "DELETE FROM parked WHERE stream = ? AND seq = ? AND hash = ?"
PARKED_COUNT: Final = "SELECT count(*) FROM parked"
FORKED: Final = "SELECT till, incarnation FROM stream WHERE forked = 1"


class StoreDb:
    """The one writer of a hub's file. Open it with `StoreDb.open`."""

    def __init__(self, writer: Writer, store: str, generation: Generation, side: SideFile) -> None:
        self._writer, self._db = writer, writer.db
        self._store, self._generation, self._side = store, generation, side
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: str | Path, *, store: str, fresh_generation: str, options: WriterOptions = DURABLE) -> Self:
        """Opens the hub's file. `fresh_generation`, made anew by the caller, is taken by a new file and by one that
        was put back from a backup; documents that could not be read before are folded if they can be read now.

        Raises SecondWriter, NewerFile, ForeignFile, CannotOpen, Unavailable.
        """
        writer = open_writer(path, options)
        side = SideFile(f"{path}.generation")
        try:
            migrate(writer.db, "store", writer.path)
            generation = generation_of(writer.db, side, store=store, fresh=fresh_generation, path=writer.path)
            opened = cls(writer, store, generation, side)
            opened._fold_parked()
            if options.vfs is None:
                sync_directory(path)
        except (apsw.Error, OSError) as error:
            side.close()
            writer.close()
            raise _unavailable(error) from error
        except BaseException:
            side.close()
            writer.close()
            raise
        return opened

    @property
    def generation(self) -> str:
        """What every reply carries; another one tells senders to greet again."""
        return self._generation.value

    def receive(self, push: Push, verify: Verify) -> PushReply:
        """Takes in a push and answers what is committed. `verify` checks with the key of the push's till.

        Raises Unavailable, with nothing taken in and nothing to be answered.
        """
        with self._lock:
            decision = self._write_decision(push, verify)
            return decision.reply(self._generation.value)

    def marks(self, streams: Iterable[Stream]) -> list[StreamMark]:
        """What is committed of these streams, and what of it headquarters has archived; 0 for one never seen."""
        with self._lock:
            return [self._mark(stream) for stream in streams]

    def note_archived(self, marks: Iterable[StreamMark]) -> None:
        """Remembers what headquarters says is archived, for the tills to hear."""
        with self._lock, self._writing():
            for mark in marks:
                stream, archived = mark.stream, mark.archived
                self._db.execute(NOTE_ARCHIVED, (archived, stream.till, stream.incarnation, archived))

    def claim(self, hold: DocumentId, till: str, at_ms: int) -> ClaimAnswer:
        """Gives a held receipt to this till if no other took it. Asking again changes nothing."""
        with self._lock, self._writing():
            self._db.execute(CLAIM, (hold.incarnation, hold.seq, till, at_ms))
            holder = str(self._db.execute(HOLDER, (hold.incarnation, hold.seq)).get)
        return ClaimAnswer(holder == till, holder)

    def open_holds(self) -> list[tuple[DocumentId, bytes, bytes]]:
        """Held receipts that no till has taken up: (document, envelope, body), oldest first."""
        with self._lock:
            found = rows(self._db, OPEN_HOLDS)
        return [
            (DocumentId(till, incarnation, at & entries.SEQ_MASK), envelope, body)
            for till, incarnation, at, envelope, body in found
        ]

    def entry(self, document: DocumentId) -> Entry | None:
        """The entry's exact bytes, or None when no till of this store wrote it or it was pruned."""
        with self._lock:
            return entries.entry_of(self._db, document)

    def returned(self, document: DocumentId) -> tuple[ReturnedRun, ...]:
        """What came back of a receipt, as far as this store knows, run by run."""
        first: Key = (document.till, document.incarnation.hex(), document.seq)
        return tuple(
            ReturnedRun(int(key[3]), int(key[4]), *amounts) for key, amounts in self.balances("returned", first)
        )

    def balance(self, ledger: str, key: Key) -> tuple[int, ...]:
        """The ledger's measures under the key, over all tills of the store."""
        with self._lock:
            return balances.balance(self._db, ledger, key)

    def balances(self, ledger: str, first_parts: Key = ()) -> list[tuple[Key, tuple[int, ...]]]:
        """All keys of the ledger that begin with these parts, and their measures."""
        with self._lock:
            return list(balances.balances(self._db, ledger, first_parts))

    def forked_streams(self) -> list[Stream]:
        """Streams that two disks wrote under one name: somebody has to look at those tills."""
        with self._lock:
            return [Stream(till, incarnation) for till, incarnation in rows(self._db, FORKED)]

    def parked_count(self) -> int:
        """Documents that are kept and sent on but not in the sums, because this release cannot read them."""
        with self._lock:
            return int(self._db.execute(PARKED_COUNT).get)

    def prune(self, now_ms: int) -> int:
        """Takes out one batch of main-line entries that headquarters has archived and that are older than 35 days; how
        many went."""
        with self._lock, _told():
            limits = {Stream(till, made): archived for till, made, archived in rows(self._db, ARCHIVED)}
            return prune_batch(self._db, limits, now_ms, all_sums_of, forget=received.keep_hashes)

    def restored(self, fresh_generation: str) -> None:
        """Says that this file was put back from a backup, when that is known by other means than the side file."""
        with self._lock, _told():
            self._generation.renew(fresh_generation)

    def close(self) -> None:
        """Closes the file and lets another writer in."""
        with self._lock:
            self._side.close()
            self._writer.close()

    def _write_decision(self, push: Push, verify: Verify) -> Decision:
        number, state = received.state_of(self._db, push.stream)
        lookup = received.lookup_in(self._db, number)
        decision = decide(push, store=self._store, state=state, lookup=lookup, verify=verify)
        stored = decision.append or decision.forks
        if stored:
            with self._writing():
                if number is None:
                    number = received.new_stream(self._db, push.stream)
                self._store_entries(number, decision, push)
                received.fold(self._db, number, stored)
        return decision

    def _store_entries(self, number: int, decision: Decision, push: Push) -> None:
        if decision.append:
            received.write_main(self._db, number, decision.append)
        else:
            received.write_forks(self._db, number, decision.forks, push)
        state = decision.state
        self._db.execute(received.SET_STATE, (state.accepted, state.head_hash, int(state.forked), number))

    def _mark(self, stream: Stream) -> StreamMark:
        found = self._db.execute(MARK, (stream.till, stream.incarnation)).fetchone()
        return StreamMark(stream, *found) if found else StreamMark(stream, 0, bytes(32))

    def _fold_parked(self) -> None:
        found = rows(self._db, PARKED)
        if not found:
            return
        with self._writing():
            for number, seq, sealed, envelope, body, signature in found:
                self._db.execute(UNPARK, (number, seq, sealed))
                stored = Stored(seq, sealed, decode_envelope(envelope), Entry(envelope, body, signature))
                received.fold(self._db, number, (stored,))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction, counted, and followed in the side file once it is committed."""
        with _told():
            with transaction(self._db):
                yield
                self._generation.count()
            self._generation.note()


def all_sums_of(envelope: Envelope, document: Document) -> Sums:
    """What one document adds to the sums of a store: all of it."""
    sums: Sums = {}
    add(sums, effects(envelope, document))
    return sums


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (apsw.Error, OSError) as error:
        raise _unavailable(error) from error


def _unavailable(error: apsw.Error | OSError) -> Unavailable:
    return Unavailable(reason_of(error) if isinstance(error, apsw.Error) else "io_error", str(error))
