from __future__ import annotations

from pathlib import Path

import pytest

from promotions import AmountOff, Offer, encode_offer
from retail.documents.till import FeedApplied
from retail.feeds import ConfigurationRow, OfferRow, PriceRow, RoleRow
from store_db.feeds_db import FeedStore
from tests.pos_terminal.premises import Premises, documents, enrol, supply
from tests.pos_terminal.shop import MILK, NOON_MINUTE, TEA
from tests.store_db.chain import delta, piece, row
from tests.store_db.samples import quick_verify


def arrive(folder: Path, feed: str, body: object, start: int) -> None:
    """A delta of one row comes down while the till is open."""
    store = FeedStore.open(folder / "feeds.db", store="S1", verify=quick_verify)
    delta(store, feed, [row(start + 1, body)], start)  # type: ignore[arg-type]
    store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    supply(enrol(tmp_path))
    return tmp_path


def test_a_price_change_at_a_set_minute_is_charged_from_that_minute_on_by_a_till_that_is_alone(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.open().scan(MILK)
        arrive(folder, "prices", PriceRow("milk", 40_000, scope="zone:east", from_minute=NOON_MINUTE + 2), 6)
        shop.scan(MILK)
        shop.clocks.pass_ms(119_999)
        shop.scan(MILK)
        shop.clocks.pass_ms(1)
        shop.scan(MILK)
        assert [found.net for found in shop.state.receipt.figures.lines] == [350, 350, 350, 400]


def test_a_new_offer_waits_for_the_next_receipt_and_is_then_on_record(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.open().scan(MILK)
        offer = Offer("cut", AmountOff(100))
        arrive(folder, "offers", OfferRow("cut", encode_offer(offer)), 0)
        assert shop.scan(MILK).state.receipt.due == 700
        shop.enter("", "").scan(MILK)
        assert shop.state.receipt.due == 250
    applied = [one for one in documents(folder, lambda one: isinstance(one, FeedApplied)) if one.feed == "offers"]
    assert [one.position for one in applied] == [0, 1]


def test_an_offer_that_cannot_be_read_is_left_out_and_the_others_hold(folder: Path) -> None:
    supply(folder, offers=(Offer("cut", AmountOff(100)),), generation="g2")
    store = FeedStore.open(folder / "feeds.db", store="S1", verify=quick_verify)
    broken = row(2, OfferRow("bad", b"\xc1"))
    store.apply(*piece("offers", [broken], kind="delta", start=1, generation="g2"))
    store.close()
    with Premises(folder) as shop:
        assert shop.open().scan(MILK).state.receipt.due == 250
        assert [skipped.offer for skipped in shop.till.feeds.offers.skipped] == ["bad"]
    with Premises(folder) as shop:
        assert shop.press("language").told == "offers_skipped"


def test_a_receipt_names_the_positions_it_was_priced_with(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.open().scan(MILK).enter("", "")
        shop.scan(TEA)
        marks = {mark.feed: mark.position for mark in shop.state.receipt.priced_with}
        assert marks == {"items": 7, "barcodes": 8, "prices": 6, "offers": 0}


def test_a_setting_that_cannot_be_read_is_told_and_the_old_one_stays(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.open()
        arrive(folder, "configuration", ConfigurationRow("rounding", b'"down_7"'), 4)
        shop.till.tick()
        assert shop.press("language").told == "setting_not_read"
        assert shop.till.terms.rounding == "none"
        assert shop.till.terms.pools == ("A",)


def test_a_fresh_till_without_feeds_opens_and_says_that_codes_are_unknown(tmp_path: Path) -> None:
    with Premises(enrol(tmp_path)) as shop:
        shop.press("language").scan(MILK)
        assert shop.told == "sign_on_first"
        assert shop.till.catalog.item_by_code(MILK) is None


def test_search_finds_goods_by_pinyin_name_and_code_with_their_price(folder: Path) -> None:
    with Premises(folder) as shop:
        (milk,) = shop.till.search("xnn")
        assert (milk.item, milk.unit_price) == ("milk", 35_000)
        assert {found.item for found in shop.till.search("苹果")} == {"cider", "apple"}
        assert [found.item for found in shop.till.search(TEA)] == ["tea"]


def test_feeds_that_arrive_while_nobody_presses_a_key_are_adopted_by_the_clock(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.open()
        arrive(folder, "prices", PriceRow("milk", 1), 6)
        shop.till.tick()
        shop.till.settle()
    applied = [one for one in documents(folder, lambda one: isinstance(one, FeedApplied)) if one.feed == "prices"]
    assert [one.position for one in applied] == [6, 7]


def test_a_delta_of_prices_alone_has_no_setting_read_again(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.open()
        roles, offers = shop.till.feeds.roles, shop.till.feeds.offers
        arrive(folder, "prices", PriceRow("milk", 1), 6)
        shop.till.tick()
        assert shop.till.feeds.roles is roles
        assert shop.till.feeds.offers is offers
        assert [mark.position for mark in shop.till.feeds.marks if mark.feed == "prices"] == [7]


def test_a_role_that_changes_holds_from_the_next_command(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.open()
        arrive(folder, "roles", RoleRow("guest", ("x_report",)), 3)
        shop.press("language")
        assert shop.till.feeds.roles["guest"].functions == ("x_report",)
