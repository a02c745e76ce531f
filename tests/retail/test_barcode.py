"""What a shop scans, each form once, and what happens to everything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.barcode import (
    BadCheckDigit,
    Context,
    Gs1Message,
    ItemCode,
    MemberCard,
    PaymentCode,
    ReceiptCode,
    ShortCode,
    Unreadable,
    UnreadableReason,
    WeighedLabel,
    classify,
    is_code_length,
)
from retail.barcode_rules import BarcodeRules, LabelCheck, LabelRule, MemberRule
from retail.gtin import check_digit

RULES = BarcodeRules()
GS = "\x1d"


def checked(body):
    return body + check_digit(body)


@pytest.mark.parametrize(
    ("code", "gtin14"),
    [
        ("6923456000018", "06923456000018"),
        ("6801234000019", "06801234000019"),
        ("9787508647456", "09787508647456"),
        ("69001239", "00000069001239"),
        ("049000050103", "00049000050103"),
        ("0049000050103", "00049000050103"),
        ("07834909", "00078000003499"),
        ("02503137", "00025000000317"),
        ("01042942", "00010420000092"),
        ("]E005678952", "00056789000052"),
        ("26923456000012", "26923456000012"),
        ("2000000000428", "02000000000428"),
        ("]E06923456000018", "06923456000018"),
        ("]E469001239", "00000069001239"),
        ("]E007834909", "00078000003499"),
        ("\x026923456000018\x03\r\n", "06923456000018"),
        ("  6923456000018\t", "06923456000018"),
    ],
)
def test_articles(code, gtin14):
    parsed = classify(code, RULES)
    assert isinstance(parsed, ItemCode)
    assert parsed.gtin14 == gtin14


def test_a_magazine_keeps_its_issue_number():
    assert classify("]E3977123456700305", RULES) == ItemCode("9771234567003", "09771234567003", "05")
    assert classify("]E3977123456700412345", RULES) == BadCheckDigit("9771234567004", "3")
    assert classify("]E105", RULES) == Unreadable(UnreadableReason.ADD_ON_ALONE)


def test_an_eight_digit_number_that_is_right_twice_goes_by_the_scanner():
    assert classify("05678952", RULES) == ItemCode("05678952", "00000005678952")
    assert classify("]E405678952", RULES) == ItemCode("05678952", "00000005678952")
    assert classify("]E005678952", RULES) == ItemCode("05678952", "00056789000052")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("6923456000019", "8"),
        ("69001230", "9"),
        ("049000050104", "3"),
        ("26923456000013", "2"),
        ("2100042007551", "0"),
        ("]E407834909", check_digit("0783490")),
    ],
)
def test_a_wrong_check_digit_is_named_with_the_right_one(code, expected):
    assert classify(code, RULES) == BadCheckDigit(code.removeprefix("]E4"), expected)


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_in_an_ean13_never_sells_anything(body, place, difference):
    code = body + check_digit(body)
    wrong = code[:place] + str((int(code[place]) + difference) % 10) + code[place + 1 :]
    assert isinstance(classify(code, RULES), ItemCode | WeighedLabel)
    assert isinstance(classify(wrong, RULES), BadCheckDigit)


@pytest.mark.parametrize(
    ("code", "plu", "quantity_milli", "amount_minor"),
    [
        ("2100042007550", "00042", 755, None),
        ("2200042018997", "00042", None, 1899),
        ("260004201899007550", "00042", 755, 1899),
        ("2100042000001", "00042", 0, None),
    ],
)
def test_labels_say_article_weight_and_amount(code, plu, quantity_milli, amount_minor):
    assert classify(code, RULES) == WeighedLabel(code, plu, quantity_milli, amount_minor)


def test_the_left_hand_check_of_a_scale_is_a_rule():
    left = BarcodeRules(labels=(LabelRule(("26",), "FFPPPPPAAAAAWWWWWC", LabelCheck.MOD10_LEFT),))
    assert classify("260004201899007558", left) == WeighedLabel("260004201899007558", "00042", 755, 1899)
    assert not isinstance(classify("260004201899007550", left), WeighedLabel)


def test_a_label_may_have_its_amount_last_and_no_check_digit():
    rules = BarcodeRules(labels=(LabelRule(("27",), "FFPPPPPWWWWWAAAAAA", LabelCheck.NONE),))
    assert classify("270004200755001899", rules) == WeighedLabel("270004200755001899", "00042", 755, 1899)


def test_a_label_may_count_tens_of_grams_or_pieces():
    tens = BarcodeRules(labels=(LabelRule(("23",), "FFPPPPPWWWWWC", weight_step_milli=10),))
    heavy = checked("230004200075")
    assert classify(heavy, tens) == WeighedLabel(heavy, "00042", 750, None)
    pieces = BarcodeRules(labels=(LabelRule(("24",), "FFPPPPPPPQQQC"),))
    dozen = checked("240000042012")
    assert classify(dozen, pieces) == WeighedLabel(dozen, "0000042", 12_000, None)


def test_an_american_label_is_read_as_the_ean_it_is():
    rules = BarcodeRules(labels=(LabelRule(("02",), "FFPPPPPVAAAAC"),))
    upc = checked("2" + "01234" + "9" + "2875")
    assert classify(upc, rules) == WeighedLabel("0" + upc, "01234", None, 2875)


def test_a_wrong_inner_check_digit_is_caught_although_the_outer_one_is_right():
    rules = BarcodeRules(labels=(LabelRule(("28",), "FFPPPPVWWWWWC"),))
    right, wrong = checked("28" + "1234" + "6" + "14685"), checked("28" + "1234" + "5" + "14685")
    assert classify(right, rules) == WeighedLabel(right, "1234", 14_685, None)
    assert classify(wrong, rules) == BadCheckDigit(wrong, "6", inner=True)


ALIPAY_18 = "260004201899007551"
"""As long as a label and with a label's prefix, but its last digit is not a label's."""


def test_eighteen_digits_are_a_label_only_where_goods_are_sold_and_the_check_digit_is_right():
    label = "260004201899007550"
    assert isinstance(classify(label, RULES, Context.SALE), WeighedLabel)
    assert classify(label, RULES, Context.TENDER) == PaymentCode("alipay", label)
    assert classify(ALIPAY_18, RULES, Context.SALE) == PaymentCode("alipay", ALIPAY_18)
    no_wallets = BarcodeRules(payments=())
    assert classify(ALIPAY_18, no_wallets) == BadCheckDigit(ALIPAY_18, "0")


@pytest.mark.parametrize(
    ("code", "channel"),
    [
        ("134567890123456789", "wechat"),
        ("2812345678901234", "alipay"),
        ("301234567890123456789012", "alipay"),
        ("6212345678901234567", "unionpay"),
    ],
)
def test_payment_codes_are_never_goods(code, channel):
    for context in (Context.SALE, Context.TENDER):
        assert classify(code, RULES, context) == PaymentCode(channel, code)


def test_an_unknown_wallet_is_still_a_payment_code_on_the_tender_screen_only():
    code = "9112345678901234567"
    assert classify(code, RULES, Context.TENDER) == PaymentCode("unknown", code)
    assert classify(code, RULES) == Unreadable(UnreadableReason.LENGTH)


def test_a_payment_code_stays_out_of_logs():
    assert "1345" not in repr(classify("134567890123456789", RULES))


def test_goods_scanned_on_the_tender_screen_are_goods():
    assert isinstance(classify("6923456000018", RULES, Context.TENDER), ItemCode)


MEMBERS = BarcodeRules(members=(MemberRule(r"VIP[0-9]{8}"), MemberRule(r"88[0-9]{9}", luhn=True)))


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("VIP00012345", "VIP00012345"),
        ("]C0VIP00012345", "VIP00012345"),
        ("88000000005", "88000000005"),
        (";88000000005=4912101000?", "88000000005"),
        ("%B88000000005^LI/MING^49?;88000000005=4912101?", "88000000005"),
    ],
)
def test_member_cards_keep_only_their_number(code, number):
    assert classify(code, MEMBERS) == MemberCard(number)


def test_a_card_of_somebody_else_is_refused_without_repeating_it():
    assert classify(";6222020200112233=49121010000?", MEMBERS) == Unreadable(UnreadableReason.FOREIGN_CARD)
    assert classify("%garbled?", MEMBERS) == Unreadable(UnreadableReason.FOREIGN_CARD)
    assert classify("88000000006", MEMBERS) == Unreadable(UnreadableReason.LENGTH)


@pytest.mark.parametrize(
    "raw",
    [
        "]C1010692345600001810B2601" + GS + "17280331",
        "]C1010692345600001817280400",
        "]e0019692345600001131030007553922001899",
        GS + "010692345600001810B2601",
        "010692345600001810B2601" + GS + "17280331",
        "0106923456000018",
        "00369234560000000019",
        "]C100369234560000000019",
        "]d20106923456000018",
        "]Q30106923456000018",
    ],
)
def test_element_strings_are_recognised_and_left_whole(raw):
    body = raw[3:] if raw.startswith("]") else raw.lstrip(GS)
    assert classify(raw, RULES) == Gs1Message(body)


@pytest.mark.parametrize("scheme", ["https", "HTTPS", "http"])
def test_a_digital_link_is_recognised_and_other_links_are_refused(scheme):
    link = f"{scheme}://id.example.org/some/01/06923456000018/10/B2601?17=280331"
    assert classify("]Q1" + link, RULES) == Gs1Message(link, is_link=True)
    assert classify(f"{scheme}://u.wechat.example/abc", RULES) == Unreadable(UnreadableReason.FOREIGN_LINK)
    assert classify(f"{scheme}://x.example/?u=/01/06923456000018", RULES) == (Unreadable(UnreadableReason.FOREIGN_LINK))


def test_our_receipts_are_recognised_unopened():
    assert classify("]Q1ZG1:ABC\r", RULES) == ReceiptCode("ZG1:ABC")


@pytest.mark.parametrize("code", ["7", "042", "1234567", "AB-12", "A1.2/3_4"])
def test_short_and_own_codes(code):
    assert classify(code, RULES) == ShortCode(code)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", UnreadableReason.EMPTY),
        (" \r\n\x00", UnreadableReason.EMPTY),
        ("]C1", UnreadableReason.EMPTY),
        (GS + GS, UnreadableReason.EMPTY),
        ("1" * 7_090, UnreadableReason.TOO_LONG),
        ("６９２３４５６０００１８", UnreadableReason.NOT_ASCII),
        ("可乐", UnreadableReason.NOT_ASCII),
        ("6923456000018\r6801234000019", UnreadableReason.CONTROL_INSIDE),
        ("692345\x006000018", UnreadableReason.CONTROL_INSIDE),
        ("123456789", UnreadableReason.LENGTH),
        ("apple juice", UnreadableReason.NOT_A_CODE),
        ("A" * 41, UnreadableReason.NOT_A_CODE),
        ("-5", UnreadableReason.NOT_A_CODE),
    ],
)
def test_everything_else_says_why(code, reason):
    assert classify(code, RULES) == Unreadable(reason)


@given(st.text("0123456789", min_size=6, max_size=24), st.sampled_from(Context))
def test_no_run_of_digits_raises_and_a_payment_length_never_sells_by_itself(digits, context):
    parsed = classify(digits, RULES, context)
    if len(digits) >= 15:
        assert not isinstance(parsed, ItemCode | ShortCode)
    if len(digits) == 13:
        assert isinstance(parsed, ItemCode | WeighedLabel | BadCheckDigit)


def test_one_in_ten_random_thirteen_digit_numbers_is_an_article():
    numbers = (f"{n * 7_919_999_983 % 10**13:013d}" for n in range(20_000))
    accepted = sum(isinstance(classify(number, RULES), ItemCode | WeighedLabel) for number in numbers)
    assert 1_900 <= accepted <= 2_100


@given(st.text(max_size=60), st.sampled_from(Context))
def test_no_text_raises(text, context):
    classify(text, MEMBERS, context)


@pytest.mark.parametrize(
    ("prefixes", "layout", "check"),
    [
        (("21",), "FFPPPPPWWWWW", LabelCheck.NONE),
        (("21",), "FFPPPPPWWWWWC", LabelCheck.NONE),
        (("21",), "FFPPPPPWWWWWW", LabelCheck.MOD10_RIGHT),
        (("21",), "FFPPPPPPPPPPC", LabelCheck.MOD10_RIGHT),
        (("21",), "FFWWWWWWWWWWC", LabelCheck.MOD10_RIGHT),
        (("21",), "FFPPPWWWPPPPC", LabelCheck.MOD10_RIGHT),
        (("2",), "FFPPPPPWWWWWC", LabelCheck.MOD10_RIGHT),
        ((), "FFPPPPPWWWWWC", LabelCheck.MOD10_RIGHT),
        (("21",), "FFPPPVWWWWWWC", LabelCheck.MOD10_RIGHT),
        (("21",), "FFPPPPQQQWWWC", LabelCheck.MOD10_RIGHT),
    ],
)
def test_a_layout_that_cannot_be_read_is_refused(prefixes, layout, check):
    with pytest.raises(ValueError, match="label layout"):
        LabelRule(prefixes, layout, check)


@pytest.mark.parametrize(
    ("typed", "is_code"),
    [
        ("6923456000018", True),
        ("69001239", True),
        ("134567890123456789", True),
        ("5000", False),
        ("100.50", False),
    ],
)
def test_a_number_as_long_as_a_barcode_is_not_money(typed, is_code):
    assert is_code_length(typed) is is_code


def test_steps_and_short_numbers_have_bounds():
    with pytest.raises(ValueError, match="step is 1 or more"):
        LabelRule(("21",), "FFPPPPPWWWWWC", weight_step_milli=0)
    for digits in (0, 8):
        with pytest.raises(ValueError, match="eight is an EAN-8"):
            BarcodeRules(short_digits_max=digits)
