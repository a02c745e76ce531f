"""One offer: its form, what the check says, who did what, and the next step on its way to the tills."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from hq_server.errors import NotFound
from hq_server.models.promotions import PromotionEvent, PromotionRevision
from hq_server.models.stores import Store, Zone
from hq_server.promotion_admin import approval, drafts, history, queries
from hq_server.promotion_admin.checking import Checked
from hq_server.promotion_admin.drafts import Draft
from hq_server.promotion_admin.lint import Finding
from hq_server.promotion_admin.queries import Places
from hq_server.promotion_admin.rules import APPROVE, CHAIN, EDIT, NOT_STATED, possible, stores_of
from hq_server.stores import queries as stores
from hq_server.web import offer_steps
from hq_server.web.desk import Desk, open_desk
from hq_server.web.frame import frame, panel
from hq_server.web.offer_fields import (
    AUDIENCE,
    BOUNDS,
    CONDITIONS,
    GOODS,
    KINDS,
    LIMITS,
    NAMING,
    STANDING,
    WINDOW,
)
from hq_server.web.offer_form import Tree, blank, from_form, read_number, to_form
from hq_server.web.offer_inputs import BOX, Group, Read, Sheet, money_box
from hq_server.web.offer_said import field_words, finding_words, problem_words
from hq_server.web.price_form import Problem
from hq_server.web.rehearsal_panel import draw_panel
from hq_server.web.words import say_or
from promotions import Offer, OfferRefused, decode_offer
from retail.money import MINOR_PER_MAJOR

FIRST_KIND: Final = "percent_off"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the page is drawn from. `revision` None is a new offer."""

    revision: PromotionRevision | None
    latest: int
    live: int
    events: list[PromotionEvent]
    revisions: list[int]
    places: Places
    zones: list[Zone]
    stores: list[Store]


@dataclass(slots=True)
class Editor:
    """The page: the offer as it was read, the fields, and how they are read."""

    desk: Desk
    loaded: Loaded
    sheet: Sheet
    base: Tree
    groups: dict[str, Group] = field(default_factory=dict)
    reads: dict[str, Read] = field(default_factory=dict)
    folds: dict[str, ui.expansion] = field(default_factory=dict)
    kind: str = FIRST_KIND
    plan_place: Any = None
    form_place: Any = None
    check_place: Any = None
    before: Any = None

    def form(self) -> Tree:
        """What stands in all fields."""
        tree: Tree = {"kind": self.kind, "plan": self.groups["plan"].read()}
        for name in ("naming", "goods", "conditions", "bounds", "standing"):
            tree |= self.groups[name].read()
        return tree | {name: self.groups[name].read() for name in ("window", "audience", "limits")}

    def everything(self) -> tuple[Tree, dict[str, Any]]:
        """The form and what stands beside it, to see whether anything was changed."""
        return self.form(), {name: read() for name, read in self.reads.items()}


async def page(request: Request) -> Response | None:
    """The page of `?offer=`, of its latest revision unless `?revision=` names one; without, a new offer."""
    desk = await open_desk(request)
    if isinstance(desk, Response):
        return desk
    with frame(desk, "/offers"):
        if not desk.may(EDIT) and not desk.may(APPROVE):
            ui.label(desk.say("no_pages"))
            return None
        offer, revision = request.query_params.get("offer", ""), request.query_params.get("revision", "")
        try:
            loaded = await load(desk, offer, int(revision) if revision.isdecimal() else 0)
        except NotFound:
            ui.label(desk.say("nothing"))
            return None
        await _draw(_editor(desk, loaded))
    return None


