"""What the open receipt comes to: prices in force, then offers, then what was taken off by hand, then rounding.

Called after every change of the receipt. Lines that did not change since the last time are taken over as they were,
so that the hundredth scan costs little more than the first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pos_terminal.checkout.figures import Figures, LineFigures
from pos_terminal.checkout.lines import Discount, OpenLine
from pos_terminal.checkout.prices import price_for
from pos_terminal.checkout.state import Receipt
from pos_terminal.checkout.taking_back import runs_taken, undone_by
from pos_terminal.checkout.world import World
from promotions import Basket, BasketLine, Context, OfferSet, price
from retail.allocate import allocate
from retail.cells import PricedRun, gross_runs, with_reduction
from retail.documents.sale import PriceSource, Reduction, ReductionSource
from retail.money import Rounding, divide, extend_minor
from retail.traits import traits_of

LINE_DISCOUNT: Final = "line_discount"
RECEIPT_DISCOUNT: Final = "receipt_discount"
ROUNDING: Final = "rounding"

REGULAR: Final = frozenset({"retail", "label", "department"})
"""Where a regular price comes from: not from a member's or another special price, nor from a hand."""


def priced(receipt: Receipt, world: World) -> Receipt:
    """The receipt with the figures of all its lines."""
    figures = _known(receipt)
    for place in range(len(receipt.lines)):
        if figures[place] is None:
            figures[place] = _figures(receipt.lines[place], receipt.member_level, world.terms.currency)
    return _summed(receipt, [found for found in figures if found is not None], world)


def _known(receipt: Receipt) -> list[LineFigures | None]:
    """The figures of lines that are just as they were, None for the others."""
    before = receipt.figures
    if before.member_level != receipt.member_level:
        return [None] * len(receipt.lines)
    known: list[LineFigures | None] = [
        old if old.line is line else None for old, line in zip(before.lines, receipt.lines, strict=False)
    ]
    return known + [None] * (len(receipt.lines) - len(known))


def _summed(receipt: Receipt, figures: list[LineFigures], world: World) -> Receipt:
    receipt = _with_offers(receipt, figures, world)
    places = [place for place, line in enumerate(receipt.lines) if line.live]
    sold = [place for place in places if receipt.lines[place].returned is None]
    for place in sold:
        discount = receipt.lines[place].discount
        if discount is not None:
            amount = amount_of(discount, figures[place].net)
            figures[place] = _reduced(figures[place], "manual", LINE_DISCOUNT, amount)
    if receipt.discount is not None:
        amount = amount_of(receipt.discount, sum(figures[place].net for place in sold))
        _spread(figures, sold, "manual", RECEIPT_DISCOUNT, amount)
    if receipt.rounding:
        _spread(figures, sold, "rounding", ROUNDING, receipt.rounding)
    undone = undone_by(receipt.origins, figures) if receipt.origins else ()
    due = sum([figures[place].net for place in places]) + sum([found.net for found in undone])
    saved = sum([figures[place].gross - figures[place].net for place in sold])
    return replace(receipt, figures=Figures(tuple(figures), due, saved, receipt.member_level, undone))


def amount_of(discount: Discount, net: int) -> int:
    """What a reduction by hand takes off a net; never more than there is."""
    if discount.bp:
        return divide(max(net, 0) * discount.bp, 10_000, Rounding.HALF_UP)
    return min(discount.minor, max(net, 0))


def charged(line: OpenLine, member_level: str) -> tuple[int, PriceSource]:
    """The unit price in force for a line, in ten-thousandths, and where it comes from."""
    if line.returned is not None:
        return line.returned.line.unit_price, line.returned.line.price_source
    if line.manual_price is not None:
        kind = "department" if line.entry == "department" else "manual"
        return line.manual_price, PriceSource(kind, "", 0)
    row = price_for(line.prices, member_level)
    if row is None:
        return 0, PriceSource("label", "", 0)
    if line.label_amount is not None:
        return row.amount, PriceSource("label", row.scope, row.release)
    return row.amount, PriceSource(row.kind, row.scope, row.release)


