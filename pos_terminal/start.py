"""Runs a till from its settings in this terminal: the screen first, and behind it the till."""

from __future__ import annotations

import gc
import logging
import os
import select
import sys
import threading
from typing import TYPE_CHECKING, Final

import msgspec

from pos_terminal.app import TillApp
from pos_terminal.keymap import till_keys

if TYPE_CHECKING:
    from pos_terminal.config import TerminalConfig
    from pos_terminal.flow import Flow

LOG_FILE: Final = "till.log"
LOG_BYTES_MAX: Final = 4 << 20
HANGUP_STATUS: Final = 128 + 1
_CHINESE: Final[dict[str, str]] = {
    "store.second_writer": "另一个程序正在使用本机的文件：请先关闭它",
    "store.newer_file": "文件由新版程序写成：请升级程序",
    "store.foreign_file": "文件不是本程序的：请核对 data 文件夹",
    "store.cannot_open": "文件打不开：请核对 data 文件夹及其权限",
    "journal.wrong_till": "流水属于另一台收银机：请核对 data 文件夹",
}
_log = logging.getLogger(__name__)


def run_till(config: TerminalConfig) -> str:
    """Runs the till in this terminal until it is left; returns why it could not start, empty when it did."""
    _log_to(config)
    app = make_app(config)
    threading.Thread(target=_end_with_terminal, name="terminal-watch", daemon=True).start()
    try:
        app.run(mouse=False)
    finally:
        _close(app)
    return problem_text(app.failure, config) if app.failure is not None else ""


def make_app(config: TerminalConfig) -> TillApp:
    """The program, which opens the till of these settings once it has painted its first screen."""

    def opening(app: TillApp) -> Flow:
        from pos_terminal.opening import open_flow

        flow = open_flow(config, app)
        # What is loaded by now stays: the collector never looks at it again, so that no scan waits for it.
        gc.freeze()
        gc.enable()
        return flow

    return TillApp(
        opening, config.language, till_keys(config.keys).keymap, plain=config.screen.plain, handle_signals=True
    )


def _close(app: TillApp) -> None:
    """Ends what the till has under way and closes its files, if it was opened at all."""
    flow = app.opened()
    if flow is not None:
        from pos_terminal.opening import OpenedTill

        assert isinstance(flow.till, OpenedTill)
        flow.till.close()


def problem_text(error: Exception, config: TerminalConfig) -> str:
    """Why the till cannot start, in its language, with the details. Raises an error that is a fault of the program."""
    from devices.registry import DeviceConfigError
    from store_db.errors import StoreError
    from store_db.identity import IdentityError
    from store_db.keys import KeyFileError

    if not isinstance(error, StoreError | IdentityError | KeyFileError | DeviceConfigError):
        raise error
    known = _CHINESE.get(error.code) if isinstance(error, StoreError) else None
    return f"{known}（{error}）" if known and config.language == "zh_CN" else str(error)


def _end_with_terminal() -> None:
    """Ends the program when its terminal is gone (window closed, connection lost).

    Without it the screen library waits for ever, holding the till's files and its scanner against the next start. The
    end is that of a power cut, which the files are made for: the open receipt is offered back.
    """
    watch = select.poll()
    watch.register(sys.stdin.fileno(), 0)  # a hang-up is told without being asked for
    watch.poll()
    _log.warning("the terminal is gone")
    os._exit(HANGUP_STATUS)


def _log_to(config: TerminalConfig) -> None:
    """Write the log beside the till's files: the terminal belongs to the screen."""
    if not config.folder.is_dir():
        return
    path = config.folder / LOG_FILE
    if path.exists() and path.stat().st_size > LOG_BYTES_MAX:
        path.replace(path.with_suffix(".old.log"))
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    _log.info("start: %s", msgspec.json.encode(config).decode())
