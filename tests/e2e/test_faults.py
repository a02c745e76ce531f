"""Whatever is gone, broken or wrong on the way: a defined outcome, and in the end every receipt once.

That bad bytes are answered properly is tried in `tests/hq_server/sync/test_router.py`; what a wrong bit in a chain
does, in `test_acceptance.py`; what the fold sets aside, in `test_fold.py`. Here a real till and its agent live through
it.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hq_server.sync import quarantine
from pos_terminal.checkout.commands import Answered
from retail import codec, wire
from retail.documents.sale import Sale
from store_agent.enrol import HEADQUARTERS_TOKEN_FILE, KEY_FILE, enrol, write_settings
from store_agent.status import FILE, read_status
from store_agent.transport import CONTENT_TYPE, HttpTransport
from store_db.journal import Journal
from store_db.journal_reader import JournalReader
from store_db.keys import make_private_key, read_private, replace_private, signer
from tests.e2e.commands import agent_process
from tests.e2e.headquarters import Headquarters
from tests.e2e.hosts import EAST_MS, Host, qr_of, ready
from tests.e2e.sums import assert_agreed, at_headquarters, entry_counts, total
from tests.hq_server.chain import TillDouble, sold
from tests.pos_terminal.premises import Premises
from tests.pos_terminal.shop import MILK, SOAP, TEA
from tests.store_agent.shop import QUICK, fill, wait_until


@pytest.fixture
def host(headquarters: Headquarters, tmp_path: Path) -> Host:
    return ready(headquarters, tmp_path, "S1-01")


def sell(shop: Premises, *codes: str, times: int = 1) -> None:
    for _ in range(times):
        shop.scan(*codes).enter("", "")
        assert shop.state.last is not None, shop.told


def pushes(host: Host, count: int) -> list[wire.Push]:
    """Everything in the host's journal, cut into pushes of so many entries."""
    found = []
    reader = JournalReader.open(host.folder / "journal.db")
    for head in reader.heads():
        previous = bytes(32)
        for after in range(0, head.seq, count):
            entries = reader.entries(head.stream, after, count, 1_000_000)
            found.append(wire.Push(head.stream, after + 1, previous, tuple(entries)))
            previous = reader.hash_at(head.stream, after + len(entries)) or b""
    reader.close()
    return found


def writing_day(host: Host) -> int:
    """The day on the store's wall, as a business date."""
    return int(f"{datetime.fromtimestamp((host.clocks.wall_ms + EAST_MS) / 1000, UTC):%Y%m%d}")


@contextmanager
def journal(host: Host) -> Iterator[Journal]:
    """The till's own journal, signed with its key, for documents that no till would write."""
    sign, _ = signer(read_private(host.folder / KEY_FILE))
    opened = Journal.open(
        host.folder / "journal.db",
        till="S1-01",
        store="S1",
        machine="machine",
        software="test",
        incarnation=os.urandom(16),
        sign=sign,
        business_date=writing_day(host),
        at_ms=host.clocks.wall_ms,
        wall_ms=host.clocks.wall_ms,
        utc_offset_min=480,
        options=QUICK,
    )
    try:
        yield opened
    finally:
        opened.close()


def token(host: Host) -> str:
    return read_private(host.folder / HEADQUARTERS_TOKEN_FILE).decode().strip()


def test_without_headquarters_the_till_sells_on_and_takes_its_own_receipts_back(
    headquarters: Headquarters, host: Host
) -> None:
    headquarters.stop()
    with host.agent() as agent, host.till() as shop:
        sell(shop, MILK, SOAP)
        qr = qr_of(shop)
        problems = agent.once()
        assert problems
        assert all("does not answer" in problem for problem in problems)
        shop.scan(qr)
        assert shop.told == "choose_returns_alone"
        shop.enter("1", "", "", "")
        assert shop.state.last is not None
        assert shop.state.last.net == -350
        headquarters.start()
        assert agent.once() == []
        with headquarters.without_database():
            sell(shop, TEA)
            problems = agent.once()
            assert any("headquarters cannot store anything now" in problem for problem in problems), problems
        # Connections that were cut are found to be so once; then it goes on.
        wait_until(lambda: agent.once() == [], 10)
    assert_agreed(headquarters, host)
    assert total(at_headquarters(headquarters), "hour_day", "net") == 350 + 999 - 350 + 12_800


def test_without_an_agent_the_till_sells_on_and_one_killed_in_the_middle_is_taken_over_by_the_next(
    headquarters: Headquarters, host: Host
) -> None:
    with host.till() as shop:
        sell(shop, MILK, times=3)
    with journal(host) as writing:
        # More than fits into two pushes.
        fill(writing, 1_200)
    assert "S1-01" not in headquarters.entries()
    write_settings(host.folder / "agent.toml", url=headquarters.url, authorities="", through_hub=False)
    with agent_process(host.folder) as process:
        wait_until(lambda: "S1-01" in headquarters.entries(), 20)
        process.kill()
    with host.till() as shop:
        sell(shop, SOAP)
    assert host.sync() == []
    assert_agreed(headquarters, host)


