"""Many seeds of one generator, the engine beside every oracle that can speak, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from promotions import Context, Offer
from tests.promotions.generate import GENERATORS, Case
from tests.promotions.oracles import brute, cpsat
from tests.promotions.oracles.check import Oracle, Verdict, check
from tests.promotions.oracles.goods import Stock, Truth
from tests.promotions.oracles.highs import highs
from tests.promotions.oracles.shrink import described, shrunk

BRUTE_UNITS_MAX = 7
SHOWN_MAX = 3


@dataclass(slots=True)
class Tally:
    """What a campaign showed. `compared` baskets had an oracle; `by_oracle` says which spoke; `kinds` and `pairs` count
    the baskets on which offers of these kinds met."""

    baskets: int = 0
    compared: int = 0
    capped: int = 0
    unknown: int = 0
    by_oracle: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    faulty: int = 0

    def add(self, other: Tally) -> None:
        """Count what another campaign showed, too."""
        for name in ("baskets", "compared", "capped", "unknown", "faulty"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("by_oracle", "kinds", "pairs"):
            getattr(self, name).update(getattr(other, name))
        self.faults += other.faults


def by_trying(stock: Stock, offers: Sequence[Offer], context: Context) -> Truth:
    """Brute force on tiny baskets."""
    if sum(count for _, count in stock) > BRUTE_UNITS_MAX:
        raise OverflowError
    return brute.best(stock, offers, context)


def campaign(name: str, seeds: Iterable[int], *, with_highs: bool = True, shrink: bool = False) -> Tally:
    """All these cases of a generator. Faults are described, made as small as can be if asked."""
    tally = Tally()
    with highs() as second_solver:
        oracles: dict[str, Oracle] = {"brute force": by_trying, "CP-SAT": cpsat.best}
        if with_highs:
            oracles["HiGHS"] = second_solver.best
        for seed in seeds:
            case = GENERATORS[name](seed)
            verdict = check(case, oracles)
            _count(tally, case, verdict)
            if verdict.faults and len(tally.faults) < SHOWN_MAX:
                small = shrunk(case, lambda other: bool(check(other, oracles).faults)) if shrink else case
                tally.faults.append(described(small, check(small, oracles).faults))
    return tally


def _count(tally: Tally, case: Case, verdict: Verdict) -> None:
    tally.baskets += 1
    tally.compared += bool(verdict.spoken)
    tally.capped += verdict.capped
    tally.unknown += not verdict.ready
    tally.by_oracle.update(verdict.spoken)
    tally.faulty += bool(verdict.faults)
    kinds = sorted(str(type(offer.plan).__struct_config__.tag) for offer in case.offers)
    tally.kinds.update(set(kinds))
    tally.pairs.update(set(combinations(kinds, 2)))
