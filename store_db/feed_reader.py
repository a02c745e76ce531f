"""The feeds as a till reads them: always a whole state, never waiting for the agent that writes them.

Every lookup is one short read. No read transaction stays open between two commands of the till.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, Self, TypeVar

import apsw
import msgspec

from retail.effects import Effect, Key, Sums, add
from retail.feeds import (
    MARK_LEDGER,
    BarcodeRow,
    BaselineRow,
    ConfigurationRow,
    CouponBlockRow,
    CouponSeriesRow,
    FeedCursor,
    ItemRow,
    MemberRow,
    OfferRow,
    PriceRow,
    RoleRow,
    StaffRow,
    TillKeyRow,
    mark_of,
)
from retail.ids import Stream
from store_db.balances import after_prefix, key_bytes
from store_db.connection import open_reader, reading, rows
from store_db.feed_tables import fold
from store_db.feeds_db import CURSOR, CURSORS, make_feeds
from store_db.migrate import check_version

ITEM: Final = "SELECT body FROM item WHERE key = ?"
ITEM_BY_PLU: Final = "SELECT body FROM item WHERE plu = ? AND plu <> '' ORDER BY key LIMIT 1"
BY_CODE: Final = """
SELECT item.body, barcode.body FROM barcode JOIN item ON item.key = barcode.item WHERE barcode.key = ?
"""
BARCODES: Final = "SELECT body FROM barcode WHERE item = ? ORDER BY key"
PRICES: Final = "SELECT body FROM price WHERE item = ? ORDER BY key"
BY_CODE_PREFIX: Final = """
SELECT item.key, item.body FROM barcode JOIN item ON item.key = barcode.item
WHERE barcode.key >= ? AND barcode.key < ? ORDER BY barcode.key LIMIT ?
"""
BY_ITEM_PREFIX: Final = "SELECT key, body FROM item WHERE key >= ? AND key < ? ORDER BY key LIMIT ?"
BY_TEXT: Final = """
SELECT item.key, item.body FROM (
    SELECT key FROM item WHERE instr(search, ?1) > 0
    ORDER BY instr(search, ?1) <> 1, instr(search, ' ' || ?1) = 0, search LIMIT ?2
) AS found JOIN item USING (key)
"""
OFFERS: Final = "SELECT body FROM offer ORDER BY key"
STAFF: Final = "SELECT body FROM staff ORDER BY key"
ONE_STAFF: Final = "SELECT body FROM staff WHERE key = ?"
ROLES: Final = "SELECT body FROM role ORDER BY key"
CONFIGURATION: Final = "SELECT body FROM configuration ORDER BY key"
TILL_KEY: Final = "SELECT body FROM till_key WHERE key = ?"
MEMBER: Final = "SELECT body FROM member WHERE key = ?"
MEMBER_BY_CARD: Final = "SELECT body FROM member WHERE card = ? AND card <> '' ORDER BY key LIMIT 1"
COUPON_SERIES: Final = "SELECT body FROM coupon_series WHERE key = ?"
COUPON_BLOCK: Final = "SELECT body FROM coupon_block WHERE key = ?"
BASELINE: Final = "SELECT body FROM baseline WHERE ledger = ? AND place = ?"
BASELINES: Final = "SELECT body FROM baseline WHERE ledger = ? AND place >= ? AND place < ?"
MARKS: Final = "SELECT body FROM baseline WHERE ledger = ?"
ARCHIVED: Final = "SELECT till, incarnation, seq FROM archived"
CONTACT: Final = "SELECT at_ms, offset_ms FROM contact"

SEARCH_LIMIT: Final = 50
CODE_DIGITS_MIN: Final = 6
"""So many digits that begin a code mean the code; fewer may also be a size in a name."""

Row = TypeVar("Row", bound=msgspec.Struct)


class Contact(NamedTuple):
    """When headquarters was last heard of, by this host's clock, and by how much headquarters' clock was ahead."""

    at_ms: int
    offset_ms: int


class FeedReader:
    """Short reads of the feeds. Open it with `FeedReader.open`."""

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Opens the feeds for reading; on a host whose agent never ran, an empty file is made first.

        Raises CannotOpen, NewerFile, ForeignFile.
        """
        make_feeds(path)
        db = open_reader(path)
        try:
            check_version(db, "feeds", str(path))
        except BaseException:
            db.close()
            raise
        return cls(db)

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def data_version(self) -> int:
        """Another number than before when the agent has written anything since."""
        return int(self._db.pragma("data_version"))

    def cursors(self) -> dict[str, FeedCursor]:
        """How far each feed has been taken in."""
        return {found[0]: FeedCursor(*found) for found in rows(self._db, CURSORS)}

    def contact(self) -> Contact | None:
        """When headquarters was last heard of; None if never."""
        found = self._db.execute(CONTACT).fetchone()
        return Contact(*found) if found else None

    def archived(self) -> dict[Stream, int]:
        """Up to which entry of this host's streams headquarters has archived: what may be pruned once it is old."""
        return {Stream(till, incarnation): seq for till, incarnation, seq in rows(self._db, ARCHIVED)}

    def item_by_id(self, item: str) -> ItemRow | None:
        """The item."""
        return self._one(ItemRow, ITEM, item)

    def item_by_plu(self, plu: str) -> ItemRow | None:
        """The item that a scale label speaks of."""
        return self._one(ItemRow, ITEM_BY_PLU, plu)

    def item_by_code(self, code: str) -> tuple[ItemRow, BarcodeRow] | None:
        """What a scanned code stands for."""
        found = self._db.execute(BY_CODE, (code,)).fetchone()
        return (_decode(ItemRow, found[0]), _decode(BarcodeRow, found[1])) if found else None

    def barcodes(self, item: str) -> list[BarcodeRow]:
        """All codes of an item."""
        return list(self._all(BarcodeRow, BARCODES, item))

    def prices(self, item: str) -> list[PriceRow]:
        """All price rows of an item; which one holds is the till's to decide."""
        return list(self._all(PriceRow, PRICES, item))

    def search(self, text: str, limit: int = SEARCH_LIMIT) -> list[ItemRow]:
        """Items by the beginning of a code, any part of the name, or pinyin. First codes, then names that begin so,
        then words and pinyin keys that do, then the rest, each in the order of names."""
        wanted = fold(text)
        if not wanted:
            return []
        found: dict[str, bytes] = {}
        if any(character.isdigit() for character in wanted):
            code = text.strip()
            for query in (BY_ITEM_PREFIX, BY_CODE_PREFIX):
                found |= rows(self._db, query, (code, code + "\U0010ffff", limit))
        is_code = wanted.isdigit() and len(wanted) >= CODE_DIGITS_MIN
        if len(found) < limit and not (found and is_code):
            found |= {key: body for key, body in rows(self._db, BY_TEXT, (wanted, limit)) if key not in found}
        return [_decode(ItemRow, body) for body in list(found.values())[:limit]]

    def offers(self) -> list[OfferRow]:
        """All offers, in the order of their keys."""
        return list(self._all(OfferRow, OFFERS))

    def staff(self) -> list[StaffRow]:
        """All persons of the store."""
        return list(self._all(StaffRow, STAFF))

    def operator(self, operator: str) -> StaffRow | None:
        """One person."""
        return self._one(StaffRow, ONE_STAFF, operator)

    def roles(self) -> dict[str, RoleRow]:
        """All roles by their code."""
        return {row.role: row for row in self._all(RoleRow, ROLES)}

    def configuration(self) -> dict[str, bytes]:
        """The store's settings, each as JSON."""
        return {row.name: row.value for row in self._all(ConfigurationRow, CONFIGURATION)}

    def till_key(self, till: str) -> TillKeyRow | None:
        """What a till signs with; look at `revoked`."""
        return self._one(TillKeyRow, TILL_KEY, till)

    def member(self, member: str) -> MemberRow | None:
        """A member by number."""
        return self._one(MemberRow, MEMBER, member)

    def member_by_card(self, card: str) -> MemberRow | None:
        """A member by card."""
        return self._one(MemberRow, MEMBER_BY_CARD, card)

    def coupon_series(self, series: str) -> CouponSeriesRow | None:
        """What is agreed about a series of coupons."""
        return self._one(CouponSeriesRow, COUPON_SERIES, series)

    def coupon_block(self, code: str) -> CouponBlockRow | None:
        """Why a coupon is not to be taken; None when nothing is known against it."""
        return self._one(CouponBlockRow, COUPON_BLOCK, code)

    def baseline(self, ledger: str, key: Key) -> tuple[int, ...] | None:
        """A sum as headquarters knew it at the marks; use it only together with them (see `own_effects`)."""
        found = self._db.execute(BASELINE, (ledger, key_bytes(key))).fetchone()
        return _decode(BaselineRow, found[0]).amounts if found else None

    def baseline_with_marks(self, ledger: str, key: Key) -> tuple[dict[Stream, int], tuple[int, ...] | None, bool]:
        """(marks, sum, whether the feed ever came), all of one moment."""
        with reading(self._db):
            known = self._db.execute(CURSOR, ("baselines",)).fetchone() is not None
            return self.marks(), self.baseline(ledger, key), known

    def baselines_under(self, places: Iterable[tuple[str, Key]]) -> tuple[dict[Stream, int], Sums, bool]:
        """(marks, sums, whether the feed ever came), all of one moment: every sum whose ledger and first parts of the
        key are asked for. Where several stores have a part in a sum, the parts are added."""
        sums: Sums = {}
        with reading(self._db):
            known = self._db.execute(CURSOR, ("baselines",)).fetchone() is not None
            for ledger, first_parts in places:
                prefix = key_bytes(first_parts)
                for (body,) in rows(self._db, BASELINES, (ledger, prefix, after_prefix(prefix))):
                    row = _decode(BaselineRow, body)
                    add(sums, (Effect(row.ledger, row.key, row.amounts),))
            return self.marks(), sums, known

    def marks(self) -> dict[Stream, int]:
        """Up to which entry of each stream the baselines count."""
        return dict(filter(None, map(mark_of, self._all(BaselineRow, MARKS, MARK_LEDGER))))

    def _one(self, kind: type[Row], sql: str, key: str) -> Row | None:
        found = self._db.execute(sql, (key,)).fetchone()
        return _decode(kind, found[0]) if found else None

    def _all(self, kind: type[Row], sql: str, *bindings: str) -> Iterator[Row]:
        for (body,) in rows(self._db, sql, bindings):
            yield _decode(kind, body)


_decoders: Final[dict[type[msgspec.Struct], msgspec.msgpack.Decoder[msgspec.Struct]]] = {}


def _decode(kind: type[Row], body: bytes) -> Row:
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.msgpack.Decoder(kind)
    return decoder.decode(body)  # type: ignore[return-value]
