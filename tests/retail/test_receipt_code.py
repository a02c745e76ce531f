"""The receipt's QR text: round trips, one text per claim, and no flipped character that passes."""

from __future__ import annotations

import base64
from datetime import date

import pytest
import qrcode
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from retail.receipt_code import (
    PREFIX,
    Damaged,
    DamageReason,
    ReceiptClaim,
    SignedReceipt,
    digest,
    encode,
    is_genuine,
    parse,
    signed_bytes,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CLAIM = ReceiptClaim("S012", "S012-03", bytes(range(16)), 4_812, date(2026, 11, 21), -1_899, "CNY")
SYMBOLS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

claims = st.builds(
    ReceiptClaim,
    store=st.text("ABC0123456789-", min_size=1, max_size=12) | st.just("店一"),
    till=st.text("ABC0123456789-", min_size=1, max_size=12),
    incarnation=st.binary(min_size=16, max_size=16),
    seq=st.integers(0, 2**64 - 1),
    business_date=st.dates(),
    net_minor=st.integers(-(2**63), 2**63 - 1),
    currency=st.sampled_from(["CNY", "USD", "JPY"]),
)


def verify(message, signature):
    try:
        KEY.public_key().verify(signature, message)
    except InvalidSignature:
        return False
    return True


@given(claims)
def test_a_code_reads_back_as_what_was_signed(claim):
    read = parse(encode(claim, KEY.sign))
    assert isinstance(read, SignedReceipt)
    assert read.claim == claim
    assert is_genuine(read, verify)


@given(st.data())
def test_no_flipped_character_passes(data):
    text = encode(CLAIM, KEY.sign)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(SYMBOLS + "abc018=: \u4e00").filter(lambda c: c != text[place]))
    read = parse(text[:place] + other + text[place + 1 :])
    assert isinstance(read, Damaged) or not is_genuine(read, verify)


def test_every_place_flipped_to_every_symbol_is_damaged_or_another_claim():
    text, whole = encode(CLAIM, KEY.sign), parse(encode(CLAIM, KEY.sign))
    for place in range(len(PREFIX), len(text)):
        for symbol in SYMBOLS.replace(text[place], ""):
            assert parse(text[:place] + symbol + text[place + 1 :]) != whole


@given(claims, claims)
def test_two_claims_never_share_their_signed_bytes(one, other):
    assert (signed_bytes(one) == signed_bytes(other)) is (one == other)


def test_the_signed_bytes_stay_what_they_are():
    assert signed_bytes(CLAIM).hex() == (
        b"zhanggui/receipt-code/1\x00\x04S012\x07S012-03".hex()
        + bytes(range(16)).hex()
        + "00000000000012cc"
        + "01352901"
        + "fffffffffffff895"
        + "434e59"
    )
    assert len(digest(CLAIM)) == 32


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", DamageReason.PREFIX),
        ("ZG2:AAAA", DamageReason.PREFIX),
        ("zg1:AAAA", DamageReason.PREFIX),
        (PREFIX, DamageReason.LENGTH),
        (PREFIX + "A", DamageReason.CHARACTERS),
        (PREFIX + "AA======", DamageReason.CHARACTERS),
        (PREFIX + "AB", DamageReason.CHARACTERS),
        (PREFIX + "aaaaaaaa", DamageReason.CHARACTERS),
        (PREFIX + "掌柜", DamageReason.CHARACTERS),
        (PREFIX + "AAAAAAAA", DamageReason.LENGTH),
    ],
)
def test_damage_is_named(text, reason):
    assert parse(text) == Damaged(reason)


def test_a_code_cut_short_or_run_on_is_damage():
    text = encode(CLAIM, KEY.sign)
    for length in range(len(text)):
        assert isinstance(parse(text[:length]), Damaged)
    for tail in ("A", "AA", "AAAAAAAA", text):
        assert isinstance(parse(text + tail), Damaged)


def test_an_impossible_date_is_damage():
    text = encode(CLAIM, KEY.sign)
    content = bytearray(base64.b32decode(text[4:] + "=" * (-len(text[4:]) % 8)))
    at = content.index(bytes.fromhex("01352901"))
    content[at : at + 4] = (20261131).to_bytes(4, "big")
    assert parse(PREFIX + base64.b32encode(bytes(content)).decode().rstrip("=")) == Damaged(DamageReason.FIELD)


@given(st.text(max_size=80))
def test_no_text_raises(text):
    assert isinstance(parse(text), Damaged)
    assert isinstance(parse(PREFIX + text), Damaged)


def test_another_key_or_domain_does_not_vouch():
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    forged = parse(encode(CLAIM, other.sign))
    assert isinstance(forged, SignedReceipt)
    assert not is_genuine(forged, verify)


def test_a_short_signature_is_refused():
    with pytest.raises(ValueError, match="64 bytes"):
        encode(CLAIM, lambda _: b"short")


@pytest.mark.parametrize(
    "wrong",
    [
        {"store": ""},
        {"till": "t" * 33},
        {"incarnation": b"short"},
        {"seq": -1},
        {"seq": 2**64},
        {"net_minor": 2**63},
        {"currency": "cny"},
        {"currency": "CN"},
    ],
)
def test_a_claim_that_cannot_be_written_is_refused(wrong):
    fields = {name: getattr(CLAIM, name) for name in CLAIM.__slots__}
    with pytest.raises(ValueError, match=r"bytes|stream|reach|currency"):
        ReceiptClaim(**{**fields, **wrong})


def test_the_qr_stays_small_enough_for_narrow_paper():
    symbol = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    symbol.add_data(encode(CLAIM, KEY.sign))
    symbol.make(fit=True)
    assert symbol.version <= 9
    assert symbol.data_list[0].mode == qrcode.util.MODE_ALPHA_NUM
