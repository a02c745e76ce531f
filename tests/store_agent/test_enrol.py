from __future__ import annotations

import stat
from pathlib import Path

import pytest

from retail import wire
from store_agent.enrol import HEADQUARTERS_TOKEN_FILE, HUB_TOKEN_FILE, KEY_FILE, enrol, fingerprint
from store_agent.errors import AgentError, Rejected, Unreachable
from store_agent.transport import MemoryTransport
from store_db.identity import Identity, IdentityError, load_identity, pinned_key
from store_db.keys import read_private, signer, verifier
from tests.store_agent.shop import Headquarters


class Desk:
    """Headquarters' enrolment: a code is good once, and again for the key that used it."""

    def __init__(self, code: str = "7KQF-2M9X-PPTR") -> None:
        self.key = Headquarters()
        self.code = code
        self.used_by = b""
        self.lose_replies = 0
        self.hub_token = ""

    def __call__(self, verb: str, body: bytes) -> bytes:
        assert verb == "enrol"
        request = wire.decode(wire.EnrolRequest, body)
        if request.code != self.code or self.used_by not in (b"", request.public_key):
            raise Rejected("enrolment_refused", "this code is wrong or too old: ask for a new one", 403)
        assert verifier(request.public_key)(request.code.encode(), request.proof)
        self.used_by = request.public_key
        if self.lose_replies:
            self.lose_replies -= 1
            raise Unreachable("the reply was lost")
        reply = wire.EnrolReply("T1", "S001", self.key.public, "token-1", "中山路店 “旗舰”", hub_token=self.hub_token)
        return wire.encode(reply)


def test_enrolment_leaves_key_token_and_identity_and_pins_headquarters(tmp_path: Path) -> None:
    desk, data = Desk(), tmp_path / "data"
    identity = enrol(data, MemoryTransport(desk), code=" 7KQF-2M9X-PPTR\n", host="till-1")
    assert identity == Identity("T1", "S001", desk.key.public.hex(), "中山路店 “旗舰”", "CNY", 480)
    assert load_identity(data) == identity
    assert pinned_key(identity) == desk.key.public
    assert read_private(data / HEADQUARTERS_TOKEN_FILE) == b"token-1"
    assert not (data / HUB_TOKEN_FILE).exists()
    sign, public_key = signer(read_private(data / KEY_FILE))
    assert public_key == desk.used_by
    assert verifier(public_key)(b"hash", sign(b"hash"))
    for name in (KEY_FILE, HEADQUARTERS_TOKEN_FILE):
        assert stat.S_IMODE((data / name).stat().st_mode) == 0o600


def test_a_lost_reply_is_tried_again_with_the_same_code_and_key(tmp_path: Path) -> None:
    desk = Desk()
    desk.lose_replies = 1
    with pytest.raises(Unreachable):
        enrol(tmp_path, MemoryTransport(desk), code=desk.code, host="h")
    with pytest.raises(IdentityError, match="enrol"):
        load_identity(tmp_path)
    assert enrol(tmp_path, MemoryTransport(desk), code=desk.code, host="h").till == "T1"


def test_a_wrong_code_leaves_no_identity(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="ask for a new one"):
        enrol(tmp_path, MemoryTransport(Desk()), code="WRONG", host="h")
    with pytest.raises(IdentityError):
        load_identity(tmp_path)


def test_a_used_code_does_not_serve_another_till(tmp_path: Path) -> None:
    desk = Desk()
    enrol(tmp_path / "one", MemoryTransport(desk), code=desk.code, host="h")
    with pytest.raises(Rejected):
        enrol(tmp_path / "other", MemoryTransport(desk), code=desk.code, host="h")


def test_an_enrolled_till_is_enrolled_anew_only_when_asked(tmp_path: Path) -> None:
    first, second = Desk(), Desk("NEW-CODE")
    second.hub_token = "T1.aa"
    enrol(tmp_path, MemoryTransport(first), code=first.code, host="h")
    with pytest.raises(AgentError, match="--again"):
        enrol(tmp_path, MemoryTransport(second), code=second.code, host="h")
    assert pinned_key(load_identity(tmp_path)) == first.key.public
    enrol(tmp_path, MemoryTransport(second), code=second.code, host="h", again=True)
    assert pinned_key(load_identity(tmp_path)) == second.key.public
    assert read_private(tmp_path / HUB_TOKEN_FILE) == b"T1.aa"


def test_a_reply_without_a_key_to_pin_changes_nothing(tmp_path: Path) -> None:
    desk = Desk()
    desk.key.public = b""
    with pytest.raises(Rejected, match="nothing was changed"):
        enrol(tmp_path, MemoryTransport(desk), code=desk.code, host="h")
    assert not (tmp_path / HEADQUARTERS_TOKEN_FILE).exists()


def test_a_key_is_compared_aloud_in_groups() -> None:
    assert fingerprint(bytes(32)) == "6668 7aad f862 bd77"


def test_a_damaged_identity_is_told(tmp_path: Path) -> None:
    (tmp_path / "identity.toml").write_text('till = "T1"\n')
    with pytest.raises(IdentityError, match="damaged"):
        load_identity(tmp_path)
    with pytest.raises(IdentityError, match="enrol this till again"):
        pinned_key(Identity("T1", "S001", "zz"))
