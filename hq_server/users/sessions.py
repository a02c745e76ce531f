"""Signing in: rows in the database, looked at anew with every event; nothing a browser holds is a right."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from hq_server.errors import Forbidden
from hq_server.models.people import User, UserSession
from hq_server.users import audit
from hq_server.users.rules import lock_after
from hq_server.users.secrets import password_fits
from hq_server.users.service import hash_token

SESSION_LIFE: Final = timedelta(hours=12)
IDLE_LIFE: Final = timedelta(hours=1)
TOUCH_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in user at one event. `stores` is empty for all stores."""

    user: str
    name: str
    rights: frozenset[str]
    stores: tuple[str, ...]
    language: str = "zh"

    def may(self, right: str) -> bool:
        """Whether the user has this right."""
        return right in self.rights

    def require(self, right: str) -> None:
        """Raises Forbidden without this right."""
        if right not in self.rights:
            raise Forbidden(f"the right {right} is missing: ask an administrator")

    def sees(self, store: str) -> bool:
        """Whether the user may look at this store."""
        return not self.stores or store in self.stores


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The token for the browser's cookie, and who it is."""

    token: str
    viewer: Viewer
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignInRefused:
    """Not signed in. A value, not an error: the count of failures must be committed."""

    retry_after: timedelta


def sign_in(session: Session, *, user: str, password: str, at: datetime) -> SignedIn | SignInRefused:
    """Opens a session. Wrong user and wrong password are told alike, and take the same time."""
    held = session.get(User, user, with_for_update=True)
    if held is not None and held.locked_until is not None and at < held.locked_until:
        return SignInRefused(held.locked_until - at)
    fits = password_fits(held.password_hash if held is not None else None, password)
    if held is None or not fits or not held.active:
        wait = timedelta(0)
        if held is not None:
            held.failures += 1
            wait = lock_after(held.failures)
            held.locked_until = at + wait if wait else None
        audit.record(session, actor=user[:40], action="sign_in.refused", subject=user[:40], at=at)
        return SignInRefused(wait)
    held.failures, held.locked_until = 0, None
    audit.record(session, actor=user, action="sign_in", subject=user, at=at)
    return open_session(session, held, at=at)


def open_session(session: Session, user: User, *, at: datetime) -> SignedIn:
    """A session for a user who has proven to be that."""
    token = secrets.token_urlsafe(32)
    made = UserSession(
        token_hash=hash_token(token), user_id=user.user_id, created_at=at, used_at=at, expires_at=at + SESSION_LIFE
    )
    session.add(made)
    session.flush()
    return SignedIn(token, _viewer(user), made.expires_at)


def viewer_of(session: Session, token: str, *, at: datetime) -> Viewer | None:
    """Who holds this token now; None when the session has ended, lapsed or lain idle, or the user may no longer."""
    held = session.get(UserSession, hash_token(token))
    if held is None or held.ended_at is not None or at >= held.expires_at or at >= held.used_at + IDLE_LIFE:
        return None
    user = session.get(User, held.user_id)
    if user is None or not user.active:
        return None
    if at >= held.used_at + TOUCH_EVERY:
        held.used_at = at
    return _viewer(user)


def sign_out(session: Session, token: str, *, at: datetime) -> None:
    """Ends this session."""
    held = session.get(UserSession, hash_token(token))
    if held is not None and held.ended_at is None:
        held.ended_at = at
        audit.record(session, actor=held.user_id, action="sign_out", subject=held.user_id, at=at)


def _viewer(user: User) -> Viewer:
    return Viewer(user.user_id, user.name, frozenset(user.rights), tuple(user.stores), user.language)
