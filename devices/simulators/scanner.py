"""A scanner on a pseudo-terminal: codes go out as a real one sends them, with ending and AIM identifier.

    python -m devices.simulators.scanner --link run/scanner 6901234567892 ]E06923456000018

Without codes, each line of standard input is one.
"""

from __future__ import annotations

import os
import struct
import sys
import time
import tty
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

SUFFIXES = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "none": b"", "stx": b"\x03"}


class ScannerSimulator:
    """A pseudo-terminal behind the symbolic link `link`; closing it is pulling the plug."""

    def __init__(self, link: Path, suffix: str = "cr") -> None:
        self._suffix = suffix
        self._link = link
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(self._slave))

    def scan(self, code: str | bytes, *, split_at: int | None = None) -> None:
        """Send one code, with its AIM identifier if it brings one; in two pieces when `split_at` is given."""
        data = code.encode() if isinstance(code, str) else code
        data = (b"\x02" if self._suffix == "stx" else b"") + data + SUFFIXES[self._suffix]
        for piece in (data,) if split_at is None else (data[:split_at], data[split_at:]):
            os.write(self._master, piece)

    def close(self) -> None:
        self._link.unlink(missing_ok=True)
        os.close(self._master)
        os.close(self._slave)


def key_events(code: str, *, start_s: float = 0.0, gap_s: float = 0.01) -> Iterator[bytes]:
    """The kernel's events (24 bytes each) of a scanner that types `code` and Enter, one batch per key."""
    at_s = start_s
    for name, held in [*map(_key_name, code), ("KEY_ENTER", "")]:
        presses = [(held, 1), (name, 1), (name, 0), (held, 0)] if held else [(name, 1), (name, 0)]
        yield b"".join(_event(at_s, 1, _key_code(key), value) + _event(at_s, 0, 0, 0) for key, value in presses)
        at_s += gap_s


def _key_name(character: str) -> tuple[str, str]:
    """The key a character is typed with on a US keyboard, and the key held with it."""
    names = {"-": "MINUS", "=": "EQUAL", "/": "SLASH", ".": "DOT", ";": "SEMICOLON", " ": "SPACE", ",": "COMMA"}
    shifted = {"?": "SLASH", ":": "SEMICOLON", "_": "MINUS", "+": "EQUAL", "%": "5", "&": "7", "$": "4", "*": "8"}
    shifted |= {"(": "9", ")": "0", "!": "1", "@": "2", "#": "3"}
    if character == "\x1d":
        return "KEY_RIGHTBRACE", "KEY_LEFTCTRL"
    if character in shifted:
        return f"KEY_{shifted[character]}", "KEY_LEFTSHIFT"
    if character == "]":
        return "KEY_RIGHTBRACE", ""
    name = names.get(character, character.upper())
    return f"KEY_{name}", "KEY_LEFTSHIFT" if character.isupper() else ""


def _key_code(name: str) -> int:
    from evdev import ecodes

    return int(ecodes.ecodes[name])


def _event(at_s: float, kind: int, code: int, value: int) -> bytes:
    return struct.pack("@llHHi", int(at_s), int(at_s % 1 * 1e6), kind, code, value)


@click.command()
@click.option("--link", type=click.Path(path_type=Path), required=True, help="Where the line is to be reached.")
@click.option("--suffix", type=click.Choice(list(SUFFIXES)), default="cr", show_default=True)
@click.option("--aim/--no-aim", default=True, show_default=True, help="Keep AIM identifiers given with codes.")
@click.option("--pace-ms", default=500, show_default=True, help="Time between two codes.")
@click.option("--delay-ms", default=1000, show_default=True, help="Time before the first code.")
@click.argument("codes", nargs=-1)
def main(link: Path, suffix: str, aim: bool, pace_ms: int, delay_ms: int, codes: tuple[str, ...]) -> None:
    """Scan codes into a serial line."""
    simulator = ScannerSimulator(link, suffix)
    click.echo(f"scanner on {link}")
    time.sleep(delay_ms / 1000)
    try:
        for code in codes or _lines(sys.stdin):
            simulator.scan(code[3:] if not aim and code.startswith("]") else code)
            time.sleep(pace_ms / 1000)
    except KeyboardInterrupt:
        pass
    finally:
        simulator.close()


def _lines(lines: Iterable[str]) -> Iterator[str]:
    return (line.strip() for line in lines if line.strip())


if __name__ == "__main__":
    main()
