from __future__ import annotations

import json
from pathlib import Path

from store_agent.status import FILE, FeedStatus, LineStatus, Status, read_status, write_status

STATUS = Status(
    written_ms=7,
    process=42,
    host="till-1",
    kind="realtime",
    upstream="https://hq",
    pending=3,
    lines=(LineStatus("headquarters", "failing", 3, "g", 5, 2, 9, "no route", {"T1/00": "unknown"}, ("T2/01",)),),
    feeds=(FeedStatus("prices", "g1", 8, "not signed"),),
    offset_ms=-120,
)


def test_the_status_is_read_back_as_written(tmp_path: Path) -> None:
    path = tmp_path / FILE
    write_status(path, STATUS)
    assert read_status(path) == STATUS
    assert [entry.name for entry in tmp_path.iterdir()] == [FILE]


def test_the_status_is_plain_json_for_other_programs(tmp_path: Path) -> None:
    write_status(tmp_path / FILE, STATUS)
    told = json.loads((tmp_path / FILE).read_text("utf-8"))
    assert told["pending"] == 3
    assert told["lines"][0]["refused"] == {"T1/00": "unknown"}


def test_no_status_and_a_damaged_one_read_as_none(tmp_path: Path) -> None:
    assert read_status(tmp_path / FILE) is None
    (tmp_path / FILE).write_bytes(b'{"written_ms"')
    assert read_status(tmp_path / FILE) is None
