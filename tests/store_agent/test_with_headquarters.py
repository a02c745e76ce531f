"""The agent against the real headquarters: PostgreSQL, HTTP, enrolment by code, entries up, signed feeds down."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from hq_server.clock import now
from hq_server.config import HqConfig
from hq_server.db import Database, open_database
from hq_server.embedded import Cluster
from hq_server.feeds.publishing import Change, publish
from hq_server.main import create_app
from hq_server.stores import enrolment
from hq_server.stores import service as stores
from hq_server.stores.service import StoreRecord
from hq_server.sync import generation
from retail.feeds import BarcodeRow, ItemRow, PriceRow
from store_agent.agent import Agent
from store_agent.config import AgentConfig, Intervals, Upstream
from store_agent.config import Hub as HubConfig
from store_agent.enrol import HUB_TOKEN_FILE, KEY_FILE, enrol
from store_agent.errors import Rejected
from store_agent.hub_http import HubServer
from store_agent.transport import HttpTransport
from store_db.feed_reader import FeedReader
from store_db.identity import Identity, load_identity, pinned_key
from store_db.journal import Journal
from store_db.keys import read_private, signer
from tests.hq_server.clusters import fresh_database, session_folder, shared_cluster
from tests.store_agent.shop import NOW_MS, QUICK, Silence, fill


class Headquarters:
    """Headquarters with one store of two tills, over HTTP."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.config = HqConfig(data_dir=str(folder / "hq"))
        with database.transaction() as session:
            stores.put_zones(session, [("east", "East")])
            stores.put_stores(session, [StoreRecord("S1", "中山路店", "east")], actor="test", at=now())
            stores.add_tills(session, [("S1-01", "S1"), ("S1-02", "S1")], actor="test", at=now())
        self.server = HubServer(create_app(self.config, database), host="127.0.0.1", port=0)
        self.url = f"http://127.0.0.1:{self.server.port}"

    def code(self, till: str) -> str:
        """A one-time code as a person would read it out."""
        with self.database.transaction() as session:
            return enrolment.issue_code(session, till_id=till, actor="test", at=now()).code

    def price(self, amount: int) -> None:
        """Publishes an item and its price."""
        with self.database.transaction() as session:
            publish(session, "items", [Change("tea", ItemRow("tea", "龙井茶"))], at=now())
            publish(session, "barcodes", [Change("6901234567892", BarcodeRow("6901234567892", "tea"))], at=now())
            publish(session, "prices", [Change("tea|retail", PriceRow("tea", amount))], at=now())

    def entries(self) -> list[tuple[str, int]]:
        """(till, how many entries) as committed; never more rows than that."""
        with self.database.transaction() as session:
            found = session.execute(text("SELECT till_id, sum(accepted) FROM stream GROUP BY 1 ORDER BY 1"))
            counts = [(till, int(count)) for till, count in found]
            rows = session.execute(text("SELECT count(*) FROM raw_entry")).scalar_one()
        assert rows == sum(count for _, count in counts)
        return counts

    def restored(self) -> None:
        """As after a restore from before everything: nothing accepted, another generation."""
        with self.database.transaction() as session:
            session.execute(text("TRUNCATE raw_entry, stream, stream_span"))
            generation.renew(session, self.config.data_path)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    base = tmp_path_factory.getbasetemp()
    with shared_cluster(session_folder(base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base)) as started:
        yield started


@pytest.fixture
def headquarters(cluster: Cluster, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Headquarters]:
    with fresh_database(cluster, f"agent_{abs(hash(request.node.nodeid)):x}") as url:
        database = open_database(url)
        opened = Headquarters(database, tmp_path)
        yield opened
        opened.server.close()
        database.dispose()


def enrolled(data: Path, url: str, code: str) -> Identity:
    transport = HttpTransport(url)
    try:
        return enrol(data, transport, code=code, host=data.name)
    finally:
        transport.close()


@contextlib.contextmanager
def selling(data: Path) -> Iterator[Journal]:
    """The till's own journal, signed with the key that enrolment made."""
    identity = load_identity(data)
    sign, _ = signer(read_private(data / KEY_FILE))
    journal = Journal.open(
        data / "journal.db",
        till=identity.till,
        store=identity.store,
        machine="machine",
        software="test",
        incarnation=os.urandom(16),
        sign=sign,
        business_date=20261121,
        at_ms=NOW_MS,
        wall_ms=NOW_MS,
        utc_offset_min=480,
        options=QUICK,
    )
    try:
        yield journal
    finally:
        journal.close()


