"""The cells that move when goods are kept whose offer is worth less (or more) since others of the receipt came back.

Tax and clerks' shares are those of all that was moved so far less those of what was moved before. So the steps of any
sequence fit together to the cent, and once everything is back, nothing of them is left.
"""

from __future__ import annotations

from collections.abc import Mapping

from retail.allocate import allocate
from retail.documents.sale import ClerkCell, Reduction, Run, Tax
from retail.ids import RunRef
from retail.money import Rounding, divide
from retail.ownership import Ownership

Moved = Mapping[str, int]
"""By offer, how much less it takes off the kept goods of a run than when they were sold; negative where more."""


def adjustment(sold: Run, ownership: Ownership, origin: RunRef, before: Moved, after: Moved) -> Run | None:
    """What moves at the kept goods of a sold run, as one run without quantity or gross; None when nothing does."""
    moves = {offer: after.get(offer, 0) - before.get(offer, 0) for offer in dict.fromkeys((*before, *after))}
    reductions = tuple(Reduction("offer", offer, -moved) for offer, moved in moves.items() if moved)
    if not reductions:
        return None
    was, now = sum(before.values()), sum(after.values())
    taxes = tuple(
        Tax(code, rate_bp, later - earlier)
        for (code, rate_bp, earlier), (_, _, later) in zip(_taxes(sold, was), _taxes(sold, now), strict=True)
        if later != earlier
    )
    clerks = tuple(
        ClerkCell(share.clerk, later - earlier)
        for share, earlier, later in zip(
            ownership.shares, _shares(ownership, was), _shares(ownership, now), strict=True
        )
    )
    return Run(1, 0, 0, reductions, now - was, taxes, (), clerks, origin)


def _taxes(sold: Run, moved: int) -> list[tuple[str, int, int]]:
    """The taxes contained in all that was moved, each at the rate it was sold with."""
    whole = 10_000 + sum(tax.rate_bp for tax in sold.taxes)
    sign = -1 if moved < 0 else 1
    return [
        (tax.code, tax.rate_bp, sign * divide(abs(moved) * tax.rate_bp, whole, Rounding.HALF_UP)) for tax in sold.taxes
    ]


def _shares(ownership: Ownership, moved: int) -> list[int]:
    if not ownership.shares:
        return []
    return allocate(moved, [share.weight for share in ownership.shares])
