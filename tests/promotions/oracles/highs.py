"""The least total as HiGHS finds it, a second solver that shares nothing with the first but the program. It computes
with floating numbers; what counts is its choice, of which the total is worked out in whole ones."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from promotions import Context, Offer
from tests.promotions.oracles.goods import Stock, Truth
from tests.promotions.oracles.model import Reading, Undecided, model_of, read, truth_of
from tests.promotions.oracles.program import Model


class Highs:
    """A running solver."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def best(self, stock: Stock, offers: Sequence[Offer], context: Context) -> Truth:
        """The truth about open offers of one pass. Raises Undecided, or TooMany for programs that are too large."""
        model = model_of(stock, offers, context)
        return truth_of(self.solved(model), model)

    def solved(self, model: Model) -> Reading:
        """The optimum of a program."""
        program = model.program
        question = {
            "uppers": program.uppers,
            "objective": program.objective,
            "rows": [[row.terms, row.least, row.most] for row in program.rows],
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        values = json.loads(self._process.stdout.readline())
        if values is None:
            raise Undecided
        return read(model, values)


@contextmanager
def highs() -> Iterator[Highs]:
    """A solver for as long as it is needed."""
    command = [sys.executable, "-m", "tests.promotions.oracles.highs_worker"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Highs(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
