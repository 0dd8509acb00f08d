"""What other plans, made together with one, take of the same stock and capacity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from domroute.plan import Plan
from domroute.words import Measure


class Beside:
    """
    What plans take together, to be asked what all but one of them take.

    Parameters
    ----------
    plans
        All plans of a wave, one of each order.

    Examples
    --------
    >>> Beside([Plan()]).units(Plan(), "N1", "A")
    0
    """

    def __init__(self, plans: Iterable[Plan]) -> None:
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
