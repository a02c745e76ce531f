"""No refusal of the offers' reader reaches a Chinese reader in English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import promotions
from hq_server.web.refusals import reason_in
from promotions.codec import OfferRefused, decode_offer

SOURCES = Path(promotions.__file__).parent
HOLE = "7"
"""What stands for a value in a sentence."""


def sentences() -> Iterator[str]:
    """Every `field: reason` that the definition of offers can raise, values replaced."""
    for file in [*SOURCES.glob("plans/*.py"), *(SOURCES / f"{name}.py" for name in ("rule", "scope", "limits"))]:
        yield from raised(file)
    yield from raised(SOURCES / "circumstances.py")


def raised(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            text = node.exc.args[0]
            if isinstance(text, ast.Constant):
                yield str(text.value)
            elif isinstance(text, ast.JoinedStr):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else HOLE for part in text.values)


@pytest.mark.parametrize("sentence", sorted({one for one in sentences() if ": " in one}))
def test_every_reason_has_chinese_words(sentence: str) -> None:
    field, _, reason = sentence.partition(": ")
    assert field
    assert re.search(r"[\u4e00-\u9fff]", reason_in("zh", reason))
    assert reason_in("en", reason) == reason


def test_there_are_reasons_to_check() -> None:
    assert len(set(sentences())) > 25


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": "a"}',
        b'{"id": 3, "plan": {"kind": "percent_off"}}',
        b'{"id": "a", "plan": {"kind": "percent_off", "percent_bp": "x"}}',
        b'{"id": "a", "plan": {"kind": "one_unit", "percent_bp": 5, "which": "none"}}',
        b'{"id": "a", "plan": {"kind": "percent_off", "percent_bp": 5}, "scope": [5]}',
    ],
)
def test_what_the_decoder_says_has_chinese_words_too(body: bytes) -> None:
    with pytest.raises(OfferRefused) as refused:
        decode_offer(body)
    assert re.search(r"[\u4e00-\u9fff]", reason_in("zh", refused.value.reason))
