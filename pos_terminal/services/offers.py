"""Turns the rows of the offers feed into the set that receipts are priced with. What cannot be read is left out and
reported; the others hold."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

import msgspec

from promotions import Offer, OfferRefused, OfferSet, Skipped, UnknownOffer, compile, decode_offer
from retail.feeds import OfferRow

SUPERSEDED: Final = "another revision counts"
"""What `promotions.compile` says of an offer that another revision of it has replaced: nothing to tell anybody."""

SWITCH_S: Final = 0.001
"""How long the compiling thread may keep the screen's waiting. With Python's own 5 ms a scan that reads ten rows was
seen to take 50 ms beside a compile, with this one 10."""

REASON_CHARACTERS_MAX: Final = 200


class OfferCompiler:
    """Compiles offers again and again, and reads again only those that are new. For one thread at a time."""

    def __init__(self, store: str, currency: str) -> None:
        self._store, self._currency = store, currency
        self._read: dict[bytes, Offer | UnknownOffer] = {}

    def compile(self, rows: Sequence[OfferRow]) -> OfferSet:
        """The set of these rows."""
        known, self._read = self._read, {}
        offers = [known.get(row.body) or read(row) for row in rows]
        self._read = {row.body: offer for row, offer in zip(rows, offers, strict=True)}
        return compile(offers, store=self._store, currency=self._currency)

    def compile_aside(self, rows: Sequence[OfferRow]) -> OfferSet:
        """The same on a thread beside the screen's, which is let in often."""
        usual_s = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_S)
        try:
            return self.compile(rows)
        finally:
            sys.setswitchinterval(usual_s)


def read(row: OfferRow) -> Offer | UnknownOffer:
    """The offer in a row; for one that cannot be read what it is called and why."""
    try:
        return decode_offer(row.body)
    except (OfferRefused, msgspec.DecodeError, ValueError) as error:
        return UnknownOffer(row.offer, "", str(error)[:REASON_CHARACTERS_MAX])


def left_out(offers: OfferSet) -> tuple[Skipped, ...]:
    """The offers that this program leaves out although they count: newer kinds, and what cannot be read."""
    return tuple(one for one in offers.skipped if one.reason != SUPERSEDED)
