"""What is once written must be read for ever, byte for byte, and nothing else may pass for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import inspect as shape

from retail import codec
from retail.codec import (
    DOCUMENTS,
    DocumentError,
    Envelope,
    MessageKey,
    UnknownDocument,
    decode_document,
    decode_envelope,
    encode_document,
    encode_envelope,
    kind_of,
)
from retail.documents.base import Document
from retail.documents.sale import Sale
from retail.documents.till import SignOn
from retail.ownership import Ownership
from tests.factories.documents import SAMPLES
from tests.factories.receipts import envelope_for, ownerships

GOLDEN = Path(__file__).parent / "golden"
EVERY_KIND = pytest.mark.parametrize("key", sorted(DOCUMENTS), ids=lambda key: f"{key[0]}-{key[1]}")
ENVELOPE = envelope_for(SAMPLES["sale", 1], 42)


def golden(name: str) -> bytes:
    """The bytes in a golden file; `write_golden.py` makes those of a new kind or version."""
    return bytes.fromhex((GOLDEN / f"{name}.hex").read_text())


def brought_up(key: MessageKey, document: Document) -> Document:
    """The document as its latest version: what reading it gives."""
    while (upcast := codec.UPCASTERS.get(key)) is not None:
        document, key = upcast(document), (key[0], key[1] + 1)
    return document


@EVERY_KIND
def test_every_version_ever_released_is_written_and_read_as_on_its_first_day(key: MessageKey):
    kind, version = key
    assert encode_document(SAMPLES[key]).hex() == golden(f"{kind}-{version}").hex()
    assert decode_document(kind, version, golden(f"{kind}-{version}")) == brought_up(key, SAMPLES[key])


def test_the_envelope_is_written_and_read_as_on_its_first_day():
    assert encode_envelope(ENVELOPE).hex() == golden("envelope-1").hex()
    assert decode_envelope(golden("envelope-1")) == ENVELOPE


def test_no_golden_file_is_without_its_kind():
    expected = {f"{kind}-{version}" for kind, version in DOCUMENTS} | {"envelope-1"}
    assert {path.stem for path in GOLDEN.glob("*.hex")} == expected


def test_a_document_knows_the_kind_it_is_written_under():
    assert {kind_of(document) for document in SAMPLES.values()} == set(DOCUMENTS)


def values_of(kind: shape.Type) -> st.SearchStrategy[Any]:
    """Any value that a field of this type may hold."""
    match kind:
        case shape.IntType():
            return st.integers(-(2**63), 2**63 - 1)
        case shape.StrType():
            return st.text(max_size=8)
        case shape.BytesType():
            return st.binary(max_size=20)
        case shape.BoolType():
            return st.booleans()
        case shape.NoneType():
            return st.none()
        case shape.LiteralType(values=values):
            return st.sampled_from(values)
        case shape.UnionType(types=types):
            return st.one_of(*map(values_of, types))
        case shape.VarTupleType(item_type=item):
            return st.lists(values_of(item), max_size=2).map(tuple)
        case shape.StructType(cls=cls) if cls is Ownership:
            return ownerships()
        case shape.StructType(cls=cls, fields=fields):
            return st.builds(cls, *(values_of(field.type) for field in fields))
    raise AssertionError(f"a document holds a {kind}")


@settings(max_examples=25)
@EVERY_KIND
@given(st.data())
def test_any_document_comes_back_as_it_was(key: MessageKey, data: st.DataObject):
    document = data.draw(values_of(shape.type_info(DOCUMENTS[key])))
    assert decode_document(*key, encode_document(document)) == brought_up(key, document)


@given(values_of(shape.type_info(Envelope)))
def test_any_envelope_comes_back_as_it_was(envelope: Envelope):
    known = msgspec.structs.replace(envelope, format=1)
    assert decode_envelope(encode_envelope(known)) == known


Path_ = tuple[int, ...]


def places(value: object, path: Path_ = ()) -> Iterator[tuple[Path_, bool]]:
    """Every place in a document's nested arrays, and whether it is a struct (whose length is fixed)."""
    if isinstance(value, msgspec.Struct):
        yield path, True
        for index, name in enumerate(value.__struct_fields__):
            yield from places(getattr(value, name), (*path, index))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from places(item, (*path, index))
    else:
        yield path, False


