"""Every scenario table, on the pure core and on a till with real files: the same figures to the cent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.stages import CoreStage, TillStage
from tests.scenarios.table import Scenario, parse, play, scenarios

ALL = list(scenarios())


def test_there_are_scenarios() -> None:
    assert len(ALL) >= 12
    assert all(any(step.expected for step in scenario.steps) for scenario in ALL)


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
def test_a_scenario_holds_on_the_core(scenario: Scenario) -> None:
    play(scenario, CoreStage(scenario))


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
def test_a_scenario_holds_on_a_till_with_files(scenario: Scenario, tmp_path: Path) -> None:
    stage = TillStage(scenario, tmp_path)
    try:
        play(scenario, stage)
    finally:
        stage.close()


def test_a_wrong_figure_is_found_with_its_line() -> None:
    wrong = parse("wrong", "scan {milk} | due 3.51")
    with pytest.raises(AssertionError, match=r"wrong.txt:1: due 3.51, but found 3.50"):
        play(wrong, CoreStage(wrong))
