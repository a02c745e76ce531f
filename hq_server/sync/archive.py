"""The second watermark: up to which entry a till may one day drop its own copy.

An entry is archived when the write-ahead log that holds it has left this machine: shipped by WAL archiving, or
confirmed by a standby. Where neither is set up only age is left to go by, and headquarters says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

_NOTE = text("""
    INSERT INTO wal_mark (at, lsn, wal_file)
    SELECT :at, pg_current_wal_lsn()::text, pg_walfile_name(pg_current_wal_lsn()) ON CONFLICT DO NOTHING
""")
_FORGET = text("DELETE FROM wal_mark WHERE at < :before")
_ARCHIVED = text("""
    SELECT max(m.at) FROM wal_mark m, pg_stat_archiver a
    WHERE a.last_archived_wal ~ '^[0-9A-F]{24}$' AND substr(a.last_archived_wal, 9) >= substr(m.wal_file, 9)
""")
_CONFIRMED = text("""
    SELECT max(m.at) FROM wal_mark m
    WHERE EXISTS (SELECT 1 FROM pg_stat_replication r WHERE r.flush_lsn >= m.lsn::pg_lsn)
""")
_SHIPS = text("""
    SELECT current_setting('archive_mode') <> 'off' OR EXISTS (SELECT 1 FROM pg_stat_replication)
""")
_MOVE = text("""
    UPDATE stream t SET archived = s.last FROM (
        SELECT store_id, till_id, incarnation, max(first_seq + count - 1) AS last FROM stream_span
        WHERE accepted_at <= :until AND NOT forked GROUP BY 1, 2, 3
    ) s
    WHERE s.store_id = t.store_id AND s.till_id = t.till_id AND s.incarnation = t.incarnation AND t.archived < s.last
""")
KEEP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Archived:
    """Everything accepted until `until` counts as archived; `proven` is False when only its age says so."""

    until: datetime | None
    proven: bool


def note_wal(session: Session, *, at: datetime) -> None:
    """Writes down where the log stands now, to be compared with what has been shipped later."""
    session.execute(_NOTE, {"at": at})
    session.execute(_FORGET, {"before": at - KEEP})


def move_archived(session: Session, *, at: datetime, age: timedelta) -> Archived:
    """Moves every stream's second watermark; returns how far."""
    found = archived_until(session, at=at, age=age)
    if found.until is not None:
        session.execute(_MOVE, {"until": found.until})
    return found


def archived_until(session: Session, *, at: datetime, age: timedelta) -> Archived:
    """Up to when everything accepted is archived."""
    if not session.execute(_SHIPS).scalar_one():
        return Archived(at - age, False)
    moments = [session.execute(query).scalar() for query in (_ARCHIVED, _CONFIRMED)]
    return Archived(max((moment for moment in moments if moment is not None), default=None), True)
