"""Chooses goods by looking them up: items, categories, brands and so on, as chips that can be taken off again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from nicegui import ui

from hq_server.catalog import queries as catalog
from hq_server.promotion_admin import queries
from hq_server.web.desk import Desk
from hq_server.web.offer_fields import SCOPE_LISTS
from hq_server.web.offer_form import Tree

FOUND_MAX: Final = 20
SHOWN_MAX: Final = 60
"""So many chips of a list are drawn; a list of thousands is shown by its number."""
BOX: Final = "dense outlined hide-bottom-space"


class ScopePicker:
    """The goods of one scope."""

    def __init__(self, desk: Desk, scope: Mapping[str, Any], *, label: str) -> None:
        self._desk = desk
        self._names: dict[str, list[str]] = {name: list(scope.get(name) or []) for name in SCOPE_LISTS}
        with ui.element("div").classes("zg-rows"):
            ui.label(desk.say(label)).classes("zg-soft")
            self._chips = ui.row().classes("w-full gap-1 items-center")
            self._draw_search()
            self._found = ui.row().classes("w-full gap-1")
            self._draw_bounds(scope)
            self._note = ui.label().classes("zg-late")
        self._draw_chips()

    def read(self) -> Tree:
        """The scope as the form has it."""
        return {
            **self._names,
            "price_from": str(self._from.value or ""),
            "price_until": str(self._until.value or ""),
            "regular_only": bool(self._regular.value),
        }

    def tell(self, text: str) -> None:
        """Says what is wrong with these goods."""
        self._note.text = text

    def _draw_search(self) -> None:
        desk = self._desk
        with ui.row().classes("w-full no-wrap gap-1"):
            lists = {name: desk.say(f"of_{name}") for name in SCOPE_LISTS}
            self._list = ui.select(lists, value="items").props(f"{BOX} options-dense").classes("w-32")
            self._list.mark("scope-list")
            typed = ui.input(placeholder=desk.say("find_goods")).props(BOX).classes("grow").mark("find-goods")
            # The text comes with the key: what stands in the box now, not what the server heard of last.
            typed.on(
                "keydown.enter",
                desk.event(lambda event: self._find(str(event.args or ""))),
                js_handler="(event) => emit(event.target.value)",
            )

    def _draw_bounds(self, scope: Mapping[str, Any]) -> None:
        say = self._desk.say
        with ui.row().classes("w-full no-wrap gap-1 items-center"):
            self._from = ui.input(say("of_price_from"), value=str(scope.get("price_from") or "")).props(BOX)
            self._until = ui.input(say("of_price_until"), value=str(scope.get("price_until") or "")).props(BOX)
            self._regular = ui.checkbox(say("of_regular_only"), value=bool(scope.get("regular_only"))).props("dense")

    def _draw_chips(self) -> None:
        self._chips.clear()
        say = self._desk.say
        with self._chips:
            if not any(self._names[name] for name in SCOPE_LISTS if name != "except_items"):
                ui.label(say("all_goods")).classes("zg-soft")
            for field, names in self._names.items():
                if names:
                    ui.label(f"{say(f'of_{field}')}:").classes("zg-soft")
                for name in names[:SHOWN_MAX]:
                    chip = ui.chip(name, removable=True).props("dense square outline color=primary")
                    chip.on("remove", lambda field=field, name=name: self._remove(field, name))
                if len(names) > SHOWN_MAX:
                    ui.label(say("count_items", count=f"{len(names):,}")).classes("zg-soft")

    async def _find(self, typed: str) -> None:
        """Offers what fits; tags are free, and taken as they are typed."""
        field = str(self._list.value)
        if field == "tags":
            self._add(field, typed.strip())
            return
        found = await self._desk.call(lambda session, _: _find(session, field, typed))
        self._found.clear()
        with self._found:
            for name, words in found:
                ui.button(words, on_click=lambda name=name: self._add(field, name)).props(
                    "flat dense no-caps size=sm icon=add"
                ).mark(f"take:{name}")
            if not found:
                ui.label(self._desk.say("nothing")).classes("zg-soft")

    def _add(self, field: str, name: str) -> None:
        if name and name not in self._names[field]:
            self._names[field].append(name)
            self._draw_chips()

    def _remove(self, field: str, name: str) -> None:
        self._names[field] = [one for one in self._names[field] if one != name]
        self._draw_chips()


def _find(session: Any, field: str, typed: str) -> list[tuple[str, str]]:
    """(name, what to show) of what fits."""
    if field in ("items", "except_items"):
        items = catalog.find_items(session, typed, limit=FOUND_MAX)
        return [(item.item, f"{item.item} · {item.name}") for item in items]
    return [(name, f"{name} ({count:,})") for name, count in queries.find_names(session, field, typed, limit=FOUND_MAX)]
