"""Brings the database's tables to this program's version."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

MIGRATIONS = Path(__file__).parent / "migrations"


def configuration(engine: Engine) -> Config:
    """Alembic's settings for this engine."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Applies what is missing, in one transaction for each step."""
    command.upgrade(configuration(engine), revision)


def check(engine: Engine) -> None:
    """Raises when tables and models differ."""
    command.check(configuration(engine))
