"""Makes series and coupons, takes coupons out of use, and tells the tills."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from hq_server.copy import copy_text, cursor_of, text_line
from hq_server.errors import Conflict, Invalid, NotFound
from hq_server.feeds.publishing import Change, publish
from hq_server.keys import HqKey
from hq_server.models.coupons import CouponSeries
from hq_server.users import audit
from retail.chain import Sign
from retail.coupon_issue import BODIES, signed, unique_code
from retail.coupons import AMOUNT_MAX, SERIAL_BYTES, SignedCoupon
from retail.feeds import CouponBlockRow, CouponSeriesRow, TillKeyRow

ISSUE_MAX: Final = 1_000_000
"""Coupons made at once."""
TRIES_MAX: Final = 5
OTHER_FORM: Final = "coupon_other_form"
WORTH: Final = "coupon_worth"

_COLUMNS: Final = ("code", "series_id", "state", "from_day", "until_day", "amount_minor", "source", "issued_at")
_STAGE: Final = """
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_coupon (LIKE coupon INCLUDING DEFAULTS) ON COMMIT DELETE ROWS;
    DELETE FROM staged_coupon
"""
_TAKE: Final = "INSERT INTO coupon SELECT * FROM staged_coupon ON CONFLICT DO NOTHING RETURNING code"
_VOID = text("""
    UPDATE coupon SET state = 'void', reserved_till = '', reserved_until = NULL
    WHERE code = ANY(:codes) AND state IN ('issued', 'reserved') RETURNING code
""")
_BLOCKS = text("""
    SELECT c.code, c.state FROM coupon c JOIN coupon_series s ON s.series_id = c.series_id
    LEFT JOIN feed_row f ON f.feed = 'coupon_blocks' AND f.key = c.code AND f.body IS NOT NULL
    WHERE s.offline = 'accept' AND c.state IN ('void', 'redeemed') AND f.key IS NULL
        AND (c.until_day = 0 OR c.until_day >= :today) AND (s.until_day = 0 OR s.until_day >= :today)
    ORDER BY c.code
""")
_OPEN = text("""
    SELECT f.key FROM feed_row f JOIN coupon c ON c.code = f.key
    LEFT JOIN coupon_series s ON s.series_id = c.series_id
    WHERE f.feed = 'coupon_blocks' AND f.body IS NOT NULL AND (c.state IN ('issued', 'reserved')
        OR c.until_day BETWEEN 1 AND :today - 1 OR s.until_day BETWEEN 1 AND :today - 1)
    ORDER BY f.key
""")

Draw = Callable[[int], int]
"""draw(below) -> a random number that nobody can guess."""


class SeriesRecord(msgspec.Struct, frozen=True):
    """A series as it is put up. Days are YYYYMMDD, both inside (0: no bound)."""

    series: str
    name: str
    form: Literal["unique", "signed"] = "unique"
    offline: Literal["accept", "refuse"] = "refuse"
    from_day: int = 0
    until_day: int = 0


def put_series(session: Session, record: SeriesRecord, *, actor: str, at: datetime) -> int:
    """Puts a series up, or changes it; returns the position of feed `coupon_series`."""
    _check(record)
    held = session.get(CouponSeries, record.series)
    if held is None:
        held = CouponSeries(series_id=record.series, stopped=False)
        session.add(held)
    elif held.form != record.form:
        raise Conflict(f"the coupons of {record.series} are {held.form}: put up another series", code=OTHER_FORM)
    held.name, held.form, held.offline = record.name, record.form, record.offline
    held.from_day, held.until_day, held.actor, held.at = record.from_day, record.until_day, actor, at
    audit.record(session, actor=actor, action="coupon_series.put", subject=record.series, at=at)
    return _publish_series(session, held, at)


def stop_series(session: Session, series: str, *, stopped: bool, actor: str, at: datetime) -> int:
    """Stops a series, or lets it go on; returns the position of feed `coupon_series`."""
    held = _series(session, series)
    held.stopped, held.actor, held.at = stopped, actor, at
    audit.record(session, actor=actor, action="coupon_series.stop", subject=series, at=at, stopped=stopped)
    return _publish_series(session, held, at)


def issue(
    session: Session, series: str, count: int, *, amount_minor: int, key: HqKey, actor: str, at: datetime
) -> list[tuple[str, str]]:
    """So many new coupons of a series, whatever its form: (code, what stands in its barcode or QR)."""
    draw = secrets.randbelow
    if _series(session, series).form == "unique":
        if amount_minor:
            raise Invalid("amount: a unique code says nothing of its worth; the offer does", code=WORTH)
        return [(code, code) for code in issue_unique(session, series, count, draw=draw, actor=actor, at=at)]
    made = issue_signed(
        session,
        series,
        count,
        amount_minor=amount_minor,
        draw=draw,
        public_key=key.public,
        sign=key.sign,
        actor=actor,
        at=at,
    )
    return [(coupon.code, coupon.text) for coupon in made]


def issue_unique(session: Session, series: str, count: int, *, draw: Draw, actor: str, at: datetime) -> list[str]:
    """So many new codes of a unique series. Raises NotFound, Conflict, Invalid."""
    held = _issuable(session, series, "unique", count)
    codes: list[str] = []
    for _ in range(TRIES_MAX):
        drawn = sorted({unique_code(series, draw(BODIES)) for _ in range(count - len(codes))})
        codes += _store(session, [_row(code, held, at) for code in drawn])
        if len(codes) == count:
            break
    else:
        raise Conflict(f"{series} has too many coupons already: put up another series")
    audit.record(session, actor=actor, action="coupon.issue", subject=series, at=at, count=count)
    return codes


def issue_signed(
    session: Session,
    series: str,
    count: int,
    *,
    amount_minor: int,
    draw: Draw,
    public_key: bytes,
    sign: Sign,
    actor: str,
    at: datetime,
) -> list[SignedCoupon]:
    """So many signed coupons of a series, each worth so much (0: it does not say); their `text` goes into a QR. The key
    is told to the tills."""
    held = _issuable(session, series, "signed", count)
    if not 0 <= amount_minor <= AMOUNT_MAX:
        raise Invalid(f"a coupon is worth 0 to {AMOUNT_MAX}", code=WORTH)
    issuer = issuer_of(public_key)
    days = (held.from_day, held.until_day)
    serials = {draw(1 << 8 * SERIAL_BYTES).to_bytes(SERIAL_BYTES, "big") for _ in range(count)}
    coupons = [signed(SignedCoupon(issuer, series, serial, *days, amount_minor), sign) for serial in sorted(serials)]
    made = _store(session, [_row(coupon.code, held, at, amount_minor) for coupon in coupons])
    if len(made) < count:
        raise Conflict("a serial was drawn twice: try again")
    audit.record(session, actor=actor, action="coupon.issue", subject=series, at=at, count=count)
    publish(session, "till_keys", [Change(issuer, TillKeyRow(issuer, "", public_key))], at=at)
    return coupons


def void(session: Session, codes: Iterable[str], *, reason: str, actor: str, at: datetime) -> list[str]:
    """Takes coupons out of use; returns those that were not used before. Tills hear of them at once."""
    gone = sorted(session.scalars(_VOID, {"codes": list(codes)}))
    if gone:
        audit.record(session, actor=actor, action="coupon.void", subject=gone[0], at=at, count=len(gone), reason=reason)
        publish(session, "coupon_blocks", [Change(code, CouponBlockRow(code)) for code in gone], at=at)
    return gone


def publish_blocks(session: Session, *, at: datetime) -> int:
    """Tells tills which coupons that they would take alone are used or void, and forgets those past their days and
    those given back; returns how many rows changed."""
    day = at.date().year * 10_000 + at.date().month * 100 + at.date().day
    blocked = session.execute(_BLOCKS, {"today": _day_before(day)}).all()
    changes = [Change(code, CouponBlockRow(code, "void" if state == "void" else "redeemed")) for code, state in blocked]
    changes += [Change(code, None) for code in session.scalars(_OPEN, {"today": _day_before(day)})]
    if changes:
        publish(session, "coupon_blocks", changes, at=at)
    return len(changes)


def issuer_of(public_key: bytes) -> str:
    """The name under which headquarters' key stands among those of the tills."""
    return f"hq:{hashlib.sha256(public_key).hexdigest()[:8]}"


