"""Who this host is: written at enrolment beside the store's files, read by till and agent, never edited by hand."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Final

import msgspec

FILE: Final = "identity.toml"
PUBLIC_KEY_BYTES: Final = 32


class IdentityError(Exception):
    """There is no identity yet, or its file is damaged. The message says what to do."""


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A till and its store, as headquarters enrolled them. `headquarters_key` is the pinned public key in hex."""

    till: str
    store: str
    headquarters_key: str
    store_name: str = ""
    currency: str = "CNY"
    utc_offset_min: int = 480


def pinned_key(identity: Identity) -> bytes:
    """Headquarters' public key; IdentityError when it is damaged."""
    try:
        key = bytes.fromhex(identity.headquarters_key)
    except ValueError:
        key = b""
    if len(key) != PUBLIC_KEY_BYTES:
        raise IdentityError("headquarters' key in the identity is damaged; enrol this till again")
    return key


def load_identity(folder: Path) -> Identity:
    """The identity kept in this folder, or IdentityError."""
    path = folder / FILE
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Identity)
    except FileNotFoundError as error:
        raise IdentityError(f"{path} is missing; run: store-agent enrol") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise IdentityError(f"{path} is damaged: {error}") from error


def save_identity(folder: Path, identity: Identity) -> None:
    """Writes the identity, whole or not at all."""
    fields = msgspec.structs.asdict(identity)
    # A TOML basic string is written like a JSON string, but for DEL; an integer likewise.
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items()]
    text = "".join(lines).replace("\x7f", "")
    path, scratch = folder / FILE, folder / f"{FILE}.new"
    with scratch.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(scratch, path)
