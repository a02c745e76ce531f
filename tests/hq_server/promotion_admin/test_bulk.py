"""Offers as a file: what goes out comes in again, and one bad entry spoils no other."""

from __future__ import annotations

import json

import pytest

from hq_server.db import Database
from hq_server.errors import Forbidden, HqError
from hq_server.promotion_admin import bulk, drafts, queries
from hq_server.users.sessions import Viewer
from tests.hq_server.chain import NOON, Chain
from tests.hq_server.promotion_admin.office import AUTHOR, BOSS, body, write


def entry(offer: str, **changed: object) -> dict[str, object]:
    """An entry of a file."""
    return {"offer": json.loads(body(offer, **changed)), "expected_cost_minor": 100}


def file(*entries: object) -> bytes:
    """A file of these entries."""
    return json.dumps({"format": bulk.FORMAT, "offers": entries}).encode()


def test_an_exported_file_imports_unchanged_and_after_an_edit_as_a_draft(database: Database, chain: Chain) -> None:
    with database.transaction() as session:
        write(session, "a", audiences=("zone:east",))
        write(session, "b")
        data = bulk.export_offers(session)
        found = bulk.import_offers(session, data, viewer=BOSS, at=NOON)
        assert (found.written, found.unchanged, found.refused) == ((), ("a", "b"), ())
        edited = json.loads(data)
        edited["offers"][0]["offer"]["plan"]["percent_bp"] = 1500
        edited["offers"][0]["audiences"] = ["store:S3"]
        found = bulk.import_offers(session, json.dumps(edited).encode(), viewer=BOSS, at=NOON)
        assert (found.written, found.unchanged) == ((("a", 2),), ("b",))
        held = drafts.get_revision(session, "a", 2)
        assert (held.state, held.author, held.audiences) == ("draft", "wang", ["store:S3"])
        assert json.loads(bulk.export_offers(session, only=["b"]))["offers"][0]["offer"]["id"] == "b"


def test_an_entry_that_is_no_offer_is_refused_by_place_field_and_reason(database: Database, chain: Chain) -> None:
    bad = [
        entry("good"),
        entry("zero", plan={"kind": "percent_off", "percent_bp": 0}),
        entry("new", plan={"kind": "teleport"}),
        {**entry("nowhere"), "audiences": ["store:S9"]},
        {"offer": 5},
        "x",
    ]
    with database.transaction() as session:
        found = bulk.import_offers(session, file(*bad), viewer=AUTHOR, at=NOON)
        assert found.written == (("good", 1),)
        assert [(one.place, one.offer, one.field) for one in found.refused] == [
            (2, "zero", "plan.percent_bp"),
            (3, "new", "plan.kind"),
            (4, "nowhere", ""),
            (5, "", ""),
            (6, "", ""),
        ]
        assert all(one.reason for one in found.refused)
        assert [line.offer for line in queries.listed(session)] == ["good"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b" " * 10_000_001, "file_too_large"),
        (b"[" * 200_000, "offer_file"),
        (b"{}", "offer_file"),
        (b'{"format": "x", "offers": []}', "offer_file"),
        (b"\xff\xfe", "offer_file"),
    ],
)
def test_what_is_no_file_of_offers_is_refused_whole(database: Database, data: bytes, code: str) -> None:
    with database.transaction() as session:
        with pytest.raises(HqError) as refused:
            bulk.import_offers(session, data, viewer=AUTHOR, at=NOON)
        assert refused.value.code == code
        with pytest.raises(Forbidden):
            bulk.import_offers(session, data, viewer=Viewer("x", "x", frozenset(), ()), at=NOON)
