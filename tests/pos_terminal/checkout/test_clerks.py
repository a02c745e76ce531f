from __future__ import annotations

from retail.ownership import format_ownership
from tests.pos_terminal.shop import MILK, SOAP, TEA, Counter


def owners(till: Counter) -> list[str]:
    return [format_ownership(line.ownership) for line in till.state.receipt.lines]


def test_the_sticky_clerk_holds_until_it_is_changed() -> None:
    till = Counter().open().press("clerk", "07").scan(MILK, TEA).press("clerk", "@A").scan(SOAP)
    assert owners(till) == ["07", "07", "@A"]
    assert till.press("clerk").state.asked is not None
    assert till.answer("").told == "clerk_cleared"
    assert owners(till.scan(MILK))[-1] == ""


def test_a_prefix_sets_one_line_only() -> None:
    till = Counter().open().press("clerk", "07").enter(f"12/{MILK}").scan(MILK).enter("12/").scan(MILK, MILK)
    assert owners(till) == ["12", "07", "12", "07"]


def test_the_clerk_stays_for_the_next_receipt() -> None:
    till = Counter().open().press("clerk", "07").scan(MILK)
    till.pay()
    assert owners(till.scan(MILK)) == ["07"]


def test_the_selected_line_can_be_shared_or_pooled_afterwards() -> None:
    till = Counter().open().scan(MILK, TEA)
    till.press("clerk_share", "07*60+12*40")
    assert owners(till) == ["", "07*60+12*40"]
    assert till.press("clerk_share", "07*60+07*40").told == "clerk_not_read"
    assert till.press("clerk_share", "07*60+55*40").told == "clerk_unknown"


def test_each_clerks_total_is_exact_and_sums_to_the_receipt() -> None:
    till = Counter().open().enter(f"07/{TEA}", f"07*60+12*40/3*{SOAP}", f"@A/{MILK}")
    sale = till.pay()
    sums: dict[str, int] = {}
    for line in sale.lines:
        for run in line.runs:
            for cell in run.clerks:
                sums[cell.clerk] = sums.get(cell.clerk, 0) + run.units * cell.amount
    assert sums == {"07": 12_800 + 1_798, "12": 1_199, "A": 350}
    assert sum(sums.values()) == sale.net


def test_a_store_may_insist_on_a_clerk() -> None:
    till = Counter().with_terms(clerk_needed=True).open().scan(MILK)
    assert till.told == "clerk_first"
    assert till.enter(f"07/{MILK}").due == 350
