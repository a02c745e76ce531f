"""Whether a till may go on with the money rights of the stream before it, or must ask upstream first.

Leases and offline allowances belong to one till and one epoch. A disk that was copied, or brought back from a backup,
holds rights that the other copy may have spent. It sells as ever; it does not spend.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

import msgspec

from retail.ids import Stream
from store_db.entries import hash_at
from store_db.journal import Head, Journal
from store_db.side_file import SideFile

MoneyRights = Literal[
    "inherited",
    "new_journal",
    "no_mark",
    "other_machine",
    "other_till",
    "went_back",
    "other_history",
    "written_elsewhere",
]
"""`inherited` alone lets the till spend at once; every other value says why it must ask."""


class HighWater(msgspec.Struct, frozen=True, array_like=True):
    """The last entry this machine is known to have written, noted outside the journal and its backup."""

    machine: str
    stream: Stream
    seq: int
    hash: bytes


def note_head(file: SideFile, machine: str, head: Head, *, durable: bool = False) -> None:
    """Notes the journal's head after a commit; `durable` before anything is spent from a lease. Raises OSError."""
    file.write(msgspec.msgpack.encode(HighWater(machine, head.stream, head.seq, head.hash)), durable=durable)


def noted_head(file: SideFile) -> HighWater | None:
    """What was noted last, None when there is nothing, or nothing legible."""
    content = file.read()
    if content is None:
        return None
    try:
        return msgspec.msgpack.decode(content, type=HighWater)
    except msgspec.DecodeError:
        return None


def money_rights(
    parent: Head | None,
    mark: HighWater | None,
    *,
    machine: str,
    lookup: Callable[[Stream, int], bytes | None],
) -> MoneyRights:
    """Whether the journal, whose head before this opening was `parent`, is the one this machine last wrote.

    The mark may stand behind the head by what was not noted before the power went; it can never rightly be ahead.
    """
    if parent is None:
        return "new_journal" if mark is None else "went_back"
    if mark is None:
        return "no_mark"
    if mark.machine != machine:
        return "other_machine"
    if mark.stream.till != parent.stream.till:
        return "other_till"
    known = lookup(mark.stream, mark.seq)
    if known is None:
        return "went_back"
    if known != mark.hash:
        return "other_history"
    return "inherited" if mark.stream == parent.stream else "written_elsewhere"


def rights_at_opening(journal: Journal, file: SideFile, machine: str) -> MoneyRights:
    """`money_rights` of a journal that was just opened; ask before anything is noted."""
    return money_rights(journal.parent, noted_head(file), machine=machine, lookup=partial(hash_at, journal.db))
