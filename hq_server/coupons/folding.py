"""What receipts say of coupons: those they took, gave back, printed and cancelled.

The receipt is the truth: whatever was reserved, a coupon is redeemed by the receipt that was accepted first, and every
other one that took it too is put before the eyes of its store. All of this may come in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from psycopg2.extras import execute_values
from sqlalchemy.orm import Session

from hq_server.copy import cursor_of
from hq_server.coupons.rules import Taken, settled
from hq_server.sync.acceptance import raise_alarm
from hq_server.sync.rows import Placed
from retail.coupon_issue import issued_on
from retail.coupons import UNIQUE_PREFIX, is_single
from retail.documents.offers import CouponUse, Reversal
from retail.documents.sale import Sale
from retail.ids import DocumentId

TWICE: Final = "coupon_twice"
UNKNOWN: Final = "coupon_unknown"

_REDEMPTION: Final = """
    INSERT INTO coupon_redemption (store_id, position, code, given_back, series_id, offer_id, till_id, incarnation, seq,
        counter, accepted_at)
    VALUES %s ON CONFLICT DO NOTHING
"""
_PRINTED: Final = """
    INSERT INTO coupon AS c (code, series_id, state, from_day, until_day, amount_minor, source, issued_at)
    VALUES %s ON CONFLICT (code) DO UPDATE
    SET from_day = excluded.from_day, until_day = excluded.until_day, amount_minor = excluded.amount_minor,
        source = excluded.source, issued_at = excluded.issued_at
    WHERE c.source = ''
"""
_HEARD_OF: Final = """
    INSERT INTO coupon (code, series_id, state, from_day, until_day, amount_minor, source, issued_at)
    VALUES %s ON CONFLICT DO NOTHING RETURNING code
"""
"""A coupon may be taken before the receipt that it was printed on has come."""
_CANCEL: Final = """
    UPDATE coupon SET state = 'void', reserved_till = '', reserved_until = NULL WHERE code IN (
        SELECT code FROM coupon WHERE source = %(source)s AND series_id = %(series)s AND state IN ('issued', 'reserved')
        ORDER BY reserved_till <> %(till)s, code LIMIT %(count)s FOR UPDATE)
"""
_LOCK: Final = "SELECT code FROM coupon WHERE code = ANY(%s) ORDER BY code FOR UPDATE"
_TAKEN: Final = """
    SELECT r.code, r.accepted_at, r.store_id, r.position, r.till_id, r.incarnation::text, r.seq, r.counter
    FROM coupon_redemption r WHERE r.code = ANY(%s) AND NOT r.given_back AND NOT EXISTS (
        SELECT 1 FROM coupon_redemption b WHERE b.code = r.code AND b.given_back AND b.till_id = r.till_id
            AND b.incarnation = r.incarnation AND b.seq = r.seq)
    ORDER BY r.code
"""
_REDEEM: Final = """
    UPDATE coupon SET state = 'redeemed', reserved_till = '', reserved_until = NULL,
        redeemed_store = %(store)s, redeemed_by = %(document)s, redeemed_at = %(at)s WHERE code = %(code)s
"""
_FREE: Final = """
    UPDATE coupon SET state = 'issued', redeemed_store = '', redeemed_by = '', redeemed_at = NULL
    WHERE code = %(code)s AND state = 'redeemed'
"""
_GIVEN_BACK: Final = "SELECT DISTINCT code FROM coupon_redemption WHERE code = ANY(%s) AND given_back"
_CALM: Final = "DELETE FROM alarm WHERE kind = %s AND starts_with(subject, %s) AND subject <> ALL(%s)"
"""What was a second time is none any more once the first one's goods, or its own, came back."""


