"""What is sunk: shipments kept count into the limits that the rest is held to."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import count
from typing import ClassVar, Final

import numpy as np

from domroute.costs.nature import Cover, Fact
from domroute.costs.term import Charges, Question, ShipmentFacts
from domroute.orders import Order
from domroute.plan import Costs
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.reroute.resting import Rest
from domroute.reroute.state import Kept
from domroute.result import RoutingResult
from domroute.split import SplitLimits
from domroute.units import least_worth
from domroute.words import Objective, Status

Ask = Callable[[Order], RoutingResult]
"""Routes an order under the policy for what is left."""
_Key = tuple[float, float, float]
_Branch = tuple[_Key, int, float, frozenset[str], frozenset[str], int]
_LEAST: Final = (-math.inf, -math.inf, -math.inf)
_FOUND: Final = Status.FEASIBLE
MOST_ASKED: Final = 100
"""Questions that a limit on nodes may take; then the best plan is not proven."""


@dataclass(frozen=True, slots=True)
class Further:
    """
    The price of each shipment beside those that are kept: all of them are splits.

    Attributes
    ----------
    price
        Of a shipment.
    """

    price: float

    name: ClassVar[str] = "split_again"
    covered_by: ClassVar[Cover] = Cover.NOTHING
    is_cash: ClassVar[bool] = False
    is_quotable: ClassVar[bool] = False
    never_pays: ClassVar[bool] = True
    depends_on: ClassVar[frozenset[Fact]] = frozenset()

    def prepare(self, arrays: NetworkArrays) -> Further:  # noqa: ARG002 - as all terms
        """Make ready for a network."""
        return self

    def charges(self, question: Question) -> Charges:
        """Charge every offer alike."""
        return Charges(per_shipment=np.full(len(question.nodes), self.price))

    def amount(self, facts: ShipmentFacts) -> float:  # noqa: ARG002 - as all terms
        """Price one shipment in plain Python."""
        return self.price


@dataclass(frozen=True, slots=True)
class Sunk:
    """
    What kept shipments leave of the limits of a policy.

    Attributes
    ----------
    splits
        The limits for the rest.
    price
        Of each shipment of the rest, for being one more.
    nodes
        The nodes that keep something: one of them is no new node.
    new_nodes
        How many others may be used; None for any number.
    node_price
        Of each other one beyond those; infinite where there may be none.
    incomplete_price
        What it costs to leave a unit, since something is kept.
    """

    splits: SplitLimits
    price: float = 0.0
    nodes: frozenset[str] = frozenset()
    new_nodes: int | None = None
    node_price: float = math.inf
    incomplete_price: float = 0.0


def sunk_by(kept: Iterable[Kept], policy: Policy, worth: float) -> Sunk:
    """
    Say what is left of the limits beside shipments that are kept.

    Parameters
    ----------
    kept
        The shipments.
    policy
        Its split limits are those of the whole order.
    worth
        What the order is worth.

    Notes
    -----
    With ``ship_complete`` and no price, all of the rest is filled or none. A shipment
    of the rest that is the only one is not held to ``min_part_value``.
    """
    parts, splits = list(kept), policy.splits
    if not parts:
        return Sunk(splits)
    nodes = frozenset(one.shipment.node_id for one in parts)
    over, price = splits.over_limit_price, splits.split_price
    update: dict[str, object] = {"split_price": 0.0}
    if splits.max_shipments is not None:
        left = splits.max_shipments - len(parts)
        update["max_shipments"] = left if left > 0 else None
        price += 0.0 if left > 0 or over is None else over
    new_nodes, node_price = None, math.inf
    if splits.max_nodes is not None:
        if over is None:
            new_nodes = max(0, splits.max_nodes - len(nodes))
            update["max_nodes"] = max(splits.max_nodes, len(nodes))
        else:
            new_nodes, node_price = max(0, splits.max_nodes - len(nodes)), over
            update["max_nodes"] = None
    if splits.min_order_value and worth < least_worth(splits.min_order_value):
        new_nodes, node_price = 0, math.inf
    update["min_order_value"] = 0.0
    incomplete = 0.0
    if splits.ship_complete and splits.incomplete_price is not None:
        incomplete = splits.incomplete_price
        update |= {"ship_complete": False, "incomplete_price": None}
    left_over = splits.model_copy(update=update)
    return Sunk(left_over, price, nodes, new_nodes, node_price, incomplete)


def best_of(rest: Rest, sunk: Sunk, policy: Policy, ask: Ask) -> RoutingResult:
    """
    Find the best plan for what is left of an order, beside what is sunk.

    Parameters
    ----------
    rest
        What is left.
    sunk
        What the limits leave.
    policy
        What the rest is routed by.
    ask
        Routes an order by it.
    """

    def within(order: Order) -> RoutingResult:
        if sunk.new_nodes is None:
            return ask(order)
        beside = replace(rest, order=order)
        if math.isfinite(sunk.node_price):
            return _with_dear_nodes(beside, sunk, sunk.new_nodes, policy, ask)
        return _with_few_nodes(beside, sunk.nodes, sunk.new_nodes, policy, ask)

    result = within(rest.order)
    if not sunk.incomplete_price or not result.plan.unfilled:
        return result
    # Something is kept: whatever is left makes the order a partly filled one.
    price = sunk.incomplete_price
    whole = within(
        rest.order.model_copy(
            update={
                "lines": tuple(
                    line.model_copy(
                        update={"must_fill": True, "unfilled_penalty": None}
                    )
                    for line in rest.order.lines
                )
            }
        )
    )
    bound = min(whole.bound, result.bound + price)
    if _key(whole, policy) <= _key(replace(result, cost=result.cost + price), policy):
        status = whole.status if result.is_optimal else Status.FEASIBLE
        return replace(whole, bound=bound, status=status, order=rest.order)
    is_known = result.is_optimal and whole.status is not Status.FEASIBLE
    return replace(
        _dearer(result, price, "incomplete"),
        bound=bound,
        status=result.status if is_known else Status.FEASIBLE,
    )


def _with_dear_nodes(
    rest: Rest, sunk: Sunk, free: int, policy: Policy, ask: Ask
) -> RoutingResult:
    """
    Find the best plan where new nodes beyond some number have a price.

    The plan for any number of nodes says how many need be looked at; of each lower
    number the best plan is found, and the price of its nodes added.
    """
    anyhow, price = ask(rest.order), sunk.node_price
    used = len(set(anyhow.plan.node_ids) - sunk.nodes)
    best = _dearer(anyhow, price * max(0, used - free))
    bound, is_proven = anyhow.bound + price * max(0, used - free), anyhow.is_optimal
    for few in range(free, used):
        found = _with_few_nodes(rest, sunk.nodes, few, policy, ask)
        is_proven &= found.status is not Status.FEASIBLE
        bound = min(bound, found.bound + price * (few - free))
        new = len(set(found.plan.node_ids) - sunk.nodes)
        found = _dearer(found, price * max(0, new - free))
        if _key(found, policy) < _key(best, policy):
            best = found
    status = best.status if is_proven or not best.is_optimal else _FOUND
    return replace(best, status=status, bound=min(bound, best.cost), order=rest.order)


def _dearer(result: RoutingResult, price: float, term: str = "split") -> RoutingResult:
    """Add a price of the whole order to a plan."""
    if not price:
        return result
    charged = Costs.sum_of([result.plan.order_costs, Costs.of({term: price})])
    plan = replace(result.plan, order_costs=charged)
    return replace(result, plan=plan, cost=result.cost + price)


def _with_few_nodes(
    rest: Rest, kept: frozenset[str], few: int, policy: Policy, ask: Ask
) -> RoutingResult:
    """
    Find the best plan that uses few nodes beside some, by branching on one too many.

    Each question is one about nodes left out. Its answer is a bound on all plans that
    leave them out; where it uses too many new nodes, plans that leave one of those out
    are asked about, and plans that may use it with one new node less. A branch without
    new nodes leaves out all others: its answer keeps to the limit.
    """
    everyone, tie, asked = frozenset(rest.everyone), count(), 0
    best: RoutingResult | None = None
    lower: list[float] = []
    is_proven = True
    # What is waiting, best first: a bound by the objective and one on the cost, nodes
    # left out, nodes that are free, and how many others may be used.
    waiting: list[_Branch] = [(_LEAST, next(tie), -math.inf, frozenset(), kept, few)]
    while waiting:
        floor, _, bound, out, free, left = heapq.heappop(waiting)
        if best is not None and floor >= _key(best, policy):
            break
        if asked >= MOST_ASKED:
            is_proven = False
            lower += [bound, *(branch[2] for branch in waiting)]
            if best is not None:
                break
            left, waiting = 0, []
        asked += 1
        result = ask(rest.without(sorted(out if left else (everyone - free) | out)))
        new = sorted(set(result.plan.node_ids) - free)
        if len(new) <= left:
            is_proven &= result.status is not Status.FEASIBLE
            lower.append(result.bound)
            if best is None or _key(result, policy) < _key(best, policy):
                best = result
            continue
        key = _key(result, policy) if result.is_optimal else _LEAST
        both = (out | {new[0]}, free, left), (out, free | {new[0]}, left - 1)
        for branch in both:
            heapq.heappush(waiting, (key, next(tie), result.bound, *branch))
    if best is None:  # pragma: no cover - there is always a first answer
        return ask(rest.without(sorted(everyone - kept)))
    is_best = is_proven and best.is_optimal
    status = best.status if is_best or best.status is not Status.OPTIMAL else _FOUND
    return replace(best, status=status, bound=min(lower), order=rest.order)


def _key(result: RoutingResult, policy: Policy) -> _Key:
    """Say how good a plan is by the policy's objective: less is better."""
    if math.isinf(result.cost):
        return (math.inf, math.inf, math.inf)
    if policy.objective is Objective.COST:
        return (result.cost, 0.0, 0.0)
    missed = math.fsum(part.cost for part in result.plan.unfilled)
    return (missed, float(len(result.plan.shipments)), result.cost)
