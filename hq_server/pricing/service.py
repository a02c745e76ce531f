"""Changes prices, one release for each change, published in the same transaction; keeps costs, which never go down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import msgspec
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from hq_server.errors import Invalid, NotFound
from hq_server.feeds.publishing import CHAIN, Change, check_audience, publish
from hq_server.models.catalog import Item, ItemCost, Price
from hq_server.models.tables import table_of
from hq_server.pricing.rules import AMOUNT_MAX, price_key
from hq_server.upsert import upsert
from hq_server.users import audit
from retail.feeds import PriceRow

_RELEASE = text("""
    INSERT INTO hq_state (name, value) VALUES ('price_release', '1')
    ON CONFLICT (name) DO UPDATE SET value = (hq_state.value::bigint + 1)::text RETURNING value::bigint
""")
_PRICE_COLUMNS: Final = (
    *("item_id", "kind", "scope", "unit", "from_minute", "until_minute", "amount", "release", "feed_position"),
    *("actor", "at"),
)
_COST_COLUMNS: Final = ("item_id", "scope", "from_date", "recorded_at", "unit_cost", "actor")
UNIT_COST_MAX: Final = 10**9


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A price as it was published: the board shows who has `feed_position` of feed `prices`."""

    row: PriceRow
    feed_position: int


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What a unit of an item costs from a business date on, in ten-thousandths; `scope` is `chain` or `store:S`."""

    item: str
    unit_cost: int
    from_date: date
    scope: str = CHAIN


def change_price(
    session: Session,
    *,
    item: str,
    scope: str,
    amount: int,
    from_minute: int,
    actor: str,
    at: datetime,
    kind: str = "retail",
    unit: str | None = None,
    until_minute: int = 0,
) -> PriceChange:
    """Charges `amount` (ten-thousandths of the major unit) for the item in this scope from a wall-clock minute on.

    The unit is the item's own unless another is named. Raises NotFound, Invalid.
    """
    held = session.get(Item, item)
    if held is None:
        raise NotFound(f"there is no item {item}")
    row = PriceRow(item, amount, kind, scope, unit or held.unit, from_minute, until_minute)
    (released,), position = _release(session, [row], actor=actor, at=at)
    audit.record(
        session,
        actor=actor,
        action="price.change",
        subject=item,
        at=at,
        **msgspec.to_builtins(released),
    )
    return PriceChange(released, position)


def put_prices(session: Session, rows: Iterable[PriceRow], *, actor: str, at: datetime) -> int:
    """Publishes many prices as one release; returns the position of feed `prices` that has them all."""
    released, position = _release(session, list(rows), actor=actor, at=at)
    audit.record(session, actor=actor, action="prices.put", subject=f"{len(released)} prices", at=at)
    return position


def withdraw_price(session: Session, row: PriceRow, *, actor: str, at: datetime) -> int:
    """Takes a price out, as if it had never been; returns the feed's position."""
    held = session.get(Price, (row.item, row.kind, row.scope, row.unit, row.from_minute))
    if held is None:
        raise NotFound(f"item {row.item} has no such price")
    session.delete(held)
    session.flush()
    audit.record(session, actor=actor, action="price.withdraw", subject=row.item, at=at, **msgspec.to_builtins(row))
    return publish(session, "prices", [Change(price_key(row), None)], at=at)


def prices_of(session: Session, item: str) -> list[Price]:
    """All prices of an item, the latest first."""
    wanted = select(Price).where(Price.item_id == item).order_by(Price.scope, Price.kind, Price.from_minute.desc())
    return list(session.scalars(wanted))


def latest_changes(session: Session, *, limit: int = 100) -> list[Price]:
    """The prices changed last."""
    return list(session.scalars(select(Price).order_by(Price.release.desc(), Price.item_id).limit(limit)))


def put_costs(session: Session, costs: Iterable[UnitCost], *, actor: str, at: datetime) -> int:
    """Writes down costs; returns how many. They count for entries accepted from now on, of business dates from
    `from_date` on: what was folded before keeps the cost it was stamped with."""
    rows = list(costs)
    for cost in rows:
        if not 0 <= cost.unit_cost <= UNIT_COST_MAX:
            raise Invalid(f"a unit cost of {cost.unit_cost} cannot be right: item {cost.item}")
        if cost.scope != CHAIN and not cost.scope.startswith("store:"):
            raise Invalid(f"a cost holds for the chain or a store, not for {cost.scope!r}")
    values = ((cost.item, cost.scope, cost.from_date, at, cost.unit_cost, actor) for cost in rows)
    count = upsert(session, table_of(ItemCost), _COST_COLUMNS, values)
    audit.record(session, actor=actor, action="costs.put", subject=f"{count} costs", at=at)
    return count


def _release(session: Session, rows: list[PriceRow], *, actor: str, at: datetime) -> tuple[list[PriceRow], int]:
    for row in rows:
        _check(row)
    release: int = session.execute(_RELEASE).scalar_one()
    released = [msgspec.structs.replace(row, release=release) for row in rows]
    changes = [Change(price_key(row), row, row.scope) for row in released]
    position = publish(session, "prices", changes, at=at)
    values = (
        (
            *(row.item, row.kind, row.scope, row.unit, row.from_minute, row.until_minute, row.amount, release),
            *(position, actor, at),
        )
        for row in released
    )
    upsert(session, table_of(Price), _PRICE_COLUMNS, values)
    return released, position


def _check(row: PriceRow) -> None:
    check_audience(row.scope)
    if not 0 <= row.amount <= AMOUNT_MAX:
        raise Invalid(f"a price of {row.amount} ten-thousandths cannot be right: item {row.item}")
    if row.until_minute and row.until_minute <= row.from_minute:
        raise Invalid("a price ends after it begins")
    if row.kind not in ("retail", "wholesale") and not row.kind.startswith("member:"):
        raise Invalid(f"a price is retail, wholesale or member:LEVEL, not {row.kind!r}")
