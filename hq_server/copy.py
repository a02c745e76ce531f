"""Writes many rows at once by PostgreSQL's COPY: binary for bytes, text for everything else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from io import BytesIO, StringIO
from struct import Struct
from typing import Any, Final

from sqlalchemy.orm import Session

HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER: Final = b"\xff\xff"
LENGTH: Final = Struct(">i")
_EPOCH_DATE: Final = date(2000, 1, 1)
_SPECIAL: Final = re.compile(r"[\\\t\n\r]")
_ESCAPES: Final = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
NULL: Final = "\\N"


def cursor_of(session: Session) -> Any:
    """The driver's cursor on the session's connection: same transaction, no layers between."""
    return session.connection().connection.cursor()


def copy_binary(cursor: Any, table: str, columns: Sequence[str], parts: Iterable[bytes]) -> None:
    """Writes rows made of binary `parts`, each row beginning with its number of fields."""
    stream = BytesIO(b"".join((HEADER, *parts, TRAILER)))
    cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT binary)", stream, 1 << 16)


def copy_text(session: Session, table: str, columns: Sequence[str], lines: Sequence[str]) -> None:
    """Writes rows given as lines of tab-separated, escaped fields, without their line ends."""
    if not lines:
        return
    stream = StringIO("\n".join(lines) + "\n")
    with cursor_of(session) as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", stream, 1 << 16)


def field_bytes(value: bytes) -> bytes:
    """A field of a binary row."""
    return LENGTH.pack(len(value)) + value


def date_field(day: date) -> bytes:
    """A date as a field of a binary row."""
    return field_bytes((day - _EPOCH_DATE).days.to_bytes(4, "big", signed=True))


@lru_cache(maxsize=262_144)
def escape(value: str) -> str:
    r"""A text as a field of a text row.

    >>> escape("a\tb")
    'a\\tb'
    """
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], value) if _SPECIAL.search(value) else value


def text_field(value: object) -> str:
    """Any plain value as a field of a text row."""
    if value is None:
        return NULL
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, tuple):
        return escape(_array(value))
    return str(value)


def _array(values: Iterable[str]) -> str:
    r"""Texts as PostgreSQL writes an array of them.

    >>> print(_array(("staff", 'a "b"')))
    {"staff","a \"b\""}
    """
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"


def text_line(values: Iterable[object]) -> str:
    """A row of plain values as one line."""
    return "\t".join(map(text_field, values))
