"""Coupon codes: what is read is what was made, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from retail.chain import Verify
from retail.coupon_issue import BODIES, day_after, issued_on, serial_on, signed, unique_code
from retail.coupons import (
    Refusal,
    SharedCode,
    SignedCoupon,
    UniqueCode,
    is_genuine,
    is_single,
    read_coupon,
    why_not_genuine,
    why_not_now,
)
from retail.documents.offers import Issued
from retail.feeds import CouponSeriesRow, TillKeyRow
from retail.ids import DocumentId
from retail.receipt_number import ALPHABET

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
DOCUMENT = DocumentId("S1-01", bytes(range(16)), 41)
CODES = st.builds(
    unique_code,
    st.text("ABCXYZ0189", min_size=1, max_size=16),
    st.integers(0, BODIES - 1),
)
DAYS = st.integers(0, 99_991_231)
COUPONS = st.builds(
    SignedCoupon,
    issuer=st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1, max_size=8),
    series=st.text(min_size=1, max_size=8).filter(lambda text: text.encode("utf-8", "ignore") == _utf8(text)),
    serial=st.binary(min_size=8, max_size=8),
    from_day=DAYS,
    until_day=DAYS,
    amount_minor=st.integers(0, (1 << 32) - 1),
)


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return b"\xff"


def verifier(key: Ed25519PrivateKey) -> Verify:
    def verify(message: bytes, signature: bytes) -> bool:
        try:
            key.public_key().verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return verify


def row(key: Ed25519PrivateKey = KEY, *, revoked: bool = False) -> TillKeyRow:
    return TillKeyRow("S1-01", "S1", key.public_key().public_bytes_raw(), revoked)


def coupon(**changes: object) -> SignedCoupon:
    fields: dict[str, object] = {
        "issuer": "S1-01",
        "series": "NEXT10",
        "serial": bytes(8),
        "from_day": 20261123,
        "until_day": 20261222,
        "amount_minor": 1_000,
    }
    return signed(SignedCoupon(**(fields | changes)), KEY.sign)  # type: ignore[arg-type]


@given(CODES)
def test_a_unique_code_is_read_as_it_was_made_however_it_is_typed(code: str) -> None:
    series = code.split("-")[1]
    assert read_coupon(f"  {code.lower()} ") == UniqueCode(series, code)
    assert is_single(code)


@given(CODES, st.data())
def test_one_wrong_character_or_two_that_changed_places_are_noticed(code: str, data: st.DataObject) -> None:
    start = code.rindex("-") + 1
    place = data.draw(st.integers(start, len(code) - 1))
    wrong = data.draw(st.sampled_from(ALPHABET).filter(lambda letter: letter != code[place]))
    assert read_coupon(code[:place] + wrong + code[place + 1 :]) == Refusal.DAMAGED
    if place + 1 < len(code) - 2 and code[place] != code[place + 1]:
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert read_coupon(swapped) == Refusal.DAMAGED


def test_codes_of_a_series_differ_and_a_series_that_cannot_stand_in_a_code_is_refused() -> None:
    assert len({unique_code("A", drawn) for drawn in range(5_000)}) == 5_000
    for series in ("", "spring", "A-B", "春", "A" * 17):
        with pytest.raises(ValueError, match="capitals and digits"):
            unique_code(series, 1)


@given(COUPONS)
def test_a_signed_coupon_is_read_as_it_was_signed(made: SignedCoupon) -> None:
    sealed = signed(made, KEY.sign)
    assert read_coupon(sealed.text) == sealed
    assert is_genuine(sealed, verifier(KEY))
    assert not is_genuine(sealed, verifier(OTHER))
    assert is_single(sealed.code)


@given(st.data())
def test_no_changed_text_is_a_genuine_coupon(data: st.DataObject) -> None:
    text = coupon().text
    place = data.draw(st.integers(4, len(text) - 1))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567").filter(lambda each: each != text[place]))
    read = read_coupon(text[:place] + letter + text[place + 1 :])
    assert not isinstance(read, SignedCoupon) or not is_genuine(read, verifier(KEY))


@given(st.text(max_size=60))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    read = read_coupon(text)
    assert isinstance(read, Refusal | SharedCode | UniqueCode | SignedCoupon)
    for prefix in ("ZC1:", "zu-"):
        assert isinstance(read_coupon(prefix + text), Refusal)


def test_a_word_is_a_shared_code_and_not_a_single_coupon() -> None:
    assert read_coupon(" 春节88 ") == SharedCode("春节88")
    assert SharedCode("SPRING").series == "SPRING"
    assert not is_single("SPRING")
    assert read_coupon("") == read_coupon("a\x1bb") == Refusal.DAMAGED


def test_a_signed_coupon_fits_into_a_small_qr() -> None:
    assert len(coupon().text) <= 178  # version 8 at level M in capitals and digits


def test_forged_unknown_and_revoked_issuers_are_told_apart() -> None:
    made = coupon()
    assert why_not_genuine(made, row(), verifier(KEY)) is None
    assert why_not_genuine(made, None, verifier(KEY)) == Refusal.ISSUER_UNKNOWN
    assert why_not_genuine(made, row(OTHER), verifier(OTHER)) == Refusal.FORGED
    assert why_not_genuine(made, row(revoked=True), verifier(KEY)) == Refusal.ISSUER_REVOKED


@pytest.mark.parametrize(
    ("today", "refusal"),
    [
        (20261122, Refusal.NOT_YET),
        (20261123, None),
        (20261210, None),
        (20261211, Refusal.EXPIRED),  # the series ends before the coupon
    ],
)
def test_the_days_of_the_coupon_and_of_its_series_both_count(today: int, refusal: Refusal | None) -> None:
    series = CouponSeriesRow("NEXT10", "next", from_day=20261101, until_day=20261210)
    assert why_not_now(series, today, coupon()) == refusal
    assert why_not_now(series, 20261222, None) == Refusal.EXPIRED
    assert why_not_now(CouponSeriesRow("NEXT10"), 20261223, coupon()) == Refusal.EXPIRED


def test_a_series_nobody_told_of_or_that_was_stopped_opens_nothing() -> None:
    assert why_not_now(None, 20261123) == Refusal.SERIES_UNKNOWN
    assert why_not_now(CouponSeriesRow("A", stopped=True), 20261123) == Refusal.STOPPED


def test_coupons_on_a_receipt_follow_from_the_receipt_alone() -> None:
    issued = (Issued("N1", "NEXT10", 2, 1_000, 30), Issued("N2", "NEXT5", 1, 500, 0))
    made = issued_on(DOCUMENT, issued, 20261231)
    assert made == issued_on(DOCUMENT, issued, 20261231)
    assert [(one.series, one.amount_minor, one.from_day, one.until_day) for one in made] == [
        ("NEXT10", 1_000, 20270101, 20270130),
        ("NEXT10", 1_000, 20270101, 20270130),
        ("NEXT5", 500, 20270101, 0),
    ]
    assert len({one.code for one in made}) == 3
    assert serial_on(DOCUMENT, 0) != serial_on(DocumentId("S1-02", DOCUMENT.incarnation, 41), 0)
    assert day_after(20240228, 1) == 20240229
