"""People: staff and roles at the tills, and who may sign in at headquarters."""

from __future__ import annotations

from typing import Final

from nicegui import ui
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from hq_server.models.people import Role, User
from hq_server.staff import queries as staff
from hq_server.staff.queries import OperatorLine
from hq_server.users import audit
from hq_server.users import service as users
from hq_server.users.rules import RIGHTS
from hq_server.web import grid
from hq_server.web.desk import Act, Desk, open_desk
from hq_server.web.frame import frame, panel
from retail.functions import FUNCTIONS

STAFF: Final = "staff.edit"
USERS: Final = "users.edit"


async def page(request: Request) -> Response | None:
    """Staff for those with that right, users for those with the other."""
    desk = await open_desk(request)
    if isinstance(desk, Response):
        return desk
    with frame(desk, "/people"):
        if not desk.may(STAFF) and not desk.may(USERS):
            ui.label(desk.say("no_pages"))
            return None
        with ui.element("div").classes("zg-bar"):
            ui.label(desk.say("people")).classes("zg-title")
        if desk.may(USERS):
            _draw_users(desk, await desk.call(lambda session, _: users.list_users(session), right=USERS))
        if desk.may(STAFF):
            found = await desk.call(lambda session, _: (staff.operators(session), staff.roles(session)), right=STAFF)
            _draw_staff(desk, *found)
    return None


def _draw_users(desk: Desk, found: list[User]) -> None:
    say = desk.say
    with panel(say("users")):
        table = grid.table(
            [
                grid.text_column("user", say("user"), width=150),
                grid.text_column("name", say("name"), width=160),
                grid.text_column("rights", say("rights")),
                grid.text_column("stores", say("stores"), width=160, wide=True),
                grid.text_column("active", say("active"), width=90),
            ],
            _user_rows(desk, found),
            key="user",
            language=desk.language,
            height="210px",
            select="singleRow",
        )
        with ui.row().classes("w-full gap-1 mt-1"):
            ui.button(say("add_user"), icon="person_add", on_click=desk.event(lambda: _add(desk, table))).props(
                "flat dense no-caps"
            )
            ui.button(say("end_sessions"), icon="logout", on_click=desk.event(lambda: _end(desk, table))).props(
                "flat dense no-caps color=negative"
            )


async def _add(desk: Desk, table: ui.aggrid) -> None:
    """Makes a user with chosen rights."""
    say = desk.say
    with ui.dialog() as dialog, ui.card().style("min-width: 420px"):
        ui.label(say("add_user")).classes("zg-title")
        user = ui.input(say("user")).props("dense outlined").classes("w-full")
        name = ui.input(say("name")).props("dense outlined").classes("w-full")
        password = ui.input(f"{say('password')} ({say('password_hint')})", password=True).props("dense outlined")
        password.props("autocomplete=new-password").classes("w-full")
        stores = ui.input(say("stores_limit")).props("dense outlined").classes("w-full")
        boxes = {right: ui.checkbox(label).props("dense") for right, label in _rights(desk).items()}
        with ui.row().classes("w-full justify-end"):
            ui.button(say("cancel"), on_click=lambda: dialog.submit(False)).props("flat no-caps")
            ui.button(say("save"), on_click=lambda: dialog.submit(True)).props("unelevated no-caps")
    if not await dialog:
        return
    only = [store.strip().upper() for store in str(stores.value or "").replace("，", ",").split(",") if store.strip()]
    await desk.call(
        lambda session, act: users.create_user(
            session,
            user=str(user.value or "").strip().lower(),
            name=str(name.value or "").strip(),
            password=str(password.value or ""),
            rights=[right for right, box in boxes.items() if box.value],
            stores=only,
            language=desk.language,
            actor=act.viewer.user,
            at=act.at,
        ),
        right=USERS,
    )
    grid.replace(table, _user_rows(desk, await desk.call(lambda session, _: users.list_users(session), right=USERS)))


async def _end(desk: Desk, table: ui.aggrid) -> None:
    """Ends every sign-in of a user, at once."""
    rows = await table.get_selected_rows()
    if not rows:
        ui.notify(desk.say("choose_user"), type="warning")
        return
    user = str(rows[0]["user"])

    def end(session: Session, act: Act) -> None:
        at, actor = act.at, act.viewer.user
        users.end_sessions(session, user=user, at=at)
        audit.record(session, actor=actor, action="sessions.end", subject=user, at=at)

    await desk.call(end, right=USERS)
    ui.notify(desk.say("sessions_ended", user=user))


def _draw_staff(desk: Desk, operators: list[OperatorLine], roles: list[Role]) -> None:
    say = desk.say
    with panel(say("operators")):
        grid.table(
            [
                grid.text_column("operator", say("operator"), width=120),
                grid.text_column("name", say("name")),
                grid.text_column("role", say("role"), width=130),
                grid.text_column("audience", say("audience"), width=170, wide=True),
                grid.text_column("pin", say("has_pin"), width=100),
                grid.text_column("active", say("active"), width=90),
            ],
            [
                {
                    "operator": held.operator,
                    "name": held.name,
                    "role": held.role,
                    "audience": say("chain") if held.audience == "chain" else held.audience,
                    "pin": say("yes") if held.signs_on else say("no"),
                    "active": say("yes") if held.active else say("no"),
                }
                for held in operators
            ],
            key="operator",
            language=desk.language,
            height="320px",
        )
    with panel(say("roles")):
        labels = {function.code: function.label(desk.language) for function in FUNCTIONS}
        for role in roles:
            with ui.row().classes("w-full no-wrap items-baseline").style("padding: 4px 0"):
                ui.label(role.role_id).style("font-weight: 620; min-width: 110px")
                ui.label("、".join(labels.get(code, code) for code in role.functions) or "–").classes("zg-soft")
                limits = " · ".join(f"{name} {value:,}" for name, value in sorted(role.limits.items()))
                ui.label(limits).classes("zg-soft").style("margin-left: auto; white-space: nowrap")


def _user_rows(desk: Desk, found: list[User]) -> list[grid.Row]:
    labels = _rights(desk)
    return [
        {
            "user": user.user_id,
            "name": user.name,
            "rights": ", ".join(labels.get(right, right) for right in user.rights),
            "stores": ", ".join(user.stores) or desk.say("all_stores"),
            "active": desk.say("yes") if user.active else desk.say("inactive"),
        }
        for user in found
    ]


def _rights(desk: Desk) -> dict[str, str]:
    place = 0 if desk.language == "zh" else 1
    return {right: labels[place] for right, labels in RIGHTS.items()}
