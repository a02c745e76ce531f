"""Putting a receipt aside and taking one up again, at any till of the store. What is recalled is priced anew, with the
coupons, offers and discounts that were taken by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import cast, get_args

from pos_terminal.checkout.commands import HoldsListed, Recalled
from pos_terminal.checkout.effects import ClaimHold, Commit, ListHolds, SaveDraft
from pos_terminal.checkout.lines import OpenLine
from pos_terminal.checkout.members import with_member
from pos_terminal.checkout.prices import frozen_rows
from pos_terminal.checkout.pricing import priced
from pos_terminal.checkout.recalling import asks_again, discount_of, held_coupons, recalled_message, taken_again
from pos_terminal.checkout.receipts import started
from pos_terminal.checkout.replies import NOTHING, Step, ask, done, refuse, say
from pos_terminal.checkout.selling import department_item
from pos_terminal.checkout.state import CheckoutState, Mode, Receipt, Request
from pos_terminal.checkout.world import World
from retail.documents.sale import EntryMethod
from retail.documents.till import HeldLine, Hold, HoldRecalled
from retail.feeds import ItemRow
from retail.money import format_minor


def hold(state: CheckoutState, request: Request, world: World) -> Step:
    """Puts the open receipt aside under what was typed; with nothing sold yet it lists what is held."""
    receipt = state.receipt
    if not receipt.live_lines:
        return recall(state, replace(request, function="recall"), world)
    if any(line.returned for line in receipt.live_lines):
        return refuse(done(state), "returns_not_held")
    document = Hold(
        shift=state.shift.number if state.shift else 0,
        cashier=state.operator.operator if state.operator else "",
        label=request.text,
        member=receipt.member,
        lines=tuple(_held(found.line, found.net) for found in receipt.figures.lines if found.line.live),
        coupons=held_coupons(receipt),
        picked=receipt.picked,
        discount_bp=receipt.discount.bp if receipt.discount else 0,
        discount_minor=receipt.discount.minor if receipt.discount else 0,
    )
    return replace(done(state), mode=Mode.SAVING, saving="hold"), (Commit("hold", document),)


def recall(state: CheckoutState, request: Request, world: World) -> Step:
    """Asks which held receipt to take up, then claims it: of all tills one wins."""
    if state.receipt.live_lines:
        return refuse(done(state), "finish_receipt_first")
    if not request.choice:
        return done(state), (ListHolds(),)
    place = int(request.choice) - 1 if request.choice.isascii() and request.choice.isdigit() else -1
    if not 0 <= place < len(state.holds):
        return refuse(done(state), "no_such_hold")
    return say(done(state), "claiming_hold"), (ClaimHold(state.holds[place].document),)


def listed(state: CheckoutState, command: HoldsListed, world: World) -> Step:
    """The holds are there to choose from."""
    if not command.holds:
        return say(state, "no_holds" if command.everywhere else "no_holds_here"), NOTHING
    values = tuple(
        (str(number), f"{held.label or held.cashier} {format_minor(held.net, world.terms.currency)}")
        for number, held in enumerate(command.holds, 1)
    )
    state = replace(state, holds=command.holds)
    return ask(state, Request("recall"), "choice", values, "ask_hold" if command.everywhere else "ask_hold_here")


def recalled(state: CheckoutState, command: Recalled, world: World) -> Step:
    """The hold is won: its goods are on the receipt again, at today's prices, with what was taken by hand. What moved
    or does not hold any more is said."""
    held = command.hold
    if state.receipt.live_lines:
        return refuse(state, "finish_receipt_first")
    lines, gone = _open_lines(held, world)
    receipt = started(Receipt(lines=lines, member=held.member, recalled_from=command.document), world)
    member = world.catalog.member_by_card(held.member) if held.member else None
    if member is not None:
        receipt = with_member(receipt, member, world)
    receipt, lost = taken_again(receipt, held, world)
    receipt = priced(replace(receipt, selected=len(lines)), world)
    change = receipt.due - sum(line.net for line in held.lines)
    state = replace(state, receipt=replace(receipt, held_change=change), holds=(), last=None)
    asks = asks_again(state, held, world)
    cashier = state.operator.operator if state.operator else ""
    state = replace(state, message=recalled_message(change, gone, lost, asks, world))
    return state, (Commit("recall", HoldRecalled(command.document, cashier)), SaveDraft(), *asks)


def _held(line: OpenLine, net: int) -> HeldLine:
    return HeldLine(
        item=line.item.item,
        code=line.code,
        quantity_milli=line.quantity_milli,
        label_amount=line.label_amount,
        manual_price=line.manual_price,
        department=line.item.department,
        ownership=line.ownership,
        entry=line.entry,
        net=net,
        discount_bp=line.discount.bp if line.discount else 0,
        discount_minor=line.discount.minor if line.discount else 0,
    )


def _open_lines(held: Hold, world: World) -> tuple[tuple[OpenLine, ...], int]:
    """The held lines as open ones, and how many of them cannot be sold any more."""
    lines: list[OpenLine] = []
    for line in held.lines:
        item = _item(line, world)
        if item is None:
            continue
        prices = frozen_rows(
            world.catalog.prices(line.item),
            item,
            store=world.store,
            zone=world.terms.zone,
            local_minute=world.local_minute,
        )
        if not prices and line.manual_price is None and line.label_amount is None:
            continue
        entry = cast(EntryMethod, line.entry if line.entry in get_args(EntryMethod) else "scan")
        lines.append(
            OpenLine(
                len(lines) + 1,
                item,
                line.code,
                line.quantity_milli,
                prices,
                entry,
                line.ownership,
                label_amount=line.label_amount,
                manual_price=line.manual_price,
                discount=discount_of(line.discount_bp, line.discount_minor),
            )
        )
    return tuple(lines), len(held.lines) - len(lines)


def _item(line: HeldLine, world: World) -> ItemRow | None:
    if line.entry == "department":
        chosen = next((one for one in world.terms.departments if one.code == line.department), None)
        return department_item(chosen, world) if chosen else None
    return world.catalog.item_by_id(line.item)
