r"""
The best plans through each of many nodes, all at once.

The best plan that takes part :math:`p` from node :math:`n` costs its price and the
least :math:`R(p)` that completing a plan around :math:`p` costs. That is found for all
parts in one pass, whatever the node; a plan is one unless two of its parts come from
one node, which is seen when it is walked back.

Where the fewest shipments come first, what a plan leaves and how often it ships do not
depend on who ships it. So there is one pass for each pair of these, from the best on,
until every node is found.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from domroute.sourcing.bundles import Bundles
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN
from domroute.sourcing.comparing import are_least
from domroute.sourcing.lattice import Lattice
from domroute.sourcing.partitions import cheapest_rest, fill
from domroute.sourcing.totals import Totals
from domroute.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Through:
    """
    The best plans that use each node.

    Attributes
    ----------
    cost
        Infinite where there is none; not a number where the plan found would use a node
        twice: it is no plan, and the best may be worse; shape ``(M,)``.
    penalty, shipments
        What each leaves, and how often it ships, where these come before cost; shape
        ``(M,)``.
    """

    cost: FloatArray
    penalty: FloatArray | None = None
    shipments: IntArray | None = None


def best_through(lattice: Lattice, bundles: Bundles, totals: Totals) -> Through:
    """
    Find the best plan that uses each node, for all nodes at once.

    Parameters
    ----------
    lattice, bundles, totals
        The order, of which :func:`adds_up` must hold.
    """
    if totals.fewest:
        return _fewest_through(lattice, bundles, totals)
    if totals.least_part_value <= 0:
        return Through(_Around(lattice, bundles, totals).costs())
    # One part need not be worth anything; of several each must.
    alone = _Around(lattice, bundles, replace(totals, most_parts=1)).costs()
    worthy = bundles.worth(totals.least_part_value)
    several = _Around(lattice, worthy, totals).costs()
    return Through(np.minimum(alone, several))


def adds_up(bundles: Bundles, totals: Totals, collected: tuple[BoolArray, ...]) -> bool:
    """Tell whether what plans come to, by any goal, is the sum of their parts."""
    return (
        bundles.rank is None
        and not collected
        and not (totals.fewest and totals.least_part_value > 0)
    )


def _fewest_through(lattice: Lattice, bundles: Bundles, totals: Totals) -> Through:
    """Find them where penalty and number of shipments come before cost."""
    around = _Around(lattice, bundles, totals)
    count = bundles.price.shape[1]
    cost, penalty = np.full(count, np.inf), np.zeros(count)
    shipments = np.zeros(count, np.int64)
    missing = (bundles.price[1:] < IS_FORBIDDEN).any(axis=0)
    for parts, left, besides in around.goals():
        if not missing.any():
            break
        ends = np.full(around.shape, FORBIDDEN)
        ends[parts] = besides
        found = around.costs(ends)
        mine = missing & ~np.isposinf(found)
        cost[mine] = found[mine] + left + totals.split_costs(parts + 1)[parts]
        penalty[mine], shipments[mine] = left, parts
        missing &= ~mine
    return Through(cost, penalty, shipments)


class _Around:
    """
    What completes plans around each part: how little it costs, and from whom.

    Attributes
    ----------
    shape
        Numbers of parts that a plan can have, by states it can end with: ``(C, P)``;
        one row where the number does not matter.
    """

    def __init__(self, lattice: Lattice, bundles: Bundles, totals: Totals) -> None:
        self._lattice, self._price, self._totals = lattice, bundles.price, totals
        self._filled = fill(lattice, bundles, totals)
        self.shape = self._filled.layers.shape
        self._weights: IntArray = np.zeros(len(bundles.units), np.int64)
        if totals.counts_parts:
            self._weights = totals.part_weights(bundles)

    def goals(self) -> Iterator[tuple[int, float, FloatArray]]:
        """Yield numbers of parts, penalties, and what ends with them cost besides."""
        totals = self._totals
        ends = totals.ends_counted(self._filled.layers)
        besides = 0.0 if totals.incomplete is None else totals.incomplete
        possible = ends < IS_FORBIDDEN
        while possible.any():
            tied = are_least(np.broadcast_to(totals.penalty, ends.shape), possible)
            state = np.flatnonzero(tied.any(axis=0))
            for parts in np.flatnonzero(tied.any(axis=1)).tolist():
                is_end = np.isin(np.arange(self.shape[1]), state)
                left = float(totals.penalty[state].min())
                yield parts, left, np.where(is_end, besides, FORBIDDEN)
            possible = possible & ~tied

    def costs(self, ends: FloatArray | None = None) -> FloatArray:
        """
        Say what the best plan through each node costs; shape ``(M,)``.

        Parameters
        ----------
        ends
            What it costs to end with each number of parts in each state, if not what it
            does; shape ``(C, P)``.
        """
        if not self._price.shape[1]:
            return np.empty(0)
        if ends is None:
            ends = self._totals.missing[None, :]
            if self._totals.counts_parts:
                ends = self._totals.ends_counted(np.zeros(self.shape))
        layers = self._filled.layers
        rest = cheapest_rest(self._lattice, ends, layers, self._weights)
        rest[self._weights >= self.shape[0]] = FORBIDDEN
        total = self._price + rest[:, None]
        total[0] = FORBIDDEN
        part: IntArray = total.argmin(axis=0)
        found: FloatArray = total[part, np.arange(len(part))]
        is_none = found >= IS_FORBIDDEN
        for mine in np.unique(part[~is_none]).tolist():
            others = self._nodes_around(mine, ends)
            if len(set(others)) < len(others):
                found[part == mine] = math.nan
            else:
                again = [node for node in others if part[node] == mine]
                found[again] = math.nan
        found[is_none] = math.inf
        return found

    def _nodes_around(self, part: int, ends: FloatArray) -> list[int]:
        """Find the nodes of the parts that complete a plan around one at best."""
        pairs, layers = self._lattice.every, self._filled.layers
        mine = (pairs.part == part).nonzero()[0]
        state = pairs.states[pairs.starts.searchsorted(mine, side="right") - 1]
        rest, weight = pairs.rest[mine], int(self._weights[part])
        sums = layers[: len(layers) - weight, rest] + ends[weight:, state]
        count, at = np.unravel_index(int(sums.argmin()), sums.shape)
        parts = self._filled.parts(int(rest[at]), int(count))
        return [int(self._price[other].argmin()) for other in parts]
