"""The steps of an offer that ask before they are taken: each a dialog and one call. They return whether it was done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui
from sqlalchemy.orm import Session

from hq_server.models.promotions import PromotionRevision
from hq_server.promotion_admin import approval
from hq_server.promotion_admin import schedule as scheduling
from hq_server.promotion_admin.rules import STEPS, Action
from hq_server.web import figures
from hq_server.web.desk import Act, Desk
from hq_server.web.offer_form import read_minute

Step = Callable[[Desk, PromotionRevision, str], Awaitable[bool]]
BOX = "dense outlined hide-bottom-space"


async def approve(desk: Desk, held: PromotionRevision, currency: str) -> bool:
    """Approves with cost and budget in sight."""
    cost = held.expected_cost_minor
    text = desk.say(
        "approve_text",
        revision=held.revision,
        cost=figures.money(cost, currency) if cost >= 0 else desk.say("not_stated"),
        budget=figures.money(held.budget_minor, currency) if held.budget_minor else desk.say("no_budget"),
    )
    note = await _ask(desk, "approve", text)
    if note is None:
        return False
    await _do(desk, "approve", lambda session, act: approval.approve(session, **_named(held, act), note=note))
    return True


async def reject(desk: Desk, held: PromotionRevision, currency: str) -> bool:
    """Sends it back with a reason."""
    note = await _ask(desk, "reject", desk.say("reject_text"))
    if note is None:
        return False
    await _do(desk, "reject", lambda session, act: approval.reject(session, **_named(held, act), note=note))
    return True


async def withdraw(desk: Desk, held: PromotionRevision, currency: str) -> bool:
    """Takes it from the tills."""
    note = await _ask(desk, "withdraw", desk.say("withdraw_text"))
    if note is None:
        return False
    await _do(desk, "withdraw", lambda session, act: scheduling.withdraw(session, **_named(held, act), note=note))
    return True


async def unschedule(desk: Desk, held: PromotionRevision, currency: str) -> bool:
    """Takes it from the schedule."""
    await _do(desk, "unschedule", lambda session, act: scheduling.unschedule(session, **_named(held, act)))
    return True


async def schedule(desk: Desk, held: PromotionRevision, currency: str) -> bool:
    """Asks from which minute on, and sends it on its way."""
    with ui.dialog() as dialog, ui.card().style("min-width: 380px"):
        ui.label(desk.say("action_schedule")).classes("zg-title")
        ui.label(desk.say("schedule_text")).classes("zg-soft")
        with ui.element("div").classes("zg-half"):
            day = ui.input(desk.say("from_date")).props(f"{BOX} type=date stack-label").mark("schedule-date")
            clock = ui.input(desk.say("from_time")).props(f"{BOX} type=time stack-label").mark("schedule-time")
        ui.label(desk.say("store_time")).classes("zg-soft")

        def submit() -> None:
            minute, problem = read_minute(str(day.value or ""), str(clock.value or ""))
            day.error = None if problem is None else desk.say(problem)
            if problem is None:
                dialog.submit(minute or 0)

        _buttons(desk, dialog, "schedule", submit)
    minute = await dialog
    dialog.clear()
    if minute is None:
        return False
    await _do(
        desk, "schedule", lambda session, act: scheduling.schedule(session, **_named(held, act), from_minute=minute)
    )
    return True


async def _ask(desk: Desk, action: Action, text: str) -> str | None:
    """What is typed as a reason; None when it is not to be done."""
    with ui.dialog() as dialog, ui.card().style("min-width: 380px"):
        ui.label(desk.say(f"action_{action}")).classes("zg-title")
        ui.label(text)
        note = ui.input(desk.say("why")).props(BOX).classes("w-full").mark("why")
        _buttons(desk, dialog, action, lambda: dialog.submit(str(note.value or "")))
    answer = await dialog
    dialog.clear()
    return None if answer is None else str(answer)


def _buttons(desk: Desk, dialog: ui.dialog, action: Action, submit: Callable[[], None]) -> None:
    with ui.row().classes("w-full justify-end"):
        ui.button(desk.say("cancel"), on_click=lambda: dialog.submit(None)).props("flat no-caps")
        ui.button(desk.say(f"action_{action}"), on_click=submit).props("unelevated no-caps").mark(f"sure-{action}")


async def _do(desk: Desk, action: Action, verb: Callable[[Session, Act], Any]) -> None:
    await desk.call(verb, right=STEPS[action].right)
    ui.notify(desk.say("done"), type="positive")


def _named(held: PromotionRevision, act: Act) -> dict[str, Any]:
    return {"offer": held.offer_id, "revision": held.revision, "viewer": act.viewer, "at": act.at}
