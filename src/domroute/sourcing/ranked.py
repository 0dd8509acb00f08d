r"""
The dynamic program by rank and cost: whole numbers first, money among what ties.

A ladder that drains asks for the most units in all, then for the fewest that do not
come from its first rung, then for the fewest from neither of the first two, and so on;
the cost comes last. The counts of one bundle are digits of one whole number, its rank,
which is compared exactly and never added to money. Ranks and costs add up over bundles,
so that the recursion keeps the least pair of both for every state.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from domroute.sourcing.bundles import Bundles
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN
from domroute.sourcing.lattice import Lattice
from domroute.sourcing.standing import Standing, is_better
from domroute.sourcing.totals import Totals
from domroute.units import FloatArray, IntArray

_WORST: Final = 2**62
"""A rank that is none; ranks stay below, or another method is asked."""
_MOST_WORK: Final = 50_000_000
"""Pairs times nodes and layers up to which the recursion is quick."""


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
    if 4 * base ** (rungs + 1) >= _WORST:
        return None
    each = [-(base**rungs) + sum(base ** (rungs - r) for r in range(1, q + 1))
            for q in range(rungs)]  # fmt: skip
    ranks: IntArray = count[:, None] * np.array(each, np.int64)[rung]
    return ranks


def is_quick(lattice: Lattice, bundles: Bundles, totals: Totals) -> bool:
    """Tell whether the recursion by rank is quick enough to be gone through."""
    layers = _layers(lattice, totals)
    work = len(lattice.every.part) * bundles.price.shape[1] * layers
    return int(work) <= _MOST_WORK


def _layers(lattice: Lattice, totals: Totals) -> int:
    most = min(totals.most_parts, int(lattice.counts[-1].sum()))
    return most + 1 if totals.counts_parts else 1


@dataclass(frozen=True, slots=True, eq=False)
class _Reached:
    """The least rank of each state, and the least cost with it; shapes ``(C, P)``."""

    rank: IntArray
    cost: FloatArray


class _Walk:
    """
    The recursion, one node after another, so that no node is used twice.

    Parameters
    ----------
    lattice, bundles, totals
        The order.
    """

    def __init__(self, lattice: Lattice, bundles: Bundles, totals: Totals) -> None:
        self._pairs, self._bundles, self._totals = lattice.every, bundles, totals
        weights = totals.part_weights(bundles)
        self._layers = _layers(lattice, totals)
        self._steps = weights if totals.counts_parts else np.zeros_like(weights)
        usable = (bundles.price[1:] < IS_FORBIDDEN).any(axis=0)
        self.nodes: list[int] = np.flatnonzero(usable).tolist()
        ends = np.append(self._pairs.starts, len(self._pairs.part))
        self._sizes = np.diff(ends)

    def start(self) -> _Reached:
        """Start with nothing taken."""
        shape = (self._layers, len(self._bundles.units))
        rank, cost = np.full(shape, _WORST), np.full(shape, FORBIDDEN)
        rank[0, 0], cost[0, 0] = 0, 0.0
        return _Reached(rank, cost)

    def sums(
        self, node: int, before: _Reached, layer: int, at: slice
    ) -> tuple[IntArray, FloatArray]:
        """Add one bundle of a node to what was reached, for some pairs."""
        part, rest = self._pairs.part[at], self._pairs.rest[at]
        place = layer - self._steps[part]
        source = np.maximum(place, 0)
        cost = self._bundles.price[part, node] + before.cost[source, rest]
        is_out = (place < 0) | (cost >= IS_FORBIDDEN)
        rank = self._ranks[part, node] + before.rank[source, rest]
        return np.where(is_out, _WORST, rank), np.where(is_out, FORBIDDEN, cost)

    @property
    def _ranks(self) -> IntArray:
        ranks = self._bundles.rank
        if ranks is None:
            return np.zeros(self._bundles.price.shape, np.int64)
        return ranks

    def through(self, node: int, before: _Reached) -> _Reached:
        """Let one node give what it can."""
        rank, cost = before.rank.copy(), before.cost.copy()
        pairs = self._pairs
        for layer in range(self._layers):
            ranks, costs = self.sums(node, before, layer, slice(None))
            least = np.minimum.reduceat(ranks, pairs.starts)
            tight = ranks == np.repeat(least, self._sizes)
            lowest = np.minimum.reduceat(
                np.where(tight, costs, FORBIDDEN), pairs.starts
            )
            old, dear = rank[layer, pairs.states], cost[layer, pairs.states]
            better = (least < old) | ((least == old) & (lowest < dear))
            rank[layer, pairs.states] = np.where(better, least, old)
            cost[layer, pairs.states] = np.where(better, lowest, dear)
        return _Reached(rank, cost)

    def end(self, reached: _Reached) -> tuple[float, int, int] | None:
        """Pick the state to end with: its cost, its number of parts, and itself."""
        totals, cost = self._totals, reached.cost
        ends = totals.ends_counted(cost) if totals.counts_parts else totals.ends(cost)
        possible = ends < IS_FORBIDDEN
        if not possible.any():
            return None
        first = possible & (reached.rank == reached.rank[possible].min())
        cost = np.where(first, cost, FORBIDDEN)
        if totals.counts_parts:
            layer, state = totals.best_end(cost)
        else:
            layer, state = 0, int(totals.ends(cost[0]).argmin())
        return float(ends[layer, state]), layer, state

    def back(
        self, history: list[_Reached], layer: int, state: int
    ) -> list[tuple[int, int]]:
        """Walk back from a state to the bundles that made it up, each with its node."""
        picks: list[tuple[int, int]] = []
        for node, before, after in zip(
            reversed(self.nodes), reversed(history[:-1]), reversed(history[1:]),
            strict=True,
        ):  # fmt: skip
            now = after.rank[layer, state], after.cost[layer, state]
            if not state or now == (
                before.rank[layer, state],
                before.cost[layer, state],
            ):
                continue
            segment = self._pairs.of(state)
            ranks, costs = self.sums(node, before, layer, segment)
            at = int(np.lexsort((costs, ranks))[0])
            part = int(self._pairs.part[segment][at])
            picks.append((part, node))
            layer -= int(self._steps[part])
            state = int(self._pairs.rest[segment][at])
        return picks


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
    walk = _Walk(lattice, bundles, totals)
    history = [walk.start()]
    for node in walk.nodes:
        history.append(walk.through(node, history[-1]))
    found = walk.end(history[-1])
    if found is None:
        return None
    cost, layer, state = found
    return cost, walk.back(history, layer, state)


def best_of(
    found: list[tuple[float, list[tuple[int, int]]] | None],
    bundles: Bundles,
    totals: Totals,
) -> tuple[float, list[tuple[int, int]]] | None:
    """Pick the best of several plans, as the objective has it."""
    weights = totals.part_weights(bundles)

    def standing_of(plan: tuple[float, list[tuple[int, int]]]) -> Standing:
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
        if best is None or is_better(standing_of(plan), standing_of(best)):
            best = plan
    return best
