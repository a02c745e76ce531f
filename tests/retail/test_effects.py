from __future__ import annotations

import pytest

from retail.cells import SoldLine, gross_runs
from retail.codec import MessageKey
from retail.documents.offers import AppliedOffer, Stamped
from retail.documents.sale import Sale, Voided
from retail.effects import LEDGERS, Effect, Sums, add, effects, local_hour
from retail.ownership import UNOWNED
from tests.factories.documents import SAMPLES
from tests.factories.receipts import INCARNATION, Goods, envelope_for, sale_of, with_struct

DATE = 20260415


def effects_of(key: MessageKey) -> list[Effect]:
    return effects(envelope_for(SAMPLES[key]), SAMPLES[key])


def test_a_receipt_is_told_to_every_ledger_it_touches():
    found: Sums = {}
    add(found, effects_of(("sale", 2)))
    assert found == {
        ("stock", ("1001",)): (-2000,),
        ("stock", ("1002",)): (755,),
        ("item_day", (DATE, "1001")): (2000, 1198, 200, 998, 114),
        ("item_day", (DATE, "1002")): (-755, -264, 0, -264, 0),
        ("item_day", (DATE, "1004")): (0, 0, -1091, 1091, 126),
        ("stock", ("1004",)): (0,),
        ("clerk_day", (DATE, "07", "shared")): (1, 598),
        ("clerk_day", (DATE, "07", "own")): (0, 1091),
        ("clerk_day", (DATE, "12", "shared")): (1, 400),
        ("clerk_day", (DATE, "A", "pool")): (0, -264),
        ("reduction_day", (DATE, "offer", "K3-1")): (200,),
        ("reduction_day", (DATE, "offer", "MJ200")): (-1091,),
        ("returned", ("01-03", INCARNATION.hex(), 41, 1, 0)): (0, 0, -1091),
        ("returned", ("01-03", INCARNATION.hex(), 41, 3, 0)): (1, 755, 264),
        ("hour_day", (DATE, 9)): (1, 1, 1825),
        ("tender_shift", (DATE, "01-03", 2, "cash")): (1, 1725),
        ("tender_shift", (DATE, "01-03", 2, "wallet_qr")): (1, 100),
        ("member_day", (DATE, "88000123")): (1, 1825),
        ("purchase", ("88000123",)): (1,),
        ("offer_use", ("MJ200",)): (0, 0, 0),
        ("member_use", ("MJ200", "88000123", DATE)): (1,),
        ("member_use", ("MJ200", "88000123", DATE - 1)): (-1,),
        ("stamp", ("88000123", "coffee")): (2,),
        ("coupon_use", ("C-77001",)): (1,),
        ("coupon_use", ("C-66001",)): (-1,),
    }


def test_uses_are_counted_for_offers_with_a_limit_that_gave_something() -> None:
    made = with_struct(
        sale_of([], member="88000123"),
        offers=(
            AppliedOffer("week", 1, "basket", 700, 2, True, False, b"", (), ()),
            AppliedOffer("free", 1, "item", 100, 1, False, False, b"", (), ()),
            AppliedOffer("beaten", 1, "basket", 0, 0, True, False, b"", (), ()),
            AppliedOffer("print", 1, "later", 0, 2, True, False, b"", (), ()),
        ),
    )
    found = [effect for effect in effects(envelope_for(made), made) if effect.ledger in ("offer_use", "member_use")]
    assert found == [
        Effect("offer_use", ("week",), (1, 2, 700)),
        Effect("member_use", ("week", "88000123", DATE), (1,)),
        Effect("offer_use", ("print",), (1, 2, 0)),
        Effect("member_use", ("print", "88000123", DATE), (1,)),
    ]


def test_without_a_member_only_the_total_is_counted() -> None:
    used = AppliedOffer("week", 1, "basket", 700, 2, True, False, b"", (), ())
    made = with_struct(sale_of([]), offers=(used,), stamped=(Stamped("S1", "coffee", 3),))
    ledgers = [effect.ledger for effect in effects(envelope_for(made), made)]
    assert "offer_use" in ledgers
    assert not {"member_use", "stamp"} & set(ledgers)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (("stock_receipt", 1), [Effect("stock", ("1001",), (12_000,))]),
        (("transfer_out", 1), [Effect("stock", ("1001",), (-2_000,))]),
        (("transfer_in", 1), [Effect("stock", ("1001",), (2_000,))]),
        (("stock_adjustment", 1), [Effect("stock", ("1001",), (-1_000,))]),
        (("shift_open", 1), [Effect("drawer_shift", (DATE, "01-03", 2, "float"), (50_000,))]),
        (("cash_movement", 1), [Effect("drawer_shift", (DATE, "01-03", 2, "movement"), (-20_000,))]),
        (("shift_close", 1), []),
        (("no_sale", 1), []),
        (("stream_open", 1), []),
    ],
)
def test_what_moves_goods_or_cash_without_a_sale(key: MessageKey, expected: list[Effect]):
    assert effects_of(key) == expected


@pytest.mark.parametrize("key", sorted(SAMPLES), ids=lambda key: key[0])
def test_every_effect_fits_its_ledger(key: MessageKey):
    for ledger, place, amounts in effects_of(key):
        assert len(place) == len(LEDGERS[ledger].keys)
        assert len(amounts) == len(LEDGERS[ledger].measures)
        assert all(type(amount) is int for amount in amounts)
        assert all(type(part) in (int, str) for part in place)


def test_a_line_struck_out_before_tender_leaves_no_trace_in_any_sum():
    sale = sale_of([Goods("bolt", SoldLine(gross_runs(100, 1000), "", 0, UNOWNED))])
    struck = with_struct(sale, lines=tuple(with_struct(line, voided=Voided("01", "", 1)) for line in sale.lines))
    ledgers = {effect.ledger for effect in effects(envelope_for(struck), struck)}
    assert ledgers == {"hour_day", "tender_shift"}


def test_a_receipt_of_returns_only_is_no_visit_more():
    sale = sale_of([])
    assert effects(envelope_for(sale), sale)[0].amounts == (1, 0, 0)
    sample = SAMPLES["sale", 2]
    assert isinstance(sample, Sale)
    returned = with_struct(sample, lines=sample.lines[1:2])
    (hour,) = [effect for effect in effects(envelope_for(returned), returned) if effect.ledger == "hour_day"]
    assert hour.amounts[:2] == (0, 0)


@pytest.mark.parametrize(
    ("at_ms", "offset", "hour"), [(0, 480, 8), (0, -60, 23), (3_600_000 * 16, 480, 0), (-1, 0, 23)]
)
def test_the_hour_is_the_stores_own(at_ms: int, offset: int, hour: int):
    envelope = envelope_for(SAMPLES["no_sale", 1], at_ms=at_ms, utc_offset_min=offset)
    assert local_hour(envelope) == hour


def test_sums_do_not_depend_on_the_order_of_documents():
    parts = [effects_of(key) for key in SAMPLES]
    forward: Sums = {}
    backward: Sums = {}
    for part in parts:
        add(forward, part)
    for part in reversed(parts):
        add(backward, part)
    assert forward == backward
