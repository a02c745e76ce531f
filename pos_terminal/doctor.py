"""Examines a till before anybody queues at it: files, keys, devices, agent, terminal. Each finding says what to do."""

from __future__ import annotations

import os
import shutil
import socket
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from devices.printer import Paper, PrinterError
from devices.profiles import PROFILES
from devices.registry import DeviceConfigError, make_printer
from pos_terminal.config import ScannerConfig, TerminalConfig
from pos_terminal.keymap import till_keys
from pos_terminal.services.offers import read
from promotions import Offer, UnknownOffer
from retail.functions import Language
from store_db.errors import StoreError
from store_db.feed_reader import FeedReader
from store_db.identity import FILE as IDENTITY_FILE
from store_db.identity import Identity, IdentityError, load_identity, pinned_key
from store_db.keys import KeyFileError, read_private, signer

KEY_FILE: Final = "till.key"
JOURNAL_FILE: Final = "journal.db"
FEEDS_FILE: Final = "feeds.db"
FREE_BYTES_MIN: Final = 1 << 30
COLUMNS_MIN, ROWS_MIN = 80, 24
AGENT_WAIT_S: Final = 1.0
OFFERS_SHOWN_MAX: Final = 5


class Grade(StrEnum):
    """How much a finding matters: fine, worth knowing, or the till cannot do something because of it."""

    GOOD = "ok"
    NOTE = "note"
    BAD = "BAD"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined: its grade, and in both languages what was found and what to do."""

    grade: Grade
    zh: str
    en: str

    def text(self, language: Language) -> str:
        """The line that is printed."""
        return f"{self.grade:4}  {self.zh if language == 'zh' else self.en}"


def examine(config: TerminalConfig, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Every finding, in the order in which things are needed."""
    yield from _folder(config.folder)
    yield from _identity(config.folder)
    yield from _journal(config.folder)
    yield from _feeds(config.folder)
    yield from _agent(config.folder / config.agent.socket)
    yield from _printer(config)
    for scanner in config.scanners:
        yield _scanner(scanner)
    if not config.scanners:
        yield Finding(Grade.NOTE, "没有设扫描枪，只能键入条码", "No scanner is set up; codes can only be typed")
    yield from _keys(config)
    yield from _terminal(environ)


def _good(zh: str, en: str) -> Finding:
    return Finding(Grade.GOOD, zh, en)


def _bad(zh: str, en: str) -> Finding:
    return Finding(Grade.BAD, zh, en)


def _folder(folder: Path) -> Iterator[Finding]:
    if not folder.is_dir():
        yield _bad(f"没有文件夹 {folder}：请建立", f"There is no folder {folder}: make it")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield _bad(f"{folder} 不可写：请改所有者", f"{folder} cannot be written: change its owner")
        return
    free = shutil.disk_usage(folder).free
    shown = f"{free >> 20:,} MiB"
    if free < FREE_BYTES_MIN:
        yield Finding(Grade.NOTE, f"磁盘只剩 {shown}：请清理", f"Only {shown} left on the disk: free some")
    else:
        yield _good(f"文件夹 {folder}，剩余 {shown}", f"Folder {folder}, {shown} free")


def _identity(folder: Path) -> Iterator[Finding]:
    try:
        identity: Identity = load_identity(folder)
        pinned_key(identity)
        signer(read_private(folder / KEY_FILE))
    except IdentityError as error:
        yield _bad(f"身份不可用（{error}）：运行 store-agent enrol", f"No identity: {error}")
        return
    except KeyFileError as error:
        yield _bad(f"密钥不可用：{error}", f"The key cannot be used: {error}")
        return
    name = identity.store_name or identity.store
    yield _good(f"收银机 {identity.till}，门店 {name}", f"Till {identity.till} of store {name}")
    mode = stat.S_IMODE((folder / IDENTITY_FILE).stat().st_mode)
    if mode & 0o022:
        yield _bad(f"别人可改 {IDENTITY_FILE}：chmod 644", f"Others can change {IDENTITY_FILE}: chmod 644")


def _journal(folder: Path) -> Iterator[Finding]:
    path = folder / JOURNAL_FILE
    if not path.exists():
        yield Finding(Grade.NOTE, "还没有流水，首次开机时建立", "No journal yet; the first start makes it")
        return
    size = f"{path.stat().st_size >> 10:,} KiB"
    yield _good(f"流水 {size}（pos-terminal verify 核对）", f"Journal of {size} (pos-terminal verify checks it)")


