r"""
The walk by parts, whoever takes each of them.

With :math:`c(T)` what the part :math:`T` costs where it is cheapest,

.. math::

   F(\emptyset) = 0, \qquad
   F(S) = \min_{\emptyset \ne T \subseteq S} c(T) + F(S - T),

in all, or :math:`F_k(S)` by the number :math:`k` of parts. Parts may share a node.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from domroute.sourcing.choice import FORBIDDEN
from domroute.sourcing.lattice import Lattice, Pairs
from domroute.units import FloatArray, IntArray


def joined(pairs: Pairs, price: FloatArray, before: FloatArray) -> FloatArray:
    """
    Reach states by one part more, for the least.

    Parameters
    ----------
    pairs
        The parts and rests of ``S`` states.
    price
        What each part costs; shape ``(P, ...)``.
    before
        What each rest costs; shape ``(Q, ...)``, pair by pair.

    Returns
    -------
    FloatArray
        Shape ``(S, ...)``.
    """
    sums = price[pairs.part] + before
    least: FloatArray = np.minimum.reduceat(sums, pairs.starts, axis=0)
    return least


def earlier(layers: FloatArray, count: IntArray, rest: IntArray) -> FloatArray:
    """Look up what rests cost by their number of parts, which may be below zero."""
    found: FloatArray = layers[np.maximum(count, 0), rest]
    found[count < 0] = FORBIDDEN
    return found


class Filled(NamedTuple):
    """
    What filling each state of one order, or of O orders side by side, costs at least.

    Attributes
    ----------
    lattice
        The states.
    best
        What each part costs; shape ``(P,)``, or ``(P, O)``.
    cost
        What each state costs; shape as ``best``, or with a row for each number of
        parts before.
    is_counted
        Whether it has.
    weights
        What each part adds to their number; None where each adds one; shape ``(P,)``.
    """

    lattice: Lattice
    best: FloatArray
    cost: FloatArray
    is_counted: bool = False
    weights: IntArray | None = None

    @property
    def layers(self) -> FloatArray:
        """What states cost, with one row where parts are not counted."""
        return self.cost if self.is_counted else self.cost[None]

    def parts(self, state: int, count: int = 0) -> list[int]:
        """List the parts that fill a state of the one order, by so many if counted."""
        found = []
        while state:
            pairs = self._pairs_of(state)
            segment = pairs.of(state)
            part, rest = pairs.part[segment], pairs.rest[segment]
            sums = self.best[part] + self._before(count, part, rest)
            at = int(sums.argmin())
            found.append(int(part[at]))
            count -= 1 if self.weights is None else int(self.weights[found[-1]])
            state = int(rest[at])
        return found

    def parts_of_all(
        self, state: IntArray, count: IntArray | None = None
    ) -> tuple[IntArray, IntArray]:
        """
        List the parts that fill a state of each order, ``(O,)``.

        Returns
        -------
        tuple
            Orders, and their parts; as many as there are parts in all.
        """
        state = state.copy()
        left = np.zeros_like(state) if count is None else count.copy()
        none = np.empty(0, np.int64)
        orders, parts = [none], [none]
        while len(active := np.flatnonzero(state)):
            keys = left[active] * len(self.best) + state[active]
            for key in np.unique(keys).tolist():
                mine = active[keys == key]
                layer, one = divmod(key, len(self.best))
                pairs = self._pairs_of(one)
                segment = pairs.of(one)
                part, rest = pairs.part[segment], pairs.rest[segment]
                before = self._before(layer, part, rest, mine)
                at = (self.best[np.ix_(part, mine)] + before).argmin(axis=0)
                orders.append(mine)
                parts.append(part[at])
                state[mine] = rest[at]
                if self.is_counted:
                    taken = 1 if self.weights is None else self.weights[part[at]]
                    left[mine] = layer - taken
        return np.concatenate(orders), np.concatenate(parts)

    def _pairs_of(self, state: int) -> Pairs:
        """Find the pairs that the walk went by: counted parts have an order."""
        if self.is_counted:
            return self.lattice.every
        return self.lattice.ranks[self.lattice.totals[state] - 1]

    def _before(
        self, count: int, part: IntArray, rest: IntArray, orders: IntArray | None = None
    ) -> FloatArray:
        """Look up what rests cost, before the last of so many parts; of some orders."""
        if self.weights is not None:
            found = earlier(self.cost, count - self.weights[part], rest)
            return found if orders is None else found[:, orders]
        cost: FloatArray = self.cost[count - 1] if self.is_counted else self.cost
        return cost[rest] if orders is None else cost[np.ix_(rest, orders)]


def filled(lattice: Lattice, best: FloatArray) -> Filled:
    """
    Fill every state in however many parts.

    Parameters
    ----------
    lattice
        The states.
    best
        What each part costs; shape ``(P,)``, or ``(P, O)`` for many orders.

    Examples
    --------
    >>> from domroute.sourcing.lattice import lattice_of
    >>> filled(lattice_of((1, 1)), np.array([np.inf, 2.0, 3.0, 6.0])).cost.tolist()
    [0.0, 2.0, 3.0, 5.0]
    """
    cost = np.full(best.shape, FORBIDDEN)
    cost[0] = 0.0
    for pairs in lattice.ranks:
        cost[pairs.states] = joined(pairs, best, cost[pairs.rest])
    return Filled(lattice, best, cost)


def filled_by_count(
    lattice: Lattice, best: FloatArray, most: int, weights: IntArray | None = None
) -> Filled:
    """
    Fill every state in each number of parts, up to ``most``.

    Parameters
    ----------
    lattice, best
        As :func:`filled` takes them.
    most
        The largest number.
    weights
        What each part adds to it; None where each adds one; shape ``(P,)``.

    Examples
    --------
    >>> from domroute.sourcing.lattice import lattice_of
    >>> lattice, best = lattice_of((1, 1)), np.array([np.inf, 2.0, 3.0, 6.0])
    >>> filled_by_count(lattice, best, 2).cost[1:, 3].tolist()
    [6.0, 5.0]
    """
    pairs = lattice.every
    cost = np.full((most + 1, *best.shape), FORBIDDEN)
    cost[0, 0] = 0.0
    for count in range(1, most + 1):
        if weights is None:
            before = cost[count - 1, pairs.rest]
        else:
            before = earlier(cost, count - weights[pairs.part], pairs.rest)
        cost[count, pairs.states] = joined(pairs, best, before)
    return Filled(lattice, best, cost, is_counted=True, weights=weights)
