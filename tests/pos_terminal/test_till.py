"""The till on real files and threads: disk, paper and screen agree, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devices.printer import PaperOut
from devices.simulators.interpreter import render
from pos_terminal.checkout.commands import Answered, Entered, PinTyped, Pressed, Scanned
from pos_terminal.checkout.state import Level, Mode
from promotions import AmountOff, Offer
from retail.documents.sale import Sale
from retail.documents.till import Abandoned, ClockJump, Hold, HoldRecalled, Override, Reprint, ShiftClose, SignOn
from retail.wire import (
    Answer,
    AskDocument,
    AskHolds,
    AskStock,
    ClaimAnswer,
    ClaimHold,
    DocumentAnswer,
    Done,
    HoldAnswer,
    Question,
    StockAnswer,
    Unavailable,
)
from store_agent.socket_server import SocketServer
from store_db.entries import decoded, document_id
from store_db.journal_reader import JournalReader
from store_db.verify import verify as verify_journal
from tests.pos_terminal.premises import Premises, documents, enrol, sales, supply
from tests.pos_terminal.shop import MILK, NOON_MS, SOAP, TEA
from tests.store_db.samples import verify


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    supply(enrol(tmp_path / "till"), offers=(Offer("cut", AmountOff(80), name="会员日立减"),))
    return tmp_path / "till"


@contextmanager
def agent(folder: Path, answers: dict[type, Answer]) -> Iterator[list[Question]]:
    """An agent's socket with these answers; what was asked."""
    asked: list[Question] = []

    def answer(question: Question) -> Answer:
        asked.append(question)
        return answers.get(type(question), Done())

    server = SocketServer(folder / "agent.sock", answer)
    yield asked
    server.close()


def number_on(paper: str) -> str:
    return next(line for line in paper.splitlines() if line.startswith("单号")).split()[1]


def qr_of(shop: Premises) -> str:
    """The QR of the last slip, as a scanner would read it."""
    (symbol,) = render(shop.printer.jobs[-1], 576)[-1].symbols
    return symbol.data


