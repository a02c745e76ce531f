"""Many offers as one JSON file, out and in: what is read becomes drafts, and each goes its own way from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from hq_server.errors import HqError, Invalid, TooLarge
from hq_server.models.promotions import Promotion, PromotionRevision
from hq_server.promotion_admin.drafts import Draft, write_draft
from hq_server.promotion_admin.rules import EDIT, NOT_STATED
from hq_server.users.sessions import Viewer
from promotions.codec import OfferRefused, decode_offer
from promotions.rule import UnknownOffer

FORMAT: Final = "zhanggui/offers/1"
FILE_BYTES_MAX: Final = 10_000_000


class _Entry(msgspec.Struct, omit_defaults=True):
    offer: msgspec.Raw
    audiences: tuple[str, ...] = ("chain",)
    budget_minor: int = 0
    expected_cost_minor: int = NOT_STATED


class _File(msgspec.Struct):
    format: str
    offers: list[msgspec.Raw]


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that was not taken: its place in the file (from 1), the offer if readable, the field, the reason."""

    place: int
    offer: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: drafts written as (offer, revision), offers already so, and what was refused."""

    written: tuple[tuple[str, int], ...]
    unchanged: tuple[str, ...]
    refused: tuple[Refused, ...]


def export_offers(session: Session, *, only: Sequence[str] = ()) -> bytes:
    """The latest revision of all offers, or of these alone, as a file that `import_offers` reads."""
    latest = and_(PromotionRevision.offer_id == Promotion.offer_id, PromotionRevision.revision == Promotion.latest)
    wanted = select(PromotionRevision).join(Promotion, latest).order_by(PromotionRevision.offer_id)
    if only:
        wanted = wanted.where(PromotionRevision.offer_id.in_(only))
    entries = [
        msgspec.Raw(
            msgspec.json.encode(
                _Entry(msgspec.Raw(held.body), tuple(held.audiences), held.budget_minor, held.expected_cost_minor)
            )
        )
        for held in session.scalars(wanted)
    ]
    return msgspec.json.format(msgspec.json.encode(_File(FORMAT, entries)), indent=2)


def import_offers(session: Session, data: bytes, *, viewer: Viewer, at: datetime) -> Imported:
    """Writes a draft for every sound offer of the file that is new or says something else than its latest revision.

    What is not sound is refused with its place, field and reason; the others are taken. Raises TooLarge, Invalid for a
    file that is none, Forbidden.
    """
    viewer.require(EDIT)
    written: list[tuple[str, int]] = []
    unchanged: list[str] = []
    refused: list[Refused] = []
    for place, raw in enumerate(_entries(data), 1):
        name = ""
        try:
            entry = msgspec.json.decode(raw, type=_Entry)
            offer = decode_offer(bytes(entry.offer))
            if isinstance(offer, UnknownOffer):
                raise OfferRefused(offer.id, "plan.kind", offer.reason)
            name = offer.id
            held = _latest(session, name)
            if held is not None and _same(held, entry):
                unchanged.append(name)
                continue
            draft = Draft(
                bytes(entry.offer),
                entry.audiences,
                entry.budget_minor,
                entry.expected_cost_minor,
                based_on=0 if held is None else held.revision,
            )
            made = write_draft(session, draft, viewer=viewer, at=at)
            written.append((made.offer_id, made.revision))
        except OfferRefused as error:
            refused.append(Refused(place, error.offer, error.field, error.reason))
        except HqError as error:
            refused.append(Refused(place, name, "", error.message))
        except (msgspec.DecodeError, RecursionError) as error:
            refused.append(Refused(place, "", "", str(error)))
    return Imported(tuple(written), tuple(unchanged), tuple(refused))


def _entries(data: bytes) -> list[msgspec.Raw]:
    if len(data) > FILE_BYTES_MAX:
        raise TooLarge(f"a file of offers has at most {FILE_BYTES_MAX:,} bytes", code="file_too_large")
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"this is no file of offers: {error}", code="offer_file") from error
    if file.format != FORMAT:
        raise Invalid(f"a file of offers says format {FORMAT}, not {file.format[:40]!r}", code="offer_file")
    return file.offers


def _latest(session: Session, offer: str) -> PromotionRevision | None:
    head = session.get(Promotion, offer)
    return None if head is None else session.get(PromotionRevision, (offer, head.latest))


def _same(held: PromotionRevision, entry: _Entry) -> bool:
    def read(body: bytes) -> Any:
        return msgspec.json.decode(body)

    return (read(held.body), tuple(held.audiences), held.budget_minor, held.expected_cost_minor) == (
        read(bytes(entry.offer)),
        tuple(sorted(entry.audiences)),
        entry.budget_minor,
        entry.expected_cost_minor,
    )
