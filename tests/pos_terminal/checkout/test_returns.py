from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pos_terminal.checkout.commands import ReceiptFound
from pos_terminal.checkout.draft import decode_draft, encode_draft
from pos_terminal.checkout.effects import FindReceipt
from pos_terminal.checkout.state import Mode
from promotions import AmountAtThreshold, AmountTier, BuyGet, CouponNext, Offer, Scope
from retail.documents.till import Override
from retail.ids import DocumentId
from retail.wire import ReturnedRun
from tests.pos_terminal.shop import INCARNATION, MILK, SOAP, TEA, Counter, label

NUMBER = "S1-01-000001-3333"


def sold(till: Counter, *texts: str) -> DocumentId:
    """A receipt with these entries, paid in cash; where it stands."""
    till.enter(*texts)
    till.pay()
    return DocumentId("S1-01", INCARNATION, len(till.book.documents))


def lay_open(till: Counter, document: DocumentId, *, certain: bool = True) -> Counter:
    """The return of this receipt, as the service finds it: with what came back of it so far."""
    till.press("return", NUMBER)
    sale = till.book.documents[document.seq - 1][1]
    already = tuple(
        ReturnedRun(key[3], key[4], *amounts)  # type: ignore[arg-type]
        for (ledger, key), amounts in till.book.sums.items()
        if ledger == "returned" and key[:3] == (document.till, document.incarnation.hex(), document.seq)
    )
    return till.do(ReceiptFound(document, sale, already, certain))  # type: ignore[arg-type]


def test_a_receipts_number_is_looked_up_by_a_service() -> None:
    till = Counter().open()
    assert till.press("return").told == "scan_receipt"
    assert till.enter("12345").told == "receipt_not_read"
    till.enter(NUMBER.lower())
    assert FindReceipt(NUMBER.lower()) in till.effects


def test_a_whole_line_comes_back_with_the_cells_it_was_sold_with() -> None:
    till = Counter(offers=(Offer("21", BuyGet(2, 1), scope=Scope(items=("milk",))),)).open()
    document = sold(till, f"07*60+12*40/3*{MILK}", f"07/{TEA}")
    lay_open(till, document).enter("1", "")
    assert till.state.mode is Mode.SELLING
    assert till.due == -700
    till.enter("", "")
    back = till.book.sales[-1]
    assert back.net == -700
    assert [(tender.kind, tender.amount, tender.change) for tender in back.tenders] == [("cash", -700, 700)]
    assert back.lines[0].quantity_milli == -3_000
    clerk = {key[1:]: amounts[1] for (ledger, key), amounts in till.book.sums.items() if ledger == "clerk_day"}
    assert clerk == {("07", "shared"): 0, ("12", "shared"): 0, ("07", "own"): 12_800}
    assert till.book.sums[("stock", ("milk",))] == (0,)


def test_one_piece_comes_back_by_scanning_it_and_no_more_than_was_sold() -> None:
    till = Counter().open()
    document = sold(till, f"2*{MILK}", TEA)
    lay_open(till, document).scan(MILK)
    assert till.due == -350
    till.scan(MILK).scan(MILK)
    assert (till.told, till.due) == ("not_on_receipt", -700)
    assert till.scan(SOAP).told == "not_on_receipt"
    assert till.enter("3*2").told == "more_than_left"
    assert till.enter("0.5*2").told == "whole_units_only"
    assert till.enter("9").told == "no_such_line"
    assert till.enter("x").told == "return_not_read"


def test_what_came_back_before_cannot_come_back_again() -> None:
    till = Counter().open()
    document = sold(till, f"2*{MILK}")
    lay_open(till, document).enter("1*1", "", "", "")
    assert till.book.sales[-1].net == -350
    lay_open(till, document).enter("*", "", "", "")
    assert till.book.sales[-1].net == -350
    assert lay_open(till, document).told == "nothing_to_return"


def test_an_exchange_sets_goods_off_and_only_the_difference_is_paid() -> None:
    till = Counter().open()
    document = sold(till, TEA)
    lay_open(till, document).scan(TEA).enter("").scan(SOAP)
    assert till.due == 999 - 12_800
    till.enter("", "")
    sale = till.book.sales[-1]
    assert [(tender.kind, tender.amount) for tender in sale.tenders] == [("cash", 999 - 12_800), ("exchange", 0)]
    assert sum(run.units * run.net for line in sale.lines for run in line.runs) == sale.net


