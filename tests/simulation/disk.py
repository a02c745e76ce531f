"""A disk in memory that keeps what was committed and forgets the rest when its process dies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

Tables = dict[str, dict[Any, Any]]


@dataclass(frozen=True, slots=True)
class Image:
    """A copy of all that was committed, as a backup or a cloning tool takes it, with what it had promised by then."""

    tables: Tables
    promised: frozenset[bytes]


class Tick(Protocol):
    """What stands between two statements, and may end the process that runs them."""

    def __call__(self, owner: str, *, edge: bool = False) -> None: ...


class Disk:
    """Tables of immutable values, one transaction at a time. `tick` stands between any two statements."""

    def __init__(self, owner: str, tick: Tick) -> None:
        self.owner = owner
        self.promised: set[bytes] = set()
        self._tick = tick
        self._tables: Tables = defaultdict(dict)
        self._pending: dict[tuple[str, Any], Any] = {}

    def get(self, table: str, key: Any, default: Any = None) -> Any:
        """The value as the running transaction sees it."""
        place = (table, key)
        if place in self._pending:
            return self._pending[place]
        return self._tables[table].get(key, default)

    def put(self, table: str, key: Any, value: Any) -> None:
        """Writes within the running transaction."""
        self._tick(self.owner)
        self._pending[table, key] = value

    def commit(self, committed: Callable[[], None] | None = None) -> None:
        """Makes the transaction durable. `committed` lets the referee take note at that very moment."""
        self._tick(self.owner, edge=True)
        for (table, key), value in self._pending.items():
            self._tables[table][key] = value
        self._pending.clear()
        if committed is not None:
            committed()
        self._tick(self.owner, edge=True)

    def rollback(self) -> None:
        """What a process that died leaves behind: nothing of its open transaction."""
        self._pending.clear()

    def items(self, table: str) -> Iterator[tuple[Any, Any]]:
        """What is committed in a table, in the order it was first written."""
        return iter(self._tables[table].items())

    def size(self, table: str) -> int:
        """How many rows a table has."""
        return len(self._tables[table])

    def image(self) -> Image:
        """A copy of what is committed."""
        return Image({name: dict(rows) for name, rows in self._tables.items()}, frozenset(self.promised))

    def load(self, image: Image) -> None:
        """Puts a copy back in place of all that is here."""
        self._pending.clear()
        self._tables = defaultdict(dict, {name: dict(rows) for name, rows in image.tables.items()})
        self.promised = set(image.promised)
