"""Documents that headquarters cannot believe or cannot read yet: none is lost, and nothing waits for them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hq_server.sync import quarantine
from pos_terminal.checkout.commands import Answered
from retail import codec, wire
from retail.documents.sale import Sale
from store_agent.enrol import KEY_FILE, enrol
from store_agent.status import FILE, read_status
from store_agent.transport import HttpTransport
from store_db.keys import make_private_key, replace_private
from tests.e2e.headquarters import Headquarters
from tests.e2e.hosts import Host, ready
from tests.e2e.journals import journal, sell, token, writing_day
from tests.e2e.sums import assert_agreed, at_headquarters, entry_counts, total
from tests.hq_server.chain import TillDouble, sold
from tests.pos_terminal.shop import MILK, SOAP, TEA


@pytest.fixture
def host(headquarters: Headquarters, tmp_path: Path) -> Host:
    return ready(headquarters, tmp_path, "S1-01")


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
            newer.setitem(latest, Sale, ("sale", 3))
            newer.setitem(codec._decoders, ("sale", 3), reader)
            sell(shop, TEA)
        sell(shop, SOAP)
    assert host.sync() == []
    headquarters.fold()
    assert total(at_headquarters(headquarters), "hour_day", "net") == 350 + 999
    with headquarters.writing() as session:
        (parked,) = quarantine.listed(session)
    assert (parked.status, parked.kind, parked.version) == ("parked", "sale", 3)
    assert headquarters.entries() == entry_counts([host])
    # Headquarters is brought up to the same release.
    monkeypatch.setitem(codec._decoders, ("sale", 3), reader)
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
