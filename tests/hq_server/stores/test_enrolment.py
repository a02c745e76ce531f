"""A till becomes known by a code that is good once, for a while, and for that till alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from hq_server.db import Database
from hq_server.errors import Conflict, NotFound
from hq_server.stores import enrolment
from hq_server.stores import service as stores
from hq_server.stores.enrolment import EnrolmentRefused
from hq_server.sync import queries
from retail.feeds import TillKeyRow, decode_row
from retail.wire import EnrolReply, EnrolRequest
from tests.hq_server.chain import NOON, Chain, public_bytes


def request(code: str, key: Ed25519PrivateKey, signer: Ed25519PrivateKey | None = None) -> EnrolRequest:
    return EnrolRequest(code, public_bytes(key), (signer or key).sign(code.encode()), "host")


def issue(database: Database, till: str = "S1-01", minutes: int = 0) -> str:
    with database.transaction() as session:
        issued = enrolment.issue_code(session, till_id=till, actor="test", at=NOON + timedelta(minutes=minutes))
        return issued.code


def enrol(database: Database, asked: EnrolRequest, minutes: float = 1) -> EnrolReply:
    with database.transaction() as session:
        at = NOON + timedelta(minutes=minutes)
        return enrolment.enrol(session, asked, headquarters_key=b"k" * 32, at=at)


def test_a_code_makes_the_till_known_with_its_key_and_token(chain: Chain, database: Database) -> None:
    key = Ed25519PrivateKey.generate()
    reply = enrol(database, request(issue(database), key))
    assert (reply.till, reply.store, reply.store_name, reply.headquarters_key) == ("S1-01", "S1", "Store S1", b"k" * 32)
    with database.transaction() as session:
        caller = queries.caller_by_token(session, enrolment.hash_token(reply.token))
        assert caller is not None
        assert (caller.till, caller.store) == ("S1-01", "S1")
        assert public_bytes(key) in (queries.signing_keys(session, "S1", "S1-01") or [])
        kept = session.execute(text("SELECT code_hash, token_hash FROM enrolment_code JOIN till USING (till_id)")).one()
        assert reply.token.encode() not in kept[1]
        assert session.execute(text("SELECT count(*) FROM feed_row WHERE feed = 'till_keys'")).scalar_one() == 1


@pytest.mark.usefixtures("chain")
def test_a_code_is_good_once(database: Database) -> None:
    code, key = issue(database), Ed25519PrivateKey.generate()
    first = enrol(database, request(code, key))
    with pytest.raises(EnrolmentRefused, match="already used"):
        enrol(database, request(code, Ed25519PrivateKey.generate()))
    # The till whose answer was lost asks again with its key, and is answered again.
    again = enrol(database, request(code, key))
    assert (again.till, again.token != first.token) == ("S1-01", True)


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize(("minutes", "good"), [(14.9, True), (15, False), (60, False)])
def test_a_code_lasts_a_quarter_of_an_hour(database: Database, minutes: float, good: bool) -> None:
    asked = request(issue(database), Ed25519PrivateKey.generate())
    if good:
        assert enrol(database, asked, minutes).till == "S1-01"
    else:
        with pytest.raises(EnrolmentRefused, match="too old"):
            enrol(database, asked, minutes)


@pytest.mark.usefixtures("chain")
def test_a_code_names_its_till_and_a_newer_one_replaces_it(database: Database) -> None:
    first, other = issue(database, "S1-01"), issue(database, "S3-01")
    second = issue(database, "S1-01")
    with pytest.raises(EnrolmentRefused):
        enrol(database, request(first, Ed25519PrivateKey.generate()))
    assert enrol(database, request(other, Ed25519PrivateKey.generate())).till == "S3-01"
    assert enrol(database, request(second, Ed25519PrivateKey.generate())).till == "S1-01"


@pytest.mark.usefixtures("chain")
def test_a_code_may_be_typed_in_any_way(database: Database) -> None:
    code = issue(database)
    typed = code.lower().replace("-", " ")
    assert enrol(database, request(typed, Ed25519PrivateKey.generate())).till == "S1-01"


@pytest.mark.usefixtures("chain")
def test_a_key_must_be_proven(database: Database) -> None:
    code, key = issue(database), Ed25519PrivateKey.generate()
    with pytest.raises(EnrolmentRefused, match="prove"):
        enrol(database, request(code, key, signer=Ed25519PrivateKey.generate()))
    assert enrol(database, request(code, key)).till == "S1-01"


@pytest.mark.usefixtures("chain")
def test_there_is_no_code_for_a_till_nobody_made(database: Database) -> None:
    with pytest.raises(NotFound, match="add it"):
        issue(database, "S9-01")


@pytest.mark.usefixtures("chain")
def test_a_till_stays_with_its_store(database: Database) -> None:
    with pytest.raises(Conflict, match="for life"), database.transaction() as session:
        stores.add_tills(session, [("S1-01", "S2")], actor="test", at=NOON)


def test_stores_hear_of_the_keys_a_till_had_before_unless_they_were_taken_out_of_use(
    chain: Chain, database: Database
) -> None:
    keys = [Ed25519PrivateKey.generate() for _ in range(3)]

    def told() -> TillKeyRow:
        found = chain.rows("SELECT body FROM feed_row WHERE feed = 'till_keys' AND key = 'S1-02'")
        row = decode_row("till_keys", bytes(found[0][0]))  # type: ignore[call-overload]
        assert isinstance(row, TillKeyRow)
        return row

    with database.transaction() as session:
        stores.revoke_till(session, till_id="S1-02", actor="test", at=NOON)
    for number, key in enumerate(keys[:2]):
        enrol(database, request(issue(database, "S1-02", number), key), number + 0.5)
    assert told() == TillKeyRow("S1-02", "S1", public_bytes(keys[1]), earlier=(public_bytes(keys[0]),))
    with database.transaction() as session:
        stores.revoke_till(session, till_id="S1-02", actor="test", at=NOON)
    enrol(database, request(issue(database, "S1-02", 5), keys[2]), 5.5)
    assert told() == TillKeyRow("S1-02", "S1", public_bytes(keys[2]))
