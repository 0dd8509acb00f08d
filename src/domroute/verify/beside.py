"""What other plans, made together with one, take of the same stock and capacity."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from domroute.orders import Order
from domroute.plan import Plan
from domroute.words import Measure


class Beside:
    """
    What plans take together, to be asked what all but one of them take.

    Parameters
    ----------
    plans
        All plans of a wave, one of each order.
    orders
        The orders, to know who comes before whom, where days cost what they are filled.

    Examples
    --------
    >>> Beside([Plan()]).units(Plan(), "N1", "A")
    0
    """

    def __init__(self, plans: Iterable[Plan], orders: Iterable[Order] = ()) -> None:
        plans = tuple(plans)
        self._before = _by_turn(plans, {order.id: order for order in orders})
        self._units = Counter[tuple[str, str]]()
        self._loads = Counter[tuple[str, Measure]]()
        for plan in plans:
            self._units.update(_units_of(plan))
            self._loads.update(_loads_of(plan))

    def units(self, mine: Plan, node_id: str, sku: str) -> int:
        """Count the units that plans other than one take from a node."""
        return self._units[node_id, sku] - _units_of(mine)[node_id, sku]

    def load(self, mine: Plan, node_id: str, measure: Measure) -> float:
        """Measure what plans other than one take of a node's capacity."""
        return self._loads[node_id, measure] - _loads_of(mine)[node_id, measure]

    def before(self, order_id: str, node_id: str, day: date, measure: Measure) -> float:
        """Measure what orders before one add to a day on which it is worked on."""
        return self._before.get((order_id, node_id, day, measure), 0.0)


def _by_turn(
    plans: Iterable[Plan], orders: Mapping[str, Order]
) -> dict[tuple[str, str, date, Measure], float]:
    """
    Measure for every order what those before it add to the days that it uses.

    The higher priority comes before the lower, then who was placed before, then by id.
    """
    turns = []
    for plan in plans:
        used: dict[tuple[str, date, Measure], float] = {}
        names = set()
        for part in plan.shipments:
            day: object = part.works_on
            if isinstance(day, date) and part.order_id in orders:
                names.add(part.order_id)
                units = sum(content.quantity for content in part.contents)
                amounts = (0, len(part.contents), units, part.workload)
                for kind, amount in zip(_COUNTED, amounts, strict=True):
                    key = part.node_id, day, kind
                    used[key] = used.get(key, 0.0) + amount
        if len(names) == 1:  # of several orders it is none, which is a fault elsewhere
            (name,) = names
            for node_id, day, kind in used:
                if kind is Measure.ORDERS:
                    used[node_id, day, kind] = 1.0
            turns.append((_turn(orders[name]), name, used))
    found: dict[tuple[str, str, date, Measure], float] = {}
    so_far: dict[tuple[str, date, Measure], float] = {}
    for _, name, used in sorted(turns, key=lambda one: one[0]):
        for (node_id, day, kind), amount in used.items():
            before = so_far.get((node_id, day, kind), 0.0)
            found[name, node_id, day, kind] = before
            so_far[node_id, day, kind] = before + amount
    return found


_COUNTED = (Measure.ORDERS, Measure.LINES, Measure.UNITS, Measure.WORKLOAD)


def _turn(order: Order) -> tuple[int, float, str]:
    at = order.placed_at
    return -order.priority, math.inf if at is None else at.timestamp(), order.id


def _units_of(plan: Plan) -> Counter[tuple[str, str]]:
    found = Counter[tuple[str, str]]()
    for shipment in plan.shipments:
        for content in shipment.contents:
            found[shipment.node_id, content.sku] += content.quantity
    return found


def _loads_of(plan: Plan) -> Counter[tuple[str, Measure]]:
    found = Counter[tuple[str, Measure]]()
    for shipment in plan.shipments:
        node = shipment.node_id
        found[node, Measure.ORDERS] = 1
        found[node, Measure.LINES] += len(shipment.contents)
        found[node, Measure.UNITS] += sum(part.quantity for part in shipment.contents)
        found[node, Measure.WORKLOAD] += shipment.workload  # type: ignore[assignment]
    return found
