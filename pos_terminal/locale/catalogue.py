"""Reads a gettext catalogue (`.po`), as much of the format as the till's own files use: msgid, msgstr, comments."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Final

DOMAIN: Final = "pos_terminal"
FOLDER: Final = Path(__file__).parent
_KEYWORDS: Final = ("msgid", "msgstr")


class CatalogueError(ValueError):
    """The catalogue cannot be read; the text says where."""


def read_catalogue(text: str) -> dict[str, str]:
    """Translations by English text; entries without a translation are left out, CatalogueError on anything unknown.

    >>> read_catalogue('msgid "Total"\\nmsgstr "应收"\\n')
    {'Total': '应收'}
    """
    entries: list[dict[str, str]] = []
    keyword = ""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        word, _, rest = stripped.partition(" ")
        if word in _KEYWORDS:
            keyword, stripped = word, rest.strip()
            if word == "msgid":
                entries.append({"msgid": "", "msgstr": ""})
        if not entries or len(stripped) < 2 or stripped[0] != '"' or stripped[-1] != '"':
            raise CatalogueError(f"line {number}: {line}")
        entries[-1][keyword] += _unquoted(stripped)
    return {entry["msgid"]: entry["msgstr"] for entry in entries if entry["msgid"] and entry["msgstr"]}


def load_catalogue(language: str, folder: Path = FOLDER) -> Mapping[str, str]:
    """The catalogue of a language; empty for English, whose texts are the keys."""
    path = folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    return read_catalogue(path.read_text("utf-8")) if path.exists() else {}


def _unquoted(quoted: str) -> str:
    value: str = ast.literal_eval(quoted)
    return value
