"""The names things carry: a till's stream, a place in it, and the reference a return makes to a sold unit."""

from __future__ import annotations

import msgspec

INCARNATION_BYTES = 16


class Stream(msgspec.Struct, frozen=True, array_like=True, order=True, forbid_unknown_fields=True, gc=False):
    """One opening of one till's journal. `incarnation` is a UUIDv7 made afresh at every opening, so that a cloned or
    restored disk can never write under a name already used."""

    till: str
    incarnation: bytes

    def __str__(self) -> str:
        return f"{self.till}/{self.incarnation.hex()}"


class DocumentId(msgspec.Struct, frozen=True, array_like=True, order=True, forbid_unknown_fields=True, gc=False):
    """Where a document stands: its stream and its dense number in it. This is a document's only identity."""

    till: str
    incarnation: bytes
    seq: int

    @property
    def stream(self) -> Stream:
        """The stream that the document was written to."""
        return Stream(self.till, self.incarnation)

    def __str__(self) -> str:
        return f"{self.till}/{self.incarnation.hex()}/{self.seq}"


class RunRef(msgspec.Struct, frozen=True, array_like=True, order=True, forbid_unknown_fields=True, gc=False):
    """One run of equal units on a line of a document: what a return takes back."""

    document: DocumentId
    line: int
    run: int
