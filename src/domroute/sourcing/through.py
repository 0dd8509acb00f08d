r"""
The best plans through each of many nodes, all at once.

Where only costs are added up, the best plan that takes part :math:`p` from node
:math:`n` costs its price and the least :math:`R(p)` that completing a plan around
:math:`p` costs. That is found for all parts in one pass, whatever the node; a plan is
one unless two of its parts come from one node, which is seen when it is walked back.
"""

from __future__ import annotations

import math

import numpy as np

from domroute.sourcing.bundles import Bundles
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN
from domroute.sourcing.lattice import Lattice
from domroute.sourcing.partitions import cheapest_rest, fill
from domroute.sourcing.totals import Totals
from domroute.units import BoolArray


class Through:
    """
    The parts of an order, and the least that plans around each of them cost.

    Parameters
    ----------
    lattice, bundles, totals
        The order, of which :func:`adds_up` must hold.
    """

    def __init__(self, lattice: Lattice, bundles: Bundles, totals: Totals) -> None:
        self._lattice, self._price = lattice, bundles.price
        self._filled, self._missing = fill(lattice, bundles, totals), totals.missing
        layers = self._filled.layers
        uncounted = np.zeros(len(bundles.units), np.int64)
        around = cheapest_rest(lattice, totals.missing[None, :], layers, uncounted)
        total = bundles.price + around[:, None]
        total[0] = FORBIDDEN
        self._least = total.min(axis=0)
        self._part = total.argmin(axis=0)
        self._others: dict[int, tuple[int, ...]] = {}

    def cost(self, node: int) -> float | None:
        """
        Return what the best plan that uses a node costs; infinite where there is none.

        None where the plan found would use a node twice: it is no plan, and the best
        may cost more.
        """
        least = float(self._least[node])
        if least >= IS_FORBIDDEN:
            return math.inf
        others = self._others_of(int(self._part[node]))
        is_plan = node not in others and len(set(others)) == len(others)
        return least if is_plan else None

    def _others_of(self, part: int) -> tuple[int, ...]:
        """Find the nodes of the parts that complete a plan around one at best."""
        found = self._others.get(part)
        if found is None:
            pairs = self._lattice.every
            mine = (pairs.part == part).nonzero()[0]
            state = pairs.states[pairs.starts.searchsorted(mine, side="right") - 1]
            rest = pairs.rest[mine]
            at = int((self._filled.cost[rest] + self._missing[state]).argmin())
            parts = self._filled.parts(int(rest[at]))
            found = tuple([int(self._price[other].argmin()) for other in parts])
            self._others[part] = found
        return found


def adds_up(bundles: Bundles, totals: Totals, collected: tuple[BoolArray, ...]) -> bool:
    """Tell whether plans are worth the sum of their parts, and no part is refused."""
    return (
        bundles.rank is None
        and not collected
        and not totals.counts_parts
        and totals.least_part_value <= 0
    )
