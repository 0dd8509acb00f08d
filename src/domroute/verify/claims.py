"""What a result says of its plan: status, cost, bound and gap, held to each other."""

from __future__ import annotations

import math

from domroute.errors import Issue
from domroute.result import RoutingResult
from domroute.verify.ladder import drains
from domroute.verify.reading import Reading
from domroute.words import Objective, Status

ROUNDING = 1e-9
"""What sums of the same floats in another order may differ by, relative or absolute."""


def check_claims(result: RoutingResult, reading: Reading) -> None:
    """Note what a result says of its plan that cannot be."""
    book, where = reading.book, f"order {reading.order.id!r}"
    if result.order_id != reading.order.id:
        text = f"is said to be of {result.order_id!r}"
        reading.add("unknown_id", where, text)
    if result.policy_version != book.policy.version:
        text = f"{result.policy_version!r} is not this policy, {book.policy.version}"
        reading.add("wrong_policy", where, text)
    if result.plan.shipments and not math.isfinite(result.cost):
        text = f"{result.status} and without a cost, yet it ships"
        reading.add("wrong_status", where, text)
    gap = book.policy.solve.gap
    reading.faults += check_bound(result.cost, result.bound, where)
    reading.faults += check_status(
        result.status, result.cost, result.bound, gap=gap, where=where
    )
    _check_against_leaving(result, reading, where)
    _check_validity(result, reading, where)


def _check_validity(result: RoutingResult, reading: Reading, where: str) -> None:
    """Hold a result to the dates of its shipments, and to how long it may live."""
    placed, right = reading.order.placed_at, None
    if reading.is_dated and placed is not None:
        ends = [part.valid_until for part in result.plan.shipments]
        known = [end for end in ends if end is not None]
        if ends and len(known) == len(ends):
            right = max(placed, min(*known, placed + reading.book.lifetime))
    if result.valid_until != right:
        text = f"valid_until is {result.valid_until}, should be {right}"
        reading.add("wrong_date", where, text)


def check_bound(cost: float, bound: float, where: str) -> list[Issue]:
    """
    List what cannot be of a bound on a cost.

    Examples
    --------
    >>> [issue.code for issue in check_bound(10.0, 10.1, "order 'o1'")]
    ['wrong_bound']
    """
    if math.isnan(cost):
        return [Issue("wrong_total", where, "the cost is not a number")]
    if math.isnan(bound):
        return [Issue("wrong_bound", where, "the bound is not a number")]
    if bound > cost + ROUNDING * max(1.0, abs(cost)) and math.isfinite(cost):
        text = f"bound {bound:g} is above the cost {cost:g}"
        return [Issue("wrong_bound", where, text)]
    return []


def check_status(
    status: Status, cost: float, bound: float, *, gap: float, where: str
) -> list[Issue]:
    """
    List what cannot be of a status beside a cost and a bound.

    Parameters
    ----------
    gap
        The share of the cost within which it counts as optimal.

    Examples
    --------
    >>> found = check_status(Status.OPTIMAL, 10.0, 9.0, gap=0.01, where="order 'o1'")
    >>> found[0].message
    'optimal, yet its bound leaves a gap of 10.00%'
    """
    text = None
    has_plan = math.isfinite(cost)
    if status is Status.INFEASIBLE:
        if has_plan:
            text = f"infeasible, yet it costs {cost:g}"
        elif bound != math.inf:
            text = f"infeasible, yet its bound is {bound:g}"
    elif bound == math.inf and not has_plan:
        text = f"{status}, yet nothing can be below its bound"
    elif status is Status.OPTIMAL and not has_plan:
        text = "optimal, yet it has no plan"
    elif status is Status.OPTIMAL:
        open_ = cost - bound
        if open_ > gap * abs(cost) + ROUNDING * max(1.0, abs(cost)):
            share = open_ / abs(cost) if cost else math.inf
            text = f"optimal, yet its bound leaves a gap of {share:.2%}"
    return [] if text is None else [Issue("wrong_status", where, text)]


def cost_of_leaving(reading: Reading) -> float:
    """Return what it costs to ship nothing; infinite where something must be filled."""
    usual, total = reading.book.policy.unfilled_penalty, 0.0
    for line in reading.order.lines:
        penalty = line.unfilled_penalty
        penalty = usual if penalty is None else penalty
        if line.must_fill or penalty is None:
            return math.inf
        total += line.quantity * penalty
    return reading.order.weight * total


def _check_against_leaving(result: RoutingResult, reading: Reading, where: str) -> None:
    """
    Hold a result against the plan that ships nothing.

    It is at hand wherever nothing must be filled; a ladder that drains still refuses it
    where something can be, whatever that costs.
    """
    leaving = cost_of_leaving(reading)
    if math.isinf(leaving):
        return
    most = leaving + ROUNDING * max(1.0, leaving)
    if result.status is Status.INFEASIBLE:
        text = f"infeasible, yet all may be left at {leaving:g}"
        reading.add("wrong_status", where, text)
    elif reading.book.policy.objective is Objective.COST and not drains(reading):
        if result.bound > most:
            text = f"bound {result.bound:g}, yet all may be left at {leaving:g}"
            reading.add("wrong_bound", where, text)
        if result.status is Status.OPTIMAL and result.cost > most / (
            1 - min(reading.book.policy.solve.gap, 0.5)
        ):
            text = f"optimal at {result.cost:g}, yet all may be left at {leaving:g}"
            reading.add("wrong_status", where, text)


def gap_of(cost: float, bound: float) -> float:
    """
    Work a gap out: (cost - bound) / abs(cost); infinite where there is no plan.

    Examples
    --------
    >>> gap_of(10.0, 9.0), gap_of(-4.0, -10.0), gap_of(0.0, -1.0)
    (0.1, 1.5, inf)
    """
    if cost == bound or cost - bound <= ROUNDING * max(1.0, abs(cost)) < math.inf:
        return 0.0
    if cost in {0.0, math.inf}:
        return math.inf
    return (cost - bound) / abs(cost)
