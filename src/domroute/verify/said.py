"""Sums that are stated beside what they are sums of, as files state them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domroute.errors import Issue
from domroute.plan import Plan
from domroute.verify.claims import gap_of
from domroute.verify.pricing import is_close


@dataclass(frozen=True, slots=True)
class Said:
    """
    What a file states of a result besides the result itself; None where it does not.

    Attributes
    ----------
    gap
        Infinite where there is none.
    costs
        By term.
    shipments
        The cost of each shipment.
    """

    gap: float | None = None
    costs: Mapping[str, float] | None = None
    shipments: tuple[float | None, ...] = ()


def check_said(
    said: Said, plan: Plan, cost: float, bound: float, where: str
) -> list[Issue]:
    """
    List the sums that are stated and are not what they are the sums of.

    Parameters
    ----------
    said
        What is stated.
    plan
        The plan that costs add up over.
    cost, bound
        What the gap is of.
    where
        What to call it in a fault.

    Examples
    --------
    >>> check_said(Said(gap=0.2), Plan(), 10.0, 9.0, "order 'o1'")[0].message
    'the gap is said to be 0.2, and is 0.1'
    """
    issues = check_gap_said(said, cost, bound, where)
    if said.costs is not None:
        issues += check_costs(said.costs, [plan], where)
    for at, (part, amount) in enumerate(
        zip(plan.shipments, said.shipments, strict=False)
    ):
        right = math.fsum(x for _, x in part.costs.amounts)
        if amount is not None and not is_close(amount, right):
            text = f"is said to cost {amount:.6f}, its terms add up to {right:.6f}"
            issues.append(Issue("wrong_total", f"shipments[{at}]", text))
    return issues


def check_gap_said(said: Said, cost: float, bound: float, where: str) -> list[Issue]:
    """List a gap that is stated and is not that of cost and bound."""
    right = gap_of(cost, bound)
    if said.gap is None or is_close(said.gap, right):
        return []
    text = f"the gap is said to be {said.gap:g}, and is {right:g}"
    return [Issue("wrong_gap", where, text)]


def check_costs(
    said: Mapping[str, float], plans: Sequence[Plan], where: str
) -> list[Issue]:
    """List costs by term that are not what the parts of plans add up to."""
    right, issues = _costs_by_term(plans), []
    for term in sorted({*said, *right}):
        amount, is_ = said.get(term, 0.0), right.get(term, 0.0)
        if not is_close(amount, is_):
            text = f"{term!r} is said to be {amount:.6f} in all, and is {is_:.6f}"
            issues.append(Issue("wrong_cost", where, text))
    return issues


def _costs_by_term(plans: Sequence[Plan]) -> dict[str, float]:
    """Add up by itself: the solver's plans add up their own costs."""
    amounts: dict[str, list[float]] = {}
    for plan in plans:
        for shipment in plan.shipments:
            for term, amount in shipment.costs.amounts:
                amounts.setdefault(term, []).append(amount)
        for term, amount in plan.order_costs.amounts:
            amounts.setdefault(term, []).append(amount)
        amounts.setdefault("unfilled", []).extend(part.cost for part in plan.unfilled)
    return {term: math.fsum(many) for term, many in amounts.items()}
