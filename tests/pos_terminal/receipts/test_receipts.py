"""Golden slips: what the simulated printer makes of the bytes, in both widths and languages.

`ZHANGGUI_WRITE_GOLDEN=1 pytest tests/pos_terminal/receipts` writes them anew; look at them before they are committed.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs

from devices.escpos import encode
from devices.profiles import GENERIC_58, GENERIC_80, PrinterProfile
from devices.receipt import Receipt
from devices.simulators.interpreter import render
from pos_terminal.checkout.commands import ReceiptFound
from pos_terminal.checkout.terms import Terms
from pos_terminal.checkout.world import ShiftTotals
from pos_terminal.receipts.cash import cash_slip
from pos_terminal.receipts.hold import hold_slip
from pos_terminal.receipts.sale import sale_receipt
from pos_terminal.receipts.shift import x_report, z_report
from pos_terminal.receipts.slip import WORDS, Slip
from promotions import AmountAtThreshold, AmountOff, AmountTier, BuyGet, CouponNext, Offer, Scope, encode_offer
from retail.coupons import SignedCoupon
from retail.documents.offers import AppliedOffer, CouponUse, Earned, Issued, Stamped
from retail.documents.sale import Sale
from retail.documents.till import CashMovement, Hold, ShiftClose, TenderCount
from retail.ids import DocumentId
from retail.receipt_number import receipt_number
from tests.pos_terminal.checkout.test_returns import lay_open
from tests.pos_terminal.shop import CASE, INCARNATION, MILK, SOAP, TEA, Counter, label

GOLDEN = Path(__file__).parent / "golden"
WRITE = bool(os.environ.get("ZHANGGUI_WRITE_GOLDEN"))
TERMS = Terms(
    store_name="掌柜便利·人民广场店",
    store_address="上海市黄浦区西藏中路268号",
    store_phone="021-6340 0000",
    receipt_footer=("凭此小票7日内可退换", "谢谢惠顾"),
)
NAMES = {"01": "王芳", "07": "李强", "12": "赵敏", "90": "陈店长"}
MEMBERS_DAY = Offer("MD", AmountOff(500), name="会员日满百减五", scope=Scope(departments=("10", "20")))
OFFERS = (
    Offer("O1", AmountOff(80), name="会员日立减", scope=Scope(items=("tea",))),
    Offer("O2", BuyGet(2, 1), name="牛奶买二送一", scope=Scope(items=("milk",))),
)


def slip(language: str = "zh_CN") -> Slip:
    return Slip(
        TERMS,
        "S1-01",
        datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC),
        language,
        number="S1-01-000123-K7QX",
        qr="ZG1:" + "A2B3C4D5" * 22,
        name_of=lambda operator: NAMES.get(operator, operator),
        offer_names={offer.id: offer.name for offer in (*OFFERS, MEMBERS_DAY, SPEND)} | {"O3": "满100减10"},
    )


def full_sale() -> Sale:
    """Offers, three clerks, shares, a pool, a label, a struck-out line, a discount, several tenders, rounding."""
    till = Counter(offers=OFFERS).with_terms(rounding="down_10").open()
    till.enter(f"07/3*{MILK}", f"07*60+12*40/{TEA}").scan(label("21", "00042", 755)).enter(f"@A/{CASE}")
    till.scan(SOAP).press("remove_line").enter("1001").press("line_discount", "9折")
    till.enter("").press("tender_voucher", "100").press("tender_card", "20").enter("50")
    return till.book.sales[-1]


def plain_sale() -> Sale:
    till = Counter().open().press("clerk", "07").scan(MILK)
    return till.pay("10")


SPEND = Offer("MJ", AmountAtThreshold(tiers=(AmountTier(20_000, 2_000),)), name="满200减20")
ISSUED = Issued("BACK", "BACK20", 1, 2_000, 30)
PAPER = SignedCoupon("S1-01", "BACK20", bytes(range(8)), 20261122, 20261221, 2_000, bytes(64))


def with_benefits() -> Sale:
    """A member's receipt with several offers and a coupon, points spent and earned, a stamp and a coupon issued."""
    till = Counter(offers=(*OFFERS, MEMBERS_DAY, SPEND)).open().scan("8800001").enter(f"3*{MILK}").scan(TEA, TEA)
    sale = till.pay("300")
    return structs.replace(
        sale,
        coupons=(CouponUse("ZU-TEA5-MVA4PJ3333KU", "TEA5", "MD"),),
        earned=(Earned("P", 118), Earned("P2", 50)),
        issued=(ISSUED,),
        stamped=(Stamped("S", "咖啡", 2),),
        points_spent=300,
    )


def benefits_slip(language: str) -> Slip:
    return replace(slip(language), coupons=(PAPER,), coupon_names={"BACK20": "满200返20元券"})


