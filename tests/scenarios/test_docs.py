"""The examples of the page on returns are played like any scenario."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.scenarios.stages import CoreStage
from tests.scenarios.table import Scenario, parse, play

PAGE = (Path(__file__).parents[2] / "docs" / "returns.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```scenario\n(.*?)```", PAGE, re.DOTALL)
EXAMPLES = [parse(f"returns-{number}", block) for number, block in enumerate(BLOCKS, 1)]


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) >= 3


@pytest.mark.parametrize("scenario", EXAMPLES, ids=lambda scenario: scenario.name)
def test_an_example_holds(scenario: Scenario) -> None:
    play(scenario, CoreStage(scenario))
