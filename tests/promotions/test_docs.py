"""The examples of docs/promotions.md are true, and the page names every kind and every reason."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from promotions import PLANS, Reason
from tests.promotions.scenario import Scenario, check, read

PAGE = (Path(__file__).parents[2] / "docs" / "promotions.md").read_text("utf-8")
RECEIPTS = [scenario for block in re.findall(r"```receipt\n(.*?)```", PAGE, re.DOTALL) for scenario in read(block)]


@pytest.mark.parametrize("scenario", RECEIPTS, ids=[scenario.name for scenario in RECEIPTS])
def test_an_example_comes_to_what_the_page_says(scenario: Scenario) -> None:
    check(scenario)


def test_the_page_has_an_example_of_every_kind() -> None:
    shown = {type(offer.plan) for scenario in RECEIPTS for offer in scenario.offers}
    assert shown == set(PLANS.values())


def test_the_page_explains_every_reason() -> None:
    reasons = {reason for part in get_args(Reason) for reason in get_args(part)} or set(get_args(Reason))
    rows = PAGE.split("## Why an offer did not apply")[1].split("## How sure")[0]
    assert set(re.findall(r"`(\w+)`", rows)) == reasons
