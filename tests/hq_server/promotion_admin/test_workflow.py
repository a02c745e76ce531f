"""Offers on their way through headquarters, on the real database and down to tills' feeds."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from hq_server.coupons import service as coupons
from hq_server.coupons.service import SeriesRecord
from hq_server.db import Database
from hq_server.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from hq_server.models.promotions import Promotion, PromotionRevision
from hq_server.promotion_admin import approval, drafts, history, queries, schedule, service
from hq_server.promotion_admin.checking import Checked, lint_all
from hq_server.promotion_admin.drafts import Draft
from hq_server.users.sessions import Viewer
from promotions import Offer, PercentOff, decode_offer
from retail.feeds import OfferRow, decode_row
from tests.hq_server.chain import NOON, Chain
from tests.hq_server.http import Host
from tests.hq_server.promotion_admin.office import AUTHOR, BOSS, approved, body, stock, write

NOON_MINUTE = int(NOON.timestamp() // 60) + 480
"""Noon's minute on the stores' clocks."""


@pytest.fixture(autouse=True)
def _shelf(database: Database, chain: Chain) -> None:
    stock(database)


def checked(database: Database, **changed: Any) -> Checked:
    """What a check finds in such a draft."""
    with database.transaction() as session:
        written = write(session, **changed)
        return approval.check(session, offer="spring", revision=written.revision, viewer=AUTHOR, at=NOON)


def offers_at(host: Host) -> dict[str, Offer]:
    """The offers that a till's host has now."""
    host.take("offers")
    found = {}
    for held in host.rows.get("offers", {}).values():
        row = decode_row("offers", held)
        assert isinstance(row, OfferRow)
        offer = decode_offer(row.body)
        assert isinstance(offer, Offer)
        found[offer.id] = offer
    return found


def test_an_offer_goes_from_draft_to_the_tills_and_back(client: TestClient, database: Database, chain: Chain) -> None:
    host = Host.enrolled(client, database, chain.tills["S1-01"])
    with database.transaction() as session:
        approved(session)
    assert offers_at(host) == {}
    with database.transaction() as session:
        sent = schedule.schedule(session, offer="spring", revision=1, viewer=AUTHOR, at=NOON)
        assert (sent.state, sent.approved_by) == ("published", "wang")
    (offer,) = offers_at(host).values()
    assert (offer.plan, offer.revision) == (PercentOff(1000), 1)
    with database.transaction() as session:
        schedule.withdraw(session, offer="spring", revision=1, viewer=AUTHOR, at=NOON, note="typed the wrong tea")
    assert offers_at(host) == {}
    with database.transaction() as session:
        told = [(event.action, event.actor, event.state) for event in history.events(session, "spring")]
        assert sorted(told) == [
            ("approve", "wang", "approved"),
            ("check", "li", "checked"),
            ("publish", "li", "published"),
            ("schedule", "li", "scheduled"),
            ("withdraw", "li", "withdrawn"),
            ("write", "li", "draft"),
        ]


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"plan": {"kind": "percent_off", "percent_bp": 0}}, "plan.percent_bp", "refused"),
        ({"plan": {"kind": "percent_off", "percent_bp": -5}}, "plan.percent_bp", "refused"),
        ({"plan": {"kind": "amount_off", "amount_minor": 10**30}}, "plan.amount_minor", "refused"),
        ({"window": {"from_minute": 100, "until_minute": 50}}, "window.until_minute", "refused"),
        ({"scope": {"items": ["t1"], "except_items": ["t1"]}}, "scope.except_items", "refused"),
        ({"plan": {"kind": "teleport"}}, "plan.kind", "newer"),
        ({"scope": {"items": ["t1", "nosuch"]}}, "scope.items", "unknown_names"),
        ({"scope": {"categories": ["coffee"]}}, "scope.categories", "unknown_names"),
        ({"conditions": [{"scope": {"brands": ["x"]}}]}, "conditions[0].scope.brands", "unknown_names"),
        ({"limits": {"total_minor": 60_000}}, "limits.total_minor", "above_budget"),
    ],
)
def test_a_draft_that_cannot_be_is_refused_with_field_and_reason(
    database: Database, changed: dict[str, Any], field: str, code: str
) -> None:
    found = checked(database, **changed)
    assert not found.passed
    assert (found.problems[0].field, found.problems[0].code) in {(field, code), (field.partition("[")[0], code)}
    with database.transaction() as session:
        assert session.get_one(PromotionRevision, ("spring", 1)).state == "draft"
        with pytest.raises(Conflict):
            approval.approve(session, offer="spring", revision=1, viewer=BOSS, at=NOON)


