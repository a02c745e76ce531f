"""Coupon codes: those that headquarters alone knows, and those that prove themselves by a signature.

A **unique** code is `ZU-SERIES-` and twelve characters, short enough for Code 128 and for typing; only headquarters
can say whether it exists. A **signed** coupon is `ZC1:` and base32, for a QR: who issued it, series, serial, days,
worth and an Ed25519 signature, so that any till can judge it alone. Headquarters signs with its own key, a till the
coupons for a next purchase that it prints; all keys come down in a feed. Any other text is a **shared** code: its own
series.

Reading is strict (each coupon has one text), signing and verifying are handed in, and a coupon that reads well is not
yet one that is true.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from struct import Struct
from typing import Final

from retail.chain import Verify
from retail.feeds import CouponSeriesRow, TillKeyRow
from retail.receipt_number import ALPHABET

SIGNED_PREFIX: Final = "ZC1:"
UNIQUE_PREFIX: Final = "ZU-"
DOMAIN: Final = b"zhanggui/coupon/1\x00"
"""Keeps a signature of a coupon from ever being one of anything else."""

SIGNATURE_BYTES: Final = 64
SERIAL_BYTES: Final = 8
NAME_BYTES_MAX: Final = 32
AMOUNT_MAX: Final = (1 << 32) - 1
BODY_CHARACTERS: Final = 10
"""25^10: about one guess in a thousand million hits one of 100,000 coupons, if it were asked at headquarters."""
CHECK_PRIME: Final = 619
"""The largest prime below 25 * 25: every single wrong character and every swap of neighbours is caught."""
CODE_CHARACTERS_MAX: Final = 100

UNIQUE_FORM: Final = re.compile(rf"ZU-([A-Z0-9]{{1,16}})-([{ALPHABET}]{{{BODY_CHARACTERS}}})([{ALPHABET}]{{2}})")
_SIGNED_CODE: Final = re.compile(rf"[^/]+/[0-9a-f]{{{2 * SERIAL_BYTES}}}")
_NUMBERS: Final = Struct(f">{SERIAL_BYTES}sIII")


class Refusal(StrEnum):
    """Why a coupon is not taken."""

    DAMAGED = "damaged"
    FORGED = "forged"
    ISSUER_UNKNOWN = "issuer_unknown"
    ISSUER_REVOKED = "issuer_revoked"
    SERIES_UNKNOWN = "series_unknown"
    STOPPED = "stopped"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    VOID = "void"
    REDEEMED = "redeemed"
    RESERVED = "reserved"
    UNKNOWN = "unknown"
    ALONE = "alone"


@dataclass(frozen=True, slots=True)
class SharedCode:
    """A word that everybody may say: it is its own series."""

    code: str

    @property
    def series(self) -> str:
        """The series that offers ask for."""
        return self.code


@dataclass(frozen=True, slots=True)
class UniqueCode:
    """A code that stands for one coupon at headquarters."""

    series: str
    code: str


@dataclass(frozen=True, slots=True)
class SignedCoupon:
    """What a signed coupon says of itself, and its signature; nothing of it is to be believed before `is_genuine`.

    `issuer` is a till, or headquarters under the name of its key. Days are YYYYMMDD, both inside (0: no bound);
    `amount_minor` is what the coupon says it is worth (0: it does not say).
    """

    issuer: str
    series: str
    serial: bytes
    from_day: int
    until_day: int
    amount_minor: int
    signature: bytes = b""

    def __post_init__(self) -> None:
        names = (self.issuer.encode(), self.series.encode())
        if not all(0 < len(name) <= NAME_BYTES_MAX for name in names) or "/" in self.issuer:
            raise ValueError(f"issuer and series take 1 to {NAME_BYTES_MAX} bytes")
        if len(self.serial) != SERIAL_BYTES:
            raise ValueError(f"a serial has {SERIAL_BYTES} bytes")
        if not 0 <= self.amount_minor <= AMOUNT_MAX:
            raise ValueError("amount out of reach")
        if not 0 <= self.from_day <= 99_991_231 or not 0 <= self.until_day <= 99_991_231:
            raise ValueError("days are YYYYMMDD or 0")

    @property
    def code(self) -> str:
        """What the coupon is known by everywhere: in documents, at headquarters, in the list of void ones."""
        return f"{self.issuer}/{self.serial.hex()}"

    @property
    def text(self) -> str:
        """What stands in its QR."""
        return SIGNED_PREFIX + base64.b32encode(_payload(self) + self.signature).decode().rstrip("=")


Coupon = SharedCode | UniqueCode | SignedCoupon


def read_coupon(text: str) -> Coupon | Refusal:
    """What a scanned or typed text is as a coupon. Never raises. Small letters and blanks at the ends do not matter,
    but for a shared code's letters: those are compared as they are."""
    typed = text.strip()
    upper = typed.upper()
    if upper.startswith(SIGNED_PREFIX):
        return _read_signed(upper)
    if upper.startswith(UNIQUE_PREFIX):
        return _read_unique(upper)
    if not 0 < len(typed) <= CODE_CHARACTERS_MAX or not typed.isprintable():
        return Refusal.DAMAGED
    return SharedCode(typed)