def write(session: Session, placed: Sequence[Placed]) -> None:
    """Takes in what these documents say of coupons, and settles who has each."""
    rows: list[tuple[Any, ...]] = []
    printed: list[tuple[Any, ...]] = []
    cancelled: list[tuple[Placed, Reversal]] = []
    for read in placed:
        sale = read.document
        if not isinstance(sale, Sale) or not (sale.coupons or sale.issued or sale.reversals):
            continue
        document = DocumentId(read.envelope.till, read.envelope.incarnation, read.envelope.seq)
        rows += _rows(read, document, sale.coupons, sale.counter, given_back=False)
        for reversal in sale.reversals:
            rows += _rows(read, reversal.document, reversal.coupons, 0, given_back=True)
            cancelled.append((read, reversal))
        for coupon in issued_on(document, sale.issued, read.envelope.business_date):
            days = (coupon.from_day, coupon.until_day)
            made = (coupon.code, coupon.series, "issued", *days, coupon.amount_minor, str(document), read.accepted_at)
            printed.append(made)
    _insert(session, _PRINTED, sorted(printed))
    _insert(session, _REDEMPTION, rows)
    _settle(session, rows)
    _cancel(session, cancelled)


def _rows(
    read: Placed, document: DocumentId, coupons: Iterable[CouponUse], counter: int, *, given_back: bool
) -> list[tuple[Any, ...]]:
    named = (document.till, str(UUID(bytes=document.incarnation)), document.seq, counter, read.accepted_at)
    return [
        (read.store, read.position, use.code, given_back, use.series, use.offer, *named)
        for use in coupons
        if is_single(use.code)
    ]


def _settle(session: Session, rows: Sequence[tuple[Any, ...]]) -> None:
    """Decides each coupon under its own lock, with all that is known of it now: whoever folds the later of two receipts
    sees the earlier one."""
    if not rows:
        return
    heard = {row[2]: (row[4], row[-1]) for row in rows}
    made = [(code, series, "issued", 0, 0, 0, "", at) for code, (series, at) in sorted(heard.items())]
    codes = sorted(heard)
    with cursor_of(session) as cursor:
        fresh = {code for (code,) in execute_values(cursor, _HEARD_OF, made, fetch=True)}
        cursor.execute(_LOCK, (codes,))
        cursor.execute(_TAKEN, (codes,))
        taken = {code: [_taken(row) for row in found] for code, found in groupby(cursor.fetchall(), lambda row: row[0])}
        cursor.execute(_GIVEN_BACK, (codes,))
        given_back = {code for (code,) in cursor.fetchall()}
        for code in codes:
            first, again = settled(taken.get(code, ()))
            if code in given_back:
                cursor.execute(_CALM, (TWICE, f"{code} ", [_subject(code, late) for late in again]))
            if first is None:
                cursor.execute(_FREE, {"code": code})
                continue
            named = {"store": first.store, "document": first.document, "at": first.accepted_at, "code": code}
            cursor.execute(_REDEEM, named)
            for late in again:
                detail = f"receipt {first.receipt} of store {first.store} has it"
                raise_alarm(session, late.store, TWICE, _subject(code, late), detail, late.accepted_at)
            if code in fresh and code.startswith(UNIQUE_PREFIX):
                detail = "taken without headquarters, which never issued it"
                raise_alarm(session, first.store, UNKNOWN, _subject(code, first), detail, first.accepted_at)


def _taken(row: tuple[str, datetime, str, int, str, str, int, int]) -> Taken:
    _, accepted_at, store, position, till, incarnation, seq, counter = row
    document = DocumentId(till, UUID(incarnation).bytes, seq)
    return Taken(accepted_at, store, position, str(document), f"{till}-{counter:06d}")


def _subject(code: str, taken: Taken) -> str:
    return f"{code} {taken.receipt}"


def _cancel(session: Session, cancelled: Sequence[tuple[Placed, Reversal]]) -> None:
    """Makes coupons void that were printed on goods which came back, as far as nobody has used them."""
    with cursor_of(session) as cursor:
        for read, reversal in cancelled:
            for entry in reversal.issued:
                named = {"source": str(reversal.document), "series": entry.series, "till": read.envelope.till}
                cursor.execute(_CANCEL, {**named, "count": entry.count})


def _insert(session: Session, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        with cursor_of(session) as cursor:
            execute_values(cursor, statement, rows)
