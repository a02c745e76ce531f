"""A historic basket as the sale document a till would have written, with the dataset's own amounts, to the cent.

net = sales_value; gross = net + retail_disc + coupon_match_disc; coupon_disc is a manufacturer's coupon, a tender that
settles part of its own line. A coupon above the line's net leaves a negative cash cell; a basket below zero pays out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from retail.allocate import spread
from retail.documents.sale import ClerkCell, Line, PriceSource, Reduction, Run, Sale, Tender, TenderCell
from retail.money import UNIT_PRICE_SCALE, Rounding, divide
from retail.ownership import own
from retail.quantity import MILLI
from zhanggui.completejourney.reading import Basket, BasketLine, Product

CURRENCY: Final = "USD"
CLERKS: Final = 6
"""Each store of the demo chain has this many salesclerks; a line's clerk follows from its department."""
CASHIER: Final = 1
MANAGER: Final = 9
FIRST_CLERK: Final = 11
CASH: Final = 0
COUPON: Final = 1
RETAIL_DISCOUNT: Final = "retail_disc"
COUPON_MATCH: Final = "coupon_match"
HISTORIC_PRICE: Final = PriceSource("historic", "store", 0)

Cuts = Sequence[tuple[int, int]]


def store_code(store: int) -> str:
    """`S00367` for the dataset's store 367."""
    return f"S{store:05d}"


def till_code(store: int) -> str:
    """The store's only till in the replay."""
    return f"{store_code(store)}-01"


def item_code(product: int) -> str:
    """The item's code at headquarters: the dataset's number."""
    return str(product)


def member_code(household: int) -> str:
    """The household's member number."""
    return f"H{household:04d}"


def staff_code(store: int, number: int) -> str:
    """Somebody's number in the chain, digits only since it is typed at tills: `36711` is number 11 of store 367."""
    return f"{store}{number:02d}"


def clerk_code(store: int, department: str) -> str:
    """The clerk who looks after a department of a store."""
    return staff_code(store, FIRST_CLERK + sum(department.encode()) % CLERKS)


def cashier_code(store: int) -> str:
    """The store's cashier."""
    return staff_code(store, CASHIER)


def sale_of(basket: Basket, counter: int, shift: int, products: Callable[[int], Product]) -> Sale:
    """The basket as a completed receipt."""
    lines = tuple(
        _line(number, basket.store, line, products(line.product)) for number, line in enumerate(basket.lines, 1)
    )
    net = sum(line.sales_value for line in basket.lines)
    coupons = sum(line.coupon_disc for line in basket.lines)
    cash = net - coupons
    tenders = [Tender("cash", "", cash, max(cash, 0), max(-cash, 0), "")]
    if coupons:
        tenders.append(Tender("coupon", "manufacturer", coupons, coupons, 0, ""))
    return Sale(
        counter=counter,
        shift=shift,
        cashier=cashier_code(basket.store),
        member=member_code(basket.household),
        currency=CURRENCY,
        net=net,
        lines=lines,
        tenders=tuple(tenders),
        offer_set=b"",
        priced_with=(),
        started_at_ms=basket.local_ms,
        recalled_from=None,
        offers=(),
        coupons=(),
        earned=(),
        issued=(),
        stamped=(),
        points_spent=0,
        reversals=(),
    )


def _line(number: int, store: int, line: BasketLine, product: Product) -> Line:
    clerk = clerk_code(store, product.department)
    gross = line.sales_value + line.retail_disc + line.coupon_match_disc
    quantity_milli = line.quantity * MILLI
    return Line(
        number=number,
        item=item_code(line.product),
        code=item_code(line.product),
        name=product.type,
        department=product.department,
        unit="measure" if product.measured else "ea",
        quantity_milli=quantity_milli,
        unit_price=divide(gross * UNIT_PRICE_SCALE // 100, max(line.quantity, 1), Rounding.HALF_UP),
        price_source=HISTORIC_PRICE,
        entry="import",
        ownership=own(clerk),
        runs=_runs(line, clerk, 1 if product.measured or not line.quantity else line.quantity, quantity_milli),
        voided=None,
    )


def _runs(line: BasketLine, clerk: str, units: int, quantity_milli: int) -> tuple[Run, ...]:
    """Each amount is spread over the units by itself; where one of them steps down, a new run begins."""
    amounts = (line.sales_value, line.retail_disc, line.coupon_match_disc, line.coupon_disc)
    cuts = [spread(amount, units) for amount in amounts]
    steps = sorted({part[0][0] for part in cuts} | {units})
    runs: list[Run] = []
    start = 0
    for end in steps:
        net, retail, match, coupon = (_share_at(part, start) for part in cuts)
        runs.append(_run(end - start, quantity_milli // units, net, retail, match, coupon, clerk))
        start = end
    return tuple(runs)


def _share_at(cuts: Cuts, unit: int) -> int:
    return cuts[0][1] if unit < cuts[0][0] else cuts[1][1]


def _run(units: int, quantity_milli: int, net: int, retail: int, match: int, coupon: int, clerk: str) -> Run:
    reductions = []
    if retail:
        reductions.append(Reduction("offer", RETAIL_DISCOUNT, retail))
    if match:
        reductions.append(Reduction("voucher", COUPON_MATCH, match))
    tenders = []
    if net - coupon:
        tenders.append(TenderCell(CASH, net - coupon))
    if coupon:
        tenders.append(TenderCell(COUPON, coupon))
    return Run(
        units=units,
        quantity_milli=quantity_milli,
        gross=net + retail + match,
        reductions=tuple(reductions),
        net=net,
        taxes=(),
        tenders=tuple(tenders),
        clerks=(ClerkCell(clerk, net),) if net else (),
        origin=None,
    )
