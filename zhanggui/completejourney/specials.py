"""Weekly price specials and multi-buys, read off what customers paid.

The dataset holds no offers, only their traces: what a line cost, how much was off with the card, and which products
each store displayed or advertised in a week. These rules turn traces into offers:

- A product was on special in a week when at least two lines with a card discount paid the same unit price; the most
  frequent such price (of several the lowest) is the special price. It held at the stores that displayed or advertised
  the product that week and at those where it was paid.
- A product was in a multi-buy in a week when at least two lines of N units paid the same sum, and that sum is less than
  N times the cheapest single unit of that week. Multiples of a smaller N at the same rate are the smaller N.
- A pair that cost what one unit cost without any discount is buy one, get one free. Everything else is N for a price.
- Products of one maker and category with the same N and sum are one offer, to be mixed.

Measured goods take no part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zhanggui.completejourney.reading import data_folder, products, transactions
from zhanggui.completejourney.weeks import with_week

SAME_PRICE_LINES: Final = 2
"""A price that one line alone paid may be a mistake at the till; two make it an offer."""
GROUP_UNITS: Final = (2, 12)
WEEKS_MAX: Final = 64


class Special(NamedTuple):
    """A product's price in a week, in ten-thousandths, and the stores where it held."""

    product: int
    unit_price: int
    stores: tuple[int, ...]


class MultiBuy(NamedTuple):
    """`units` units of these products for a sum in cents; `one_free`: a pair for the price of one."""

    products: tuple[int, ...]
    units: int
    price_minor: int
    one_free: bool


@cache
def specials() -> dict[int, tuple[Special, ...]]:
    """The specials of every week, by product."""
    lines = _counted_lines()
    lines = lines.filter(pc.greater(lines["retail_disc"], 0))
    # Half up, in whole numbers: (2 x net x 100 + quantity) // (2 x quantity).
    doubled = pc.add(pc.multiply(lines["net"], 200), lines["quantity"])
    lines = lines.append_column("price", pc.divide(doubled, pc.multiply(lines["quantity"], 2)))
    counted = lines.group_by(["key", "price"]).aggregate([([], "count_all")])
    counted = counted.filter(pc.greater_equal(counted["count_all"], SAME_PRICE_LINES))
    counted = counted.sort_by([("key", "ascending"), ("count_all", "ascending"), ("price", "descending")])
    # The last of a key's rows stays.
    prices = dict(zip(counted["key"].to_pylist(), counted["price"].to_pylist(), strict=True))
    held: dict[int, list[Special]] = {}
    for key, stores in _stores_of(prices, lines):
        product, week = divmod(key, WEEKS_MAX)
        held.setdefault(week, []).append(Special(product, prices[key], tuple(sorted(stores))))
    return {week: tuple(sorted(found)) for week, found in held.items()}


def _counted_lines() -> pa.Table:
    """Lines of counted goods with a quantity: what was paid before makers' coupons, and a key of product and week."""
    table = with_week(transactions())
    measured = [product.product for product in products().values() if product.measured]
    table = table.filter(
        pc.and_(
            pc.greater(table["quantity"], 0),
            pc.invert(pc.is_in(table["product_id"], pa.array(measured, pa.int64()))),
        )
    )
    table = table.append_column("net", pc.add(table["sales_value"], table["coupon_match_disc"]))
    return table.append_column("key", _keys(table))


def _keys(table: pa.Table) -> pa.ChunkedArray:
    return pc.add(pc.multiply(table["product_id"], WEEKS_MAX), table["week"])


def _stores_of(prices: dict[int, int], lines: pa.Table) -> Iterator[tuple[int, list[int]]]:
    """Where each special held: stores that showed the product, and stores where the price was paid."""
    special = pa.table({"key": list(prices), "price": list(prices.values())})
    paid = lines.select(["key", "price", "store_id"]).join(special, ["key", "price"], join_type="inner")
    parts = [paid.select(["key", "store_id"]), *_shown(special["key"].combine_chunks())]
    both = pa.concat_tables(parts).group_by("key").aggregate([("store_id", "distinct")])
    yield from zip(both["key"].to_pylist(), both["store_id_distinct"].to_pylist(), strict=True)


def _shown(wanted: pa.Array) -> Iterator[pa.Table]:
    """Rows of the dataset's 21 million (product, store, week) that these keys are in, a slice at a time."""
    file = pq.ParquetFile(data_folder() / "promotions.parquet")
    columns = ["product_id", "store_id", "week", "display_location", "mailer_location"]
    for batch in file.iter_batches(1_000_000, columns=columns):
        table = pa.Table.from_batches([batch])
        shown = pc.or_(pc.not_equal(table["display_location"], "0"), pc.not_equal(table["mailer_location"], "0"))
        table = table.append_column("key", _keys(table)).filter(shown)
        yield table.filter(pc.is_in(table["key"], wanted)).select(["key", "store_id"])


@cache
def multi_buys() -> dict[int, tuple[MultiBuy, ...]]:
    """The multi-buys of every week."""
    found: dict[int, dict[tuple[int, str, int, int, bool], list[int]]] = {}
    known = products()
    for key, count, price_minor, one_free in _patterns():
        product, week = divmod(key, WEEKS_MAX)
        row = known[product]
        maker = (row.manufacturer, row.category, count, price_minor, one_free)
        found.setdefault(week, {}).setdefault(maker, []).append(product)
    return {
        week: tuple(sorted(MultiBuy(tuple(sorted(held)), *maker[2:]) for maker, held in groups.items()))
        for week, groups in found.items()
    }


def _patterns() -> Iterator[tuple[int, int, int, bool]]:
    """(key, N, sum, one free) of every product and week with a multi-buy."""
    lines = _counted_lines()
    single = lines.filter(pc.equal(lines["quantity"], 1))
    single = single.group_by("key").aggregate([("net", "min"), ("retail_disc", "min")])
    least, most = GROUP_UNITS
    several = lines.filter(
        pc.and_(
            pc.and_(pc.greater_equal(lines["quantity"], least), pc.less_equal(lines["quantity"], most)),
            pc.and_(pc.greater(lines["retail_disc"], 0), pc.greater(lines["net"], 0)),
        )
    )
    several = several.group_by(["key", "quantity", "net"]).aggregate([([], "count_all")])
    alone = {"key": single["key"], "single": single["net_min"], "off": single["retail_disc_min"]}
    several = several.filter(pc.greater_equal(several["count_all"], SAME_PRICE_LINES))
    several = several.join(pa.table(alone), "key", join_type="inner")
    several = several.filter(pc.less(several["net"], pc.multiply(several["quantity"], several["single"])))
    names = ("key", "quantity", "net", "single", "off")
    rows = sorted(zip(*(several[name].to_pylist() for name in names), strict=True))
    yield from _smallest(rows)


def _smallest(rows: Iterable[tuple[int, int, int, int, int]]) -> Iterator[tuple[int, int, int, bool]]:
    """Without multiples of a smaller group at the same rate."""
    kept: dict[int, list[tuple[int, int]]] = {}
    for key, count, net, single, off in rows:
        held = kept.setdefault(key, [])
        if any(count % size == 0 and net * size == price * count for size, price in held):
            continue
        held.append((count, net))
        yield key, count, net, count == 2 and off == 0 and net == single
