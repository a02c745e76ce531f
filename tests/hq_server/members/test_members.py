"""What headquarters keeps of members, and what tills are told of them."""

from __future__ import annotations

import pytest

from hq_server.db import Database
from hq_server.errors import Invalid
from hq_server.members.service import put_members
from retail.feeds import MemberRow, decode_row
from tests.hq_server.chain import NOON, Chain

KNOWN = MemberRow("m1", "8801", "gold", "何**", birthday=229, groups=("staff", 'a "b", {c}\\'), purchases=3)


def put(database: Database, *rows: MemberRow, audience: str = "chain") -> None:
    with database.transaction() as session:
        put_members(session, [(row, audience) for row in rows], actor="test", at=NOON)


def test_what_offers_ask_for_is_kept_and_told_as_it_was_given(chain: Chain, database: Database) -> None:
    put(database, KNOWN, MemberRow("m2"))
    rows = chain.rows("SELECT member_id, birthday, groups, purchases FROM member ORDER BY 1")
    assert rows == [("m1", 229, list(KNOWN.groups), 3), ("m2", 0, [], -1)]
    told = chain.rows("SELECT body FROM feed_row WHERE feed = 'members' ORDER BY key")
    assert [decode_row("members", bytes(body)) for (body,) in told] == [KNOWN, MemberRow("m2")]  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (MemberRow(""), "has a number"),
        (MemberRow("m1", birthday=230), "'m1': the birthday is month and day, such as 0308, not 0230"),
        (MemberRow("m1", birthday=20000101), "the birthday is month and day"),
        (MemberRow("m1", groups=("a", "a")), "each once"),
        (MemberRow("m1", groups=("",)), "groups have names"),
        (MemberRow("m1", purchases=-2), "counted from 0"),
    ],
)
def test_what_no_till_could_use_is_refused_and_nothing_is_changed(
    row: MemberRow, said: str, chain: Chain, database: Database
) -> None:
    with pytest.raises(Invalid, match=said):
        put(database, KNOWN, row)
    assert chain.rows("SELECT count(*) FROM member") == [(0,)]
