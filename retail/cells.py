"""Makes the cells of a receipt: from priced lines, owners and tenders to runs of equal units, once, at the sale.

Also the only way back: `take_back` copies the cells of units that return, with the sign turned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import msgspec

from retail.allocate import allocate, matrix, spread
from retail.documents.sale import ClerkCell, Reduction, Run, Tax, Tender, TenderCell
from retail.ids import RunRef
from retail.money import Rounding, divide
from retail.ownership import Ownership, divide_units
from retail.quantity import MILLI, is_counted, ratio_of


@dataclass(frozen=True, slots=True)
class PricedRun:
    """`units` equal units with what the offers took off each; the engine's answer and this module's question."""

    units: int
    quantity_milli: int
    gross: int
    reductions: tuple[Reduction, ...] = ()

    @property
    def net(self) -> int:
        """What one unit costs after its reductions."""
        return self.gross - sum(reduction.amount for reduction in self.reductions)


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line on its way out: its priced runs, its tax (contained in the net) and its owners."""

    runs: tuple[PricedRun, ...]
    tax_code: str
    tax_rate_bp: int
    ownership: Ownership


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """A line coming back: runs made by `take_back`, their tenders still open."""

    runs: tuple[Run, ...]


OpenLine = SoldLine | ReturnedLine


@dataclass(slots=True)
class _Unit:
    quantity_milli: int
    gross: int
    reductions: tuple[Reduction, ...]
    net: int
    taxes: tuple[Tax, ...] = ()
    clerks: tuple[ClerkCell, ...] = ()
    tenders: tuple[TenderCell, ...] = ()
    origin: RunRef | None = None


def line_net(line: OpenLine) -> int:
    """What the whole line adds to the amount due: negative for a return."""
    return sum(run.units * run.net for run in line.runs)


def included_tax(net: int, rate_bp: int) -> int:
    """The tax contained in a tax-inclusive amount, rounded half up.

    >>> included_tax(11300, 1300)
    1300
    """
    return divide(net * rate_bp, 10_000 + rate_bp, Rounding.HALF_UP)


def settle(
    lines: Sequence[OpenLine], tenders: Sequence[Tender]
) -> tuple[tuple[Tender, ...], tuple[tuple[Run, ...], ...]]:
    """The tenders as they stand on the receipt and the finished runs of every line.

    The tenders' amounts sum to the amount due and all have its sign; with nothing due, all are zero. Where goods come
    back and others go out on the same receipt, a tender of kind `exchange` with amount zero sets them off.
    """
    due = sum(line_net(line) for line in lines)
    if sum(tender.amount for tender in tenders) != due:
        raise ValueError("the tenders do not settle the amount due")
    if any(tender.amount * due < 0 or (tender.amount and not due) for tender in tenders):
        raise ValueError("a receipt is paid or refunded, not both at once")
    units = [_units(line) for line in lines]
    outgoing = [unit for part in units for unit in part if unit.net > 0]
    incoming = [unit for part in units for unit in part if unit.net < 0]
    offset = min(sum(unit.net for unit in outgoing), -sum(unit.net for unit in incoming))
    stands = list(tenders)
    amounts = [(index, abs(tender.amount)) for index, tender in enumerate(tenders) if tender.amount]
    if offset:
        exchange = (len(stands), offset)
        stands.append(Tender("exchange", "", 0, 0, 0, ""))
        _pay(outgoing, [exchange, *amounts] if due > 0 else [exchange], 1)
        _pay(incoming, [exchange] if due >= 0 else [exchange, *amounts], -1)
    else:
        _pay(outgoing or incoming, amounts, 1 if outgoing else -1)
    return tuple(stands), tuple(_regroup(part) for part in units)


def _pay(units: Sequence[_Unit], amounts: Sequence[tuple[int, int]], sign: int) -> None:
    if not units:
        return
    cells = matrix([amount for _, amount in amounts], [sign * unit.net for unit in units])
    for unit, row in zip(units, cells, strict=True):
        unit.tenders = tuple(
            TenderCell(index, sign * share) for (index, _), share in zip(amounts, row, strict=True) if share
        )


def _units(line: OpenLine) -> list[_Unit]:
    if any(run.units < 1 for run in line.runs):
        raise ValueError("a run holds at least one unit")
    if isinstance(line, ReturnedLine):
        return [
            _Unit(run.quantity_milli, run.gross, run.reductions, run.net, run.taxes, run.clerks, (), run.origin)
            for run in line.runs
            for _ in range(run.units)
        ]
    units = [
        _Unit(run.quantity_milli, run.gross, run.reductions, run.net) for run in line.runs for _ in range(run.units)
    ]
    nets = [unit.net for unit in units]
    if line.tax_code:  # also where it is all given: what is charged later for it is taxed at that rate
        taxes = allocate(included_tax(sum(nets), line.tax_rate_bp), nets)
        for unit, tax in zip(units, taxes, strict=True):
            unit.taxes = (Tax(line.tax_code, line.tax_rate_bp, tax),)
    owners = [share.clerk for share in line.ownership.shares]
    for unit, row in zip(units, divide_units(line.ownership, nets), strict=True):
        unit.clerks = tuple(ClerkCell(clerk, share) for clerk, share in zip(owners, row, strict=True))
    return units


