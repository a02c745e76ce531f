"""The reference pages say what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhanggui.reference import pages, write_pages

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", list(pages()))
def test_a_page_is_as_the_code_renders_it(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == pages()[name], "run: make docs"


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    assert write_pages(tmp_path) == list(pages())
    assert write_pages(tmp_path) == []
