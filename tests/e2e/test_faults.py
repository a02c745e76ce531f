"""Whatever is gone, broken or wrong on the way: a defined outcome, and in the end every receipt once.

That bad bytes are answered properly is tried in `tests/hq_server/sync/test_router.py`; what a wrong bit in a chain
does, in `test_acceptance.py`. Here a real till and its agent live through it.
"""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest

from retail import wire
from store_agent.enrol import write_settings
from store_agent.transport import CONTENT_TYPE, HttpTransport
from tests.e2e.commands import agent_process
from tests.e2e.headquarters import Headquarters
from tests.e2e.hosts import Host, qr_of, ready
from tests.e2e.journals import journal, pushes, sell, token
from tests.e2e.sums import assert_agreed, at_headquarters, total
from tests.pos_terminal.shop import MILK, SOAP, TEA
from tests.store_agent.shop import fill, wait_until


@pytest.fixture
def host(headquarters: Headquarters, tmp_path: Path) -> Host:
    return ready(headquarters, tmp_path, "S1-01")


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
