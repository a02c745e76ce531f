"""Opens a till's own files, so that nothing is open when one of them cannot be opened."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pos_terminal.services.clock import Clock, Source, new_incarnation
from retail.chain import Sign
from store_db.connection import WriterOptions, rows
from store_db.draft import OPTIONS as DRAFT_OPTIONS
from store_db.draft import Draft
from store_db.errors import StoreError
from store_db.feed_reader import FeedReader
from store_db.identity import Identity, load_identity
from store_db.journal import Journal
from store_db.journal_reader import JournalReader
from store_db.keys import read_private, signer
from store_db.rights import MoneyRights, note_head, rights_at_opening
from store_db.side_file import SideFile

LAST_MOMENT: Final = "SELECT at_ms FROM entry ORDER BY place DESC LIMIT 1"
JOURNAL_FILE: Final = "journal.db"
DRAFT_FILE: Final = "draft.db"
FEEDS_FILE: Final = "feeds.db"
MARK_FILE: Final = "journal.mark"
KEY_FILE: Final = "till.key"
SOCKET_FILE: Final = "agent.sock"
TRUSTED: Final = frozenset({"inherited", "new_journal"})
"""Only then is the journal's head noted further: what speaks against the rights must not be written over."""

MACHINE_FILE: Final = Path("/etc/machine-id")


@dataclass(frozen=True, slots=True)
class TillFiles:
    """Everything on the disk that belongs to this till, open, and its clock."""

    folder: Path
    identity: Identity
    sign: Sign
    public_key: bytes
    journal: Journal
    reader: JournalReader
    draft: Draft
    feeds: FeedReader
    mark: SideFile
    clock: Clock
    machine: str
    money_rights: MoneyRights

    def close(self) -> None:
        """Closes all of them."""
        for file in (self.reader, self.feeds, self.draft, self.mark, self.journal):
            file.close()


def open_files(
    folder: Path, source: Source, *, software: str, machine: str | None = None, options: WriterOptions | None = None
) -> TillFiles:
    """The files of the till enrolled in this folder. The journal begins a new stream.

    Raises IdentityError, KeyFileError, and store_db's SecondWriter, NewerFile, ForeignFile, CannotOpen, WrongTill,
    Unavailable: each says what to do. OSError when the disk takes no mark.
    """
    identity = load_identity(folder)
    sign, public_key = signer(read_private(folder / KEY_FILE))
    machine = machine_name() if machine is None else machine
    with ExitStack() as undo:
        feeds = FeedReader.open(folder / FEEDS_FILE)
        undo.callback(feeds.close)
        contact = feeds.contact()
        clock = Clock(
            source,
            utc_offset_min=identity.utc_offset_min,
            heard=contact,
            floor_ms=_last_moment(folder / JOURNAL_FILE),
        )
        moment = clock.now()
        journal = Journal.open(
            folder / JOURNAL_FILE,
            till=identity.till,
            store=identity.store,
            machine=machine,
            software=software,
            incarnation=new_incarnation(moment.wall_ms),
            sign=sign,
            business_date=clock.local_date(moment.at_ms),
            at_ms=moment.at_ms,
            wall_ms=moment.wall_ms,
            utc_offset_min=identity.utc_offset_min,
            options=options or WriterOptions(),
        )
        undo.callback(journal.close)
        reader = JournalReader.open(folder / JOURNAL_FILE)
        undo.callback(reader.close)
        draft = Draft.open(folder / DRAFT_FILE, DRAFT_OPTIONS)
        undo.callback(draft.close)
        mark = SideFile(folder / MARK_FILE)
        rights = rights_at_opening(journal, mark, machine)
        if rights in TRUSTED:
            note_head(mark, machine, journal.head)
        undo.pop_all()
    return TillFiles(folder, identity, sign, public_key, journal, reader, draft, feeds, mark, clock, machine, rights)


def _last_moment(journal: Path) -> int:
    """The moment of the journal's last entry; 0 for one that is not there yet, or cannot be opened, which opening it
    for writing will say."""
    try:
        reader = JournalReader.open(journal)
    except StoreError:
        return 0
    try:
        found = rows(reader.db, LAST_MOMENT)
    finally:
        reader.close()
    return found[0][0] if found else 0


def machine_name() -> str:
    """What tells this machine from others; empty where the system has no such name."""
    try:
        return MACHINE_FILE.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
