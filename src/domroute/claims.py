"""What a result says of its plan, held against itself and the policy."""

from __future__ import annotations

from domroute.errors import Issue
from domroute.policy import Policy
from domroute.result import RoutingResult


def check_claims(result: RoutingResult, policy: Policy) -> list[Issue]:
    """List what a result says of its plan that cannot be."""
    where = f"order {result.order_id!r}"
    found = []
    if result.policy_version != policy.version:
        text = f"{result.policy_version!r} is not this policy, {policy.version}"
        found.append(Issue("wrong_policy", where, text))
    if result.bound > result.cost * (1 + 1e-9) + 1e-9:
        text = f"bound {result.bound:g} is above the cost {result.cost:g}"
        found.append(Issue("wrong_bound", where, text))
    if result.is_optimal and result.gap > policy.solve.gap + 1e-9:
        text = f"optimal, yet its bound leaves a gap of {result.gap:.2%}"
        found.append(Issue("wrong_status", where, text))
    return found
