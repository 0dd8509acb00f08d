"""Local improvement of a plan: move, merge and swap what shipments carry."""

from __future__ import annotations

import time

import numpy as np

from domroute.sourcing.comparing import ByGoal, is_better
from domroute.sourcing.limits import Limits
from domroute.sourcing.offers import OfferTable
from domroute.tuning import ImprovementTuning
from domroute.units import IntArray

_Plan = tuple[IntArray, ByGoal]


def improve(
    table: OfferTable,
    limits: Limits,
    taken: IntArray,
    by_goal: ByGoal,
    *,
    time_limit_s: float,
    tuned: ImprovementTuning,
) -> _Plan:
    """
    Improve a plan until no move helps.

    Two moves: carry all that one shipment, or a pair of shipments, carries from another
    offer instead, priced at every offer at once; and hand an atom to another shipment.

    Parameters
    ----------
    table, limits
        The offers and what plans must keep to.
    taken
        Steps by atom and offer; shape ``(J, A)``.
    by_goal
        What the plan comes to.
    time_limit_s
        Seconds.
    tuned
        How many moves are tried.
    """
    deadline = time.perf_counter() + time_limit_s
    while taken.any() and time.perf_counter() < deadline:
        found = _carry_elsewhere(table, limits, taken, by_goal, tuned)
        if found is None:
            found = _hand_over(table, limits, taken, by_goal, tuned)
        if found is None:
            break
        taken, by_goal = found
    return taken, by_goal


def _carry_elsewhere(
    table: OfferTable,
    limits: Limits,
    taken: IntArray,
    by_goal: ByGoal,
    tuned: ImprovementTuning,
) -> _Plan | None:
    """Replace one shipment, or two, by one from the offer that carries it cheapest."""
    used = np.flatnonzero(taken.any(axis=0))
    own = table.price_at(taken[:, used].T, used)
    places: list[tuple[int, ...]] = [(at,) for at in range(len(used))]
    if len(used) <= tuned.max_merged:
        places += [(a, b) for a in range(len(used)) for b in range(a + 1, len(used))]
    bundles = np.array([taken[:, used[list(group)]].sum(axis=1) for group in places])
    gains = -table.price_everywhere(bundles)
    gains += np.array([own[list(group)].sum() for group in places])[:, None]
    for at in range(len(places)):
        able = (bundles[at][:, None] <= table.limit).all(axis=0)
        gains[at, ~able] = -np.inf
    # Split prices and the like may make up for a small loss, hence no cut at zero.
    slack = limits.most_order_cost
    tried = tuned.tried
    for at in np.argsort(-gains.max(axis=1), kind="stable")[: 4 * tried].tolist():
        group = used[list(places[at])]
        for offer in np.argsort(-gains[at], kind="stable")[:tried].tolist():
            if gains[at, offer] <= 1e-9 - slack:
                break
            if taken[:, offer].any():
                continue
            moved = taken.copy()
            moved[:, group] = 0
            moved[:, offer] = bundles[at]
            if limits.holds(moved):
                reached = limits.by_goal(moved)
                if is_better(reached, by_goal, slack=1e-9):
                    return moved, reached
    return None


def _hand_over(
    table: OfferTable,
    limits: Limits,
    taken: IntArray,
    by_goal: ByGoal,
    tuned: ImprovementTuning,
) -> _Plan | None:
    """Give one step, or all, of an atom in one shipment to another with room for it."""
    used = np.flatnonzero(taken.any(axis=0))
    if len(used) < 2:  # noqa: PLR2004 - there is no other shipment
        return None
    own = table.price_at(taken[:, used].T, used)
    atom, giver = np.nonzero(taken[:, used])
    steps = taken[atom, used[giver]]
    several = np.flatnonzero(steps > 1)
    atom = np.concatenate((atom, atom[several]))
    giver = np.concatenate((giver, giver[several]))
    steps = np.concatenate((steps, np.ones(len(several), np.int64)))
    rest = taken[:, used[giver]].T.copy()
    rest[np.arange(len(atom)), atom] -= steps
    priced = np.where(rest.any(axis=1), table.price_at(rest, used[giver]), 0.0)
    gain = own[giver] - priced
    best: list[tuple[float, int, int]] = []
    for taker in range(len(used)):
        column = taken[:, used[taker]]
        room = table.limit[atom, used[taker]] - column[atom] >= steps
        rows = np.flatnonzero(room & (giver != taker))
        if not len(rows):
            continue
        fuller = np.repeat(column[None, :], len(rows), axis=0)
        fuller[np.arange(len(rows)), atom[rows]] += steps[rows]
        after = table.price_at(fuller, np.full(len(rows), used[taker]))
        net = gain[rows] - (after - own[taker])
        at = int(net.argmax())
        best.append((float(net[at]), int(rows[at]), taker))
    slack = limits.most_order_cost
    for net, row, taker in sorted(best, reverse=True)[: tuned.tried]:
        if net <= 1e-9 - slack:
            break
        moved = taken.copy()
        moved[atom[row], used[giver[row]]] -= steps[row]
        moved[atom[row], used[taker]] += steps[row]
        if limits.holds(moved):
            reached = limits.by_goal(moved)
            if is_better(reached, by_goal, slack=1e-9):
                return moved, reached
    return None
