from __future__ import annotations

import hashlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.feeds import (
    MARK_LEDGER,
    ROWS,
    BarcodeRow,
    BaselineRow,
    FeedRow,
    ItemRow,
    Manifest,
    PriceRow,
    decode_row,
    decode_rows,
    digest_of,
    encode_row,
    encode_rows,
    manifest_bytes,
    mark_of,
    mark_row,
)
from retail.ids import Stream

MANIFEST = Manifest("0001", "prices", "g1", "delta", 10, 12, 2, bytes(32))


@pytest.mark.parametrize(
    ("feed", "row"),
    [
        ("items", ItemRow("1001", "苹果", unit="kg", measured=True, attributes={"origin": "陕西"})),
        ("barcodes", BarcodeRow("6901234567892", "1001", 6000)),
        ("prices", PriceRow("1001", 59_900, kind="member:gold", scope="store:0001")),
        ("baselines", BaselineRow("returned", ("01-03", "00ff", 41, 3, 0), (1, 755, 264))),
    ],
)
def test_a_row_comes_back_as_it_was(feed: str, row: msgspec.Struct):
    assert decode_row(feed, encode_row(row)) == row


@pytest.mark.parametrize("feed", sorted(ROWS))
def test_a_row_of_a_newer_headquarters_is_read_by_an_older_till(feed: str):
    required = msgspec.inspect.type_info(ROWS[feed]).fields  # type: ignore[attr-defined]
    plain: dict[str, object] = {}
    for field in required:
        if field.required:
            kind = type(field.type).__name__
            plain[field.name] = {"IntType": 1, "BytesType": b"x", "VarTupleType": []}.get(kind, "x")
    row = decode_row(feed, msgspec.msgpack.encode(plain))
    assert decode_row(feed, msgspec.msgpack.encode({**plain, "a_field_of_tomorrow": [1]})) == row


@pytest.mark.parametrize("body", [b"", b"\x80", b"\xc1", msgspec.msgpack.encode({"item": 7, "amount": 1})])
def test_bytes_that_are_no_row_are_refused(body: bytes):
    with pytest.raises(msgspec.DecodeError):
        decode_row("prices", body)


def test_text_that_is_no_text_is_refused_like_any_other_damage():
    row = encode_row(PriceRow("0123", 1)).replace(b"0123", b"\xff\xfe\xff\xff")
    block = encode_rows([FeedRow("0123", 1, None)]).replace(b"0123", b"\xff\xfe\xff\xff")
    with pytest.raises(msgspec.DecodeError):
        decode_row("prices", row)
    with pytest.raises(msgspec.DecodeError):
        decode_rows(block)


@given(st.lists(st.builds(FeedRow, st.text(), st.integers(0, 2**63 - 1), st.none() | st.binary()), max_size=5))
def test_a_block_of_rows_comes_back_as_it_was(rows: list[FeedRow]):
    block = encode_rows(rows)
    assert decode_rows(block) == rows
    assert digest_of(block) == hashlib.sha256(block).digest()


def test_what_headquarters_signs_is_what_it_was_on_the_first_day():
    assert manifest_bytes(MANIFEST).hex() == (
        "7a68616e676775692f666565642f310098a430303031a6707269636573a26731a564656c74610a0c02c4200000000000000000000000000000000000000000000000000000000000000000"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("store", "0002"),
        ("feed", "offers"),
        ("generation", "g2"),
        ("kind", "snapshot"),
        ("from_position", 9),
        ("to_position", 13),
        ("rows", 3),
        ("digest", bytes(31) + b"\x01"),
    ],
)
def test_no_field_of_a_manifest_can_change_under_its_signature(field: str, value: object):
    assert manifest_bytes(msgspec.structs.replace(MANIFEST, **{field: value})) != manifest_bytes(MANIFEST)


def test_a_mark_says_up_to_which_entry_the_sums_beside_it_count():
    stream = Stream("01-03", bytes(range(16)))
    row = mark_row(stream, 41)
    assert row.ledger == MARK_LEDGER
    assert mark_of(decode_row("baselines", encode_row(row))) == (stream, 41)  # type: ignore[arg-type]
    assert mark_of(BaselineRow("stock", ("1001",), (5,))) is None
