"""Whose sale a line is: one clerk's (私拥), shared by weights (60/40), or a counter's pool (公拥).

The shares are cut once, at the sale, unit by unit, so that a return of any unit at any store takes back from the
same clerks exactly what that unit gave them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from retail.allocate import allocate, matrix

OwnershipKind = Literal["none", "own", "shared", "pool"]

OWNERS: Final[dict[str, tuple[int, int]]] = {"none": (0, 0), "own": (1, 1), "pool": (1, 1), "shared": (2, 9)}
"""Kind → fewest and most owners of a line."""


class Share(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """One clerk's weight in a shared line."""

    clerk: str
    weight: int


class Ownership(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """Who owns a line. `shares` holds one entry for an own line, several for a shared one; for a pool it holds the
    pool's code, which settlement later divides among its members."""

    kind: OwnershipKind
    shares: tuple[Share, ...]

    def __post_init__(self) -> None:
        fewest, most = OWNERS[self.kind]
        if not fewest <= len(self.shares) <= most:
            raise ValueError(f"a line of kind {self.kind!r} cannot have {len(self.shares)} owners")
        for share in self.shares:
            if share.weight <= 0 or not share.clerk:
                raise ValueError("every owner needs a code and a weight above zero")
        if most > 1 and len({share.clerk for share in self.shares}) != len(self.shares):
            raise ValueError("a clerk stands twice in one line")


UNOWNED = Ownership("none", ())


def own(clerk: str) -> Ownership:
    """The line is this clerk's alone."""
    return Ownership("own", (Share(clerk, 1),))


def shared(*shares: tuple[str, int]) -> Ownership:
    """The line is shared by clerks in proportion to their weights."""
    return Ownership("shared", tuple(Share(clerk, weight) for clerk, weight in shares))


def pool(code: str) -> Ownership:
    """The line belongs to a counter's pool."""
    return Ownership("pool", (Share(code, 1),))


def parse_ownership(text: str) -> Ownership:
    """What a cashier types: `07` own, `07*60+12*40` shared, `@A` pool, empty for nobody; ValueError otherwise.

    >>> parse_ownership("07*60+12*40") == shared(("07", 60), ("12", 40))
    True
    """
    typed = text.strip()
    if not typed:
        return UNOWNED
    if typed.startswith("@"):
        return pool(typed[1:])
    shares = [part.partition("*") for part in typed.split("+")]
    if len(shares) == 1 and not shares[0][1]:
        return own(typed)
    if not all(weight.isascii() and weight.isdigit() for _, _, weight in shares):
        raise ValueError(f"shares are typed as clerk*weight+clerk*weight: {text!r}")
    return shared(*((clerk, int(weight)) for clerk, _, weight in shares))


def format_ownership(ownership: Ownership) -> str:
    """The text that `parse_ownership` reads back."""
    if ownership.kind == "pool":
        return "@" + ownership.shares[0].clerk
    if ownership.kind == "shared":
        return "+".join(f"{share.clerk}*{share.weight}" for share in ownership.shares)
    return ownership.shares[0].clerk if ownership.shares else ""


def divide_units(ownership: Ownership, unit_nets: Sequence[int]) -> list[list[int]]:
    """For each unit, what each owner gets of its net, in the order of `shares`.

    The line's total falls to the owners by largest remainder; every unit's cells sum to that unit's net. Nets are
    not negative: a return copies cells and never divides again.
    """
    if ownership.kind == "none":
        return [[] for _ in unit_nets]
    weights = [share.weight for share in ownership.shares]
    return matrix(allocate(sum(unit_nets), weights), unit_nets)
