"""Signing in: two plain pages of HTML with a form, because only an answer to a request can set a cookie that no script
reads. The cookie holds a token; what it is good for stands in the database.
"""

from __future__ import annotations

from html import escape
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from hq_server import clock
from hq_server.db import Database
from hq_server.errors import HqError
from hq_server.users import service as users
from hq_server.users import sessions
from hq_server.users.sessions import SESSION_LIFE, SignInRefused
from hq_server.web.desk import COOKIE, OVER, SIGN_IN
from hq_server.web.frame import STATIC
from hq_server.web.words import Language, language_of, other, say, say_refusal

router: Final = APIRouter()

FIELD_MAX: Final = 400
Field = Annotated[str, Form(max_length=FIELD_MAX)]

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
}
_STYLE: Final = """
main { max-width: 360px; margin: 12vh auto; padding: 28px 30px; background: #fff; border: 1px solid var(--zg-line);
  border-radius: 10px; } h1 { font-size: 22px; margin: 0 0 2px; } h1 small { font-weight: 400; color: var(--zg-soft);
  font-size: 15px; } p { margin: 6px 0 14px; color: var(--zg-soft); line-height: 1.5; }
label { display: block; margin: 12px 0 4px; } label small { color: var(--zg-soft); }
input { width: 100%; box-sizing: border-box; font: inherit; padding: 9px 10px; border: 1px solid #c9d0d8;
  border-radius: 6px; } input:focus { outline: 2px solid var(--zg-brand); border-color: transparent; }
button { width: 100%; margin-top: 20px; padding: 10px; font: inherit; font-weight: 600; color: #fff;
  background: var(--zg-brand); border: 0; border-radius: 6px; cursor: pointer; }
.problem { background: #fbeceb; color: var(--zg-bad); padding: 8px 10px; border-radius: 6px; margin: 10px 0; }
footer { margin-top: 18px; font-size: 12.5px; color: var(--zg-soft); display: flex; gap: 12px; }
footer a { color: var(--zg-brand); white-space: nowrap; }
"""


@router.get(SIGN_IN)
def sign_in_page(request: Request, over: str = "") -> Response:
    """The form."""
    language = _language(request)
    return _sign_in_form(request, language, say(language, "over") if over else "")


@router.post(SIGN_IN)
def sign_in(request: Request, user: Field = "", password: Field = "") -> Response:
    """A session and the way to the board, or the form again with what was wrong."""
    language = _language(request)
    with _database(request).transaction() as session:
        found = sessions.sign_in(session, user=user.strip().lower(), password=password, at=clock.now())
    if isinstance(found, SignInRefused):
        seconds = int(found.retry_after.total_seconds())
        problem = say(language, "resting", seconds=seconds) if seconds > 0 else say(language, "wrong")
        return _sign_in_form(request, language, problem, user=user, status=401)
    return _enter(request, found.token)


@router.get("/first/{token}")
def first_page(request: Request, token: str) -> Response:
    """The form of the one-time link; looking does not use it."""
    language = _language(request)
    with _database(request).transaction() as session:
        good = users.link_is_good(session, token, at=clock.now())
    return _first_form(request, language) if good else _dead_link(request, language)


@router.post("/first/{token}")
def first(
    request: Request, token: str, user: Field = "", name: Field = "", password: Field = "", again: Field = ""
) -> Response:
    """Makes the administrator and signs in; on a mistake the link stays good."""
    language = _language(request)
    if password != again:
        return _first_form(request, language, say(language, "passwords_differ"), user=user, name=name)
    try:
        with _database(request).transaction() as session:
            at = clock.now()
            plain = user.strip().lower()
            made = users.use_admin_link(session, token=token, user=plain, name=name.strip(), password=password, at=at)
            made.language = language
            found = sessions.open_session(session, made, at=at)
    except HqError as error:
        if error.status == 403:
            return _dead_link(request, language)
        return _first_form(request, language, say_refusal(language, error), user=user, name=name)
    return _enter(request, found.token)


def _enter(request: Request, token: str) -> Response:
    reply = RedirectResponse(f"{_root(request)}/", status_code=303, headers=_HEADERS)
    reply.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_LIFE.total_seconds()),
        path=_root(request) or "/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return reply


def _sign_in_form(
    request: Request, language: Language, problem: str = "", *, user: str = "", status: int = 200
) -> Response:
    fields = _input(language, "user", "user", user, autofocus=True, complete="username")
    fields += _input(language, "password", "password", "", kind="password", complete="current-password")
    return _page(request, language, "sign_in", "", problem, fields, "sign_in", say(language, "ask_for_link"), status)


def _first_form(request: Request, language: Language, problem: str = "", *, user: str = "", name: str = "") -> Response:
    fields = _input(language, "user", "user", user, hint="user_hint", autofocus=True, complete="username")
    fields += _input(language, "name", "your_name", name, complete="name")
    fields += _input(
        language, "password", "password", "", hint="password_hint", kind="password", complete="new-password"
    )
    fields += _input(language, "again", "password_again", "", kind="password", complete="new-password")
    status = 422 if problem else 200
    return _page(
        request, language, "first_title", say(language, "first_text"), problem, fields, "first_done", "", status
    )


def _dead_link(request: Request, language: Language) -> Response:
    return _page(request, language, "first_title", "", say(language, "link_bad"), "", "", "", 403)


def _input(
    language: Language,
    name: str,
    label: str,
    value: str,
    *,
    hint: str = "",
    kind: str = "text",
    autofocus: bool = False,
    complete: str = "off",
) -> str:
    told = f" <small>{escape(say(language, hint))}</small>" if hint else ""
    focus = " autofocus" if autofocus else ""
    return (
        f'<label for="{name}">{escape(say(language, label))}{told}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" value="{escape(value)}" maxlength="{FIELD_MAX}"'
        f' autocomplete="{complete}" required{focus}>'
    )


def _page(
    request: Request,
    language: Language,
    title: str,
    text: str,
    problem: str,
    fields: str,
    button: str,
    foot: str,
    status: int,
) -> Response:
    style = (STATIC / "console.css").read_text("utf-8") + _STYLE
    form = f'<form method="post">{fields}<button>{escape(say(language, button))}</button></form>' if fields else ""
    head = f"{escape(say(language, 'product'))} <small>{escape(say(language, 'headquarters'))}</small>"
    told = " ".join(escape(part) for part in (say(language, title), text) if part)
    alert = f'<div class="problem" role="alert">{escape(problem)}</div>' if problem else ""
    switch = f'<a href="?lang={other(language)}">{escape(say(language, "language"))}</a>'
    body = f"<h1>{head}</h1><p>{told}</p>{alert}{form}<footer><span>{escape(foot)}</span>{switch}</footer>"
    name = "zh-CN" if language == "zh" else "en"
    html = (
        f'<!doctype html><html lang="{name}"><head><meta charset="utf-8"><title>{escape(say(language, "product"))}'
        f'</title><meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>'
        f"<body><main>{body}</main></body></html>"
    )
    return HTMLResponse(html, status, headers=_HEADERS)


def _language(request: Request) -> Language:
    return language_of(request.query_params.get("lang") or request.headers.get("accept-language", ""))


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _root(request: Request) -> str:
    root: str = request.scope.get("root_path", "")
    return root


__all__ = ["OVER", "router"]
