"""Coupons on real PostgreSQL: made in bulk, reserved by one till at a time, taken by the receipt that came first."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.testclient import TestClient
from msgspec.structs import replace

from hq_server import clock
from hq_server.coupons import life, queries, rules
from hq_server.coupons import service as coupons
from hq_server.coupons.service import SeriesRecord
from hq_server.db import Database
from hq_server.errors import Conflict, Forbidden, HqError, Invalid, NotFound
from hq_server.sync import service as folding
from retail.coupon_issue import issued_on
from retail.coupons import SignedCoupon, UniqueCode, read_coupon
from retail.documents.offers import CouponUse, Issued, Reversal
from retail.feeds import CouponBlockRow, CouponSeriesRow, TillKeyRow, decode_row
from retail.ids import DocumentId
from retail.wire import Answer, CouponAnswer, ReleaseCoupon, ReserveCoupon, Unavailable
from tests.hq_server.chain import LATER, NOON, TODAY, Chain, sold
from tests.hq_server.http import Host

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SPRING = SeriesRecord("SPRING", "Spring", from_day=20261101, until_day=20261231)
NEXT = SeriesRecord("NEXT10", "Next purchase", form="signed", offline="accept")


def below(seed: int = 1) -> Callable[[int], int]:
    return random.Random(seed).randrange


@pytest.fixture
def codes(database: Database, chain: Chain) -> list[str]:
    """Three coupons of a unique series, and a series of signed ones."""
    with database.transaction() as session:
        coupons.put_series(session, SPRING, actor="test", at=NOON)
        coupons.put_series(session, NEXT, actor="test", at=NOON)
        return coupons.issue_unique(session, "SPRING", 3, draw=below(), actor="test", at=NOON)


def ask(database: Database, question: ReserveCoupon | ReleaseCoupon, store: str = "S1", at: datetime = NOON) -> Answer:
    with database.transaction() as session:
        return life.answer(session, question, store=store, at=at)


def state(chain: Chain, code: str) -> tuple[object, ...]:
    return chain.rows("SELECT state, redeemed_store, redeemed_by FROM coupon WHERE code = :code", code=code)[0]


def take(chain: Chain, till: str, code: str, series: str = "SPRING", at: datetime = NOON) -> DocumentId:
    """A receipt of this till that took the coupon, sent and accepted at this moment; not folded."""
    double = chain.tills[till]
    sent = len(double.entries)
    made = double.append(replace(double.receipt(sold(100)), coupons=(CouponUse(code, series, "cap"),)))
    chain.send(double, sent, at=at)
    return made


def give_back(chain: Chain, till: str, document: DocumentId, code: str) -> None:
    """A receipt of this till that takes all of another one back."""
    double = chain.tills[till]
    sent = len(double.entries)
    undone = Reversal(document, "", TODAY, (), (CouponUse(code, "SPRING", "cap"),), (), (), (), 0)
    double.append(replace(double.receipt(), reversals=(undone,)))
    chain.send(double, sent)


def alarms(chain: Chain) -> list[tuple[object, ...]]:
    return chain.rows("SELECT store_id, kind, subject FROM alarm ORDER BY 1, 2, 3")


def test_codes_are_made_in_bulk_each_once_and_told_to_tills_as_a_series(
    database: Database, chain: Chain, codes: list[str], client: TestClient
) -> None:
    with database.transaction() as session:
        more = coupons.issue_unique(session, "SPRING", 2_000, draw=below(1), actor="test", at=NOON)
    assert len({*codes, *more}) == 2_003  # the same random numbers once more: other codes
    assert all(read_coupon(code) == UniqueCode("SPRING", code) for code in more)
    with database.transaction() as session:
        assert queries.counts(session, at=NOON) == [queries.SeriesCount("SPRING", 2_003, 0, 0, 0)]
    host = Host.enrolled(client, database, chain.tills["S1-01"])
    host.take("coupon_series")
    assert decode_row("coupon_series", host.rows["coupon_series"]["SPRING"]) == CouponSeriesRow(
        "SPRING", "Spring", "refuse", 20261101, 20261231
    )


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (SeriesRecord("spring", "Spring"), "series"),
        (SeriesRecord("A" * 40, "long", form="signed"), "series"),
        (SeriesRecord("A", " "), "name"),
        (SeriesRecord("A", "a", from_day=20261301), "from_day"),
        (SeriesRecord("A", "a", from_day=20261101, until_day=20261031), "until_day"),
    ],
)
def test_a_series_that_cannot_be_right_is_refused_with_the_field(
    database: Database, record: SeriesRecord, field: str
) -> None:
    with pytest.raises(Invalid, match=f"^{field}"), database.transaction() as session:
        coupons.put_series(session, record, actor="test", at=NOON)


def test_coupons_are_made_only_for_a_running_series_of_their_form(database: Database, codes: list[str]) -> None:
    def refused(error: type[HqError], series: str, count: int = 1) -> None:
        with pytest.raises(error), database.transaction() as session:
            coupons.issue_unique(session, series, count, draw=below(), actor="test", at=NOON)

    refused(NotFound, "AUTUMN")
    refused(Conflict, "NEXT10")
    refused(Invalid, "SPRING", 0)
    refused(Invalid, "SPRING", coupons.ISSUE_MAX + 1)
    with database.transaction() as session:
        coupons.stop_series(session, "SPRING", stopped=True, actor="test", at=NOON)
    refused(Conflict, "SPRING")
    with pytest.raises(Conflict), database.transaction() as session:
        coupons.put_series(session, replace(SPRING, form="signed"), actor="test", at=NOON)


def test_a_coupon_is_reserved_by_one_till_until_it_lets_go_or_the_time_is_over(
    database: Database, codes: list[str]
) -> None:
    mine, theirs = (ReserveCoupon(codes[0], till, TODAY) for till in ("S1-01", "S2-01"))
    until = int((NOON + rules.RESERVED_FOR).timestamp() * 1000)
    assert ask(database, mine) == CouponAnswer("reserved", "SPRING", 0, "S1-01", until)
    assert ask(database, theirs, "S2") == CouponAnswer("held_elsewhere", "SPRING", 0, "S1-01")
    assert ask(database, ReleaseCoupon(codes[0], "S2-01"), "S2") == CouponAnswer("free")
    assert ask(database, theirs, "S2") == CouponAnswer("held_elsewhere", "SPRING", 0, "S1-01")
    assert ask(database, ReleaseCoupon(codes[0], "S1-01")) == CouponAnswer("free")
    assert ask(database, theirs, "S2").state == "reserved"  # type: ignore[union-attr]
    assert ask(database, mine, at=NOON + rules.RESERVED_FOR).state == "reserved"  # type: ignore[union-attr]
    assert ask(database, replace(mine, code="ZU-NONE")) == CouponAnswer("unknown")
    assert ask(database, replace(mine, code=codes[1], today=20270101)) == CouponAnswer("expired", "SPRING")


def test_a_till_of_another_store_cannot_be_spoken_for(database: Database, codes: list[str]) -> None:
    with pytest.raises(Forbidden):
        ask(database, ReserveCoupon(codes[0], "S2-01", TODAY), "S1")


def test_of_two_tills_that_ask_for_one_coupon_at_once_one_gets_it(database: Database, codes: list[str]) -> None:
    """Real connections, real row locks, started together, again and again."""
    with database.transaction() as session:
        many = coupons.issue_unique(session, "SPRING", 25, draw=below(7), actor="test", at=NOON)
    tills = [("S1-01", "S1"), ("S1-02", "S1"), ("S2-01", "S2"), ("S3-01", "S3")]
    for code in many:
        start = threading.Barrier(len(tills))
        answers: dict[str, Answer] = {}

        def race(till: str, store: str, code: str, start: threading.Barrier, answers: dict[str, Answer]) -> None:
            start.wait()
            answers[till] = ask(database, ReserveCoupon(code, till, TODAY), store)

        threads = [threading.Thread(target=race, args=(till, store, code, start, answers)) for till, store in tills]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = {till: answer for till, answer in answers.items() if isinstance(answer, CouponAnswer)}
        assert len(found) == len(tills)
        (winner,) = [till for till, answer in found.items() if answer.state == "reserved"]
        assert {answer.holder for answer in found.values()} == {winner}


def test_a_coupon_that_is_being_folded_makes_a_till_ask_again(database: Database, codes: list[str]) -> None:
    with database.transaction() as held:
        assert isinstance(life.answer(held, ReserveCoupon(codes[0], "S1-01", TODAY), store="S1", at=NOON), CouponAnswer)
        assert isinstance(ask(database, ReserveCoupon(codes[0], "S2-01", TODAY), "S2"), Unavailable)


def test_the_receipt_redeems_whoever_had_reserved_and_folding_again_changes_nothing(
    database: Database, chain: Chain, codes: list[str]
) -> None:
    ask(database, ReserveCoupon(codes[0], "S1-02", TODAY))
    document = take(chain, "S1-01", codes[0])
    folding.fold_all(database)
    redeemed = ("redeemed", "S1", str(document))
    assert state(chain, codes[0]) == redeemed
    assert ask(database, ReserveCoupon(codes[0], "S2-01", TODAY), "S2") == CouponAnswer(
        "redeemed", "SPRING", 0, str(document)
    )
    folding.rebuild(database)
    assert state(chain, codes[0]) == redeemed
    assert alarms(chain) == []


@pytest.mark.parametrize("folded_first", ["S1", "S2"])
def test_of_two_receipts_the_first_accepted_has_it_and_the_other_is_shown_to_its_store(
    folded_first: str, database: Database, chain: Chain, codes: list[str]
) -> None:
    first = take(chain, "S1-01", codes[0], at=NOON)
    take(chain, "S2-01", codes[0], at=LATER)
    for store in sorted(("S1", "S2"), key=lambda each: each != folded_first):
        folding.fold_all(database, store=store)
    assert state(chain, codes[0]) == ("redeemed", "S1", str(first))
    assert alarms(chain) == [("S2", "coupon_twice", f"{codes[0]} S2-01-000001")]
    with database.transaction() as session:
        (found,) = queries.duplicates(session)
    assert (found.store, found.receipt, found.first_store) == ("S2", "S2-01-000001", "S1")
    before = folded(database)
    folding.rebuild(database)
    assert folded(database) == before
    assert state(chain, codes[0]) == ("redeemed", "S1", str(first))


def folded(database: Database) -> str:
    with database.transaction() as session:
        return folding.digest_of_folded(session)


@pytest.mark.parametrize("back_first", [False, True])
def test_a_receipt_taken_back_whole_gives_its_coupon_back_in_whatever_order_both_are_folded(
    back_first: bool, database: Database, chain: Chain, codes: list[str]
) -> None:
    document = take(chain, "S1-01", codes[0])
    give_back(chain, "S2-01", document, codes[0])
    for store in ("S2", "S1") if back_first else ("S1", "S2"):
        folding.fold_all(database, store=store)
    assert state(chain, codes[0]) == ("issued", "", "")
    again = take(chain, "S3-01", codes[0], at=LATER)
    folding.fold_all(database)
    assert state(chain, codes[0]) == ("redeemed", "S3", str(again))
    assert alarms(chain) == []


def test_a_unique_code_that_was_never_issued_is_shown_and_a_shared_code_never_is(
    database: Database, chain: Chain, codes: list[str]
) -> None:
    made_up = "ZU-SPRING-MVA4PJ3333KU"
    assert isinstance(read_coupon(made_up), UniqueCode)
    assert made_up not in codes
    for till in ("S1-01", "S2-01"):
        take(chain, till, "SUMMER", "SUMMER")
    take(chain, "S3-01", made_up)
    folding.fold_all(database)
    assert alarms(chain) == [("S3", "coupon_unknown", f"{made_up} S3-01-000001")]


def printed(chain: Chain, till: str = "S1-01", count: int = 2) -> tuple[DocumentId, list[SignedCoupon]]:
    """A receipt that printed coupons for a next purchase; not sent yet."""
    double = chain.tills[till]
    issued = (Issued("N", "NEXT10", count, 1_000, 30),)
    document = double.append(replace(double.receipt(sold(100)), issued=issued))
    return document, issued_on(document, issued, TODAY)


@pytest.mark.parametrize("used_first", [False, True])
def test_what_a_till_printed_is_known_from_its_receipt_and_may_be_used_before_that_has_come(
    used_first: bool, database: Database, chain: Chain, codes: list[str]
) -> None:
    _, (coupon, other) = printed(chain)
    if not used_first:
        chain.send(chain.tills["S1-01"])
        folding.fold_all(database)
        tomorrow = replace(ReserveCoupon(coupon.code, "S2-01", TODAY), today=TODAY + 1)
        assert ask(database, replace(tomorrow, today=TODAY), "S2") == CouponAnswer("not_yet", "NEXT10", 1_000)
        assert ask(database, tomorrow, "S2").state == "reserved"  # type: ignore[union-attr]
    used = take(chain, "S2-01", coupon.code, "NEXT10")
    folding.fold_all(database)
    chain.send(chain.tills["S1-01"])
    folding.fold_all(database)
    assert state(chain, coupon.code) == ("redeemed", "S2", str(used))
    terms = chain.rows("SELECT DISTINCT from_day, until_day, amount_minor FROM coupon WHERE series_id = 'NEXT10'")
    assert terms == [(20261122, 20261221, 1_000)]
    assert state(chain, other.code) == ("issued", "", "")
    assert alarms(chain) == []


def test_goods_that_come_back_cancel_the_coupons_printed_on_them_as_far_as_nobody_used_them(
    database: Database, chain: Chain, codes: list[str]
) -> None:
    document, (first, second) = printed(chain)
    used = take(chain, "S2-01", first.code, "NEXT10")
    double = chain.tills["S1-01"]
    undone = Reversal(document, "", TODAY, (), (), (), (Issued("N", "NEXT10", 2, 1_000, 30),), (), 0)
    double.append(replace(double.receipt(), reversals=(undone,)))
    chain.send(double)
    folding.fold_all(database)
    assert state(chain, first.code) == ("redeemed", "S2", str(used))
    assert state(chain, second.code)[0] == "void"
    with database.transaction() as session:
        assert coupons.publish_blocks(session, at=NOON) == 2
        assert coupons.publish_blocks(session, at=NOON) == 0
    bodies = chain.rows("SELECT key, body FROM feed_row WHERE feed = 'coupon_blocks' ORDER BY key")
    assert {str(key): decode_row("coupon_blocks", bytes(body)) for key, body in bodies} == {  # type: ignore[call-overload]
        first.code: CouponBlockRow(first.code, "redeemed"),
        second.code: CouponBlockRow(second.code, "void"),
    }
    with database.transaction() as session:
        assert coupons.publish_blocks(session, at=NOON + timedelta(days=32)) == 2  # past their days


def test_void_coupons_are_told_to_tills_at_once_and_a_used_one_stays_used(
    database: Database, chain: Chain, codes: list[str], client: TestClient
) -> None:
    take(chain, "S1-01", codes[0])
    folding.fold_all(database)
    with database.transaction() as session:
        assert coupons.void(session, codes[:2], reason="misprint", actor="test", at=NOON) == [codes[1]]
    assert ask(database, ReserveCoupon(codes[1], "S1-01", TODAY)) == CouponAnswer("void", "SPRING")
    host = Host.enrolled(client, database, chain.tills["S1-01"])
    host.take("coupon_blocks")
    assert set(host.rows["coupon_blocks"]) == {codes[1]}
    assert host.ask(ReserveCoupon(codes[2], "S1-01", clock.now().year * 10_000 + 1121)).state in (  # type: ignore[union-attr]
        "reserved",
        "expired",
    )


def test_headquarters_own_signed_coupons_come_with_the_key_that_proves_them(
    database: Database, chain: Chain, codes: list[str], client: TestClient
) -> None:
    public = KEY.public_key().public_bytes_raw()
    with database.transaction() as session:
        made = coupons.issue_signed(
            session,
            "NEXT10",
            50,
            amount_minor=500,
            draw=below(),
            public_key=public,
            sign=KEY.sign,
            actor="test",
            at=NOON,
        )
    assert len({coupon.code for coupon in made}) == 50
    assert all(read_coupon(coupon.text) == coupon for coupon in made)
    issuer = coupons.issuer_of(public)
    host = Host.enrolled(client, database, chain.tills["S1-01"])
    host.take("till_keys")
    assert decode_row("till_keys", host.rows["till_keys"][issuer]) == TillKeyRow(issuer, "", public)
    assert state(chain, made[0].code) == ("issued", "", "")
