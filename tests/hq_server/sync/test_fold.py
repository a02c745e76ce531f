"""From entries to rows and sums: figures traced to receipts, in any order of arrival, and the same when done anew."""

from __future__ import annotations

import hashlib
import random
import threading
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import text

from hq_server.db import Database
from hq_server.sync import fold, quarantine, service
from retail.cells import OpenLine
from retail.codec import decode_document, decode_envelope, encode_document
from retail.documents.sale import Sale
from retail.documents.stock import StockLine, StockReceipt
from retail.documents.till import FeedApplied, Hold, HoldRecalled
from retail.effects import LEDGERS, Sums, add, effects
from retail.ids import DocumentId
from retail.ownership import UNOWNED, own, pool, shared
from tests.hq_server.chain import LATER, NOON, TODAY, Chain, TillDouble, returned, sold, tender

CLERKS = "SELECT clerk, ownership, sum(net)::bigint FROM ledger_clerk_day GROUP BY 1, 2 ORDER BY 1"


@pytest.fixture
def costs(database: Database) -> None:
    """item-1 costs 4.00 a piece, item-2 is dearer in S2; item-3 has no cost."""
    rows = [("item-1", "chain", 40_000), ("item-2", "chain", 10_000), ("item-2", "store:S2", 12_000)]
    with database.transaction() as session:
        for item, scope, unit_cost in rows:
            session.execute(
                text("INSERT INTO item_cost VALUES (:item, :scope, '2020-01-01', :at, :cost, 'test')"),
                {"item": item, "scope": scope, "at": NOON - timedelta(days=1), "cost": unit_cost},
            )


def digest(database: Database) -> str:
    with database.transaction() as session:
        return service.digest_of_folded(session)


def set_aside(database: Database) -> list[tuple[int, str, str]]:
    with database.transaction() as session:
        return [(found.position, found.status, found.reason) for found in quarantine.listed(session)]


@pytest.mark.usefixtures("costs")
def test_a_receipt_becomes_rows_and_sums(chain: Chain, database: Database) -> None:
    till = chain.tills["S1-01"]
    till.open()
    till.sell(
        sold(1000, 2000, own("07"), cut=50),
        sold(330, 755),
        member="m1",
        tenders=[tender("cash", 230), tender("card", 1000)],
    )
    chain.send(till)
    assert service.fold_all(database) == 2
    assert chain.rows("SELECT receipts, lines, gross, net, member, posted_date FROM receipt") == [
        (1, 2, 1330, 1230, "m1", date(2026, 11, 21))
    ]
    assert chain.rows(
        "SELECT line, item, quantity_milli, gross, net, unit_cost, cost_scaled, cost_state FROM receipt_line"
    ) == [
        (1, "item-1", 2000, 1000, 900, 40_000, 80_000_000, "known"),
        (2, "item-2", 755, 330, 330, 10_000, 7_550_000, "known"),
    ]
    assert chain.rows("SELECT source, reference, amount FROM receipt_reduction") == [("offer", "PROMO", 100)]
    assert chain.rows("SELECT kind, amount FROM receipt_tender ORDER BY tender") == [("cash", 230), ("card", 1000)]
    assert chain.rows("SELECT tender, sum(amount)::bigint FROM line_tender GROUP BY 1 ORDER BY 1") == [
        (0, 230),
        (1, 1000),
    ]
    assert chain.rows("SELECT clerk, net FROM line_clerk") == [("07", 900)]
    assert chain.rows("SELECT item, quantity_milli FROM ledger_stock ORDER BY 1") == [
        ("item-1", -2000),
        ("item-2", -755),
    ]
    assert chain.rows("SELECT hour, receipts, lines, net FROM ledger_hour_day") == [(12, 1, 2, 1230)]
    assert chain.rows("SELECT item, net, cost_scaled, uncosted_net FROM ledger_item_day ORDER BY 1") == [
        ("item-1", 900, 80_000_000, 0),
        ("item-2", 330, 7_550_000, 0),
    ]


def test_folding_again_does_nothing(chain: Chain, database: Database) -> None:
    till = chain.tills["S1-01"]
    till.sell(sold(100))
    chain.send(till)
    service.fold_all(database)
    before = digest(database)
    assert service.fold_all(database) == 0
    assert fold.fold_once(database) == fold.FoldResult(0, 0, 0)
    assert digest(database) == before


