"""Users of headquarters: made, given rights, taken out; the first one by a link that works once."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hq_server.errors import Conflict, Forbidden, Invalid, NotFound
from hq_server.models.people import AdminLink, User, UserSession
from hq_server.users import audit
from hq_server.users.rules import PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN, RIGHTS
from hq_server.users.secrets import hash_password

LINK_LIFE: Final = timedelta(hours=1)
_USER: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def make_admin_link(session: Session, *, at: datetime) -> str:
    """A token for one use within the hour; whoever holds it makes an administrator. Earlier ones stop working."""
    for held in session.scalars(select(AdminLink).filter_by(used_at=None)):
        session.delete(held)
    token = secrets.token_urlsafe(32)
    session.add(AdminLink(token_hash=hash_token(token), expires_at=at + LINK_LIFE))
    audit.record(session, actor="command line", action="admin_link.make", subject="", at=at)
    return token


def link_is_good(session: Session, token: str, *, at: datetime) -> bool:
    """Whether the link can still be used; looking does not use it."""
    held = session.get(AdminLink, hash_token(token))
    return held is not None and held.used_at is None and at < held.expires_at


def use_admin_link(session: Session, *, token: str, user: str, name: str, password: str, at: datetime) -> User:
    """Makes (or gives back all rights and a new password to) this user. Raises Forbidden when the link is not good."""
    held = session.get(AdminLink, hash_token(token), with_for_update=True)
    if held is None or held.used_at is not None or at >= held.expires_at:
        raise Forbidden("this link was used or is too old: make a new one with `hq-server admin-link`")
    held.used_at = at
    found = session.get(User, user)
    if found is None:
        found = create_user(session, user=user, name=name, password=password, rights=RIGHTS, actor="admin link", at=at)
    else:
        found.rights, found.active, found.stores = sorted(RIGHTS), True, []
        set_password(session, user=user, password=password, actor="admin link", at=at)
    return found


def create_user(
    session: Session,
    *,
    user: str,
    name: str,
    password: str,
    rights: Iterable[str],
    actor: str,
    at: datetime,
    stores: Iterable[str] = (),
    language: str = "zh",
) -> User:
    """A new user. `stores` limits what is seen; empty is all. Raises Conflict, Invalid."""
    if not _USER.fullmatch(user):
        raise Invalid("a user's name has 2 to 40 small letters, digits, dots, hyphens", code="bad_user")
    if session.get(User, user) is not None:
        raise Conflict(f"there is a user {user} already", code="user_exists")
    made = User(
        user_id=user,
        name=name or user,
        password_hash=hash_password(_password(password)),
        rights=_rights(rights),
        stores=sorted(stores),
        language=language,
        active=True,
        failures=0,
    )
    session.add(made)
    session.flush()
    audit.record(session, actor=actor, action="user.create", subject=user, at=at, rights=made.rights)
    return made


def set_rights(
    session: Session, *, user: str, rights: Iterable[str], stores: Iterable[str], actor: str, at: datetime
) -> None:
    """Gives a user these rights and stores, from the next event on."""
    held = _held(session, user)
    before = {"rights": held.rights, "stores": held.stores}
    held.rights, held.stores = _rights(rights), sorted(stores)
    audit.record(
        session,
        actor=actor,
        action="user.rights",
        subject=user,
        at=at,
        before=before,
        rights=held.rights,
        stores=held.stores,
    )


def set_password(session: Session, *, user: str, password: str, actor: str, at: datetime) -> None:
    """Gives a user another password; all sign-ins end."""
    held = _held(session, user)
    held.password_hash = hash_password(_password(password))
    held.failures, held.locked_until = 0, None
    end_sessions(session, user=user, at=at)
    audit.record(session, actor=actor, action="user.password", subject=user, at=at)


def set_active(session: Session, *, user: str, active: bool, actor: str, at: datetime) -> None:
    """Lets a user sign in, or no longer: then all sign-ins end at once."""
    _held(session, user).active = active
    if not active:
        end_sessions(session, user=user, at=at)
    audit.record(session, actor=actor, action="user.active" if active else "user.inactive", subject=user, at=at)


def set_language(session: Session, *, user: str, language: str) -> None:
    """The language a user reads, zh or en."""
    if language not in ("zh", "en"):
        raise Invalid(f"there is no language {language!r} here")
    _held(session, user).language = language


def list_users(session: Session) -> list[User]:
    """All users by name."""
    return list(session.scalars(select(User).order_by(User.user_id)))


def end_sessions(session: Session, *, user: str, at: datetime) -> None:
    """Ends all sign-ins of a user."""
    session.flush()
    session.execute(
        update(UserSession).where(UserSession.user_id == user, UserSession.ended_at.is_(None)).values(ended_at=at)
    )


def hash_token(token: str) -> bytes:
    """What is kept of a link's or session's token."""
    return hashlib.sha256(b"zhanggui/hq-token/1\0" + token.encode()).digest()


def _held(session: Session, user: str) -> User:
    held = session.get(User, user, with_for_update=True)
    if held is None:
        raise NotFound(f"there is no user {user}")
    return held


def _rights(rights: Iterable[str]) -> list[str]:
    wanted = sorted(set(rights))
    unknown = [right for right in wanted if right not in RIGHTS]
    if unknown:
        raise Invalid(f"there is no right {unknown[0]!r}")
    return wanted


def _password(password: str) -> str:
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        raise Invalid(f"a password has at least {PASSWORD_LENGTH_MIN} characters", code="bad_password")
    return password
