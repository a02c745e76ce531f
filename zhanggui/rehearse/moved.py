"""A real week as tills of today can sell it: moved to a later year by whole weeks, and without what has no price."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from promotions import Basket, Offer
from retail.feeds import MemberRow
from retail.money import extend_minor
from zhanggui.completejourney import chain as completejourney
from zhanggui.completejourney import documents
from zhanggui.completejourney.coupons import campaigns_of
from zhanggui.completejourney.documents import CURRENCY, store_code
from zhanggui.completejourney.offers import group_of, offers_of_week
from zhanggui.master import Chain, Member
from zhanggui.rehearse.baskets import LEVEL, Case, cases_of

PIECES_MAX: Final = 20
LATER_MIN: Final = 418 * 7 * 24 * 60
"""Tills do not believe in 2017: offers and baskets are moved to 2025 by whole weeks, so that weekdays stay."""


def sellable(week: int, store: int) -> Iterator[Case]:
    """The store's baskets as far as a till could have sold them: goods in pieces that have a price, at that price."""
    prices = completejourney.shelf_prices()
    for case in cases_of(week):
        if case.store != store_code(store):
            continue
        lines = [
            replace(line, unit_price=amount, gross_minor=extend_minor(amount, line.quantity_milli, CURRENCY))
            for line in case.basket.lines
            if (amount := prices.get(int(line.item), 0))
            and line.counted
            and 0 < line.quantity_milli <= PIECES_MAX * 1000
        ]
        if lines:
            moved = replace(case.context, local_minute=case.context.local_minute + LATER_MIN)
            numbered = tuple(replace(line, number=number) for number, line in enumerate(lines, 1))
            yield case._replace(basket=Basket(numbered), context=moved)


def small_chain(week: int, stores: Sequence[int], cases: dict[int, list[Case]]) -> Chain:
    """The demo chain with these stores, the goods they sell this week, all members and the week's offers."""
    whole = completejourney.chain()
    goods = {line.item for found in cases.values() for case in found for line in case.basket.lines}
    codes = {store_code(store) for store in stores}
    return replace(
        whole,
        name=f"{whole.name} week {week}",
        shops=tuple(shop for shop in whole.shops if shop.store in codes),
        people=tuple(person for person in whole.people if person.store in codes),
        items=tuple(item for item in whole.items if item.item in goods),
        barcodes=tuple(barcode for barcode in whole.barcodes if barcode.item in goods),
        prices=tuple(row for row in whole.prices if row.item in goods),
        costs=tuple(cost for cost in whole.costs if cost.item in goods),
        members=tuple(Member(_member_row(number)) for number in sorted(campaigns_of().keys() | _households(cases))),
        offers=moved_offers(week),
    )


def moved_offers(week: int) -> tuple[Offer, ...]:
    """The week's offers in their later year."""
    return tuple(
        msgspec.structs.replace(
            offer,
            window=msgspec.structs.replace(
                offer.window,
                from_minute=offer.window.from_minute + LATER_MIN,
                until_minute=offer.window.until_minute + LATER_MIN,
            ),
        )
        for offer in offers_of_week(week)
    )


def _households(cases: dict[int, list[Case]]) -> set[int]:
    return {case.household for found in cases.values() for case in found}


def _member_row(household: int) -> MemberRow:
    groups = sorted(group_of(campaign) for campaign in campaigns_of().get(household, ()))
    return MemberRow(documents.member_code(household), level=LEVEL, groups=tuple(groups))