def _check(record: SeriesRecord) -> None:
    if not record.name.strip() or len(record.name) > 200:
        raise Invalid("name: a series needs a name of at most 200 characters", code="coupon_series_name")
    for field in ("from_day", "until_day"):
        day = getattr(record, field)
        try:
            if day:
                date(day // 10_000, day // 100 % 100, day % 100)
        except ValueError as error:
            raise Invalid(f"{field}: {day} is no day", code="coupon_day") from error
    if 0 < record.until_day < record.from_day:
        raise Invalid("until_day: the series ends before it starts", code="coupon_ends_first")
    try:
        if record.form == "unique":
            unique_code(record.series, 0)
        else:
            SignedCoupon("hq", record.series, bytes(SERIAL_BYTES), 0, 0, 0)
    except ValueError as error:
        raise Invalid(f"series: {error}", code="coupon_series_form") from error


def _series(session: Session, series: str) -> CouponSeries:
    held = session.get(CouponSeries, series, with_for_update=True)
    if held is None:
        raise NotFound(f"there is no coupon series {series}")
    return held


def _issuable(session: Session, series: str, form: str, count: int) -> CouponSeries:
    held = _series(session, series)
    if held.form != form:
        raise Conflict(f"the coupons of {series} are {held.form}", code=OTHER_FORM)
    if held.stopped:
        raise Conflict(f"{series} is stopped", code="coupon_stopped")
    if not 0 < count <= ISSUE_MAX:
        raise Invalid(f"count: 1 to {ISSUE_MAX} coupons at once", code="coupon_count")
    return held


def _row(code: str, series: CouponSeries, at: datetime, amount_minor: int = 0) -> tuple[Any, ...]:
    return (code, series.series_id, "issued", series.from_day, series.until_day, amount_minor, "", at)


def _store(session: Session, rows: Sequence[tuple[Any, ...]]) -> list[str]:
    """Writes those that are new; returns their codes."""
    with cursor_of(session) as cursor:
        cursor.execute(_STAGE)
        copy_text(session, "staged_coupon", _COLUMNS, [text_line(row) for row in rows])
        cursor.execute(_TAKE)
        return sorted(code for (code,) in cursor.fetchall())


def _publish_series(session: Session, held: CouponSeries, at: datetime) -> int:
    session.flush()
    row = CouponSeriesRow(
        held.series_id,
        held.name,
        "accept" if held.offline == "accept" else "refuse",
        held.from_day,
        held.until_day,
        held.stopped,
    )
    return publish(session, "coupon_series", [Change(held.series_id, row)], at=at)


def _day_before(day: int) -> int:
    """Stores may be a day behind."""
    earlier = date(day // 10_000, day // 100 % 100, day % 100).toordinal() - 1
    found = date.fromordinal(earlier)
    return found.year * 10_000 + found.month * 100 + found.day
