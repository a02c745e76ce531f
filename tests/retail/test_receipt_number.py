"""Receipt numbers: what is printed is read back, and a typing error is not another receipt."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.receipt_number import (
    ALPHABET,
    ReceiptNumber,
    belongs_to,
    check_characters,
    parse_receipt_number,
    receipt_number,
)

tills = st.from_regex(r"[A-Z0-9]{1,6}(-[A-Z0-9]{1,4}){0,2}", fullmatch=True)
hashes = st.binary(min_size=32, max_size=32)
counters = st.integers(0, 10**18 - 1)


@given(tills, counters, hashes)
def test_a_printed_number_reads_back(till, counter, entry_hash):
    number = receipt_number(till, counter, entry_hash)
    assert parse_receipt_number(str(number)) == number
    assert parse_receipt_number(f" {str(number).lower()} ") == number
    assert belongs_to(number, entry_hash)


def test_the_alphabet_has_no_look_alikes():
    assert not set(ALPHABET) & set("0O1IL2Z5S8B")
    assert len(set(ALPHABET)) == len(ALPHABET) == 25


def test_check_characters_use_the_alphabet_evenly():
    seen = [check_characters(hashlib.sha256(bytes([n % 256, n // 256])).digest()) for n in range(5_000)]
    for place in range(4):
        counts = [sum(text[place] == symbol for text in seen) for symbol in ALPHABET]
        assert 140 <= min(counts) <= max(counts) <= 260
    assert len(set(seen)) > 4_900


def test_the_check_characters_stay_what_they_are():
    assert str(receipt_number("S012-03", 42, hashlib.sha256(b"entry").digest())) == "S012-03-000042-UANY"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "S012",
        "S012-03-42-3333",
        "S012-03-000042-333O",
        "S012-03-000042-333",
        "S012-03-0000042-3333",
        "-000042-3333",
        "S012--03-000042-3333",
        "店-000042-3333",
        "S012-03-000042-3333\n",
        "S012-03-００００42-3333",
    ],
)
def test_what_is_no_receipt_number_is_none(text):
    assert parse_receipt_number(text) is None


@pytest.mark.parametrize(
    ("till", "counter", "check"),
    [("s1", 1, "3333"), ("S-", 1, "3333"), ("S1", -1, "3333"), ("S1", 10**18, "3333"), ("S1", 1, "0000")],
)
def test_a_number_that_cannot_be_printed_is_refused(till, counter, check):
    with pytest.raises(ValueError, match=r"till code|counter|check characters"):
        ReceiptNumber(till, counter, check)


def test_only_a_whole_hash_gives_check_characters():
    with pytest.raises(ValueError, match="32 bytes"):
        check_characters(b"short")