async def load(desk: Desk, offer: str, revision: int) -> Loaded:
    """What the page needs. Raises NotFound, and Forbidden for stores that the viewer does not see."""

    def look(session: Any, act: Any) -> Loaded:
        held = queries.revisions(session, offer) if offer else []
        chosen = next((one for one in held if one.revision == (revision or held[0].revision)), None)
        if offer and chosen is None:
            raise NotFound(f"there is no offer {offer}")
        if chosen is not None:
            drafts.check_sees(session, tuple(chosen.audiences), act.viewer)
        live = next((one.revision for one in held if one.state == "published"), 0)
        return Loaded(
            chosen,
            held[0].revision if held else 0,
            live,
            history.events(session, offer) if offer else [],
            [one.revision for one in held],
            queries.places(session),
            stores.zones(session),
            stores.stores(session),
        )

    return await desk.call(look)


def _editor(desk: Desk, loaded: Loaded) -> Editor:
    held = loaded.revision
    base: Tree = {} if held is None else msgspec.json.decode(held.body)
    editor = Editor(desk, loaded, Sheet(desk), base)
    editor.kind = str(to_form(base)["kind"]) if base else FIRST_KIND
    return editor


async def _draw(editor: Editor) -> None:
    desk, held = editor.desk, editor.loaded.revision
    _draw_head(editor)
    with ui.element("div").classes("zg-editor"):
        editor.form_place = ui.column().classes("w-full")
        with ui.column().classes("w-full"):
            _draw_where(editor)
            with panel(desk.say("check_panel")):
                editor.check_place = ui.column().classes("w-full gap-1").mark("check-results")
            if held is not None:
                _draw_history(editor)
    _draw_form(editor, to_form(editor.base) if editor.base else blank(editor.kind))
    _show_kept(editor)
    if held is not None and desk.may(EDIT):
        await draw_panel(desk, held.offer_id, lambda: _drafted(editor), lambda: _meant(editor))


def _draw_head(editor: Editor) -> None:
    desk, held = editor.desk, editor.loaded.revision
    with ui.element("div").classes("zg-bar"):
        ui.link(desk.say("offers"), "/offers").classes("zg-link")
        title = desk.say("new_offer") if held is None else desk.say("offer_title", offer=held.name or held.offer_id)
        ui.label(title).classes("zg-title")
        if held is not None:
            ui.label(desk.say("revision_of", revision=held.revision)).classes("zg-soft")
            ui.badge(desk.say(f"state_{held.state}")).props("color=primary outline").mark("state")
            if held.state == "scheduled" and held.send_at is not None:
                ui.label(desk.say("scheduled_for", time=desk.local(held.send_at))).classes("zg-soft")
        ui.space()
        _draw_steps(editor)
        if desk.may(EDIT):
            ui.button(desk.say("save_draft"), icon="save", on_click=desk.event(lambda: _save(editor))).props(
                "unelevated dense no-caps"
            ).mark("save-draft")


def _draw_steps(editor: Editor) -> None:
    """What may be done next with this revision, by this viewer."""
    desk, held = editor.desk, editor.loaded.revision
    if held is None:
        return
    steps = possible(state=held.state, author=held.author, actor=desk.viewer.user, rights=desk.viewer.rights)
    verbs = {
        "check": lambda: _check(editor),
        "approve": lambda: _asked(editor, offer_steps.approve),
        "reject": lambda: _asked(editor, offer_steps.reject),
        "schedule": lambda: _asked(editor, offer_steps.schedule),
        "unschedule": lambda: _asked(editor, offer_steps.unschedule),
        "withdraw": lambda: _asked(editor, offer_steps.withdraw),
    }
    for step in steps:
        if step in verbs:
            colour = "negative" if step in ("reject", "withdraw") else "primary"
            ui.button(desk.say(f"action_{step}"), on_click=desk.event(verbs[step])).props(
                f"outline dense no-caps color={colour}"
            ).mark(f"step-{step}")
    if held.feed_position:
        query = {"feed": "offers", "position": held.feed_position, "audience": held.audiences[0]}
        if len(held.audiences) > 1:
            query["audience"] = CHAIN
        ui.button(desk.say("see_delivery"), on_click=lambda: ui.navigate.to(f"/delivery?{urlencode(query)}")).props(
            "flat dense no-caps"
        )


