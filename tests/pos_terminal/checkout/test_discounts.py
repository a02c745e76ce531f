from __future__ import annotations

from pos_terminal.checkout.pricing import LINE_DISCOUNT, RECEIPT_DISCOUNT
from promotions import AmountOff, Offer
from retail.documents.till import Override
from tests.pos_terminal.shop import MILK, SOAP, TEA, Counter, label


def reductions(till: Counter) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in till.book.sales[-1].lines:
        for run in line.runs:
            for cut in run.reductions:
                found[cut.reference] = found.get(cut.reference, 0) + run.units * cut.amount
    return found


def test_a_line_discount_within_the_cashiers_limit_needs_nobody() -> None:
    till = Counter().open().scan(MILK, TEA).press("line_discount", "10%")
    assert till.told == "discount_given"
    assert till.due == 350 + 11_520
    till.pay()
    assert reductions(till) == {LINE_DISCOUNT: 1_280}


def test_a_line_discount_comes_after_its_offers() -> None:
    till = Counter(offers=(Offer("cut", AmountOff(800)),)).open().scan(TEA).press("line_discount", "9折")
    assert till.due == 12_000 - 1_200


def test_beyond_the_limit_a_second_person_agrees_and_it_is_on_record() -> None:
    till = Counter().open().scan(TEA).press("line_discount", "20%")
    assert till.state.asked is not None
    assert till.state.asked.kind == "approval"
    till.answer("", approver="90")
    assert till.due == 10_240
    (override,) = till.book.of(Override)
    assert isinstance(override, Override)
    assert (override.approver, override.function, override.amount) == ("90", "line_discount", 2_560)


def test_the_wrong_second_person_changes_nothing() -> None:
    for approver, told in (("01", "approver_same_person"), ("07", "approver_no_right"), ("zz", "approver_no_right")):
        till = Counter().open().scan(TEA).press("line_discount", "20%").answer("", approver=approver)
        assert (till.told, till.due) == (told, 12_800)
        assert till.book.of(Override) == []
    till = Counter().open().scan(TEA).press("line_discount", "20%").answer(None)
    assert (till.state.asked, till.due) == (None, 12_800)


def test_a_receipt_discount_is_spread_over_all_goods_to_the_cent() -> None:
    till = Counter().open().scan(MILK, TEA, SOAP).press("receipt_discount", "10").answer("", approver="90")
    sale = till.pay()
    assert sale.net == 14_149 - 1_000
    assert reductions(till) == {RECEIPT_DISCOUNT: 1_000}
    assert all(sum(run.units * run.net for run in line.runs) > 0 for line in sale.lines)


def test_a_changed_price_takes_a_reason_and_approval_and_no_offers() -> None:
    till = Counter(offers=(Offer("cut", AmountOff(100)),)).open().scan(TEA).press("price_override", "100")
    assert till.state.asked is not None
    assert till.state.asked.kind == "reason"
    till.answer("破损").answer("", approver="90")
    assert till.due == 10_000
    sale = till.pay()
    assert (sale.lines[0].price_source.kind, sale.lines[0].unit_price) == ("manual", 1_000_000)
    (override,) = till.book.of(Override)
    assert isinstance(override, Override)
    assert override.reason == "破损"


def test_labels_and_nonsense_are_refused() -> None:
    till = Counter().open().scan(label("22", "00042", 755)).press("price_override", "1")
    assert till.told == "label_price_fixed"
    assert till.press("line_discount", "110%").told == "discount_not_read"
    assert Counter().open().press("line_discount", "10%").told == "no_line_selected"
    assert Counter().open().press("receipt_discount", "10%").told == "nothing_to_discount"
