"""Headquarters' settings: a TOML file, overridden by the environment; a key that is not known is refused.

Secrets stay out of the file: the database's address with its password comes from `DATABASE_URL`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

ENVIRONMENT: Final = {
    "DATABASE_URL": "database_url",
    "ZHANGGUI_HQ_DATA": "data_dir",
    "ZHANGGUI_HQ_HOST": "host",
    "ZHANGGUI_HQ_PORT": "port",
}
"""Variable → setting."""


class ConfigError(ValueError):
    """A settings file that cannot be used; the text names the file and the key."""


class HqConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What headquarters runs with."""

    database_url: str = ""
    """A PostgreSQL server (15 or newer). Empty: the embedded one under `data_dir`."""

    data_dir: str = "/var/lib/zhanggui/hq"
    """Headquarters' key, its generation's high-water mark and the embedded database. Not part of database backups."""

    host: str = "127.0.0.1"
    """Address to listen on. Put a TLS proxy before it when stores come from outside."""

    port: int = 8440
    """Port of the sync API and the console."""

    fold_interval_s: float = 0.5
    """How often the worker looks for entries to fold."""

    baseline_interval_s: float = 60.0
    """How often changed stock is published to stores as baselines."""

    archive_age_h: int = 48
    """Without WAL archiving or a standby, entries count as archived after this many hours."""

    @property
    def data_path(self) -> Path:
        """`data_dir` as a path."""
        return Path(self.data_dir)


def load(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> HqConfig:
    """The settings from `path` (all defaults when None) and the environment. Raises ConfigError."""
    values: dict[str, object] = {}
    if path is not None:
        try:
            values = tomllib.loads(path.read_text("utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(f"{path}: {error}") from error
    values |= {name: environment[variable] for variable, name in ENVIRONMENT.items() if variable in environment}
    try:
        return msgspec.convert(values, HqConfig, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path or 'environment'}: {error}") from error
