"""The two sides that must be equal to the cent: the dataset's own sums, and headquarters'.

Both come as tables of whole numbers with the same columns. Stores, items and households are the dataset's numbers,
days are YYYYMMDD, quantities thousandths, amounts cents.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from sqlalchemy.orm import Session

from hq_server.copy import cursor_of
from zhanggui.completejourney.documents import store_code
from zhanggui.completejourney.reading import transactions

FIVE: Final = ("quantity", "sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")
"""The dataset's sums, by its own names."""

SALES: Final[dict[str, tuple[str, ...]]] = {
    "sales by store": ("store",),
    "sales by day": ("day",),
    "sales by item": ("item",),
    "sales by household": ("household",),
    "sales by store, day, item and household": ("store", "day", "item", "household"),
}

_JOINED_WHOLE: Final = "SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '256MB'"
"""All of several large tables is joined: row by row would take an hour."""
_LINES: Final = """
    CREATE TEMPORARY TABLE replayed_line ON COMMIT DROP AS
    SELECT substr(l.store_id, 2)::bigint AS store, to_char(l.business_date, 'YYYYMMDD')::bigint AS day,
        l.item::bigint AS item, substr(r.member, 2)::bigint AS household,
        l.quantity_milli AS quantity, l.net AS sales_value, coalesce(c.retail, 0) AS retail_disc,
        coalesce(t.coupon, 0) AS coupon_disc, coalesce(c.match, 0) AS coupon_match_disc
    FROM receipt_line l JOIN receipt r USING (store_id, business_date, position)
    LEFT JOIN (
        SELECT store_id, business_date, position, line,
            sum(amount) FILTER (WHERE source = 'offer' AND reference = 'retail_disc') AS retail,
            sum(amount) FILTER (WHERE source = 'voucher' AND reference = 'coupon_match') AS match
        FROM receipt_reduction GROUP BY 1, 2, 3, 4
    ) c USING (store_id, business_date, position, line)
    LEFT JOIN (
        SELECT p.store_id, p.business_date, p.position, p.line, sum(p.amount) AS coupon
        FROM line_tender p JOIN receipt_tender k USING (store_id, business_date, position, tender)
        WHERE k.kind = 'coupon' GROUP BY 1, 2, 3, 4
    ) t USING (store_id, business_date, position, line)
    WHERE l.entry = 'import' AND l.store_id = ANY(%(stores)s)
"""
_LEDGERS: Final = {
    "stock": """
        SELECT substr(store_id, 2)::bigint AS store, item::bigint AS item, quantity_milli AS quantity
        FROM ledger_stock WHERE store_id = ANY(%(stores)s)
    """,
    "tally by item and day": """
        SELECT substr(store_id, 2)::bigint AS store, to_char(business_date, 'YYYYMMDD')::bigint AS day,
            item::bigint AS item, quantity_milli AS quantity, gross, reduction, net
        FROM ledger_item_day WHERE store_id = ANY(%(stores)s)
    """,
    "tally by hour": """
        SELECT substr(store_id, 2)::bigint AS store, to_char(business_date, 'YYYYMMDD')::bigint AS day,
            hour, receipts, lines, net
        FROM ledger_hour_day WHERE store_id = ANY(%(stores)s)
    """,
    "tally by member and day": """
        SELECT substr(store_id, 2)::bigint AS store, to_char(business_date, 'YYYYMMDD')::bigint AS day,
            substr(member, 2)::bigint AS household, receipts, net
        FROM ledger_member_day WHERE store_id = ANY(%(stores)s)
    """,
}
KEYS: Final[dict[str, tuple[str, ...]]] = {
    **SALES,
    "stock": ("store", "item"),
    "tally by item and day": ("store", "day", "item"),
    "tally by hour": ("store", "day", "hour"),
    "tally by member and day": ("store", "day", "household"),
}
"""What each comparison is grouped by, in the order they are made."""


