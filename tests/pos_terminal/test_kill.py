from __future__ import annotations

from pathlib import Path

from tests.pos_terminal.kill_till import kill_rounds


def test_a_till_killed_twenty_times_loses_and_doubles_nothing(tmp_path: Path) -> None:
    report = kill_rounds(20, 20261121, tmp_path / "till")
    assert report.problems == []
    assert report.reported > 20
    assert report.sales >= report.reported
    assert report.drafts_kept > 0
    assert report.offered > 0
