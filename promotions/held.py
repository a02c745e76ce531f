"""How little item offers must be held back so that the offers on the receipt make up for it, and more.

Nearly every receipt is done when it is seen that nothing can: the amount that all leads together could add bounds what
may be given up, and that again bounds what they could add. What is left is a search over the amounts that the
components of a pot can give up, each known as a set of whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from promotions.goal import UNMET, Goal
from promotions.plans import PercentAtThreshold
from promotions.pots import Pot

STATES_MAX: Final = 20_000


class Option(NamedTuple):
    """A way to hold back: how much less is taken off, and what that adds to each pot."""

    less: int
    more: tuple[Pot, ...]


@dataclass(frozen=True, slots=True)
class Amounts:
    """Everything that the components within one pot can give up together: bit d is set for d minor units."""

    pot: int
    bits: int


@dataclass(frozen=True, slots=True)
class Options:
    """The ways of a component that reaches over several pots, or may leave them; the first holds nothing back."""

    options: Sequence[Option]


Chooser = Amounts | Options


class Found(NamedTuple):
    """The best choice: its worth (discount and leads together), the place in each chooser's options or the amount held
    back (None: nothing is worth more than the least asked for), and the states that it took; `complete` is False where
    the count of states ran out."""

    worth: int
    picks: tuple[int, ...] | None
    states: int
    complete: bool


def window_of(goal: Goal, off: int, pots: Sequence[Pot], grows: Sequence[Pot], leaps: Sequence[Pot], least: int) -> int:
    """The most that may be given up so that discount and leads together are more than `least`; below zero if nothing
    can be. Pots may grow by `grows` as far as that much is given up, and by `leaps` in any case."""
    window = off
    while window >= 0:
        most = goal.most(grown(pots, grows, leaps, window))
        reach = off + most - least - 1
        if reach >= window:
            return window
        window = reach
    return window


def best_of(
    goal: Goal,
    off: int,
    pots: Sequence[Pot],
    choosers: Sequence[Chooser],
    least: int,
    window: int,
    states_max: int = 0,
) -> Found:
    """The choice that is worth most, if that is more than `least`, and of equal ones the one that gives up least."""
    search = _Search(goal, off, choosers, least, window, len(pots), states_max or STATES_MAX)
    search.run(0, list(pots), 0, ())
    return Found(search.least, search.best, search.states, search.complete)


class _Search:
    def __init__(
        self,
        goal: Goal,
        off: int,
        choosers: Sequence[Chooser],
        least: int,
        window: int,
        size: int,
        states_max: int,
    ) -> None:
        self.goal = goal
        self.states_max = states_max
        self.off = off
        self.choosers = choosers
        self.least = least
        self.window = window
        self.less = -1
        self.best: tuple[int, ...] | None = None
        self.states = 0
        self.complete = True
        self.seen: list[dict[tuple[Pot, ...], int]] = [{} for _ in choosers]
        self.ahead = [ahead_of(choosers[place:], size) for place in range(len(choosers) + 1)]

    def run(self, place: int, pots: list[Pot], less: int, picks: tuple[int, ...]) -> None:
        """Tries all that may still lead to more than is known."""
        self.states += 1
        if self.states > self.states_max:
            self.complete = False
            return
        if place == len(self.choosers):
            self._judge(pots, less, picks)
            return
        hope = self._hope(place, pots, less)
        if hope < self.least or (hope == self.least and (self.best is None or less >= self.less)):
            return
        key = tuple(pots)
        if self.seen[place].get(key, less + 1) <= less:
            return
        self.seen[place][key] = less
        chooser = self.choosers[place]
        if isinstance(chooser, Amounts):
            last = place == len(self.choosers) - 1
            amounts = self._telling(chooser, pots, less) if last else _places(chooser.bits, self.window - less)
            for amount in amounts:
                grown = list(pots)
                net, gross, room = grown[chooser.pot]
                grown[chooser.pot] = Pot(net + amount, gross, room + amount)
                self.run(place + 1, grown, less + amount, (*picks, amount))
            return
        for number, option in enumerate(chooser.options):
            if less + option.less <= self.window:
                grown = [together(pot, more) for pot, more in zip(pots, option.more, strict=True)]
                self.run(place + 1, grown, less + option.less, (*picks, number))

    def _judge(self, pots: Sequence[Pot], less: int, picks: tuple[int, ...]) -> None:
        value = self.goal.value(pots)
        if value == UNMET:
            return
        worth = self.off - less + value
        if worth > self.least or (worth == self.least and self.best is not None and less < self.less):
            self.least, self.less, self.best = worth, less, picks

    def _hope(self, place: int, pots: Sequence[Pot], less: int) -> int:
        """What the choosers to come could at best make of it."""
        grows, leaps = self.ahead[place]
        return self.off - less + self.goal.most(grown(pots, grows, leaps, self.window - less))

    def _telling(self, chooser: Amounts, pots: Sequence[Pot], less: int) -> list[int]:
        """The amounts of the last chooser that can be best. Between two steps of the leads more is only given up for
        nothing, except that several percentages, each rounded by itself, may gain a minor unit each."""
        most = min(self.window - less, chooser.bits.bit_length() - 1)
        steps = sorted({0, *self.goal.steps(chooser.pot, pots, most)})
        told: list[int] = []
        slack = -1 if len(pots) > 1 and self.goal.is_scarce(pots) else _slack(self.goal)
        for step, end in zip(steps, [*steps[1:], most + 1], strict=True):
            amount = _next(chooser.bits, step)
            first = amount
            while 0 <= amount < end and amount <= most and (amount == first or amount - first < slack or slack < 0):
                told.append(amount)
                if slack == 0:
                    break
                amount = _next(chooser.bits, amount + 1)
        return told


def _slack(goal: Goal) -> int:
    """How far beyond the least amount rounding could still make up for it; -1: any amount."""
    plans = [goal.offer_set.offers[lead.offer].plan for lead in goal.leads]
    shares = [max(tier.percent_bp for tier in plan.tiers) for plan in plans if isinstance(plan, PercentAtThreshold)]
    if len(shares) < 2:
        return 0
    rest = 10_000 - sum(shares)
    return -1 if rest <= 0 else -(-len(shares) * 10_000 // rest)


def ahead_of(choosers: Sequence[Chooser], size: int) -> tuple[list[Pot], list[Pot]]:
    """What these choosers could add to each of so many pots: for what they give up, and in any case."""
    grows = [Pot()] * size
    leaps = [Pot()] * size
    for chooser in choosers:
        if isinstance(chooser, Amounts):
            net, gross, room = grows[chooser.pot]
            most = chooser.bits.bit_length() - 1
            grows[chooser.pot] = Pot(net + most, gross, room + most)
            continue
        for place in range(size):
            best = [max(option.more[place][part] for option in chooser.options) for part in range(3)]
            leaps[place] = together(leaps[place], Pot(*best))
    return grows, leaps


def grown(pots: Sequence[Pot], grows: Sequence[Pot], leaps: Sequence[Pot], window: int) -> list[Pot]:
    """The pots when each has grown as far as that much given up lets it, and leapt."""
    after: list[Pot] = []
    for pot, grow, leap in zip(pots, grows, leaps, strict=True):
        more = min(grow.net, window)
        after.append(Pot(pot.net + more + leap.net, pot.gross + leap.gross, pot.room + more + leap.room))
    return after


def together(pot: Pot, more: Pot) -> Pot:
    """Both pots as one."""
    return Pot(pot.net + more.net, pot.gross + more.gross, pot.room + more.room)


def _places(bits: int, most: int) -> list[int]:
    """The bits that are set, up to `most`."""
    found: list[int] = []
    amount = _next(bits, 0)
    while 0 <= amount <= most:
        found.append(amount)
        amount = _next(bits, amount + 1)
    return found


def _next(bits: int, least: int) -> int:
    """The first bit that is set from `least` on; -1 if there is none."""
    rest = bits >> least
    return least + (rest & -rest).bit_length() - 1 if rest else -1
