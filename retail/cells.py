"""Makes the cells of a receipt: from priced lines, owners and tenders to runs of equal units, once, at the sale.

Also the only way back: `take_back` copies the cells of units that return, with the sign turned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import msgspec

from retail.allocate import allocate, matrix
from retail.documents.sale import ClerkCell, Reduction, Run, Tax, Tender, TenderCell
from retail.ids import RunRef
from retail.money import Rounding, divide
from retail.ownership import Ownership, divide_units
from retail.quantity import MILLI, ratio_of


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

    The tenders' amounts sum to the amount due and all have its sign. Where goods come back and others go out on the
    same receipt, a tender of kind `exchange` with amount zero sets them off.
    """
    due = sum(line_net(line) for line in lines)
    if sum(tender.amount for tender in tenders) != due:
        raise ValueError("the tenders do not settle the amount due")
    if any(tender.amount * due < 0 for tender in tenders):
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
    if line.tax_code and any(nets):
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


def take_back(run: Run, units: int, origin: RunRef) -> Run:
    """`units` of a sold run coming back: every cell with the sign turned, tenders left open for the refund."""
    if not 0 < units <= run.units:
        raise ValueError(f"{units} of {run.units} units cannot come back")
    return _negated(run, units, origin)


def _negated(run: Run, units: int, origin: RunRef) -> Run:
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


def take_back_part(remaining: Run, part_milli: int, origin: RunRef) -> Run:
    """A part of a weighed line coming back, cut cell by cell from what remains of it.

    `remaining` is the sold run less what already came back (see `what_remains`). No cell goes below zero, and the
    last part takes the rest, so all parts together are exactly the sale.
    """
    whole = remaining.quantity_milli
    if remaining.units != 1 or not 0 < part_milli <= whole:
        raise ValueError(f"{part_milli} of {whole} thousandths cannot come back")
    if part_milli == whole:
        return _negated(remaining, 1, origin)
    gross = ratio_of(remaining.gross, part_milli, whole)
    *cuts, net = allocate(gross, [*(cell.amount for cell in remaining.reductions), remaining.net])
    clerks = allocate(net, [cell.amount for cell in remaining.clerks]) if remaining.clerks else []
    part = Run(
        units=1,
        quantity_milli=part_milli,
        gross=gross,
        reductions=tuple(
            msgspec.structs.replace(cell, amount=cut) for cell, cut in zip(remaining.reductions, cuts, strict=True)
        ),
        net=net,
        taxes=tuple(
            msgspec.structs.replace(cell, amount=ratio_of(cell.amount, part_milli, whole)) for cell in remaining.taxes
        ),
        tenders=(),
        clerks=tuple(
            msgspec.structs.replace(cell, amount=share) for cell, share in zip(remaining.clerks, clerks, strict=True)
        ),
        origin=None,
    )
    return _negated(part, 1, origin)


def what_remains(sold: Run, returned: Sequence[Run]) -> Run:
    """One weighed unit less the parts of it that came back."""
    rest = sold
    for part in returned:
        rest = msgspec.structs.replace(
            rest,
            quantity_milli=rest.quantity_milli + part.quantity_milli,
            gross=rest.gross + part.gross,
            net=rest.net + part.net,
            reductions=tuple(
                msgspec.structs.replace(cell, amount=cell.amount + back.amount)
                for cell, back in zip(rest.reductions, part.reductions, strict=True)
            ),
            taxes=tuple(
                msgspec.structs.replace(cell, amount=cell.amount + back.amount)
                for cell, back in zip(rest.taxes, part.taxes, strict=True)
            ),
            clerks=tuple(
                msgspec.structs.replace(cell, amount=cell.amount + back.amount)
                for cell, back in zip(rest.clerks, part.clerks, strict=True)
            ),
        )
    return rest


def with_reduction(runs: Sequence[PricedRun], source: Reduction, amount: int) -> tuple[PricedRun, ...]:
    """The runs with `amount` more taken off the line, spread over its units by their net.

    The amount in `source` is ignored; each unit gets its own share.
    """
    units = [replace(run, units=1) for run in runs for _ in range(run.units)]
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


def gross_runs(gross: int, quantity_milli: int) -> tuple[PricedRun, ...]:
    """A line before any reduction: a whole number of pieces as equal units, anything measured as one unit."""
    if quantity_milli <= 0 or quantity_milli % MILLI:
        return (PricedRun(1, quantity_milli, gross),)
    count = quantity_milli // MILLI
    share, larger = divmod(gross, count)
    parts = ((larger, share + 1), (count - larger, share))
    return tuple(PricedRun(units, MILLI, amount) for units, amount in parts if units)
