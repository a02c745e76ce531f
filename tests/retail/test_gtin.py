"""Check digits: published numbers, an independent implementation, and every single wrong digit."""

from __future__ import annotations

import pytest
from biip.checksums import gs1_price_weight_check_digit, gs1_standard_check_digit
from hypothesis import given
from hypothesis import strategies as st

from retail.gtin import (
    check_digit,
    check_digit_from_left,
    expand_upc_e,
    gtin14,
    has_valid_check_digit,
    inner_check_digit,
    is_digits,
    passes_luhn,
    restricted_ean13,
)

digit_strings = st.text("0123456789", min_size=1, max_size=40)


@pytest.mark.parametrize(
    "code",
    [
        "6923456000018",
        "6801234000019",
        "9787508647456",
        "69001239",
        "049000050103",
        "0049000050103",
        "26923456000012",
        "369234560000000019",
        "2100042007550",
    ],
)
def test_published_numbers_carry_the_right_digit(code):
    assert has_valid_check_digit(code)


@given(digit_strings)
def test_the_check_digit_agrees_with_an_independent_implementation(digits):
    assert check_digit(digits) == str(gs1_standard_check_digit(digits))


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 12), st.integers(1, 9))
def test_every_single_wrong_digit_in_an_ean_is_caught(body, place, difference):
    code = body + check_digit(body)
    wrong = str((int(code[place]) + difference) % 10)
    assert has_valid_check_digit(code)
    assert not has_valid_check_digit(code[:place] + wrong + code[place + 1 :])


@given(st.text("0123456789", min_size=4, max_size=5))
def test_the_inner_check_digit_agrees_with_an_independent_implementation(value):
    assert inner_check_digit(value) == str(gs1_price_weight_check_digit(value))


@pytest.mark.parametrize("value", ["123", "123456", "12a4", "１２３４"])
def test_the_inner_check_digit_guards_four_or_five_digits_only(value):
    with pytest.raises(ValueError, match="four or five"):
        inner_check_digit(value)


def test_the_two_readings_of_an_eighteen_digit_label_differ():
    assert check_digit("26000420189900755") == "0"
    assert check_digit_from_left("26000420189900755") == "8"


@given(st.text("0123456789", min_size=12, max_size=12))
def test_on_an_ean_both_readings_are_one(body):
    assert check_digit(body) == check_digit_from_left(body)


@pytest.mark.parametrize(
    ("upc_e", "upc_a"),
    [
        ("07834909", "078000003499"),
        ("02503137", "025000000317"),
        ("01042942", "010420000092"),
        ("05678952", "056789000052"),
    ],
)
def test_upc_e_expands_to_the_published_upc_a(upc_e, upc_a):
    assert expand_upc_e(upc_e) == upc_a
    assert has_valid_check_digit(upc_a)


@pytest.mark.parametrize("code", ["27834909", "0783490", "0783490a", ""])
def test_what_is_no_upc_e_expands_to_nothing(code):
    assert expand_upc_e(code) is None


def test_one_article_has_one_normal_form():
    assert gtin14("036000291452") == gtin14("0036000291452") == "00036000291452"


@pytest.mark.parametrize("code", ["123456789012345", "12a", "", "６９２３４５６０００"])
def test_the_normal_form_refuses_what_is_no_number(code):
    with pytest.raises(ValueError, match="14 ASCII digits"):
        gtin14(code)


@given(st.sampled_from(["02", "04", "20", "29", "2", "2900000"]), st.integers(0, 99_999))
def test_restricted_numbers_are_valid_and_keep_the_number(prefix, number):
    code = restricted_ean13(prefix, number)
    assert len(code) == 13
    assert has_valid_check_digit(code)
    assert code.startswith(prefix)
    assert int(code[len(prefix) : -1]) == number


@pytest.mark.parametrize(("prefix", "number"), [("69", 1), ("20", 10**10), ("20", -1), ("2x", 1), ("", 1)])
def test_restricted_numbers_refuse_foreign_prefixes_and_numbers_that_do_not_fit(prefix, number):
    with pytest.raises(ValueError, match=r"restricted|the number must"):
        restricted_ean13(prefix, number)


def test_full_width_digits_are_not_digits():
    assert not is_digits("６９")
    assert not is_digits("")
    with pytest.raises(ValueError, match="ASCII"):
        check_digit("６９")


@pytest.mark.parametrize(
    ("number", "right"), [("4539578763621486", True), ("4539578763621487", False), ("79927398713", True)]
)
def test_luhn(number, right):
    assert passes_luhn(number) is right
    assert not passes_luhn("")
