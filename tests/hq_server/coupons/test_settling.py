"""Receipts that take coupons and give them back, in any order of acceptance and of folding: one has each, the rest are
shown, and folding everything anew finds the same."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from hq_server.coupons import queries
from hq_server.coupons import service as coupons
from hq_server.coupons.service import SeriesRecord
from hq_server.db import Database
from hq_server.sync import service as folding
from retail.ids import DocumentId
from tests.hq_server.chain import NOON, Chain
from tests.hq_server.coupons.test_coupons import give_back, take

TILLS = {"S1-01": "S1", "S1-02": "S1", "S2-01": "S2", "S3-01": "S3"}


@dataclass
class Model:
    """What should come of it: who took which code when, and what was given back."""

    taken: dict[str, list[tuple[datetime, str, int, DocumentId]]] = field(default_factory=dict)
    back: set[DocumentId] = field(default_factory=set)
    receipts: dict[DocumentId, str] = field(default_factory=dict)

    def owner_and_late(self, code: str) -> tuple[DocumentId | None, list[DocumentId]]:
        """Who has the code, and who took it again, of those whose goods were not all taken back."""
        live = sorted(one for one in self.taken.get(code, []) if one[3] not in self.back)
        documents = [document for *_, document in live]
        return (documents[0], documents[1:]) if documents else (None, [])


@pytest.mark.parametrize("seed", range(8))
def test_whatever_comes_in_whatever_order_the_first_accepted_has_the_coupon(
    seed: int, chain: Chain, database: Database
) -> None:
    rng = random.Random(seed)
    model = Model()
    with database.transaction() as session:
        coupons.put_series(session, SeriesRecord("SPRING", "Spring"), actor="test", at=NOON)
        codes = coupons.issue_unique(session, "SPRING", 3, draw=rng.randrange, actor="test", at=NOON)
    for step in range(40):
        till = rng.choice(list(TILLS))
        match rng.choice(("take", "take", "back", "fold")):
            case "take":
                code, at = rng.choice(codes), NOON + timedelta(minutes=rng.randrange(3))
                document = take(chain, till, code, at=at)
                model.taken.setdefault(code, []).append((at, TILLS[till], step, document))
                model.receipts[document] = f"{code} {till}-{chain.tills[till].counter:06d}"
            case "back":
                held = [(code, one[3]) for code, found in model.taken.items() for one in found]
                held = [pair for pair in held if pair[1] not in model.back]
                if held:
                    code, document = rng.choice(held)
                    give_back(chain, till, document, code)
                    model.back.add(document)
            case "fold":
                folding.fold_all(database, store=TILLS[till])
    folding.fold_all(database)
    agree(chain, database, codes, model)
    folding.rebuild(database)
    agree(chain, database, codes, model)


def agree(chain: Chain, database: Database, codes: list[str], model: Model) -> None:
    """Headquarters tells what the model tells."""
    late: set[str] = set()
    for code in codes:
        owner, again = model.owner_and_late(code)
        found = chain.rows("SELECT state, redeemed_by FROM coupon WHERE code = :code", code=code)
        assert found == [("redeemed", str(owner)) if owner else ("issued", "")]
        late |= {model.receipts[document] for document in again}
    with database.transaction() as session:
        assert {f"{one.code} {one.receipt}" for one in queries.duplicates(session)} == late
    shown = {str(subject) for (subject,) in chain.rows("SELECT subject FROM alarm WHERE kind = 'coupon_twice'")}
    assert shown == late
