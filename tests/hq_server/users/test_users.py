"""Users of headquarters: the first by a link, the rest by rights, and every event looked at anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from hq_server.db import Database
from hq_server.errors import Conflict, Forbidden, Invalid
from hq_server.users import service as users
from hq_server.users import sessions
from hq_server.users.rules import RIGHTS
from hq_server.users.sessions import SignedIn, SignInRefused, Viewer
from tests.hq_server.chain import NOON

PASSWORD = "correct horse battery"


def link(database: Database) -> str:
    with database.transaction() as session:
        return users.make_admin_link(session, at=NOON)


def use(database: Database, token: str, minutes: int = 1) -> None:
    at = NOON + timedelta(minutes=minutes)
    with database.transaction() as session:
        users.use_admin_link(session, token=token, user="boss", name="Boss", password=PASSWORD, at=at)


def sign_in(
    database: Database, password: str = PASSWORD, seconds: int = 0, user: str = "boss"
) -> SignedIn | SignInRefused:
    with database.transaction() as session:
        return sessions.sign_in(session, user=user, password=password, at=NOON + timedelta(seconds=seconds))


def look(database: Database, token: str, minutes: float = 0) -> Viewer | None:
    with database.transaction() as session:
        return sessions.viewer_of(session, token, at=NOON + timedelta(minutes=minutes))


@pytest.fixture
def boss(database: Database) -> SignedIn:
    use(database, link(database))
    found = sign_in(database)
    assert isinstance(found, SignedIn)
    return found


def test_the_first_administrator_is_made_by_a_link_that_works_once(database: Database) -> None:
    token = link(database)
    with database.transaction() as session:
        assert users.link_is_good(session, token, at=NOON)
        assert not users.link_is_good(session, token + "x", at=NOON)
    use(database, token)
    with pytest.raises(Forbidden):
        use(database, token)
    with pytest.raises(Forbidden):
        use(database, link(database), minutes=61)
    older = link(database)
    link(database)
    with pytest.raises(Forbidden):
        use(database, older)
    found = sign_in(database)
    assert isinstance(found, SignedIn)
    assert found.viewer.rights == frozenset(RIGHTS)


def test_a_link_gives_a_locked_out_administrator_everything_back(database: Database, boss: SignedIn) -> None:
    with database.transaction() as session:
        users.set_rights(session, user="boss", rights=[], stores=["S1"], actor="boss", at=NOON)
        users.set_active(session, user="boss", active=False, actor="boss", at=NOON)
    assert look(database, boss.token) is None
    use(database, link(database))
    found = sign_in(database)
    assert isinstance(found, SignedIn)
    assert (found.viewer.rights, found.viewer.stores) == (frozenset(RIGHTS), ())


def test_a_session_ends_by_idling_by_age_and_by_leaving(database: Database, boss: SignedIn) -> None:
    assert look(database, "guess") is None
    assert look(database, boss.token, 59) is not None
    assert look(database, boss.token, 118) is not None
    assert look(database, boss.token, 179) is None
    second = sign_in(database)
    assert isinstance(second, SignedIn)
    for minutes in range(0, 720, 50):
        assert look(database, second.token, minutes) is not None
    assert look(database, second.token, 720) is None
    third = sign_in(database)
    assert isinstance(third, SignedIn)
    with database.transaction() as session:
        sessions.sign_out(session, third.token, at=NOON)
    assert look(database, third.token) is None


def test_rights_count_from_the_next_event_and_a_new_password_ends_all_sessions(
    database: Database, boss: SignedIn
) -> None:
    with database.transaction() as session:
        users.set_rights(session, user="boss", rights=["reports.sales"], stores=["S1"], actor="boss", at=NOON)
    viewer = look(database, boss.token)
    assert viewer is not None
    assert (viewer.may("reports.margin"), viewer.sees("S1"), viewer.sees("S2")) == (False, True, False)
    with pytest.raises(Forbidden):
        viewer.require("reports.margin")
    with database.transaction() as session:
        users.set_password(session, user="boss", password=PASSWORD + "!", actor="boss", at=NOON)
    assert look(database, boss.token) is None
    assert isinstance(sign_in(database), SignInRefused)
    assert isinstance(sign_in(database, PASSWORD + "!"), SignedIn)


@pytest.mark.usefixtures("boss")
def test_guessing_is_slowed_down_and_remembered(database: Database) -> None:
    waits = []
    for attempt in range(6):
        refused = sign_in(database, "wrong password", seconds=100 * attempt)
        assert isinstance(refused, SignInRefused)
        waits.append(refused.retry_after.total_seconds())
    assert waits == [0, 0, 0, 0, 20, 40]
    assert isinstance(sign_in(database, PASSWORD, seconds=530), SignInRefused)
    assert isinstance(sign_in(database, PASSWORD, seconds=541), SignedIn)
    assert isinstance(sign_in(database, "anything", user="nobody"), SignInRefused)
    with database.transaction() as session:
        count = session.execute(text("SELECT count(*) FROM audit WHERE action = 'sign_in.refused'")).scalar_one()
    assert count == 7


def test_a_user_that_cannot_be_is_refused(database: Database) -> None:
    with database.transaction() as session:
        users.create_user(session, user="li", name="Li", password=PASSWORD, rights=[], actor="t", at=NOON)
    for wrong, error in (
        ({"user": "li"}, Conflict),
        ({"user": "Bad Name"}, Invalid),
        ({"password": "short"}, Invalid),
        ({"rights": ["fly"]}, Invalid),
    ):
        asked: dict[str, object] = {"user": "wang", "name": "", "password": PASSWORD, "rights": [], "actor": "t"}
        with pytest.raises(error), database.transaction() as session:
            users.create_user(session, **{**asked, **wrong}, at=NOON)  # type: ignore[arg-type]
