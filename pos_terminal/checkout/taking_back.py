"""The cells of what comes back: copied from the sold line, run by run, never computed anew; and what that moves at the
goods of the same receipt that are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from pos_terminal.checkout.figures import LineFigures, Undone
from pos_terminal.checkout.lines import Origin, TakenBack
from promotions.refund import adjustments, moved, sold
from retail.cells import take_back, take_back_part
from retail.documents.sale import Line, Run
from retail.ids import DocumentId, RunRef
from retail.wire import ReturnedRun


class CannotReturn(ValueError):
    """More is to come back than there is."""


def is_part(line: Line) -> bool:
    """Whether the line is one weighed unit, of which a part may come back."""
    return len(line.runs) == 1 and line.runs[0].units == 1 and line.runs[0].quantity_milli % 1000 != 0


def returnable_milli(line: Line, already: Iterable[ReturnedRun]) -> int:
    """How much of a sold line can still come back, in thousandths; none of a struck-out or returned line."""
    if line.voided is not None or line.quantity_milli <= 0:
        return 0
    back = sum(returned.quantity_milli for returned in already if returned.line == line.number)
    return max(line.quantity_milli - back, 0)


def runs_taken(taken: TakenBack) -> tuple[Run, ...]:
    """The runs of a return line, every cell with the sign turned. CannotReturn when that much is not left."""
    line, left = taken.line, taken.quantity_milli
    if taken.document is None:
        return line.runs
    runs: list[Run] = []
    for place, run in enumerate(line.runs):
        origin = RunRef(taken.document, line.number, place)
        back = _sum_of(taken.already, line.number, place)
        if not left:
            break
        if run.units == 1 and (
            left < run.quantity_milli - back.quantity_milli or 0 < back.quantity_milli < run.quantity_milli
        ):
            part = min(left, run.quantity_milli - back.quantity_milli)
            runs.append(take_back_part(run, part, origin, back.quantity_milli))
            left -= part
            continue
        units = min(run.units - back.units, left // run.quantity_milli if run.quantity_milli else run.units)
        if units > 0:
            runs.append(take_back(run, units, origin))
            left -= units * run.quantity_milli
    if left:
        raise CannotReturn(f"{left} thousandths of line {line.number} are not left to come back")
    return tuple(runs)


def returned_by(runs: Iterable[Run]) -> tuple[ReturnedRun, ...]:
    """What these return runs add to what came back of their origins."""
    return tuple(
        ReturnedRun(
            line=run.origin.line,
            run=run.origin.run,
            units=run.units,
            quantity_milli=-run.units * run.quantity_milli,
            net=-run.units * run.net,
        )
        for run in runs
        if run.origin is not None
    )


def undone_by(origins: Iterable[Origin], figures: Iterable[LineFigures]) -> tuple[Undone, ...]:
    """What the return lines that count undo of each receipt they come from."""
    taken: dict[DocumentId, list[Run]] = {}
    for found in figures:
        if found.taken and found.line.live and found.line.returned and found.line.returned.document is not None:
            taken.setdefault(found.line.returned.document, []).extend(found.taken)
    return tuple(_undone(origin, taken[origin.document]) for origin in origins if origin.document in taken)


def _undone(origin: Origin, taken: Sequence[Run]) -> Undone:
    receipt, after = sold(origin.sale), (*origin.already, *returned_by(taken))
    was, now = moved(receipt, origin.already, after)
    adjusted = adjustments(receipt, origin.document, was, now)
    return Undone(origin.document, origin.business_date, receipt, was, now, adjusted)


def _sum_of(already: Iterable[ReturnedRun], line: int, run: int) -> ReturnedRun:
    total = ReturnedRun(line, run, 0, 0, 0)
    for back in already:
        if back.line == line and back.run == run:
            total = msgspec.structs.replace(
                total,
                units=total.units + back.units,
                quantity_milli=total.quantity_milli + back.quantity_milli,
                net=total.net + back.net,
            )
    return total