def _draw_form(editor: Editor, tree: Tree) -> None:
    desk, sheet = editor.desk, editor.sheet
    editor.form_place.clear()
    with editor.form_place:
        if MINOR_PER_MAJOR.get(editor.loaded.places.currency) != 100:
            ui.label(desk.say("json_only")).classes("zg-late")
        with panel(desk.say("benefit_panel")):
            editor.groups["naming"] = Group(sheet, NAMING, tree, "")
            _draw_kinds(editor)
            editor.plan_place = ui.column().classes("w-full gap-1")
            _draw_plan(editor, tree["plan"])
        with panel(desk.say("goods_panel")):
            editor.groups["goods"] = Group(sheet, (GOODS,), tree, "")
        with panel(desk.say("window_panel")):
            editor.groups["window"] = Group(sheet, WINDOW, tree["window"], "window")
        with _fold(editor, "audience", bool(editor.base.get("audience"))):
            editor.groups["audience"] = Group(sheet, AUDIENCE, tree["audience"], "audience")
        with _fold(editor, "conditions", bool(editor.base.get("conditions"))):
            editor.groups["conditions"] = Group(sheet, (CONDITIONS,), tree, "")
        with _fold(editor, "limits", any(name in editor.base for name in ("limits", *(one.name for one in BOUNDS)))):
            editor.groups["bounds"] = Group(sheet, BOUNDS, tree, "")
            editor.groups["limits"] = Group(sheet, LIMITS, tree["limits"], "limits")
        with _fold(editor, "standing", any(one.name in editor.base for one in STANDING)):
            editor.groups["standing"] = Group(sheet, STANDING, tree, "")
        _draw_json(editor)
    editor.before = editor.everything()


def _fold(editor: Editor, name: str, is_open: bool) -> ui.expansion:
    """A part of the form that most offers do without: open where something is said, and where something is wrong."""
    fold = ui.expansion(editor.desk.say(f"{name}_panel"), value=is_open).classes("zg-panel zg-fold")
    editor.folds[name] = fold
    return fold


def _draw_kinds(editor: Editor) -> None:
    """The kinds by family, each with a short explanation."""
    desk = editor.desk
    words = {name: f"{desk.say(f'family_{kind.family}')} · {desk.say(f'kind_{name}')}" for name, kind in KINDS.items()}
    if editor.kind not in words:
        words[editor.kind] = editor.kind
    with ui.element("div").classes("zg-tall w-full mt-2"):
        chosen = ui.select(words, label=desk.say("offer_kind"), value=editor.kind).props(f"{BOX} options-dense")
        chosen.classes("w-full").mark("kind")
    editor.sheet.tells["plan.kind"] = lambda text: setattr(chosen, "error", text or None)
    text = ui.label(say_or(desk.language, f"kind_{editor.kind}_text", "")).classes("zg-soft")

    def choose(kind: str) -> None:
        editor.kind = kind
        text.text = say_or(desk.language, f"kind_{kind}_text", "")
        _draw_plan(editor, blank(kind)["plan"])

    chosen.on_value_change(lambda event: choose(str(event.value)))


def _draw_plan(editor: Editor, plan: Tree) -> None:
    editor.plan_place.clear()
    fields = KINDS[editor.kind].fields if editor.kind in KINDS else ()
    with editor.plan_place:
        editor.groups["plan"] = Group(editor.sheet, fields, plan, "plan")


