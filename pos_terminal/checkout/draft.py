"""The open receipt as bytes, so that a crash can offer it back. Not a document: a newer till may forget an older draft.

What is worked out anew (offers, figures) is left out; what was frozen at the scan and what was already paid is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from pos_terminal.checkout.lines import Discount, OpenLine, Origin
from pos_terminal.checkout.state import NOBODY, Member, Receipt
from promotions import Coupon
from retail.documents.sale import FeedMark, Tender
from retail.ids import DocumentId

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Draft:
    """The receipt at hand, and the journal's last entry when it was noted: what ended it would stand behind that."""

    format: int
    after: DocumentId
    lines: tuple[OpenLine, ...]
    member: str
    member_level: str
    member_name: str
    coupons: tuple[Coupon, ...]
    started_at_ms: int
    priced_with: tuple[FeedMark, ...]
    tenders: tuple[Tender, ...]
    tender_minute: int | None
    recalled_from: DocumentId | None
    discount: Discount | None
    rounding: int
    about_member: Member = NOBODY
    picked: tuple[str, ...] = ()
    tender: str = ""
    points: int = 0
    origins: tuple[Origin, ...] = ()
    withheld: int = 0
    coupons_handed_back: bool = False
    coupon_texts: Mapping[str, str] = field(default_factory=dict)


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Draft)


def encode_draft(receipt: Receipt, after: DocumentId) -> bytes:
    """The bytes of an open receipt, noted when `after` was the journal's last entry."""
    return _encoder.encode(
        Draft(
            format=FORMAT,
            after=after,
            lines=receipt.lines,
            member=receipt.member,
            member_level=receipt.member_level,
            member_name=receipt.member_name,
            coupons=receipt.coupons,
            started_at_ms=receipt.started_at_ms,
            priced_with=receipt.priced_with,
            tenders=receipt.tenders,
            tender_minute=receipt.tender_minute,
            recalled_from=receipt.recalled_from,
            discount=receipt.discount,
            rounding=receipt.rounding,
            about_member=receipt.about_member,
            picked=receipt.picked,
            tender=receipt.tender,
            points=receipt.points,
            origins=receipt.origins,
            withheld=receipt.withheld,
            coupons_handed_back=receipt.coupons_handed_back,
            coupon_texts=dict(receipt.coupon_texts),
        )
    )


def decode_draft(data: bytes) -> tuple[Receipt, DocumentId] | None:
    """The receipt and where the journal stood; None for bytes of another format or none at all.

    Its figures are still to be made.
    """
    try:
        draft = _decoder.decode(data)
    except (msgspec.DecodeError, ValueError):
        return None
    if draft.format != FORMAT or not draft.lines:
        return None
    receipt = Receipt(
        lines=draft.lines,
        member=draft.member,
        member_level=draft.member_level,
        member_name=draft.member_name,
        coupons=draft.coupons,
        selected=max((line.number for line in draft.lines if line.live), default=0),
        started_at_ms=draft.started_at_ms,
        priced_with=draft.priced_with,
        tenders=draft.tenders,
        tender_minute=draft.tender_minute,
        recalled_from=draft.recalled_from,
        discount=draft.discount,
        rounding=draft.rounding,
        about_member=draft.about_member,
        picked=draft.picked,
        tender=draft.tender,
        points=draft.points,
        origins=draft.origins,
        withheld=draft.withheld,
        coupons_handed_back=draft.coupons_handed_back,
        coupon_texts=draft.coupon_texts,
    )
    return receipt, draft.after