def agent(data: Path, url: str, hub: HubConfig | None = None) -> Agent:
    through_hub = (data / HUB_TOKEN_FILE).exists()
    upstream = Upstream(url, token_file=HUB_TOKEN_FILE if through_hub else "hq.token")
    config = AgentConfig(data=str(data), upstream=upstream, intervals=Intervals(0.1, 0.1), hub=hub)
    return Agent(config, load_identity(data), Silence(), software="test")


def prices(data: Path) -> list[int]:
    reader = FeedReader.open(data / "feeds.db")
    try:
        assert reader.item_by_code("6901234567892") is not None
        return [price.amount for price in reader.prices("tea")]
    finally:
        reader.close()


def test_a_till_enrols_sells_and_charges_headquarters_prices(headquarters: Headquarters, tmp_path: Path) -> None:
    data = tmp_path / "till"
    code = headquarters.code("S1-01")
    identity = enrolled(data, headquarters.url, code)
    assert (identity.till, identity.store, identity.store_name) == ("S1-01", "S1", "中山路店")
    with pytest.raises(Rejected, match="already used"):
        enrolled(tmp_path / "another", headquarters.url, code)
    headquarters.price(90_000)
    with selling(data) as journal, agent(data, headquarters.url) as carrying:
        fill(journal, 600)
        assert carrying.once() == []
        assert headquarters.entries() == [("S1-01", 601)]
        assert prices(data) == [90_000]
        headquarters.price(85_000)
        fill(journal, 1)
        assert carrying.once() == []
        assert headquarters.entries() == [("S1-01", 602)]
        assert prices(data) == [85_000]
        reader = FeedReader.open(data / "feeds.db")
        contact, key = reader.contact(), reader.till_key("S1-01")
        reader.close()
        assert contact is not None
        assert abs(contact.offset_ms) < 60_000
        assert key is not None
        assert key.public_key == signer(read_private(data / KEY_FILE))[1]


def test_a_restored_headquarters_gets_everything_again(headquarters: Headquarters, tmp_path: Path) -> None:
    data = tmp_path / "till"
    enrolled(data, headquarters.url, headquarters.code("S1-01"))
    with selling(data) as journal, agent(data, headquarters.url) as carrying:
        fill(journal, 40)
        assert carrying.once() == []
        headquarters.restored()
        assert headquarters.entries() == []
        assert carrying.once() == []
        assert headquarters.entries() == [("S1-01", 41)]


def test_two_tills_and_a_hub_between_them_and_headquarters(headquarters: Headquarters, tmp_path: Path) -> None:
    hub_data, till_data = tmp_path / "hub", tmp_path / "till"
    enrolled(hub_data, headquarters.url, headquarters.code("S1-01"))
    headquarters.price(90_000)
    with (
        selling(hub_data) as first,
        agent(hub_data, headquarters.url, HubConfig(host="127.0.0.1", port=0)) as hub,
    ):
        hub.serve()
        hub_url = f"http://127.0.0.1:{hub.hub_port}"
        identity = enrolled(till_data, hub_url, headquarters.code("S1-02"))
        assert pinned_key(identity) == pinned_key(load_identity(hub_data))
        assert hub.once() == []
        with selling(till_data) as second, agent(till_data, hub_url) as below:
            fill(first, 3)
            fill(second, 20)
            assert below.once() == []
            assert hub.once() == []
            assert headquarters.entries() == [("S1-01", 4), ("S1-02", 21)]
            assert below.once() == []
            assert prices(till_data) == prices(hub_data) == [90_000]


def test_a_till_taken_out_of_service_is_told(headquarters: Headquarters, tmp_path: Path) -> None:
    data = tmp_path / "till"
    enrolled(data, headquarters.url, headquarters.code("S1-01"))
    with headquarters.database.transaction() as session:
        stores.revoke_till(session, till_id="S1-01", actor="test", at=now())
    with selling(data), agent(data, headquarters.url) as carrying:
        (problem, _) = carrying.once()
        assert "taken out of service" in problem