def is_single(code: str) -> bool:
    """Whether a code in a document stands for one coupon that is used once; shared codes are used by everybody."""
    return UNIQUE_FORM.fullmatch(code) is not None or _SIGNED_CODE.fullmatch(code) is not None


def is_genuine(coupon: SignedCoupon, verify: Verify) -> bool:
    """Whether the issuer signed it; `verify(digest, signature)` knows the issuer's key."""
    return verify(digest(coupon), coupon.signature)


def why_not_genuine(coupon: SignedCoupon, key: TillKeyRow | None, verify: Verify) -> Refusal | None:
    """Why the signature does not vouch for the coupon; `verify` checks with the key in the row."""
    if key is None:
        return Refusal.ISSUER_UNKNOWN
    if not is_genuine(coupon, verify):
        return Refusal.FORGED
    return Refusal.ISSUER_REVOKED if key.revoked else None


def why_not_now(series: CouponSeriesRow | None, today: int, coupon: SignedCoupon | None = None) -> Refusal | None:
    """Why the series, or the coupon's own days, do not let it be used on this business date."""
    if series is None:
        return Refusal.SERIES_UNKNOWN
    if series.stopped:
        return Refusal.STOPPED
    starts = (series.from_day, coupon.from_day if coupon else 0)
    ends = (series.until_day, coupon.until_day if coupon else 0)
    if any(today < start for start in starts):
        return Refusal.NOT_YET
    if any(0 < end < today for end in ends):
        return Refusal.EXPIRED
    return None


def _payload(coupon: SignedCoupon) -> bytes:
    issuer, series = coupon.issuer.encode(), coupon.series.encode()
    numbers = _NUMBERS.pack(coupon.serial, coupon.from_day, coupon.until_day, coupon.amount_minor)
    return bytes((len(issuer),)) + issuer + bytes((len(series),)) + series + numbers


def digest(coupon: SignedCoupon) -> bytes:
    """What the issuer signs."""
    return hashlib.sha256(DOMAIN + _payload(coupon)).digest()


def _read_signed(text: str) -> SignedCoupon | Refusal:
    encoded = text.removeprefix(SIGNED_PREFIX)
    try:
        content = base64.b32decode(encoded + "=" * (-len(encoded) % 8))
        issuer, rest = _take_name(content)
        series, rest = _take_name(rest)
        if len(rest) != _NUMBERS.size + SIGNATURE_BYTES:
            return Refusal.DAMAGED
        serial, from_day, until_day, amount = _NUMBERS.unpack_from(rest)
        signature = rest[_NUMBERS.size :]
        found = SignedCoupon(issuer.decode(), series.decode(), serial, from_day, until_day, amount, signature)
    except (binascii.Error, ValueError):
        return Refusal.DAMAGED
    return found if found.text == text else Refusal.DAMAGED


def _read_unique(text: str) -> UniqueCode | Refusal:
    match = UNIQUE_FORM.fullmatch(text)
    if match is None or match[3] != check_characters(match[1], match[2]):
        return Refusal.DAMAGED
    return UniqueCode(match[1], text)


def _take_name(content: bytes) -> tuple[bytes, bytes]:
    """A length-prefixed name and what follows it; short content gives a short name, caught by the length."""
    length = content[0] if content else 0
    return content[1 : 1 + length], content[1 + length :]


def check_characters(series: str, body: str) -> str:
    """The two characters behind a unique code's body."""
    rest = 0
    for character in f"{series}-{body}":
        rest = (rest * 128 + ord(character)) % CHECK_PRIME
    return ALPHABET[rest // len(ALPHABET)] + ALPHABET[rest % len(ALPHABET)]
