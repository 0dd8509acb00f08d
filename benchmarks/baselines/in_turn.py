"""A wave routed one order after another, each reserving what it takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from benchmarks.baselines.pricing import Prices, Takes
from benchmarks.baselines.rule_chains import (
    dc_store_split,
    fewest_first,
    nearest_first,
)
from benchmarks.case import Stream
from domroute import Inventory, Order, Policy, RoutingResult, SolveOptions

Rule = Callable[[Prices, Order], Takes]
RULES: dict[str, Rule] = {
    "nearest first": nearest_first,
    "dc, store, split": dc_store_split,
}
"""Rules that look at one order and at what is left."""


@dataclass(frozen=True, slots=True, eq=False)
class InTurn:
    """
    What becomes of a wave.

    Attributes
    ----------
    plans
        By order, as the stream has them.
    seconds
        From a router that is compiled to the last reservation.
    cost
        What the router said that it costs; zero if no router was asked.
    """

    plans: list[Takes]
    seconds: float
    cost: float = 0.0


def in_turn_by_router(stream: Stream, policy: Policy) -> InTurn:
    """Ask the router for every order."""
    copied = replace(stream, inventory=Inventory(list(stream.inventory)))
    router, results = copied.router(policy), dict[str, RoutingResult]()
    started = time.perf_counter()
    for order in _turns(stream):
        result = results[order.id] = router.route(order)
        copied.inventory.reserve(result.plan)
    seconds, prices = time.perf_counter() - started, Prices(stream)
    plans = [prices.takes_of(o, results[o.id].plan) for o in stream.orders]
    return InTurn(plans, seconds, sum(result.cost for result in results.values()))


def in_turn_by_rule(stream: Stream, rule: Rule) -> InTurn:
    """Apply a rule to every order."""
    prices, plans = Prices(stream), dict[str, Takes]()
    started = time.perf_counter()
    for order in _turns(stream):
        takes = plans[order.id] = rule(prices, order)
        prices.reserve(order, takes)
    seconds = time.perf_counter() - started
    return InTurn([plans[order.id] for order in stream.orders], seconds)


def policies_in_turn(policy: Policy) -> dict[str, Policy]:
    """Return what routers in turn are asked for: exact, greedy, fewest shipments."""
    quick = policy.model_copy(update={"solve": SolveOptions(method="greedy")})
    return {
        "one by one": policy,
        "greedy": quick,
        "fewest, then cheapest": fewest_first(policy),
    }


def _turns(stream: Stream) -> list[Order]:
    """Return the orders as a batch takes them, none being placed before another."""
    return sorted(stream.orders, key=lambda order: order.id)
