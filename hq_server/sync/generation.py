"""Headquarters' generation: a name that changes when the database was restored, so that every sender rewinds.

The database cannot tell that it was restored, for its own copy of every fact was restored with it. So a high-water mark
(a beat, counted up by the worker) is also kept in a file outside the database and its backups: a database that beats
behind the file is an old one. When in doubt a new generation is made; it costs senders a hello and some duplicates.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from hq_server.clock import new_id

FILE: Final = "generation.json"

_READ = text("SELECT name, value FROM hq_state WHERE name IN ('generation', 'beat') FOR UPDATE")
_WRITE = text("""
    INSERT INTO hq_state (name, value) VALUES (:name, :value)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
""")


class HighWater(msgspec.Struct, frozen=True):
    """What stands in the file outside the database."""

    generation: str
    beat: int


def settle(session: Session, folder: Path) -> str:
    """The generation to run with: the present one when database and file agree, else a new one. Run at every start."""
    held, kept = _held(session), _kept(folder)
    if held is None or kept is None or held.generation != kept.generation or held.beat < kept.beat:
        return renew(session, folder)
    return held.generation


def renew(session: Session, folder: Path) -> str:
    """A new generation in database and file: after a restore, or when asked to."""
    held, kept = _held(session), _kept(folder)
    beat = max(held.beat if held else 0, kept.beat if kept else 0) + 1
    fresh = HighWater(new_id().hex, beat)
    _write(session, fresh)
    _keep(folder, fresh)
    return fresh.generation


def beat(session: Session) -> HighWater | None:
    """Counts one up in the database; hand the result to `keep` after the commit."""
    held = _held(session)
    if held is None:
        return None
    counted = HighWater(held.generation, held.beat + 1)
    _write(session, counted)
    return counted


def keep(folder: Path, mark: HighWater) -> None:
    """Writes the mark outside the database. Never before its commit: a file ahead means a restore."""
    _keep(folder, mark)


def _held(session: Session) -> HighWater | None:
    found = {name: value for name, value in session.execute(_READ)}
    if "generation" not in found:
        return None
    return HighWater(found["generation"], int(found.get("beat", "0")))


def _write(session: Session, mark: HighWater) -> None:
    session.execute(
        _WRITE, [{"name": "generation", "value": mark.generation}, {"name": "beat", "value": str(mark.beat)}]
    )


def _kept(folder: Path) -> HighWater | None:
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=HighWater)
    except (OSError, msgspec.DecodeError):
        return None


def _keep(folder: Path, mark: HighWater) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(mark))
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, folder / FILE)
