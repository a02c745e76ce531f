"""Entries as a hub keeps them: the main line of each stream in one table, lines of copied disks in another.

What a push means is decided in `retail.sync.server`; here are its questions and its answer's rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import apsw

from retail.chain import chain_hashes
from retail.codec import DocumentError, decode_document
from retail.documents.till import HoldRecalled
from retail.effects import Sums, add, effects
from retail.ids import Stream
from retail.sync.server import Lookup, Stored, StreamState
from retail.wire import Push
from store_db.balances import add_sums
from store_db.entries import place

STATE: Final = "SELECT stream, accepted, head_hash, forked FROM stream WHERE till = ? AND incarnation = ?"
NEW_STREAM: Final = "INSERT INTO stream (till, incarnation) VALUES (?, ?) RETURNING stream"
SET_STATE: Final = "UPDATE stream SET accepted = ?, head_hash = ?, forked = ? WHERE stream = ?"
ON_MAIN: Final = """
SELECT 1 FROM entry WHERE place = ?1 AND hash = ?2 UNION ALL SELECT 1 FROM pruned WHERE place = ?1 AND hash = ?2
"""
KEEP_HASHES: Final = "INSERT INTO pruned (place, hash) SELECT place, hash FROM entry WHERE place > ? AND place <= ?"
ON_FORK: Final = "SELECT line FROM fork WHERE stream = ? AND seq = ? AND hash = ?"
APPEND: Final = """
INSERT INTO entry (place, kind, business_date, at_ms, hash, signature, envelope, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
APPEND_FORK: Final = """
INSERT INTO fork (stream, seq, hash, line, kind, business_date, at_ms, signature, envelope, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
LINE_ENDING: Final = "SELECT line FROM fork_line WHERE stream = ? AND last_seq = ? AND last_hash = ?"
LAST_LINE: Final = "SELECT coalesce(max(line), 0) FROM fork_line WHERE stream = ?"
NEW_LINE: Final = """
INSERT INTO fork_line (stream, line, parent_line, first_seq, last_seq, last_hash) VALUES (?, ?, ?, ?, ?, ?)
"""
EXTEND_LINE: Final = "UPDATE fork_line SET last_seq = ?, last_hash = ? WHERE stream = ? AND line = ?"
PARK: Final = "INSERT OR REPLACE INTO parked (stream, seq, hash, reason) VALUES (?, ?, ?, ?)"
CLAIM: Final = "INSERT OR IGNORE INTO claim (incarnation, seq, holder, at_ms) VALUES (?, ?, ?, ?)"


def state_of(db: apsw.Connection, stream: Stream) -> tuple[int | None, StreamState]:
    """The stream's local number, None for a new one, and what is committed of it."""
    found = db.execute(STATE, (stream.till, stream.incarnation)).fetchone()
    if found is None:
        return None, StreamState()
    number, accepted, head_hash, forked = found
    return number, StreamState(accepted, head_hash, bool(forked))


def lookup_in(db: apsw.Connection, number: int | None) -> Lookup:
    """Whether an entry of the stream is on the main line, on a fork, or not known."""

    def lookup(seq: int, entry_hash: bytes) -> bool | None:
        if number is None:
            return None
        if db.execute(ON_MAIN, (place(number, seq), entry_hash)).fetchone():
            return True
        return False if db.execute(ON_FORK, (number, seq, entry_hash)).fetchone() else None

    return lookup


def new_stream(db: apsw.Connection, stream: Stream) -> int:
    """Makes room for a stream; its local number."""
    number: int = db.execute(NEW_STREAM, (stream.till, stream.incarnation)).get
    return number


def write_main(db: apsw.Connection, number: int, stored: Iterable[Stored]) -> None:
    """Adds entries to the stream's main line."""
    db.executemany(
        APPEND,
        [
            (
                place(number, each.seq),
                each.envelope.kind,
                each.envelope.business_date,
                each.envelope.at_ms,
                each.hash,
                each.entry.signature,
                each.entry.envelope,
                each.entry.body,
            )
            for each in stored
        ],
    )


def write_forks(db: apsw.Connection, number: int, stored: tuple[Stored, ...], push: Push) -> None:
    """Adds entries to the fork line that they go on, or to a new one."""
    first, last = stored[0], stored[-1]
    before = _hash_before(first.seq, push)
    line = db.execute(LINE_ENDING, (number, first.seq - 1, before)).get
    if line is None:
        line = db.execute(LAST_LINE, (number,)).get + 1
        parent = db.execute(ON_FORK, (number, first.seq - 1, before)).get or 0
        db.execute(NEW_LINE, (number, line, parent, first.seq, last.seq, last.hash))
    else:
        db.execute(EXTEND_LINE, (last.seq, last.hash, number, line))
    db.executemany(
        APPEND_FORK,
        [
            (
                number,
                each.seq,
                each.hash,
                line,
                each.envelope.kind,
                each.envelope.business_date,
                each.envelope.at_ms,
                each.entry.signature,
                each.entry.envelope,
                each.entry.body,
            )
            for each in stored
        ],
    )


def keep_hashes(db: apsw.Connection, after: int, to: int) -> None:
    """Keeps the hashes of entries that are about to be pruned: sent once more, they are known, and no fork."""
    db.execute(KEEP_HASHES, (after, to))


def fold(db: apsw.Connection, number: int, stored: Iterable[Stored]) -> None:
    """Adds what the documents amount to, and takes note of holds taken up. A document that cannot be read is parked."""
    sums: Sums = {}
    for each in stored:
        envelope = each.envelope
        try:
            document = decode_document(envelope.kind, envelope.version, each.entry.body)
        except DocumentError as error:
            db.execute(PARK, (number, each.seq, each.hash, str(error)))
            continue
        add(sums, effects(envelope, document))
        if isinstance(document, HoldRecalled):
            db.execute(CLAIM, (document.hold.incarnation, document.hold.seq, envelope.till, envelope.at_ms))
    add_sums(db, sums)


def _hash_before(seq: int, push: Push) -> bytes:
    known = seq - push.base_seq
    if known == 0:
        return push.previous
    return chain_hashes(push.stream, push.base_seq, push.previous, push.entries[:known])[-1]
