"""Prices every basket of the dataset's year under the offers of its week, from nothing: receipts are independent."""

from __future__ import annotations

import gc
import signal
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from itertools import groupby
from typing import Final

from promotions import Offer, OfferSet, Priced, PricedLine, compile, price
from zhanggui import processes
from zhanggui.completejourney.documents import CURRENCY
from zhanggui.completejourney.offers import offers_of_week
from zhanggui.completejourney.reading import baskets_by_store
from zhanggui.completejourney.weeks import weeks
from zhanggui.progress import Progress
from zhanggui.rehearse.baskets import Case, cases_of
from zhanggui.rehearse.calendar import Calendar
from zhanggui.rehearse.figures import Figures, Loss
from zhanggui.rehearse.greedy import RULES, greedy_totals

COMPARE_EVERY: Final = 40
"""Of so many stores, one has its week priced again with every offer that its till would compile."""


def rehearse_year(*, workers: int = 2, rules: bool = True, only: Sequence[int] = ()) -> Figures:
    """All weeks, or only some; with `rules` what rules of thumb would have cost, too."""
    chosen = list(only or weeks())
    progress = Progress("rehearse", sum(baskets_by_store().values()) * len(chosen) // len(weeks()))
    whole = Figures()
    with ProcessPoolExecutor(workers, processes.context, initializer=_begin) as pool:
        for part in pool.map(rehearse_week, chosen, [rules] * len(chosen)):
            whole.merge(part)
            progress.show(whole.baskets)
    progress.show(whole.baskets, last=True)
    return whole


def _begin() -> None:
    # Ctrl+C reaches every process of the terminal: the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def rehearse_week(week: int, rules: bool = True) -> Figures:
    """One week of all stores."""
    began_ns = time.process_time_ns()
    figures = Figures()
    offers = offers_of_week(week)
    calendar = Calendar(offers)
    gc.freeze()  # what was read stays: the cycle collector need not walk its millions of objects while we price
    kinds = {offer.id: kind_of(offer) for offer in offers}
    digest = sha256()
    for number, (store, found) in enumerate(groupby(cases_of(week), key=lambda case: case.store)):
        cases = list(found)
        holding, offer_set = _compiled(figures, calendar, store, cases)
        for case in cases:
            answer = _priced(figures, case, offer_set, kinds)
            digest.update(f"{case.number} {answer.total}\n".encode())
            if rules:
                _compare_rules(figures, case, holding, answer)
        if number % COMPARE_EVERY == week % COMPARE_EVERY:
            _compare_whole(figures, offers, store, cases, offer_set)
    figures.digest = digest.digest()
    figures.cpu_ns = time.process_time_ns() - began_ns
    return figures


def kind_of(offer: Offer) -> str:
    """What the retailer calls it: a campaign's coupon, or the kind of its benefit."""
    return "coupon" if offer.audience.coupon else str(offer.plan.__struct_config__.tag)


def _compiled(figures: Figures, calendar: Calendar, store: str, cases: Sequence[Case]) -> tuple[list[Offer], OfferSet]:
    started = time.thread_time_ns()
    items = {line.item for case in cases for line in case.basket.lines}
    series = {coupon.series for case in cases for coupon in case.context.coupons}
    holding = calendar.holding(store, items, series)
    offer_set = compile(holding, store=store, currency=CURRENCY)
    figures.compile_ns += time.thread_time_ns() - started
    figures.sets += 1
    figures.compiled += len(offer_set.offers)
    figures.skipped += len(offer_set.skipped)
    return holding, offer_set


def _priced(figures: Figures, case: Case, offer_set: OfferSet, kinds: dict[str, str]) -> Priced:
    started = time.thread_time_ns()
    answer = price(case.basket, offer_set, case.context)
    figures.took_ns.append(time.thread_time_ns() - started)
    figures.baskets += 1
    figures.lines += len(answer.lines)
    figures.gross += answer.gross
    figures.net += answer.total
    figures.reduced += answer.total < answer.gross
    figures.capped += answer.gap > 0
    figures.gap += answer.gap
    if answer.gap:
        figures.capped_baskets.append(case.number)
    figures.nodes += answer.nodes
    figures.nodes_max = max(figures.nodes_max, answer.nodes)
    figures.unsummed += not adds_up(case, answer)
    for applied in answer.applied:
        figures.off_by_offer[applied.offer] += applied.off_minor
        figures.off_by_kind[kinds[applied.offer]] += applied.off_minor
    figures.receipts_by_kind.update({kinds[applied.offer] for applied in answer.applied})
    return answer


def adds_up(case: Case, answer: Priced) -> bool:
    """Whether every cent off is on a unit under an offer's name: cells, lines, offers and the total agree."""
    by_offer = dict.fromkeys((applied.offer for applied in answer.applied), 0)
    for line, sold in zip(answer.lines, case.basket.lines, strict=True):
        gross = net = 0
        for run in line.runs:
            gross += run.units * run.gross
            net += run.units * run.net
            for cell in run.reductions:
                by_offer[cell.reference] = by_offer.get(cell.reference, 0) + run.units * cell.amount
        if (gross, net) != (sold.gross_minor, line.net):
            return False
    listed = {applied.offer: applied.off_minor for applied in answer.applied}
    return by_offer == listed and sum(line.net for line in answer.lines) == answer.total == answer.gross - sum(
        listed.values()
    )


def _compare_rules(figures: Figures, case: Case, holding: Sequence[Offer], answer: Priced) -> None:
    started = time.thread_time_ns()
    totals = greedy_totals(case.basket, holding, case.context, CURRENCY)
    figures.checks_ns += time.thread_time_ns() - started
    for rule in RULES:
        figures.losses.setdefault(rule, Loss()).add(totals[rule] - answer.total)


def _compare_whole(
    figures: Figures, offers: Sequence[Offer], store: str, cases: Sequence[Case], offer_set: OfferSet
) -> None:
    started = time.thread_time_ns()
    whole = compile(offers, store=store, currency=CURRENCY)
    for case in cases:
        figures.compared += 1
        figures.other += lines_of(case, whole) != lines_of(case, offer_set)
    figures.checks_ns += time.thread_time_ns() - started


def lines_of(case: Case, offer_set: OfferSet) -> tuple[PricedLine, ...]:
    """What a basket's lines cost, cell by cell."""
    return price(case.basket, offer_set, case.context).lines
