"""What a code stands for at this till, as a line ready to be rung up, or why it cannot be."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from pos_terminal.checkout.lines import OpenLine
from pos_terminal.checkout.prices import frozen_rows, price_for
from pos_terminal.checkout.world import World
from retail.barcode import BadCheckDigit, Gs1Message, ItemCode, Parsed, PaymentCode, ShortCode, WeighedLabel
from retail.documents.sale import EntryMethod
from retail.feeds import ItemRow
from retail.money import MINOR_PER_MAJOR, UNIT_PRICE_SCALE, Rounding, divide, extend_minor
from retail.quantity import MILLI

_ELEMENT_GTIN: Final = re.compile(r"01([0-9]{14})")
_LINK_GTIN: Final = re.compile(r"/01/([0-9]{14})(?:[/?#]|$)")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a code does not sell: a message of the catalogue."""

    code: str
    values: dict[str, str] = field(default_factory=dict)


def goods_for(parsed: Parsed, quantity_milli: int | None, entry: EntryMethod, world: World) -> OpenLine | Problem:
    """The line for what a scanner or a hand read; `quantity_milli` is what was typed before it."""
    if isinstance(parsed, WeighedLabel):
        return _label(parsed, quantity_milli, world)
    if isinstance(parsed, ItemCode):
        return _article(parsed.code, (parsed.code, parsed.gtin14, parsed.gtin14[1:]), quantity_milli, entry, world)
    if isinstance(parsed, ShortCode):
        return _article(parsed.code, (parsed.code,), quantity_milli, entry, world)
    if isinstance(parsed, Gs1Message):
        found = (_LINK_GTIN.search if parsed.is_link else _ELEMENT_GTIN.match)(parsed.raw)
        if found is None:
            return Problem("gs1_without_article")
        gtin = found[1]
        return _article(gtin, (gtin, gtin[1:]), quantity_milli, entry, world)
    if isinstance(parsed, BadCheckDigit):
        return Problem("bad_check_digit", {"code": parsed.code})
    if isinstance(parsed, PaymentCode):
        return Problem("payment_code_on_sale")
    return Problem("unreadable")


def line_of(
    item: ItemRow, code: str, quantity_milli: int, entry: EntryMethod, world: World, label_amount: int | None = None
) -> OpenLine | Problem:
    """A line of these goods at the prices in force now; a Problem when they cannot be sold so."""
    if not item.on_sale:
        return Problem("not_on_sale", {"name": item.name})
    if quantity_milli > world.terms.quantity_max_milli:
        return Problem("quantity_too_large")
    if quantity_milli % MILLI and not item.measured and label_amount is None:
        return Problem("whole_pieces_only", {"name": item.name})
    prices = frozen_rows(
        world.catalog.prices(item.item),
        item,
        store=world.store,
        zone=world.terms.zone,
        local_minute=world.local_minute,
    )
    row = price_for(prices, "")
    if row is None and label_amount is None:
        return Problem("no_price", {"name": item.name})
    gross = label_amount if label_amount is not None or row is None else extend_minor(row.amount, quantity_milli)
    if gross is not None and gross > world.terms.amount_max_minor:
        return Problem("amount_too_large")
    return OpenLine(0, item, code, quantity_milli, prices, entry, label_amount=label_amount)


def _article(
    code: str, lookups: tuple[str, ...], quantity_milli: int | None, entry: EntryMethod, world: World
) -> OpenLine | Problem:
    for lookup in lookups:
        found = world.catalog.item_by_code(lookup)
        if found is not None:
            break
    else:
        return Problem("code_unknown", {"code": code})
    item, barcode = found
    if item.measured and quantity_milli is None and barcode is None:
        return Problem("weigh_first", {"name": item.name})
    pack_milli = barcode.quantity_milli if barcode else MILLI
    quantity = pack_milli if quantity_milli is None else quantity_milli * pack_milli // MILLI
    return line_of(item, code, quantity, entry, world)


def _label(label: WeighedLabel, quantity_milli: int | None, world: World) -> OpenLine | Problem:
    """A scale's label: what it states is sold once, whatever was typed before it."""
    if quantity_milli is not None:
        return Problem("label_times_quantity")
    item = world.catalog.item_by_plu(label.plu)
    if item is None:
        return Problem("plu_unknown", {"plu": label.plu})
    quantity = label.quantity_milli
    if quantity is None:
        quantity = _quantity_for(item, label.amount_minor or 0, world)
    if quantity <= 0 or label.amount_minor == 0:
        return Problem("label_empty", {"name": item.name})
    return line_of(item, label.code, quantity, "label", world, label.amount_minor)


def _quantity_for(item: ItemRow, amount_minor: int, world: World) -> int:
    """How much a label that states only its amount must hold, at the price in force; one unit when there is none."""
    terms = world.terms
    prices = frozen_rows(
        world.catalog.prices(item.item), item, store=world.store, zone=terms.zone, local_minute=world.local_minute
    )
    row = price_for(prices, "")
    if not item.measured or row is None or row.amount <= 0:
        return MILLI
    scaled = amount_minor * UNIT_PRICE_SCALE * MILLI
    return max(divide(scaled, row.amount * MINOR_PER_MAJOR[terms.currency], Rounding.HALF_UP), 1)
