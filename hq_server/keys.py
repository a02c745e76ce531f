"""Headquarters' Ed25519 key: it signs what is published; stores pin its public half at enrolment."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

KEY_FILE: Final = "headquarters.key"


class KeyFileError(RuntimeError):
    """The key's file cannot be used; the text says why."""


class HqKey:
    """The key pair in memory."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public: bytes = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature of a message."""
        return self._private.sign(message)


def load_or_make(folder: Path) -> HqKey:
    """The key in this folder, made at first use, readable by its owner alone."""
    path = folder / KEY_FILE
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _write_new(path, Ed25519PrivateKey.generate())
    if path.stat().st_mode & 0o077:
        raise KeyFileError(f"{path} can be read by others: chmod 600 it, and consider the key lost")
    return HqKey(Ed25519PrivateKey.from_private_bytes(path.read_bytes()))


def _write_new(path: Path, key: Ed25519PrivateKey) -> None:
    """Written aside and linked into place, so that two processes starting together end with one key."""
    handle, aside = tempfile.mkstemp(dir=path.parent)  # mode 0600
    with os.fdopen(handle, "wb") as file:
        file.write(key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(aside)
