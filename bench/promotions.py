"""The promotion engine with 10,000 offers that all hold: from nothing, scan by scan, and just below a threshold,
where item offers may have to be held back. The floor is a plain indexed look-up of the same lines.

Times are for reading; what counts from machine to machine are the states searched.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from random import Random

from bench.measure import Result, percentile
from promotions import Basket, BasketLine, Offer, OfferSet, Priced, compile, price
from tests.promotions import world

OFFERS = 10_000
SIZES = (10, 30, 100)
RECEIPTS = 200
SCANS = 10
"""The last scans of every receipt are measured: the receipt is then as long as it gets."""
TARGETS = {
    ("incremental", "p95"): 4.0,
    ("incremental", "p99"): 6.0,
    ("cold", "p95"): 8.0,
    ("cold below a threshold", "p95"): 8.0,
    ("incremental below a threshold", "p95"): 4.0,
    ("incremental below a threshold", "p99"): 6.0,
}

Lines = list[BasketLine]


def run() -> list[Result]:
    """Compile, then receipts of every size."""
    offers = world.offers(OFFERS)
    offer_set = compile(offers, store="s1")
    if offer_set.skipped:
        raise RuntimeError(f"the engine skips {len(offer_set.skipped)} of the offers")
    results = [_compile(offers)]
    index = _index(offers)
    # As the till does at its start: what is loaded stays, and no scan waits for the collector to look at it.
    gc.collect()
    gc.freeze()
    for size in SIZES:
        plain = [world.lines(size, seed) for seed in range(RECEIPTS)]
        results += _series(size, "", plain, offer_set, index)
        if size == SIZES[-1]:
            near = [_near(lines, offer_set, seed) for seed, lines in enumerate(plain)]
            results += _series(size, " below a threshold", near, offer_set, index)
    return results


def _compile(offers: Sequence[Offer]) -> Result:
    """The set of a store from its offers; beside it the time to file the same offers under what they name."""
    ours = [_timed_s(lambda: compile(offers, store="s1")) for _ in range(7)]
    floor = [_timed_s(lambda: _index(offers)) for _ in range(7)]
    a, b = sorted(ours)[3], sorted(floor)[3]
    return Result("promotions: compile 10,000 offers", "median", "s", a, b, a / b, 0.3, "ours_at_most", 7)


def _series(
    size: int, kind: str, receipts: Sequence[Lines], offer_set: OfferSet, index: dict[str, list[int]]
) -> list[Result]:
    cold: list[float] = []
    scans: list[float] = []
    looks: list[float] = []
    answers: list[Priced] = []
    for lines in receipts:
        looks.append(_timed_ms(lambda lines=lines: _look_up(lines, index)))  # type: ignore[misc]
        gc.collect()
        start = time.perf_counter()
        answer = price(Basket(tuple(lines)), offer_set, world.NOW)
        cold.append((time.perf_counter() - start) * 1000)
        answers.append(answer)
        scans += _scanned(lines, offer_set, answer)
    name = f"promotions: {size} lines, {{}}{kind}"
    floor = percentile(looks, 0.5)
    results = _times(name.format("cold"), f"cold{kind}", size, cold, floor)
    results += _times(name.format("incremental"), f"incremental{kind}", size, scans, floor)
    nodes = sorted(answer.nodes for answer in answers)
    capped = sum(answer.gap > 0 for answer in answers)
    for measure, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        value = float(percentile(nodes, share))
        results.append(
            Result(
                name.format("states searched"), measure, "states", value, size, value / size, 0, "at_least", len(nodes)
            )
        )
    results.append(
        Result(
            name.format("receipts not proven"),
            "count",
            "receipts",
            capped,
            len(nodes),
            capped / len(nodes),
            0,
            "exactly",
            len(nodes),
        )
    )
    return results


def _scanned(lines: Lines, offer_set: OfferSet, whole: Priced) -> list[float]:
    """The last scans of a receipt, each after the one before it; the end must be what it is from nothing."""
    answer: Priced | None = None
    taken: list[float] = []
    for count in range(max(1, len(lines) - SCANS), len(lines) + 1):
        basket = Basket(tuple(lines[:count]))
        start = time.perf_counter()
        answer = price(basket, offer_set, world.NOW, answer)
        if count > len(lines) - SCANS:
            taken.append((time.perf_counter() - start) * 1000)
    if answer != whole:
        raise RuntimeError("scan by scan the receipt is another than from nothing")
    return taken


def _times(case: str, kind: str, size: int, samples: Sequence[float], floor: float) -> list[Result]:
    results = []
    for measure, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        value = percentile(samples, share)
        target = TARGETS.get((kind, measure), 0.0) if size == SIZES[-1] else 0.0
        if target:
            results.append(
                Result(case, measure, "ms", value, floor, value / floor, target, "ours_at_most", len(samples))
            )
        else:
            results.append(Result(case, measure, "ms", value, floor, value / floor, 0, "at_least", len(samples)))
    return results


def _near(lines: Lines, offer_set: OfferSet, seed: int) -> Lines:
    """The receipt with goods that no offer names, so dear that it lies below the next threshold by less than what the
    threshold gives."""
    random = Random(seed)
    items = Basket(tuple(lines))
    before = price(items, offer_set, world.NOW)
    net = before.gross - sum(note.applied_minor for note in before.notes if not note.offer.startswith("receipt"))
    threshold, given = next(tier for tier in (*world.TIERS, (net + 20_000, 3_000)) if tier[0] > net + 1_000)
    filler = threshold - net - random.randint(1, given // 2)
    number = len(lines) + 1
    return [*lines, BasketLine(number, "filler", "", "", "", 1000, filler * 100, filler)]


def _index(offers: Sequence[Offer]) -> dict[str, list[int]]:
    """Offers by the items and categories they name: the least that any engine must look up."""
    index: dict[str, list[int]] = {}
    for place, offer in enumerate(offers):
        for name in (*offer.scope.items, *offer.scope.categories):
            index.setdefault(name, []).append(place)
    return index


def _look_up(lines: Lines, index: dict[str, list[int]]) -> int:
    return sum(len(index.get(line.item, ())) + len(index.get(line.category, ())) for line in lines)


def _timed_s(call: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _timed_ms(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000
