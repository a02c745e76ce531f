"""The member on the receipt: whose level opens prices and offers."""

from __future__ import annotations

from dataclasses import replace

from pos_terminal.checkout.effects import Beep, SaveDraft
from pos_terminal.checkout.pricing import priced
from pos_terminal.checkout.replies import Step, ask, done, refuse, say
from pos_terminal.checkout.state import CheckoutState, Member, Receipt, Request
from pos_terminal.checkout.world import World
from retail.feeds import MemberRow


def attach(state: CheckoutState, request: Request, world: World) -> Step:
    """Puts the member with this card or number on the receipt, which is priced again."""
    if not request.text:
        return ask(state, request, "text", code="ask_member")
    member = world.catalog.member_by_card(request.text.strip())
    if member is None:
        return refuse(done(state), "member_unknown")
    receipt = with_member(state.receipt, member, world)
    state = replace(done(state), receipt=priced(receipt, world))
    return say(state, "member_set", name=member.name or member.member, level=member.level), (SaveDraft(), Beep())


def with_member(receipt: Receipt, member: MemberRow, world: World) -> Receipt:
    """The receipt as this member's, with what is known of earlier uses; still to be priced."""
    return replace(
        receipt,
        member=member.member,
        member_level=member.level,
        member_name=member.name,
        about_member=Member(member.birthday, member.groups, member.purchases),
        known=world.uses.known(receipt.offers or world.offers, member.member, world.local_minute),
    )
