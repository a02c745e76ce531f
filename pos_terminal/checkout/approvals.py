"""Who may do what: the cashier's own rights first, then a second person at this till, and a record that they agreed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pos_terminal.checkout.effects import Commit, Effect
from pos_terminal.checkout.replies import NOTHING, Step, ask, done, refuse
from pos_terminal.checkout.state import CheckoutState, Request
from pos_terminal.checkout.world import World
from retail.documents.till import Override
from retail.rights import NOTHING as NO_AMOUNT
from retail.rights import Allowed, Amount, NeedsApproval, Rights, approve, decide, rights_of


@dataclass(frozen=True, slots=True)
class Granted:
    """Go ahead, and write down who agreed."""

    effects: tuple[Effect, ...] = NOTHING


def rights_for(operator: str, world: World) -> Rights:
    """What a person of this store may do; nothing for somebody unknown or no longer there."""
    person = world.catalog.staff(operator)
    role = world.roles.get(person.role) if person is not None and person.active else None
    return rights_of(operator, [role] if role else [])


def permitted(
    state: CheckoutState,
    request: Request,
    world: World,
    amount: Amount = NO_AMOUNT,
    *,
    subject: str = "",
    minor: int = 0,
) -> Granted | Step:
    """Granted, or the answer that asks for a second person or says no.

    `subject` (an item, a line, a receipt) and `minor` are for the record only.
    """
    cashier = state.operator.operator if state.operator else ""
    own = rights_for(cashier, world)
    decision = decide(request.function, own, amount, age_s=world.rights_age_s)
    if isinstance(decision, Allowed):
        return Granted()
    if not isinstance(decision, NeedsApproval):
        return refuse(done(state), f"refused_{decision.reason}", limit=decision.limit)
    if not request.approver:
        values = (("reason", decision.reason.value), ("limit", decision.limit))
        return ask(state, request, "approval", values)
    verdict = approve(request.function, own, rights_for(request.approver, world), amount, age_s=world.rights_age_s)
    if not isinstance(verdict, Allowed):
        return refuse(done(state), f"approver_{verdict.reason}", approver=request.approver, limit=verdict.limit)
    shift = state.shift.number if state.shift else 0
    override = Override(shift, cashier, request.approver, request.function, subject, minor, request.reason)
    return Granted((Commit("override", override),))


def with_approver(request: Request, approver: str) -> Request:
    """The request as a second person has signed it."""
    return replace(request, approver=approver)
