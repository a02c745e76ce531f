"""Which price rows hold: resolved once, when a line is rung up, and frozen on it."""

from __future__ import annotations

from collections.abc import Sequence

from retail.feeds import ItemRow, PriceRow

RETAIL = "retail"
MEMBER = "member:"


def frozen_rows(
    rows: Sequence[PriceRow], item: ItemRow, *, store: str, zone: str, local_minute: int
) -> tuple[PriceRow, ...]:
    """One row of each kind: the one in force at this minute with the narrowest scope, then the latest from, then the
    highest release."""
    best: dict[str, tuple[tuple[int, int, int], PriceRow]] = {}
    for row in rows:
        rank = _rank(row.scope, store, zone)
        over = row.until_minute and local_minute >= row.until_minute
        if rank is None or row.unit != item.unit or local_minute < row.from_minute or over:
            continue
        order = (rank, row.from_minute, row.release)
        if row.kind not in best or order > best[row.kind][0]:
            best[row.kind] = (order, row)
    return tuple(best[kind][1] for kind in sorted(best))


def price_for(prices: Sequence[PriceRow], member_level: str) -> PriceRow | None:
    """The frozen row that is charged: the member's price where it is the lower one. None without any."""
    kinds = (RETAIL, MEMBER + member_level) if member_level else (RETAIL,)
    found = [row for row in prices if row.kind in kinds]
    return min(found, key=lambda row: (row.amount, row.kind != RETAIL), default=None)


def _rank(scope: str, store: str, zone: str) -> int | None:
    """How narrow a scope is; None when it is not this store's."""
    if scope == "chain":
        return 0
    if scope == f"store:{store}":
        return 2
    # Only the rows of the store's own zone are sent down: a till that was not told its zone goes by what came.
    kind, _, name = scope.partition(":")
    return 1 if kind == "zone" and zone in ("", name) else None
