"""Processes of our own that end when we do, however we end."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final, ParamSpec

STOP_TIMEOUT_S: Final = 20.0

context: Final = multiprocessing.get_context("spawn")
"""A fresh interpreter for each process: threads and connections of this one do not come along."""

P = ParamSpec("P")


@contextlib.contextmanager
def child(target: Callable[P, None], *arguments: P.args, **named: P.kwargs) -> Iterator[BaseProcess]:
    """Runs `target` in a process for as long as the block lasts, then asks it to end (SIGTERM) and waits."""
    process = context.Process(target=target, args=arguments, kwargs=named, daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.terminate()
        process.join(STOP_TIMEOUT_S)
        if process.is_alive():
            process.kill()
            process.join()


def stand_alone(log: Path | None = None) -> None:
    """For a child's start: the terminal's Ctrl+C does not reach it, it ends when its parent is gone, and what it says
    goes to `log`.

    Whoever started it ends it, in the order that loses nothing; only a parent that was killed cannot.
    """
    os.setsid()
    if log is not None:
        with open(log, "ab", buffering=0) as file:
            os.dup2(file.fileno(), sys.stdout.fileno())
            os.dup2(file.fileno(), sys.stderr.fileno())
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch(sentinel: int = parent.sentinel) -> None:
        connection.wait([sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def run_command(main: str, arguments: list[str], log: Path) -> None:
    """For a child: runs one of the product's commands (`module:function`), its words written to `log`."""
    stand_alone(log)
    module, _, function = main.partition(":")
    command = getattr(__import__(module, fromlist=[function]), function)
    command(arguments)
