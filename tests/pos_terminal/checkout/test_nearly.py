"""Means of payment that offers ask for, and the hint that goes with the total."""

from __future__ import annotations

from promotions import (
    AmountAtThreshold,
    AmountTier,
    Audience,
    BuyGet,
    Offer,
    PercentAtThreshold,
    PercentTier,
    Scope,
)
from tests.pos_terminal.shop import SOAP, Counter

BY_CARD = Offer(
    "card", AmountAtThreshold(tiers=(AmountTier(500, 300),)), name="刷卡减3", audience=Audience(tenders=("card",))
)
SPEND = Offer("spend", AmountAtThreshold(tiers=(AmountTier(10_000, 1_000),)), name="满100减10")


def test_an_offer_for_a_card_counts_when_the_card_pays_for_all() -> None:
    counter = Counter(offers=(BY_CARD,)).open().scan(SOAP).enter("")
    assert counter.said() == "用银行卡付可享“刷卡减3”，再省 3.00"
    assert counter.due == 999
    counter.press("tender_card")
    assert counter.book.sales[-1].net == 699


def test_another_payment_takes_the_whole_price() -> None:
    counter = Counter(offers=(BY_CARD,)).open().scan(SOAP)
    assert counter.pay("20").net == 999


def test_a_part_by_card_is_not_paid_by_card() -> None:
    counter = Counter(offers=(BY_CARD,)).open().scan(SOAP).enter("").press("tender_card", "5").enter("4.99")
    assert counter.book.sales[-1].net == 999


def test_the_price_for_a_card_does_not_stay_when_the_card_is_not_taken() -> None:
    counter = Counter(offers=(BY_CARD,)).open().scan(SOAP).enter("")
    counter.press("tender_card", "50")
    assert (counter.told, counter.due) == ("over_tender", 999)
    counter.enter("10")
    assert counter.book.sales[-1].net == 999


def test_an_offer_for_one_wallet_is_told_and_counts_by_the_customers_code() -> None:
    plan = AmountAtThreshold(tiers=(AmountTier(500, 200),))
    wechat = Offer("wx", plan, name="微信减2", audience=Audience(tenders=("wechat",)))
    counter = Counter(offers=(wechat,)).open().scan(SOAP).enter("")
    assert counter.said() == "用微信付可享“微信减2”，再省 2.00"
    counter.scan("281234567890123456")
    assert counter.book.sales[-1].net == 999
    counter.scan(SOAP).enter("").scan("131234567890123456")
    assert counter.book.sales[-1].net == 799
    assert counter.book.sales[-1].tenders[0].kind == "wallet_qr"


def test_an_offer_for_any_wallet_counts_whichever_it_is() -> None:
    plan = AmountAtThreshold(tiers=(AmountTier(500, 200),))
    wallet = Offer("w", plan, audience=Audience(tenders=("wallet_qr",)))
    counter = Counter(offers=(wallet,)).open().scan(SOAP).enter("").scan("131234567890123456")
    assert counter.book.sales[-1].net == 799


def test_a_threshold_that_is_nearly_reached_is_told_with_the_total() -> None:
    counter = Counter(offers=(SPEND,)).open().enter(f"9*{SOAP}", "")
    assert counter.said() == "再买 10.09 可享“满100减10”，省 10.00"
    assert counter.said("en") == "10.09 more for “满100减10”: saves 10.00"


def test_a_threshold_far_away_is_not_told() -> None:
    counter = Counter(offers=(SPEND,)).open().scan(SOAP).enter("")
    assert counter.told == ""


def test_the_next_step_of_an_offer_that_applies_is_told() -> None:
    plan = PercentAtThreshold(tiers=(PercentTier(900, 1_000), PercentTier(1_000, 5_000)))
    counter = Counter(offers=(Offer("p", plan, name="满折"),)).open().scan(SOAP).enter("")
    assert counter.said() == "再买 0.01 可享“满折”，省 4.00"


def test_a_piece_that_completes_a_group_is_told_with_what_it_saves() -> None:
    offer = Offer("soap21", BuyGet(2, 1), name="香皂买二送一", scope=Scope(items=("soap",)))
    counter = Counter(offers=(offer,)).open().enter(f"2*{SOAP}", "")
    assert counter.said() == "再拿 1 件“香皂”可享“香皂买二送一”，省 9.99"


def test_the_most_valuable_hint_is_the_one_told() -> None:
    offer = Offer("soap21", BuyGet(2, 1), name="买二送一", scope=Scope(items=("soap",)))
    plan = AmountAtThreshold(tiers=(AmountTier(2_000, 900),))
    counter = Counter(offers=(offer, Offer("s", plan, name="满20减9"))).open().enter(f"2*{SOAP}", "")
    assert counter.told == "near_units"
