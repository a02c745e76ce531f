"""The worked receipts of scenarios/*.txt come to what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.promotions.scenario import Scenario, check, read_file

FILES = sorted((Path(__file__).parent / "scenarios").glob("*.txt"))
SCENARIOS = [(path.stem, scenario) for path in FILES for scenario in read_file(path)]


@pytest.mark.parametrize(
    "scenario", [scenario for _, scenario in SCENARIOS], ids=[f"{f}: {s.name}" for f, s in SCENARIOS]
)
def test_a_worked_receipt_comes_to_what_it_says(scenario: Scenario) -> None:
    check(scenario)
