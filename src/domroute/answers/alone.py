"""What each node can fill by itself, all nodes side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.sourcing.choice import Take
from domroute.sourcing.limits import Limits, limits_of
from domroute.sourcing.offers import OfferTable, tabulate
from domroute.split.atoms import Atoms
from domroute.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Alone:
    """
    What nodes at hand fill by themselves.

    Attributes
    ----------
    table
        The offers.
    taken
        Steps of atoms by offer, whoever else takes some; shape ``(J, A)``.
    used, starts
        Offers that take some, node by node; where those of each begin, ``(M + 1,)``.
    units, cost
        Units of all lines, and what shipping them costs; shape ``(M,)``.
    """

    table: OfferTable
    taken: IntArray
    used: IntArray
    starts: IntArray
    units: IntArray
    cost: FloatArray

    def takes(self, node: int) -> tuple[Take, ...]:
        """List what a node ships."""
        mine = self.used[self.starts[node] : self.starts[node + 1]]
        return self.table.takes(self.taken, mine)


def alone_at_each_node(
    offers: Offers, policy: Policy, atoms: Atoms, arrays: NetworkArrays
) -> Alone:
    """
    Say for every node at hand what it can fill by itself.

    Delivery after delivery, each by the service that fills most of it, the cheapest
    among equals; then what that leaves by the next, where several may at once.
    """
    table = tabulate(offers, atoms)
    limits = limits_of(offers, table, policy, arrays)
    filling = _Filling(table, limits, len(offers.problem.nodes))
    for group in range(len(offers.problem.groups)):
        here = table.group == group
        while here.any():
            chosen = filling.take_fullest(here)
            if not offers.several:
                break
            here[chosen] = False
            # A node that gave nothing has nothing more, nor one that gave it all.
            goes_on = np.zeros(len(filling.cost), bool)
            goes_on[table.node[chosen]] = True
            here &= (goes_on & ~filling.is_done)[table.node]
    taken, count = filling.taken, len(filling.cost)
    used = np.flatnonzero(taken.any(axis=0))
    used = used[table.node[used].argsort(kind="stable")]
    weights, shares = table.weights
    filled = weights @ taken[:, used]
    units = np.bincount(table.node[used], filled, count).astype(np.int64)
    return Alone(
        table=table,
        taken=taken,
        used=used,
        starts=table.node[used].searchsorted(np.arange(count + 1)),
        units=units // shares,
        cost=filling.cost,
    )


class _Filling:
    """Nodes that fill by themselves, one shipment of each after another."""

    def __init__(self, table: OfferTable, limits: Limits, nodes: int) -> None:
        self._table, self._limits = table, limits
        self.taken: IntArray = np.zeros_like(table.limit)
        self.cost: FloatArray = np.zeros(nodes)
        self._by_node: IntArray = np.zeros((len(table.steps), nodes), np.int64)
        self._before: list[IntArray] = []
        self._first = limits.fit(table.limit, self.taken)

    @property
    def is_done(self) -> BoolArray:
        """Tell which nodes have filled everything; shape ``(N,)``."""
        done: BoolArray = np.all(self._by_node >= self._table.steps[:, None], axis=0)
        return done

    def take_fullest(self, here: BoolArray) -> IntArray:
        """Let each node ship by that of some offers which fills most; return them."""
        table, able = self._table, self._fill(here)
        offers = np.flatnonzero(able.any(axis=0))
        if not len(offers):
            return offers
        steps = able[:, offers].T
        price = table.price_at(steps, offers)
        nodes = table.node[offers]
        units = table.units_of(steps).sum(axis=1)
        # The last key comes first.
        order = np.lexsort((offers, price, -units, nodes))
        is_first = np.append(True, np.diff(nodes[order]) > 0)
        best = order[is_first]
        chosen: IntArray = offers[best]
        steps, nodes = steps[best].T, nodes[best]
        self.taken[:, chosen] = steps
        self.cost[nodes] += price[best]
        self._by_node[:, nodes] += steps
        shipped = np.zeros_like(self._by_node)
        shipped[:, nodes] = steps
        self._before.append(shipped)
        return chosen

    def _fill(self, here: BoolArray) -> IntArray:
        """Say what each of some offers can take beside what its node ships already."""
        limits, node = self._limits, self._table.node
        if not self._before or not (limits.is_coupled or limits.offers.several):
            return self._first * here
        left = self._table.steps[:, None] - self._by_node
        most: IntArray = np.minimum(self._table.limit, left[:, node]) * here
        if most.any():
            most = limits.fit_beside(most, [steps[:, node] for steps in self._before])
        return most
