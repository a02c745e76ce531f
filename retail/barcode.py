"""What a scanned or typed code is: article, scale label, card, receipt, payment code, or unreadable.

One order of questions for all tills, since the forms overlap: an 18-digit scale label is also a well-formed
Alipay code, and only the screen it was scanned on and the check digit tell them apart. The outcome is always
a value; no text, however broken, raises. Looking the code up, and saying what to do about it, is the
caller's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Final

from retail.barcode_rules import BarcodeRules, LabelRule
from retail.gtin import (
    check_digit,
    expand_upc_e,
    gtin14,
    has_valid_check_digit,
    inner_check_digit,
    is_digits,
    passes_luhn,
)
from retail.quantity import MILLI
from retail.receipt_code import PREFIX as RECEIPT_PREFIX

CODE_LENGTH_MAX: Final = 7_089
"""The most digits that a QR symbol holds."""

OWN_CODE_LENGTH_MAX: Final = 40


class Context(Enum):
    """Where the cashier is: it decides between forms that overlap."""

    SALE = "sale"
    TENDER = "tender"
    CARD = "card"


class UnreadableReason(StrEnum):
    """Why a code is nothing a till can use."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_ASCII = "not_ascii"
    CONTROL_INSIDE = "control_inside"
    FOREIGN_LINK = "foreign_link"
    FOREIGN_CARD = "foreign_card"
    ADD_ON_ALONE = "add_on_alone"
    LENGTH = "length"
    NOT_A_CODE = "not_a_code"


@dataclass(frozen=True, slots=True)
class ItemCode:
    """An article number with a right check digit: `gtin14` is what to look up, `add_on` a magazine's
    issue."""

    code: str
    gtin14: str
    add_on: str = ""


@dataclass(frozen=True, slots=True)
class WeighedLabel:
    """A scale's label: the article and what the label states. Its amount is the gross, never recomputed."""

    code: str
    plu: str
    quantity_milli: int | None
    amount_minor: int | None


@dataclass(frozen=True, slots=True)
class MemberCard:
    """A member card's number. Of a magnetic stripe nothing else is kept."""

    number: str


@dataclass(frozen=True, slots=True)
class ReceiptCode:
    """The QR of one of our own receipts, unopened."""

    text: str


@dataclass(frozen=True, slots=True)
class ShortCode:
    """A PLU or a code of the chain's own, to be looked up as it stands."""

    code: str


