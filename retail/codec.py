"""Bytes of documents and envelopes: written once, read by version, never encoded again.

MessagePack arrays keep a receipt at a fifth of its JSON size and leave no freedom in the bytes: the same value always
gives the same bytes, which the golden files in the tests hold on to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from retail.documents import hold_1, sale, sale_1, stock, till
from retail.documents.base import Document, Record

MessageKey = tuple[str, int]

DOCUMENTS: Final[dict[MessageKey, type[Document]]] = {
    ("sale", 1): sale_1.Sale1,
    ("sale", 2): sale.Sale,
    ("stream_open", 1): till.StreamOpen,
    ("shift_open", 1): till.ShiftOpen,
    ("shift_close", 1): till.ShiftClose,
    ("cash_movement", 1): till.CashMovement,
    ("no_sale", 1): till.NoSale,
    ("override", 1): till.Override,
    ("sign_on", 1): till.SignOn,
    ("hold", 1): hold_1.Hold1,
    ("hold", 2): till.Hold,
    ("hold_recalled", 1): till.HoldRecalled,
    ("abandoned", 1): till.Abandoned,
    ("reprint", 1): till.Reprint,
    ("feed_applied", 1): till.FeedApplied,
    ("clock_jump", 1): till.ClockJump,
    ("stock_receipt", 1): stock.StockReceipt,
    ("transfer_out", 1): stock.TransferOut,
    ("transfer_in", 1): stock.TransferIn,
    ("stock_adjustment", 1): stock.StockAdjustment,
}
"""Every kind and version ever released. Entries are added, never removed."""

UPCASTERS: Final[dict[MessageKey, Callable[[Document], Document]]] = {
    ("sale", 1): sale_1.as_sale,
    ("hold", 1): hold_1.as_hold,
}
"""(kind, version) -> the same document as the next version."""

_LATEST: Final[dict[type[Document], MessageKey]] = {struct: key for key, struct in sorted(DOCUMENTS.items())}
_encoder: Final = msgspec.msgpack.Encoder()
_decoders: Final = {key: msgspec.msgpack.Decoder(struct, strict=True) for key, struct in DOCUMENTS.items()}


class DocumentError(ValueError):
    """Bytes that are no document of the kind and version they claim to be."""


class UnknownDocument(DocumentError):
    """A kind or version newer than this program: to be parked, not refused."""


class Envelope(Record, frozen=True):
    """What may be read without knowing the body. Times are UTC milliseconds; `business_date` is YYYYMMDD as the shift
    was opened; `utc_offset_min` is the store's zone at that moment."""

    format: int
    kind: str
    version: int
    store: str
    till: str
    incarnation: bytes
    seq: int
    epoch: int
    business_date: int
    at_ms: int
    wall_ms: int
    utc_offset_min: int


_envelope_decoder: Final = msgspec.msgpack.Decoder(Envelope, strict=True)
ENVELOPE_FORMAT: Final = 1


def kind_of(document: Document) -> MessageKey:
    """The kind and version that this document is written under."""
    return _LATEST[type(document)]


def encode_document(document: Document) -> bytes:
    """The bytes that are stored, hashed, signed and sent."""
    return _encoder.encode(document)


def encode_envelope(envelope: Envelope) -> bytes:
    """The envelope's bytes."""
    return _encoder.encode(envelope)


def decode_envelope(data: bytes) -> Envelope:
    """The envelope, or DocumentError when these bytes are none or of a format not known here."""
    try:
        envelope = _envelope_decoder.decode(data)
    except (msgspec.DecodeError, ValueError) as error:
        raise DocumentError(f"not an envelope: {error}") from error
    if envelope.format != ENVELOPE_FORMAT:
        raise UnknownDocument(f"envelope format {envelope.format} is not known here")
    return envelope


def decode_document(kind: str, version: int, data: bytes) -> Document:
    """The document, brought up to its latest version.

    Raises UnknownDocument for a kind or version not known here, DocumentError for bytes that do not match.
    """
    decoder = _decoders.get((kind, version))
    if decoder is None:
        raise UnknownDocument(f"{kind} version {version} is not known here")
    try:
        document: Document = decoder.decode(data)
    except (msgspec.DecodeError, ValueError) as error:
        raise DocumentError(f"not a {kind} version {version}: {error}") from error
    while (upcast := UPCASTERS.get((kind, version))) is not None:
        document, version = upcast(document), version + 1
    return document
