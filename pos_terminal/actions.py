"""What a key does: one pure function from the desk, the till's state and a key to the new desk and a command.

The desk is what belongs to the screen alone: the text being typed, who is about to sign, an open list. No widget ever
has the focus, so no key can end in the wrong field; scans do not come here at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from pos_terminal.checkout.commands import Answered, Command, Entered, Moved, Picked, PinTyped, Pressed
from pos_terminal.checkout.state import CheckoutState, Mode
from retail.functions import Scope
from retail.keymap import Keymap

OverlayKind = Literal["help", "menu", "items", "offers"]
TEXT_MAX: Final = 120
_SIGNS: Final = frozenset({"asterisk", "plus", "minus"})
_DURING_QUESTION: Final = frozenset({"help", "language"})


@dataclass(frozen=True, slots=True)
class FoundItem:
    """Goods in the search list, as it shows them. `price` is text (`6.90/kg`): there may be none."""

    item: str
    name: str
    code: str
    price: str


@dataclass(frozen=True, slots=True)
class Overlay:
    """A list that the screen itself has opened. `found` is filled in by the screen for the items searched."""

    kind: OverlayKind
    selected: int = 0
    found: tuple[FoundItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """What belongs to the screen. `signer` is who has typed a number and now types the PIN; `cursor` the chosen row."""

    text: str = field(default="", repr=False)
    signer: str = ""
    overlay: Overlay | None = None
    cursor: int = 0
    page: int = 10
    """Rows of a page, for PgUp and PgDn: set by the screen."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a key led to. `before` goes to the till ahead of `command`. `search`: the text of the item list has changed.
    `leave`: the program is to end."""

    desk: Desk
    command: Command | None = None
    before: Command | None = None
    search: bool = False
    leave: bool = False


_KEYPAD: Final = {
    "multiply": ("asterisk", "*"),
    "add": ("plus", "+"),
    "subtract": ("minus", "-"),
    "divide": ("slash", "/"),
    "decimal": ("full_stop", "."),
    "separator": ("full_stop", "."),
    "equal": ("equals_sign", "="),
    "ctrl+h": ("backspace", ""),
}
"""Names that some terminals give to keys of the number pad: they are the keys of the main block."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key as the screen library names it, and the character that it types, if it types one."""

    name: str
    character: str = ""

    @staticmethod
    def of(name: str, character: str | None) -> Key:
        """The key as a terminal sent it, whichever block of the keyboard it stands on."""
        name, character = _KEYPAD.get(name, (name, character))
        return Key(name, character or (name if len(name) == 1 else ""))

    @property
    def typed(self) -> str:
        """The character to be typed; empty for keys that are none."""
        return self.character if len(self.character) == 1 and self.character.isprintable() else ""


def press(desk: Desk, state: CheckoutState, keys: Keymap, key: Key) -> Outcome:
    """What this key does now."""
    if desk.overlay is not None:
        return _OVERLAYS[desk.overlay.kind](desk, keys, key)
    if signing(state):
        return _sign(desk, state, keys, key)
    if state.asked is not None and state.asked.kind == "choice":
        return _choose(desk, state, keys, key)
    if state.asked is not None:
        return _answer(desk, keys, key)
    return _work(desk, state, keys, key)


def signing(state: CheckoutState) -> bool:
    """Whether the till waits for somebody's number and PIN."""
    asked = state.asked is not None and state.asked.kind in ("approval", "pin")
    return asked or state.locked or state.mode is Mode.SIGNED_OFF


def settle(desk: Desk, before: CheckoutState, after: CheckoutState) -> Desk:
    """The desk after a command: a new question begins with its first row, a new face of the till with an empty line."""
    if _is_same_list(before, after):
        return desk
    if before.asked != after.asked or before.mode is not after.mode or before.locked != after.locked:
        signer = after.operator.operator if after.locked and after.operator is not None else ""
        return replace(desk, text="", signer=signer, cursor=0)
    return desk


def _is_same_list(before: CheckoutState, after: CheckoutState) -> bool:
    """Whether a list that was open is open again with the same rows, whatever they say now: the cursor stays."""
    old, new = before.asked, after.asked
    if old is None or new is None or old.kind != "choice" or (old.function, new.kind) != (new.function, "choice"):
        return False
    return [code for code, _ in old.values] == [code for code, _ in new.values]


def scanned(desk: Desk) -> Outcome:
    """A scan comes: lists are closed, and digits typed before it never join what is typed after it.

    What ends like a prefix (`3*`, `07/`) is one: it holds for the code that was scanned.
    """
    return Outcome(replace(desk, text="", overlay=None), before=_prefix(desk))


