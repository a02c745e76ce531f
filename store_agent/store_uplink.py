"""What a hub sends on: the main line of every stream, and each line of a copied disk as a way of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from store_agent.schedule import Schedule
from store_agent.uplink import Uplink
from store_db.store_reader import StoreReader

MakeUplink = Callable[[str, StoreReader, Schedule], Uplink]
"""(name, reader, schedule) -> the way up for what this reader sees."""


class StoreUplink:
    """All lines of a hub's file, sent one after the other under one schedule. A copied disk adds a line at any time."""

    def __init__(self, path: Path, schedule: Schedule, make: MakeUplink) -> None:
        self.name = path.name
        self.schedule = schedule
        self._path = path
        self._make = make
        self._main = StoreReader.open(path)
        self._readers = [self._main]
        self.uplinks = [make(self.name, self._main, schedule)]

    def once(self, now_s: float) -> bool:
        """Sends what waits on every line; True when there is more. Raises Unreachable or Rejected."""
        more = self.uplinks[0].once(now_s)
        for line in range(len(self.uplinks), self._main.lines()):
            reader = StoreReader.open(self._path, line)
            self._readers.append(reader)
            self.uplinks.append(self._make(f"{self.name} copy {line}", reader, self.schedule))
        return any([more, *(uplink.once(now_s) for uplink in self.uplinks[1:])])

    def close(self) -> None:
        """Closes the file's readers."""
        for reader in self._readers:
            reader.close()
