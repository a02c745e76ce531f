"""What a rehearsal of many baskets came to; parts add up to the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

SHOWN_OFFERS: Final = 10
SHOWN_CAPPED: Final = 20
NS_PER_MS: Final = 1_000_000
NS_PER_S: Final = 1_000_000_000


@dataclass(slots=True)
class Loss:
    """What a rule of thumb costs the customer beyond the best price, in cents; `cheaper` must stay 0."""

    minor: int = 0
    baskets: int = 0
    worst_minor: int = 0
    cheaper: int = 0

    def add(self, more: int) -> None:
        """One basket that costs so much more by the rule."""
        self.minor += more
        self.baskets += more > 0
        self.worst_minor = max(self.worst_minor, more)
        self.cheaper += more < 0

    def merge(self, other: Loss) -> None:
        """Another part's losses."""
        self.minor += other.minor
        self.baskets += other.baskets
        self.worst_minor = max(self.worst_minor, other.worst_minor)
        self.cheaper += other.cheaper


@dataclass(slots=True)
class Figures:
    """Sums over baskets. Amounts are cents; `unsummed` counts receipts whose cells do not add up, `other` receipts that
    cost something else when all offers of the store are compiled: both must stay 0. Times are the processor's, so that
    what else the machine does is not in them; `took_ns` has one for each basket."""

    baskets: int = 0
    lines: int = 0
    gross: int = 0
    net: int = 0
    reduced: int = 0
    capped: int = 0
    gap: int = 0
    nodes: int = 0
    nodes_max: int = 0
    unsummed: int = 0
    compared: int = 0
    other: int = 0
    skipped: int = 0
    capped_baskets: list[int] = field(default_factory=list)
    sets: int = 0
    compiled: int = 0
    off_by_kind: Counter[str] = field(default_factory=Counter)
    receipts_by_kind: Counter[str] = field(default_factory=Counter)
    off_by_offer: Counter[str] = field(default_factory=Counter)
    losses: dict[str, Loss] = field(default_factory=dict)
    took_ns: list[int] = field(default_factory=list)
    compile_ns: int = 0
    checks_ns: int = 0
    cpu_ns: int = 0
    digest: bytes = b""

    def merge(self, other: Figures) -> None:
        """Takes in the next part; the digest depends on the order of parts."""
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.nodes_max = max(self.nodes_max, other.nodes_max)
        for name in ("off_by_kind", "receipts_by_kind", "off_by_offer"):
            getattr(self, name).update(getattr(other, name))
        for rule, loss in other.losses.items():
            self.losses.setdefault(rule, Loss()).merge(loss)
        self.took_ns.extend(other.took_ns)
        self.capped_baskets.extend(other.capped_baskets)
        self.digest = sha256(self.digest + other.digest).digest()

    @property
    def reading_ns(self) -> int:
        """What is neither compiling nor pricing nor a comparison: reading, deriving offers, summing."""
        return self.cpu_ns - self.compile_ns - self.checks_ns - sum(self.took_ns)

    @property
    def sound(self) -> bool:
        """Whether nothing contradicts: everything proven, cells add up, no rule of thumb beats the engine."""
        cheaper = any(loss.cheaper for loss in self.losses.values())
        return not (self.capped or self.unsummed or self.other or self.skipped or cheaper)

    def rendered(self, wall_s: float, workers: int) -> str:
        """The whole as text for people."""
        return "\n".join([*self._head(wall_s, workers), "", *self._kinds(), "", *self._offers(), *self._rules()])

    def _head(self, wall_s: float, workers: int) -> list[str]:
        took = sorted(self.took_ns)
        times = ", ".join(f"{name} {_at(took, share):.2f} ms" for name, share in _SHARES)
        return [
            f"{self.baskets:,} baskets, {self.lines:,} lines, priced from nothing in {wall_s:.0f} s with {workers} "
            "processes, reading included",
            f"gross {_money(self.gross)}, off {_money(self.gross - self.net)}, net {_money(self.net)}; "
            f"{self.reduced:,} baskets ({_percent(self.reduced, self.baskets)}) got something off",
            f"capped {self.capped:,} (gap {_money(self.gap)}); nodes {self.nodes:,}, most on one basket "
            f"{self.nodes_max:,}; cells that do not add up {self.unsummed}; offers skipped {self.skipped}",
            f"a basket: {times}; {self.sets:,} offer sets compiled, {self.compiled:,} offers in them; "
            f"{self.compared:,} baskets priced again with every offer of their store: "
            f"{self.other} differ",
            f"processor {self.cpu_ns / NS_PER_S:.0f} s in all: reading {self.reading_ns / NS_PER_S:.0f} s, compiling "
            f"{self.compile_ns / NS_PER_S:.0f} s, pricing {sum(took) / NS_PER_S:.0f} s, comparisons "
            f"{self.checks_ns / NS_PER_S:.0f} s",
            f"digest {self.digest.hex()[:16]}",
            *([f"capped: {', '.join(map(str, self.capped_baskets[:SHOWN_CAPPED]))}"] if self.capped else []),
        ]

    def _kinds(self) -> list[str]:
        lines = ["| kind | taken off | baskets |", "|---|---:|---:|"]
        for kind, off in sorted(self.off_by_kind.items(), key=lambda entry: (-entry[1], entry[0])):
            lines.append(f"| {kind} | {_money(off)} | {self.receipts_by_kind[kind]:,} |")
        return lines

    def _offers(self) -> list[str]:
        lines = [f"| the {SHOWN_OFFERS} dearest of {len(self.off_by_offer):,} offers used | taken off |", "|---|---:|"]
        dearest = sorted(self.off_by_offer.items(), key=lambda entry: (-entry[1], entry[0]))[:SHOWN_OFFERS]
        return lines + [f"| {offer} | {_money(off)} |" for offer, off in dearest]

    def _rules(self) -> list[str]:
        if not self.losses:
            return []
        lines = ["", "| instead of the best price | costs customers | per basket | dearer | worst | cheaper |"]
        lines.append("|---|---:|---:|---:|---:|---:|")
        for rule, loss in self.losses.items():
            lines.append(
                f"| {rule} | {_money(loss.minor)} | {loss.minor / max(self.baskets, 1):.2f} cents | "
                f"{loss.baskets:,} ({_percent(loss.baskets, self.baskets)}) | {_money(loss.worst_minor)} | "
                f"{loss.cheaper} |"
            )
        return lines


_SUMS: Final = (
    *("baskets", "lines", "gross", "net", "reduced", "capped", "gap", "nodes", "unsummed", "compared", "other"),
    *("skipped", "sets", "compiled", "compile_ns", "checks_ns", "cpu_ns"),
)
_SHARES: Final = (("p50", 50), ("p95", 95), ("p99", 99), ("most", 100))


def _at(took: Sequence[int], share: int) -> float:
    """A percentile in milliseconds."""
    return took[min(len(took) * share // 100, len(took) - 1)] / NS_PER_MS if took else 0.0


def _money(minor: int) -> str:
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100:,}.{abs(minor) % 100:02d}"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "-"
