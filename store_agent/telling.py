"""The agent's status as a person reads it."""

from __future__ import annotations

from typing import Protocol

from store_agent.status import LineStatus, Status


class Say(Protocol):
    """A text of `store_agent.texts`, filled in, in the reader's language."""

    def __call__(self, code: str, **values: object) -> str: ...


def told(status: Status, now_ms: int, *, alive: bool, say: Say) -> list[str]:
    """The status in lines of text."""
    running = say("running", process=status.process) if alive else say("not_running")
    age = _age_s(now_ms, status.written_ms)
    lines = [
        say("host", host=status.host, kind=status.kind, running=running, age=age),
        say("upstream", upstream=status.upstream or say("none"), pending=status.pending),
    ]
    for line in status.lines:
        lines += _line(line, now_ms, say)
    for feed in status.feeds:
        problem = f"; {feed.problem}" if feed.problem else ""
        lines.append(say("feed", feed=feed.feed, position=feed.position, problem=problem))
    return lines


def _line(line: LineStatus, now_ms: int, say: Say) -> list[str]:
    last = say("ago", age=_age_s(now_ms, line.last_success_ms)) if line.last_success_ms else say("never")
    lines = [say("line", name=line.name, state=say(line.state), pending=line.pending, last=last)]
    if line.problem:
        lines.append(say("problem", problem=line.problem, failures=line.failures))
    lines += [say("refused_stream", what=stream, reason=reason) for stream, reason in line.refused.items()]
    lines += [say("forked", stream=stream) for stream in line.forked]
    return lines


def _age_s(now_ms: int, then_ms: int) -> int:
    return max(0, now_ms - then_ms) // 1000
