"""Who may do what with an offer in which state, and when it goes out and ends. Decisions only: nothing is stored here.

A revision is written once and never changes. It is checked, approved by somebody else than its author, scheduled for a
minute, published, and ends; every edit is another revision, and the one before it gives way when the new one goes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

State = Literal["draft", "checked", "rejected", "approved", "scheduled", "published", "ended", "withdrawn", "replaced"]
Action = Literal["write", "check", "approve", "reject", "schedule", "unschedule", "publish", "withdraw", "end"]

STATES: Final[tuple[State, ...]] = (
    *("draft", "checked", "approved", "scheduled", "published"),
    *("rejected", "ended", "withdrawn", "replaced"),
)
OPEN: Final[frozenset[str]] = frozenset(("draft", "checked", "approved", "rejected"))
"""States of a revision that no till was ever told of: a later revision replaces it at once."""
UNDER_WAY: Final[frozenset[str]] = OPEN | {"scheduled", "published"}
"""States that a revision leaves when a later one goes out."""

EDIT: Final = "promotions.edit"
APPROVE: Final = "promotions.approve"


@dataclass(frozen=True, slots=True)
class Step:
    """From which states an action leads where, and the right it needs."""

    before: tuple[State, ...]
    after: State
    right: str


STEPS: Final[dict[Action, Step]] = {
    "check": Step(("draft", "checked"), "checked", EDIT),
    "approve": Step(("checked",), "approved", APPROVE),
    "reject": Step(("checked", "approved"), "rejected", APPROVE),
    "schedule": Step(("approved",), "scheduled", EDIT),
    "unschedule": Step(("scheduled",), "approved", EDIT),
    "publish": Step(("scheduled",), "published", EDIT),
    "withdraw": Step(("published",), "withdrawn", EDIT),
    "end": Step(("published",), "ended", EDIT),
}

NEW_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}")
"""What a new offer may be called. It goes on receipts and into reports."""

NOT_STATED: Final = -1
"""An expected cost that nobody has stated."""

CHAIN: Final = "chain"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def why_not(action: Action, *, state: str, author: str, actor: str) -> str | None:
    """The code of why this may not be done now by this person; None when it may.

    >>> why_not("approve", state="checked", author="li", actor="li")
    'own_offer'
    """
    if state not in STEPS[action].before:
        return "offer_state"
    if action == "approve" and author == actor:
        return "own_offer"
    return None


def possible(*, state: str, author: str, actor: str, rights: Iterable[str]) -> list[Action]:
    """What this person may do with a revision now, in the order of its way."""
    held = set(rights)
    return [
        action
        for action, step in STEPS.items()
        if step.right in held and why_not(action, state=state, author=author, actor=actor) is None
    ]


def tidy_audiences(audiences: Iterable[str], *, zone_of: Mapping[str, str | None]) -> tuple[str, ...]:
    """The same stores in the fewest words, sorted: the chain takes all, a zone its stores. `zone_of` knows every store.

    >>> tidy_audiences(["store:S1", "zone:east", "store:S3"], zone_of={"S1": "east", "S3": "west"})
    ('store:S3', 'zone:east')
    """
    wanted = set(audiences)
    if CHAIN in wanted:
        return (CHAIN,)
    inside = {f"store:{store}" for store, zone in zone_of.items() if zone is not None and f"zone:{zone}" in wanted}
    return tuple(sorted(wanted - inside))


def stores_of(audiences: Iterable[str], *, zone_of: Mapping[str, str | None]) -> frozenset[str]:
    """The stores that are meant."""
    wanted = set(audiences)
    return frozenset(
        store
        for store, zone in zone_of.items()
        if wanted & {CHAIN, f"store:{store}"} or (zone is not None and f"zone:{zone}" in wanted)
    )


def feed_key(offer: str, audience: str, audiences: Sequence[str]) -> str:
    """An offer's key in feed `offers`: its id, and one key for each audience where there are several."""
    return offer if len(audiences) == 1 else f"{offer}|{audience}"


def moment_of(minute: int, utc_offset_min: int) -> datetime:
    """When a wall-clock minute begins at a place.

    >>> moment_of(480, 480).isoformat()
    '1970-01-01T00:00:00+00:00'
    """
    return _EPOCH + timedelta(minutes=minute - utc_offset_min)


def send_at(minute: int, *, utc_offsets_min: Iterable[int], at: datetime, replaces: bool) -> datetime:
    """When a revision goes out: at once where nothing is replaced, for tills keep the minute themselves; else when the
    minute begins where the day begins first, because a till holds only one revision of an offer."""
    if not replaces:
        return at
    return max(at, moment_of(minute, max(utc_offsets_min, default=0)))


def is_over(until_minute: int, *, utc_offsets_min: Iterable[int], at: datetime) -> bool:
    """Whether an offer's last minute has passed in every store; 0 has no end."""
    return bool(until_minute) and at >= moment_of(until_minute, min(utc_offsets_min, default=0))
