"""Route orders in the order they were placed, each from what those before it left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from time import perf_counter

import numpy as np

from domroute.ledger.inventory import Inventory
from domroute.orders import Order
from domroute.plan import Costs
from domroute.result import RoutingResult
from domroute.router import Router
from domroute.scenario import Scenario
from domroute.units import FloatArray

Watch = Callable[[Router, Order, RoutingResult], None]
"""Called with every result, before its plan is reserved."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """
    What became of a scenario's orders, routed one by one.

    Attributes
    ----------
    orders, results
        In the order in which they were placed.
    latencies_s
        Time of each ``Router.route``, verification included; shape ``(O,)``.
    elapsed_s
        Time of routing and of keeping the ledger, from the first order to the last.
    """

    scenario: Scenario
    orders: tuple[Order, ...]
    results: tuple[RoutingResult, ...]
    latencies_s: FloatArray
    elapsed_s: float

    @property
    def orders_per_s(self) -> float:
        """Orders routed and reserved in a second."""
        return len(self.results) / self.elapsed_s if self.elapsed_s else 0.0

    def latency_ms(self, percent: float) -> float:
        """Return a percentile of the time to route an order (milliseconds)."""
        if not len(self.latencies_s):
            return 0.0
        return float(np.percentile(self.latencies_s, percent)) * 1e3

    @property
    def costs(self) -> Costs:
        """The costs of all plans by term."""
        return Costs.sum_of(result.costs for result in self.results)

    @property
    def units_ordered(self) -> int:
        """Units asked for."""
        return sum(line.quantity for order in self.orders for line in order.lines)

    @property
    def units_unfilled(self) -> Counter[str]:
        """Units left, by reason."""
        found: Counter[str] = Counter()
        for result in self.results:
            for part in result.plan.unfilled:
                found[part.reason.value] += part.quantity
        return found

    @property
    def shipment_counts(self) -> Counter[int]:
        """How many orders took no shipment, one, two and so on."""
        return Counter(len(result.plan.shipments) for result in self.results)


def route_in_time(
    scenario: Scenario,
    *,
    clock: tzinfo = UTC,
    watch: Watch | None = None,
) -> Run:
    """
    Route orders as they were placed, each from the stock the ones before it left.

    Parameters
    ----------
    scenario
        Network, stock, orders and policy; its own inventory is left as it is.
    clock
        Whose midnight starts a new day of capacity.
    watch
        Called with every result before its plan is reserved; its time is not counted.

    Returns
    -------
    Run
        Every result, and how long each took.

    Notes
    -----
    Plain first come, first served: each plan is the best for its order, not for the
    orders still to come. At midnight what was promised leaves, and nodes have all of
    their capacity again.

    Examples
    --------
    >>> from domroute.instances import load
    >>> run = route_in_time(load("tiny"))
    >>> len(run.results), run.units_unfilled["out_of_stock"]
    (20, 1)
    """
    ledger = Inventory(scenario.inventory)
    router = Router(scenario.network, ledger, scenario.policy)
    orders = tuple(sorted(scenario.orders, key=_moment))
    results: list[RoutingResult] = []
    latencies: list[float] = []
    promised: list[str] = []
    elapsed_s, day = 0.0, None
    for order in orders:
        start = perf_counter()
        today = _day_of(order, clock)
        if today != day:
            _close_day(ledger, promised)
            day = today
        asked = perf_counter()
        result = router.route(order, quotes=scenario.quotes)
        answered = perf_counter()
        if watch is not None:
            watch(router, order, result)
        resumed = perf_counter()
        ledger.reserve(result.plan)
        if result.plan.shipments:
            promised.append(order.id)
        elapsed_s += (answered - start) + (perf_counter() - resumed)
        latencies.append(answered - asked)
        results.append(result)
    return Run(
        scenario=scenario,
        orders=orders,
        results=tuple(results),
        latencies_s=np.array(latencies),
        elapsed_s=elapsed_s,
    )


def _moment(order: Order) -> tuple[float, str]:
    """Sort orders without a moment first, and those of one moment by id."""
    placed = order.placed_at
    return (0.0 if placed is None else placed.timestamp(), order.id)


def _day_of(order: Order, clock: tzinfo) -> date | None:
    placed = order.placed_at
    return None if placed is None else placed.astimezone(clock).date()


def _close_day(ledger: Inventory, promised: list[str]) -> None:
    """Let what was promised leave, and start the next day's capacity afresh."""
    for order_id in promised:
        ledger.commit(order_id)
    promised.clear()
    ledger.start_period()
