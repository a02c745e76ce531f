from __future__ import annotations

from pathlib import Path

from store_agent.config import AgentConfig, Upstream
from store_agent.journals import LateJournal
from store_agent.reporting import StatusWriter, status_of
from store_agent.schedule import Schedule
from store_agent.status import LineStatus, Status, read_status
from store_agent.transport import MemoryTransport
from store_agent.uplink import Uplink
from tests.store_agent.shop import Receiver, TillKeys, open_journal

CONFIG = AgentConfig(kind="batch", upstream=Upstream("https://hq"))


def make(folder: Path, receiver: Receiver) -> Uplink:
    return Uplink(
        "journal.db",
        LateJournal(folder / "journal.db"),
        MemoryTransport(receiver),
        host="h",
        software="s",
        schedule=Schedule(5.0, gated=True),
        greet_every_s=30.0,
    )


def told(uplink: Uplink, now_s: float, closed_s: float = 0.0) -> Status:
    now_ms = int(now_s * 1000)
    return status_of(CONFIG, "h", [uplink], None, offset_ms=-3, closed_s=closed_s, now_s=now_s, now_ms=now_ms)


def test_the_status_tells_what_waits_and_what_is_refused(tmp_path: Path) -> None:
    keys = TillKeys()
    forged = open_journal(tmp_path / "journal.db", "T1", TillKeys(), number=7)
    forged.close()
    uplink = make(tmp_path, Receiver({"T1": keys}))
    first = told(uplink, 0.0)
    assert first.lines == (LineStatus("journal.db", "starting", pending=1),)
    assert (first.pending, first.kind, first.upstream, first.offset_ms) == (1, "batch", "https://hq", -3)
    uplink.once(0.0)
    uplink.schedule.succeeded(0.0, 5, 0.5)
    (line,) = told(uplink, 1.0).lines
    assert (line.state, line.pending, line.generation, line.last_success_ms) == ("ok", 0, "r1", 5)
    assert list(line.refused) == [f"T1/{7:032x}"]
    (line,) = told(uplink, 1.0, closed_s=60.0).lines
    assert line.state == "waiting"
    uplink.schedule.failed(2.0, 1.0, "away")
    (line,) = told(uplink, 2.5, closed_s=60.0).lines
    assert (line.state, line.failures, line.retry_at_ms, line.problem) == ("failing", 1, 3000, "away")


def test_the_file_follows_at_most_once_a_second(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    writer = StatusWriter(path, lambda now_s, now_ms: Status(now_ms, 1, "h", "batch", "", 0))
    for now_s in (10.0, 10.5, 10.9):
        writer.after_step(now_s, int(now_s * 1000))
    found = read_status(path)
    assert found is not None
    assert found.written_ms == 10_000
    writer.after_step(11.0, 11_000)
    found = read_status(path)
    assert found is not None
    assert found.written_ms == 11_000
