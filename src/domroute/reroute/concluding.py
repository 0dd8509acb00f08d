"""The answer for one order that was routed again, from what became of its plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from domroute.answers.routing import solver_error
from domroute.events import RerouteEvent
from domroute.plan import Plan
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.reroute.answer import Rerouted, changes_of, differing
from domroute.reroute.kits import Kits
from domroute.reroute.state import OrderState, OrderStatus
from domroute.reroute.whole import check_whole
from domroute.result import RoutingResult
from domroute.words import Status


def answer_of(
    before: tuple[RoutingResult, OrderState],
    after: OrderState,
    found: RoutingResult,
    *,
    policy: Policy,
    by: Policy,
    kits: Kits,
    lost: Mapping[tuple[str, str], int],
    ignored: Iterable[tuple[RerouteEvent, str]],
) -> Rerouted:
    """
    Say what to do with an order now, and judge the whole of it.

    Parameters
    ----------
    before
        The plan that it had, and the state beside it.
    after, found
        The state now, with kits in place of what leaves for them, and the plan for what
        is left.
    policy, by
        The limits of the whole order, and what the rest was decided by.
    kits
        Say what leaves for the lines of the order.
    lost, ignored
        Units that are gone, by (node, SKU), and events that nothing came of.

    Raises
    ------
    SolverError
        If what is kept and the plan break a limit together, which would be a bug.
    """
    planned, state = before
    after = kits.unpacked_state(after.standing_as(status_of(after, found)))
    faults = check_whole(after, found.plan, policy, kits.goods)
    if faults:
        raise solver_error(after.order, found.method, faults)
    old = [*(one.shipment for one in state.kept), *planned.plan.shipments]
    new = [*(one.shipment for one in after.kept), *found.plan.shipments]
    return Rerouted(
        result=found,
        kept=after.kept,
        freed=differing(old, new),
        added=differing(new, old),
        changes=changes_of(old, new),
        state=after,
        lost=tuple(sorted(kits.lost(lost).items())),
        ignored=tuple(ignored),
        policy=by,
    )


def nothing_left(result: RoutingResult) -> RoutingResult:
    """Return the plan for nothing."""
    return replace(
        result,
        plan=Plan(),
        status=Status.OPTIMAL,
        cost=0.0,
        bound=0.0,
        valid_until=None,
    )


def status_of(state: OrderState, result: RoutingResult) -> OrderStatus:
    """
    Say how an order stands.

    Parameters
    ----------
    state
        What is kept and wanted.
    result
        The plan for the rest.
    """
    accepted = any(not one.has_left for one in state.kept)
    if result.plan.shipments or accepted:
        return OrderStatus.OPEN
    if result.plan.unfilled:
        reasons = {part.reason for part in result.plan.unfilled}
        is_over = Reason.ATTEMPTS_EXHAUSTED in reasons
        return OrderStatus.ATTEMPTS_EXHAUSTED if is_over else OrderStatus.UNFILLED
    if state.wanted:
        return OrderStatus.UNFILLED
    is_done = state.kept or state.digital
    return OrderStatus.DONE if is_done else OrderStatus.CANCELED
