"""The best parts of an order, whoever takes each, and the least around each part."""

from __future__ import annotations

import numpy as np

from domroute.sourcing.bundles import Bundles
from domroute.sourcing.choice import FORBIDDEN
from domroute.sourcing.lattice import Lattice
from domroute.sourcing.totals import Totals
from domroute.sourcing.walk import Filled, filled, filled_by_count
from domroute.units import FloatArray, IntArray


def best_parts(
    lattice: Lattice, bundles: Bundles, totals: Totals
) -> tuple[float, list[int]]:
    """Find the parts of the best plan, which may share nodes, and its cost."""
    made = fill(lattice, bundles, totals)
    if made.is_counted:
        count, state = totals.best_end(made.cost)
        total = float(totals.ends_counted(made.cost)[count, state])
        return total, made.parts(state, count)
    ends = totals.ends(made.cost)
    state = totals.first_of(ends)
    return float(ends[state]), made.parts(state)


def fill(lattice: Lattice, bundles: Bundles, totals: Totals) -> Filled:
    """Fill every state, by number of parts where that matters."""
    best = bundles.price.min(axis=1, initial=FORBIDDEN)
    best[0] = FORBIDDEN
    if not totals.counts_parts:
        return filled(lattice, best)
    most = most_parts(lattice, bundles, totals)
    weights = totals.part_weights(bundles)
    return filled_by_count(lattice, best, most, weights)


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