def test_errors_of_the_linter_keep_a_draft_a_draft(database: Database) -> None:
    ring = {"kind": "coupon_next", "series": "r", "tiers": [{"threshold_minor": 100, "amount_minor": 1}]}
    found = checked(database, plan=ring, audience={"coupon": "r"})
    assert [one.code for one in found.findings if one.severity == "error"] == ["needs_itself"]
    assert not found.passed


def test_a_ring_through_offers_at_the_tills_is_found(database: Database) -> None:
    tiers = [{"threshold_minor": 100, "amount_minor": 1}]
    first = {"kind": "coupon_next", "series": "x", "tiers": tiers}
    with database.transaction() as session:
        approved(session, "one", plan=first, audience={"coupon": "y"})
        schedule.schedule(session, offer="one", revision=1, viewer=AUTHOR, at=NOON)
    second = {"kind": "coupon_next", "series": "y", "tiers": tiers}
    found = checked(database, plan=second, audience={"coupon": "x"})
    assert [one.code for one in found.findings if one.severity == "error"] == ["needs_itself"]


def test_coupons_that_headquarters_hands_out_end_a_ring(database: Database) -> None:
    with database.transaction() as session:
        coupons.put_series(session, SeriesRecord("R", "again"), actor="li", at=NOON)
        coupons.issue_unique(session, "R", 1, draw=lambda below: 7, actor="li", at=NOON)
    ring = {"kind": "coupon_next", "series": "R", "tiers": [{"threshold_minor": 100, "amount_minor": 1}]}
    assert checked(database, plan=ring, audience={"coupon": "R"}).passed


def test_the_check_sees_the_other_offers_and_the_catalogue(database: Database) -> None:
    with database.transaction() as session:
        service.put_offers(session, [Offer("all", PercentOff(2000))], actor="load", at=NOON)
    found = checked(database, scope={"departments": ["food"]})
    told = {one.code: one for one in found.findings}
    assert set(told) == {"never_better", "budget_open"} | ({"floor_cuts"} & set(told))
    assert told["never_better"].other == "all"
    assert found.passed
    with database.transaction() as session:
        assert [one.code for one in lint_all(session, at=NOON)] == ["floor_cuts"]


def test_nobody_approves_their_own_offer_or_without_the_right(database: Database) -> None:
    checked(database)
    with database.transaction() as session:
        with pytest.raises(Forbidden) as refused:
            approval.approve(session, offer="spring", revision=1, viewer=AUTHOR, at=NOON)
        assert refused.value.code == "own_offer"
        pricer = Viewer("zhao", "赵", frozenset(("promotions.edit",)), ())
        with pytest.raises(Forbidden):
            approval.approve(session, offer="spring", revision=1, viewer=pricer, at=NOON)
        with pytest.raises(Forbidden):
            approval.check(session, offer="spring", revision=1, viewer=Viewer("x", "x", frozenset(), ()), at=NOON)
        with pytest.raises(NotFound):
            approval.approve(session, offer="winter", revision=1, viewer=BOSS, at=NOON)


def test_a_rejected_offer_is_mended_by_another_revision(database: Database) -> None:
    checked(database)
    with database.transaction() as session:
        with pytest.raises(Invalid):
            approval.reject(session, offer="spring", revision=1, viewer=BOSS, at=NOON, note=" ")
        approval.reject(session, offer="spring", revision=1, viewer=BOSS, at=NOON, note="20 % is too much")
        mended = write(session, based_on=1)
        assert (mended.revision, mended.state) == (2, "draft")
        assert session.get_one(PromotionRevision, ("spring", 1)).state == "replaced"
        assert any(event.note == "20 % is too much" for event in history.events(session, "spring"))


def test_what_changed_since_the_check_stops_the_approval(database: Database) -> None:
    checked(database)
    with database.transaction() as session:
        session.execute(update(PromotionRevision).values(expected_cost_minor=-1))
        with pytest.raises(Conflict) as refused:
            approval.approve(session, offer="spring", revision=1, viewer=BOSS, at=NOON)
        assert refused.value.code == "check_again"


def test_two_who_edit_the_same_revision_do_not_overwrite_each_other(database: Database) -> None:
    with database.transaction() as session:
        write(session)
        write(session, based_on=1)
        with pytest.raises(Conflict) as refused:
            write(session, based_on=1)
        assert refused.value.code == "offer_moved"
        with pytest.raises(Conflict) as refused:
            write(session, based_on=0)
        assert refused.value.code == "offer_exists"


