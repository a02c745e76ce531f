"""Headquarters' settings, read from `hq.toml` and the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from retail.config import Section, setting
from retail.config import load as load_section


class HqConfig(Section, frozen=True):
    """What headquarters runs with."""

    database_url: Annotated[
        str,
        setting(
            "A PostgreSQL server, 15 or newer. Empty: the embedded one, in the data folder.",
            "PostgreSQL（15 或更新）的地址。留空则使用数据目录内自带的数据库。",
            env="DATABASE_URL",
            secret=True,
        ),
    ] = ""
    data_dir: Annotated[
        str,
        setting(
            "Folder of headquarters' key, of the mark that tells a restored database, and of the embedded database."
            " Back the key up; never restore the mark.",
            "数据目录：总部密钥、数据库恢复标记和自带数据库。密钥须备份；恢复标记不得随备份还原。",
            env="ZHANGGUI_HQ_DATA",
            min_length=1,
        ),
    ] = "/var/lib/zhanggui/hq"
    host: Annotated[
        str,
        setting(
            "Address to listen on. For stores outside, put a proxy with TLS before it.",
            "监听地址。外部门店接入时，前面须有带 TLS 的代理。",
            env="ZHANGGUI_HQ_HOST",
        ),
    ] = "127.0.0.1"
    port: Annotated[
        int,
        setting(
            "Port of the sync api and the console.", "同步接口与控制台的端口。", env="ZHANGGUI_HQ_PORT", ge=0, le=65_535
        ),
    ] = 8440
    fold_interval_s: Annotated[
        float,
        setting("How often new entries are looked for.", "检查新单据的间隔。", ge=0, le=60),
    ] = 0.5
    baseline_interval_s: Annotated[
        float,
        setting("How often changed stock is published to stores.", "向门店发布库存变化的间隔。", ge=1, le=3600),
    ] = 60.0
    archive_age_h: Annotated[
        int,
        setting(
            "Without WAL archiving or a standby, entries count as archived after so many hours.",
            "没有 WAL 归档和备机时，单据在这么多小时后视为已归档。",
            ge=1,
            le=10_000,
        ),
    ] = 48

    @property
    def data_path(self) -> Path:
        """`data_dir` as a path."""
        return Path(self.data_dir)


def load(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> HqConfig:
    """The settings from `path` (all defaults when None) and the environment. Raises retail.config.ConfigError."""
    text = "" if path is None else path.read_text("utf-8")
    return load_section(text, HqConfig, environment, source=str(path or "hq.toml"))