def _feeds(folder: Path) -> Iterator[Finding]:
    path = folder / FEEDS_FILE
    if not path.exists():
        yield _bad("还没有商品和价格：请启动 store-agent", "No goods and prices yet: start the store-agent")
        return
    try:
        reader = FeedReader.open(path)
    except StoreError as error:
        yield _bad(f"下行数据打不开：{error}", f"The feeds cannot be opened: {error}")
        return
    try:
        cursors = reader.cursors()
        people = sum(1 for person in reader.staff() if person.pin_hash and person.active)
        offers = [read(row) for row in reader.offers()]
    finally:
        reader.close()
    missing = [name for name in ("items", "prices", "staff", "roles") if name not in cursors]
    if missing:
        names = ", ".join(missing)
        yield _bad(f"还没收到 {names}：请等 store-agent", f"Not received yet: {names}. Wait for the store-agent")
    elif not people:
        yield _bad("没有人有密码，无法登录：请总部设置", "Nobody has a PIN, nobody can sign on: ask headquarters")
    else:
        yield _good(f"下行数据齐全，{people} 人可登录", f"Feeds are here, {people} people can sign on")
    yield from _offers(offers)


def _offers(offers: Sequence[Offer | UnknownOffer]) -> Iterator[Finding]:
    """Offers of a newer kind are left out, never guessed at: the till charges more than it should."""
    unknown = [one for one in offers if isinstance(one, UnknownOffer)]
    for one in unknown[:OFFERS_SHOWN_MAX]:
        name, reason = one.id[:40], one.reason[:100]
        yield _bad(
            f"促销 {name} 不认识，已略过（{reason}）：请升级程序", f"Offer {name} is left out ({reason}): update"
        )
    if len(unknown) > OFFERS_SHOWN_MAX:
        more = len(unknown) - OFFERS_SHOWN_MAX
        yield _bad(f"还有 {more} 个促销已略过", f"{more} more offers are left out")
    if offers and not unknown:
        yield _good(f"{len(offers)} 个促销都认识", f"All {len(offers)} offers are known")


def _agent(path: Path) -> Iterator[Finding]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(AGENT_WAIT_S)
        try:
            probe.connect(str(path))
        except OSError:
            yield Finding(
                Grade.NOTE,
                f"{path} 没有代理程序：能收银，不上传。请启动 store-agent",
                f"No agent at {path}: sales work and are not sent. Start the store-agent",
            )
            return
    yield _good("代理程序在运行", "The agent is running")


def _printer(config: TerminalConfig) -> Iterator[Finding]:
    printer = config.printer
    if printer.kind == "none":
        yield Finding(Grade.NOTE, "没有设打印机", "No printer is set up")
        return
    if printer.profile not in PROFILES:
        known = ", ".join(PROFILES)
        yield _bad(f"没有机型 {printer.profile}：{known}", f"No profile {printer.profile}; there are {known}")
    try:
        status = make_printer(printer.kind, printer.options()).status()
    except DeviceConfigError as error:
        yield _bad(f"打印机设置不对：{error}", f"Wrong printer settings: {error}")
        return
    except PrinterError as error:
        yield _bad(error.message("zh_CN"), error.message("en"))
        return
    if not status.answered:
        yield Finding(Grade.NOTE, "打印机连上了，但不答状态", "The printer is connected and tells no status")
    elif status.cover_open or status.paper is Paper.OUT or status.error:
        yield _bad("打印机：请合盖、装纸或看指示灯", "Printer: close its cover, load paper, or look at its lamp")
    else:
        yield _good("打印机就绪", "The printer is ready")


def _scanner(scanner: ScannerConfig) -> Finding:
    if scanner.kind == "keyboard":
        return Finding(
            Grade.NOTE,
            "键盘扫描枪：靠打字速度分辨，最好改用串口模式",
            "A keyboard scanner is told by its pace: serial mode is better",
        )
    path = Path(scanner.path)
    if not path.exists():
        return _bad(f"没有扫描枪 {path}：请检查连线", f"There is no scanner at {path}: check its cable")
    if not os.access(path, os.R_OK):
        return _bad(
            f"不能读 {path}：把用户加入 dialout 或 input 组",
            f"{path} cannot be read: add the user to group dialout or input",
        )
    return _good(f"扫描枪 {path}", f"Scanner {path}")


def _keys(config: TerminalConfig) -> Iterator[Finding]:
    clashes = till_keys(config.keys).clashes
    for clash in clashes:
        yield _bad(clash.describe("zh"), clash.describe("en"))
    if not clashes:
        yield _good("按键没有冲突", "No key is used twice")


def _terminal(environ: Mapping[str, str]) -> Iterator[Finding]:
    columns, rows = shutil.get_terminal_size((COLUMNS_MIN, ROWS_MIN))
    if columns < COLUMNS_MIN or rows < ROWS_MIN:
        yield _bad(
            f"终端只有 {columns}×{rows}：至少 {COLUMNS_MIN}×{ROWS_MIN}",
            f"The terminal is {columns}×{rows}: it needs {COLUMNS_MIN}×{ROWS_MIN}",
        )
    encoding = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    if "utf" not in encoding.lower():
        yield _bad(
            f"终端编码不是 UTF-8（LANG={encoding}）：设 LANG=C.UTF-8",
            f"The terminal is not UTF-8 (LANG={encoding}): set LANG=C.UTF-8",
        )
    else:
        yield _good(f"终端 {columns}×{rows}，{encoding}", f"Terminal {columns}×{rows}, {encoding}")
