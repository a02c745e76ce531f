"""Sums that came down, brought up to this minute by what was written here since.

A baseline counts the entries of each stream up to its mark. Here the entries behind the marks are added; adding all of
them would count this till's sales twice. The window of entries is followed in memory, so that a lookup reads only what
is new, and it can move either way: a restored headquarters may come back with earlier marks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import apsw

from retail.chain import Entry
from retail.codec import UnknownDocument
from retail.effects import Effect, Key, Sums, add, effects
from retail.ids import Stream
from store_db.connection import rows
from store_db.entries import ENTRIES_AFTER, StreamRow, decoded, head, place, streams
from store_db.feed_reader import FeedReader

BASELINED = frozenset({"stock"})
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Stock:
    """Thousandths on hand. Not `known` when headquarters' share of it never came, or entries that it lacks are gone:
    then it is only what was counted here."""

    quantity_milli: int
    known: bool


class OwnEffects:
    """What the entries of a journal, or of a hub's store, add to sums behind the marks."""

    def __init__(self, db: apsw.Connection, ledgers: Collection[str] = BASELINED) -> None:
        self._db, self._ledgers = db, ledgers
        self._sums: Sums = {}
        self._windows: dict[Stream, tuple[int, int]] = {}
        self.complete = True
        """False when entries behind a mark were pruned here."""

    def follow(self, marks: Mapping[Stream, int]) -> None:
        """Moves to these marks and to the last entries written; a stream without a mark counts from its first entry."""
        self.complete = True
        for row in streams(self._db):
            mark, last = marks.get(row.stream, 0), head(self._db, row).seq
            if mark < row.pruned_seq:
                self.complete, mark = False, row.pruned_seq
            start, end = self._windows.get(row.stream, (mark, mark))
            if mark >= end:
                self._count(row, start, end, -1)
                start = end = mark
            self._count(row, start, mark, -1)
            self._count(row, mark, start, 1)
            self._count(row, end, last, 1)
            self._windows[row.stream] = (mark, max(last, mark))

    def amounts(self, ledger: str, key: Key) -> tuple[int, ...] | None:
        """What to add to the baseline under this key; None for nothing."""
        return self._sums.get((ledger, key))

    def add_to(self, sums: Sums, places: Collection[tuple[str, Key]]) -> None:
        """Adds what was written behind the marks to sums of these ledgers whose keys begin with these parts."""
        wanted = frozenset(places)
        for (ledger, key), amounts in self._sums.items():
            if any((ledger, key[:length]) in wanted for length in range(len(key) + 1)):
                add(sums, (Effect(ledger, key, amounts),))

    def _count(self, row: StreamRow, after: int, to: int, sign: int) -> None:
        """Adds the effects of the entries behind `after` up to `to`, or takes them out."""
        while after < to:
            limit = min(CHUNK, to - after)
            for _, *parts in rows(self._db, ENTRIES_AFTER, (place(row.number, after), row.end_place, limit)):
                self._add(Entry(*parts), sign)
            after += limit

    def _add(self, entry: Entry, sign: int) -> None:
        try:
            envelope, document = decoded(entry)
        except UnknownDocument:
            return
        found = (effect for effect in effects(envelope, document) if effect.ledger in self._ledgers)
        add(self._sums, (Effect(each.ledger, each.key, tuple(sign * part for part in each.amounts)) for each in found))


def stock_of(feeds: FeedReader, own: OwnEffects, item: str) -> Stock:
    """What is on hand here: headquarters' sum, and what was written here since it was made."""
    marks, baseline, known = feeds.baseline_with_marks("stock", (item,))
    own.follow(marks)
    since = own.amounts("stock", (item,))
    return Stock((baseline[0] if baseline else 0) + (since[0] if since else 0), known and own.complete)
