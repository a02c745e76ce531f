"""Staff reach the tills of their audience, with a PIN that only its owner knows."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from hq_server.db import Database
from hq_server.errors import Invalid, NotFound
from hq_server.staff import service as staff
from hq_server.staff.service import OperatorRecord
from retail.feeds import RoleRow, StaffRow, decode_row
from tests.hq_server.chain import NOON


def published(database: Database, feed: str) -> dict[str, object]:
    query = text("SELECT key, audience, body FROM feed_row WHERE feed = :feed AND body IS NOT NULL")
    with database.transaction() as session:
        return {f"{key}@{where}": decode_row(feed, body) for key, where, body in session.execute(query, {"feed": feed})}


def test_operators_are_published_to_their_stores_with_a_hash_of_the_pin(database: Database) -> None:
    people = [
        OperatorRecord("09", "王芳", "cashier", "store:S1", "1234"),
        OperatorRecord("07", "李雷", "clerk", "store:S1"),
        OperatorRecord("90", "Boss", "manager", pin="888888"),
    ]
    with database.transaction() as session:
        assert staff.put_operators(session, people, actor="test", at=NOON) == 3
    rows = published(database, "staff")
    assert set(rows) == {"09@store:S1", "07@store:S1", "90@chain"}
    cashier, clerk = rows["09@store:S1"], rows["07@store:S1"]
    assert isinstance(cashier, StaffRow)
    assert isinstance(clerk, StaffRow)
    assert (cashier.name, cashier.role, clerk.pin_hash) == ("王芳", "cashier", "")
    assert PasswordHasher().verify(cashier.pin_hash, "1234")
    with database.transaction() as session:
        staff.set_pin(session, operator="09", pin="4321", actor="test", at=NOON)
        staff.set_active(session, operator="07", active=False, actor="test", at=NOON)
    rows = published(database, "staff")
    cashier, clerk = rows["09@store:S1"], rows["07@store:S1"]
    assert isinstance(cashier, StaffRow)
    assert isinstance(clerk, StaffRow)
    assert PasswordHasher().verify(cashier.pin_hash, "4321")
    assert not clerk.active


@pytest.mark.parametrize("pin", ["123", "12a4", "1" * 13, "１２３４"])
def test_a_pin_that_is_none_is_refused(database: Database, pin: str) -> None:
    with pytest.raises(Invalid), database.transaction() as session:
        staff.put_operators(session, [OperatorRecord("1", "x", "cashier", pin=pin)], actor="test", at=NOON)


def test_nobody_gets_a_pin(database: Database) -> None:
    with pytest.raises(NotFound), database.transaction() as session:
        staff.set_pin(session, operator="nobody", pin="1234", actor="test", at=NOON)


def test_roles_are_published_and_their_changes_are_on_record(database: Database) -> None:
    role = RoleRow("cashier", ("reprint",), {"discount_bp": 500})
    with database.transaction() as session:
        staff.put_roles(session, [role], actor="li", at=NOON)
    assert published(database, "roles") == {"cashier@chain": role}
    with database.transaction() as session:
        found = session.execute(text("SELECT actor, subject, detail FROM audit WHERE action = 'roles.put'")).one()
    assert found[:2] == ("li", "cashier")
    assert found[2]["roles"]["cashier"]["limits"] == {"discount_bp": 500}
