"""A store with two tills behind a hub: one winner of a held receipt, and no backup that costs or doubles a sale."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pos_terminal.checkout.commands import Answered
from retail.documents.till import Hold, HoldRecalled
from store_agent.agent import Agent
from tests.e2e.headquarters import Headquarters
from tests.e2e.hosts import Host, enrolled
from tests.e2e.sums import assert_agreed, at_agent, at_headquarters, at_hub
from tests.pos_terminal.premises import Premises, documents
from tests.pos_terminal.shop import MILK, SOAP, TEA


@dataclass
class Store:
    """Two hosts; the first is the hub. Agents are up between `open` and `close`."""

    hub: Host
    second: Host
    agents: list[Agent] = field(default_factory=list)
    _up: ExitStack = field(default_factory=ExitStack)

    def open(self) -> None:
        hub = self._up.enter_context(self.hub.agent())
        self.second.url = f"http://127.0.0.1:{hub.hub_port}"
        self.agents = [hub, self._up.enter_context(self.second.agent())]

    def close(self) -> None:
        self._up.close()
        self.agents = []

    def carry(self) -> None:
        """Everything goes where it belongs: up to the hub, to headquarters, and the news down."""
        hub, below = self.agents
        for agent in (hub, below, hub, below):
            assert agent.once() == []

    @property
    def generation(self) -> str:
        """The hub's: another one makes its tills start over."""
        hub = self.agents[0].hub
        assert hub is not None
        return hub.store_db.generation

    @property
    def hosts(self) -> tuple[Host, Host]:
        return self.hub, self.second


@pytest.fixture
def store(headquarters: Headquarters, tmp_path: Path) -> Iterator[Store]:
    hub = enrolled(headquarters, tmp_path, "S1-01", hub=True)
    with hub.agent() as agent:
        url = f"http://127.0.0.1:{agent.hub_port}"
        second = enrolled(headquarters, tmp_path, "S1-02", url=url)
        assert agent.once() == []
    opened = Store(hub, second)
    opened.open()
    opened.carry()
    yield opened
    opened.close()


def assert_told_once(headquarters: Headquarters, store: Store) -> None:
    """Tills, agents, hub and headquarters have the same, and every entry is there once."""
    assert_agreed(headquarters, *store.hosts)
    assert at_hub(store.hub.folder) == at_agent(*store.hosts)


def sell(shop: Premises, *codes: str) -> None:
    shop.scan(*codes).enter("", "")
    assert shop.state.last is not None, shop.told


def test_a_receipt_held_at_one_till_is_recalled_at_the_other_and_sold_once(
    headquarters: Headquarters, store: Store
) -> None:
    with store.hub.till() as first, store.second.till() as second:
        first.scan(TEA, MILK).press("hold", "红衣")
        store.carry()
        second.press("recall")
        assert second.state.asked is not None
        assert second.state.asked.code == "ask_hold"
        second.do(Answered("1"))
        assert second.told == "recalled"
        # The till that put it aside lists its own until it hears who has it; then no longer.
        first.press("recall").do(Answered("1"))
        assert (first.told, first.state.receipt.live_lines) == ("hold_taken", ())
        assert first.press("recall").told == "no_holds"
        second.enter("", "200")
        store.carry()
    (hold,) = documents(store.hub.folder, lambda one: isinstance(one, Hold))
    (sale,) = store.second.sales
    assert (sale.net, sale.recalled_from is not None) == (sum(line.net for line in hold.lines), True)
    assert_told_once(headquarters, store)
    assert headquarters.rows("SELECT till_id, net FROM receipt") == [("S1-02", sale.net)]