def _draw_json(editor: Editor) -> None:
    """The offer as the engine reads it, for those who would rather write that."""
    desk = editor.desk
    with ui.expansion(desk.say("json_panel")).classes("zg-panel zg-fold") as expansion:
        text = ui.textarea().props("outlined autogrow input-class=font-mono").classes("w-full").mark("json")
        editor.sheet.tells["json"] = lambda said: setattr(text, "error", said or None)

        async def take() -> None:
            body = str(text.value or "").encode()
            drafts.read_head(body)
            editor.base = msgspec.json.decode(body)
            tree = to_form(editor.base)
            editor.kind = tree["kind"] or editor.kind
            before = editor.before
            _draw_form(editor, tree)
            editor.before = before

        ui.button(desk.say("take_json"), on_click=desk.event(take)).props("flat dense no-caps").mark("take-json")

    def show() -> None:
        if expansion.value:
            written, _ = from_form(editor.form(), editor.base)
            text.value = json.dumps(written, ensure_ascii=False, indent=2)

    expansion.on_value_change(show)


def _draw_where(editor: Editor) -> None:
    desk, loaded = editor.desk, editor.loaded
    held = loaded.revision
    words = {CHAIN: desk.say("chain")}
    words |= {f"zone:{zone.zone_id}": desk.say("scope_zone", name=zone.name) for zone in loaded.zones}
    words |= {
        f"store:{one.store_id}": desk.say("scope_store", name=f"{one.store_id} {one.name}") for one in loaded.stores
    }
    chosen = [CHAIN] if held is None else [one for one in held.audiences if one in words]
    with panel(desk.say("where_panel")), ui.element("div").classes("zg-tall w-full"):
        where = ui.select(words, label=desk.say("audiences"), value=chosen, multiple=True, with_input=True)
        where.props("dense outlined options-dense use-chips hide-bottom-space").classes("w-full").mark("audiences")
        editor.reads["audiences"] = lambda: [str(one) for one in where.value or []]
        with ui.element("div").classes("zg-half mt-2"):
            cost, budget = (NOT_STATED, 0) if held is None else (held.expected_cost_minor, held.budget_minor)
            editor.reads["cost"] = money_box(editor.sheet, "cost", cost, "expected_cost_minor")
            editor.reads["budget"] = money_box(editor.sheet, "budget", budget or NOT_STATED, "budget_minor")


def _draw_history(editor: Editor) -> None:
    desk, loaded = editor.desk, editor.loaded
    held = loaded.revision
    assert held is not None
    with panel(desk.say("history_panel")):
        with ui.row().classes("w-full gap-1"):
            for number in loaded.revisions:
                query = urlencode({"offer": held.offer_id, "revision": number})
                link = ui.link(desk.say("revision_of", revision=number), f"/offer?{query}")
                link.classes("zg-soft" if number != held.revision else "font-bold")
        with ui.element("div").classes("zg-facts"):
            for event in loaded.events:
                ui.label(desk.local(event.at, "%m-%d %H:%M"))
                said = f"{event.actor} · {desk.say(f'action_{event.action}')} · {event.revision}"
                ui.label(f"{said} · {event.note}" if event.note else said)


def _show_kept(editor: Editor) -> None:
    """What the last check of this revision found."""
    held = editor.loaded.revision
    if held is None or held.state == "draft":
        _show(editor, None, [])
        return
    _show(editor, [], [msgspec.convert(one, Finding) for one in held.findings])


def _show(editor: Editor, problems: list[str] | None, findings: list[Finding]) -> None:
    desk = editor.desk
    editor.check_place.clear()
    with editor.check_place:
        for text in problems or []:
            ui.label(text).classes("zg-late")
        for one in findings:
            css = {"error": "zg-late", "warning": "zg-wait"}.get(one.severity, "zg-soft")
            ui.label(f"{desk.say(f'severity_{one.severity}')}: {finding_words(desk.language, one)}").classes(css)
        if problems is None and not findings:
            ui.label(desk.say("not_checked")).classes("zg-soft")
        elif not problems and not findings:
            ui.label(desk.say("no_findings")).classes("zg-ok")