def test_a_push_that_breaks_off_leaves_nothing_and_comes_again_whole(headquarters: Headquarters, host: Host) -> None:
    with host.till() as shop:
        sell(shop, MILK, TEA, times=3)
    body = wire.encode(pushes(host, 500)[0])
    address = headquarters.url.removeprefix("http://").split(":")
    head = (
        f"POST /sync/v1/push HTTP/1.1\r\nhost: hq\r\nauthorization: Bearer {token(host)}\r\n"
        f"content-type: {CONTENT_TYPE}\r\ncontent-length: {len(body)}\r\n\r\n"
    ).encode()
    for cut in (0, 1, len(body) // 2, len(body) - 1):
        with socket.create_connection((address[0], int(address[1])), timeout=10) as line:
            line.sendall(head + body[:cut])
    time.sleep(0.2)
    assert headquarters.entries() == {}
    assert host.sync() == []
    assert_agreed(headquarters, host)


def test_entries_signed_with_another_key_are_refused_until_the_till_is_enrolled_anew(
    headquarters: Headquarters, host: Host
) -> None:
    with host.till() as shop:
        sell(shop, MILK)
    replace_private(host.folder / KEY_FILE, make_private_key())
    with host.till() as shop:
        sell(shop, SOAP)
    host.sync()
    status = read_status(host.folder / FILE)
    assert status is not None
    (refused,) = status.lines[0].refused.values()
    assert "no entry was signed by this till's enrolled key" in refused
    # What the right key signed is there, of the other stream nothing is.
    assert headquarters.rows("SELECT count(*) FROM stream WHERE accepted > 0") == [(1,)]
    headquarters.fold()
    assert total(at_headquarters(headquarters), "hour_day", "net") == 350
    transport = HttpTransport(headquarters.url)
    enrol(host.folder, transport, code=headquarters.code("S1-01"), host="S1-01", again=True)
    transport.close()
    assert host.sync() == []
    assert_agreed(headquarters, host)
    assert total(at_headquarters(headquarters), "hour_day", "net") == 350 + 999


def test_documents_of_a_newer_till_wait_parked_until_headquarters_can_read_them(
    headquarters: Headquarters, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(Sale, strict=True)
    with host.till() as shop:
        sell(shop, MILK)
        with monkeypatch.context() as newer:
            latest: dict[Any, tuple[str, int]] = codec._LATEST
            newer.setitem(latest, Sale, ("sale", 2))
            newer.setitem(codec._decoders, ("sale", 2), reader)
            sell(shop, TEA)
        sell(shop, SOAP)
    assert host.sync() == []
    headquarters.fold()
    assert total(at_headquarters(headquarters), "hour_day", "net") == 350 + 999
    with headquarters.writing() as session:
        (parked,) = quarantine.listed(session)
    assert (parked.status, parked.kind, parked.version) == ("parked", "sale", 2)
    assert headquarters.entries() == entry_counts([host])
    # Headquarters is brought up to the same release.
    monkeypatch.setitem(codec._decoders, ("sale", 2), reader)
    assert quarantine.replay(headquarters.database, "S1") == quarantine.Replayed(1, 0)
    assert_agreed(headquarters, host)
    assert total(at_headquarters(headquarters), "hour_day", "net") == 350 + 12_800 + 999


@pytest.mark.parametrize("year", [1970, 2099])
def test_a_till_with_a_broken_clock_asks_for_the_day_and_its_sales_count_on_it(
    headquarters: Headquarters, host: Host, year: int
) -> None:
    today = writing_day(host)
    host.clocks.wall_ms = int(datetime(year, 6, 1, 4, tzinfo=UTC).timestamp() * 1000)
    with host.till() as shop:
        assert shop.state.asked is not None
        assert (shop.state.asked.kind, dict(shop.state.asked.values)["clock"]) == ("date", f"{year}0601")
        shop.do(Answered(str(today)))
        sell(shop, MILK)
    assert host.sync() == []
    assert_agreed(headquarters, host)
    with headquarters.writing() as session:
        aside = {one.kind for one in quarantine.listed(session)}
    # What the till wrote of itself before anybody told it the day; nothing that counts.
    assert aside <= {"stream_open", "feed_applied", "sign_on"}
    assert total(at_headquarters(headquarters), "hour_day", "net") == 350


def test_receipts_of_impossible_days_are_set_aside_and_hold_up_nothing(headquarters: Headquarters, host: Host) -> None:
    double = TillDouble("S1-01", "S1")
    with journal(host) as writing:
        for amount, day in ((100, 0), (200, 19700101), (300, 20990101), (400, 0)):
            date = day or writing_day(host)
            writing.append(
                double.receipt(sold(amount)),
                business_date=date,
                at_ms=host.clocks.wall_ms,
                wall_ms=host.clocks.wall_ms,
                utc_offset_min=480,
            )
    assert host.sync() == []
    headquarters.fold()
    assert headquarters.entries() == entry_counts([host])
    assert total(at_headquarters(headquarters), "hour_day", "net") == 500
    with headquarters.writing() as session:
        aside = quarantine.listed(session)
    assert [(one.reason, one.kind) for one in aside] == [("implausible_date", "sale")] * 2
    # Nothing is lost: what is set aside is found by its name, byte for byte.
    transport = HttpTransport(headquarters.url, token(host))
    answers = [transport.ask(wire.AskDocument(one.document), timeout_s=10) for one in aside]
    transport.close()
    bodies = [answer.body for answer in answers if isinstance(answer, wire.DocumentAnswer)]
    assert bodies == [codec.encode_document(sale) for sale in host.sales[1:3]]


def test_the_same_pushes_by_four_clients_at_once_have_one_effect(headquarters: Headquarters, host: Host) -> None:
    with host.till() as shop:
        sell(shop, MILK, SOAP, times=25)
    parts = pushes(host, 5)
    together = threading.Barrier(4)
    outcomes: list[list[str]] = [[] for _ in parts]

    def send() -> None:
        transport = HttpTransport(headquarters.url, token(host))
        for place, push in enumerate(parts):
            together.wait(20)
            outcomes[place].append(transport.push(push).outcome)
        transport.close()

    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)
    assert [sorted(found) for found in outcomes] == [["accepted", "duplicate", "duplicate", "duplicate"]] * len(parts)
    assert len(parts) > 5
    assert host.sync() == []
    assert_agreed(headquarters, host)
