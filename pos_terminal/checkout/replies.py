"""The few shapes that every handler answers in: go on, say something, refuse, ask."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pos_terminal.checkout.effects import Beep, Effect
from pos_terminal.checkout.state import Asked, AskKind, CheckoutState, Level, Message, Request

Step = tuple[CheckoutState, tuple[Effect, ...]]

NOTHING: Final[tuple[Effect, ...]] = ()
_CONTROL: Final = {number: " " for number in (*range(0x20), 0x7F, *range(0x80, 0xA0))}
_VALUE_CHARACTERS_MAX: Final = 200


def plain(text: str) -> str:
    """Text from outside made safe for a terminal and a message: no control characters, not endless."""
    return text[:_VALUE_CHARACTERS_MAX].translate(_CONTROL)


def message(code: str, level: Level = Level.INFO, /, **values: object) -> Message:
    """A message of the catalogue with its parameters."""
    return Message(code, level, tuple((name, plain(str(value))) for name, value in values.items()))


def say(state: CheckoutState, code: str, /, **values: object) -> CheckoutState:
    """The state with something to tell the cashier."""
    return replace(state, message=message(code, Level.INFO, **values))


def refuse(state: CheckoutState, code: str, /, **values: object) -> Step:
    """Nothing happens, and the cashier hears and reads why."""
    return replace(state, message=message(code, Level.REFUSED, **values)), (Beep(refused=True),)


def ask(
    state: CheckoutState,
    request: Request,
    kind: AskKind,
    values: tuple[tuple[str, str], ...] = (),
    code: str = "",
) -> Step:
    """The function waits for an answer; its handler is called again with it."""
    shown = tuple((name, plain(text)) for name, text in values)
    asked = Asked(request.function, kind, shown, code or f"ask_{kind}")
    return replace(state, asked=asked, pending=request), NOTHING


def done(state: CheckoutState) -> CheckoutState:
    """The state with no function under way."""
    return replace(state, asked=None, pending=None)
