"""The agent as its own program, the way a store runs it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def agent_process(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`store-agent run` in this folder, ended like a service is ended."""
    command = [sys.executable, "-m", "store_agent.cli", "run", "--config", str(folder / "agent.toml")]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=20)
    assert process.returncode in (0, -signal.SIGKILL), said.decode()


def enrol_by_command(folder: Path, url: str, code: str) -> str:
    """`store-agent enrol`; returns what it told the person who typed it."""
    config = str(folder / "agent.toml")
    folder.mkdir()
    command = [sys.executable, "-m", "store_agent.cli", "enrol", "--config", config, "--url", url, "--code", code]
    environment = {**os.environ, "LANG": "en_US.UTF-8", "LC_ALL": ""}
    done = subprocess.run(command, check=True, capture_output=True, env=environment, timeout=30)
    return done.stdout.decode()