def test_an_even_exchange_is_finished_by_enter_without_money() -> None:
    till = Counter().open()
    document = sold(till, TEA)
    lay_open(till, document).scan(TEA).enter("").scan(TEA).enter("", "")
    sale = till.book.sales[-1]
    assert (sale.net, [tender.kind for tender in sale.tenders]) == (0, ["exchange"])
    assert till.state.last is not None
    assert till.state.last.tender == "exchange"


def test_beyond_the_limit_a_second_person_signs_once_for_the_whole_return() -> None:
    till = Counter().open()
    document = sold(till, f"2*{TEA}", SOAP)
    lay_open(till, document).enter("1")
    assert till.asking == "approval"
    till.answer("", approver="90")
    assert till.due == -25_600
    till.enter("2")
    assert till.asking == ""
    assert till.due == -26_599
    assert len(till.book.of(Override)) == 2


def test_alone_a_smaller_limit_holds() -> None:
    till = Counter().open()
    document = sold(till, TEA)
    lay_open(till, document, certain=False)
    assert till.told == "choose_returns_alone"
    till.scan(TEA)
    assert till.state.asked is not None
    assert dict(till.state.asked.values)["limit"] == "return_alone_minor"


def test_a_part_of_a_weighed_line_comes_back_and_the_last_part_takes_the_rest() -> None:
    till = Counter().open()
    till.scan(label("21", "00042", 755))
    till.pay()
    document = DocumentId("S1-01", INCARNATION, len(till.book.documents))
    lay_open(till, document).enter("0.3*1", "", "", "")
    assert till.book.sales[-1].lines[0].quantity_milli == -300
    lay_open(till, document).enter("1", "", "", "")
    assert till.book.sums[("stock", ("apple",))] == (0,)
    assert sum(sale.net for sale in till.book.sales) == 0


TEN_OFF = Offer("t100", AmountAtThreshold(tiers=(AmountTier(10_000, 1_000),)), name="满100减10")


def test_that_an_offer_is_taken_back_is_told_before_the_refund_and_again_when_it_is_paid() -> None:
    till = Counter(offers=(TEN_OFF,)).open()
    lay_open(till, sold(till, f"07/{TEA}", f"12/{MILK}")).scan(TEA)
    assert (till.told, till.due) == ("offer_taken_back", -11_800)
    assert till.state.message is not None
    assert dict(till.state.message.values) == {"name": "满100减10", "amount": "0.27", "threshold": "100.00"}
    till.enter("", "")
    assert (till.state.mode, till.told) == (Mode.TENDERING, "offer_taken_back")
    till.enter("")
    goods, moved = till.book.sales[-1].lines
    assert (goods.entry, moved.entry, moved.number, moved.item, moved.quantity_milli) == (
        *("return", "adjustment"),
        *(2, "milk", 0),
    )
    (run,) = moved.runs
    assert (run.net, run.clerks[0].clerk, run.clerks[0].amount) == (27, "12", 27)
    assert run.origin is not None
    assert (run.origin.line, run.origin.document.seq) == (2, len(till.book.documents) - 1)


def test_striking_out_the_goods_again_leaves_the_offer_alone() -> None:
    till = Counter(offers=(TEN_OFF,)).open()
    lay_open(till, sold(till, TEA, MILK)).scan(TEA).enter("").press("remove_line")
    assert till.state.receipt.figures.undone == ()
    assert till.due == 0


def test_the_limit_on_refunds_counts_what_is_really_paid_out() -> None:
    offer = Offer("big", AmountAtThreshold(tiers=(AmountTier(18_000, 3_000),)), name="满180减30")
    till = Counter(offers=(offer,)).open()
    lay_open(till, sold(till, TEA, f"6*{SOAP}"), certain=False).enter("2")
    assert till.state.asked is None, "as sold the soap cost 50.37, above the limit of 50.00"
    assert till.due == -(15_794 - 12_800)


def test_what_is_paid_out_is_the_same_when_the_draft_is_taken_up_again() -> None:
    till = Counter(offers=(TEN_OFF,)).open()
    lay_open(till, sold(till, TEA, MILK)).scan(TEA)
    drafted = decode_draft(encode_draft(till.state.receipt, DocumentId("S1-01", INCARNATION, 1)))
    assert drafted is not None
    assert drafted[0].origins == till.state.receipt.origins


NEXT = Offer("n", CouponNext(series="NEXT", tiers=(AmountTier(5_000, 1_000),), every=True), name="满50返10")


def with_coupons() -> Counter:
    """A till whose receipt issued two coupons of 10.00; all its goods are coming back."""
    till = Counter(offers=(NEXT,)).open()
    return lay_open(till, sold(till, TEA)).scan(TEA).enter("")