def clerks_receipt() -> list[OpenLine]:
    """Three clerks: a line of 07's own, one shared 60/40 by 07 and 12, one of a pool; amounts that do not divide."""
    return [
        sold(1001, 3000, own("07")),
        sold(997, 2000, shared(("07", 60), ("12", 40)), cut=7),
        sold(555, 1000, pool("A")),
    ]


@pytest.mark.parametrize("first", ["sale", "return"])
def test_a_partial_return_at_another_store_takes_back_from_the_same_clerks_in_any_order(
    chain: Chain, database: Database, first: str
) -> None:
    home, away = chain.tills["S1-01"], chain.tills["S3-01"]
    sale_at = home.sell(*clerks_receipt())
    sale = msgspec.msgpack.decode(home.entries[0].body, type=Sale)
    shared_line = sale.lines[1]
    back = [returned(sale, sale_at, 2, 1), returned(sale, sale_at, 3, 1)]
    away.sell(*back, items=["item-2", "item-3"])
    senders = [home, away] if first == "sale" else [away, home]
    for till in senders:
        chain.send(till)
        service.fold_all(database)
    given = {cell.clerk: cell.amount for cell in shared_line.runs[0].clerks}
    whole = {
        clerk: sum(run.units * cell.amount for run in shared_line.runs for cell in run.clerks if cell.clerk == clerk)
        for clerk in ("07", "12")
    }
    assert sum(given.values()) == shared_line.runs[0].net
    assert chain.rows(CLERKS) == [
        ("07", "own", 1001),
        ("07", "shared", whole["07"] - given["07"]),
        ("12", "shared", whole["12"] - given["12"]),
        ("A", "pool", 0),
    ]
    assert chain.rows("SELECT line, units, quantity_milli FROM ledger_returned ORDER BY line") == [
        (2, 1, 1000),
        (3, 1, 1000),
    ]
    assert chain.rows("SELECT sum(net)::bigint FROM ledger_hour_day") == [(sale.net - shared_line.runs[0].net - 555,)]


@pytest.mark.usefixtures("costs")
@pytest.mark.parametrize("first", ["sale", "return"])
def test_a_return_carries_the_cost_of_its_sale_also_when_it_came_before_it(
    chain: Chain, database: Database, first: str
) -> None:
    home, away = chain.tills["S1-01"], chain.tills["S2-01"]
    sale_at = home.sell(sold(3000, 3000), items=["item-2"])  # 1.00 a piece in S1, 1.20 in S2
    sale = msgspec.msgpack.decode(home.entries[0].body, type=Sale)
    away.sell(returned(sale, sale_at, 1, 1), items=["item-2"])
    if first == "return":
        chain.send(away)
        service.fold_all(database)
        assert chain.rows("SELECT unit_cost, cost_state FROM receipt_line") == [(12_000, "assumed")]
        chain.send(home)
    else:
        chain.send(home)
        chain.send(away)
    service.fold_all(database)
    assert chain.rows("SELECT store_id, unit_cost, cost_scaled, cost_state FROM receipt_line ORDER BY 1") == [
        ("S1", 10_000, 30_000_000, "known"),
        ("S2", 10_000, -10_000_000, "known"),
    ]
    assert chain.rows("SELECT sum(cost_scaled)::bigint, sum(uncosted_net)::bigint FROM ledger_item_day") == [
        (20_000_000, 0)
    ]


@pytest.mark.usefixtures("costs")
def test_what_came_back_whole_leaves_nothing_in_any_ledger(chain: Chain, database: Database) -> None:
    home, away = chain.tills["S1-01"], chain.tills["S1-02"]
    sale_at = home.sell(*clerks_receipt(), member="m1")
    sale = msgspec.msgpack.decode(home.entries[0].body, type=Sale)
    every = [
        returned(sale, sale_at, line.number, run.units, number)
        for line in sale.lines
        for number, run in enumerate(line.runs)
    ]
    items = [line.item for line in sale.lines for _ in line.runs]
    away.sell(*every, items=items, member="m1")
    for till in (home, away):
        chain.send(till)
    service.fold_all(database)
    for ledger, measures in {
        "stock": "quantity_milli",
        "item_day": "quantity_milli, gross, reduction, net, tax, cost_scaled, uncosted_net",
        "clerk_day": "net",
        "reduction_day": "amount",
        "tender_shift": "amount",
        "member_day": "net",
    }.items():
        sums = ", ".join(f"sum({measure.strip()})::bigint" for measure in measures.split(","))
        ((*left,),) = chain.rows(f"SELECT {sums} FROM ledger_{ledger}")
        assert not any(left), ledger


