"""One document of every kind and version ever released, with a value in every field."""

from __future__ import annotations

from typing import Final

from retail.codec import MessageKey
from retail.documents.base import Document
from retail.documents.hold_1 import HeldLine1, Hold1
from retail.documents.offers import AppliedOffer, CouponUse, Earned, Issued, Reversal, Stamped
from retail.documents.sale import (
    ClerkCell,
    FeedMark,
    Line,
    PriceSource,
    Reduction,
    Run,
    Sale,
    Tax,
    Tender,
    TenderCell,
    Voided,
)
from retail.documents.sale_1 import Sale1
from retail.documents.stock import StockAdjustment, StockLine, StockReceipt, TransferIn, TransferOut
from retail.documents.till import (
    Abandoned,
    CashMovement,
    ClockJump,
    FeedApplied,
    HeldCoupon,
    HeldLine,
    Hold,
    HoldRecalled,
    NoSale,
    Override,
    Reprint,
    ShiftClose,
    ShiftOpen,
    SignOn,
    StreamOpen,
    TenderCount,
)
from retail.ids import DocumentId, RunRef
from retail.ownership import own, pool, shared

BEFORE: Final = DocumentId("01-03", bytes(range(16)), 41)

SOLD: Final = Line(
    number=1,
    item="1001",
    code="6901234567892",
    name="苹果 Apple",
    department="12",
    unit="ea",
    quantity_milli=2000,
    unit_price=59_900,
    price_source=PriceSource("member:gold", "store:0001", 7),
    entry="scan",
    ownership=shared(("07", 60), ("12", 40)),
    runs=(
        Run(
            units=2,
            quantity_milli=1000,
            gross=599,
            reductions=(Reduction("offer", "K3-1", 100),),
            net=499,
            taxes=(Tax("A", 1300, 57),),
            tenders=(TenderCell(0, 399), TenderCell(1, 100)),
            clerks=(ClerkCell("07", 299), ClerkCell("12", 200)),
            origin=None,
        ),
    ),
    voided=None,
)
RETURNED: Final = Line(
    number=2,
    item="1002",
    code="1002",
    name="布",
    department="12",
    unit="m",
    quantity_milli=-755,
    unit_price=35_000,
    price_source=PriceSource("retail", "chain", 1),
    entry="return",
    ownership=pool("A"),
    runs=(Run(1, -755, -264, (), -264, (), (TenderCell(2, -264),), (ClerkCell("A", -264),), RunRef(BEFORE, 3, 0)),),
    voided=None,
)
STRUCK: Final = Line(
    3, "1003", "1003", "", "", "kg", 0, 0, PriceSource("manual", "", 0), "key", own("07"), (), Voided("01", "99", 17)
)

ADJUSTED: Final = Line(
    number=4,
    item="1004",
    code="1004",
    name="茶",
    department="12",
    unit="ea",
    quantity_milli=0,
    unit_price=0,
    price_source=PriceSource("retail", "chain", 1),
    entry="adjustment",
    ownership=own("07"),
    runs=(
        Run(
            units=1,
            quantity_milli=0,
            gross=0,
            reductions=(Reduction("offer", "MJ200", -1091),),
            net=1091,
            taxes=(Tax("A", 1300, 126),),
            tenders=(TenderCell(0, 827), TenderCell(2, 264)),
            clerks=(ClerkCell("07", 1091),),
            origin=RunRef(BEFORE, 1, 0),
        ),
    ),
    voided=None,
)
APPLIED: Final = AppliedOffer("MJ200", 3, "basket", 2_000, 1, True, False, bytes(range(40)), (1, 2), (2,))

