from __future__ import annotations

import stat
from pathlib import Path

import pytest

from store_agent.hub_token import hub_secret, make_token, till_of_token
from store_db.keys import KeyFileError


def test_a_token_names_its_till_and_opens_its_own_store_only() -> None:
    token = make_token(b"secret", "S001", "T1")
    assert till_of_token(b"secret", "S001", token) == "T1"
    assert till_of_token(b"secret", "S002", token) is None
    assert till_of_token(b"other", "S001", token) is None


@pytest.mark.parametrize("token", ["", "T1", "T1.", ".", "T2.", "T1.00", "收银.é"])
def test_any_other_text_is_nobodys(token: str) -> None:
    assert till_of_token(b"secret", "S001", token) is None
    good = make_token(b"secret", "S001", "T1")
    assert till_of_token(b"secret", "S001", good.replace("T1", "T2")) is None
    assert till_of_token(b"secret", "S001", good[:-1]) is None


def test_store_and_till_cannot_be_shifted_into_each_other() -> None:
    assert make_token(b"s", "S1", "1T") != make_token(b"s", "S11", "T")
    assert make_token(b"s", "S1", "1T").partition(".")[2] != make_token(b"s", "S11", "T").partition(".")[2]


def test_the_hubs_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    path = tmp_path / "hub.secret"
    secret = hub_secret(path)
    assert len(secret) == 32
    assert hub_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        hub_secret(path)
