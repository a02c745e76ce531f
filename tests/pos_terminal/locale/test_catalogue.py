"""The Chinese catalogue holds every text of the screens, in a form that any gettext tool reads too."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import pos_terminal
from pos_terminal.checkout.messages import MESSAGES
from pos_terminal.locale.catalogue import FOLDER, CatalogueError, load_catalogue, read_catalogue
from pos_terminal.locale.words import words

PO = FOLDER / "zh_CN" / "LC_MESSAGES" / "pos_terminal.po"
FIELD = re.compile(r"\{(\w+)\}")


def texts_in_source() -> set[str]:
    """Every literal handed to a `words(...)` call, also within f-strings."""
    found = set()
    for path in Path(pos_terminal.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if name == "words" and isinstance(first, ast.Constant) and first.value not in ("zh_CN", "en"):
                found.add(str(first.value))
    return found


def test_every_text_of_the_screens_has_its_chinese_and_none_is_left_over() -> None:
    in_source, catalogue = texts_in_source(), load_catalogue("zh_CN")
    assert len(in_source) > 60
    assert in_source - catalogue.keys() == set()
    assert catalogue.keys() - in_source == set()


def test_translations_keep_the_values_of_their_texts() -> None:
    for text, translation in load_catalogue("zh_CN").items():
        assert set(FIELD.findall(text)) == set(FIELD.findall(translation)), text


def test_messages_name_the_same_values_in_both_languages() -> None:
    for code, (chinese, english) in MESSAGES.items():
        assert set(FIELD.findall(chinese)) == set(FIELD.findall(english)), code


def test_the_small_reader_and_babel_read_the_same_catalogue() -> None:
    with PO.open("rb") as file:
        catalogue = read_po(file)
    by_babel = {str(message.id): str(message.string) for message in catalogue if message.id}
    assert by_babel == dict(load_catalogue("zh_CN"))
    assert not [message.id for message in catalogue if message.id and message.fuzzy]


def test_long_texts_over_several_lines_are_joined() -> None:
    text = 'msgid ""\n"One "\n"two"\nmsgstr "一"\n"\\n二"\n'
    assert read_catalogue(text) == {"One two": "一\n二"}


@pytest.mark.parametrize("text", ['"lost"', 'msgid "a', "msgctxt x", 'msgid "a"\nmsgid_plural "b"'])
def test_what_the_reader_does_not_know_is_refused_by_line(text: str) -> None:
    with pytest.raises(CatalogueError, match="line"):
        read_catalogue(text)


def test_english_texts_are_the_keys_and_values_are_filled_in() -> None:
    assert words("en")("Shift {number} is open.", number=3) == "Shift 3 is open."
    assert words("zh_CN")("Shift {number} is open.", number=3) == "第 3 班未交班。"
