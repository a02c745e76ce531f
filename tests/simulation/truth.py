"""The referee's notebook: every entry a till ever wrote, and what it adds up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from retail.chain import Entry
from retail.documents.sale import Sale
from retail.effects import Effect, Sums, add
from retail.ids import Stream


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry as its till wrote it."""

    store: str
    stream: Stream
    seq: int
    entry: Entry
    effects: tuple[Effect, ...]
    sale: Sale | None
    lines: tuple[int, ...] = ()


class Truth:
    """What happened. Nothing here is ever read by the machines under test."""

    def __init__(self) -> None:
        self.facts: dict[bytes, Fact] = {}
        self.committed: set[bytes] = set()
        self.acknowledged: set[bytes] = set()
        self.cloned_alive: set[Stream] = set()

    def sums_of(self, hashes: Iterable[bytes]) -> Sums:
        """What these entries add up to, without what adds up to nothing."""
        sums: Sums = {}
        for digest in hashes:
            add(sums, self.facts[digest].effects)
        return nonzero(sums)


def nonzero(sums: Sums) -> Sums:
    """The sums that are not zero throughout."""
    return {place: amounts for place, amounts in sums.items() if any(amounts)}
