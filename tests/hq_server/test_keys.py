"""Headquarters' key: made once, read by its owner alone."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hq_server.keys import KEY_FILE, HqKey, KeyFileError, load_or_make


def test_the_key_is_made_once_and_signs(tmp_path: Path) -> None:
    first, again = load_or_make(tmp_path / "hq"), load_or_make(tmp_path / "hq")
    assert first.public == again.public
    Ed25519PublicKey.from_public_bytes(first.public).verify(again.sign(b"manifest"), b"manifest")
    assert (tmp_path / "hq" / KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_end_with_one_key(tmp_path: Path) -> None:
    start, made = threading.Barrier(8), list[HqKey]()

    def begin() -> None:
        start.wait()
        made.append(load_or_make(tmp_path))

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({key.public for key in made}) == 1
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    load_or_make(tmp_path)
    (tmp_path / KEY_FILE).chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        load_or_make(tmp_path)
