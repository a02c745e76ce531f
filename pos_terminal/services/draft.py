"""Keeps the open receipt on the disk, off the paint path: of several changes in a row only the last one is written."""

from __future__ import annotations

import logging
import threading
from typing import Final

import apsw

from pos_terminal.checkout.draft import decode_draft, encode_draft
from pos_terminal.checkout.state import Receipt
from pos_terminal.services.lanes import Lane
from retail.ids import DocumentId
from store_db.draft import Draft
from store_db.entries import SEQ_BITS
from store_db.errors import StoreError

ENDED: Final = """
SELECT 1 FROM entry
WHERE kind IN ('sale', 'hold', 'abandoned') AND place > ?
LIMIT 1
"""
STREAM: Final = "SELECT stream FROM stream WHERE till = ? AND incarnation = ?"
_log = logging.getLogger(__name__)


class Drafts:
    """The draft of the receipt at hand."""

    def __init__(self, file: Draft, lane: Lane) -> None:
        self._file, self._lane = file, lane
        self._lock = threading.Lock()
        self._latest: tuple[Receipt, DocumentId] | None = None
        self._waiting = False

    def save(self, receipt: Receipt, after: DocumentId) -> None:
        """The receipt as it stands now; `after` is the journal's last entry."""
        self._set((receipt, after))

    def clear(self) -> None:
        """The receipt has ended."""
        self._set(None)

    def _set(self, latest: tuple[Receipt, DocumentId] | None) -> None:
        with self._lock:
            self._latest = latest
            if self._waiting:
                return
            self._waiting = True
        self._lane.do(self._write)

    def _write(self) -> None:
        with self._lock:
            latest, self._waiting = self._latest, False
        try:
            if latest is None or not latest[0].lines:
                self._file.clear()
            else:
                self._file.save(encode_draft(*latest))
        except StoreError as error:
            # The receipt is on the screen and can be sold; only a crash would lose it.
            _log.warning("the draft was not kept: %s", error)


def interrupted(file: Draft, journal: apsw.Connection) -> Receipt | None:
    """The receipt that was open when the till last stopped; None when it had ended, or nothing legible is there."""
    content = file.load()
    found = decode_draft(content) if content else None
    if found is None:
        return None
    receipt, after = found
    stream = journal.execute(STREAM, (after.till, after.incarnation)).fetchone()
    if stream is None:
        return None
    ended = journal.execute(ENDED, (stream[0] << SEQ_BITS | after.seq,)).fetchone()
    return None if ended else receipt
