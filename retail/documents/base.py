"""What all documents are made with."""

from __future__ import annotations

import msgspec


class Record(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """A part of a document: immutable, written as an array, strict when read. A tree of plain values has no cycles, so
    the collector need not walk it: reading many documents is then twice as fast."""


class Document(Record, frozen=True):
    """A whole document, registered under its kind and version in `retail.codec`."""