def _regroup(units: Iterable[_Unit]) -> tuple[Run, ...]:
    runs: list[Run] = []
    for unit in units:
        run = Run(
            1,
            unit.quantity_milli,
            unit.gross,
            unit.reductions,
            unit.net,
            unit.taxes,
            unit.tenders,
            unit.clerks,
            unit.origin,
        )
        last = runs[-1] if runs else None
        if last is not None and msgspec.structs.replace(last, units=1) == run:
            runs[-1] = msgspec.structs.replace(last, units=last.units + 1)
        else:
            runs.append(run)
    return tuple(runs)


def return_without_receipt(line: SoldLine) -> ReturnedLine:
    """Goods coming back whose receipt is not known: cells made as for a sale of them, every sign turned."""
    return ReturnedLine(tuple(_negated(run, run.units, None) for run in _regroup(_units(line))))


def take_back(run: Run, units: int, origin: RunRef) -> Run:
    """`units` of a sold run coming back: every cell with the sign turned, tenders left open for the refund."""
    if not 0 < units <= run.units:
        raise ValueError(f"{units} of {run.units} units cannot come back")
    return _negated(run, units, origin)


def _negated(run: Run, units: int, origin: RunRef | None) -> Run:
    return Run(
        units=units,
        quantity_milli=-run.quantity_milli,
        gross=-run.gross,
        reductions=tuple(Reduction(cell.source, cell.reference, -cell.amount) for cell in run.reductions),
        net=-run.net,
        taxes=tuple(Tax(cell.code, cell.rate_bp, -cell.amount) for cell in run.taxes),
        tenders=(),
        clerks=tuple(ClerkCell(cell.clerk, -cell.amount) for cell in run.clerks),
        origin=origin,
    )


def take_back_part(sold: Run, part_milli: int, origin: RunRef, returned_milli: int = 0) -> Run:
    """A part of a weighed line coming back, when `returned_milli` of it came back before.

    Each cell is cut by how much of the line is back in all, so whoever cuts needs to know only that quantity: returns
    at different tills fit together, two parts of 100 g are the part of 200 g, no cell goes below zero, and the last
    part takes the rest. The part's net is what its clerks give back, so it may be a cent or two off its exact share.
    """
    whole, after_milli = sold.quantity_milli, returned_milli + part_milli
    if sold.units != 1 or part_milli <= 0 or returned_milli < 0 or after_milli > whole:
        raise ValueError(f"{part_milli} thousandths cannot come back after {returned_milli} of {whole}")

    def cut(amount: int) -> int:
        return ratio_of(amount, after_milli, whole) - ratio_of(amount, returned_milli, whole)

    clerks = tuple(msgspec.structs.replace(cell, amount=cut(cell.amount)) for cell in sold.clerks)
    reductions = tuple(msgspec.structs.replace(cell, amount=cut(cell.amount)) for cell in sold.reductions)
    net = sum(cell.amount for cell in clerks) if clerks else cut(sold.net)
    part = Run(
        units=1,
        quantity_milli=part_milli,
        gross=net + sum(cell.amount for cell in reductions),
        reductions=reductions,
        net=net,
        taxes=tuple(msgspec.structs.replace(cell, amount=cut(cell.amount)) for cell in sold.taxes),
        tenders=(),
        clerks=clerks,
        origin=None,
    )
    return _negated(part, 1, origin)


def with_reduction(runs: Sequence[PricedRun], source: Reduction, amount: int) -> tuple[PricedRun, ...]:
    """The runs with `amount` more taken off the line, spread over its units by their net.

    The amount in `source` is ignored; each unit gets its own share. No more can be taken off than the line's net.
    """
    units = [replace(run, units=1) for run in runs for _ in range(run.units)]
    if amount > sum(unit.net for unit in units):
        raise ValueError("a reduction cannot be larger than what it is taken off")
    shares = allocate(amount, [unit.net for unit in units])
    reduced: list[PricedRun] = []
    for unit, share in zip(units, shares, strict=True):
        cell = msgspec.structs.replace(source, amount=share)
        made = replace(unit, reductions=(*unit.reductions, cell)) if share else unit
        if reduced and replace(reduced[-1], units=1) == made:
            reduced[-1] = replace(reduced[-1], units=reduced[-1].units + 1)
        else:
            reduced.append(made)
    return tuple(reduced)


def gross_runs(gross: int, quantity_milli: int, *, measured: bool = False) -> tuple[PricedRun, ...]:
    """A line before any reduction: a whole number of pieces as equal units, anything measured as one unit.

    What weighs exactly two kilograms is still one unit when its item is `measured`: a part of it may come back.
    """
    if measured or quantity_milli <= 0 or not is_counted(quantity_milli):
        return (PricedRun(1, quantity_milli, gross),)
    return tuple(PricedRun(units, MILLI, amount) for units, amount in spread(gross, quantity_milli // MILLI))
