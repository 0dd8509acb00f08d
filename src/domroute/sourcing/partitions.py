r"""
The recursion over the parts of an order, whoever takes each of them.

:math:`F(S)`, the cheapest way to fill :math:`S`, in all or by number of parts; the
parts that make it up; and what completing a plan around one part costs at least.
"""

from __future__ import annotations

import numpy as np

from domroute.sourcing.bundles import Bundles
from domroute.sourcing.choice import FORBIDDEN
from domroute.sourcing.lattice import Lattice
from domroute.sourcing.totals import Totals
from domroute.units import FloatArray, IntArray


def best_parts(
    lattice: Lattice, bundles: Bundles, totals: Totals
) -> tuple[float, list[int]]:
    """Find the parts of the best plan, which may share nodes, and its cost."""
    best = bundles.price.min(axis=1, initial=FORBIDDEN)
    best[0] = FORBIDDEN
    if totals.counts_parts:
        return _counted(lattice, best, bundles, totals)
    return _partition(lattice, best, totals)


def _partition(
    lattice: Lattice, best: FloatArray, totals: Totals
) -> tuple[float, list[int]]:
    """Run the recursion over all states, and walk back from the best one."""
    cost = _cheapest_partitions(lattice, best)
    ends = totals.ends(cost)
    state = int(ends.argmin())
    return float(ends[state]), walk_back(lattice, best, cost, state)


def walk_back(
    lattice: Lattice, best: FloatArray, cost: FloatArray, state: int
) -> list[int]:
    """Find the parts that fill a state at the least cost."""
    parts = []
    while state:
        pairs = lattice.ranks[lattice.totals[state] - 1]
        segment = pairs.of(state)
        part, rest = pairs.part[segment], pairs.rest[segment]
        at = int((best[part] + cost[rest]).argmin())
        parts.append(int(part[at]))
        state = int(rest[at])
    return parts


def _cheapest_partitions(lattice: Lattice, best: FloatArray) -> FloatArray:
    """Return the cheapest way to fill each state, in however many parts; ``(P,)``."""
    cost = np.full(len(best), FORBIDDEN)
    cost[0] = 0.0
    for pairs in lattice.ranks:
        sums = best[pairs.part] + cost[pairs.rest]
        cost[pairs.states] = np.minimum.reduceat(sums, pairs.starts)
    return cost


def _counted(
    lattice: Lattice, best: FloatArray, bundles: Bundles, totals: Totals
) -> tuple[float, list[int]]:
    """Run the recursion by number of shipments (or nodes), where that matters."""
    pairs = lattice.every
    weights = totals.part_weights(bundles)
    cost = solve_layers(lattice, bundles, totals)
    count, state = totals.best_end(cost)
    total = float(totals.ends_counted(cost)[count, state])
    parts = []
    while state:
        segment = pairs.of(state)
        part, rest = pairs.part[segment], pairs.rest[segment]
        before = count - weights[part]
        sums = best[part] + np.where(
            before >= 0, cost[np.maximum(before, 0), rest], FORBIDDEN
        )
        chosen = int(sums.argmin())
        count, state = int(before[chosen]), int(rest[chosen])
        parts.append(int(part[chosen]))
    return total, parts


def solve_layers(lattice: Lattice, bundles: Bundles, totals: Totals) -> FloatArray:
    """
    Return the cheapest way to fill each state with each number of parts.

    Shape ``(C, P)``; a single row where the number does not matter.
    """
    best = bundles.price.min(axis=1, initial=FORBIDDEN)
    if not totals.counts_parts:
        return _cheapest_partitions(lattice, best)[None, :]
    pairs = lattice.every
    most = most_parts(lattice, bundles, totals)
    cost = np.full((most + 1, len(best)), FORBIDDEN)
    cost[0, 0] = 0.0
    weights = totals.part_weights(bundles)
    price = best[pairs.part]
    for count in range(1, most + 1):
        before = count - weights[pairs.part]
        sums = price + np.where(
            before >= 0, cost[np.maximum(before, 0), pairs.rest], FORBIDDEN
        )
        cost[count, pairs.states] = np.minimum.reduceat(sums, pairs.starts)
    return cost


def most_parts(lattice: Lattice, bundles: Bundles, totals: Totals) -> int:
    """Count the parts a plan can have: no more than its units, or than nodes make."""
    units = int(lattice.counts[-1].sum())
    made: int = bundles.price.shape[1] * int(totals.part_weights(bundles).max())
    return min(units, made, totals.most_parts)


def cheapest_rest(
    lattice: Lattice, extra: FloatArray, layers: FloatArray, weights: IntArray
) -> FloatArray:
    """Return what completing a plan around each part costs at least; ``(P,)``."""
    pairs = lattice.every
    sizes = np.diff(np.append(pairs.starts, len(pairs.part)))
    state = np.repeat(pairs.states, sizes)
    rest = np.full(layers.shape[1], FORBIDDEN)
    weight = np.minimum(weights[pairs.part], len(layers) - 1)
    for count in range(len(layers)):
        after = count + weight
        allowed = after < len(layers)
        after = np.minimum(after, len(layers) - 1)
        total = layers[count, pairs.rest] + extra[after, state]
        np.minimum.at(rest, pairs.part, np.where(allowed, total, FORBIDDEN))
    return rest
