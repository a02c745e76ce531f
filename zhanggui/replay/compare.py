"""Whether two tables of sums are the same, and where not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

SHOWN_MAX: Final = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """One comparison: how many groups there are, how many of them differ, and the first few that do."""

    name: str
    groups: int
    differing: int
    shown: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether both sides say the same, group by group."""
        return self.differing == 0


def compare(name: str, keys: Sequence[str], expected: pa.Table, found: pa.Table) -> Verdict:
    """Compares group by group; a group that only one side has differs."""
    measures = [column for column in expected.column_names if column not in keys]
    if expected.equals(found.select(expected.column_names).cast(expected.schema)):
        return Verdict(name, expected.num_rows, 0)
    joined = expected.join(found, list(keys), join_type="full outer", left_suffix="_e", right_suffix="_f")
    differs = pa.scalar(False)
    for measure in measures:
        same = pc.fill_null(pc.equal(joined[f"{measure}_e"], joined[f"{measure}_f"]), False)
        differs = pc.or_(differs, pc.invert(same))
    wrong = joined.filter(differs).sort_by([(key, "ascending") for key in keys])
    shown = tuple(_told(row, keys, measures) for row in wrong.slice(0, SHOWN_MAX).to_pylist())
    return Verdict(name, joined.num_rows, wrong.num_rows, shown)


def _told(row: dict[str, int | None], keys: Sequence[str], measures: Sequence[str]) -> str:
    where = ", ".join(f"{key} {row[key]}" for key in keys)
    amounts = [(name, row[f"{name}_e"], row[f"{name}_f"]) for name in measures]
    what = ", ".join(f"{name} {theirs} here {ours}" for name, theirs, ours in amounts if theirs != ours)
    return f"{where}: {what}"


def rendered(verdicts: Iterable[Verdict]) -> str:
    """The comparisons as a table for people."""
    lines = [f"{'compared':<42} {'groups':>10} {'differ':>8}"]
    for verdict in verdicts:
        lines.append(f"{verdict.name:<42} {verdict.groups:>10,} {verdict.differing:>8,}")
        lines += [f"    {told}" for told in verdict.shown]
    return "\n".join(lines)