def refund() -> Sale:
    till = Counter().open().scan(TEA)
    till.pay()
    lay_open(till, DocumentId("S1-01", INCARNATION, len(till.book.documents))).scan(TEA).enter("", "", "")
    return till.book.sales[-1]


def threshold_lost() -> Sale:
    """A return that leaves less than the threshold, of a member's receipt that earned and spent points."""
    offer = Offer("O3", AmountAtThreshold(tiers=(AmountTier(10_000, 1_000),)), name="满100减10")
    till = Counter(offers=(offer,)).open().enter(f"07/{TEA}", f"12/{MILK}")
    till.pay("200")
    name = DocumentId("S1-01", INCARNATION, len(till.book.documents))
    sold = structs.replace(
        till.book.sales[-1],
        earned=(Earned("P1", 111),),
        points_spent=300,
        issued=(Issued("N1", "NEXT10", 2, 1_000, 30),),
        offers=(
            *till.book.sales[-1].offers,
            AppliedOffer("N1", 1, "later", 0, 2, False, False, encode_offer(NEXT), (1, 2), ()),
        ),
    )
    till.press("return", str(receipt_number("S1-01", 1, bytes(32)))).do(ReceiptFound(name, sold, (), True, 20261121))
    till.scan(TEA).enter("", "").answer("1").enter("")
    return till.book.sales[-1]


NEXT = Offer("N1", CouponNext(series="NEXT10", tiers=(AmountTier(5_000, 1_000),), every=True), name="满50返10")


def exchange() -> Sale:
    till = Counter().open().scan(TEA)
    till.pay()
    lay_open(till, DocumentId("S1-01", INCARNATION, len(till.book.documents))).scan(TEA).enter("")
    return till.scan(SOAP).pay()


TOTALS = ShiftTotals(
    {"cash": 152_030, "card": 80_000, "exchange": 0},
    {"cash": 31, "card": 9, "exchange": 1},
    20_000,
    -50_000,
    40,
    232_030,
    9_876_543,
)
CLOSE = ShiftClose(3, "01", "CNY", (TenderCount("cash", 122_030, 122_000),), 40, 232_030, 9_876_543, "90")


def held() -> Hold:
    till = Counter().open().scan(MILK, TEA).press("hold", "红衣女士")
    (document,) = till.book.of(Hold)
    assert isinstance(document, Hold)
    return document


SLIPS = {
    "sale_zh": lambda: sale_receipt(full_sale(), slip()),
    "sale_en": lambda: sale_receipt(full_sale(), slip("en")),
    "benefits_zh": lambda: sale_receipt(with_benefits(), benefits_slip("zh_CN")),
    "benefits_en": lambda: sale_receipt(with_benefits(), benefits_slip("en")),
    "plain_zh": lambda: sale_receipt(plain_sale(), slip()),
    "refund_zh": lambda: sale_receipt(refund(), slip()),
    "threshold_lost_zh": lambda: sale_receipt(threshold_lost(), slip()),
    "threshold_lost_en": lambda: sale_receipt(threshold_lost(), slip("en")),
    "exchange_en": lambda: sale_receipt(exchange(), slip("en")),
    "x_zh": lambda: x_report(3, 20261121, "01", TOTALS, slip()),
    "z_zh": lambda: z_report(CLOSE, 20261121, TOTALS, slip()),
    "z_en": lambda: z_report(CLOSE, 20261121, TOTALS, slip("en")),
    "cash_zh": lambda: cash_slip(CashMovement(3, "01", "CNY", -50_000, "送银行", "90"), slip()),
    "hold_zh": lambda: hold_slip(held(), slip()),
}
WIDTHS: dict[str, PrinterProfile] = {"58": GENERIC_58, "80": GENERIC_80}


def printed(receipt: Receipt, profile: PrinterProfile) -> str:
    data = encode(receipt, profile)
    assert data.replaced == 0
    papers = render(data.data, profile.width_dots)
    assert all(paper.unknown == () for paper in papers)
    for paper in papers:
        for line in paper.lines:
            assert line.width_cells <= profile.width_cells, line
            assert not line.wrapped, line
    return "".join(paper.text for paper in papers)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_printed_as_it_was_looked_at(name: str, width: str) -> None:
    text = printed(SLIPS[name](), WIDTHS[width])
    golden = GOLDEN / f"{name}_{width}.txt"
    if WRITE:
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_the_amounts_on_the_paper_add_up_to_the_total() -> None:
    sale = full_sale()
    assert sum(run.units * run.net for line in sale.lines if not line.voided for run in line.runs) == sale.net
    text = printed(sale_receipt(sale, slip()), GENERIC_80)
    assert text.count("香皂") == 1
    assert "抹零" in text


def test_every_word_has_both_languages() -> None:
    assert all(chinese and english for chinese, english in WORDS.values())
