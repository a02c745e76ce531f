"""The member on the receipt: whose level opens prices and offers."""

from __future__ import annotations

from dataclasses import replace

from pos_terminal.checkout.effects import Beep, SaveDraft
from pos_terminal.checkout.pricing import priced
from pos_terminal.checkout.replies import Step, ask, done, refuse, say
from pos_terminal.checkout.state import CheckoutState, Request
from pos_terminal.checkout.world import World


def attach(state: CheckoutState, request: Request, world: World) -> Step:
    """Puts the member with this card or number on the receipt, which is priced again."""
    if not request.text:
        return ask(state, request, "text", code="ask_member")
    member = world.catalog.member_by_card(request.text.strip())
    if member is None:
        return refuse(done(state), "member_unknown")
    receipt = replace(state.receipt, member=member.member, member_level=member.level, member_name=member.name)
    state = replace(done(state), receipt=priced(receipt, world))
    return say(state, "member_set", name=member.name or member.member, level=member.level), (SaveDraft(), Beep())
