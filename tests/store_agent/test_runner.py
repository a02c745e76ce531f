from __future__ import annotations

import threading
from typing import Any

import pytest

from store_agent.errors import Rejected, Unreachable
from store_agent.runner import Clock, Runner
from store_agent.schedule import Schedule
from tests.store_agent.shop import wait_until


class HandClock:
    """Time that moves when told to; chance that always says the same."""

    def __init__(self, chance: float = 1.0) -> None:
        self.now_s = 1000.0
        self.clock = Clock(lambda: self.now_s, lambda: int(self.now_s * 1000), lambda: chance)


class Lines:
    """A log that keeps its lines."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, dict[str, Any]]] = []

    def info(self, event: str, **details: Any) -> None:
        self.lines.append(("info", event, details))

    def warning(self, event: str, **details: Any) -> None:
        self.lines.append(("warning", event, details))

    def error(self, event: str, **details: Any) -> None:
        self.lines.append(("error", event, details))

    def events(self) -> list[str]:
        return [event for _, event, _ in self.lines]


class Job:
    """Work that does what its script says: an exception is raised, a number is how often more is due."""

    def __init__(
        self, *script: Exception | bool, name: str = "job", nominal_s: float = 10.0, gated: bool = False
    ) -> None:
        self.name = name
        self.schedule = Schedule(nominal_s, gated=gated)
        self.script = list(script)
        self.runs = 0

    def once(self, now_s: float) -> bool:
        self.runs += 1
        step = self.script.pop(0) if self.script else False
        if isinstance(step, Exception):
            raise step
        return step


def delays(runner: Runner, clock: HandClock, job: Job, runs: int) -> list[float]:
    """The seconds between one run of the job and the next."""
    found = []
    for _ in range(runs):
        runner.step()
        found.append(round(job.schedule.due_s - clock.now_s, 3))
        clock.now_s = job.schedule.due_s
    return found


def test_an_upstream_that_is_down_is_tried_less_and_less_often_and_reported_once_each_way() -> None:
    clock, log = HandClock(), Lines()
    job = Job(*[Unreachable("no route") for _ in range(9)])
    runner = Runner([job], log, clock=clock.clock)
    assert delays(runner, clock, job, 10) == [1, 2, 4, 8, 16, 32, 60, 60, 60, 12]
    assert log.events() == ["failing", "recovered"]
    assert log.lines[0][2] == {"work": "job", "problem": "no route", "failures": 1, "retry_s": 1.0}
    assert log.lines[1][2] == {"work": "job", "failures": 9, "after_s": 243.0}


def test_a_failure_that_lasts_is_mentioned_every_ten_minutes() -> None:
    clock, log = HandClock(), Lines()
    job = Job(*[Unreachable("no route") for _ in range(40)])
    delays(Runner([job], log, clock=clock.clock), clock, job, 40)
    assert job.schedule.failures == 40
    assert log.events() == ["failing"] * 4  # 2,063 seconds


def test_another_reason_is_reported_when_it_appears() -> None:
    clock, log = HandClock(), Lines()
    job = Job(*[Unreachable("no route")] * 4, Rejected("not_signed_in", "no such token", 401))
    delays(Runner([job], log, clock=clock.clock), clock, job, 5)
    assert [line[2]["problem"] for line in log.lines] == ["no route", "not_signed_in: no such token"]


def test_the_upstreams_own_wish_is_waited_for() -> None:
    clock = HandClock()
    job = Job(Unreachable("overloaded", retry_after_s=45))
    assert delays(Runner([job], Lines(), clock=clock.clock), clock, job, 1) == [45]


def test_one_work_that_breaks_does_not_stop_another() -> None:
    clock, log = HandClock(), Lines()
    broken, sound = Job(ValueError("damaged page"), name="broken"), Job(name="sound")
    Runner([broken, sound], log, clock=clock.clock).step()
    assert (broken.schedule.problem, sound.schedule.last_success_ms) == ("ValueError: damaged page", 1_000_000)


def test_more_to_do_runs_again_at_once() -> None:
    clock = HandClock(chance=0.5)
    job = Job(True, True, False)
    runner = Runner([job], Lines(), clock=clock.clock)
    assert [runner.step(), runner.step(), runner.step()] == [0, 0, 5]  # never asleep for longer than 5 s
    assert job.schedule.due_s - clock.now_s == 10
    assert job.runs == 3


def test_gated_work_waits_for_its_hours_and_other_work_does_not() -> None:
    clock = HandClock()
    sending, local = Job(name="sending", gated=True, nominal_s=1.0), Job(name="local", nominal_s=1.0)
    opening_ms = 1_003_000
    runner = Runner(
        [sending, local], Lines(), clock=clock.clock, gate=lambda now_ms: max(0, opening_ms - now_ms) / 1000
    )
    assert runner.step() == pytest.approx(1.2)
    clock.now_s = 1002.0
    assert runner.step() == pytest.approx(1.0)
    assert (sending.runs, local.runs) == (0, 2)
    clock.now_s = 1003.0
    runner.step()
    assert (sending.runs, local.runs) == (1, 2)


def test_a_poke_wakes_the_loop_and_stop_ends_it() -> None:
    job = Job(nominal_s=3600.0)
    runner = Runner([job], Lines())
    thread = threading.Thread(target=runner.run)
    thread.start()
    wait_until(lambda: job.runs == 1)
    for expected in range(2, 5):
        runner.poke()
        wait_until(lambda expected=expected: job.runs == expected)
    runner.stop()
    thread.join(2)
    assert not thread.is_alive()


def test_pokes_do_not_hammer_an_upstream_that_is_down() -> None:
    job = Job(*[Unreachable("away")] * 100, nominal_s=3600.0)
    runner = Runner([job], Lines())
    thread = threading.Thread(target=runner.run)
    thread.start()
    wait_until(lambda: job.runs == 1)
    for _ in range(50):
        runner.poke()
    runner.stop()
    thread.join(2)
    assert job.runs <= 2


def test_every_step_is_followed_by_the_report() -> None:
    clock, reported = HandClock(), []
    runner = Runner(
        [Job()], Lines(), clock=clock.clock, after_step=lambda now_s, now_ms: reported.append((now_s, now_ms))
    )
    runner.step()
    assert reported == [(1000.0, 1_000_000)]
