"""Whole chains on real PostgreSQL."""

from __future__ import annotations

from tests.hq_server.conftest import database, postgres

__all__ = ["database", "postgres"]