def test_coupons_handed_back_leave_the_refund_whole_and_are_cancelled() -> None:
    till = with_coupons().enter("")
    assert till.state.asked is not None
    assert (till.state.asked.code, till.told) == ("ask_issued_coupons", "coupons_must_come_back")
    till.answer("1")
    assert (till.state.mode, till.state.receipt.open_amount) == (Mode.TENDERING, -12_800)
    till.enter("")
    sale = till.book.sales[-1]
    assert [(one.series, one.count, one.amount) for one in sale.reversals[0].issued] == [("NEXT", 2, 1_000)]
    assert [tender.amount for tender in sale.tenders] == [-12_800]


def test_coupons_that_are_kept_are_taken_off_the_refund_and_stay_good() -> None:
    till = with_coupons().enter("").answer("2")
    assert till.state.receipt.open_amount == -10_800
    till.answer(None)
    assert (till.state.mode, till.state.receipt.open_amount) == (Mode.SELLING, -12_800)
    till.enter("").answer("2").enter("")
    sale = till.book.sales[-1]
    assert [(tender.kind, tender.amount, tender.reference) for tender in sale.tenders] == [
        ("cash", -10_800, ""),
        ("coupon", -2_000, "kept:NEXT"),
    ]
    assert (sale.net, [one.issued for one in sale.reversals if one.issued]) == (-12_800, [])


def test_coupons_cannot_be_taken_off_where_nothing_is_paid_out() -> None:
    till = with_coupons().scan(TEA, TEA).enter("").answer("2")
    assert (till.told, till.state.mode) == ("return_apart_first", Mode.SELLING)
    till.enter("").answer("1")
    assert till.state.mode is Mode.TENDERING


def test_goods_without_a_receipt_come_back_at_todays_price_when_somebody_signs() -> None:
    till = Counter().open().press("return_without_receipt").answer("无票").answer("", approver="90")
    assert till.told == "scan_goods_back"
    till.scan(SOAP)
    assert (till.told, till.due) == ("taken_back", -999)
    till.scan(MILK)
    assert till.due == 350 - 999
    till.enter("", "")
    line = till.book.sales[-1].lines[0]
    assert line.runs[0].origin is None
    assert line.runs[0].taxes[0].amount == -115
    (override,) = till.book.of(Override)
    assert isinstance(override, Override)
    assert (override.subject, override.reason, override.amount) == ("soap", "无票", 999)


def test_a_struck_out_return_line_can_come_back_after_all() -> None:
    till = Counter().open()
    document = sold(till, TEA)
    lay_open(till, document).scan(TEA).enter("").press("remove_line")
    assert till.due == 0
    lay_open(till, document).scan(TEA)
    assert till.due == -12_800


@given(
    pieces=st.integers(1, 9),
    weight=st.integers(2, 3_000),
    parts=st.lists(st.integers(1, 4), max_size=6),
    grams=st.lists(st.integers(1, 900), max_size=4),
)
def test_a_sale_and_all_its_returns_are_zero_in_every_ledger(
    pieces: int, weight: int, parts: list[int], grams: list[int]
) -> None:
    threshold = Offer("t", AmountAtThreshold(tiers=(AmountTier(100, 33),)))
    till = Counter(offers=(threshold, Offer("b", BuyGet(2, 1)))).open()
    till.enter("07*60+12*40/").scan(label("21", "00042", weight))
    till.enter(f"@A/{pieces}*{SOAP}")
    till.pay()
    document = DocumentId("S1-01", INCARNATION, len(till.book.documents))
    for units in parts:
        lay_open(till, document).enter(f"{units}*2")
        _end(till)
    for part in grams:
        lay_open(till, document).enter(f"{part / 1000:.3f}*1")
        _end(till)
    lay_open(till, document)
    while till.told != "nothing_to_return":
        till.enter("*")
        _end(till)
        lay_open(till, document)
    _end(till)
    left = {
        place: amounts
        for place, amounts in till.book.sums.items()
        if place[0] in ("stock", "item_day", "reduction_day") and any(amounts)
    }
    assert left == {}
    clerks = [amounts[1] for (ledger, _), amounts in till.book.sums.items() if ledger == "clerk_day"]
    assert clerks == [0, 0, 0]
    assert sum(sale.net for sale in till.book.sales) == 0


def _end(till: Counter) -> None:
    """Signs whatever a return asks for, leaves it and pays out."""
    while till.asking:
        till.answer("", approver="90")
    if till.state.mode is Mode.RETURNING:
        till.answer(None)
    if till.state.receipt.live_lines:
        till.enter("", "")
