"""What all documents are made with."""

from __future__ import annotations

import msgspec


class Record(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A part of a document: immutable, written as an array, strict when read."""


class Document(Record, frozen=True):
    """A whole document, registered under its kind and version in `retail.codec`."""
