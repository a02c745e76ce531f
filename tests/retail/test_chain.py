from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from retail.chain import GENESIS, Entry, chain_hashes, entry_hash, stream_prefix
from retail.ids import DocumentId, Stream
from retail.sync.server import StreamState, decide
from retail.wire import Push
from tests.factories.streams import STREAM, VERIFY, line_of


def test_the_hash_of_an_entry_is_what_it_was_on_the_first_day():
    digest = entry_hash(stream_prefix(STREAM), 1, GENESIS, b"envelope", b"body")
    assert digest.hex() == "12ede6e3981f8fd40352753d118764e4b390b93284f7070dc17e8e7b0293c357"


def flipped(data: bytes) -> Iterator[bytes]:
    """`data` with each of its bits turned, one at a time."""
    for place in range(len(data) * 8):
        copy = bytearray(data)
        copy[place // 8] ^= 1 << place % 8
        yield bytes(copy)


def with_entry(push: Push, place: int, **changes: bytes) -> Push:
    entries = list(push.entries)
    entries[place] = msgspec.structs.replace(entries[place], **changes)
    return msgspec.structs.replace(push, entries=tuple(entries))


def turned(push: Push) -> Iterator[Push]:
    """Every push that differs from this one in a single bit of what the last signature vouches for."""
    for till in flipped(push.stream.till.encode()):
        if all(byte < 128 for byte in till):
            yield msgspec.structs.replace(push, stream=Stream(till.decode(), push.stream.incarnation))
    for incarnation in flipped(push.stream.incarnation):
        yield msgspec.structs.replace(push, stream=Stream(push.stream.till, incarnation))
    for bit in range(40):
        yield msgspec.structs.replace(push, base_seq=push.base_seq ^ 1 << bit)
    for previous in flipped(push.previous):
        yield msgspec.structs.replace(push, previous=previous)
    for place, entry in enumerate(push.entries):
        for envelope in flipped(entry.envelope):
            yield with_entry(push, place, envelope=envelope)
        for body in flipped(entry.body):
            yield with_entry(push, place, body=body)
    for signature in flipped(push.entries[-1].signature):
        yield with_entry(push, len(push.entries) - 1, signature=signature)


def test_any_bit_turned_on_the_way_is_noticed():
    line = line_of(4)
    push = Push(STREAM, 2, line.hashes[0], tuple(line.entries[1:]))
    at_server = StreamState(1, line.hashes[0])

    def taken(sent: Push) -> int:
        """How many entries get in; never one that is not what the till wrote."""
        # A server that holds only the first entry of this stream, and nothing of any other.
        state = at_server if sent.stream == STREAM else StreamState()
        decision = decide(sent, store="0001", state=state, lookup=lambda *_: None, verify=VERIFY)
        assert decision.outcome in ("accepted", "bad_signature", "bad_envelope", "gap", "rewind")
        for stored in decision.append:
            assert stored.hash == line.hashes[stored.seq - 1]
            assert stored.entry == line.entries[stored.seq - 1]
        return len(decision.append)

    assert taken(push) == 3
    tried = 0
    for altered in turned(push):
        assert taken(altered) < 3, altered
        tried += 1
    assert tried > 2_000


def test_any_bit_turned_on_a_disk_is_noticed_at_its_entry():
    line = line_of(3)

    def first_bad(entries: list[Entry]) -> int | None:
        for seq, digest in enumerate(chain_hashes(STREAM, 1, GENESIS, entries), 1):
            if not VERIFY(digest, entries[seq - 1].signature):
                return seq
        return None

    assert first_bad(line.entries) is None
    for place, entry in enumerate(line.entries):
        for name in ("envelope", "body", "signature"):
            for data in flipped(getattr(entry, name)):
                entries = [*line.entries]
                entries[place] = msgspec.structs.replace(entry, **{name: data})
                assert first_bad(entries) == place + 1
    for seq in (1, 2, 3):
        removed = [entry for number, entry in enumerate(line.entries, 1) if number != seq]
        assert first_bad(removed) == (seq if seq < 3 else None), "a cut tail shows only against a copy elsewhere"
    assert first_bad([line.entries[0], line.entries[2], line.entries[1]]) == 2


def test_bytes_cannot_move_between_envelope_and_body():
    prefix = stream_prefix(STREAM)
    assert entry_hash(prefix, 1, GENESIS, b"ab", b"c") != entry_hash(prefix, 1, GENESIS, b"a", b"bc")


def test_a_chain_signed_with_ed25519_verifies_and_a_strangers_does_not():
    def verifier(key: Ed25519PrivateKey):
        def verify(digest: bytes, signature: bytes) -> bool:
            try:
                key.public_key().verify(signature, digest)
            except InvalidSignature:
                return False
            return True

        return verify

    key, stranger = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    line = line_of(3, sign=key.sign)
    push = Push(STREAM, 1, GENESIS, tuple(line.entries))
    for verify, outcome in ((verifier(key), "accepted"), (verifier(stranger), "bad_signature")):
        assert decide(push, store="0001", state=StreamState(), lookup=lambda *_: None, verify=verify).outcome == outcome


@pytest.mark.parametrize(
    "stream",
    [Stream("", bytes(16)), Stream("t" * 256, bytes(16)), Stream("t", bytes(15)), Stream("掌" * 90, bytes(16))],
)
def test_what_is_no_stream_has_no_hash(stream: Stream):
    with pytest.raises(ValueError, match="not a stream"):
        stream_prefix(stream)


def test_names_are_told_as_people_read_them():
    document = DocumentId("01-03", bytes(16), 7)
    assert str(document.stream) == f"01-03/{'00' * 16}"
    assert str(document) == f"01-03/{'00' * 16}/7"


def test_an_entry_knows_its_size_on_the_wire():
    assert Entry(b"123", b"45", b"6").size == 6
