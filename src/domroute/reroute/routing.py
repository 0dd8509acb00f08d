"""One order routed again: what is kept stays, the rest is asked about as any order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from domroute.answers.compiled import Compiled
from domroute.answers.routing import route_order, solver_error
from domroute.costs.asking import prepare
from domroute.costs.nature import nature_of
from domroute.costs.quotes import Quotes
from domroute.costs.stability import Place
from domroute.events import RerouteEvent
from domroute.goods import Goods
from domroute.ledger import Inventory, Snapshot
from domroute.offers.services import Serving
from domroute.orders import Order
from domroute.plan import Plan, Shipment
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.reroute.answer import Rerouted, changes_of, differing
from domroute.reroute.applying import Standing
from domroute.reroute.kits import Kits
from domroute.reroute.places import places_of
from domroute.reroute.reading import check_asked, check_moved, events_from
from domroute.reroute.resting import Rest, as_moved, rest_of
from domroute.reroute.state import OrderState, OrderStatus
from domroute.reroute.stock import stock_for
from domroute.reroute.sunk import Further, Sunk, best_of, sunk_by
from domroute.reroute.whole import check_whole
from domroute.result import RoutingResult
from domroute.verify import Judge
from domroute.words import Status

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
    events, now = events_from(asked.events, order, network, asked.now)
    items = {item.sku: item for item in network.items}
    kits = Kits(Goods(order, items), items)
    packed = kits.packed_result(result)
    standing = Standing.of(
        kits.packed_state(state),
        packed.plan,
        policy.reroute.exclusion_hours,
        kits.goods.replaceable,
    )
    for event in events:
        standing.apply(event)
    after = standing.state()
    if standing.moved:
        check_moved(as_moved(after))
    if not after.wanted:
        found, by = _nothing_left(result), policy
    elif standing.is_asking:
        found, by = _asked_again(
            compiled, ledger, standing, _Before(result, asked.quotes, now, kits), read
        )
    else:
        left = [kits.unpacked(part) for part in standing.open]
        found, by = _gone_on(result, left), policy
    after = replace(kits.unpacked_state(after), status=_status(after, found))
    faults = check_whole(after, found.plan, policy, kits.goods)
    if faults:
        raise solver_error(order, found.method, faults)
    old = [*(one.shipment for one in state.kept), *result.plan.shipments]
    new = [*(one.shipment for one in after.kept), *found.plan.shipments]
    return Rerouted(
        result=found,
        kept=after.kept,
        freed=differing(old, new),
        added=differing(new, old),
        changes=changes_of(old, new),
        state=after,
        lost=tuple(sorted(kits.lost(standing.lost).items())),
        ignored=tuple(standing.ignored),
        policy=by,
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
    )
    ready = read(stock, rest.order).within(compiled.time_limit_s)
    sunk = sunk_by(state.kept, policy, rest.order.value or 0.0)
    places = places_of(standing, rest.order, compiled.network)
    ready = _revised(ready, _policy_for(policy, sunk, places))
    quotes = _quotes_for(before.quotes, rest.order)

    def ask(order: Order) -> RoutingResult:
        return route_order(ready, order, quotes=quotes, started=started)

    result = best_of(rest, sunk, ready.policy, ask)
    spent = time.perf_counter() - started
    return replace(_told(result, rest), elapsed_s=spent), ready.policy


def _policy_for(
    policy: Policy, sunk: Sunk, places: Mapping[str, Iterable[Place]]
) -> Policy:
    """Make the policy for what is left; the same one where nothing is different."""
    terms = [_beside(term, places) for term in policy.costs]
    is_other = any(
        one is not other for one, other in zip(terms, policy.costs, strict=True)
    )
    update: dict[str, object] = {}
    if sunk.price:
        terms.append(Further(sunk.price))
    if is_other or sunk.price:
        update["costs"] = tuple(terms)
    if sunk.splits != policy.splits:
        update["splits"] = sunk.splits
    return policy.model_copy(update=update) if update else policy


def _beside(term: object, places: Mapping[str, Iterable[Place]]) -> object:
    """Let a term that prices what moves know the plan before."""
    beside = getattr(term, "beside", None)
    return beside(places) if places and callable(beside) else term


def _revised(compiled: Compiled, policy: Policy) -> Compiled:
    """Ask the same network and stock under other terms and limits, not other rules."""
    if policy is compiled.policy:
        return compiled
    ready = {id(term): pricer for term, pricer in compiled.terms}
    arrays = compiled.arrays
    return replace(
        compiled,
        policy=policy,
        terms=tuple(
            (term, ready.get(id(term)) or prepare(term, arrays))
            for term in policy.costs
            if not nature_of(term).is_idle
        ),
        serving=Serving.of(arrays, policy.costs),
        judge=Judge(compiled.network, policy),
    )


def _quotes_for(quotes: Quotes | None, order: Order) -> Quotes | None:
    """Leave out quotes for units of lines that are not routed again."""
    if quotes is None or not isinstance(quotes, Quotes):
        return quotes
    lines = {line.id for line in order.lines}

    def mine(table: Mapping[tuple[str, str, str], float]) -> dict[object, float]:
        return {
            key: value
            for key, value in table.items()
            if key[0] != order.id or key[1] in lines
        }

    update = {"units": mine(quotes.units), "workload": mine(quotes.workload)}
    return quotes.model_copy(update=update)


def _told(result: RoutingResult, rest: Rest) -> RoutingResult:
    """Say of lines that nobody was asked for why that is so."""
    if not rest.reasons:
        return result
    unfilled = tuple(
        replace(part, reason=rest.reasons.get(part.line_id, part.reason))
        for part in result.plan.unfilled
    )
    return replace(result, plan=replace(result.plan, unfilled=unfilled))


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


def _nothing_left(result: RoutingResult) -> RoutingResult:
    return replace(
        result,
        plan=Plan(),
        status=Status.OPTIMAL,
        cost=0.0,
        bound=0.0,
        valid_until=None,
    )


def _status(state: OrderState, result: RoutingResult) -> OrderStatus:
    """Say how an order stands."""
    accepted = any(not one.has_left for one in state.kept)
    if result.plan.shipments or accepted:
        return OrderStatus.OPEN
    if result.plan.unfilled:
        reasons = {part.reason for part in result.plan.unfilled}
        is_over = Reason.ATTEMPTS_EXHAUSTED in reasons
        return OrderStatus.ATTEMPTS_EXHAUSTED if is_over else OrderStatus.UNFILLED
    if state.wanted:
        return OrderStatus.UNFILLED
    return OrderStatus.DONE if state.kept else OrderStatus.CANCELED
