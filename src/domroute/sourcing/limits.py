"""Whether a plan under construction keeps to every limit, and what it costs in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.sourcing.bundles import node_load
from domroute.sourcing.bydate import is_there
from domroute.sourcing.byday import day_cost, has_day_prices
from domroute.sourcing.causes import are_caused
from domroute.sourcing.choice import FORBIDDEN
from domroute.sourcing.comparing import ByGoal
from domroute.sourcing.offers import OfferTable
from domroute.sourcing.onedate import come_together
from domroute.sourcing.room import Room, loads_of
from domroute.sourcing.totals import is_worth_one_node
from domroute.units import BoolArray, FloatArray, IntArray, least_worth
from domroute.words import Objective


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """The limits and order-level prices of one order, over its offers."""

    offers: Offers
    table: OfferTable
    policy: Policy
    arrays: NetworkArrays
    most_shipments: int
    most_nodes: int
    loads: tuple[FloatArray, FloatArray]
    """What steps of atoms take of capacity, and what first steps take besides."""
    shares_stock: bool
    """Whether several lines, or several services of a node, may want the same units."""
    is_coupled: bool
    """
    Whether offers compete for stock or capacity, must be worth enough, or make whole
    ones only.
    """

    def fit(self, fill: IntArray, taken: IntArray) -> IntArray:
        """Reduce what each offer would take by itself to what its node can give."""
        if not self.is_coupled:
            return fill
        beside = taken
        if self.table.tally is not None:
            beside = np.repeat(taken.sum(axis=1, keepdims=True), fill.shape[1], axis=1)
        return self._fitted(fill, self._room(taken), beside)

    def fit_beside(self, fill: IntArray, before: Sequence[IntArray]) -> IntArray:
        """
        Reduce likewise, for every offer beside what its node ships by others.

        Parameters
        ----------
        fill
            Shape ``(J, A)``.
        before
            For each shipment, what the offer's node put in it; shape ``(J, A)``.
        """
        if not self.is_coupled:
            return fill
        room, beside = self._room(np.zeros_like(fill)), np.zeros_like(fill)
        for steps in before:
            beside += steps
            for atom, taken in enumerate(steps):
                room.take(atom, taken)
        return self._fitted(fill, room, beside)

    def _room(self, taken: IntArray) -> Room:
        return Room.of(self.offers, self.table, self.loads, taken)

    def _fitted(self, fill: IntArray, room: Room, beside: IntArray) -> IntArray:
        fitted = np.array([room.take(atom, fill[atom]) for atom in range(len(fill))])
        if self.table.tally is not None:
            fitted = self.table.tally.trim(fitted, beside)
        worth = self.table.value @ fitted
        nodes = self.offers.problem.nodes[self.table.node]
        fitted[:, worth < least_worth(self.arrays.minimum_order[nodes])] = 0
        return fitted

    def node_holds(self, node: int, taken: IntArray) -> bool:
        """Tell whether a node can give steps by its offers: stock and capacity."""
        problem, eligibility = self.offers.problem, self.offers.eligibility
        by_offer = taken.T @ self.table.units
        units = by_offer.sum(axis=0).astype(float)
        if self.shares_stock:
            by_sku = np.bincount(problem.sku_of, units, minlength=len(problem.skus))
            if (by_sku > eligibility.stock[:, node]).any():
                return False
        if eligibility.capacity is not None and units.any():
            load = node_load(self.offers, self.arrays, units[None, :])[:, 0, node]
            uses = self.arrays.capacity.demands_at(problem.nodes[node])
            # A line may be in two shipments.
            load = np.where(uses.per_line > 0, np.count_nonzero(by_offer), load)
            return bool((load <= eligibility.capacity[:, node] + 1e-9).all())
        return True

    def _value(self, steps: IntArray) -> float:
        return float(steps @ self.table.value)

    def compatible(self, offer: int) -> BoolArray:
        """Tell which offers may be used beside one that is; shape ``(A,)``."""
        table = self.table
        same = np.arange(len(table.node)) == offer
        if not self.offers.several:
            same = table.node == table.node[offer]
            same &= table.group == table.group[offer]
        delivery = self.offers.problem.groups[table.group[offer]].delivery
        if delivery.radius_km is not None:
            elsewhere = table.node != table.node[offer]
            same |= elsewhere & (table.group == table.group[offer])
        different: BoolArray = ~same
        return different

    def holds(self, taken: IntArray) -> bool:
        """Tell whether a plan keeps to every limit."""
        splits = self.policy.splits
        left = self.table.left(taken)
        partly = bool(left.any() and taken.any())
        if splits.ship_complete and splits.incomplete_price is None and partly:
            return False
        if not self.table.is_whole(taken):
            return False
        return self._does_what_it_must(taken) and self.holds_so_far(taken)

    def _does_what_it_must(self, taken: IntArray) -> bool:
        """Tell whether a plan fills what was asked of it, by the node asked for."""
        least, through = self.offers.least, self.offers.through
        if least is not None:
            table = self.table
            filled = (table.wanted - table.left(taken)) @ table.filled_by
            if (filled < least).any():
                return False
        return through is None or bool(taken[:, self.table.node == through].any())

    def holds_so_far(self, taken: IntArray) -> bool:
        """Tell whether a plan keeps to every limit but that on what it leaves."""
        used = np.flatnonzero(taken.any(axis=0))
        nodes = np.unique(self.table.node[used])
        if len(used) > self.most_shipments or len(nodes) > self.most_nodes:
            return False
        for offer in used.tolist():
            others = used[used != offer]
            if not self.compatible(offer)[others].all():
                return False
        takes = self.table.takes(taken, used)
        if not (
            is_there(self.offers, takes)
            and come_together(takes)
            and are_caused(self.offers, takes)
        ):
            return False
        if self.is_coupled:
            for node in nodes.tolist():
                mine = taken[:, self.table.node == node]
                least = self.arrays.minimum_order[self.offers.problem.nodes[node]]
                worth = self._value(mine.sum(axis=1)) >= least_worth(float(least))
                if not worth or not self.node_holds(node, mine):
                    return False
        splits = self.policy.splits
        if splits.min_part_value > 0 and len(used) > 1:
            values = self.table.value @ taken[:, used]
            return bool((values >= least_worth(splits.min_part_value)).all())
        return True

    def total(self, taken: IntArray) -> float:
        """Price a plan: shipments, what is left, and what concerns the whole order."""
        return self.cost_of(self.by_goal(taken))

    def cost_of(self, by_goal: ByGoal) -> float:
        """Return what a plan costs in all."""
        return by_goal[-3] + by_goal[-1] if self.puts_fewest_first else by_goal[-1]

    def by_goal(self, taken: IntArray) -> ByGoal:
        """Say what a plan comes to by each goal of the policy."""
        used = np.flatnonzero(taken.any(axis=0))
        cost = 0.0
        if len(used):
            cost = float(self.table.price_at(taken[:, used].T, used).sum())
        left = self.table.left(taken)
        penalty = float(np.minimum(left @ self.table.penalty, FORBIDDEN))
        before = self._drained(taken, left)
        if self.puts_fewest_first:
            besides = cost + self._order_costs(taken, used, left)
            return (*before, penalty, float(len(used)), besides)
        cost += penalty
        return (*before, cost + self._order_costs(taken, used, left))

    def _drained(self, taken: IntArray, left: IntArray) -> ByGoal:
        """Count the units left, and those that the first rungs do not give."""
        drain = self.offers.drain
        if drain is None:
            return ()
        weights, shares = self.table.weights
        by_offer = weights @ taken
        missing = float(left @ self.table.filled_by.sum(axis=1) * shares)
        rung = drain[self.table.node]
        later = [
            missing + float(by_offer[rung > at].sum())
            for at in range(int(drain.max(initial=0)))
        ]
        return (missing, *later)

    @property
    def has_goals(self) -> bool:
        """Whether anything comes before cost."""
        return self.puts_fewest_first or self.offers.drain is not None

    @property
    def puts_fewest_first(self) -> bool:
        """Whether what is left and the number of shipments come before cost."""
        return self.policy.objective is Objective.FEWEST_SHIPMENTS

    @property
    def most_order_cost(self) -> float:
        """Return what a move may save beyond what shipments cost; zero as a rule."""
        splits = self.policy.splits
        priced = (
            splits.split_price or splits.over_limit_price or splits.incomplete_price
        )
        is_more = priced or self.has_goals or self._has_safeties
        is_more = is_more or has_day_prices(self.offers)
        return FORBIDDEN if is_more else 0.0

    @property
    def _has_safeties(self) -> bool:
        return bool(self.offers.eligibility.safeties)

    def _order_costs(self, taken: IntArray, used: IntArray, left: IntArray) -> float:
        splits = self.policy.splits
        count = len(used)
        cost = splits.split_price * max(0, count - 1)
        if splits.over_limit_price is not None:
            nodes = len(np.unique(self.table.node[used]))
            over = max(0, count - (splits.max_shipments or count))
            over += max(0, nodes - (splits.max_nodes or nodes))
            cost += splits.over_limit_price * over
        if splits.ship_complete and left.any() and count:
            cost += splits.incomplete_price or 0.0
        if self.offers.eligibility.safeties and count:
            cost += self._safety_cost(taken)
        if has_day_prices(self.offers) and count:
            cost += day_cost(self.offers, self.table.takes(taken, used))
        return cost

    def _safety_cost(self, taken: IntArray) -> float:
        problem = self.offers.problem
        by_line = self.table.units.T @ taken
        by_sku: FloatArray = np.zeros((len(problem.skus), len(problem.nodes)))
        for at, k in enumerate(problem.sku_of.tolist()):
            np.add.at(by_sku[k], self.table.node, by_line[at])
        return sum(
            safety.price * float(np.maximum(0.0, by_sku - safety.free).sum())
            for safety in self.offers.eligibility.safeties
        )


def limits_of(
    offers: Offers, table: OfferTable, policy: Policy, arrays: NetworkArrays
) -> Limits:
    """Gather the limits that a policy and a network set for one order."""
    splits = policy.splits
    is_hard = splits.over_limit_price is None
    endless = len(table.node) + 1
    nodes = splits.max_nodes if is_hard and splits.max_nodes else endless
    if is_worth_one_node(offers, policy):
        nodes = 1
    shipments = splits.max_shipments if is_hard and splits.max_shipments else endless
    if len(offers.problem.groups) == 1 and not offers.divides:
        shipments = min(shipments, nodes)
    problem = offers.problem
    is_by_date = offers.eligibility.by_date is not None
    shares_stock = problem.shares_skus or offers.competes or is_by_date
    has_limits = offers.eligibility.capacity is not None or offers.days is not None
    return Limits(
        offers=offers,
        table=table,
        policy=policy,
        arrays=arrays,
        most_shipments=shipments,
        most_nodes=nodes,
        loads=loads_of(offers, table, arrays),
        shares_stock=shares_stock,
        is_coupled=shares_stock
        or problem.ways is not None
        or has_limits
        or bool(arrays.minimum_order[problem.nodes].any()),
    )