def test_a_later_revision_takes_over_on_its_minute(client: TestClient, database: Database, chain: Chain) -> None:
    host = Host.enrolled(client, database, chain.tills["S1-01"])
    with database.transaction() as session:
        approved(session)
        schedule.schedule(session, offer="spring", revision=1, viewer=AUTHOR, at=NOON)
        approved(session, based_on=1, plan={"kind": "percent_off", "percent_bp": 2000})
        waiting = schedule.schedule(
            session, offer="spring", revision=2, viewer=AUTHOR, at=NOON, from_minute=NOON_MINUTE + 90
        )
        assert (waiting.state, waiting.send_at) == ("scheduled", NOON + timedelta(minutes=90))
        assert schedule.due(session, at=NOON + timedelta(minutes=89)) == []
    assert offers_at(host)["spring"].revision == 1
    later = NOON + timedelta(minutes=90)
    with database.transaction() as session:
        assert schedule.due(session, at=later) == [("spring", 2)]
        assert schedule.publish_due(session, offer="spring", revision=2, at=later)
        assert not schedule.publish_due(session, offer="spring", revision=2, at=later)
    offer = offers_at(host)["spring"]
    assert (offer.revision, offer.plan, offer.window.from_minute) == (2, PercentOff(2000), NOON_MINUTE + 90)
    with database.transaction() as session:
        states = {held.revision: held.state for held in queries.revisions(session, "spring")}
        assert states == {1: "replaced", 2: "published"}
        assert session.get_one(Promotion, "spring").live == 2


def test_a_first_revision_goes_out_ahead_and_keeps_its_minute(database: Database) -> None:
    with database.transaction() as session:
        approved(session)
        sent = schedule.schedule(
            session, offer="spring", revision=1, viewer=AUTHOR, at=NOON, from_minute=NOON_MINUTE + 600
        )
        assert sent.state == "published"
        offer = decode_offer(sent.published or b"")
        assert isinstance(offer, Offer)
        assert offer.window.from_minute == NOON_MINUTE + 600


def test_a_schedule_after_the_offers_end_is_refused_and_one_can_be_taken_back(database: Database) -> None:
    with database.transaction() as session:
        approved(session, window={"until_minute": NOON_MINUTE + 60})
        with pytest.raises(Invalid) as refused:
            schedule.schedule(session, offer="spring", revision=1, viewer=BOSS, at=NOON, from_minute=NOON_MINUTE + 60)
        assert refused.value.code == "schedule_after_end"
        schedule.schedule(session, offer="spring", revision=1, viewer=BOSS, at=NOON)
        approved(session, based_on=1)
        schedule.schedule(session, offer="spring", revision=2, viewer=BOSS, at=NOON, from_minute=NOON_MINUTE + 60)
        schedule.unschedule(session, offer="spring", revision=2, viewer=BOSS, at=NOON)
        assert schedule.due(session, at=NOON + timedelta(days=1)) == []
        assert session.get_one(PromotionRevision, ("spring", 2)).state == "approved"


def test_zones_and_single_stores_get_the_offer_and_nobody_else(
    client: TestClient, database: Database, chain: Chain
) -> None:
    hosts = {till: Host.enrolled(client, database, chain.tills[till]) for till in ("S1-01", "S2-01", "S3-01")}
    with database.transaction() as session:
        approved(session, audiences=("store:S3", "store:S1"))
        schedule.schedule(session, offer="spring", revision=1, viewer=AUTHOR, at=NOON)
    assert {till: list(offers_at(host)) for till, host in hosts.items()} == {
        "S1-01": ["spring"],
        "S2-01": [],
        "S3-01": ["spring"],
    }
    with database.transaction() as session:
        approved(session, based_on=1, audiences=("zone:east", "store:S2"))
        schedule.schedule(session, offer="spring", revision=2, viewer=AUTHOR, at=NOON)
    assert {till: [one.revision for one in offers_at(host).values()] for till, host in hosts.items()} == {
        "S1-01": [2],
        "S2-01": [2],
        "S3-01": [],
    }
    with database.transaction() as session:
        assert queries.listed(session)[0].audiences == ("zone:east",)
        schedule.withdraw(session, offer="spring", revision=2, viewer=AUTHOR, at=NOON)
    assert all(offers_at(host) == {} for host in hosts.values())


def test_a_user_of_some_stores_writes_offers_for_those_alone(database: Database) -> None:
    local = Viewer("zhou", "周", AUTHOR.rights, ("S1", "S2"))
    with database.transaction() as session:
        write(session, viewer=local, audiences=("zone:east",))
        for audiences in (("chain",), ("zone:west",), ("store:S3",)):
            with pytest.raises(Forbidden) as refused:
                write(session, "other", viewer=local, audiences=audiences)
            assert refused.value.code == "other_stores"
        approved(session, "chainwide")
        with pytest.raises(Forbidden):
            schedule.schedule(session, offer="chainwide", revision=1, viewer=local, at=NOON)


