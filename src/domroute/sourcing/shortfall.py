"""Why units stay unfilled: a stable reason for each line that a plan leaves short."""

from __future__ import annotations

import numpy as np

from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.reasons import Reason
from domroute.sourcing.candidates import Candidates
from domroute.units import BoolArray, IntArray
from domroute.words import Status


def find_reasons(
    candidates: Candidates,
    policy: Policy,
    arrays: NetworkArrays,
    filled: IntArray,
    status: Status,
) -> dict[int, Reason]:
    """
    Say for every line that is short why it is, by position of the line.

    Parameters
    ----------
    candidates, policy, arrays
        What could be used, the limits, and the network.
    filled
        Units of each line that the plan fills; shape ``(L,)``.
    status
        What is claimed of the plan: a plan not proven may leave units for want of time.
    """
    short = filled < candidates.problem.quantity
    reasons = {at: _reason_of(candidates, at) for at in np.flatnonzero(short).tolist()}
    blocked = {at for at, reason in reasons.items() if reason is not None}
    return {
        at: reason
        or _reason_of_choice(
            candidates, policy, arrays, at, blocked=blocked, status=status
        )
        for at, reason in reasons.items()
    }


def _reason_of(candidates: Candidates, at: int) -> Reason | None:
    """Name what makes a line impossible to fill by itself; None if it is not."""
    problem, eligibility = candidates.problem, candidates.eligibility
    line = problem.lines[at]
    stock = problem.stock[problem.sku_of[at]]
    usable = eligibility.stock[problem.sku_of[at]] * eligibility.allowed[at]
    wanted = int(problem.quantity[at])
    if not stock.any():
        found = Reason.OUT_OF_STOCK
    elif usable.sum() < wanted:
        found = Reason.NOT_ENOUGH_STOCK if usable.any() else Reason.NO_ELIGIBLE_NODE
    else:
        return _reason_of_offers(candidates, at, wanted)
    delivery = problem.order.delivery_of(line)
    if line.pinned_node is not None:
        return Reason.PINNED_NODE_SHORT
    if delivery.method.is_collected and delivery.node is not None:
        return Reason.PICKUP_NODE_SHORT
    return found


def _reason_of_offers(candidates: Candidates, at: int, wanted: int) -> Reason | None:
    """Look at what services, capacity and the line itself leave of its stock."""
    best, total = _most_from_nodes(candidates, at)
    if total == 0:
        capacity = candidates.eligibility.capacity
        usable = _usable(candidates, at)
        if capacity is not None and (capacity[usable] <= 0).all():
            return Reason.NO_CAPACITY
        return Reason.NO_SERVICE
    if not candidates.problem.lines[at].allow_split and best < wanted:
        return Reason.LINE_NOT_SPLITTABLE
    return Reason.NOT_ENOUGH_STOCK if total < wanted else None


def _usable(candidates: Candidates, at: int) -> BoolArray:
    stock = candidates.eligibility.stock[candidates.problem.sku_of[at]]
    usable: BoolArray = candidates.eligibility.allowed[at] & (stock > 0)
    return usable


def _most_from_nodes(candidates: Candidates, at: int) -> tuple[int, int]:
    """Return the most units one node offers, and all together."""
    most = np.zeros(len(candidates.problem.nodes), np.int64)
    for block in candidates.blocks:
        place = np.flatnonzero(block.lines == at)
        if len(place):
            limit = block.limit[place[0]]
            most[block.nodes] = np.maximum(most[block.nodes], limit)
    return int(most.max(initial=0)), int(most.sum())


def _reason_of_choice(
    candidates: Candidates,
    policy: Policy,
    arrays: NetworkArrays,
    at: int,
    *,
    blocked: set[int],
    status: Status,
) -> Reason:
    """Name what keeps a line back which could be filled by itself."""
    splits = policy.splits
    if status is Status.FEASIBLE:
        return Reason.LIMIT_REACHED
    if splits.ship_complete and splits.incomplete_price is None and blocked:
        return Reason.SHIP_COMPLETE
    if _lacks_partner(candidates, at, blocked):
        return Reason.SHIP_TOGETHER
    if _cheapest_unit(candidates, at) >= candidates.penalty[at]:
        return Reason.CHEAPER_UNFILLED
    return _reason_of_limits(candidates, policy, arrays, at)


def _reason_of_limits(
    candidates: Candidates, policy: Policy, arrays: NetworkArrays, at: int
) -> Reason:
    """Name the limit that keeps a line back which is worth filling by itself."""
    problem, splits = candidates.problem, policy.splits
    sharers = problem.sku_of == problem.sku_of[at]
    stock = candidates.eligibility.stock[problem.sku_of[at]].sum()
    if problem.quantity[sharers].sum() > stock:
        return Reason.NOT_ENOUGH_STOCK
    if _waits_for_minimum(candidates, arrays, at):
        return Reason.BELOW_MINIMUM_ORDER
    limited = splits.max_shipments or splits.max_nodes or splits.min_order_value
    if limited or splits.min_part_value:
        return Reason.SPLIT_LIMIT
    if problem.order.delivery_of(problem.lines[at]).radius_km is not None:
        return Reason.PICKUP_NODE_SHORT
    capacity = candidates.eligibility.capacity
    if capacity is not None and np.isfinite(capacity[_usable(candidates, at)]).all():
        return Reason.NO_CAPACITY
    return Reason.CHEAPER_UNFILLED


def _lacks_partner(candidates: Candidates, at: int, blocked: set[int]) -> bool:
    """Tell whether the lines that must ship with this one cannot, or not together."""
    lines = candidates.problem.lines
    name = lines[at].ship_together
    if name is None:
        return False
    partners = [i for i, other in enumerate(lines) if other.ship_together == name]
    return any(i in blocked for i in partners) or not _fits_one_node(
        candidates, partners
    )


def _waits_for_minimum(candidates: Candidates, arrays: NetworkArrays, at: int) -> bool:
    """Tell whether every node that has a line asks for a larger order than this one."""
    problem = candidates.problem
    has = np.flatnonzero(_usable(candidates, at))
    most = candidates.eligibility.allowed[:, has] * np.minimum(
        candidates.eligibility.stock[problem.sku_of][:, has], problem.quantity[:, None]
    )
    value = problem.unit_price @ most
    return bool((value < arrays.minimum_order[problem.nodes[has]] - 1e-9).all())


def _fits_one_node(candidates: Candidates, lines: list[int]) -> bool:
    wanted = candidates.problem.quantity[lines]
    for block in candidates.blocks:
        places = [np.flatnonzero(block.lines == at) for at in lines]
        if all(len(place) for place in places):
            rows = [int(place[0]) for place in places]
            if (block.limit[rows] >= wanted[:, None]).all(axis=0).any():
                return True
    return False


def _cheapest_unit(candidates: Candidates, at: int) -> float:
    """Return the least that one unit of a line costs to ship by itself."""
    prices = []
    for block in candidates.blocks:
        place = np.flatnonzero(block.lines == at)
        if len(place):
            one = (np.arange(len(block.lines)) == place[0]).astype(float)[None, :]
            price = block.price(one, candidates.problem)[0]
            prices.append(float(price[block.limit[place[0]] > 0].min(initial=np.inf)))
    return min(prices, default=float("inf"))
