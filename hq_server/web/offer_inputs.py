"""The fields of an offer's form on the page: drawn from their description, read back as the form's tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from nicegui import ui

from hq_server.web.desk import Desk
from hq_server.web.offer_fields import Field
from hq_server.web.offer_form import Tree, show_number
from hq_server.web.scope_picker import ScopePicker

BOX: Final = "dense outlined hide-bottom-space"
Tell = Callable[[str], None]
Read = Callable[[], Any]


@dataclass(slots=True)
class Sheet:
    """All fields on the page by path, so that what is wrong is told where it is."""

    desk: Desk
    tells: dict[str, Tell] = field(default_factory=dict)

    def clear(self) -> None:
        """Nothing is wrong any more."""
        for tell in self.tells.values():
            tell("")

    def tell(self, path: str, text: str) -> bool:
        """Says it at the field, or at the part it stands in; whether there is such a place."""
        place = path
        while place:
            if place in self.tells:
                self.tells[place](text)
                return True
            place = place[: place.rindex("[")] if place.endswith("]") else place.rpartition(".")[0]
        return False


class Group:
    """Some fields side by side."""

    def __init__(self, sheet: Sheet, fields: Sequence[Field], tree: Mapping[str, Any], path: str) -> None:
        self._reads: dict[str, Read] = {}
        with ui.element("div").classes("zg-fields"):
            for one in fields:
                place = f"{path}.{one.name}".lstrip(".")
                self._reads[one.name] = _draw(sheet, one, tree.get(one.name), place, path)

    def read(self) -> Tree:
        """What stands in the fields."""
        return {name: read() for name, read in self._reads.items()}


class Rows:
    """Rows of fields, more or fewer."""

    def __init__(self, sheet: Sheet, one: Field, rows: Sequence[Mapping[str, Any]], path: str) -> None:
        self._sheet, self._field, self._path = sheet, one, path
        self._groups: list[Group] = []
        with ui.element("div").classes("zg-rows"):
            with ui.row().classes("w-full items-center gap-2"):
                ui.label(sheet.desk.say(one.key)).classes("zg-soft")
                add = ui.button(sheet.desk.say("add_row"), icon="add").props("flat dense no-caps size=sm")
                add.mark(f"add:{path}").on_click(lambda: self._add())
                _note(sheet, path)
            self._place = ui.column().classes("w-full gap-1")
        self._fill(rows)

    def read(self) -> list[Tree]:
        """What stands in the rows."""
        return [group.read() for group in self._groups]

    def _add(self) -> None:
        self._fill([*self.read(), {}])

    def _remove(self, number: int) -> None:
        self._fill([row for place, row in enumerate(self.read()) if place != number])

    def _fill(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._place.clear()
        self._groups = []
        with self._place:
            for number, row in enumerate(rows):
                with ui.row().classes("w-full no-wrap items-start gap-1"):
                    with ui.element("div").classes("grow"):
                        self._groups.append(Group(self._sheet, self._field.columns, row, f"{self._path}[{number}]"))
                    ui.button(icon="close", on_click=lambda number=number: self._remove(number)).props(
                        "flat dense round size=sm"
                    ).tooltip(self._sheet.desk.say("remove_row"))


def _draw(sheet: Sheet, one: Field, value: Any, place: str, path: str) -> Read:
    """Draws a field; returns how it is read."""
    desk = sheet.desk
    match one.form:
        case "rows":
            return Rows(sheet, one, value if isinstance(value, list) else [], place).read
        case "scope":
            picker = ScopePicker(desk, value if isinstance(value, Mapping) else {}, label=one.key)
            sheet.tells[place] = picker.tell
            return picker.read
        case "flag":
            with ui.element("div").classes("self-center"):
                box = ui.checkbox(desk.say(one.key), value=bool(one.usual if value is None else value)).props("dense")
                box.mark(place)
                _note(sheet, place)
            return lambda: bool(box.value)
        case "choice":
            return _draw_choice(sheet, one, str(one.usual if value is None else value), place)
        case "benefit":
            return _draw_benefit(sheet, one, value if isinstance(value, Mapping) else {}, path)
        case "moment":
            return _draw_moment(sheet, one, value if isinstance(value, Mapping) else {}, place)
        case "days":
            return _draw_days(sheet, one, str(value or one.usual), place)
        case _:
            return _draw_text(sheet, one, str(one.usual if value is None else value), place)


def _draw_text(sheet: Sheet, one: Field, value: str, place: str) -> Read:
    box = ui.input(sheet.desk.say(one.key), value=value).props(BOX).mark(place)
    if one.form == "clock":
        box.props("type=time stack-label")
    elif one.form not in ("text", "names"):
        box.props("inputmode=decimal")
    sheet.tells[place] = _teller(box)
    return lambda: str(box.value or "")


def _draw_choice(sheet: Sheet, one: Field, value: str, place: str) -> Read:
    desk = sheet.desk
    words = {name: name if one.name == "priority" else desk.say(f"{one.name}_{name}") for name in one.options}
    box = ui.select(words if value in words else {**words, value: value}, label=desk.say(one.key), value=value).props(
        f"{BOX} options-dense"
    )
    box.mark(place)
    sheet.tells[place] = _teller(box)
    return lambda: str(box.value if box.value is not None else "")


def _draw_benefit(sheet: Sheet, one: Field, value: Mapping[str, Any], path: str) -> Read:
    desk = sheet.desk
    words = {name: desk.say(f"benefit_{name}") for name in one.options}
    way = str(value.get("way") or one.options[0])
    with ui.row().classes("w-full no-wrap gap-1 zg-pair"):
        chosen = ui.select(words, label=desk.say(one.key), value=way if way in words else one.options[0])
        chosen.props(f"{BOX} options-dense").classes("grow").mark(f"{path}.way".lstrip("."))
        box = ui.input(desk.say("of_value"), value=str(value.get("value") or "")).props(f"{BOX} inputmode=decimal")
        box.classes("grow").mark(f"{path}.benefit".lstrip("."))
    for name in one.options:
        sheet.tells[f"{path}.{name}".lstrip(".")] = _teller(box)
    return lambda: {"way": str(chosen.value), "value": str(box.value or "")}


def _draw_moment(sheet: Sheet, one: Field, value: Mapping[str, Any], place: str) -> Read:
    label = sheet.desk.say(one.key)
    with ui.row().classes("w-full no-wrap gap-1 zg-pair"):
        day = ui.input(label, value=str(value.get("date") or "")).props(f"{BOX} type=date stack-label").classes("grow")
        clock = ui.input(value=str(value.get("time") or "")).props(f"{BOX} type=time").classes("grow")
    day.mark(f"{place}.date")
    clock.mark(f"{place}.time")
    sheet.tells[place] = _teller(day)
    return lambda: {"date": str(day.value or ""), "time": str(clock.value or "")}


def _draw_days(sheet: Sheet, one: Field, value: str, place: str) -> Read:
    with ui.row().classes("w-full items-center gap-2 zg-span"):
        ui.label(sheet.desk.say(one.key)).classes("zg-soft")
        boxes = [
            ui.checkbox(sheet.desk.say(f"day_{day}"), value=value[day : day + 1] != "0").props("dense")
            for day in range(7)
        ]
        _note(sheet, place)
    return lambda: "".join("1" if box.value else "0" for box in boxes)


def _note(sheet: Sheet, place: str) -> ui.label:
    """A place to say what is wrong with something that is no single box."""
    note = ui.label().classes("zg-late")

    def tell(text: str) -> None:
        note.text = text

    sheet.tells[place] = tell
    return note


def _teller(box: ui.input | ui.select) -> Tell:
    def tell(text: str) -> None:
        box.error = text or None

    return tell


def money_box(sheet: Sheet, label: str, amount_minor: int, place: str) -> Read:
    """A box for an amount that is no part of the offer itself; empty below zero."""
    box = ui.input(sheet.desk.say(label), value="" if amount_minor < 0 else show_number(amount_minor, "money"))
    box.props(f"{BOX} inputmode=decimal").mark(place)
    sheet.tells[place] = _teller(box)
    return lambda: str(box.value or "")
