"""The hash chain of a stream: each entry seals the one before it, and the till signs each seal.

hash = SHA-256(domain ‖ len(till) ‖ till ‖ incarnation ‖ seq ‖ previous hash
               ‖ len(envelope) ‖ envelope ‖ len(body) ‖ body)

Since the chain covers what went before, one valid signature on the last entry of a batch vouches for all of it: a
stream may be cut anywhere, on any hop. Signing and verifying are handed in; only the till holds its private key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from struct import Struct
from typing import Final

import msgspec

from retail.ids import INCARNATION_BYTES, Stream

DOMAIN: Final = b"zhanggui/entry/1\x00"
GENESIS: Final = bytes(32)
"""The hash before the first entry of every stream."""

_LENGTH = Struct(">I")

Sign = Callable[[bytes], bytes]
Verify = Callable[[bytes, bytes], bool]
"""verify(hash, signature) -> whether the till's enrolled key made it."""


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One journal entry as it travels: the exact bytes first written, and the till's signature of its hash."""

    envelope: bytes
    body: bytes
    signature: bytes

    @property
    def size(self) -> int:
        """Bytes this entry takes on the wire, roughly."""
        return len(self.envelope) + len(self.body) + len(self.signature)


def stream_prefix(stream: Stream) -> bytes:
    """The part of the hashed bytes that all entries of a stream share."""
    till = stream.till.encode()
    if len(stream.incarnation) != INCARNATION_BYTES or not 0 < len(till) < 256:
        raise ValueError(f"not a stream: {stream}")
    return DOMAIN + bytes((len(till),)) + till + stream.incarnation


def entry_hash(prefix: bytes, seq: int, previous: bytes, envelope: bytes, body: bytes) -> bytes:
    """The hash that seals an entry; `prefix` comes from `stream_prefix`."""
    seal = hashlib.sha256(prefix)
    seal.update(seq.to_bytes(8, "big"))
    seal.update(previous)
    seal.update(_LENGTH.pack(len(envelope)))
    seal.update(envelope)
    seal.update(_LENGTH.pack(len(body)))
    seal.update(body)
    return seal.digest()


def chain_hashes(stream: Stream, base_seq: int, previous: bytes, entries: Sequence[Entry]) -> list[bytes]:
    """The hash of each entry, where the first has number `base_seq` and follows `previous`."""
    prefix = stream_prefix(stream)
    hashes: list[bytes] = []
    for seq, entry in enumerate(entries, base_seq):
        previous = entry_hash(prefix, seq, previous, entry.envelope, entry.body)
        hashes.append(previous)
    return hashes