@pytest.mark.parametrize("business_date", [19700101, 20990101, 19991231, 20261124, 20260230, 0])
def test_an_impossible_date_is_set_aside_and_holds_up_nothing(
    chain: Chain, database: Database, business_date: int
) -> None:
    till = chain.tills["S1-01"]
    till.sell(sold(100))
    till.sell(sold(200), business_date=business_date)
    till.sell(sold(400))
    chain.send(till)
    service.fold_all(database)
    assert set_aside(database) == [(2, "quarantine", "implausible_date")]
    assert chain.rows("SELECT sum(net)::bigint FROM receipt") == [(500,)]


def altered(sale: Sale, change: str) -> Sale:
    """A receipt with one figure that does not fit the others."""
    line = sale.lines[0]
    run = line.runs[0]
    replace = msgspec.structs.replace
    if change == "net":
        return replace(sale, net=sale.net + 1)
    if change == "gross":
        run = replace(run, gross=run.gross + 1)
    elif change == "clerk":
        run = replace(run, clerks=(replace(run.clerks[0], amount=run.clerks[0].amount - 1),))
    elif change == "cell":
        run = replace(run, tenders=(replace(run.tenders[0], amount=run.tenders[0].amount - 1),))
    elif change == "tender":
        run = replace(run, tenders=(replace(run.tenders[0], tender=7),))
    elif change == "quantity":
        line = replace(line, quantity_milli=line.quantity_milli + 1)
    elif change == "huge":
        run = replace(run, gross=run.gross + 10**15, net=run.net + 10**15)
    elif change == "twice":
        return replace(sale, lines=(line, line))
    elif change == "zero byte":
        line = replace(line, item="it\0em")
    elif change == "endless":
        line = replace(line, item="".join(hashlib.sha256(bytes([number])).hexdigest() for number in range(120)))
    return replace(sale, lines=(replace(line, runs=(run,)), *sale.lines[1:]))


@pytest.mark.parametrize(
    "change", ["net", "gross", "clerk", "cell", "tender", "quantity", "huge", "twice", "zero byte", "endless"]
)
def test_a_receipt_that_cannot_be_is_set_aside_with_its_reason_and_the_others_are_folded(
    chain: Chain, database: Database, change: str
) -> None:
    till = chain.tills["S1-01"]
    for amount in (100, 200):
        till.sell(sold(amount, owner=own("07")))
    till.append(altered(till.receipt(sold(333, owner=own("07"))), change))
    for amount in (400, 800):
        till.sell(sold(amount, owner=own("07")))
    chain.send(till)
    service.fold_all(database)
    ((position, status, reason),) = set_aside(database)
    assert (position, status) == (3, "quarantine")
    assert reason == ("refused_by_database" if change in ("zero byte", "endless") else "sums_differ")
    assert chain.rows("SELECT sum(net)::bigint FROM receipt") == [(1500,)]
    assert chain.rows("SELECT position FROM fold_cursor") == [(5,)]


def test_bytes_that_are_no_document_and_kinds_of_tomorrow_are_kept_apart(chain: Chain, database: Database) -> None:
    till = chain.tills["S1-01"]
    till.append_raw(b"\xc1garbage", "sale")
    till.append_raw(encode_document(till.receipt(sold(100))), "sale", version=99)
    till.append_raw(b"\x90", "voucher_issued")
    till.sell(sold(100))
    chain.send(till)
    service.fold_all(database)
    assert set_aside(database) == [
        (1, "quarantine", "unreadable"),
        (2, "parked", "unknown_document"),
        (3, "parked", "unknown_document"),
    ]
    assert chain.rows("SELECT count(*) FROM receipt") == [(1,)]


