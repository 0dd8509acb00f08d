"""
A year of the real data's orders, on a network that is told when it works.

Facts are those of :mod:`benchmarks.families.history`. Illustrative, beside what is so
there: all times. Centers work on weekdays but the carrier's holidays, from eight to
seven, with a cut-off at two and an hour of work; stores are open every day from ten to
eight, with a cut-off at four and two hours of work. Trucks come at six. Orders that are
shipped are needed four days after they were placed, at a price for each day late. Of
what came in before the year, the units last to come are still there that the orders
before it leave.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from benchmarks.families.history import History, read_history
from domroute import (
    Calendar,
    Inventory,
    Network,
    Node,
    Order,
    Processing,
    Scenario,
    Service,
    Stock,
)
from domroute.replay import (
    Canceled,
    Closed,
    Event,
    Placed,
    Received,
    Reopened,
    Returned,
)

YEAR = 2025
NEEDED_DAYS = 4
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
HOLIDAYS = tuple(
    date(YEAR, month, day)
    for month, day in (
        *((1, 1), (1, 20), (2, 17), (5, 26), (6, 19), (7, 4), (9, 1), (10, 13)),
        *((11, 11), (11, 27), (12, 25)),
    )
)
TRANSIT_DAYS = {
    "ground_advantage": (2, 2, 3, 3, 4, 4, 5, 5),
    "priority_mail": (1, 1, 2, 2, 2, 2, 3, 3),
}
STORMS = (
    (datetime(YEAR, 2, 10, 17, tzinfo=UTC), 3),
    (datetime(YEAR, 12, 15, tzinfo=UTC), 2),
)
"""When a center closes, and for how many days."""
_CLOCKS = ((-87, "New_York"), (-101, "Chicago"), (-115, "Denver"))


def read_year() -> History:
    """Read the orders of a year, and what befell them."""
    history = read_history()
    first = datetime(YEAR, 1, 1, tzinfo=UTC)
    last = datetime(YEAR + 1, 1, 1, tzinfo=UTC)
    network = timed(history.scenario.network)
    orders = [event.order for event in history.events if isinstance(event, Placed)]
    wanted = {o.id: needed(o) for o in orders if first <= o.placed_at < last}
    before = Counter(
        line.sku
        for order in orders
        if order.placed_at < first
        for line in order.lines
        for _ in range(line.quantity)
    )
    events: list[Event] = [Placed(order=order) for order in wanted.values()]
    for event in history.events:
        is_ours = isinstance(event, (Canceled, Returned)) and event.order in wanted
        if is_ours or (isinstance(event, Received) and first <= event.at < last):
            events.append(event)
    centers = [node.id for node in network.nodes if node.kind == "dc"]
    for center, (when, days) in zip(centers, STORMS, strict=False):
        events.append(Closed(at=when, node=center))
        events.append(Reopened(at=when + timedelta(days=days), node=center))
    scenario = Scenario(
        name=f"thelook {YEAR}",
        network=network,
        inventory=_opening(history.events, first, before),
        policy=history.scenario.policy,
    )
    return History(scenario, tuple(events))


def timed(network: Network) -> Network:
    """Tell a network when it works."""
    every_day = (*WEEKDAYS, "sat", "sun")
    return network.model_copy(
        update={
            "time_zone": "America/Chicago",
            "calendars": (
                Calendar(
                    id="center",
                    hours={day: [["08:00", "19:00"]] for day in WEEKDAYS},
                    closed=HOLIDAYS,
                ),
                Calendar(
                    id="store",
                    hours={day: [["10:00", "20:00"]] for day in every_day},
                    closed=(date(YEAR, 12, 25),),
                ),
                Calendar(id="carrier", days=(*WEEKDAYS, "sat"), closed=HOLIDAYS),
            ),
            "nodes": tuple(map(_timed_node, network.nodes)),
            "services": tuple(map(_timed_service, network.services)),
        }
    )


def needed(order: Order) -> Order:
    """Need what is shipped some days after it was placed."""
    if order.delivery.method != "ship":
        return order
    last = order.placed_at.date() + timedelta(days=NEEDED_DAYS)
    delivery = order.delivery.model_copy(update={"need_by": last})
    return order.model_copy(update={"delivery": delivery})


def _timed_node(node: Node) -> Node:
    is_store = node.kind == "store"
    lon = node.location.lon
    zone = next((name for west, name in _CLOCKS if lon > west), "Los_Angeles")
    return node.model_copy(
        update={
            "time_zone": f"America/{zone}",
            "calendar": "store" if is_store else "center",
            "cutoff": "16:00" if is_store else "14:00",
            "processing": Processing(minutes=120 if is_store else 60),
        }
    )


def _timed_service(service: Service) -> Service:
    return service.model_copy(
        update={
            "calendar": "carrier",
            "pickups": ("18:00",),
            "transit_days": TRANSIT_DAYS[service.id],
            "delivers_by": "20:00",
        }
    )


def _opening(events: Sequence[Event], first: datetime, sold: Counter[str]) -> Inventory:
    """Take for sold what came in first, as many units as were asked for."""
    came = [e for e in events if isinstance(e, Received) and e.at < first]
    left = Counter[tuple[str, str]]()
    for event in sorted(came, key=lambda event: event.at):
        gone = min(sold[event.sku], event.quantity)
        sold[event.sku] -= gone
        left[event.node, event.sku] += event.quantity - gone
    return Inventory(
        [
            Stock(node=node, sku=sku, on_hand=units)
            for (node, sku), units in left.items()
            if units
        ]
    )
