"""Sales such as a supermarket till makes, for the benches: deterministic, with cells that add up."""

from __future__ import annotations

from retail.cells import SoldLine, gross_runs, settle, with_reduction
from retail.documents.sale import Line, PriceSource, Reduction, Sale, Tender
from retail.ownership import own, shared


def sale(counter: int, lines: int = 10) -> Sale:
    """A receipt of `lines` lines, every third reduced, every fifth shared by two clerks, paid in cash."""
    sold = [_line(counter, number) for number in range(1, lines + 1)]
    due = sum(run.units * run.net for line in sold for run in line.runs)
    tenders, runs = settle(sold, [Tender("cash", "", due, due + 100, 100, "")])
    printed = tuple(
        Line(
            number=number,
            item=_item(counter, number),
            code=f"20{_item(counter, number):0>10}1",
            name=f"商品 {number}",
            department="grocery",
            unit="ea",
            quantity_milli=sum(run.units * run.quantity_milli for run in made),
            unit_price=10_000 * (number % 7 + 1),
            price_source=PriceSource("retail", "chain", 1),
            entry="scan",
            ownership=line.ownership,
            runs=made,
            voided=None,
        )
        for number, (line, made) in enumerate(zip(sold, runs, strict=True), 1)
    )
    return Sale(counter, 1, "07", "", "CNY", due, printed, tenders, bytes(32), (), 0, None)


def _item(counter: int, number: int) -> str:
    return str((counter * 37 + number * 101) % 5000)


def _line(counter: int, number: int) -> SoldLine:
    pieces = 1 + (counter + number) % 3
    runs = gross_runs(100 * (number % 7 + 1) * pieces, pieces * 1000)
    if number % 3 == 0:
        runs = with_reduction(runs, Reduction("offer", f"offer-{number % 5}", 0), 15 * pieces)
    owners = shared(("07", 60), ("12", 40)) if number % 5 == 0 else own(f"{number % 4:02d}")
    return SoldLine(runs, "VAT13", 1300, owners)
