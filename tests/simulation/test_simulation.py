"""Chains under chance: nothing lost, nothing doubled, no ghost, and each broken promise noticed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.simulation.mutants import MUTANTS
from tests.simulation.referee import play

pytestmark = pytest.mark.simulation
SEEDS = range(1, 61)
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("first", SEEDS[::10])
def test_whatever_happens_headquarters_ends_with_every_receipt_once(first: int):
    met: Counter[str] = Counter()
    for seed in range(first, first + 10):
        report = play(seed)
        assert report.clean, f"python -m tests.simulation --seeds 1 --start {seed}\n{report}"
        assert report.sales > 100
        met += report.met
    for outcome in ("accepted", "duplicate", "gap", "rewind", "fork", "bad_signature"):
        assert met[outcome], f"ten seeds without a {outcome} prove little: {met}"


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_promise_is_noticed(name: str):
    assert any(not play(seed, MUTANTS[name]).clean for seed in SEEDS), f"nobody notices: {name}"


def test_a_seed_is_one_history_on_every_machine():
    script = "from tests.simulation.referee import play; print(play(7).trace)"
    environments = [{**os.environ, "PYTHONHASHSEED": seed} for seed in ("1", "2")]
    traces = {
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, text=True, check=True
        ).stdout
        for env in environments
    }
    assert traces == {play(7).trace + "\n"}
    assert play(8).trace != play(7).trace
