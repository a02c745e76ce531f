"""The agent's settings, read from `agent.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from retail.config import ConfigError, Section, load, setting
from store_agent.windows import Window, parse_window

Kind = Literal["realtime", "batch", "hosted", "proxy"]


class Upstream(Section, frozen=True):
    """Who entries are carried to: the store's hub, or headquarters."""

    url: Annotated[
        str,
        setting(
            "Address of the hub or headquarters, like https://hq.example.com.",
            "上级地址：本店主机或总部，如 https://hq.example.com。",
        ),
    ] = ""
    token_file: Annotated[
        str,
        setting(
            "File with the token, in the data folder. Enrolment writes hq.token, and hub.token through a hub.",
            "令牌文件，位于数据目录。登记时写入 hq.token，经本店主机登记时另写 hub.token。",
        ),
    ] = "hq.token"  # noqa: S105 - the name of a file
    authorities: Annotated[
        str,
        setting(
            "PEM file of the certificates to trust instead of the system's, for a chain with its own authority.",
            "自有证书机构的 PEM 文件，代替系统证书。",
        ),
    ] = ""
    timeout_s: Annotated[float, setting("How long an answer may take.", "等待应答的时间上限。", ge=1, le=600)] = 20
    question_s: Annotated[
        float,
        setting(
            "How long the till's question may take before it goes on alone.",
            "收银机提问的时间上限，过后自行继续。",
            ge=0,
            le=30,
        ),
    ] = 1.5
    compress: Annotated[bool, setting("Send large batches compressed.", "压缩发送大批数据。")] = False


class Intervals(Section, frozen=True):
    """How often the agent looks by itself; a sale wakes it at once, except in a batch store."""

    push_s: Annotated[
        float, setting("Between two looks for entries to send.", "检查待上传单据的间隔。", ge=0, le=86_400)
    ] = 5
    pull_s: Annotated[
        float,
        setting("Between two greetings and looks for news.", "问候上级并检查下发资料的间隔。", ge=0, le=86_400),
    ] = 30


class Hub(Section, frozen=True):
    """With this table the agent is its store's hub and serves the other hosts."""

    host: Annotated[str, setting("Address to listen on.", "监听地址。")] = "0.0.0.0"  # noqa: S104 - the other hosts of the store come over its LAN
    port: Annotated[int, setting("Port to listen on.", "监听端口。", ge=0, le=65_535)] = 8740
    secret_file: Annotated[
        str,
        setting(
            "File that the tills' tokens are made with, in the data folder; made at the first start.",
            "用于签发收银机令牌的密钥文件，位于数据目录，首次启动时生成。",
        ),
    ] = "hub.secret"  # noqa: S105 - the name of a file
    certificate: Annotated[str, setting("PEM file for TLS.", "TLS 证书的 PEM 文件。")] = ""
    private_key: Annotated[str, setting("PEM file of the certificate's key.", "TLS 证书私钥的 PEM 文件。")] = ""


class AgentConfig(Section, frozen=True):
    """One agent: one for each host of a store."""

    data: Annotated[
        str,
        setting(
            "Folder of journal, feeds, identity, tokens and socket; relative to this file.",
            "数据目录：流水、下发资料、身份、令牌与套接字；相对本文件。",
        ),
    ] = "."
    kind: Annotated[
        Kind,
        setting(
            "realtime: sends each sale at once. batch: only within the windows. hosted: no hub in the store, straight "
            "to headquarters. proxy: no connection, files are carried by hand.",
            "realtime 实时型：逐笔上传。batch 传输型：只在时段内传输。hosted 托管型：店内无主机，直连总部。"
            "proxy 代管店：不联网，用文件传递。",
        ),
    ] = "realtime"
    host: Annotated[
        str,
        setting("Name of this host at headquarters; the till's code when empty.", "本机名称；为空时用机号。"),
    ] = ""
    journals: Annotated[
        tuple[str, ...],
        setting(
            "Journals of this host's tills, in the data folder; empty on a hub without a till.",
            "本机收银流水文件，位于数据目录；主机不收银时为空。",
        ),
    ] = ("journal.db",)
    windows: Annotated[
        tuple[str, ...],
        setting('Local hours of a batch store, like "22:30-01:00".', '传输型门店的传输时段，如 "22:30-01:00"。'),
    ] = ()
    upstream: Upstream = Upstream()
    intervals: Intervals = Intervals()
    hub: Hub | None = None


def read_config(path: Path, environ: Mapping[str, str]) -> AgentConfig:
    """The settings in this file with `data` made absolute, or ConfigError naming the setting."""
    source = str(path)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(source, "", zh="文件无法读取。", en=f"cannot be read: {error}") from error
    config = load(text, AgentConfig, environ, source=source)
    problem = _problem(config)
    if problem is not None:
        key, zh, en = problem
        raise ConfigError(source, key, zh=zh, en=en)
    return msgspec.structs.replace(config, data=str((path.parent / config.data).resolve()))


def batch_windows(config: AgentConfig) -> tuple[Window, ...]:
    """The transfer hours of a batch store; none for the other kinds."""
    return tuple(parse_window(text) for text in config.windows)


def _problem(config: AgentConfig) -> tuple[str, str, str] | None:
    """(key, zh, en) of what does not go together."""
    if config.kind == "proxy" and config.upstream.url:
        return "upstream.url", "代管店不联网，请删除 upstream.url。", "a proxy store has no upstream.url; remove it"
    if config.kind != "proxy" and not config.upstream.url.startswith(("http://", "https://")):
        return "upstream.url", "应以 http:// 或 https:// 开头。", "must begin with http:// or https://"
    if config.hub is not None and config.kind == "hosted":
        return "hub", "托管型门店没有店内主机，请删除 [hub]。", "a hosted store has no hub; remove [hub]"
    if config.hub is not None and bool(config.hub.certificate) != bool(config.hub.private_key):
        return "hub.certificate", "证书与私钥须同时设置。", "certificate and private_key go together"
    if bool(config.windows) != (config.kind == "batch"):
        return "windows", "传输型门店须设传输时段，其他类型不设。", "a batch store needs windows, no other has any"
    for text in config.windows:
        try:
            parse_window(text)
        except ValueError as error:
            return "windows", f"时段 {text} 的写法不对，应如 22:30-01:00。", str(error)
    return None