def _prefix(desk: Desk) -> Command | None:
    """What was typed, if it is meant for the code that follows."""
    return Entered(desk.text) if desk.text.endswith(("*", "/")) and desk.overlay is None else None


def _work(desk: Desk, state: CheckoutState, keys: Keymap, key: Key) -> Outcome:
    """The sale, payment, a return, a count: typing, moving, functions."""
    scope: Scope = "tender" if state.mode is Mode.TENDERING else "sale"
    function = keys.function_for(scope, key.name)
    if function is not None and not _is_text(desk, state, key):
        return _function(desk, function.code)
    if key.name == "enter":
        return _sent(desk, Entered(desk.text))
    if key.name == "escape":
        return _sent(desk, None if desk.text else Answered(None))
    if key.name == "space" and not desk.text and state.mode is Mode.RETURNING and state.returning is not None:
        return _sent(desk, Entered(str(state.returning.selected)))
    if step := _step(desk, key):
        return Outcome(desk, Moved(step))
    return Outcome(_typed(desk, key))


def _is_text(desk: Desk, state: CheckoutState, key: Key) -> bool:
    """Whether `*`, `+` or `-` is meant as a character: within an entry, and on faces that are only typed into."""
    typed_into = state.mode not in (Mode.SELLING, Mode.TENDERING, Mode.SAVING)
    return key.name in _SIGNS and (typed_into or bool(desk.text))


def _function(desk: Desk, code: str) -> Outcome:
    """A function's key. Help and menu are the screen's own; everything else is the till's."""
    if code in ("help", "menu"):
        return Outcome(replace(desk, text="", overlay=Overlay("help" if code == "help" else "menu")))
    if (before := _prefix(desk)) is not None:
        return Outcome(replace(desk, text=""), Pressed(code), before)
    return _sent(desk, Pressed(code, desk.text))


def _answer(desk: Desk, keys: Keymap, key: Key) -> Outcome:
    """A question that is answered by typing. A confirmation is Enter or Esc."""
    if key.name == "enter":
        return _sent(desk, Answered(desk.text))
    if key.name == "escape":
        return _sent(desk, None if desk.text else Answered(None))
    return _during_question(desk, keys, key) or Outcome(_typed(desk, key))


def _choose(desk: Desk, state: CheckoutState, keys: Keymap, key: Key) -> Outcome:
    """A question that is answered from a list: arrows and Enter, or the row's number or code."""
    assert state.asked is not None
    codes = [code for code, _ in state.asked.values]
    if key.name == "escape":
        return _sent(desk, None if desk.text else Answered(None))
    if key.name == "enter":
        row = chosen_row(desk.text, codes, desk.cursor)
        return _sent(desk, Answered(codes[row]) if row is not None else None)
    if step := _step(desk, key):
        return Outcome(replace(desk, cursor=_clamped(desk.cursor + step, len(codes))))
    return _during_question(desk, keys, key) or Outcome(_typed(desk, key))


def chosen_row(text: str, codes: list[str], cursor: int) -> int | None:
    """The row that is meant: by code, by number from 1, or the one under the cursor when nothing was typed.

    >>> chosen_row("", ["10", "20"], 1), chosen_row("10", ["10", "20"], 1), chosen_row("2", ["10", "20"], 0)
    (1, 0, 1)
    """
    typed = text.strip()
    if not typed:
        return cursor if cursor < len(codes) else None
    if typed in codes:
        return codes.index(typed)
    row = int(typed) - 1 if typed.isascii() and typed.isdigit() else -1
    return row if 0 <= row < len(codes) else None


def _during_question(desk: Desk, keys: Keymap, key: Key) -> Outcome | None:
    """The few functions that work while a question is open."""
    function = keys.function_for("sale", key.name)
    if function is None or function.code not in _DURING_QUESTION or key.typed:
        return None
    return _function(desk, function.code)


def _sign(desk: Desk, state: CheckoutState, keys: Keymap, key: Key) -> Outcome:
    """Number, Enter, PIN, Enter: to sign on, to unlock, or to approve."""
    if key.name == "enter":
        if not desk.signer:
            return Outcome(replace(desk, signer=desk.text.strip(), text=""))
        return (
            Outcome(replace(desk, text="", signer=""), PinTyped(desk.signer, desk.text)) if desk.text else Outcome(desk)
        )
    if key.name == "escape":
        if desk.text:
            return _sent(desk, None)
        if desk.signer:
            return Outcome(replace(desk, signer=""))
        return _sent(desk, Answered(None)) if state.asked is not None else Outcome(desk)
    if key.name == "ctrl+q" and state.mode is Mode.SIGNED_OFF and not state.locked:
        return Outcome(desk, leave=True)
    return _during_question(desk, keys, key) or Outcome(_typed(desk, key))


