"""The rule chains that many engines run: nodes in a fixed order, whatever they cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.sourcing.choice import IS_FORBIDDEN, Choice
from domroute.sourcing.greedy import simple_bound
from domroute.sourcing.limits import Limits, limits_of
from domroute.sourcing.offers import OfferTable, tabulate
from domroute.split.atoms import Atoms
from domroute.units import BoolArray, FloatArray, IntArray, least_worth


def solve_chain(
    offers: Offers, policy: Policy, atoms: Atoms, arrays: NetworkArrays
) -> Choice:
    """
    Run the chain that the policy names, with a simple bound.

    Each delivery of an order goes through the chain by itself, one after another. A
    step that a rule or limit forbids is skipped. What the chain ends with is the plan;
    where that may not be (an order that ships complete, and is not), nothing ships.

    Notes
    -----
    Up to :math:`A` steps for :math:`A` offers, each :math:`O(J)` for :math:`J` atoms,
    and :math:`O(A J)` for ``most_coverage_first``, which looks at every offer again.
    """
    method = policy.solve.method
    table = tabulate(offers, atoms)
    limits = limits_of(offers, table, policy, arrays)
    taken = _run(table, limits, method, least=policy.splits.min_part_value)
    if policy.splits.min_part_value > 0 and not taken.any():
        # A shipment that stays alone may be worth less.
        taken = _run(table, replace(limits, most_shipments=1), method, least=0.0)
    if not limits.holds(taken):
        taken = np.zeros_like(taken)
    is_plan = limits.total(taken) < IS_FORBIDDEN
    return Choice(
        takes=table.takes(taken) if is_plan else None,
        bound=simple_bound(table),
        method=method,
        proves_goals=not limits.has_goals,
    )


def _run(table: OfferTable, limits: Limits, method: str, *, least: float) -> IntArray:
    walk = _Walk(table, limits, least=least)
    for group in range(len(table.problem.groups)):
        CHAINS[method](walk, group)
    return walk.taken


class _Walk:
    """
    An order on its way through a chain.

    Parameters
    ----------
    table, limits
        The offers, and what plans must keep to.
    least
        What a shipment must be worth, unless it alone fills the order.
    """

    def __init__(self, table: OfferTable, limits: Limits, *, least: float) -> None:
        problem = table.problem
        self.table, self.limits = table, limits
        self.taken: IntArray = np.zeros(table.limit.shape, np.int64)
        self.left: IntArray = table.steps.copy()
        self.far_km: FloatArray = np.zeros(len(table.node))
        for at, group in enumerate(problem.groups):
            here = table.group == at
            self.far_km[here] = group.distance_km[table.node[here]]
        nodes = [limits.arrays.nodes[at] for at in problem.nodes.tolist()]
        is_dc = np.array([node.kind == "dc" for node in nodes], bool)
        self.is_dc: BoolArray = is_dc[table.node]
        self._units = table.units.sum(axis=1)
        self._least = least
        self._is_open = np.ones(len(table.node), bool)

    def offers(self, group: int) -> IntArray:
        """List the offers of a delivery."""
        return np.flatnonzero(self.table.group == group)

    def sweep(self, offers: IntArray) -> None:
        """Go from node to node, as offers are sorted; each gives all that it has."""
        for here in self._by_node(offers):
            if not self.left.any():
                return
            self.take_fullest(here)

    def take_fullest(self, offers: IntArray, *, whole: bool = False) -> bool:
        """
        Take all that one offer has: the most, then the nearest, then the cheapest.

        Parameters
        ----------
        offers
            Those to choose from.
        whole
            Only what fills all of the offers' delivery.

        Returns
        -------
        bool
            Whether there was one, and no limit forbade it.
        """
        fill = self._fill(offers)
        if whole:
            fill[:, ~self._is_whole(fill)] = 0
        for offer in self._ranked(fill).tolist():
            further = self.taken.copy()
            further[:, offer] = fill[:, offer]
            if self.limits.holds_so_far(further):
                self.taken = further
                self.left = self.left - fill[:, offer]
                self._is_open &= self.limits.compatible(offer)
                return True
        return False

    def _by_node(self, offers: IntArray) -> Iterator[IntArray]:
        edges = np.flatnonzero(np.diff(self.table.node[offers])) + 1
        yield from np.split(offers, edges)

    def _fill(self, offers: IntArray) -> IntArray:
        """Count the steps that each offer by itself would take now; ``(J, A)``."""
        most = np.zeros_like(self.taken)
        at = offers[self._is_open[offers]]
        most[:, at] = np.minimum(self.table.limit[:, at], self.left[:, None])
        found = self.limits.fit(most, self.taken)
        if self._least > 0:
            light = self.table.value @ found < least_worth(self._least)
            if not self.taken.any():
                light &= (found != self.left[:, None]).any(axis=0)
            found[:, light] = 0
        return found

    def _is_whole(self, fill: IntArray) -> BoolArray:
        """Tell which offers would fill all of their delivery; shape ``(A,)``."""
        short = fill != self.left[:, None]
        found = np.zeros(len(self.table.node), bool)
        for at, group in enumerate(self.table.problem.groups):
            atoms = self.table.units[:, group.lines].any(axis=1)
            here = self.table.group == at
            found[here] = ~short[np.ix_(atoms, here)].any(axis=0)
        return found

    def _ranked(self, fill: IntArray) -> IntArray:
        """List the offers that have any of it in the order in which they are tried."""
        size = self._units @ fill
        at = np.flatnonzero(size)
        if not len(at):
            return at
        cost = self.table.price_at(fill[:, at].T, at)
        sequence = (cost, self.table.node[at], self.far_km[at], -size[at])
        return at[np.lexsort(sequence)]


def _nearest_first(walk: _Walk, group: int) -> None:
    """Go from near to far, and take whatever is still wanted."""
    offers = walk.offers(group)
    walk.sweep(offers[np.lexsort((walk.table.node[offers], walk.far_km[offers]))])


def _most_coverage_first(walk: _Walk, group: int) -> None:
    """Take from the node that fills most of what is still wanted; the nearer of two."""
    offers = walk.offers(group)
    while walk.left.any() and walk.take_fullest(offers):
        pass


def _dc_store_split(walk: _Walk, group: int) -> None:
    """Try the nearest center that fills it all, then such a node else, then a split."""
    offers = walk.offers(group)
    is_dc = walk.is_dc[offers]
    for kind in (is_dc, ~is_dc):
        if walk.take_fullest(offers[kind], whole=True):
            return
    sequence = (walk.table.node[offers], walk.far_km[offers], ~is_dc)
    walk.sweep(offers[np.lexsort(sequence)])


CHAINS: Final[dict[str, Callable[[_Walk, int], None]]] = {
    "nearest_first": _nearest_first,
    "most_coverage_first": _most_coverage_first,
    "dc_store_split": _dc_store_split,
}
"""The chains by the name a policy gives them; each fills one delivery."""
