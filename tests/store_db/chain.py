"""Headquarters as a store sees it: signed pieces of feeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from retail.feeds import (
    BarcodeRow,
    BaselineRow,
    FeedRow,
    ItemRow,
    Manifest,
    PriceRow,
    digest_of,
    encode_row,
    encode_rows,
    manifest_bytes,
)
from store_db.feeds_db import FeedStore
from tests.store_db.samples import quick_sign, quick_verify

STORE = "S1"
Piece = tuple[Manifest, list[FeedRow], bytes]

KEYS: dict[type[msgspec.Struct], Callable[[Any], str]] = {
    ItemRow: lambda row: row.item,
    BarcodeRow: lambda row: row.code,
    PriceRow: lambda row: f"{row.item}|{row.kind}|{row.scope}|{row.from_minute}",
    BaselineRow: lambda row: repr((row.ledger, row.key)),
}


def _key(body: msgspec.Struct | None) -> str:
    assert body is not None, "a tombstone needs a key"
    return KEYS[type(body)](body)


def open_feeds(path: Path, **changes: Any) -> FeedStore:
    return FeedStore.open(path, **{"store": STORE, "verify": quick_verify, **changes})


def row(position: int, body: msgspec.Struct | None, key: str = "") -> FeedRow:
    return FeedRow(key or _key(body), position, None if body is None else encode_row(body))


def piece(
    feed: str,
    rows: Iterable[FeedRow],
    *,
    kind: Literal["delta", "snapshot"] = "snapshot",
    start: int = 0,
    end: int | None = None,
    generation: str = "g1",
    store: str = STORE,
) -> Piece:
    """A signed piece; `end` is the last row's position unless given."""
    listed = list(rows)
    last = end if end is not None else max((each.position for each in listed), default=start)
    manifest = Manifest(store, feed, generation, kind, start, last, len(listed), digest_of(encode_rows(listed)))
    return manifest, listed, quick_sign(manifest_bytes(manifest))


def snapshot(feeds: FeedStore, feed: str, bodies: Sequence[msgspec.Struct], generation: str = "g1") -> None:
    """Takes in a snapshot of these rows, at positions from 1."""
    feeds.apply(*piece(feed, (row(place, body) for place, body in enumerate(bodies, 1)), generation=generation))


def delta(feeds: FeedStore, feed: str, rows: Sequence[FeedRow], start: int, end: int | None = None) -> None:
    """Takes in a delta that follows `start`."""
    feeds.apply(*piece(feed, rows, kind="delta", start=start, end=end))
