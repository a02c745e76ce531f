"""Ways for a simulated process to die: between any two statements of the code that is running."""

from __future__ import annotations


class Killed(Exception):
    """The process named `owner` stops here; what it had not committed is gone."""

    def __init__(self, owner: str) -> None:
        super().__init__(owner)
        self.owner = owner


class Killer:
    """Counts the statements of whatever process runs, and ends it at the one that was chosen."""

    def __init__(self) -> None:
        self._statements = 0
        self._edges = 0

    def arm(self, statements: int, edges: int = 0) -> None:
        """The process that runs the last of so many statements, or reaches the last of so many edges of transactions,
        dies there; 0 spares all."""
        self._statements, self._edges = statements, edges

    def tick(self, owner: str, *, edge: bool = False) -> None:
        """Stands between two statements of `owner`; just before or just after a commit it is an edge."""
        self._statements -= 1
        self._edges -= edge
        if not self._statements or (edge and not self._edges):
            raise Killed(owner)
