"""A small record kept beside a database and outside its backup, to notice that the database went back in time.

It is one disk sector, written in place: cheap enough to follow every commit. A torn or missing record reads as none,
which always means the careful thing to its reader.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

SECTOR: Final = 512
_DIGEST: Final = 32
CONTENT_MAX: Final = SECTOR - _DIGEST - 2


class SideFile:
    """One record. Whoever writes the database beside it writes it too."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._handle: int | None = None

    def read(self) -> bytes | None:
        """The record, or None when there is none or it is damaged."""
        try:
            sector = self._path.read_bytes()
        except OSError:
            return None
        length = int.from_bytes(sector[_DIGEST : _DIGEST + 2], "big")
        content = sector[_DIGEST + 2 : _DIGEST + 2 + length]
        good = len(sector) == SECTOR and hashlib.sha256(sector[_DIGEST:]).digest() == sector[:_DIGEST]
        return content if good else None

    def write(self, content: bytes, *, durable: bool = False) -> None:
        """Replaces the record; it outlives the process, and, when durable, a power cut. Raises OSError."""
        if len(content) > CONTENT_MAX:
            raise ValueError(f"{len(content)} bytes do not fit into a side file")
        rest = (len(content).to_bytes(2, "big") + content).ljust(SECTOR - _DIGEST, b"\0")
        if self._handle is None:
            self._handle = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
        os.pwrite(self._handle, hashlib.sha256(rest).digest() + rest, 0)
        if durable:
            os.fdatasync(self._handle)

    def close(self) -> None:
        """Closes the file."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
