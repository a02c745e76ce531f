"""The sign-in pages, without a browser: what they set, what they refuse, what they tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from hq_server.db import Database
from hq_server.users import service as users
from hq_server.web.desk import COOKIE
from hq_server.web.origin import SameOrigin
from hq_server.web.sign_in import router

GOOD = "a good long password"


@pytest.fixture
def forms(database: Database) -> Iterator[TestClient]:
    """The sign-in pages over an empty headquarters."""
    app = FastAPI()
    app.state.database = database
    app.include_router(router)
    app.add_middleware(SameOrigin)
    with TestClient(app, follow_redirects=False, headers={"Accept-Language": "en"}) as client:
        yield client


def link(database: Database) -> str:
    with database.transaction() as session:
        return users.make_admin_link(session, at=datetime.now(UTC))


def first(client: TestClient, token: str, **changed: str) -> tuple[int, str]:
    form = {"user": "li.na", "name": "Li Na", "password": GOOD, "again": GOOD, **changed}
    reply = client.post(f"/first/{token}", data=form)
    return reply.status_code, reply.text


def test_a_mistake_leaves_the_link_good(forms: TestClient, database: Database) -> None:
    token = link(database)
    for changed, told in (
        ({"again": "something else"}, "The passwords differ"),
        ({"password": "short", "again": "short"}, "at least 12"),
        ({"user": "<script>"}, "small letters"),
    ):
        status, page = first(forms, token, **changed)
        assert status == 422
        assert told in page
        assert "<script>" not in page
    assert first(forms, token)[0] == 303
    assert first(forms, token)[0] == 403


def test_a_session_cookie_is_for_this_path_and_no_script(forms: TestClient, database: Database) -> None:
    first(forms, link(database))
    forms.cookies.clear()
    reply = forms.post("/sign-in", data={"user": " LI.NA ", "password": GOOD})
    assert reply.status_code == 303
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=lax"} <= set(cookie.split("; "))
    assert reply.headers["cache-control"] == "no-store"


def test_wrong_names_and_wrong_passwords_are_told_alike_and_then_rest(forms: TestClient, database: Database) -> None:
    first(forms, link(database))
    nobody = forms.post("/sign-in", data={"user": "nobody", "password": GOOD})
    wrong = forms.post("/sign-in", data={"user": "li.na", "password": "not the password"})
    assert nobody.status_code == wrong.status_code == 401
    assert "Wrong user name or password" in nobody.text
    assert nobody.text.replace("nobody", "li.na") == wrong.text
    for _ in range(5):
        wrong = forms.post("/sign-in", data={"user": "li.na", "password": "not the password"})
    assert "Too many tries" in wrong.text
    assert forms.post("/sign-in", data={"user": "li.na", "password": GOOD}).status_code == 401


def test_a_form_of_another_site_is_refused(forms: TestClient, database: Database) -> None:
    first(forms, link(database))
    form = {"user": "li.na", "password": GOOD}
    assert forms.post("/sign-in", data=form, headers={"Origin": "https://evil.example"}).status_code == 403
    assert forms.post("/sign-in", data=form, headers={"Origin": "null"}).status_code == 403
    assert forms.post("/sign-in", data=form, headers={"Origin": "http://testserver"}).status_code == 303
    assert forms.get("/_nicegui_ws/socket.io", headers={"Origin": "https://evil.example"}).status_code == 403


def test_both_languages_are_a_click_away(forms: TestClient) -> None:
    assert "登录" in forms.get("/sign-in?lang=zh").text
    assert "Sign in" in forms.get("/sign-in").text
    assert 'href="?lang=zh"' in forms.get("/sign-in").text
