"""An offer's way from draft to till, decided without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_server.promotion_admin import rules
from hq_server.promotion_admin.rules import APPROVE, EDIT, STATES, STEPS

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ZONES = {"S1": "east", "S2": "east", "S3": "west", "S4": None}
AUDIENCES = ["chain", "zone:east", "zone:west", *(f"store:{store}" for store in ZONES)]


@pytest.mark.parametrize(("action", "state"), list(product(STEPS, STATES)))
def test_an_action_is_open_in_its_own_states_alone(action: rules.Action, state: rules.State) -> None:
    refused = rules.why_not(action, state=state, author="li", actor="wang")
    assert (refused is None) == (state in STEPS[action].before)


def test_nobody_approves_an_offer_of_their_own() -> None:
    both = (EDIT, APPROVE)
    assert rules.why_not("approve", state="checked", author="li", actor="li") == "own_offer"
    assert rules.possible(state="checked", author="li", actor="li", rights=both) == ["check", "reject"]
    assert rules.possible(state="checked", author="li", actor="wang", rights=both) == ["check", "approve", "reject"]
    assert rules.possible(state="checked", author="li", actor="wang", rights=(EDIT,)) == ["check"]


def test_no_way_leads_to_a_till_but_through_approval() -> None:
    reached, ways = {"draft"}, {step.after: set(step.before) for step in STEPS.values()}
    del ways["approved"]
    for _ in STATES:
        reached |= {after for after, before in ways.items() if before & reached}
    assert "published" not in reached


@given(st.lists(st.sampled_from(AUDIENCES), min_size=1))
def test_tidied_audiences_mean_the_same_stores_and_none_twice(audiences: list[str]) -> None:
    tidy = rules.tidy_audiences(audiences, zone_of=ZONES)
    assert rules.stores_of(tidy, zone_of=ZONES) == rules.stores_of(audiences, zone_of=ZONES)
    assert sum(len(rules.stores_of([one], zone_of=ZONES)) for one in tidy) == len(rules.stores_of(tidy, zone_of=ZONES))
    assert rules.tidy_audiences(tidy, zone_of=ZONES) == tidy


def test_each_of_several_audiences_has_a_key_of_its_own() -> None:
    assert rules.feed_key("tea", "chain", ["chain"]) == "tea"
    several = ["store:S3", "zone:east"]
    assert [rules.feed_key("tea", one, several) for one in several] == ["tea|store:S3", "tea|zone:east"]


def test_a_first_revision_goes_out_at_once_and_a_later_one_on_its_minute_where_it_is_latest() -> None:
    minute = int(NOON.timestamp() // 60) + 480 + 90  # 13:30 in the stores
    assert rules.send_at(minute, utc_offsets_min=[480], at=NOON, replaces=False) == NOON
    assert rules.send_at(minute, utc_offsets_min=[480], at=NOON, replaces=True) == NOON + timedelta(minutes=90)
    assert rules.send_at(minute, utc_offsets_min=[480, 540], at=NOON, replaces=True) == NOON + timedelta(minutes=30)
    assert rules.send_at(0, utc_offsets_min=[480], at=NOON, replaces=True) == NOON


def test_an_offer_is_over_when_its_last_store_has_passed_the_minute() -> None:
    minute = int(NOON.timestamp() // 60) + 480
    assert rules.is_over(minute, utc_offsets_min=[480, 540], at=NOON)
    assert not rules.is_over(minute, utc_offsets_min=[480, 420], at=NOON)
    assert rules.is_over(minute, utc_offsets_min=[480, 420], at=NOON + timedelta(hours=1))
    assert not rules.is_over(0, utc_offsets_min=[480], at=NOON)
