"""Power cuts on the real journal: nothing acknowledged is ever lost, and the harness sees it when something is."""

from __future__ import annotations

import pytest

from store_db.balances import add_sums
from store_db.connection import transaction
from store_db.journal import Journal, Sealed
from tests.store_db.power import Report, power_cuts


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_no_power_cut_takes_an_acknowledged_document_or_harms_the_journal(seed: int) -> None:
    report = power_cuts(500, seed)
    assert report.acknowledged > 2000
    assert report.clean, report


def test_the_same_seed_cuts_the_same_way() -> None:
    assert power_cuts(20, 5) == power_cuts(20, 5)


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_a_journal_that_does_not_wait_for_the_disk_is_caught(synchronous: str) -> None:
    report = power_cuts(100, 6, synchronous=synchronous)  # type: ignore[arg-type]
    assert report.lost > 0


class EffectsApart(Journal):
    """Writes a document in one transaction and what it adds up to in another."""

    def _write(self, sealed: Sealed) -> None:
        with transaction(self._db):
            self._insert(sealed)
        with transaction(self._db):
            add_sums(self._db, sealed.sums)


class AcknowledgedEarly(Journal):
    """Says yes while the transaction is still open."""

    def _write(self, sealed: Sealed) -> None:
        if self._db.in_transaction:
            self._db.execute("COMMIT")
        self._db.execute("BEGIN IMMEDIATE")
        self._insert(sealed)
        add_sums(self._db, sealed.sums)


def test_effects_outside_the_transaction_are_caught() -> None:
    assert power_cuts(200, 7, cls=EffectsApart).flawed > 0


def test_an_acknowledgement_before_the_commit_is_caught() -> None:
    assert power_cuts(100, 8, cls=AcknowledgedEarly).lost > 0


def test_a_report_with_any_loss_is_not_clean() -> None:
    assert Report(1, cuts=9, acknowledged=9).clean
    assert not Report(1, lost=1).clean
    assert not Report(1, flawed=1).clean
    assert not Report(1, unreadable=1).clean