SAMPLES: Final[dict[MessageKey, Document]] = {
    ("sale", 1): Sale1(
        counter=1234,
        shift=2,
        cashier="01",
        member="88000123",
        currency="CNY",
        net=734,
        lines=(SOLD, RETURNED, STRUCK),
        tenders=(
            Tender("cash", "", 634, 700, 66, ""),
            Tender("wallet_qr", "alipay", 100, 100, 0, "2026041512345"),
            Tender("exchange", "", 0, 0, 0, ""),
        ),
        offer_set=bytes(range(32)),
        priced_with=(FeedMark("prices", "g1", 99), FeedMark("offers", "g1", 12)),
        started_at_ms=1_776_215_990_000,
        recalled_from=BEFORE,
    ),
    ("sale", 2): Sale(
        counter=1235,
        shift=2,
        cashier="01",
        member="88000123",
        currency="CNY",
        net=1825,
        lines=(SOLD, RETURNED, STRUCK, ADJUSTED),
        tenders=(
            Tender("cash", "", 1725, 2000, 275, ""),
            Tender("wallet_qr", "alipay", 100, 100, 0, "2026041512345"),
            Tender("exchange", "", 0, 0, 0, ""),
        ),
        offer_set=bytes(range(32)),
        priced_with=(FeedMark("prices", "g1", 99), FeedMark("offers", "g1", 12)),
        started_at_ms=1_776_215_990_000,
        recalled_from=BEFORE,
        offers=(APPLIED, AppliedOffer("K3-1", 1, "item", 200, 2, False, True, b"", (), ())),
        coupons=(CouponUse("C-77001", "SPRING", "K3-1"),),
        earned=(Earned("P1", 18),),
        issued=(Issued("N1", "NEXT10", 2, 1_000, 30),),
        stamped=(Stamped("S1", "coffee", 3),),
        points_spent=500,
        reversals=(
            Reversal(
                BEFORE,
                "88000123",
                20_260_414,
                (APPLIED,),
                (CouponUse("C-66001", "WINTER", "MJ200"),),
                (Earned("P1", 9),),
                (Issued("N1", "NEXT10", 1, 1_000, 30),),
                (Stamped("S1", "coffee", 1),),
                100,
            ),
        ),
    ),
    ("stream_open", 1): StreamOpen(BEFORE, bytes(range(32)), "machine-1", "0.1.0"),
    ("shift_open", 1): ShiftOpen(2, "01", "CNY", 50_000),
    ("shift_close", 1): ShiftClose(
        2, "01", "CNY", (TenderCount("cash", 51_000, 50_990), TenderCount("card", 0, 0)), 55, 123_456, 99_999_999, "99"
    ),
    ("cash_movement", 1): CashMovement(2, "01", "CNY", -20_000, "bank", "99"),
    ("no_sale", 1): NoSale(2, "01", "change", ""),
    ("override", 1): Override(2, "01", "99", "line_price", "1001", 1_500, "damaged"),
    ("sign_on", 1): SignOn("01", True),
    ("hold", 1): Hold1(
        2, "01", "table 4", "", (HeldLine1("1001", "6901234567892", 3000, None, 500, "12", own("07"), "scan", 1_500),)
    ),
    ("hold", 2): Hold(
        2,
        "01",
        "table 4",
        "88000123",
        (HeldLine("1001", "6901234567892", 3000, None, 500, "12", own("07"), "scan", 1_350, 1_000, 0),),
        (HeldCoupon("hq:1/0000000000000001", "SPRING", "ZC1:AAAA"), HeldCoupon("WELCOME", "WELCOME", "WELCOME")),
        ("half",),
        0,
        50,
    ),
    ("hold_recalled", 1): HoldRecalled(BEFORE, "02"),
    ("abandoned", 1): Abandoned(2, "01", "crash", (STRUCK,), 1_776_215_990_000, "99"),
    ("reprint", 1): Reprint(BEFORE, "01", 2),
    ("feed_applied", 1): FeedApplied("prices", "g1", 99),
    ("clock_jump", 1): ClockJump(1_776_215_990_000, 1_776_219_590_000, 3_600_000),
    ("stock_receipt", 1): StockReceipt("05", "S1", "DN-1", (StockLine("1001", 12_000),)),
    ("transfer_out", 1): TransferOut("05", "0002", (StockLine("1001", 2_000),)),
    ("transfer_in", 1): TransferIn("05", "0002", BEFORE, (StockLine("1001", 2_000),)),
    ("stock_adjustment", 1): StockAdjustment("05", "broken", (StockLine("1001", -1_000),)),
}