def _help(desk: Desk, keys: Keymap, key: Key) -> Outcome:
    """The help is read: arrows move it, anything else closes it."""
    assert desk.overlay is not None
    if step := _reading_step(desk, key):
        return Outcome(replace(desk, overlay=replace(desk.overlay, selected=max(0, desk.overlay.selected + step))))
    return Outcome(replace(desk, overlay=None))


def _menu(desk: Desk, keys: Keymap, key: Key) -> Outcome:
    """The functions without a key. A number chooses as soon as no longer one could be meant."""
    overlay = desk.overlay
    assert overlay is not None
    functions = keys.menu()
    if key.name == "escape" or keys.function_for("sale", key.name) is not None:
        return Outcome(replace(desk, text="", overlay=None))
    if step := _step(desk, key):
        row = _clamped(overlay.selected + step, len(functions))
        return Outcome(replace(desk, overlay=replace(overlay, selected=row)))
    digit = key.typed.isascii() and key.typed.isdigit()
    desk = _typed(desk, key) if digit or key.name == "backspace" else desk
    complete = desk.text and int(desk.text) * 10 > len(functions)
    if key.name != "enter" and not complete:
        return Outcome(desk)
    chosen = chosen_row(desk.text, [""] * len(functions), overlay.selected)
    if chosen is None:
        return Outcome(replace(desk, text=""))
    return Outcome(replace(desk, text="", overlay=None), Pressed(functions[chosen].code))


def _items(desk: Desk, keys: Keymap, key: Key) -> Outcome:
    """The search list: what is typed narrows it, Enter sells the chosen row."""
    overlay = desk.overlay
    assert overlay is not None
    if key.name == "escape":
        return Outcome(replace(desk, text="", overlay=None))
    if key.name == "enter":
        found = overlay.found
        if not found:
            return Outcome(desk)
        chosen = found[_clamped(overlay.selected, len(found))]
        return Outcome(replace(desk, text="", overlay=None), Picked(chosen.item))
    if step := _step(desk, key):
        row = _clamped(overlay.selected + step, len(overlay.found))
        return Outcome(replace(desk, overlay=replace(overlay, selected=row)))
    typed = _typed(desk, key)
    if typed.text == desk.text:
        return Outcome(desk)
    return Outcome(replace(typed, overlay=replace(overlay, selected=0)), search=True)


def _offers(desk: Desk, keys: Keymap, key: Key) -> Outcome:
    """The explanation: arrows go from line to line, PgUp and PgDn read on, anything else closes it."""
    overlay = desk.overlay
    assert overlay is not None
    if key.name in ("up", "down"):
        return Outcome(replace(desk, overlay=replace(overlay, selected=0)), Moved(_step(desk, key)))
    if step := _reading_step(desk, key):
        return Outcome(replace(desk, overlay=replace(overlay, selected=max(0, overlay.selected + step))))
    return Outcome(replace(desk, overlay=None))


_OVERLAYS: Final[dict[OverlayKind, Callable[[Desk, Keymap, Key], Outcome]]] = {
    "help": _help,
    "menu": _menu,
    "items": _items,
    "offers": _offers,
}


def _step(desk: Desk, key: Key) -> int:
    """How many rows a key moves by; 0 for others."""
    return {"up": -1, "down": 1, "pageup": -desk.page, "pagedown": desk.page}.get(key.name, 0)


def _reading_step(desk: Desk, key: Key) -> int:
    """The same for what is only read: a title and a footer leave one row less, and no row may be skipped."""
    step = _step(desk, key)
    return max(1 - desk.page, min(step, desk.page - 1))


def _typed(desk: Desk, key: Key) -> Desk:
    if key.name == "backspace":
        return replace(desk, text=desk.text[:-1])
    if key.typed and len(desk.text) < TEXT_MAX:
        return replace(desk, text=desk.text + key.typed)
    return desk


def _sent(desk: Desk, command: Command | None) -> Outcome:
    """The command, and an empty line for the next one."""
    return Outcome(replace(desk, text=""), command)


def _clamped(row: int, count: int) -> int:
    return max(0, min(row, count - 1))
