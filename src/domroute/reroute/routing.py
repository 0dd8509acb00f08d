"""One order routed again: what is kept stays, the rest is asked about as any order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from domroute.answers.compiled import Compiled
from domroute.answers.routing import route_order
from domroute.costs.quotes import Quotes
from domroute.events import RerouteEvent
from domroute.goods import Goods
from domroute.ledger import Inventory, Snapshot
from domroute.orders import Order
from domroute.plan import Shipment
from domroute.policy import Policy
from domroute.reroute.answer import Rerouted
from domroute.reroute.applying import Standing
from domroute.reroute.concluding import answer_of, nothing_left
from domroute.reroute.kits import Kits
from domroute.reroute.places import places_of
from domroute.reroute.reading import (
    check_asked,
    check_moved,
    events_from,
    with_digital,
)
from domroute.reroute.resting import as_moved, rest_of
from domroute.reroute.revising import policy_for, quotes_for, revised, told
from domroute.reroute.state import OrderState
from domroute.reroute.stock import stock_for
from domroute.reroute.sunk import best_of, sunk_by
from domroute.result import RoutingResult

Read = Callable[[Inventory | Snapshot, Order], Compiled]
"""Makes the network and policy ready to answer an order from some stock."""


@dataclass(frozen=True, slots=True)
class Asking:
    """
    What is asked, beside the network and its stock.

    Attributes
    ----------
    result
        The plan before, or the answer before.
    events
        What has happened since.
    order
        As it was placed, where the result does not carry it.
    now
        As of when.
    state
        What the answer before said.
    quotes
        Costs and workloads already known.
    """

    result: RoutingResult | Rerouted
    events: Iterable[RerouteEvent | Mapping[str, object]]
    order: Order | None
    now: datetime | None
    state: OrderState | None
    quotes: Quotes | None


def reroute_order(
    compiled: Compiled, ledger: Inventory | Snapshot, asked: Asking, read: Read
) -> Rerouted:
    """
    Route again what is left of an order.

    Parameters
    ----------
    compiled
        The network and the policy.
    ledger
        The stock as it is now.
    asked
        The plan before, and what has happened.
    read
        Makes them ready to answer from some stock.

    Raises
    ------
    InputError
        If something is wrong with what is asked. All faults are listed.
    SolverError
        If a plan fails its verification, which would be a bug.
    """
    policy, network, result = compiled.policy, compiled.network, asked.result
    order, state = asked.order, asked.state
    if isinstance(result, Rerouted):
        state, result = state or result.state, result.result
    order = check_asked(result, state.order if state else order, policy, network)
    state = OrderState(order) if state is None else state
    items = {item.sku: item for item in network.items}
    state = with_digital(state, items)
    events, now = events_from(asked.events, order, network, asked.now)
    kits = Kits(Goods(order, items), items)
    packed = kits.packed_result(result)
    standing = Standing.of(
        kits.packed_state(state),
        packed.plan,
        policy.reroute.exclusion_hours,
        kits.goods.replaceable,
        kits.skus_in,
    )
    for event in events:
        standing.apply(event)
    after = standing.state()
    if standing.moved:
        check_moved(as_moved(after))
    is_empty = not (result.plan.shipments or result.plan.unfilled)
    if not after.wanted:
        # Of digital lines alone nothing was left from the start.
        found, by = (result if is_empty else nothing_left(result)), policy
    elif standing.is_asking:
        found, by = _asked_again(
            compiled, ledger, standing, _Before(result, asked.quotes, now, kits), read
        )
    else:
        left = [kits.unpacked(part) for part in standing.open]
        found, by = _gone_on(result, left), policy
    return answer_of(
        (result, state),
        after,
        found,
        policy=policy,
        by=by,
        kits=kits,
        lost=standing.lost,
        ignored=standing.ignored,
    )


@dataclass(frozen=True, slots=True)
class _Before:
    result: RoutingResult
    quotes: Quotes | None
    now: datetime
    kits: Kits


def _asked_again(
    compiled: Compiled,
    ledger: Inventory | Snapshot,
    standing: Standing,
    before: _Before,
    read: Read,
) -> tuple[RoutingResult, Policy]:
    """Route what is left; return the result, and the policy it is a result of."""
    started, state, policy = time.perf_counter(), standing.state(), compiled.policy
    rest = rest_of(state, policy, compiled.network, before.now)
    kits = before.kits
    stock = stock_for(
        ledger,
        kits.unpacked_state(state),
        before.result,
        kits.lost(standing.lost),
        before.now,
        is_plain=kits.goods.is_plain,
        late=standing.late,
    )
    ready = read(stock, rest.order).within(compiled.time_limit_s)
    sunk = sunk_by(state.kept, policy, rest.order.value or 0.0)
    places = places_of(standing, rest.order, compiled.network)
    # What is left comes as it is: it is not put together with what is kept.
    ready = revised(ready, policy_for(policy, sunk, places)).without_merging()
    quotes = quotes_for(before.quotes, [rest.order])

    def ask(order: Order) -> RoutingResult:
        return route_order(ready, order, quotes=quotes, started=started)

    result = best_of(rest, sunk, ready.policy, ask)
    spent = time.perf_counter() - started
    return replace(told(result, rest), elapsed_s=spent), ready.policy


def _gone_on(result: RoutingResult, left: Iterable[Shipment]) -> RoutingResult:
    """Return the plan for what has not been begun: no worse than it was."""
    parts = tuple(left)
    if parts == result.plan.shipments:
        return result
    plan = replace(result.plan, shipments=parts)
    cost = plan.costs.total
    return replace(result, plan=plan, cost=cost, bound=cost - _open(result))


def _open(result: RoutingResult) -> float:
    """Say how far a plan may be from the best."""
    return 0.0 if result.cost == result.bound else result.cost - result.bound
