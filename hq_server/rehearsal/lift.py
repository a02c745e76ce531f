"""What an offer brought: its goods' sales beside what they would have been, judged by the weeks before it.

For every store the days before the offer tell what a Monday, a Tuesday … brings; the offer's days are compared with
that. What the comparison does not know: season, weather, prices of others, other offers on the same goods, purchases
that only came earlier or from neighbouring shelves. So it says how far weeks before differed among themselves, and what
the days after brought.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, NamedTuple

WEEK_DAYS: Final = 7
BASELINE_WEEKS: Final = 4
BP: Final = 10_000


class Sold(NamedTuple):
    """Sums over an offer's goods on a day of a store. `margin` is net less tax less cost where that is known."""

    quantity_milli: int = 0
    net: int = 0
    tax: int = 0
    margin: int = 0
    uncosted_net: int = 0


NOTHING: Final = Sold()
StoreDay = tuple[str, date]
Expected = tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The days of an offer, and the days before and after that they are compared with."""

    days: tuple[date, ...]
    before: tuple[date, ...]
    after: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Lift:
    """The comparison, over stores with days to compare with. Amounts in minor units.

    `cost_minor` is what the offer took off, `cost_net_minor` the same less the tax in it. `gain_minor` is the margin
    beyond what was expected, the offer paid for; `incremental_minor` before it is. `roi_bp` is the gain
    by the cost in basis points, `lift_bp` the quantity beyond what was expected by that. `usual_low` and `usual_high`
    are the margins that the offer's days would have brought in the worst and the best week before; a gain that leaves
    the margin between them may be chance (`clear` False). `after_*` are sales on as many days after the offer, beside
    what was expected of those.
    """

    days: int
    baseline_days: int
    stores: int
    stores_left_out: int
    cost_minor: int
    cost_net_minor: int
    quantity_milli: int
    expected_quantity_milli: int
    net: int
    expected_net: int
    margin: int
    expected_margin: int
    uncosted_net: int
    usual_low: int
    usual_high: int
    after_days: int
    after_quantity_milli: int
    after_expected_quantity_milli: int
    after_margin: int
    after_expected_margin: int

    @property
    def gain_minor(self) -> int:
        """Margin beyond what was expected, the offer paid for."""
        return self.margin - self.expected_margin

    @property
    def incremental_minor(self) -> int:
        """Margin that the offer brought before it is paid for."""
        return self.gain_minor + self.cost_net_minor

    @property
    def roi_bp(self) -> int | None:
        """The gain by the cost, in basis points; None where nothing was spent."""
        return half_up(Fraction(self.gain_minor * BP, self.cost_net_minor)) if self.cost_net_minor > 0 else None

    @property
    def lift_bp(self) -> int | None:
        """How much more was sold than expected, in basis points; None where nothing was expected."""
        expected = self.expected_quantity_milli
        return half_up(Fraction((self.quantity_milli - expected) * BP, expected)) if expected > 0 else None

    @property
    def clear(self) -> bool:
        """Whether the margin is outside of what the weeks before brought."""
        return not self.usual_low <= self.margin <= self.usual_high


def half_up(value: Fraction) -> int:
    """The nearest whole number, halves up.

    >>> half_up(Fraction(5, 2)), half_up(Fraction(-5, 2))
    (3, -2)
    """
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def span_of(active: Iterable[date], *, weeks: int = BASELINE_WEEKS, today: date) -> Span:
    """From the days on which an offer took something off: its days are those from the first to the last that fall on a
    weekday it ever gave anything on. Before: so many whole weeks. After: as many days as it lasted, until yesterday."""
    gave = sorted(active)
    first, last = gave[0], gave[-1]
    weekdays = {day.weekday() for day in gave}
    length = (last - first).days + 1
    every = [first + timedelta(days=number) for number in range(length)]
    before = [first - timedelta(days=number) for number in range(weeks * WEEK_DAYS, 0, -1)]
    after = [last + timedelta(days=number) for number in range(1, length + 1)]
    return Span(
        tuple(day for day in every if day.weekday() in weekdays),
        tuple(before),
        tuple(day for day in after if day.weekday() in weekdays and day < today),
    )


def lift_of(span: Span, sold: Mapping[StoreDay, Sold], open_days: set[StoreDay], cost: Mapping[str, int]) -> Lift:
    """The comparison. `sold` holds the goods' sums by store and day, `open_days` when a store sold anything at all,
    `cost` what the offer took off at each store. A store without a day to compare with is left out, cost and all."""
    usual = {store: _usual(store, span.before, sold, open_days) for store in sorted(cost)}
    stores = [store for store, weekdays in usual.items() if weekdays]
    actual = _total(sold, stores, span.days)
    expected = _expected(usual, stores, span.days, open_days)
    after = _total(sold, stores, span.after)
    after_expected = _expected(usual, stores, span.after, open_days)
    weeks = _weeks(span, sold, open_days, stores)
    spent = sum(cost[store] for store in stores)
    return Lift(
        days=len(span.days),
        baseline_days=len({day for store, day in open_days if store in stores and day in set(span.before)}),
        stores=len(stores),
        stores_left_out=len(usual) - len(stores),
        cost_minor=spent,
        cost_net_minor=half_up(Fraction(spent * (actual.net - actual.tax), actual.net)) if actual.net > 0 else spent,
        quantity_milli=actual.quantity_milli,
        expected_quantity_milli=half_up(expected[0]),
        net=actual.net,
        expected_net=half_up(expected[1]),
        margin=actual.margin,
        expected_margin=half_up(expected[3]),
        uncosted_net=actual.uncosted_net,
        usual_low=half_up(min(weeks, default=expected[3])),
        usual_high=half_up(max(weeks, default=expected[3])),
        after_days=len(span.after),
        after_quantity_milli=after.quantity_milli,
        after_expected_quantity_milli=half_up(after_expected[0]),
        after_margin=after.margin,
        after_expected_margin=half_up(after_expected[3]),
    )


def _usual(
    store: str, before: Sequence[date], sold: Mapping[StoreDay, Sold], open_days: set[StoreDay]
) -> dict[int, Expected]:
    """What each weekday brings at a store: the mean of its open days before. A weekday that was never open brings what
    an open day does."""
    days = [day for day in before if (store, day) in open_days]
    if not days:
        return {}
    every = _mean(store, days, sold)
    found: dict[int, Expected] = {}
    for weekday in range(WEEK_DAYS):
        same = [day for day in days if day.weekday() == weekday]
        found[weekday] = _mean(store, same, sold) if same else every
    return found


def _mean(store: str, days: Sequence[date], sold: Mapping[StoreDay, Sold]) -> Expected:
    total = _total(sold, [store], days)
    return tuple(Fraction(amount, len(days)) for amount in total)


def _total(sold: Mapping[StoreDay, Sold], stores: Iterable[str], days: Sequence[date]) -> Sold:
    total = [0] * len(NOTHING)
    for store in stores:
        for day in days:
            for place, amount in enumerate(sold.get((store, day), NOTHING)):
                total[place] += amount
    return Sold(*total)


def _expected(
    usual: Mapping[str, Mapping[int, Expected]], stores: Sequence[str], days: Sequence[date], open_days: set[StoreDay]
) -> Expected:
    """What these days should have brought; a day on which a store did not open should have brought nothing."""
    total = [Fraction(0)] * len(NOTHING)
    for store in stores:
        for day in days:
            if (store, day) in open_days:
                for place, amount in enumerate(usual[store][day.weekday()]):
                    total[place] += amount
    return tuple(total)


def _weeks(
    span: Span, sold: Mapping[StoreDay, Sold], open_days: set[StoreDay], stores: Sequence[str]
) -> list[Fraction]:
    """The margin that the offer's days would have brought if every week had been as one of those before."""
    found: list[Fraction] = []
    for start in range(0, len(span.before), WEEK_DAYS):
        week = span.before[start : start + WEEK_DAYS]
        usual = {store: _usual(store, week, sold, open_days) for store in stores}
        if all(usual.values()):
            found.append(_expected(usual, stores, span.days, open_days)[3])
    return found
