r"""
The dynamic program by rank and cost: whole numbers first, money among what ties.

A ladder that drains asks for the most units in all, then for the fewest that do not
come from its first rung, then for the fewest from neither of the first two, and so on;
the cost comes last. The counts of one bundle are digits of one whole number, its rank,
which is compared exactly and never added to money. Ranks and costs add up over bundles,
so that the recursion keeps the least pair of both for every state.
"""

from __future__ import annotations

import numpy as np

from domroute.sourcing.bundles import Bundles
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN
from domroute.sourcing.comparing import ByGoal, is_better
from domroute.sourcing.lattice import Lattice
from domroute.sourcing.totals import Totals
from domroute.sourcing.walk import WORST, Takers, nothing_taken
from domroute.tuning import LatticeTuning
from domroute.units import FloatArray, IntArray


def drain_ranks(units: FloatArray, rung: IntArray) -> IntArray | None:
    """
    Rank bundles at nodes for a ladder that drains; None if numbers do not reach.

    Parameters
    ----------
    units
        Units of each line in each bundle, the last of which is the whole order;
        shape ``(P, L)``.
    rung
        Of each node, from zero; shape ``(M,)``.

    Examples
    --------
    >>> drain_ranks(np.array([[0.0], [1.0], [2.0]]), np.array([0, 1])).tolist()
    [[0, 0], [-9, -6], [-18, -12]]
    """
    count = np.rint(units.sum(axis=1)).astype(np.int64)
    base, rungs = int(count[-1]) + 1, int(rung.max(initial=0)) + 1
    if 4 * base ** (rungs + 1) >= WORST:
        return None
    each = [-(base**rungs) + sum(base ** (rungs - r) for r in range(1, q + 1))
            for q in range(rungs)]  # fmt: skip
    ranks: IntArray = count[:, None] * np.array(each, np.int64)[rung]
    return ranks


def is_quick(
    lattice: Lattice, bundles: Bundles, totals: Totals, tuned: LatticeTuning
) -> bool:
    """Tell whether the recursion by rank is quick enough to be gone through."""
    layers = _layers(lattice, totals)
    work = len(lattice.every.part) * bundles.price.shape[1] * layers
    return int(work) <= tuned.max_ranked


def _layers(lattice: Lattice, totals: Totals) -> int:
    most = min(totals.most_parts, int(lattice.counts[-1].sum()))
    return most + 1 if totals.counts_parts else 1


def solve_ranked(
    lattice: Lattice, bundles: Bundles, totals: Totals
) -> tuple[float, list[tuple[int, int]]] | None:
    """
    Find the bundles of least rank, and of these the best; None if nothing is allowed.

    Notes
    -----
    Time :math:`O(M Q)` for :math:`M` nodes and :math:`Q` pairs of a state and a part of
    it, by as many layers as shipments are counted.
    """
    ranks = bundles.rank
    if ranks is None:
        ranks = np.zeros(bundles.price.shape, np.int64)
    usable = (bundles.price[1:] < IS_FORBIDDEN).any(axis=0)
    nodes: list[int] = np.flatnonzero(usable).tolist()
    prices = [(ranks[:, node], bundles.price[:, node]) for node in nodes]
    weights = totals.part_weights(bundles) if totals.counts_parts else None
    walk = Takers(lattice.every, weights)
    history = [nothing_taken(len(bundles.units), _layers(lattice, totals), levels=2)]
    for price in prices:
        history.append(walk.after(price, history[-1]))
    found = _end(totals, *history[-1])
    if found is None:
        return None
    cost, layer, state = found
    picks = walk.picks(prices, history, layer, state)
    return cost, [(part, nodes[taker]) for part, taker in picks]


def _end(
    totals: Totals, rank: IntArray, cost: FloatArray
) -> tuple[float, int, int] | None:
    """Pick the state to end with: its cost, its number of parts, and itself."""
    ends = totals.ends_counted(cost)
    possible = ends < IS_FORBIDDEN
    if not possible.any():
        return None
    first = possible & (rank == rank[possible].min())
    layer, state = totals.best_end(np.where(first, cost, FORBIDDEN))
    return float(ends[layer, state]), layer, state


def best_of(
    found: list[tuple[float, list[tuple[int, int]]] | None],
    bundles: Bundles,
    totals: Totals,
) -> tuple[float, list[tuple[int, int]]] | None:
    """Pick the best of several plans, as the objective has it."""
    weights = totals.part_weights(bundles)

    def goals_of(plan: tuple[float, list[tuple[int, int]]]) -> ByGoal:
        cost, picks = plan
        if not totals.fewest:
            return (cost,)
        # The position of what parts fill together is the sum of their positions.
        penalty = float(totals.penalty[sum(part for part, _ in picks)])
        count = sum(int(weights[part]) for part, _ in picks)
        return (penalty, count, cost - penalty)

    plans = [plan for plan in found if plan is not None]
    if bundles.rank is not None and plans:
        ranks = [sum(int(bundles.rank[pick]) for pick in picks) for _, picks in plans]
        least = min(ranks)
        plans = [p for p, rank in zip(plans, ranks, strict=True) if rank == least]
    best: tuple[float, list[tuple[int, int]]] | None = None
    for plan in plans:
        if best is None or is_better(goals_of(plan), goals_of(best)):
            best = plan
    return best
