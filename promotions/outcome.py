"""What an offer on the whole receipt comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an offer: `short` is what is missing for its next step, `winner` the offer of its group that
    counted instead."""

    reason: Literal["applied", "too_little", "excluded", "nothing_left", "too_few_points"]
    off: int = 0
    times: int = 0
    short: int = 0
    winner: int = -1
