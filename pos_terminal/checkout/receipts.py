"""Changing the open receipt: adding, replacing, striking out and selecting lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pos_terminal.checkout.lines import OpenLine
from pos_terminal.checkout.pricing import priced
from pos_terminal.checkout.state import CheckoutState, Receipt
from pos_terminal.checkout.world import World


def started(receipt: Receipt, world: World) -> Receipt:
    """The receipt with its beginning fixed: the moment, the offers and the feeds it is priced with."""
    if receipt.started_at_ms:
        return receipt
    known = world.uses.known(world.offers, receipt.member, world.local_minute)
    return replace(receipt, started_at_ms=world.now_ms, offers=world.offers, priced_with=world.marks, known=known)


def with_line(state: CheckoutState, line: OpenLine, world: World) -> CheckoutState:
    """The state with one more line, which becomes the selected one."""
    receipt = started(state.receipt, world)
    line = replace(line, number=len(receipt.lines) + 1)
    receipt = replace(receipt, lines=(*receipt.lines, line), selected=line.number)
    return replace(state, receipt=priced(receipt, world), last=None, message=None)


def changed_line(state: CheckoutState, line: OpenLine, world: World) -> CheckoutState:
    """The state with a line replaced by what it is now."""
    lines = tuple(line if old.number == line.number else old for old in state.receipt.lines)
    return replace(state, receipt=priced(replace(state.receipt, lines=lines), world))


def selected_line(state: CheckoutState) -> OpenLine | None:
    """The line that functions act on, if it still counts."""
    receipt = state.receipt
    found = [line for line in receipt.lines if line.number == receipt.selected and line.live]
    return found[0] if found else None


def neighbour(numbers: Iterable[int], selected: int, by: int) -> int:
    """The number that lies `by` places from the selected one, staying within the list; 0 for an empty list."""
    known = list(numbers)
    if not known:
        return 0
    lost = len(known) - 1 if by < 0 else 0
    place = known.index(selected) + by if selected in known else lost
    return known[min(max(place, 0), len(known) - 1)]


def moved(state: CheckoutState, by: int) -> CheckoutState:
    """The state with the selection moved among the lines that count."""
    numbers = (line.number for line in state.receipt.lines if line.live)
    return replace(state, receipt=replace(state.receipt, selected=neighbour(numbers, state.receipt.selected, by)))
