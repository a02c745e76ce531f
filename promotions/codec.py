"""The bytes of an offer: MessagePack where machines read them, JSON where people do, one form for the same offer.

Unlike a document an offer is not for ever: fields are added and readers ignore those they do not know. What a reader
must not ignore is named in `needs`.
"""

from __future__ import annotations

from typing import Final

import msgspec

from promotions.plans import PLANS
from promotions.rule import Offer, UnknownOffer

OFFER_VERSION: Final = 1
OFFER_BYTES_MAX: Final = 1_000_000
FEATURES: Final[frozenset[str]] = frozenset()
"""What this program understands beyond version 1."""


class OfferRefused(ValueError):
    """Bytes that are no offer, or one that cannot be right: `offer` its id if readable, `field` where, `reason` why."""

    def __init__(self, offer: str, field: str, reason: str) -> None:
        super().__init__(f"offer {offer or '?'}: {field or 'as a whole'}: {reason}")
        self.offer = offer
        self.field = field
        self.reason = reason


class _PlanHead(msgspec.Struct):
    kind: str


class _Head(msgspec.Struct):
    id: str
    plan: _PlanHead
    version: int = OFFER_VERSION
    needs: tuple[str, ...] = ()


_encoder: Final = msgspec.msgpack.Encoder()
_json: Final = (msgspec.json.Decoder(_Head), msgspec.json.Decoder(Offer))
_msgpack: Final = (msgspec.msgpack.Decoder(_Head), msgspec.msgpack.Decoder(Offer))


def encode_offer(offer: Offer) -> bytes:
    """The offer's canonical bytes: the same offer always gives the same."""
    return _encoder.encode(offer)


def encode_offer_json(offer: Offer) -> bytes:
    """The offer as people write and read it."""
    return msgspec.json.encode(offer)


def decode_offer(data: bytes) -> Offer | UnknownOffer:
    """The offer in these bytes, of either form; UnknownOffer where it is newer than this program.

    Raises OfferRefused, naming field and reason, for all that is not a sound offer.
    """
    if len(data) > OFFER_BYTES_MAX:
        raise OfferRefused("", "", f"more than {OFFER_BYTES_MAX} bytes")
    is_json = data[:1] == b"{"  # no map in MessagePack begins so
    try:
        head = _json[0].decode(data) if is_json else _msgpack[0].decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refusal("", error) from error
    newer = [need for need in head.needs if need not in FEATURES]
    if head.version > OFFER_VERSION:
        return UnknownOffer(head.id, head.plan.kind, f"version {head.version}")
    if head.plan.kind not in PLANS:
        return UnknownOffer(head.id, head.plan.kind, f"kind {head.plan.kind}")
    if newer:
        return UnknownOffer(head.id, head.plan.kind, f"needs {', '.join(newer)}")
    try:
        return _json[1].decode(data) if is_json else _msgpack[1].decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refusal(head.id, error) from error


def _refusal(offer: str, error: Exception) -> OfferRefused:
    """msgspec writes `reason - at `$.path``; our own checks write `field: reason` before that."""
    text, _, place = str(error).partition(" - at `$")
    path = place.rstrip("`").lstrip(".")
    field, colon, reason = text.partition(": ")
    if colon and field.isidentifier():
        return OfferRefused(offer, f"{path}.{field}".lstrip("."), reason)
    return OfferRefused(offer, path, text)
