"""The demo chain's master data, derived from the dataset by rules that are written here and nowhere else.

The dataset has no names, barcodes, prices, costs or staff. What stands below is the demo's own, stated plainly.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

import pyarrow.compute as pc

from retail.feeds import BarcodeRow, ItemRow, MemberRow, PriceRow
from retail.gtin import restricted_ean13
from retail.money import MINOR_PER_MAJOR, UNIT_PRICE_SCALE, Rounding, divide
from zhanggui import master
from zhanggui.completejourney import documents
from zhanggui.completejourney.documents import CURRENCY, item_code, member_code, staff_code, store_code, till_code
from zhanggui.completejourney.reading import Product, households, products, store_numbers, transactions
from zhanggui.master import Chain, ItemCost, Member, Person, SettingValue, Shop

ZONES: Final = (("NORTH", "North"), ("EAST", "East"), ("SOUTH", "South"), ("WEST", "West"))
EAN_PREFIX: Final = "20"
"""Restricted circulation (GS1: 20-29 are a company's own), apart from the scale labels' 21, 22 and 26."""
COST_BP: Final = {"FUEL": 9300, "PRODUCE": 6200, "MEAT": 7000, "DELI": 6000, "PASTRY": 5500, "COSMETICS": 5800}
COST_BP_OTHERWISE: Final = 7200
"""Cost as basis points of the shelf price: an assumption of the demo, for the dataset tells no costs."""
UTC_OFFSET_MIN: Final = -300
"""The dataset's wall clock is taken as US Eastern standard time the whole year."""
KEY_IN_DEPARTMENTS: Final = ("GROCERY", "PRODUCE", "MEAT", "DELI", "PASTRY", "FLORAL", "DRUG GM")
"""Departments that a cashier may key goods without a code into."""


def chain() -> Chain:
    """Everything headquarters needs to know of the demo chain."""
    return Chain(
        name="Complete Journey",
        currency=CURRENCY,
        utc_offset_min=UTC_OFFSET_MIN,
        zones=ZONES,
        shops=tuple(shops()),
        people=tuple(people()),
        roles=master.sample_roles(),
        items=tuple(items()),
        barcodes=tuple(barcodes()),
        prices=tuple(prices()),
        costs=tuple(costs()),
        members=tuple(Member(MemberRow(member_code(number), level="standard")) for number in households()),
        offers=(),
        settings=tuple(settings()),
    )


def shops() -> Iterator[Shop]:
    """All stores that sold anything. The zone follows from the store's number."""
    for number in store_numbers():
        zone, _ = ZONES[number % len(ZONES)]
        yield Shop(store_code(number), f"Store {number}", zone, (till_code(number),))


def people() -> Iterator[Person]:
    """A cashier, a manager and the clerks of every store."""
    for number in store_numbers():
        store = store_code(number)
        yield Person(staff_code(number, documents.CASHIER), f"Cashier {number}", master.CASHIER, store)
        yield Person(staff_code(number, documents.MANAGER), f"Manager {number}", master.MANAGER, store)
        for index in range(documents.CLERKS):
            clerk = staff_code(number, documents.FIRST_CLERK + index)
            yield Person(clerk, f"Clerk {index + 1} of {number}", master.CLERK, store)


def item_name(product: Product) -> str:
    """What a person would call it: type, size and brand as far as they are known."""
    parts = (product.type or product.category or f"UNKNOWN {product.product}", product.size)
    name = " ".join(part for part in parts if part)
    return f"{name} (PL)" if product.brand == "Private" else name


def items() -> Iterator[ItemRow]:
    """One row per product; a product that the product table does not know is of department UNKNOWN."""
    priced = shelf_prices()
    for product in products().values():
        yield ItemRow(
            item=item_code(product.product),
            name=item_name(product),
            department=product.department,
            unit=unit_of(product),
            measured=product.measured,
            brand=product.brand,
            category=product.category,
            on_sale=bool(priced.get(product.product)),
        )


def unit_of(product: Product) -> str:
    """Pieces, or for fuel and the like whatever the dataset counts."""
    return "measure" if product.measured else "ea"


def barcode_of(product: int) -> str:
    """The product's EAN-13."""
    return restricted_ean13(EAN_PREFIX, product)


def barcodes() -> Iterator[BarcodeRow]:
    """One EAN-13 per product."""
    for product in products():
        yield BarcodeRow(barcode_of(product), item_code(product))


@cache
def shelf_prices() -> dict[int, int]:
    """Unit price (ten-thousandths of a dollar) of every product sold at a price: its most frequent gross per unit, and
    of several equally frequent ones the highest. Fuel can cost less than that: then it is zero."""
    table = transactions()
    gross = pc.add(pc.add(table["sales_value"], table["retail_disc"]), table["coupon_match_disc"])
    table = table.append_column("gross", gross)
    table = table.filter(pc.and_(pc.greater(table["quantity"], 0), pc.greater(table["gross"], 0)))
    # Half up, in whole numbers: (2 × gross × scale + quantity) // (2 × quantity).
    doubled = pc.multiply(table["gross"], 2 * UNIT_PRICE_SCALE // MINOR_PER_MAJOR[CURRENCY])
    price = pc.divide(pc.add(doubled, table["quantity"]), pc.multiply(table["quantity"], 2))
    counted = table.append_column("price", price).group_by(["product_id", "price"]).aggregate([([], "count_all")])
    order = (("product_id", "ascending"), ("count_all", "ascending"), ("price", "ascending"))
    counted = counted.sort_by(order)
    # The last of a product's rows stays.
    return dict(zip(counted["product_id"].to_pylist(), counted["price"].to_pylist(), strict=True))


def prices() -> Iterator[PriceRow]:
    """One retail price for the whole chain per product that ever sold."""
    for product, amount in shelf_prices().items():
        if amount:
            yield PriceRow(item_code(product), amount, unit=unit_of(products()[product]))


def costs() -> Iterator[ItemCost]:
    """The unit cost of every priced product."""
    for product, amount in shelf_prices().items():
        cost_bp = COST_BP.get(products()[product].department, COST_BP_OTHERWISE)
        yield ItemCost(item_code(product), divide(amount * cost_bp, 10_000, Rounding.HALF_UP))


def settings() -> Iterator[SettingValue]:
    """How the demo chain's stores sell."""
    departments = [{"code": name, "name": name.capitalize()} for name in KEY_IN_DEPARTMENTS]
    yield SettingValue("currency", CURRENCY)
    yield SettingValue("departments", departments)
    yield SettingValue("receipt_footer", ["Thank you for shopping with us"])
