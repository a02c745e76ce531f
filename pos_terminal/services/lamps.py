"""What the till's lamps show of the agent: whether it reaches its upstream, and how much waits to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

STATUS_FILE: Final = "agent-status.json"
FRESH_MS: Final = 60_000


class _Line(msgspec.Struct, frozen=True):
    state: str = ""


class _Status(msgspec.Struct, frozen=True):
    """The part of the agent's status that the till reads; whatever else it holds is ignored."""

    written_ms: int
    pending: int = 0
    lines: tuple[_Line, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentLamp:
    """`online` None: no agent has ever run here. `unsent`: documents not yet accepted upstream."""

    online: bool | None = None
    unsent: int = 0


def agent_lamp(folder: Path, wall_ms: int) -> AgentLamp:
    """The lamp, from the file that the agent keeps beside the store's files."""
    try:
        status = msgspec.json.decode((folder / STATUS_FILE).read_bytes(), type=_Status)
    except OSError:
        return AgentLamp()
    except (msgspec.DecodeError, ValueError):
        return AgentLamp(online=False)
    fresh = abs(wall_ms - status.written_ms) <= FRESH_MS
    reached = bool(status.lines) and all(line.state == "ok" for line in status.lines)
    return AgentLamp(fresh and reached, status.pending)
