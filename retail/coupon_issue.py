"""How coupons come into the world: unique codes from random numbers, signed ones from a key, those for a next purchase
from the receipt that they are printed on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from retail.chain import Sign
from retail.coupons import (
    BODY_CHARACTERS,
    SERIAL_BYTES,
    SIGNATURE_BYTES,
    UNIQUE_FORM,
    UNIQUE_PREFIX,
    SignedCoupon,
    check_characters,
    digest,
)
from retail.documents.offers import Issued
from retail.ids import DocumentId
from retail.receipt_number import ALPHABET

SERIAL_DOMAIN: Final = b"zhanggui/coupon-serial/1\x00"
BODIES: Final = len(ALPHABET) ** BODY_CHARACTERS
"""How many unique codes a series can have."""


def unique_code(series: str, drawn: int) -> str:
    """The code of a series that a random number (uniform below `BODIES`) makes. ValueError for a series that cannot
    stand in a code: capitals and digits, at most 16.

    >>> unique_code("SPRING", 123456789)
    'ZU-SPRING-MVA4PJ3333KU'
    """
    body = "".join(ALPHABET[drawn // len(ALPHABET) ** place % len(ALPHABET)] for place in range(BODY_CHARACTERS))
    code = f"{UNIQUE_PREFIX}{series}-{body}{check_characters(series, body)}"
    if UNIQUE_FORM.fullmatch(code) is None:
        raise ValueError(f"a series of unique codes has capitals and digits, at most 16: {series!r}")
    return code


def signed(coupon: SignedCoupon, sign: Sign) -> SignedCoupon:
    """The coupon with the issuer's signature."""
    signature = sign(digest(coupon))
    if len(signature) != SIGNATURE_BYTES:
        raise ValueError(f"a signature has {SIGNATURE_BYTES} bytes, not {len(signature)}")
    return SignedCoupon(
        coupon.issuer,
        coupon.series,
        coupon.serial,
        coupon.from_day,
        coupon.until_day,
        coupon.amount_minor,
        signature,
    )


def serial_on(document: DocumentId, number: int) -> bytes:
    """The serial of the `number`th coupon (from 0) that a receipt issued. It follows from the receipt alone, so
    headquarters knows every coupon that tills have printed from the receipts it has."""
    whole = hashlib.sha256(SERIAL_DOMAIN + document.incarnation + document.seq.to_bytes(8, "big"))
    whole.update(document.till.encode() + b"\x00" + number.to_bytes(4, "big"))
    return whole.digest()[:SERIAL_BYTES]


def issued_on(document: DocumentId, issued: Sequence[Issued], business_date: int) -> list[SignedCoupon]:
    """The coupons that a receipt of this business date issued, in order, not yet signed. They hold from the next day
    on, for as many days as the offer gives (0: no end)."""
    coupons: list[SignedCoupon] = []
    for entry in issued:
        start = day_after(business_date, 1)
        end = day_after(business_date, entry.days) if entry.days else 0
        for _ in range(entry.count):
            serial = serial_on(document, len(coupons))
            coupons.append(SignedCoupon(document.till, entry.series, serial, start, end, entry.amount))
    return coupons


def day_after(day: int, days: int) -> int:
    """The day so many days after a day, both YYYYMMDD.

    >>> day_after(20261231, 1)
    20270101
    """
    later = date(day // 10_000, day // 100 % 100, day % 100) + timedelta(days=days)
    return later.year * 10_000 + later.month * 100 + later.day
