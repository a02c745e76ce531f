"""Answers to the till's questions, within a short deadline or not at all.

The till goes on alone when nobody answers, so a late answer is worth nothing and an error is only `Unavailable`.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from retail.wire import Answer, Done, Poke, Question, Unavailable
from store_agent.errors import AgentError
from store_agent.transport import Transport

WORKERS: Final = 4

Ask = Callable[[Question], Answer]


class Answers:
    """Passes questions to `ask` and gives up after `deadline_s`. `reachable` spares waiting in vain."""

    def __init__(
        self,
        ask: Ask,
        *,
        poke: Callable[[], None],
        deadline_s: float,
        reachable: Callable[[], bool] = lambda: True,
    ) -> None:
        self._ask = ask
        self._poke = poke
        self._deadline_s = deadline_s
        self._reachable = reachable
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="question")

    def __call__(self, question: Question) -> Answer:
        """The answer, or Unavailable with the reason."""
        if isinstance(question, Poke):
            self._poke()
            return Done()
        if not self._reachable():
            return Unavailable("upstream is out of reach")
        asked = self._workers.submit(self._ask, question)
        try:
            return asked.result(self._deadline_s)
        except TimeoutError:
            asked.cancel()
            return Unavailable("no answer in time")
        except AgentError as error:
            return Unavailable(str(error))

    def close(self) -> None:
        """Takes no more questions; those under way end by their own timeouts."""
        self._workers.shutdown(wait=False, cancel_futures=True)


def ask_upstream(transport: Transport, deadline_s: float) -> Ask:
    """Asks the upstream: what an agent does that holds nothing of the store itself."""
    return lambda question: transport.ask(question, timeout_s=deadline_s)


def nobody(question: Question) -> Answer:
    """The answer in a store without a connection."""
    return Unavailable("this store has no connection")