def test_a_sale_is_on_the_disk_on_the_paper_and_on_the_screen(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.open().scan(MILK, TEA).enter("", "200")
        assert shop.state.last is not None
        (paper,) = shop.papers()
        assert number_on(paper) == shop.state.last.number
        assert "会员日立减" in paper
        assert "¥" in paper or "￥" in paper
        assert len(shop.printer.commands) == 1
    (sale,) = sales(folder)
    assert (sale.net, sale.tenders[0].change) == (350 + 12_800 - 160, 20_000 - 12_990)
    assert verify_journal(folder / "journal.db", verify) is None


def test_the_same_happens_on_threads(folder: Path) -> None:
    with Premises(folder, threaded=True) as shop:
        shop.open()
        for _ in range(20):
            shop.scan(MILK, TEA).enter("", "200")
        assert len(shop.papers()) == 20
    assert [sale.counter for sale in sales(folder)] == list(range(1, 21))
    assert verify_journal(folder / "journal.db", verify) is None


def test_scans_come_through_while_the_journal_is_still_writing(folder: Path) -> None:
    with Premises(folder, threaded=True) as shop:
        till = shop.open().till
        for _ in range(30):
            for command in (Scanned(MILK), Scanned(TEA), Entered(""), Entered("200")):
                till.submit(command)
        till.settle()
        till.wait_for(lambda state: state.mode is Mode.SELLING)
    assert [len(sale.lines) for sale in sales(folder)] == [2] * 30


def test_wrong_pins_are_on_record_and_the_right_one_signs_on(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.do(PinTyped("01", "0000"))
        assert shop.told == "pin_wrong"
        shop.open()
    tried = documents(folder, lambda one: isinstance(one, SignOn))
    assert [one.accepted for one in tried] == [False, True]


def test_an_approval_is_given_with_the_second_persons_pin(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.open().scan(TEA).press("line_discount", "20%").do(PinTyped("90", "1111"))
        assert shop.told == "pin_wrong"
        shop.do(PinTyped("90", "9876"))
        assert shop.told == "discount_given"
    assert len(documents(folder, lambda one: isinstance(one, Override))) == 1


@pytest.mark.parametrize("threaded", [False, True])
def test_a_full_disk_leaves_the_receipt_standing_and_the_next_try_writes_it_once(folder: Path, threaded: bool) -> None:
    with Premises(folder, threaded=threaded) as shop:
        shop.open().scan(MILK, TEA)
        database = shop.till.files.journal.db
        pages = database.pragma("page_count")
        database.pragma("max_page_count", pages)
        for _ in range(60):
            shop.enter("", "200")
            if shop.told == "disk_full":
                break
            shop.scan(MILK, TEA)
        assert shop.told == "disk_full"
        assert shop.state.message is not None
        assert shop.state.message.level is Level.FAULT
        assert len(shop.state.receipt.lines) == 2
        printed = len(shop.papers())
        kicks = len(shop.printer.commands)
        assert printed == kicks == len(sales(folder))
        database.pragma("max_page_count", 1_000_000)
        shop.enter("")
        assert shop.state.last is not None
    assert len(sales(folder)) == printed + 1
    assert verify_journal(folder / "journal.db", verify) is None


def test_a_printer_without_paper_stops_no_sale_and_says_what_to_do(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.open()
        shop.printer.fault = PaperOut()
        shop.scan(MILK).enter("", "")
        shop.papers()
        shop.press("language").press("language")
        assert shop.told == "print_failed"
        assert shop.state.message is not None
        assert "缺纸" in dict(shop.state.message.values)["detail"]
        assert shop.till.printing.lamp == "fault"
        shop.printer.fault = None
        shop.press("reprint")
        (paper,) = shop.papers()
        assert "补打 1" in paper
        shop.press("language").press("language")
        assert (shop.told, shop.till.printing.lamp) == ("printer_back", "ok")
    assert len(sales(folder)) == 1
    assert [one.copies for one in documents(folder, lambda one: isinstance(one, Reprint))] == [1]


def test_an_open_receipt_is_offered_back_after_the_till_stopped(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.open().enter(f"07/3*{MILK}").scan(TEA)
        due = shop.state.receipt.due
    with Premises(folder) as shop:
        shop.open()
        assert shop.state.asked is not None
        shop.do(Answered("yes"))
        assert shop.state.receipt.due == due
        shop.enter("", "200")
    assert [sale.net for sale in sales(folder)] == [due]
    with Premises(folder) as shop:
        assert shop.open().state.asked is None


def test_a_draft_of_a_receipt_that_was_sold_after_all_is_not_offered(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.open().scan(MILK)
        kept = shop.till.files.draft.load()
        shop.enter("", "")
        assert kept is not None
        shop.till.files.draft.save(kept)
    with Premises(folder) as shop:
        assert shop.open().state.asked is None
        assert shop.state.shift is not None


def test_a_receipt_given_up_after_a_crash_is_on_record(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.open().scan(MILK)
    with Premises(folder) as shop:
        shop.open().do(Answered("no"))
        assert shop.told == "draft_given_up"
    with Premises(folder) as shop:
        assert shop.open().state.asked is None
    assert [one.reason for one in documents(folder, lambda one: isinstance(one, Abandoned))] == ["crash"]


def test_a_shift_goes_on_over_a_restart_and_its_z_counts_all_of_it(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.open().scan(TEA).enter("", "200")
    with Premises(folder) as shop:
        shop.open().scan(MILK).enter("").press("tender_card")
        shop.press("z_report").enter("100*3+27.2").do(Answered(""))
        assert shop.told == "shift_closed"
        z = shop.papers()[-1]
        assert "327.20" in z
    (close,) = documents(folder, lambda one: isinstance(one, ShiftClose))
    assert (close.counts[0].expected, close.receipts, close.net) == (20_000 + 12_720, 2, 12_720 + 270)
    assert close.grand_total == 12_990
    with Premises(folder) as shop:
        shop.open(float_text="100")
        assert shop.state.shift is not None
        assert shop.state.shift.number == 2


def test_a_scanned_receipt_comes_back_and_a_second_time_it_does_not(folder: Path) -> None:
    with agent(folder, {AskDocument: Unavailable("alone")}), Premises(folder) as shop:
        shop.open().enter(f"07*60+12*40/2*{MILK}").enter("", "")
        shop.papers()
        qr = qr_of(shop)
        shop.scan(qr)
        assert shop.told == "choose_returns_alone"
        shop.enter("*", "", "", "")
        assert sales(folder)[-1].net == -540
        shop.scan(qr)
        assert shop.told == "nothing_to_return"
        shop.enter("").press("return", "S1-01-000001-AAAA")
        assert shop.told == "receipt_not_found"
        shop.enter("S9-01-000001-AAAA")
        assert shop.told == "receipt_scan_qr"
        shop.scan(qr[:-1] + ("A" if qr[-1] != "A" else "B"))
        assert shop.told in ("receipt_forged", "receipt_not_read")
    assert sum(sale.net for sale in sales(folder)) == 0


def test_a_receipt_of_another_till_comes_back_when_somebody_has_it(folder: Path, tmp_path: Path) -> None:
    other = supply_other(tmp_path)
    with Premises(other) as shop:
        shop.open().enter(f"07/2*{MILK}").enter("", "")
        shop.papers()
        qr = qr_of(shop)
    reader = JournalReader.open(other / "journal.db")
    head = reader.heads()[0]
    entry = reader.entries(head.stream, head.seq - 1, 1, 1_000_000)[0]
    reader.close()
    with Premises(folder) as shop:
        shop.open().scan(qr)
        assert shop.told == "receipt_unreachable"
        shop.enter("")
        with agent(folder, {AskDocument: DocumentAnswer(entry.envelope, entry.body)}):
            shop.scan(qr)
            assert shop.told == "choose_returns"
            shop.scan(MILK).enter("", "", "")
    back = sales(folder)[-1]
    assert (back.net, back.lines[0].runs[0].clerks[0].clerk) == (-350, "07")


def supply_other(tmp_path: Path) -> Path:
    supply(enrol(tmp_path / "other", till="S1-02"))
    return tmp_path / "other"


def test_a_hold_of_another_till_is_claimed_and_its_own_is_taken_up_alone(folder: Path, tmp_path: Path) -> None:
    with Premises(folder) as shop:
        shop.open().scan(MILK, SOAP).press("hold", "红衣")
        assert "红衣" in shop.papers()[-1]
        shop.press("recall")
        assert shop.state.asked is not None
        assert shop.state.asked.code == "ask_hold_here"
        shop.do(Answered("1"))
        assert shop.told == "recalled"
        shop.press("hold")
        hold = documents(folder, lambda one: isinstance(one, Hold))[-1]
        reader = JournalReader.open(folder / "journal.db")
        head = reader.heads()[0]
        entry = reader.entries(head.stream, head.seq - 1, 1, 1_000_000)[0]
        reader.close()
    other = supply_other(tmp_path)
    held = document_id(decoded(entry)[0])
    listed = HoldAnswer(((held, entry.envelope, entry.body),))
    with Premises(other) as shop, agent(other, {AskHolds: listed, ClaimHold: ClaimAnswer(False, "S1-03")}):
        shop.open().press("recall").do(Answered("1"))
        assert shop.told == "hold_taken"
    with Premises(other) as shop, agent(other, {AskHolds: listed, ClaimHold: ClaimAnswer(True)}) as asked:
        shop.open().press("recall").do(Answered("1"))
        assert len(shop.state.receipt.lines) == len(hold.lines) == 2
        assert ClaimHold(held, "S1-02") in asked
        shop.enter("", "20")
    assert sales(other)[-1].recalled_from == held
    assert len(documents(other, lambda one: isinstance(one, HoldRecalled))) == 1


def test_every_commit_pokes_the_agent_and_a_missing_one_is_no_matter(folder: Path) -> None:
    with agent(folder, {}) as asked, Premises(folder) as shop:
        shop.open().scan(MILK).enter("", "")
        pokes = len(asked)
    assert pokes >= 3
    with Premises(folder) as shop:
        shop.open().scan(MILK).enter("", "")
        assert shop.state.last is not None


def test_stock_is_what_headquarters_said_and_what_was_sold_since(folder: Path) -> None:
    answer = StockAnswer((("S2", "二店", 5_000),), 7)
    with agent(folder, {AskStock: answer}), Premises(folder) as shop:
        shop.open().enter(f"3*{MILK}").enter("", "").press("stock_query", MILK)
        stock = shop.state.stock
        assert stock is not None
        assert (stock.here_milli, [one.quantity_milli for one in stock.stores]) == (-3_000, [5_000])


def test_a_jump_of_the_machines_clock_is_on_record_and_changes_no_price(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.open()
        shop.clocks.wall_ms += 3_600_000
        shop.till.tick()
        assert shop.press("language").told == "clock_jumped"
        assert shop.till.world().now_ms == NOON_MS
    assert len(documents(folder, lambda one: isinstance(one, ClockJump))) == 1


def test_time_goes_on_from_the_last_document_when_the_clock_was_put_back_meanwhile(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.clocks.pass_ms(3_600_000)
        shop.open().scan(MILK).enter("", "")
    with Premises(folder) as shop:
        assert shop.till.world().now_ms == NOON_MS + 3_600_000


def test_what_only_a_screen_can_do_is_handed_to_it(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.open().press("search", "xnn")
        assert any(type(effect).__name__ == "ShowItems" for effect in shop.shown)


def test_documents_are_written_with_the_shifts_date_whatever_the_clock_says(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.open()
        shop.clocks.pass_ms(13 * 3_600_000)
        shop.scan(MILK).enter("", "")
        reader = shop.till.files.reader
        head = reader.heads()[0]
        envelope, document = decoded(reader.entries(head.stream, head.seq - 1, 1, 1_000_000)[0])
        assert isinstance(document, Sale)
        assert envelope.business_date == 20261121


def test_the_till_opens_in_memory_of_nobody_when_signed_off(folder: Path) -> None:
    with Premises(folder) as shop:
        shop.open().press("sign_off")
        assert (shop.state.mode, shop.state.operator) == (Mode.SIGNED_OFF, None)
        shop.do(Pressed("hold"))
        assert shop.told == "sign_on_first"
