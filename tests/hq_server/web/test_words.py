"""Both languages say the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import hq_server.web
from hq_server.errors import HqError
from hq_server.web.frame import PAGES
from hq_server.web.words import ERRORS, WORDS, language_of, say, say_refusal

SOURCES = Path(hq_server.web.__file__).parent
PLACES = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("key", [*WORDS, *(f"error {code}" for code in ERRORS)])
def test_every_word_is_there_in_both_languages_with_the_same_places(key: str) -> None:
    chinese, english = ERRORS[key[6:]] if key.startswith("error ") else WORDS[key]
    assert all((chinese.strip(), english.strip()))
    assert set(PLACES.findall(chinese)) == set(PLACES.findall(english))


def asked_keys() -> Iterator[tuple[str, str]]:
    """Every key that the pages ask for by a fixed name."""
    for file in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            for argument in node.args[:2] if name == "say" else []:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield file.name, argument.value


def test_pages_ask_for_no_word_that_is_missing() -> None:
    missing = {(file, key) for file, key in asked_keys() if key not in WORDS}
    assert missing == set()
    assert {name for _, name, _ in PAGES} <= set(WORDS)


def test_a_refusal_is_told_in_the_readers_language() -> None:
    assert say_refusal("en", HqError("there is no item 7")) == "there is no item 7"
    assert say_refusal("zh", HqError("there is no item 7")) == "未能完成：there is no item 7"
    assert say_refusal("zh", HqError("x", code="forbidden")) == "没有权限：请找管理员"


@pytest.mark.parametrize(
    ("header", "language"), [("en-US,en;q=0.9", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("", "zh"), ("en", "en")]
)
def test_the_browser_says_which_language(header: str, language: str) -> None:
    assert language_of(header) == language
    assert say("en", "resting", seconds=4) == "Too many tries: try again in 4 seconds"
