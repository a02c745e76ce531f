"""The open receipt comes back after a crash."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from store_db.draft import Draft
from store_db.errors import SecondWriter


def _save_and_die(path: Path) -> None:
    Draft.open(path).save(b"three lines")
    os._exit(9)


def test_a_draft_outlives_the_process_that_noted_it(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_save_and_die, args=(tmp_path / "draft.db",))
    process.start()
    process.join(30)
    draft = Draft.open(tmp_path / "draft.db")
    assert draft.load() == b"three lines"
    draft.clear()
    assert draft.load() is None


def test_only_the_last_draft_is_kept(tmp_path: Path) -> None:
    draft = Draft.open(tmp_path / "draft.db")
    assert draft.load() is None
    for content in (b"one line", b"two lines", b""):
        draft.save(content)
        assert draft.load() == content


def test_a_second_till_cannot_note_into_the_same_draft(tmp_path: Path) -> None:
    draft = Draft.open(tmp_path / "draft.db")
    with pytest.raises(SecondWriter):
        Draft.open(tmp_path / "draft.db")
    draft.close()
    Draft.open(tmp_path / "draft.db").close()
