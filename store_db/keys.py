"""Ed25519 keys in files: the till signs with its own, everyone checks with public ones.

The private key is made on the till, kept in a file that only its user may read, and read by the till's process alone.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from retail.chain import Sign, Verify

PRIVATE_MODE = 0o600


class KeyFileError(Exception):
    """A key file is missing, is readable by others, or holds no such key. The message says what to do."""


def make_private_key() -> bytes:
    """A new private key as PEM bytes."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def write_private(path: Path, data: bytes) -> None:
    """Writes a secret into a new file with mode 0600, durably; FileExistsError when there is one already."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def replace_private(path: Path, data: bytes) -> None:
    """Writes a secret in place of the one in this file, if any: the old or the new one is there, whole."""
    scratch = path.with_name(path.name + ".new")
    scratch.unlink(missing_ok=True)
    write_private(scratch, data)
    os.replace(scratch, path)


def read_private(path: Path) -> bytes:
    """The bytes of a secret file; KeyFileError when it is missing or others may read it."""
    try:
        if path.stat().st_mode & 0o077:
            raise KeyFileError(f"{path} may be read by others; run: chmod 600 {path}")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise KeyFileError(f"{path} is missing; enrol this till first") from error


def signer(pem: bytes) -> tuple[Sign, bytes]:
    """The signing function of a private key, and its public key (32 bytes)."""
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise KeyFileError(f"not a private key: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError("not an Ed25519 key")
    return key.sign, key.public_key().public_bytes_raw()


def verifier(public_key: bytes) -> Verify:
    """The checking function of a public key; ValueError when these 32 bytes are no key."""
    key = Ed25519PublicKey.from_public_bytes(public_key)

    def verify(data: bytes, signature: bytes) -> bool:
        try:
            key.verify(signature, data)
        except InvalidSignature:
            return False
        return True

    return verify


def verifier_of_any(public_keys: Iterable[bytes]) -> Verify:
    """The checking function of several public keys, any of which may have signed; what is no key has not."""
    known: list[Verify] = []
    for public_key in public_keys:
        with contextlib.suppress(ValueError):
            known.append(verifier(public_key))
    return lambda data, signature: any(verify(data, signature) for verify in known)
