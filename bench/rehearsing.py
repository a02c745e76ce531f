"""The real chain's baskets under offers derived from its data: the whole year priced from nothing, and some weeks sold
at real tills and priced again by headquarters."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from zhanggui.rehearse.agreement import Agreement
from zhanggui.rehearse.run import rehearse_year
from zhanggui.rehearse.tills import agree

WEEKS: Final = (8, 24, 47)
STORES: Final = (343, 367, 406)
"""The dataset's largest; with coupons, multi-buys and thresholds in each of the weeks."""

Finding = tuple[str, str, str, bool, str]
"""Name, what was tried, outcome, whether it holds, and what stands below the table."""


def year() -> Finding:
    """All 155,848 baskets, and what rules of thumb would have cost."""
    began_s = time.perf_counter()
    figures = rehearse_year()
    wall_s = time.perf_counter() - began_s
    cheaper = sum(loss.cheaper for loss in figures.losses.values())
    size = f"{figures.baskets:,} baskets, {figures.lines:,} lines, {len(figures.off_by_offer):,} offers in use"
    outcome = f"{figures.capped} capped, {figures.unsummed} that do not add up, {cheaper} cheaper by a rule of thumb"
    return "a real chain's year priced anew", size, outcome, figures.sound, figures.rendered(wall_s, 2)


def tills() -> Finding:
    """Whole weeks of three stores, cell by cell."""
    whole = Agreement()
    for week in WEEKS:
        with TemporaryDirectory(prefix="zhanggui-prove-") as folder:
            Path(folder).chmod(0o755)
            whole.merge(agree(Path(folder), week=week, stores=STORES))
    size = f"{whole.receipts:,} receipts of {len(STORES)} stores in {len(WEEKS)} weeks, {whole.coupons} coupons"
    outcome = f"{whole.other_cells} with other cells, {whole.other_totals} with another total"
    detail = "\n".join(f"- {example}" for example in whole.examples)
    return "the same at till and headquarters", size, outcome, whole.equal, detail
