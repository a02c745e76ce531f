from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from pos_terminal.services import offers as module
from pos_terminal.services.offers import OfferCompiler, left_out, read
from promotions import AmountOff, Offer, OfferSet, UnknownOffer, encode_offer
from retail.feeds import OfferRow
from store_db.feeds_db import FeedStore
from tests.pos_terminal.premises import Premises, enrol, supply
from tests.pos_terminal.shop import MILK
from tests.store_db.chain import piece, row
from tests.store_db.samples import quick_verify

CUT = Offer("cut", AmountOff(100))
TOMORROW = encode_offer(CUT).replace(b"amount_off", b"of_tomorro")


def rows(*offers: Offer) -> list[OfferRow]:
    return [OfferRow(offer.id, encode_offer(offer)) for offer in offers]


def test_an_offer_of_a_newer_kind_is_left_out_and_named() -> None:
    made = OfferCompiler("S1", "CNY").compile([*rows(CUT), OfferRow("new", TOMORROW)])
    assert [offer.id for offer in made.offers] == ["cut"]
    assert [(one.offer, "of_tomorro" in one.reason) for one in left_out(made)] == [("cut", True)]


def test_what_is_no_offer_at_all_is_left_out_under_the_name_of_its_row() -> None:
    found = read(OfferRow("broken", b"\xc1"))
    assert isinstance(found, UnknownOffer)
    assert found.id == "broken"


def test_an_earlier_revision_is_nothing_to_tell_anybody() -> None:
    later = Offer("cut", AmountOff(200), revision=2)
    made = OfferCompiler("S1", "CNY").compile(rows(CUT, later))
    assert made.offers == (later,)
    assert left_out(made) == ()


def test_only_what_is_new_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def noted(one: OfferRow) -> Offer | UnknownOffer:
        seen.append(one.offer)
        return read(one)

    monkeypatch.setattr(module, "read", noted)
    compiler = OfferCompiler("S1", "CNY")
    compiler.compile(rows(CUT, Offer("b", AmountOff(1))))
    made = compiler.compile(rows(CUT, Offer("c", AmountOff(1))))
    assert seen == ["cut", "b", "c"]
    assert [offer.id for offer in made.offers] == ["c", "cut"]


def test_beside_the_screen_threads_are_switched_often_and_only_then() -> None:
    usual_s = sys.getswitchinterval()
    OfferCompiler("S1", "CNY").compile_aside(rows(CUT))
    assert sys.getswitchinterval() == usual_s


def arrive(folder: Path, offer: bytes, start: int) -> None:
    store = FeedStore.open(folder / "feeds.db", store="S1", verify=quick_verify)
    store.apply(*piece("offers", [row(start + 1, OfferRow("cut", offer))], kind="delta", start=start))
    store.close()


def in_use(shop: Premises) -> list[str]:
    return [offer.id for offer in shop.till.feeds.offers.offers]


def test_new_offers_are_compiled_on_another_thread_while_the_till_sells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    supply(enrol(tmp_path))
    compiling, go_on = threading.Event(), threading.Event()
    threads: list[int] = []
    compiled = OfferCompiler.compile

    def slowly(self: OfferCompiler, found: list[OfferRow]) -> OfferSet:
        threads.append(threading.get_ident())
        compiling.set()
        assert go_on.wait(10)
        return compiled(self, found)

    with Premises(tmp_path, threaded=True) as shop:
        shop.open()
        monkeypatch.setattr(OfferCompiler, "compile", slowly)
        arrive(tmp_path, encode_offer(CUT), 0)
        shop.till.tick()
        assert compiling.wait(10)
        assert shop.scan(MILK).enter("", "").state.last is not None
        assert in_use(shop) == []
        go_on.set()
        for _ in range(1_000):
            shop.till.tick()
            if in_use(shop):
                break
            time.sleep(0.01)
        assert shop.scan(MILK).state.receipt.due == 250
    assert threading.get_ident() not in threads


def test_the_till_tells_and_counts_what_it_left_out(tmp_path: Path) -> None:
    supply(enrol(tmp_path))
    with Premises(tmp_path) as shop:
        shop.open()
        arrive(tmp_path, TOMORROW, 0)
        shop.scan(MILK).press("language")
        assert len(shop.till.feeds.skipped) == 1