def test_of_two_tills_that_take_up_a_receipt_at_once_one_wins(headquarters: Headquarters, store: Store) -> None:
    with store.hub.till() as first, store.second.till() as second:
        for number in range(4):
            first.scan(SOAP, MILK).press("hold", f"{number}")
            store.carry()
            first.press("recall")
            second.press("recall")
            recall_together(first, second)
            (winner,) = [shop for shop in (first, second) if shop.state.receipt.live_lines]
            assert sorted((first.told, second.told)) == ["hold_taken", "recalled"]
            winner.enter("", "")
        store.carry()
    sales = [*store.hub.sales, *store.second.sales]
    recalls = [one for host in store.hosts for one in documents(host.folder, lambda one: isinstance(one, HoldRecalled))]
    assert len(sales) == len({sale.recalled_from for sale in sales}) == len(recalls) == 4
    assert_told_once(headquarters, store)


def recall_together(*shops: Premises) -> None:
    """All choose the first held receipt in the same moment."""
    together = threading.Barrier(len(shops))

    def choose(shop: Premises) -> None:
        together.wait(10)
        shop.do(Answered("1"))

    threads = [threading.Thread(target=choose, args=(shop,)) for shop in shops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def copy_store_file(folder: Path, name: str) -> None:
    """A backup of the hub's file, made while nobody writes."""
    shutil.copy(folder / "store.db", folder / name)


def put_back(folder: Path, name: str) -> None:
    """The backup takes the place of the hub's file; what lies beside it stays as it is."""
    for left in ("store.db", "store.db-wal", "store.db-shm"):
        (folder / left).unlink(missing_ok=True)
    shutil.copy(folder / name, folder / "store.db")


def test_a_hub_put_back_from_an_old_copy_loses_and_doubles_nothing(headquarters: Headquarters, store: Store) -> None:
    with store.hub.till() as first, store.second.till() as second:
        sell(first, TEA)
        sell(second, SOAP, MILK)
        store.carry()
        store.close()
        copy_store_file(store.hub.folder, "store.backup")
        store.open()
        sell(first, MILK, MILK)
        sell(second, TEA)
        store.carry()
        headquarters.fold()
        before = store.generation
        store.close()
        sell(second, SOAP)
        put_back(store.hub.folder, "store.backup")
        store.open()
        assert store.generation != before
        sell(first, SOAP, SOAP)
        store.carry()
    assert_told_once(headquarters, store)
    assert sum(count for (count,) in headquarters.rows("SELECT receipts FROM receipt")) == 6


def test_headquarters_put_back_from_an_old_dump_gets_everything_again(headquarters: Headquarters, store: Store) -> None:
    with store.hub.till() as first, store.second.till() as second:
        sell(first, TEA)
        sell(second, SOAP, MILK)
        store.carry()
        headquarters.fold()
        dump = headquarters.back_up("old.dump")
        (before,) = headquarters.rows("SELECT value FROM hq_state WHERE name = 'generation'")
        sell(first, MILK, MILK)
        sell(second, TEA)
        store.carry()
        assert_told_once(headquarters, store)
        known = at_headquarters(headquarters)
        headquarters.stop()
        headquarters.restore(dump)
        sell(second, SOAP)
        headquarters.start()
        (after,) = headquarters.rows("SELECT value FROM hq_state WHERE name = 'generation'")
        assert after != before
        assert at_headquarters(headquarters) != known
        store.carry()
    assert_told_once(headquarters, store)
    receipts = headquarters.rows("SELECT till_id, net FROM receipt ORDER BY till_id, counter")
    assert receipts == [
        (till, sale.net) for till, host in zip(("S1-01", "S1-02"), store.hosts, strict=True) for sale in host.sales
    ]


def test_a_hold_taken_up_elsewhere_is_not_listed_any_more_once_it_is_archived(
    headquarters: Headquarters, store: Store
) -> None:
    with store.hub.till() as first, store.second.till() as second:
        first.scan(MILK).press("hold")
        store.carry()
        second.press("recall").do(Answered("1"))
        assert second.told == "recalled"
        second.enter("", "")
        headquarters.archive()
        store.carry()
        assert first.press("recall").told == "no_holds"
        # What is put aside now has reached nobody, and still is the till's own.
        first.scan(SOAP).press("hold").press("recall").do(Answered("1"))
        assert first.told == "recalled"
        first.enter("", "")
        store.carry()
    assert_told_once(headquarters, store)
