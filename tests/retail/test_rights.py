"""Rights: who may, who must ask, and what stops when headquarters has long been silent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.feeds import RoleRow
from retail.functions import BY_CODE, FUNCTIONS
from retail.rights import (
    LIMITS,
    RIGHTS_AGE_LIMIT_S,
    STORED_VALUE,
    UNLIMITED,
    Allowed,
    Amount,
    NeedsApproval,
    Reason,
    Refused,
    Rights,
    approve,
    decide,
    rights_of,
)

DAY_S = 86_400
CASHIER = rights_of(
    "07",
    [
        RoleRow(
            "cashier",
            ("line_discount", "return", "cash_in", "no_sale", "never:cash_out"),
            {"discount_bp": 1_000, "return_minor": 20_000, "return_alone_minor": 5_000},
        )
    ],
)
MANAGER = rights_of(
    "01",
    [
        RoleRow(
            "manager",
            ("approve:line_discount", "approve:price_override", "approve:no_sale", "approve:return", "cash_out"),
            {"discount_bp": 5_000, "return_minor": UNLIMITED, "return_alone_minor": 50_000, "cash_out_minor": 100},
        )
    ],
)
NOBODY = Rights("99")


@pytest.mark.parametrize(
    ("code", "amount", "decision"),
    [
        ("line_discount", Amount(discount_bp=1_000), Allowed()),
        ("line_discount", Amount(discount_bp=1_001), NeedsApproval(Reason.OVER_LIMIT, "discount_bp")),
        ("receipt_discount", Amount(discount_bp=1), NeedsApproval(Reason.NO_RIGHT)),
        ("return", Amount(minor=20_000), Allowed()),
        ("return", Amount(minor=20_001), NeedsApproval(Reason.OVER_LIMIT, "return_minor")),
        ("return", Amount(minor=5_000, alone=True), Allowed()),
        ("return", Amount(minor=5_001, alone=True), NeedsApproval(Reason.OVER_LIMIT, "return_alone_minor")),
        ("return_without_receipt", Amount(minor=1), NeedsApproval(Reason.NO_RIGHT)),
        ("cash_in", Amount(minor=10**9), Allowed()),
        ("no_sale", Amount(), NeedsApproval(Reason.ALWAYS_APPROVED)),
        ("cash_out", Amount(minor=1), Refused(Reason.NEVER)),
        ("fly", Amount(), Refused(Reason.UNKNOWN_FUNCTION)),
        ("total", Amount(), Allowed()),
    ],
)
def test_a_cashier(code, amount, decision):
    assert decide(code, CASHIER, amount) == decision


@pytest.mark.parametrize(
    ("code", "amount", "decision"),
    [
        ("no_sale", Amount(), Allowed()),
        ("price_override", Amount(discount_bp=5_000), Allowed()),
        ("price_override", Amount(discount_bp=5_001), NeedsApproval(Reason.OVER_LIMIT, "discount_bp")),
        ("return", Amount(minor=10**12), Allowed()),
        ("return", Amount(minor=10**12, alone=True), NeedsApproval(Reason.OVER_LIMIT, "return_alone_minor")),
        ("cash_out", Amount(minor=100), NeedsApproval(Reason.ALWAYS_APPROVED)),
    ],
)
def test_a_manager_needs_nobody_for_what_they_may_approve(code, amount, decision):
    assert decide(code, MANAGER, amount) == decision


@pytest.mark.parametrize(
    ("code", "amount", "answer"),
    [
        ("no_sale", Amount(), Allowed()),
        ("line_discount", Amount(discount_bp=5_000), Allowed()),
        ("line_discount", Amount(discount_bp=5_001), Refused(Reason.OVER_LIMIT, "discount_bp")),
        ("receipt_discount", Amount(discount_bp=1), Refused(Reason.NO_RIGHT)),
        ("cash_out", Amount(minor=1), Refused(Reason.NEVER)),
        ("fly", Amount(), Refused(Reason.UNKNOWN_FUNCTION)),
    ],
)
def test_an_approval_carries_as_far_as_the_approvers_own_limits(code, amount, answer):
    assert approve(code, CASHIER, MANAGER, amount) == answer


def test_nobody_approves_for_themselves_and_a_colleague_without_the_right_neither():
    assert approve("no_sale", MANAGER, MANAGER) == Refused(Reason.SAME_PERSON)
    assert approve("no_sale", CASHIER, NOBODY) == Refused(Reason.NO_RIGHT)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.code)
def test_after_seven_days_approvals_and_stored_value_stop_and_selling_does_not(function):
    on_time, late = RIGHTS_AGE_LIMIT_S, RIGHTS_AGE_LIMIT_S + 1
    assert on_time == 7 * DAY_S
    fresh = decide(function.code, NOBODY, age_s=on_time)
    stale = decide(function.code, NOBODY, age_s=late)
    if function.code in STORED_VALUE:
        assert (fresh, stale) == (Allowed(), Refused(Reason.RIGHTS_TOO_OLD))
    elif function.right:
        assert (fresh, stale) == (NeedsApproval(Reason.NO_RIGHT), Refused(Reason.RIGHTS_TOO_OLD))
    else:
        assert fresh == stale == decide(function.code, NOBODY, age_s=3_650 * DAY_S) == Allowed()


def test_old_rights_carry_no_approval_not_even_ones_own():
    late = RIGHTS_AGE_LIMIT_S + 1
    assert approve("no_sale", CASHIER, MANAGER, age_s=RIGHTS_AGE_LIMIT_S) == Allowed()
    assert approve("no_sale", CASHIER, MANAGER, age_s=late) == Refused(Reason.RIGHTS_TOO_OLD)
    assert decide("no_sale", MANAGER, age_s=late) == Refused(Reason.RIGHTS_TOO_OLD)
    assert decide("line_discount", CASHIER, Amount(discount_bp=1_001), age_s=late) == (Refused(Reason.RIGHTS_TOO_OLD))
    assert decide("line_discount", CASHIER, Amount(discount_bp=1_000), age_s=late) == Allowed()


def test_several_roles_add_up_and_never_outweighs():
    both = rights_of(
        "08",
        [
            RoleRow("a", ("return", "cash_out"), {"return_minor": 100, "discount_bp": UNLIMITED}),
            RoleRow("b", ("never:cash_out", "unknown", "approve:unknown"), {"return_minor": 50, "odd": 7}),
        ],
    )
    assert both.may == {"return", "cash_out"}
    assert both.approves == frozenset()
    assert both.limits == {"return_minor": 100, "discount_bp": UNLIMITED}
    assert decide("cash_out", both) == Refused(Reason.NEVER)


codes = st.sampled_from([*BY_CODE, "fly"])
rights = st.builds(
    Rights,
    operator=st.just("07"),
    may=st.frozensets(codes),
    approves=st.frozensets(codes),
    never=st.frozensets(codes, max_size=2),
    limits=st.dictionaries(st.sampled_from(["discount_bp", "return_minor"]), st.integers(0, 10_000)),
)


@given(st.sampled_from(sorted(LIMITS)), rights, st.integers(0, 20_000), st.integers(0, 20_000))
def test_a_larger_act_is_never_easier(code, whose, one, other):
    ease = {Allowed: 0, NeedsApproval: 1, Refused: 2}
    small, large = sorted((one, other))
    verdicts = [decide(code, whose, Amount(minor=n, discount_bp=n)) for n in (small, large)]
    assert ease[type(verdicts[0])] <= ease[type(verdicts[1])]


@given(codes, rights, st.integers(0, 20 * DAY_S), st.integers(0, 20 * DAY_S))
def test_rights_never_grow_with_age(code, whose, one, other):
    ease = {Allowed: 0, NeedsApproval: 1, Refused: 2}
    young, old = sorted((one, other))
    verdicts = [decide(code, whose, age_s=age_s) for age_s in (young, old)]
    assert ease[type(verdicts[0])] <= ease[type(verdicts[1])]