@dataclass(frozen=True, slots=True)
class PaymentCode:
    """A customer's payment code: never goods. A secret, so its digits stay out of `repr` and of every log."""

    channel: str
    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Gs1Message:
    """A GS1 element string (separators kept, scanner's identifier removed), or a Digital Link (`is_link`)."""

    raw: str
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class BadCheckDigit:
    """The form is right, a check digit is not: scan again. `inner` when it is the one over a label's
    value."""

    code: str
    expected: str
    inner: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Nothing a till can use. The text is not repeated: it may be a secret."""

    reason: UnreadableReason


Parsed = (
    ItemCode
    | WeighedLabel
    | MemberCard
    | ReceiptCode
    | ShortCode
    | PaymentCode
    | Gs1Message
    | BadCheckDigit
    | Unreadable
)

_GROUP_SEPARATOR = "\x1d"
_ENDS = "".join(chr(n) for n in range(0x21)) + "\x7f"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_GS1_AIM = frozenset({"]C1", "]e0", "]d2", "]Q3", "]J1"})
_LINK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_DIGITAL_LINK = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://[^/]+(/[^?#]*)?/01/[0-9]{14}([/?#]|$)")
_STRIPE = re.compile(r"(?:%[^?]*\?)?;([0-9]{4,19})=[0-9=]*\?.?")


def classify(code: str, rules: BarcodeRules, context: Context = Context.SALE) -> Parsed:
    """What `code` is on this screen, by the chain's rules.

    >>> classify("2100042007550", BarcodeRules())
    WeighedLabel(code='2100042007550', plu='00042', quantity_milli=755, amount_minor=None)
    """
    if len(code) > CODE_LENGTH_MAX:
        return Unreadable(UnreadableReason.TOO_LONG)
    text, aim = _strip(code)
    if aim in _GS1_AIM or text.startswith(_GROUP_SEPARATOR):
        body = text.lstrip(_GROUP_SEPARATOR)
        return Gs1Message(body) if body else Unreadable(UnreadableReason.EMPTY)
    if not text:
        return Unreadable(UnreadableReason.EMPTY)
    if _LINK.match(text):
        return _link(text)
    if not text.isascii():
        return Unreadable(UnreadableReason.NOT_ASCII)
    if _CONTROL.search(text):
        return _with_control(text)
    if text.startswith(RECEIPT_PREFIX):
        return ReceiptCode(text)
    stripe = _STRIPE.fullmatch(text)
    if stripe or (text[0] in "%;" and text.endswith("?")):
        return _stripe(stripe.group(1) if stripe else "", rules)
    return _plain(text, aim, rules, context)


def is_code_length(typed: str) -> bool:
    """Whether a typed number is as long as a barcode, so that no screen takes it for money.

    >>> is_code_length("6923456000018"), is_code_length("5000")
    (True, False)
    """
    return is_digits(typed) and (len(typed) == 8 or len(typed) >= 12)


def _strip(code: str) -> tuple[str, str]:
    """The text without frame characters at its ends, and the symbology identifier before it, if any.

    Control characters inside stay: dropping one could join two scans into a third code.
    """
    text = code.strip(_ENDS.replace(_GROUP_SEPARATOR, "")).rstrip(_ENDS)
    aim = _AIM.match(text)
    return (text[3:], aim.group()) if aim else (text, "")


def _link(text: str) -> Parsed:
    if _DIGITAL_LINK.match(text) and text.isascii() and not _CONTROL.search(text):
        return Gs1Message(text, is_link=True)
    return Unreadable(UnreadableReason.FOREIGN_LINK)


def _with_control(text: str) -> Parsed:
    others = _CONTROL.sub(lambda found: "" if found.group() == _GROUP_SEPARATOR else "\n", text)
    if "\n" not in others and text[:2].isdigit():
        return Gs1Message(text)
    return Unreadable(UnreadableReason.CONTROL_INSIDE)


def _stripe(number: str, rules: BarcodeRules) -> Parsed:
    return _member(number, rules) or Unreadable(UnreadableReason.FOREIGN_CARD)


def _member(text: str, rules: BarcodeRules) -> MemberCard | None:
    for rule in rules.members:
        if re.fullmatch(rule.pattern, text) and (not rule.luhn or passes_luhn(text)):
            return MemberCard(text)
    return None


def _payment(text: str, rules: BarcodeRules) -> PaymentCode | None:
    for rule in rules.payments:
        if re.fullmatch(rule.pattern, text):
            return PaymentCode(rule.channel, text)
    return None


def _plain(text: str, aim: str, rules: BarcodeRules, context: Context) -> Parsed:
    """A text of printable ASCII without link, stripe or receipt prefix."""
    if context is Context.TENDER and is_digits(text) and 16 <= len(text) <= 24:
        return _payment(text, rules) or PaymentCode("unknown", text)
    if member := _member(text, rules):
        return member
    if is_digits(text):
        return _number(text, aim, rules)
    if len(text) <= OWN_CODE_LENGTH_MAX and re.fullmatch(rules.own_code, text):
        return ShortCode(text)
    return Unreadable(UnreadableReason.NOT_A_CODE)


def _number(digits: str, aim: str, rules: BarcodeRules) -> Parsed:
    if aim == "]E3" and len(digits) in (15, 18):
        return _article(digits[:13], rules, digits[13:])
    if aim in ("]E1", "]E2"):
        return Unreadable(UnreadableReason.ADD_ON_ALONE)
    if len(digits) == 8:
        return _eight(digits, aim)
    if len(digits) in (12, 13, 14):
        return _article(digits, rules)
    if len(digits) <= rules.short_digits_max:
        return ShortCode(digits)
    for rule in rules.labels:
        if rule.covers(digits):
            label = _label(digits, rule)
            return label if isinstance(label, WeighedLabel) else _payment(digits, rules) or label
    if payment := _payment(digits, rules):
        return payment
    return Gs1Message(digits) if _is_bare_element_string(digits) else Unreadable(UnreadableReason.LENGTH)


def _eight(digits: str, aim: str) -> Parsed:
    """An EAN-8, else a UPC-E. Some numbers are right as both: then only the scanner's identifier can tell."""
    upc_a = expand_upc_e(digits)
    prefers_upc_e = aim == "]E0" or (aim != "]E4" and not has_valid_check_digit(digits))
    if upc_a and prefers_upc_e and has_valid_check_digit(upc_a):
        return ItemCode(digits, gtin14(upc_a))
    return _checked(digits)


def _article(digits: str, rules: BarcodeRules, add_on: str = "") -> Parsed:
    """A label when the chain has a rule for its prefix, else an article. A UPC-A is the EAN-13 before it."""
    thirteen = digits.zfill(13)
    for rule in rules.labels:
        if rule.covers(thirteen):
            return _label(thirteen, rule)
    return _checked(digits, add_on)


def _checked(code: str, add_on: str = "") -> ItemCode | BadCheckDigit:
    if has_valid_check_digit(code):
        return ItemCode(code, gtin14(code), add_on)
    return BadCheckDigit(code, check_digit(code[:-1]))


def _label(code: str, rule: LabelRule) -> WeighedLabel | BadCheckDigit:
    expected = rule.expected_check(code)
    if code[-1] != expected:
        return BadCheckDigit(code, expected)
    if (inner := rule.field("V", code)) and inner != inner_check_digit(rule.value_digits(code)):
        return BadCheckDigit(code, inner_check_digit(rule.value_digits(code)), inner=True)
    weight, pieces, amount = (rule.field(letter, code) for letter in "WQA")
    quantity_milli = int(weight) * rule.weight_step_milli if weight else None
    return WeighedLabel(
        code=code,
        plu=rule.field("P", code),
        quantity_milli=int(pieces) * MILLI if pieces else quantity_milli,
        amount_minor=int(amount) * rule.amount_step_minor if amount else None,
    )


def _is_bare_element_string(digits: str) -> bool:
    """An element string whose scanner sent no identifier, taken only where a check digit bears it out."""
    if digits.startswith("01"):
        return len(digits) >= 16 and has_valid_check_digit(digits[2:16])
    return digits.startswith("00") and len(digits) == 20 and has_valid_check_digit(digits[2:])
