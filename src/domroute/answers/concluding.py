"""From what was decided for one order to its result: plan, status, reasons."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domroute.answers.assembly import assemble
from domroute.answers.facts import Question
from domroute.answers.lift import Lift
from domroute.answers.shortfall import find_reasons
from domroute.offers.priced import Offers
from domroute.plan import Plan, Unfilled
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.reasons import Reason
from domroute.result import RoutingResult, Statistics
from domroute.sourcing.choice import Choice
from domroute.sourcing.greedy import simple_bound
from domroute.sourcing.offers import tabulate
from domroute.sourcing.proof import settled
from domroute.split.atoms import atoms_of
from domroute.words import Status


def conclude(
    offers: Offers,
    choice: Choice,
    policy: Policy,
    arrays: NetworkArrays,
    *,
    elapsed_s: float,
    lifted: Callable[[Lift], Offers] | None = None,
    may_rise: bool = True,
    left: Offers | None = None,
    reasons: dict[int, Reason] | None = None,
    reasons_s: float = 0.0,
    written: Plan | None = None,
) -> RoutingResult:
    """
    Turn what was decided into a result.

    Parameters
    ----------
    offers
        What may be shipped, priced.
    choice
        What is shipped, and what was proven.
    policy, arrays
        Limits, and the network.
    elapsed_s
        Seconds it took.
    lifted
        Asks the order again with something lifted, where reasons are to be found.
    may_rise
        Whether a price may be more, or below zero, where more is in stock.
    left
        What may be shipped with what other orders leave of stock and capacity, where it
        was chosen together with them: reasons for units unfilled are looked for there.
    reasons
        Why units of each line stay unfilled, where that need not be looked for.
    reasons_s
        Seconds to look for them, should the order need the integer program.
    written
        The plan, where it is more than what is taken of the offers.
    """
    plan, cost = Plan(digital=offers.problem.digital), math.inf
    bound = offers.rung.holds(choice.bound)
    if choice.takes is None:
        status = Status.INFEASIBLE if bound == math.inf else Status.FEASIBLE
    else:
        plan = written or assemble(offers, policy, arrays, choice.takes)
        cost = plan.costs.total
        # Sums of the same floats in another order: the bound may come out above.
        bound = settled(bound, cost)
        if math.isinf(bound):
            atoms = atoms_of(offers.problem)
            bound = settled(simple_bound(tabulate(offers, atoms)), cost)
        gap = (cost - bound) / max(abs(cost), 1e-12)
        is_best = choice.proves_goals and offers.rung.is_proven
        is_best = is_best and gap <= policy.solve.gap
        status = Status.OPTIMAL if is_best else Status.FEASIBLE
    if choice.takes is None or plan.unfilled:
        if reasons is None and lifted is not None:
            question = Question(left or offers, policy, arrays, lifted, may_rise)
            is_joint = left is not None and choice.takes is not None
            is_known = math.isfinite(cost) and left is None and written is None
            reasons = find_reasons(
                question,
                choice,
                Status.OPTIMAL if is_joint else status,
                seconds=reasons_s,
                is_joint=is_joint,
                cost=cost if is_known else None,
            )
        plan = _with_reasons(offers, plan, reasons or {})
    return RoutingResult(
        order_id=offers.problem.order.id,
        plan=plan,
        status=status,
        cost=cost,
        bound=bound,
        method=choice.method,
        policy_version=policy.version,
        elapsed_s=elapsed_s,
        statistics=Statistics(
            nodes=len(offers.problem.nodes),
            offers=offers.count,
            states=choice.states,
        ),
        valid_until=_valid_until(plan, offers, policy),
        snapshot=offers.problem.snapshot,
        order=offers.problem.whole,
    )


def _valid_until(plan: Plan, offers: Offers, policy: Policy) -> datetime | None:
    """Say until when the dates of a plan may be relied on."""
    placed, parts = offers.problem.order.placed_at, plan.shipments
    if placed is None or not parts or parts[0].valid_until is None:
        return None
    lifetime = timedelta(minutes=policy.promise.lifetime_minutes)
    known = [part.valid_until for part in parts if part.valid_until is not None]
    return max(placed, min(placed + lifetime, *known)).astimezone(UTC)


def _with_reasons(offers: Offers, plan: Plan, reasons: dict[int, Reason]) -> Plan:
    """Say why the units that a plan leaves are left; without a plan, that is all."""
    problem = offers.problem
    at = {line.id: n for n, line in enumerate(problem.asked)}
    left = plan.unfilled
    if not left and not plan.shipments:
        # There is no plan to speak of: every line is left, at no stated cost.
        unproven, name = Reason.NO_CAUSE_PROVEN, problem.order.id
        left = tuple(
            [
                Unfilled(name, line.id, line.sku, line.quantity, unproven)
                for line in problem.asked
            ]
        )
    told = [
        Unfilled(
            part.order_id,
            part.line_id,
            part.sku,
            part.quantity,
            reasons.get(at[part.line_id], part.reason),
            part.cost,
        )
        for part in left
    ]
    return replace(plan, unfilled=tuple(told))
