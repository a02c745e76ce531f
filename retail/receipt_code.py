"""The QR on a receipt, by which any store can take the receipt back, also when it is alone.

`ZG1:` and base32 (capitals and digits only: the densest QR mode, and safe through a keyboard-wedge scanner),
holding the receipt's identity, net and the till's signature. Reading is strict: each claim has exactly one
text. Signing and verifying are handed in; a code that reads well is not yet a code that is true.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from struct import Struct
from typing import Final

from retail.chain import Sign, Verify
from retail.ids import INCARNATION_BYTES

PREFIX: Final = "ZG1:"
DOMAIN: Final = b"zhanggui/receipt-code/1\x00"
"""Keeps a signature of a receipt code from ever being one of anything else."""

SIGNATURE_BYTES: Final = 64
NAME_BYTES_MAX: Final = 32

_NUMBERS = Struct(">QIq3s")
_NET_LIMIT = 1 << 63


class DamageReason(StrEnum):
    """Why a receipt code cannot be read. (Whether it is true is the signature's question.)"""

    PREFIX = "prefix"
    CHARACTERS = "characters"
    LENGTH = "length"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class ReceiptClaim:
    """What a receipt says of itself: where and when it was sold, its place in the till's stream, and its
    net."""

    store: str
    till: str
    incarnation: bytes
    seq: int
    business_date: date
    net_minor: int
    currency: str

    def __post_init__(self) -> None:
        names = (self.store.encode(), self.till.encode())
        if not all(0 < len(name) <= NAME_BYTES_MAX for name in names):
            raise ValueError(f"store and till take 1 to {NAME_BYTES_MAX} bytes")
        if len(self.incarnation) != INCARNATION_BYTES or not 0 <= self.seq < 1 << 64:
            raise ValueError("not a place in a stream")
        if not -_NET_LIMIT <= self.net_minor < _NET_LIMIT:
            raise ValueError("net out of reach")
        if len(self.currency) != 3 or not (self.currency.isascii() and self.currency.isupper()):
            raise ValueError("a currency is three capital letters")


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """A receipt code as read. Nothing in it is to be believed before `is_genuine` has said yes."""

    claim: ReceiptClaim
    signature: bytes


@dataclass(frozen=True, slots=True)
class Damaged:
    """The text is not a receipt code of ours, or not whole."""

    reason: DamageReason


def _payload(claim: ReceiptClaim) -> bytes:
    store, till = claim.store.encode(), claim.till.encode()
    day = claim.business_date
    numbers = _NUMBERS.pack(
        claim.seq,
        day.year * 10_000 + day.month * 100 + day.day,
        claim.net_minor,
        claim.currency.encode(),
    )
    return bytes((len(store),)) + store + bytes((len(till),)) + till + claim.incarnation + numbers


def signed_bytes(claim: ReceiptClaim) -> bytes:
    """The canonical bytes that a receipt code vouches for: the domain, then every field in its fixed form."""
    return DOMAIN + _payload(claim)


def digest(claim: ReceiptClaim) -> bytes:
    """SHA-256 of `signed_bytes`: what the till signs."""
    return hashlib.sha256(signed_bytes(claim)).digest()


def encode(claim: ReceiptClaim, sign: Sign) -> str:
    """The text for the QR. `sign` makes the till's 64-byte signature of the digest."""
    signature = sign(digest(claim))
    if len(signature) != SIGNATURE_BYTES:
        raise ValueError(f"a signature has {SIGNATURE_BYTES} bytes, not {len(signature)}")
    return _text(_payload(claim) + signature)


def parse(text: str) -> SignedReceipt | Damaged:
    """The claim and signature in a scanned text, or why it cannot be read. Never raises."""
    if not text.startswith(PREFIX):
        return Damaged(DamageReason.PREFIX)
    encoded = text.removeprefix(PREFIX)
    try:
        content = base64.b32decode(encoded + "=" * (-len(encoded) % 8))
    except (binascii.Error, ValueError):
        return Damaged(DamageReason.CHARACTERS)
    if _text(content) != text:
        return Damaged(DamageReason.CHARACTERS)
    return _read(content)


def is_genuine(code: SignedReceipt, verify: Verify) -> bool:
    """Whether the claim was signed; `verify(digest, signature)` knows the key of the claim's till."""
    return verify(digest(code.claim), code.signature)


def _text(content: bytes) -> str:
    return PREFIX + base64.b32encode(content).decode().rstrip("=")


def _read(content: bytes) -> SignedReceipt | Damaged:
    store, rest = _take_name(content)
    till, rest = _take_name(rest)
    if len(rest) != INCARNATION_BYTES + _NUMBERS.size + SIGNATURE_BYTES:
        return Damaged(DamageReason.LENGTH)
    seq, day, net_minor, currency = _NUMBERS.unpack_from(rest, INCARNATION_BYTES)
    try:
        claim = ReceiptClaim(
            store=store.decode(),
            till=till.decode(),
            incarnation=rest[:INCARNATION_BYTES],
            seq=seq,
            business_date=date(day // 10_000, day // 100 % 100, day % 100),
            net_minor=net_minor,
            currency=currency.decode(),
        )
    except ValueError:  # also a wrong date and bytes that are not UTF-8
        return Damaged(DamageReason.FIELD)
    return SignedReceipt(claim, rest[-SIGNATURE_BYTES:])


def _take_name(content: bytes) -> tuple[bytes, bytes]:
    """A length-prefixed name and what follows it; short content gives a short name, caught by the length."""
    length = content[0] if content else 0
    return content[1 : 1 + length], content[1 + length :]
