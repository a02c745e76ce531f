"""Headquarters' tables, one file for each aggregate; they import no slice, so that every slice may import them."""

from __future__ import annotations

from hq_server.models import catalog, coupons, feeds, folded, journal, ledgers, people, promotions, rehearsals, stores
from hq_server.models.base import Base, metadata

__all__ = [
    "Base",
    "catalog",
    "coupons",
    "feeds",
    "folded",
    "journal",
    "ledgers",
    "metadata",
    "people",
    "promotions",
    "rehearsals",
    "stores",
]
