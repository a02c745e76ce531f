"""What can go wrong with a store's file. Each error has a code for the message catalogue; its text is for logs."""

from __future__ import annotations

from typing import ClassVar, Literal

import apsw


class StoreError(Exception):
    """Root of all errors of the store's files."""

    code: ClassVar[str] = "store.error"


class SecondWriter(StoreError):
    """Another program writes this file. Nothing was opened; `holder` is its process id, 0 when not known."""

    code = "store.second_writer"

    def __init__(self, path: str, holder: int) -> None:
        super().__init__(f"{path} is being written by process {holder or '?'}; close that program first")
        self.path, self.holder = path, holder


class LibraryTooOld(StoreError):
    """The SQLite library has the WAL-reset bug, which can destroy a file that one process writes and another reads."""

    code = "store.library_too_old"

    def __init__(self, found: str, needed: str) -> None:
        super().__init__(f"SQLite {found} can damage files; {needed} or newer is needed")


class NewerFile(StoreError):
    """The file was written by a newer release; this one cannot know what it means."""

    code = "store.newer_file"

    def __init__(self, path: str, version: int, known: int) -> None:
        super().__init__(f"{path} has schema {version}, this program knows {known}: update the program")
        self.path, self.version, self.known = path, version, known


class ForeignFile(StoreError):
    """The path holds something else than what was asked for."""

    code = "store.foreign_file"


class CannotOpen(StoreError):
    """The file is missing, or its folder or rights do not allow to open it."""

    code = "store.cannot_open"


class WrongTill(StoreError):
    """The journal belongs to another till or store; a till keeps its store, and a journal its till, for life."""

    code = "journal.wrong_till"


Reason = Literal["disk_full", "io_error", "corrupt", "read_only", "busy", "error"]


class Unavailable(StoreError):
    """A write failed and left nothing behind. `reason` says why; once that is mended, writing goes on."""

    code = "store.unavailable"

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: Reason = reason


class JournalUnavailable(Unavailable):
    """The document was not written: nothing may be printed, opened or handed out for it."""

    code = "journal.unavailable"


Refusal = Literal["signature", "addressee", "digest", "position", "rows", "unknown_feed"]


class FeedRefused(StoreError):
    """A piece of a feed is not what headquarters signed for this place. Nothing of it was taken in; what was in use
    stays in use."""

    code = "feed.refused"

    def __init__(self, feed: str, reason: Refusal, detail: str) -> None:
        super().__init__(f"{feed}: {detail}")
        self.feed = feed
        self.reason: Refusal = reason


class FeedsUnavailable(Unavailable):
    """A piece of a feed could not be written; it can be taken in again."""

    code = "feed.unavailable"


_REASONS: tuple[tuple[type[apsw.Error], Reason], ...] = (
    (apsw.FullError, "disk_full"),
    (apsw.IOError, "io_error"),
    (apsw.CantOpenError, "io_error"),
    (apsw.CorruptError, "corrupt"),
    (apsw.NotADBError, "corrupt"),
    (apsw.ReadOnlyError, "read_only"),
    (apsw.BusyError, "busy"),
    (apsw.LockedError, "busy"),
)


def reason_of(error: apsw.Error) -> Reason:
    """Why a statement failed, in the few words that a message can be chosen by."""
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), "error")