def dataset_sums(stores: Sequence[int]) -> dict[str, pa.Table]:
    """The dataset's own sums over these stores, straight from its file."""
    lines = _dataset_lines(stores)
    receipts = lines.group_by(["basket", "store", "day", "hour", "household"]).aggregate(
        [("sales_value", "sum"), ("item", "count")]
    )
    receipts = receipts.rename_columns(["basket", "store", "day", "hour", "household", "net", "lines"])
    receipts = receipts.append_column("receipts", pa.array([1] * receipts.num_rows, pa.int64()))
    found = {name: _grouped(lines, keys, FIVE) for name, keys in SALES.items()}
    found["stock"] = _grouped(
        lines.set_column(lines.column_names.index("quantity"), "quantity", pc.negate(lines["quantity"])),
        KEYS["stock"],
        ("quantity",),
    )
    item_day = KEYS["tally by item and day"]
    found["tally by item and day"] = _grouped(lines, item_day, ("quantity", "gross", "reduction", "net"))
    found["tally by hour"] = _grouped(receipts, KEYS["tally by hour"], ("receipts", "lines", "net"))
    found["tally by member and day"] = _grouped(receipts, KEYS["tally by member and day"], ("receipts", "net"))
    return found


def _dataset_lines(stores: Sequence[int]) -> pa.Table:
    table = transactions()
    table = table.filter(pc.is_in(table["store_id"], pa.array(stores, table["store_id"].type)))
    moment = pc.cast(table["local_ms"], pa.timestamp("ms"))
    day = pc.add(
        pc.add(pc.multiply(pc.year(moment), 10_000), pc.multiply(pc.month(moment), 100)),
        pc.day(moment),
    )
    reduction = pc.add(table["retail_disc"], table["coupon_match_disc"])
    columns: dict[str, Any] = {
        "basket": table["basket_id"],
        "store": table["store_id"],
        "day": day,
        "hour": pc.hour(moment),
        "item": table["product_id"],
        "household": table["household_id"],
        "quantity": pc.multiply(pc.cast(table["quantity"], pa.int64()), 1000),
        **{name: table[name] for name in FIVE[1:]},
        "gross": pc.add(table["sales_value"], reduction),
        "reduction": reduction,
        "net": table["sales_value"],
    }
    return pa.table({name: pc.cast(column, pa.int64()) for name, column in columns.items()})


def _grouped(table: pa.Table, keys: Sequence[str], measures: Sequence[str]) -> pa.Table:
    grouped = table.group_by(list(keys)).aggregate([(measure, "sum") for measure in measures])
    # The order of columns is not the same in every release of the library: they are named.
    columns = {key: grouped[key] for key in keys} | {name: grouped[f"{name}_sum"] for name in measures}
    return pa.table(columns).sort_by([(key, "ascending") for key in keys])


def headquarters_sums(session: Session, stores: Sequence[int]) -> dict[str, pa.Table]:
    """The same sums, made by headquarters' database: sales from its receipts' rows, the rest as its ledgers hold it."""
    names = {"stores": [store_code(store) for store in stores]}
    sums = ", ".join(f"sum({measure})::bigint AS {measure}" for measure in FIVE)
    found = {}
    with cursor_of(session) as cursor:
        cursor.execute(_JOINED_WHOLE)
        cursor.execute(_LINES, names)
    for name, keys in SALES.items():
        columns = ", ".join(keys)
        query = f"SELECT {columns}, {sums} FROM replayed_line GROUP BY {columns}"  # noqa: S608 names are ours
        found[name] = _read(session, query, names, keys)
    for name, query in _LEDGERS.items():
        found[name] = _read(session, query, names, KEYS[name])
    return found


def _read(session: Session, query: str, names: dict[str, list[str]], keys: Sequence[str]) -> pa.Table:
    whole = BytesIO()
    with cursor_of(session) as cursor:
        copied = cursor.mogrify(query, names).decode()
        cursor.copy_expert(f"COPY ({copied}) TO STDOUT (FORMAT csv, HEADER)", whole)
    table = csv.read_csv(BytesIO(whole.getvalue()))
    table = pa.table({name: pc.cast(table[name], pa.int64()) for name in table.column_names})
    return table.sort_by([(key, "ascending") for key in keys])