def test_after_the_program_knows_better_a_replay_gives_what_a_rebuild_gives(
    chain: Chain, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    till, away = chain.tills["S1-01"], chain.tills["S2-01"]
    till.sell(sold(100))
    odd = till.sell(sold(250, 1000, own("07")), business_date=19990101)
    till.sell(sold(400))
    sale = msgspec.msgpack.decode(till.entries[1].body, type=Sale)
    away.sell(returned(sale, odd, 1, 1))
    for sender in (till, away):
        chain.send(sender)
    service.fold_all(database)
    with database.transaction() as session:
        (found,) = quarantine.listed(session)
    assert (found.document, found.dependants) == (odd, ["S2/1"])
    assert quarantine.replay(database, "S1") == quarantine.Replayed(1, 1)
    monkeypatch.setattr("hq_server.sync.rules.EARLIEST", date(1990, 1, 1))
    assert quarantine.replay(database, "S1") == quarantine.Replayed(1, 0)
    assert quarantine.replay(database, "S1") == quarantine.Replayed(0, 0)
    service.fold_all(database)
    assert set_aside(database) == []
    assert chain.rows("SELECT sum(net)::bigint FROM receipt") == [(500,)]
    replayed = digest(database)
    assert service.rebuild(database) == 4
    assert digest(database) == replayed


@pytest.mark.usefixtures("costs")
def test_a_rebuild_from_zero_gives_the_same_bytes_whatever_the_batches_were(
    chain: Chain, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, till in enumerate(chain.tills.values()):
        till.open()
        for amount in range(40):
            till.sell(sold(100 + amount, 1000 * (1 + amount % 3), own(f"0{amount % 4}")), member=f"m{amount % 5}")
        sale_at = till.sell(*clerks_receipt())
        sale = msgspec.msgpack.decode(till.entries[-1].body, type=Sale)
        other = list(chain.tills.values())[(number + 1) % 4]
        other.sell(returned(sale, sale_at, 1, 1), items=["item-1"])
        till.append(StockReceipt("09", "supplier", "D1", (StockLine("item-1", 10_000),)))
    for after in range(0, 50, 5):
        for till in chain.tills.values():
            if len(till.entries) > after:
                chain.accept(till.push(after, min(5, len(till.entries) - after)), store=till.store)
        fold.fold_once(database, entries_max=7)
    service.fold_all(database)
    before = digest(database)
    cost_before = chain.rows("SELECT sum(cost_scaled) FROM receipt_line")
    monkeypatch.setattr(fold, "STORES_MAX", 1)
    service.rebuild(database)
    assert digest(database) == before
    assert chain.rows("SELECT sum(cost_scaled) FROM receipt_line") == cost_before
    with database.transaction() as session:
        session.execute(text("UPDATE receipt_line SET net = net + 1 WHERE position = 3 AND store_id = 'S1'"))
    assert digest(database) != before


def test_workers_folding_at_once_fold_each_entry_once(chain: Chain, database: Database) -> None:
    for till in chain.tills.values():
        for amount in range(60):
            till.sell(sold(100 + amount))
        chain.send(till)

    def work() -> None:
        while fold.fold_once(database, entries_max=10).entries:
            pass

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    service.fold_all(database)
    assert chain.rows("SELECT count(*), sum(net)::bigint FROM receipt") == [(240, 4 * sum(range(100, 160)))]
    assert chain.rows("SELECT sum(receipts)::bigint FROM ledger_hour_day") == [(240,)]


def test_a_batch_that_dies_before_its_commit_leaves_nothing(
    chain: Chain, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = chain.tills["S1-01"]
    till.sell(sold(100))
    chain.send(till)
    with monkeypatch.context() as patched:
        patched.setattr("hq_server.sync.records.write_marks", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            fold.fold_once(database)
    assert chain.rows("SELECT 1 FROM receipt UNION ALL SELECT 1 FROM ledger_stock") == []
    assert service.fold_all(database) == 1
    assert chain.rows("SELECT quantity_milli FROM ledger_stock") == [(-1000,)]


def test_both_lines_of_a_fork_count(chain: Chain, database: Database) -> None:
    till = chain.tills["S1-01"]
    till.sell(sold(100))
    copied = TillDouble(till.till, till.store, key=till.key, incarnation=till.incarnation)
    copied.entries, copied.hashes = list(till.entries), list(till.hashes)
    till.sell(sold(200))
    copied.sell(sold(400))
    chain.send(till)
    chain.accept(copied.push(1), store="S1")
    service.fold_all(database)
    assert chain.rows("SELECT sum(net)::bigint FROM receipt") == [(700,)]
    assert chain.rows("SELECT seq FROM fold_mark") == [(2,)]


def test_two_journals_that_continue_the_same_one_raise_an_alarm(chain: Chain, database: Database) -> None:
    first = chain.tills["S1-01"]
    parent = first.open()
    for _ in range(2):
        child = TillDouble("S1-01", "S1", key=first.key)
        child.open(parent)
        chain.send(child)
    service.fold_all(database)
    assert chain.rows("SELECT kind FROM alarm") == [("branch",)]


def test_the_feed_a_till_has_in_use_is_what_it_said_last(chain: Chain, database: Database) -> None:
    till = chain.tills["S1-01"]
    for position in (5, 9, 7):
        till.append(FeedApplied("prices", "g1", position))
    chain.send(till)
    service.fold_all(database)
    assert chain.rows("SELECT feed, generation, position FROM feed_in_use") == [("prices", "g1", 7)]


def test_holds_and_recalls_meet_in_any_order(chain: Chain, database: Database) -> None:
    till, other = chain.tills["S1-01"], chain.tills["S1-02"]
    hold = till.append(Hold(1, "09", "blue coat", "", (), (), (), 0, 0))
    other.append(HoldRecalled(hold, "09"))
    chain.send(other)
    service.fold_all(database)
    chain.send(till)
    service.fold_all(database)
    assert chain.rows("SELECT till_id FROM held_receipt") == chain.rows("SELECT till_id FROM recalled_hold")


def test_partitions_appear_with_their_first_row(chain: Chain, database: Database) -> None:
    till = chain.tills["S1-01"]
    till.sell(sold(100), business_date=20170301)
    till.sell(sold(100), business_date=TODAY)
    chain.send(till)
    later: datetime = LATER + timedelta(days=1)
    till.sell(sold(100), business_date=20180101)
    chain.send(till, 2, at=later)
    service.fold_all(database)
    parts = [row[0] for row in chain.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'part' ORDER BY 1")]
    assert [name for name in parts if str(name).startswith(("receipt_2", "raw"))] == [
        *("raw_entry_20261121", "raw_entry_20261122"),
        *("receipt_201703", "receipt_201801", "receipt_202611"),
    ]
    assert chain.rows("SELECT business_date, posted_date FROM receipt ORDER BY position") == [
        (date(2017, 3, 1), date(2026, 11, 21)),
        (date(2026, 11, 21), date(2026, 11, 21)),
        (date(2018, 1, 1), date(2026, 11, 22)),
    ]


@pytest.mark.parametrize("seed", range(3))
def test_the_ledgers_are_what_the_documents_effects_add_up_to(chain: Chain, database: Database, seed: int) -> None:
    chance = random.Random(seed)
    sums: dict[str, Sums] = {}
    sales: list[tuple[DocumentId, Sale]] = []
    owners = [UNOWNED, own("07"), shared(("07", 60), ("12", 40)), pool("A")]
    tills = list(chain.tills.values())
    for _ in range(60):
        till = chance.choice(tills)
        lines: list[OpenLine] = [
            sold(chance.randint(0, 5_000), chance.choice([1000, 2000, 7000, 755]), chance.choice(owners))
            for _ in range(chance.randint(1, 5))
        ]
        if sales and chance.random() < 0.3:
            document, sale = chance.choice(sales)
            line = chance.choice(sale.lines)
            if line.quantity_milli > 0:
                lines.append(returned(sale, document, line.number, 1))
        sale = till.receipt(*lines, member=chance.choice(["", "m1", "m2"]))
        day = 20261100 + chance.randint(1, 21)
        sales.append((till.append(sale, business_date=day), sale))
    for till in tills:
        for entry in till.entries:
            envelope = decode_envelope(entry.envelope)
            document_read = decode_document(envelope.kind, envelope.version, entry.body)
            add(sums.setdefault(till.store, {}), effects(envelope, document_read))
        if till.entries:
            chain.send(till)
    while fold.fold_once(database, entries_max=chance.randint(1, 20)).entries:
        pass
    for name, ledger in LEDGERS.items():
        columns = ", ".join(("store_id", *ledger.keys, *ledger.measures))
        found = {tuple(map(_plain, row)) for row in chain.rows(f"SELECT {columns} FROM ledger_{name}")}
        expected = {
            (store, *key, *amounts)
            for store, kept in sums.items()
            for (ledger_name, key), amounts in kept.items()
            if ledger_name == name
        }
        assert found == expected, name


def _plain(value: object) -> object:
    if isinstance(value, date):
        return int(value.strftime("%Y%m%d"))
    return value.hex if isinstance(value, UUID) else value
