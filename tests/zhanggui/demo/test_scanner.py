"""Codes given on the command line come out of a serial line, as from a scanner."""

from __future__ import annotations

import os
import select
from pathlib import Path

import pytest

from zhanggui.demo.scanner import NoScanner, scan, scanner


def test_codes_written_into_the_pipe_come_out_of_the_serial_line(tmp_path: Path) -> None:
    with scanner(tmp_path) as line:
        reading = os.open(line, os.O_RDONLY | os.O_NOCTTY)
        scan(tmp_path, ["2000010010011", "07"])
        scan(tmp_path, ["2000011010010"])
        read = b""
        while read.count(b"\n") < 3:
            assert select.select([reading], [], [], 5)[0], f"only {read!r} came"
            read += os.read(reading, 100)
        os.close(reading)
    assert read.split() == [b"2000010010011", b"07", b"2000011010010"]


def test_without_a_demo_there_is_nobody_to_scan_for(tmp_path: Path) -> None:
    with pytest.raises(NoScanner):
        scan(tmp_path, ["1"])
    with scanner(tmp_path):
        pass
    with pytest.raises(NoScanner):
        scan(tmp_path, ["1"])
