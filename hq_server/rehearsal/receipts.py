"""A receipt as it was sold, as the engine sees it: the very basket and context that the till priced.

What a document does not hold is taken as headquarters knows it now: the items' traits, the member's level and groups.
Not known any more are coupons handed over in vain and the minute at which payment began (the receipt's own is taken);
goods that came back, and lines priced by hand, take no part, as at the till.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from promotions import Basket, BasketLine, Context, Coupon
from retail.codec import Envelope
from retail.documents.sale import Line, Sale
from retail.feeds import ItemRow, MemberRow
from retail.quantity import MILLI
from retail.traits import traits_of

MS_PER_MINUTE: Final = 60_000
REGULAR: Final = frozenset({"retail", "label", "department"})
"""Kinds of price that are regular, as the till has it."""


@dataclass(frozen=True, slots=True)
class SoldReceipt:
    """What was sold. `tax_bp` and `cost_scaled` (ten-millionths of the major unit; None: not known) stand by line, in
    the order of the basket; `offers_minor` is what offers took off then."""

    store: str
    business_date: int
    position: int
    member: str
    currency: str
    basket: Basket
    context: Context
    tax_bp: tuple[int, ...] = ()
    cost_scaled: tuple[int | None, ...] = ()
    offers_minor: int = 0


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What headquarters knows of items, members and costs: costs by (position, line). `purchases` says by position how
    many receipts of the member's were before it; left out where no offer asks."""

    items: Mapping[str, ItemRow] = field(default_factory=dict)
    members: Mapping[str, MemberRow] = field(default_factory=dict)
    costs: Mapping[tuple[int, int], int | None] = field(default_factory=dict)
    purchases: Mapping[int, int] = field(default_factory=dict)


def sold_receipt(store: str, position: int, envelope: Envelope, sale: Sale, known: Knowledge) -> SoldReceipt | None:
    """The receipt, or None when nothing on it went out."""
    lines = [line for line in sale.lines if goes_out(line)]
    if not lines:
        return None
    return SoldReceipt(
        store=store,
        business_date=envelope.business_date,
        position=position,
        member=sale.member,
        currency=sale.currency,
        basket=Basket(tuple(basket_line(line, known.items.get(line.item)) for line in lines)),
        context=context_of(envelope, sale, known.members.get(sale.member), known.purchases.get(position)),
        tax_bp=tuple(_tax_bp(line) for line in lines),
        cost_scaled=tuple(known.costs.get((position, line.number)) for line in lines),
        offers_minor=sum(_offers_minor(line) for line in lines),
    )


def goes_out(line: Line) -> bool:
    """Whether a line is goods sold: not struck out, not coming back, not a mere amount."""
    return line.voided is None and line.entry not in ("return", "adjustment") and line.quantity_milli >= 0


def basket_line(line: Line, item: ItemRow | None) -> BasketLine:
    """A sold line as the till gave it to the engine. Pieces are runs of one each; anything else was measured."""
    traits = traits_of(item or ItemRow(line.item, line.name))
    label = (f"label:{line.code[:2]}",) if line.entry == "label" else ()
    return BasketLine(
        number=line.number,
        item=line.item,
        department=line.department,
        category=item.category if item else "",
        brand=item.brand if item else "",
        quantity_milli=line.quantity_milli,
        unit_price=line.unit_price,
        gross_minor=sum(run.units * run.gross for run in line.runs),
        counted=all(run.quantity_milli == MILLI for run in line.runs),
        takes_offers=line.price_source.kind != "manual" and line.quantity_milli > 0,
        supplier=traits.supplier,
        stage=traits.stage,
        tags=(*traits.tags, *label),
        regular=line.price_source.kind in REGULAR,
        floor_unit_price=traits.floor_unit_price,
    )


def context_of(envelope: Envelope, sale: Sale, member: MemberRow | None, counted: int | None) -> Context:
    """When and for whom the receipt was made, and how it was paid. `counted`: the member's receipts before it."""
    paid = {tender.name or tender.kind if tender.kind == "other" else tender.kind for tender in sale.tenders}
    return Context(
        local_minute=envelope.at_ms // MS_PER_MINUTE + envelope.utc_offset_min,
        member_level=member.level if member else "",
        coupons=tuple(Coupon(coupon.code, coupon.series) for coupon in sale.coupons),
        groups=member.groups if member else (),
        birthday=member.birthday if member else 0,
        purchases=-1 if member is None or member.purchases < 0 or counted is None else member.purchases + counted,
        picked=tuple(offer.offer for offer in sale.offers),
        tender=paid.pop() if len(paid) == 1 else "",
        points=sale.points_spent,
        vouchers_minor=sum(tender.amount for tender in sale.tenders if tender.kind == "voucher"),
    )


def _offers_minor(line: Line) -> int:
    return sum(run.units * cut.amount for run in line.runs for cut in run.reductions if cut.source == "offer")


def _tax_bp(line: Line) -> int:
    """The rate of the tax inside the line's price; 0 without one."""
    return next((tax.rate_bp for run in line.runs for tax in run.taxes), 0)