async def _save(editor: Editor) -> None:
    """Writes what stands in the fields as the next revision, or tells what cannot be read."""
    desk, loaded = editor.desk, editor.loaded
    editor.sheet.clear()
    written, problems = from_form(editor.form(), editor.base)
    amounts = {}
    for name, place in (("cost", "expected_cost_minor"), ("budget", "budget_minor")):
        text = str(editor.reads[name]())
        amounts[name] = read_number(text, "money") if text.strip() else NOT_STATED
        if amounts[name] is None:
            problems.append(Problem(place, "bad_number", {"text": text[:20]}))
    if problems:
        _tell(editor, [(one.field, desk.say(one.key, **one.values)) for one in problems])
        return
    cost, budget = amounts["cost"], amounts["budget"]
    assert cost is not None
    assert budget is not None
    draft = Draft(
        json.dumps(written, ensure_ascii=False).encode(),
        tuple(editor.reads["audiences"]()),
        max(budget, 0),
        cost,
        loaded.latest,
    )
    made = await desk.call(
        lambda session, act: drafts.write_draft(session, draft, viewer=act.viewer, at=act.at), right=EDIT
    )
    ui.notify(desk.say("saved_as", revision=made.revision), type="positive")
    ui.navigate.to(f"/offer?{urlencode({'offer': made.offer_id})}")


def _drafted(editor: Editor) -> Offer | None:
    """The offer that stands in the fields, saved or not; None where it is none."""
    written, problems = from_form(editor.form(), editor.base)
    try:
        read = decode_offer(json.dumps(written).encode())
    except OfferRefused:
        return None
    return read if isinstance(read, Offer) and not problems else None


def _meant(editor: Editor) -> list[str]:
    """The stores that are chosen; none for the chain."""
    audiences = editor.reads["audiences"]()
    return [] if CHAIN in audiences else sorted(stores_of(audiences, zone_of=editor.loaded.places.zone_of))


async def _check(editor: Editor) -> None:
    desk, held = editor.desk, editor.loaded.revision
    if held is None or not _is_saved(editor):
        return
    found: Checked = await desk.call(
        lambda session, act: approval.check(
            session, offer=held.offer_id, revision=held.revision, viewer=act.viewer, at=act.at
        ),
        right=EDIT,
    )
    editor.sheet.clear()
    if found.passed:
        ui.notify(desk.say("check_passed"), type="positive")
        ui.navigate.to(f"/offer?{urlencode({'offer': held.offer_id, 'revision': held.revision})}")
        return
    _tell(editor, [(one.field, problem_words(desk.language, one)) for one in found.problems], list(found.findings))


def _tell(editor: Editor, problems: list[tuple[str, str]], findings: list[Finding] | None = None) -> None:
    """Each mistake at its field, and all of them together."""
    told: set[str] = set()
    for place, text in problems:
        if place not in told:
            told.add(place)
            editor.sheet.tell(place, text)
            _open_fold(editor, place)
    named = [(field_words(editor.desk.language, place), text) for place, text in problems]
    _show(editor, [f"{name}: {text}" if name else text for name, text in named], findings or [])
    ui.notify(editor.desk.say("check_failed"), type="warning")


def _open_fold(editor: Editor, place: str) -> None:
    first = place.partition(".")[0].partition("[")[0]
    if any(one.name == first for one in STANDING):
        first = "standing"
    elif any(one.name == first for one in BOUNDS):
        first = "limits"
    if first in editor.folds:
        editor.folds[first].value = True


async def _asked(editor: Editor, step: offer_steps.Step) -> None:
    """A step that asks something first; the page is drawn anew after it."""
    held = editor.loaded.revision
    if held is None or not _is_saved(editor):
        return
    if await step(editor.desk, held, editor.loaded.places.currency):
        ui.navigate.to(f"/offer?{urlencode({'offer': held.offer_id, 'revision': held.revision})}")


def _is_saved(editor: Editor) -> bool:
    if editor.everything() == editor.before:
        return True
    ui.notify(editor.desk.say("save_first"), type="warning")
    return False
