"""A stand-in for an agent with news: deltas of 20,000 prices into a till's feeds, one a second, until it is ended."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import msgspec

from bench.catalogue import ITEMS, catalogue
from bench.catalogue import piece as delta
from bench.lane import open_feeds

ROWS = 20_000


def main(data: Path) -> None:
    """Prices stay what they were, so that receipts can be compared; the rows are written all the same."""
    prices: list[msgspec.Struct] = catalogue(ITEMS)["prices"]
    store = open_feeds(data)
    position = {cursor.feed: cursor.position for cursor in store.cursors()}["prices"]
    start = 0
    while True:
        rows = prices[start : start + ROWS]
        manifest, made, block = delta("prices", rows, after=position)
        store.apply(manifest, made, b"", block)
        position, start = manifest.to_position, (start + ROWS) % ITEMS
        time.sleep(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