@pytest.mark.parametrize(
    ("written", "error", "code"),
    [
        (b"x" * 10_000_000, TooLarge, "offer_too_large"),
        (b"[" * 100_000, Invalid, "offer_json"),
        (b'{"id": "\xff"}', Invalid, "offer_json"),
        (b"[]", Invalid, "offer_json"),
        (b"{}", Invalid, "bad_offer_id"),
        (b'{"id": 5}', Invalid, "bad_offer_id"),
        (b'{"id": "a\\u0000b"}', Invalid, "bad_offer_id"),
        (b'{"id": "<script>"}', Invalid, "bad_offer_id"),
    ],
)
def test_what_is_no_draft_at_all_is_not_kept(
    database: Database, written: bytes, error: type[Exception], code: str
) -> None:
    with database.transaction() as session:
        with pytest.raises(error) as refused:
            drafts.write_draft(session, Draft(written), viewer=AUTHOR, at=NOON)
        assert getattr(refused.value, "code", "") == code
        assert queries.listed(session) == []


def test_unknown_stores_and_amounts_are_refused(database: Database) -> None:
    with database.transaction() as session:
        for audiences in ((), ("zone:north",), ("store:S9",), ("S1",)):
            with pytest.raises(Invalid):
                drafts.write_draft(session, Draft(body(), audiences), viewer=AUTHOR, at=NOON)
        with pytest.raises(Invalid):
            drafts.write_draft(session, Draft(body(), budget_minor=-2), viewer=AUTHOR, at=NOON)


def test_offers_put_without_a_draft_are_kept_as_revisions_and_can_be_edited(database: Database) -> None:
    with database.transaction() as session:
        service.put_offers(session, [Offer("spring", PercentOff(500))], actor="load", at=NOON)
        service.put_offers(session, [Offer("spring", PercentOff(500))], actor="load", at=NOON)
        (line,) = queries.listed(session)
        assert (line.revision, line.live, line.state, line.kind) == (1, 1, "published", "percent_off")
        approved(session, based_on=1)
        (line,) = queries.listed(session, states=["published"])
        assert (line.revision, line.live, line.state) == (2, 1, "approved")
        assert queries.listed(session, typed="SPRI") == [line]
        assert queries.listed(session, typed="%") == []
        assert queries.state_counts(session) == {"approved": 1}


def test_an_offer_whose_window_has_passed_everywhere_ends_and_leaves_the_feed(
    client: TestClient, database: Database, chain: Chain
) -> None:
    host = Host.enrolled(client, database, chain.tills["S1-01"])
    with database.transaction() as session:
        approved(session, window={"until_minute": NOON_MINUTE + 60})
        schedule.schedule(session, offer="spring", revision=1, viewer=AUTHOR, at=NOON)
        approved(session, "always")
        schedule.schedule(session, offer="always", revision=1, viewer=AUTHOR, at=NOON)
    assert set(offers_at(host)) == {"spring", "always"}
    with database.transaction() as session:
        assert schedule.end_over(session, at=NOON + timedelta(minutes=59)) == []
        assert schedule.end_over(session, at=NOON + timedelta(minutes=60)) == ["spring"]
        assert schedule.end_over(session, at=NOON + timedelta(minutes=60)) == []
        assert queries.listed(session, states=["ended"])[0].live == 0
    assert set(offers_at(host)) == {"always"}


def test_of_two_who_write_at_once_one_is_told_and_none_is_lost(database: Database) -> None:
    together = Barrier(2)

    def attempt(viewer: Viewer) -> str:
        together.wait()
        try:
            with database.transaction() as session:
                write(session, viewer=viewer)
                time.sleep(0.1)
        except Conflict as error:
            return error.code
        return "written"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, (AUTHOR, BOSS))) == ["offer_exists", "written"]
    with database.transaction() as session:
        assert [held.revision for held in queries.revisions(session, "spring")] == [1]


def test_two_workers_publish_a_due_offer_once(database: Database) -> None:
    later = NOON + timedelta(minutes=90)
    with database.transaction() as session:
        approved(session)
        schedule.schedule(session, offer="spring", revision=1, viewer=AUTHOR, at=NOON)
        approved(session, based_on=1, plan={"kind": "percent_off", "percent_bp": 2000})
        schedule.schedule(session, offer="spring", revision=2, viewer=AUTHOR, at=NOON, from_minute=NOON_MINUTE + 90)
    together = Barrier(2)

    def attempt(_: int) -> bool:
        together.wait()
        with database.transaction() as session:
            return schedule.publish_due(session, offer="spring", revision=2, at=later)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, range(2))) == [False, True]
    with database.transaction() as session:
        assert (
            sum(event.action == "publish" and event.revision == 2 for event in history.events(session, "spring")) == 1
        )
