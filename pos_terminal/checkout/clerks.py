"""Whose the lines are: a sticky clerk for those that follow, a prefix for one, shares or a pool for the selected."""

from __future__ import annotations

from dataclasses import replace

from pos_terminal.checkout.effects import SaveDraft
from pos_terminal.checkout.receipts import changed_line, selected_line
from pos_terminal.checkout.replies import NOTHING, Step, ask, done, refuse, say
from pos_terminal.checkout.state import CheckoutState, Request
from pos_terminal.checkout.world import World
from retail.ownership import Ownership, format_ownership, parse_ownership


class UnknownOwner(ValueError):
    """What was typed names nobody of this store; `code` and `name` say it to the cashier."""

    def __init__(self, code: str, name: str) -> None:
        super().__init__(code)
        self.code, self.name = code, name


def owner_named(text: str, world: World) -> Ownership:
    """The ownership that was typed. UnknownOwner when it cannot be read or a clerk or pool is not of this store."""
    try:
        ownership = parse_ownership(text)
    except ValueError as error:
        raise UnknownOwner("clerk_not_read", text) from error
    for share in ownership.shares:
        if ownership.kind == "pool":
            if share.clerk not in world.terms.pools:
                raise UnknownOwner("pool_unknown", share.clerk)
            continue
        person = world.catalog.staff(share.clerk)
        if person is None or not person.active:
            raise UnknownOwner("clerk_unknown", share.clerk)
    return ownership


def set_clerk(state: CheckoutState, request: Request, world: World) -> Step:
    """The clerk of the lines that follow; an empty answer takes the clerk off."""
    if not request.text and not request.confirmed:
        return ask(state, replace(request, confirmed=True), "text", code="ask_clerk")
    try:
        ownership = owner_named(request.text, world)
    except UnknownOwner as error:
        return refuse(done(state), error.code, clerk=error.name)
    state = replace(done(state), clerk=ownership, line_clerk=None)
    if ownership.kind == "none":
        return say(state, "clerk_cleared"), NOTHING
    return say(state, "clerk_set", clerk=format_ownership(ownership)), NOTHING


def share_line(state: CheckoutState, request: Request, world: World) -> Step:
    """Gives the selected line to a clerk, to several by weights, or to a pool."""
    line = selected_line(state)
    if line is None:
        return refuse(done(state), "no_line_selected")
    if line.returned is not None:
        return refuse(done(state), "return_line_fixed")
    if not request.text:
        return ask(state, request, "text", code="ask_shares")
    try:
        ownership = owner_named(request.text, world)
    except UnknownOwner as error:
        return refuse(done(state), error.code, clerk=error.name)
    state = changed_line(done(state), replace(line, ownership=ownership), world)
    return say(state, "line_shared", clerk=format_ownership(ownership)), (SaveDraft(),)
