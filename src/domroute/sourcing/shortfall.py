"""Why units stay unfilled: a stable reason for each line that a plan leaves short."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.reasons import Reason
from domroute.sourcing.bundles import node_load
from domroute.sourcing.candidates import Candidates
from domroute.sourcing.choice import Choice
from domroute.sourcing.totals import is_worth_one_node
from domroute.units import BoolArray, FloatArray, least_worth
from domroute.words import Measure, Status


def find_reasons(
    candidates: Candidates,
    policy: Policy,
    arrays: NetworkArrays,
    choice: Choice,
    status: Status,
) -> dict[int, Reason]:
    """
    Say for every line that is short why it is, by position of the line.

    Parameters
    ----------
    candidates, policy, arrays
        What could be used, the limits, and the network.
    choice
        What was decided.
    status
        What is claimed of it: a plan not proven may leave units for want of time.
    """
    short = np.flatnonzero(choice.filled(candidates) < candidates.problem.quantity)
    found = _Shortfall(candidates, policy, arrays, choice, status)
    by_itself = {at: found.reason_by_itself(at) for at in short.tolist()}
    blocked = {at for at, reason in by_itself.items() if reason is not None}
    return {
        at: reason or found.reason_of_choice(at, blocked)
        for at, reason in by_itself.items()
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Shortfall:
    candidates: Candidates
    policy: Policy
    arrays: NetworkArrays
    choice: Choice
    status: Status

    def reason_by_itself(self, at: int) -> Reason | None:
        """Name what makes a line impossible to fill alone; None if nothing does."""
        problem, eligibility = self.candidates.problem, self.candidates.eligibility
        line, k = problem.lines[at], problem.sku_of[at]
        usable = eligibility.stock[k] * eligibility.allowed[at]
        if usable.sum() >= problem.quantity[at]:
            return self._reason_of_offers(at)
        if not problem.stock[k].any():
            return Reason.OUT_OF_STOCK
        delivery = problem.order.delivery_of(line)
        if line.pinned_node is not None:
            return Reason.PINNED_NODE_SHORT
        if delivery.method.is_collected and delivery.node is not None:
            return Reason.PICKUP_NODE_SHORT
        return Reason.NOT_ENOUGH_STOCK if usable.any() else Reason.NO_ELIGIBLE_NODE

    def _reason_of_offers(self, at: int) -> Reason | None:
        """Look at what services, capacity and the line itself leave of its stock."""
        wanted = int(self.candidates.problem.quantity[at])
        room = self._room(at)
        offered = self._offered(at)
        held = np.minimum(offered, room)
        if held.sum() >= wanted:
            whole = self.candidates.problem.lines[at].allow_split
            return None if whole or held.max() >= wanted else Reason.LINE_NOT_SPLITTABLE
        full = offered.sum() >= wanted or (room[self._usable(at)] < 1).any()
        if full:
            return Reason.NO_CAPACITY
        return Reason.NOT_ENOUGH_STOCK if offered.any() else Reason.NO_SERVICE

    def _usable(self, at: int) -> BoolArray:
        eligibility = self.candidates.eligibility
        stock = eligibility.stock[self.candidates.problem.sku_of[at]]
        usable: BoolArray = eligibility.allowed[at] & (stock > 0)
        return usable

    def _offered(self, at: int) -> FloatArray:
        """Count the units of a line that each node at hand offers; shape ``(M,)``."""
        most = np.zeros(len(self.candidates.problem.nodes))
        for block in self.candidates.blocks:
            for place in np.flatnonzero(block.lines == at).tolist():
                limit = block.limit[place]
                most[block.nodes] = np.maximum(most[block.nodes], limit)
        return most

    def _room(self, at: int) -> FloatArray:
        """Count the units of a line for which each node has capacity; ``(M,)``."""
        capacity = self.candidates.eligibility.capacity
        if capacity is None:
            return np.full(len(self.candidates.problem.nodes), np.inf)
        one = np.zeros((1, len(self.candidates.problem.lines)))
        one[0, at] = 1.0
        load = node_load(self.candidates, self.arrays, one)[0]
        fits = np.floor(
            np.divide(
                capacity + 1e-9, load, out=np.full(len(load), np.inf), where=load > 0
            )
        )
        measures = self.arrays.measure[self.candidates.problem.nodes]
        counted = [list(Measure).index(m) for m in (Measure.UNITS, Measure.WORKLOAD)]
        by_unit = np.isin(measures, counted)
        # An order or a line counts once, however many units it has.
        return np.where(by_unit, fits, np.where(fits >= 1, np.inf, 0.0))

    def reason_of_choice(self, at: int, blocked: set[int]) -> Reason:
        """Name what keeps a line back which could be filled by itself."""
        splits = self.policy.splits
        if self.status is Status.FEASIBLE:
            return Reason.LIMIT_REACHED
        is_whole = splits.ship_complete and splits.incomplete_price is None
        if blocked and (is_whole or self.status is Status.INFEASIBLE):
            return Reason.SHIP_COMPLETE
        if self._lacks_partner(at, blocked):
            return Reason.SHIP_TOGETHER
        if self._cheapest_unit(at) >= self.candidates.penalty[at]:
            return Reason.CHEAPER_UNFILLED
        return self._reason_of_limits(at)

    def _reason_of_limits(self, at: int) -> Reason:
        """Name the limit that keeps a line back which is worth filling by itself."""
        limits = (
            (Reason.NOT_ENOUGH_STOCK, self._shares_stock),
            (Reason.BELOW_MINIMUM_ORDER, self._waits_for_minimum),
            (Reason.SPLIT_LIMIT, self._is_split_limited),
            (Reason.PICKUP_NODE_SHORT, self._is_collected_nearby),
            (Reason.NO_CAPACITY, self._meets_capacity),
        )
        for reason, holds in limits:
            if holds(at):
                return reason
        is_impossible = self.status is Status.INFEASIBLE
        return Reason.SHIP_COMPLETE if is_impossible else Reason.CHEAPER_UNFILLED

    def _shares_stock(self, at: int) -> bool:
        problem = self.candidates.problem
        sharers = problem.sku_of == problem.sku_of[at]
        stock = self.candidates.eligibility.stock[problem.sku_of[at]].sum()
        return bool(problem.quantity[sharers].sum() > stock)

    def _is_collected_nearby(self, at: int) -> bool:
        problem = self.candidates.problem
        return problem.order.delivery_of(problem.lines[at]).radius_km is not None

    def _meets_capacity(self, at: int) -> bool:
        capacity = self.candidates.eligibility.capacity
        if capacity is None:
            return False
        return bool(np.isfinite(capacity[self._usable(at)]).any())

    def _is_split_limited(self, at: int) -> bool:  # noqa: ARG002 - the plan's matter
        """Tell whether the plan stands at a limit on splits."""
        splits, takes = self.policy.splits, self.choice.takes
        if splits.min_part_value > 0:
            return True
        if is_worth_one_node(self.candidates, self.policy):
            return True
        if takes is None:
            return splits.max_shipments is not None or splits.max_nodes is not None
        nodes = len({take.node for take in takes})
        return len(takes) >= (splits.max_shipments or np.inf) or nodes >= (
            splits.max_nodes or np.inf
        )

    def _lacks_partner(self, at: int, blocked: set[int]) -> bool:
        """Tell whether the lines that must ship with this one cannot, or not as one."""
        lines = self.candidates.problem.lines
        name = lines[at].ship_together
        if name is None:
            return False
        partners = [i for i, other in enumerate(lines) if other.ship_together == name]
        wanted = self.candidates.problem.quantity[partners]
        offered = np.array([self._offered(i) for i in partners])
        fits_one_node = (offered >= wanted[:, None]).all(axis=0).any()
        return any(i in blocked for i in partners) or not fits_one_node

    def _waits_for_minimum(self, at: int) -> bool:
        """Tell whether every node that has a line asks for a larger order."""
        problem = self.candidates.problem
        has = np.flatnonzero(self._usable(at))
        stock = self.candidates.eligibility.stock[problem.sku_of][:, has]
        most = np.minimum(stock, problem.quantity[:, None])
        value = problem.unit_price @ (
            self.candidates.eligibility.allowed[:, has] * most
        )
        least = self.arrays.minimum_order[problem.nodes[has]]
        return bool((value < least_worth(least)).all())

    def _cheapest_unit(self, at: int) -> float:
        """Return the least that one unit of a line costs to ship by itself."""
        prices = []
        for block in self.candidates.blocks:
            for place in np.flatnonzero(block.lines == at).tolist():
                one = (np.arange(len(block.lines)) == place).astype(float)[None, :]
                price = block.price(one, self.candidates.problem)[0]
                offers = block.limit[place] > 0
                prices.append(float(price[offers].min(initial=np.inf)))
        return min(prices, default=float("inf"))
