"""The demo chain's master data, derived from the dataset by rules that are written here and nowhere else.

The dataset has no names, barcodes, prices, costs or staff. What stands below is the demo's own, stated plainly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from retail.feeds import BarcodeRow, ItemRow, MemberRow, PriceRow
from retail.gtin import restricted_ean13
from retail.money import UNIT_PRICE_SCALE, Rounding, divide
from zhanggui.completejourney.documents import (
    CLERKS,
    cashier_code,
    item_code,
    member_code,
    store_code,
    till_code,
)
from zhanggui.completejourney.reading import Product, households, products, store_numbers, transactions

ZONES: Final = ("NORTH", "EAST", "SOUTH", "WEST")
EAN_PREFIX: Final = "20"
"""Restricted circulation (GS1: 20-29 are a company's own), apart from the scale labels' 21, 22 and 26."""
COST_BP: Final = {"FUEL": 9300, "PRODUCE": 6200, "MEAT": 7000, "DELI": 6000, "PASTRY": 5500, "COSMETICS": 5800}
COST_BP_OTHERWISE: Final = 7200
"""Cost as basis points of the shelf price: an assumption of the demo, for the dataset tells no costs."""
UTC_OFFSET_MIN: Final = -300
"""The dataset's wall clock is taken as US Eastern standard time the whole year."""


@dataclass(frozen=True, slots=True)
class ChainStore:
    """A store of the demo chain with its zone, tills and people."""

    store: str
    name: str
    zone: str
    tills: tuple[str, ...]
    cashier: str
    clerks: tuple[str, ...]


def stores() -> Iterator[ChainStore]:
    """All stores that sold anything. The zone follows from the store's number."""
    for number in store_numbers():
        code = store_code(number)
        clerks = tuple(f"{code}-C{index}" for index in range(1, CLERKS + 1))
        zone = ZONES[number % len(ZONES)]
        yield ChainStore(code, f"Store {number}", zone, (till_code(number),), cashier_code(number), clerks)


def item_name(product: Product) -> str:
    """What a person would call it: type, size and brand as far as they are known."""
    parts = (product.type or product.category or f"UNKNOWN {product.product}", product.size)
    name = " ".join(part for part in parts if part)
    return f"{name} (PL)" if product.brand == "Private" else name


def items() -> Iterator[ItemRow]:
    """One row per product; a product that the product table does not know is of department UNKNOWN."""
    for product in products().values():
        yield ItemRow(
            item=item_code(product.product),
            name=item_name(product),
            department=product.department,
            unit="measure" if product.measured else "ea",
            measured=product.measured,
            brand=product.brand,
            category=product.category,
            on_sale=product.product in shelf_prices(),
        )


def barcode_of(product: int) -> str:
    """The product's EAN-13."""
    return restricted_ean13(EAN_PREFIX, product)


def barcodes() -> Iterator[BarcodeRow]:
    """One EAN-13 per product."""
    for product in products():
        yield BarcodeRow(barcode_of(product), item_code(product))


@cache
def shelf_prices() -> dict[int, int]:
    """Unit price (ten-thousandths of a dollar) of every product sold at a price: its most frequent gross per unit."""
    table = transactions()
    seen: dict[int, Counter[int]] = {}
    columns = ("product_id", "quantity", "sales_value", "retail_disc", "coupon_match_disc")
    for product, quantity, net, retail, match in zip(*(table[name].to_pylist() for name in columns), strict=True):
        gross = net + retail + match
        if quantity and gross:
            price = divide(gross * UNIT_PRICE_SCALE // 100, quantity, Rounding.HALF_UP)
            seen.setdefault(product, Counter())[price] += 1
    return {product: max(found.items(), key=lambda pair: (pair[1], pair[0]))[0] for product, found in seen.items()}


def prices() -> Iterator[PriceRow]:
    """One retail price for the whole chain per product that ever sold."""
    for product, amount in shelf_prices().items():
        if amount:
            yield PriceRow(item_code(product), amount, unit="measure" if products()[product].measured else "ea")


def costs() -> Iterator[tuple[str, int]]:
    """(item, unit cost in ten-thousandths) for every priced product."""
    for product, amount in shelf_prices().items():
        cost_bp = COST_BP.get(products()[product].department, COST_BP_OTHERWISE)
        yield item_code(product), divide(amount * cost_bp, 10_000, Rounding.HALF_UP)


def members() -> Iterator[MemberRow]:
    """Every household is a member."""
    for household in households():
        yield MemberRow(member_code(household), card=member_code(household), level="standard")
