"""Who may use which till function, up to which limit, and when a second person must agree.

Rights come down from headquarters as role rows and age at the till: after seven days without headquarters
nobody is taken to hold an approval, and stored value stops. Signing on and selling never depend on any of
this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from retail.feeds import RoleRow
from retail.functions import BY_CODE

RIGHTS_AGE_LIMIT_S: Final = 7 * 24 * 60 * 60
"""How long rights hold without word from headquarters."""

UNLIMITED: Final = -1
APPROVE: Final = "approve:"
"""In a role row, before a function code: may approve it for others, and needs nobody's approval for it."""

NEVER: Final = "never:"
"""In a role row, before a function code: not even with an approval."""

STORED_VALUE: Final = frozenset({"tender_stored_value"})
"""Functions that move a member's money, and stop when rights are too old."""

LIMITS: Final[Mapping[str, tuple[str, ...]]] = {
    "line_discount": ("discount_bp",),
    "receipt_discount": ("discount_bp",),
    "price_override": ("discount_bp",),
    "return": ("return_minor",),
    "return_without_receipt": ("return_minor", "return_without_receipt_minor"),
    "cash_out": ("cash_out_minor",),
}
"""The limits that bound a function: basis points of the price, or minor units. One not in the role's row is
zero."""

ALONE_LIMITS: Final[Mapping[str, tuple[str, ...]]] = {
    "return": ("return_alone_minor",),
    "return_without_receipt": ("return_alone_minor",),
}
"""Further limits while neither hub nor headquarters can say what has been returned already."""

LIMIT_NAMES: Final = frozenset(name for table in (LIMITS, ALONE_LIMITS) for names in table.values() for name in names)


class Reason(StrEnum):
    """Why a function is not simply allowed."""

    NO_RIGHT = "no_right"
    ALWAYS_APPROVED = "always_approved"
    OVER_LIMIT = "over_limit"
    RIGHTS_TOO_OLD = "rights_too_old"
    NEVER = "never"
    UNKNOWN_FUNCTION = "unknown_function"
    SAME_PERSON = "same_person"


@dataclass(frozen=True, slots=True)
class Allowed:
    """Go ahead."""


@dataclass(frozen=True, slots=True)
class NeedsApproval:
    """A second person, by PIN or card at this till, can allow it. `limit` names the limit that was passed."""

    reason: Reason
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Not now, whoever agrees."""

    reason: Reason
    limit: str = ""


Decision = Allowed | NeedsApproval | Refused


@dataclass(frozen=True, slots=True)
class Rights:
    """What one person may do at this till: the sum of their roles. A `never` of any role outweighs the
    others."""

    operator: str
    may: frozenset[str] = frozenset()
    approves: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    limits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Amount:
    """How large the act is: minor units paid out, basis points taken off; `alone` when nobody else can be
    asked."""

    minor: int = 0
    discount_bp: int = 0
    alone: bool = False


NOTHING: Final = Amount()


def rights_of(operator: str, roles: Iterable[RoleRow]) -> Rights:
    """The rights of a person with these roles. Codes and limits that this till does not know are left out.

    >>> cashier = RoleRow("cashier", ("return", "approve:no_sale"), {"return_minor": 20_000})
    >>> rights = rights_of("07", [cashier])
    >>> sorted(rights.may), sorted(rights.approves)
    (['no_sale', 'return'], ['no_sale'])
    """
    may: set[str] = set()
    approves: set[str] = set()
    never: set[str] = set()
    limits: dict[str, int] = {}
    for role in roles:
        for entry in role.functions:
            code = entry.removeprefix(APPROVE).removeprefix(NEVER)
            if code not in BY_CODE:
                continue
            (never if entry.startswith(NEVER) else may).add(code)
            if entry.startswith(APPROVE):
                approves.add(code)
        for name in LIMIT_NAMES & role.limits.keys():
            limits[name] = _wider(limits.get(name, 0), role.limits[name])
    return Rights(operator, frozenset(may), frozenset(approves), frozenset(never), limits)


def decide(function_code: str, rights: Rights, amount: Amount = NOTHING, *, age_s: int = 0) -> Decision:
    """Whether this person may do this now. `age_s` is how long ago headquarters last confirmed the rights."""
    function = BY_CODE.get(function_code)
    if function is None:
        return Refused(Reason.UNKNOWN_FUNCTION)
    if function_code in rights.never:
        return Refused(Reason.NEVER)
    too_old = age_s > RIGHTS_AGE_LIMIT_S
    if too_old and function_code in STORED_VALUE:
        return Refused(Reason.RIGHTS_TOO_OLD)
    if not function.right:
        return Allowed()
    decision = _by_role(function_code, rights, amount, approver_needed=function.needs_approval)
    exercises_approval = function.needs_approval and function_code in rights.approves
    if too_old and (isinstance(decision, NeedsApproval) or exercises_approval):
        return Refused(Reason.RIGHTS_TOO_OLD)
    return decision


def approve(
    function_code: str, cashier: Rights, approver: Rights, amount: Amount = NOTHING, *, age_s: int = 0
) -> Allowed | Refused:
    """Whether a second person's yes carries an act for which `decide` asked an approval."""
    if function_code not in BY_CODE:
        return Refused(Reason.UNKNOWN_FUNCTION)
    if function_code in cashier.never | approver.never:
        return Refused(Reason.NEVER)
    if age_s > RIGHTS_AGE_LIMIT_S:
        return Refused(Reason.RIGHTS_TOO_OLD)
    if approver.operator == cashier.operator:
        return Refused(Reason.SAME_PERSON)
    if function_code not in approver.approves:
        return Refused(Reason.NO_RIGHT)
    passed = _limit_passed(function_code, approver, amount)
    return Refused(Reason.OVER_LIMIT, passed) if passed else Allowed()


def _by_role(code: str, rights: Rights, amount: Amount, *, approver_needed: bool) -> Allowed | NeedsApproval:
    if code not in rights.may:
        return NeedsApproval(Reason.NO_RIGHT)
    if passed := _limit_passed(code, rights, amount):
        return NeedsApproval(Reason.OVER_LIMIT, passed)
    if approver_needed and code not in rights.approves:
        return NeedsApproval(Reason.ALWAYS_APPROVED)
    return Allowed()


def _limit_passed(code: str, rights: Rights, amount: Amount) -> str:
    """The name of the first limit that the act goes beyond; empty when it stays within all."""
    names = LIMITS.get(code, ()) + (ALONE_LIMITS.get(code, ()) if amount.alone else ())
    for name in names:
        limit = rights.limits.get(name, 0)
        value = amount.discount_bp if name.endswith("_bp") else amount.minor
        if limit != UNLIMITED and value > limit:
            return name
    return ""


def _wider(one: int, other: int) -> int:
    return UNLIMITED if UNLIMITED in (one, other) else max(one, other)
