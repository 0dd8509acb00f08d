"""The integer program asked and read: for orders whose parts are too many to list."""

from __future__ import annotations

import math
import time
from typing import Final

import numpy as np

from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.sourcing.assembly import assemble
from domroute.sourcing.candidates import Candidates
from domroute.sourcing.choice import IS_FORBIDDEN, Choice, Take
from domroute.sourcing.formulation import Formulation, formulate
from domroute.sourcing.offers import tabulate
from domroute.split.atoms import Atoms
from domroute.words import Objective

TOLERANCE: Final = 1e-7
"""Slack added when one objective is held while the next is optimized."""


def solve_mip(
    candidates: Candidates,
    policy: Policy,
    atoms: Atoms,
    arrays: NetworkArrays,
    *,
    start: Choice,
    time_limit_s: float,
) -> Choice:
    """
    Find the best plan of one order by branch and bound, within a time limit.

    Parameters
    ----------
    candidates, policy, atoms, arrays
        The order, its limits, its parts, and the network.
    start
        The greedy's plan: returned when nothing better is found in time.
    time_limit_s
        Seconds for all solves together.

    Notes
    -----
    A term's ``curve`` cannot be written as rows: it is left out of the model, which keeps
    the bound valid (curves are not negative), and priced when plans are compared.
    """
    deadline = time.perf_counter() + time_limit_s
    table = tabulate(candidates, atoms)
    made = formulate(candidates, table, policy, arrays)
    if policy.objective is Objective.FEWEST_SHIPMENTS:
        solved = _hold_first_objectives(made, policy, deadline)
        if solved is not None:
            return solved
    solution = made.model.solve(
        time_limit_s=deadline - time.perf_counter(), gap=policy.solve.gap
    )
    if math.isinf(solution.bound) and solution.bound > 0:
        return Choice(None, math.inf, "mip", solution.nodes)
    found = start.takes
    if solution.values is not None:
        mine = table.takes(made.steps_taken(solution.values))
        found = _better(candidates, policy, arrays, mine, start.takes)
    bound = max(solution.bound, start.bound)
    return Choice(found, bound, "mip", solution.nodes)


def _better(
    candidates: Candidates,
    policy: Policy,
    arrays: NetworkArrays,
    mine: tuple[Take, ...],
    other: tuple[Take, ...] | None,
) -> tuple[Take, ...]:
    """Compare by true cost: the program leaves curves out, the greedy does not."""
    if other is None or policy.objective is Objective.FEWEST_SHIPMENTS:
        return mine
    costs = [
        assemble(candidates, policy, arrays, takes).costs.total
        for takes in (mine, other)
    ]
    return other if costs[1] < costs[0] - 1e-9 * abs(costs[0]) else mine


def _hold_first_objectives(
    made: Formulation, policy: Policy, deadline: float
) -> Choice | None:
    """Find the least penalty, then the fewest shipments, and hold both as rows."""
    model = made.model
    penalty = np.zeros(model.columns)
    penalty[made.short] = np.where(
        made.table.penalty < IS_FORBIDDEN, made.table.penalty, 0.0
    )
    shipments = np.zeros(model.columns)
    shipments[made.ships] = 1.0
    for objective in (penalty, shipments):
        solution = model.solve(
            time_limit_s=deadline - time.perf_counter(),
            gap=policy.solve.gap,
            cost=objective,
        )
        if solution.values is None:
            if math.isinf(solution.bound) and solution.bound > 0:
                return Choice(None, math.inf, "mip", solution.nodes)
            continue
        least = float(objective @ solution.values)
        priced = np.flatnonzero(objective)
        if len(priced):
            limit = least + TOLERANCE * max(1.0, abs(least))
            model.at_most(priced, objective[priced], limit)
    return None
