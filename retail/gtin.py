"""Check digits and the article numbers that carry them (EAN, UPC, ITF).

The normal form for looking an article up is the GTIN-14 with leading zeros, so a UPC-A and the EAN-13
that begins with 0 are one article. Nothing here knows shops, labels or scanners.
"""

from __future__ import annotations

DIGITS = frozenset("0123456789")


def is_digits(text: str) -> bool:
    """True for a non-empty run of ASCII digits. `str.isdigit` also takes full-width and Arabic digits."""
    return bool(text) and DIGITS.issuperset(text)


def check_digit(digits: str) -> str:
    """The GS1 mod-10 digit that belongs behind `digits` (weights 3, 1, 3 … from the right).

    >>> check_digit("692345600001")
    '8'
    """
    return _mod10(digits[::-1])


def check_digit_from_left(digits: str) -> str:
    """The digit some scales print behind 17 digits: weights 1, 3, 1 … from the left, as on an EAN-13.

    It differs from `check_digit` only for payloads of odd length.

    >>> check_digit("26000420189900755"), check_digit_from_left("26000420189900755")
    ('0', '8')
    """
    return _mod10("0" + digits)


def _mod10(weighted_3_first: str) -> str:
    if not is_digits(weighted_3_first):
        raise ValueError("a check digit needs ASCII digits")
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(weighted_3_first))
    return str(-total % 10)


def has_valid_check_digit(code: str) -> bool:
    """True when the last of at least two ASCII digits is the GS1 check digit of the others."""
    return len(code) > 1 and is_digits(code) and check_digit(code[:-1]) == code[-1]


def gtin14(code: str) -> str:
    """The GTIN-14 of an EAN-8, UPC-A, EAN-13 or ITF-14: the same number with leading zeros.

    >>> gtin14("036000291452") == gtin14("0036000291452")
    True
    """
    if len(code) > 14 or not is_digits(code):
        raise ValueError("a GTIN has at most 14 ASCII digits")
    return code.zfill(14)


def expand_upc_e(code: str) -> str | None:
    """The UPC-A behind an eight-digit UPC-E; None when the number system is neither 0 nor 1.

    The last digit is carried over; whether it is right must be asked of the expanded number.

    >>> expand_upc_e("07834909")
    '078000003499'
    """
    if len(code) != 8 or not is_digits(code) or code[0] not in "01":
        return None
    article, last = code[1:6], code[6]
    if last in "012":
        body = article[:2] + last + "0000" + article[2:]
    elif last in "34":
        kept = int(last)
        body = article[:kept] + "00000" + article[kept:]
    else:
        body = article + "0000" + last
    return code[0] + body + code[7]


def restricted_ean13(prefix: str, number: int) -> str:
    """A valid EAN-13 for use inside the chain: prefix (02, 04, 20…29), zero-filled number, check digit.

    ValueError when the prefix is not one of restricted circulation or the number does not fit.

    >>> restricted_ean13("20", 42)
    '2000000000428'
    """
    if not is_digits(prefix) or not prefix.startswith(("02", "04", "2")) or len(prefix) > 7:
        raise ValueError("restricted circulation begins with 02, 04 or 20 to 29")
    room = 12 - len(prefix)
    if not 0 <= number < 10**room:
        raise ValueError(f"the number must be 0 or more and have at most {room} digits")
    body = prefix + str(number).zfill(room)
    return body + check_digit(body)


def passes_luhn(digits: str) -> bool:
    """True when a card number's last digit is right by Luhn (every second digit from the right doubled)."""
    if not is_digits(digits):
        return False
    doubled = (2 * int(digit) for digit in digits[-2::-2])
    total = sum(int(digit) for digit in digits[::-2]) + sum(n - 9 if n > 9 else n for n in doubled)
    return total % 10 == 0


# Products of the GS1 price check digit (General Specifications 7.9): digit -> weighted value.
_TWO_MINUS = (0, 2, 4, 6, 8, 9, 1, 3, 5, 7)
_THREE = (0, 3, 6, 9, 2, 5, 8, 1, 4, 7)
_FIVE_PLUS = (0, 5, 1, 6, 2, 7, 3, 8, 4, 9)
_FIVE_MINUS = (0, 5, 9, 4, 8, 3, 7, 2, 6, 1)


def inner_check_digit(value: str) -> str:
    """The digit that guards the four or five value digits inside a label (GS1 price check digit).

    >>> inner_check_digit("2875"), inner_check_digit("14685")
    ('9', '6')
    """
    if not is_digits(value) or len(value) not in (4, 5):
        raise ValueError("an inner check digit guards four or five digits")
    digits = [int(digit) for digit in value]
    if len(value) == 4:
        tables = (_TWO_MINUS, _TWO_MINUS, _THREE, _FIVE_MINUS)
        total = sum(table[digit] for table, digit in zip(tables, digits, strict=True))
        return str(total * 3 % 10)
    tables5 = (_FIVE_PLUS, _TWO_MINUS, _FIVE_MINUS, _FIVE_PLUS, _TWO_MINUS)
    total = sum(table[digit] for table, digit in zip(tables5, digits, strict=True))
    return str(_FIVE_MINUS.index(-total % 10))
