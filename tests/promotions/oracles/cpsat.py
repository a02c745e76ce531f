"""The least total as CP-SAT finds it: whole numbers throughout, nothing is rounded by the solver."""

from __future__ import annotations

from collections.abc import Sequence

from ortools.sat.python import cp_model

from promotions import Context, Offer
from tests.promotions.oracles.goods import Stock, Truth
from tests.promotions.oracles.model import Reading, Undecided, model_of, read, truth_of
from tests.promotions.oracles.program import Model


def best(stock: Stock, offers: Sequence[Offer], context: Context) -> Truth:
    """The truth about open offers of one pass. Raises Undecided, or TooMany for programs that are too large."""
    model = model_of(stock, offers, context)
    return truth_of(solved(model), model)


def solved(model: Model, limit_s: float = 20) -> Reading:
    """The optimum of a program."""
    program, cp = model.program, cp_model.CpModel()
    variables = [cp.new_int_var(0, upper, "") for upper in program.uppers]
    for row in program.rows:
        expression = cp_model.LinearExpr.weighted_sum(
            [variables[place] for place in row.terms], list(row.terms.values())
        )
        cp.add_linear_constraint(expression, row.least, row.most)
    cp.maximize(
        cp_model.LinearExpr.weighted_sum(
            [variables[place] for place in program.objective], list(program.objective.values())
        )
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = limit_s
    if solver.solve(cp) != cp_model.OPTIMAL:
        raise Undecided
    return read(model, [solver.value(variable) for variable in variables])
