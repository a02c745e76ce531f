"""Stock of an item: what is known here, and, if anybody answers, in the other stores."""

from __future__ import annotations

from pos_terminal.checkout.commands import StockShown
from pos_terminal.checkout.state import StockTold, StoreStock
from pos_terminal.services.agent import AgentClient
from retail.wire import AskStock, StockAnswer
from store_db.feed_reader import FeedReader
from store_db.journal_reader import JournalReader
from store_db.own_effects import OwnEffects, stock_of


class StockDesk:
    """Used by one lane, with readers of its own."""

    def __init__(self, feeds: FeedReader, journal: JournalReader, agent: AgentClient) -> None:
        self._feeds, self._own, self._agent = feeds, OwnEffects(journal.db), agent

    def ask(self, item: str, name: str) -> StockShown:
        """What is on hand here (headquarters' sum and what was sold here since) and elsewhere."""
        here = stock_of(self._feeds, self._own, item).quantity_milli
        answer = self._agent.ask(AskStock(item))
        if not isinstance(answer, StockAnswer):
            return StockShown(StockTold(item, name, here))
        stores = tuple(StoreStock(*store) for store in answer.stores)
        return StockShown(StockTold(item, name, here, stores, answer.at_ms))
