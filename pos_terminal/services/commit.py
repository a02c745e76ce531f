"""Documents into the journal, on a thread of their own. What follows from a document waits until it is there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final

from pos_terminal.checkout.commands import Command, CommitFailed, Committed
from pos_terminal.services.clock import Clock
from pos_terminal.services.lanes import Lane
from retail.codec import DocumentError
from retail.documents.base import Document
from retail.documents.sale import Sale
from retail.ids import Stream
from retail.receipt_number import receipt_number
from store_db.errors import JournalUnavailable, Reason
from store_db.journal import Appended, Journal
from store_db.prune import prune
from store_db.rights import note_head
from store_db.side_file import SideFile

Post = Callable[[Command], None]
Then = Callable[[Appended, str], None]
_log = logging.getLogger(__name__)

_CODES: Final[dict[Reason, str]] = {
    "disk_full": "disk_full",
    "io_error": "io_error",
    "corrupt": "io_error",
    "read_only": "io_error",
    "busy": "journal_failed",
    "error": "journal_failed",
}


class Committer:
    """The only way into the journal. Its lane is the journal's only thread."""

    def __init__(
        self, journal: Journal, lane: Lane, clock: Clock, post: Post, *, mark: SideFile | None = None, machine: str = ""
    ) -> None:
        self._journal, self._lane, self._clock, self._post = journal, lane, clock, post
        self._mark, self._machine = mark, machine

    def write(self, effect: str, document: Document, business_date: int, then: Then | None = None) -> None:
        """Writes a document. When COMMIT has returned Committed is posted and `then` is called on the lane; otherwise
        CommitFailed is posted, and nothing has happened. The document bears the moment of this call."""
        moment = self._clock.now()

        def work() -> None:
            try:
                appended = self._journal.append(
                    document,
                    business_date=business_date,
                    at_ms=moment.at_ms,
                    wall_ms=moment.wall_ms,
                    utc_offset_min=self._clock.utc_offset_min,
                )
            except JournalUnavailable as error:
                _log.error("journal: %s", error)
                self._post(CommitFailed(effect, _CODES[error.reason]))
                return
            except (ValueError, DocumentError):
                _log.exception("a document that cannot be written: %s", type(document).__name__)
                self._post(CommitFailed(effect, "journal_failed"))
                return
            number = ""
            if isinstance(document, Sale):
                number = str(receipt_number(appended.id.till, document.counter, appended.hash))
            self._post(Committed(effect, appended.id, number))
            if then is not None:
                then(appended, number)
            self._note()

        self._lane.do(work)

    def prune(self, archived: Mapping[Stream, int]) -> None:
        """Takes out what headquarters has archived and is old, a little at a time between the documents."""
        wall_ms = self._clock.now().wall_ms

        def work() -> None:
            try:
                left = prune(self._journal, archived, wall_ms)
            except JournalUnavailable as error:
                _log.warning("old entries stay for now: %s", error)
                return
            if left:
                self._lane.do(work)

        self._lane.do(work)

    def _note(self) -> None:
        """Notes the journal's head outside of it, so that a restored disk is found out."""
        if self._mark is None:
            return
        try:
            note_head(self._mark, self._machine, self._journal.head)
        except OSError as error:
            _log.warning("the journal's mark could not be noted: %s", error)
