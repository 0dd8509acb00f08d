"""The fallback and warm start: cheapest subset first, then local improvement."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN, Choice
from domroute.sourcing.comparing import ByGoal, is_better
from domroute.sourcing.improvement import improve
from domroute.sourcing.limits import Limits, limits_of
from domroute.sourcing.offers import OfferTable, tabulate
from domroute.split.atoms import Atoms
from domroute.tuning import GreedyTuning
from domroute.units import FloatArray, IntArray


def solve_greedy(
    offers: Offers,
    policy: Policy,
    atoms: Atoms,
    arrays: NetworkArrays,
    *,
    time_limit_s: float,
) -> Choice:
    """
    Build a good plan quickly, with a simple bound.

    Two constructions, the better one improved: the offer that costs least per step it
    fills, again and again; and the one that fills most, the cheapest among equals.
    Never the nearest: where nodes cost differently that is nearly twice the optimum.

    Notes
    -----
    Time :math:`O(R J A)` for :math:`R` shipments, :math:`J` atoms and :math:`A` offers.
    """
    table = tabulate(offers, atoms)
    limits = limits_of(offers, table, policy, arrays)
    bound = simple_bound(table)
    tuning = policy.solve.tuning
    best = _best_start(table, limits, tuning.greedy)
    if limits.cost_of(best.by_goal) < IS_FORBIDDEN and best.taken.any():
        made = improve(
            table,
            limits,
            best.taken,
            best.by_goal,
            time_limit_s=tuning.greedy.improvement_share * time_limit_s,
            tuned=tuning.improvement,
        )
        best = _Plan(*made)
    if limits.cost_of(best.by_goal) >= IS_FORBIDDEN:
        return Choice(takes=None, bound=bound, method="greedy")
    return Choice(
        takes=table.takes(best.taken),
        bound=bound,
        method="greedy",
        proves_goals=not limits.has_goals,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    taken: IntArray
    by_goal: ByGoal


def construct(
    table: OfferTable, limits: Limits, tuned: GreedyTuning
) -> IntArray | None:
    """Build a plan to start from; None if none found keeps to the limits."""
    best = _best_start(table, limits, tuned)
    return None if limits.cost_of(best.by_goal) >= IS_FORBIDDEN else best.taken


def _best_start(table: OfferTable, limits: Limits, tuned: GreedyTuning) -> _Plan:
    plans: list[_Plan] = []
    started = time.perf_counter()
    for most_first in (False, True):
        if plans and time.perf_counter() - started > tuned.second_start_s:
            break
        taken = _construct(table, limits, most_first=most_first)
        if taken is not None:
            plans.append(_Plan(taken, limits.by_goal(taken)))
            if taken.any(axis=0).sum() == 1 and not table.left(taken).any():
                # One shipment fills all: starting from the fullest finds the same.
                break
    empty = np.zeros(table.limit.shape, np.int64)
    plans.append(_Plan(empty, limits.by_goal(empty)))
    best = plans[0]
    for plan in plans[1:]:
        if is_better(plan.by_goal, best.by_goal):
            best = plan
    return best


def simple_bound(table: OfferTable) -> float:
    """
    Bound any plan from below: every step at its cheapest, and one shipment if any.

    Valid for whatever limits hold, since it ignores them all.
    """
    idle = float(np.minimum(table.wanted @ table.penalty, FORBIDDEN))
    if not len(table.node):
        return -np.inf if idle >= IS_FORBIDDEN else idle
    step = np.where(table.limit > 0, table.per_step, np.inf).min(axis=1)
    most = np.minimum(table.penalty, FORBIDDEN)
    each = float(table.wanted @ np.minimum(table.least(step), most))
    fixed = float(table.per_shipment.min())
    if fixed < 0:  # a term of one's own may pay for shipments: as many as there are
        fixed = float(np.minimum(table.per_shipment, 0.0).sum())
    fixed += float(np.minimum(table.per_atom, 0.0).sum())  # and for lines in them
    bound = min(idle, each + fixed)
    return bound if bound < IS_FORBIDDEN else -np.inf


def _worth_of_steps(table: OfferTable) -> FloatArray:
    """Say what filling a step saves in penalties; shape ``(J,)``."""
    worth: FloatArray = np.minimum(table.penalty, FORBIDDEN)
    if table.tally is not None:
        tally = table.tally
        atoms = np.bincount(tally.way_of_atom)[tally.way_of_atom]
        worth = worth[tally.demand_of_atom] / (tally.rate * atoms)
    return worth


def _construct(
    table: OfferTable, limits: Limits, *, most_first: bool
) -> IntArray | None:
    """Add offers one at a time; None if the result breaks a limit."""
    left = table.steps.copy()
    taken = np.zeros(table.limit.shape, np.int64)
    open_to = np.ones(len(table.node), bool)
    worth = _worth_of_steps(table)
    for _ in range(limits.most_shipments):
        fill = limits.fit(np.minimum(table.limit, left[:, None]) * open_to, taken)
        size = fill.sum(axis=0)
        useful = size > 0
        if not useful.any():
            break
        at = np.flatnonzero(useful)
        cost = np.full(len(size), FORBIDDEN)
        cost[at] = table.price_at(fill[:, at].T, at)
        # Where shipments and cost come after what is left, none is too dear to fill it.
        saving = worth @ fill - (0.0 if limits.has_goals else cost)
        if most_first:
            most = np.abs(cost[useful]).max()
            score = np.where(useful, -size + cost / (1.0 + most), np.inf)
        else:
            score = np.where(useful, cost / np.maximum(size, 1), np.inf)
        score[saving <= 0] = np.inf
        offer = int(score.argmin())
        if score[offer] == np.inf:
            break
        taken[:, offer] = fill[:, offer]
        left -= fill[:, offer]
        open_to &= limits.compatible(offer)
        if not table.left(taken).any():
            break
    return taken if limits.holds(taken) else None