def gross_of(line: OpenLine, unit_price: int, currency: str) -> int:
    """What a line going out costs before any reduction. A label's amount stands as it is printed."""
    if line.label_amount is not None:
        return line.label_amount
    return extend_minor(unit_price, line.quantity_milli, currency)


def _figures(line: OpenLine, member_level: str, currency: str) -> LineFigures:
    """A line before any reduction."""
    unit_price, source = charged(line, member_level)
    if line.returned is not None:
        taken = runs_taken(line.returned)
        gross = sum(run.units * run.gross for run in taken)
        net = sum(run.units * run.net for run in taken)
        return LineFigures(line, unit_price, source, gross, net, taken=taken)
    gross = gross_of(line, unit_price, currency)
    if not line.live:
        runs = gross_runs(gross, line.quantity_milli, measured=not line.counted)
        return LineFigures(line, unit_price, source, gross, gross, runs)
    made = basket_line(line, unit_price, source, gross)
    return LineFigures(line, unit_price, source, gross, gross, basket_line=made)


def basket_line(line: OpenLine, unit_price: int, source: PriceSource, gross: int) -> BasketLine:
    """A line going out as the engine sees it. A scale's label tags its piece `label:NN` by its prefix, so that labels
    of their own (for goods near their date) can have offers of their own."""
    item, traits = line.item, traits_of(line.item)
    label = (f"label:{line.code[:2]}",) if line.entry == "label" else ()
    return BasketLine(
        number=line.number,
        item=item.item,
        department=item.department,
        category=item.category,
        brand=item.brand,
        quantity_milli=line.quantity_milli,
        unit_price=unit_price,
        gross_minor=gross,
        counted=line.counted,
        takes_offers=line.manual_price is None or line.entry == "department",
        supplier=traits.supplier,
        stage=traits.stage,
        tags=(*traits.tags, *label),
        regular=source.kind in REGULAR,
        floor_unit_price=traits.floor_unit_price,
    )


def context_of(receipt: Receipt, world: World) -> Context:
    """When, for whom and how the receipt is paid, as far as it is known yet."""
    about, known = receipt.about_member, receipt.known
    return Context(
        local_minute=world.local_minute if receipt.tender_minute is None else receipt.tender_minute,
        member_level=receipt.member_level,
        coupons=receipt.coupons,
        groups=about.groups,
        birthday=about.birthday,
        purchases=-1 if about.purchases < 0 or known.purchases < 0 else about.purchases + known.purchases,
        picked=receipt.picked,
        tender=receipt.tender,
        terminal=world.terminal,
        used=known.used,
        counters=known.counters,
        points=receipt.points,
        vouchers_minor=sum([tender.amount for tender in receipt.tenders if tender.kind == "voucher"]),
    )


def _with_offers(receipt: Receipt, figures: list[LineFigures], world: World) -> Receipt:
    """Fills in the runs of all lines going out; the receipt then holds the engine's answer."""
    made = [(place, found.basket_line) for place, found in enumerate(figures) if found.basket_line is not None]
    if not made:
        return replace(receipt, priced=None)
    offers: OfferSet = receipt.offers or world.offers
    basket = Basket(tuple([line for _, line in made]))
    answer = price(basket, offers, context_of(receipt, world), receipt.priced)
    # Lines that nothing has changed come back with the very same runs.
    for (place, _), line in zip(made, answer.lines, strict=True):
        found = figures[place]
        if found.runs is not line.runs:
            figures[place] = replace(found, runs=line.runs, net=line.net)
    return replace(receipt, priced=answer)


def _reduced(figures: LineFigures, source: ReductionSource, reference: str, amount: int) -> LineFigures:
    """The line with so much more taken off."""
    if not amount:
        return figures
    runs: tuple[PricedRun, ...] = with_reduction(figures.runs, Reduction(source, reference, 0), amount)
    return replace(figures, runs=runs, net=figures.net - amount)


def _spread(
    figures: list[LineFigures], places: list[int], source: ReductionSource, reference: str, amount: int
) -> None:
    """Takes an amount off several lines in proportion to their nets, in place."""
    nets = [max(figures[place].net, 0) for place in places]
    if not amount or not sum(nets):
        return
    for place, share in zip(places, allocate(amount, nets), strict=True):
        figures[place] = _reduced(figures[place], source, reference, share)