def altered(raw: Any, path: Path_, change: Any) -> bytes:
    """The document's bytes with the array or value at `path` replaced by what `change` makes of it."""
    if not path:
        return msgspec.msgpack.encode(change(raw))
    copy = msgspec.msgpack.decode(msgspec.msgpack.encode(raw))
    holder = copy
    for index in path[:-1]:
        holder = holder[index]
    holder[path[-1]] = change(holder[path[-1]])
    return msgspec.msgpack.encode(copy)


@EVERY_KIND
def test_a_field_too_many_too_few_or_of_another_type_is_refused_at_any_depth(key: MessageKey):
    raw = msgspec.msgpack.decode(golden(f"{key[0]}-{key[1]}"))
    for path, is_struct in places(SAMPLES[key]):
        changes = [lambda array: [*array, 0], lambda array: array[:-1]] if is_struct else [lambda _: 1.0]
        for change in [*changes, lambda _: {"a": 1}]:
            with pytest.raises(DocumentError):
                decode_document(*key, altered(raw, path, change))


def test_an_envelope_with_a_field_too_many_too_few_or_of_another_type_is_refused():
    raw = msgspec.msgpack.decode(golden("envelope-1"))
    for change in (lambda array: [*array, 0], lambda array: array[:-1], lambda array: ["1", *array[1:]]):
        with pytest.raises(DocumentError):
            decode_envelope(altered(raw, (), change))


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x90", b"\x91", b"\xff" * 40])
def test_bytes_that_are_no_document_are_refused(data: bytes):
    with pytest.raises(DocumentError):
        decode_document("sale", 1, data)
    with pytest.raises(DocumentError):
        decode_envelope(data)


def test_bytes_after_the_end_are_refused():
    with pytest.raises(DocumentError):
        decode_document("sale", 1, golden("sale-1") + b"\xc0")


def test_text_that_is_no_text_is_refused():
    broken = encode_envelope(ENVELOPE).replace(b"\xa4sale", b"\xa4\xff\xfe\xff\xff")
    with pytest.raises(DocumentError):
        decode_envelope(broken)
    with pytest.raises(DocumentError):
        decode_document("sign_on", 1, encode_document(SignOn("0123", True)).replace(b"0123", b"\xff\xfe\xff\xff"))


@pytest.mark.parametrize(("kind", "version"), [("sale", 3), ("teleport", 1)])
def test_what_is_newer_than_this_program_is_told_from_what_is_broken(kind: str, version: int):
    with pytest.raises(UnknownDocument):
        decode_document(kind, version, b"")


def test_an_envelope_of_a_newer_format_is_told_from_a_broken_one():
    with pytest.raises(UnknownDocument):
        decode_envelope(encode_envelope(msgspec.structs.replace(ENVELOPE, format=2)))


def test_a_receipt_of_the_first_version_reads_as_one_that_knows_no_offers():
    first, second = decode_document("sale", 1, golden("sale-1")), SAMPLES["sale", 2]
    assert isinstance(first, Sale)
    assert isinstance(second, Sale)
    assert first.lines == second.lines[:3]
    assert (first.net, first.tenders[1], first.offer_set) == (734, second.tenders[1], second.offer_set)
    unknown = (first.offers, first.coupons, first.earned, first.issued, first.stamped, first.reversals)
    assert (unknown, first.points_spent) == (((),) * 6, 0)


def test_an_old_version_is_brought_up_step_by_step(monkeypatch: pytest.MonkeyPatch):
    def second(old: Document) -> Document:
        assert isinstance(old, SignOn)
        return SignOn(old.operator + " second", old.accepted)

    def third(old: Document) -> Document:
        assert isinstance(old, SignOn)
        return SignOn(old.operator + " third", old.accepted)

    monkeypatch.setitem(codec.UPCASTERS, ("sign_on", 1), second)
    monkeypatch.setitem(codec.UPCASTERS, ("sign_on", 2), third)
    assert decode_document("sign_on", 1, encode_document(SignOn("01", True))) == SignOn("01 second third", True)
