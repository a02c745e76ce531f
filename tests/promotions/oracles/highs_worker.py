"""HiGHS in a process of its own, because it cannot be loaded beside OR-tools: a program a line in, a solution a line
out."""

from __future__ import annotations

import json
import sys
from typing import Any


def solve(program: dict[str, Any]) -> list[int] | None:
    """The values of the variables at the optimum, None where none was proven."""
    # Only here: whoever collects this module for its examples may have OR-tools loaded.
    import highspy
    import numpy as np

    if not program["objective"]:
        return [0] * len(program["uppers"])
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.5)
    solver.setOptionValue("time_limit", 20.0)
    for place, upper in enumerate(program["uppers"]):
        solver.addVar(0, upper)
        solver.changeColIntegrality(place, highspy.HighsVarType.kInteger)
        solver.changeColCost(place, program["objective"].get(str(place), 0))
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    for terms, least, most in program["rows"]:
        places = np.array([int(place) for place in terms], dtype=np.int32)
        solver.addRow(least, most, len(places), places, np.array(list(terms.values()), dtype=np.float64))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return [round(value) for value in solver.getSolution().col_value]


def main() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(solve(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
