"""Whether plans hold together: no unit taken twice, no node used beyond its limit."""

from __future__ import annotations

from collections.abc import Iterable

from domroute.costs.quotes import Quotes
from domroute.errors import Issue
from domroute.ledger.inventory import Inventory
from domroute.network import Network
from domroute.plan import Plan, Shipment
from domroute.verify.stock import SLACK
from domroute.words import Measure


def check_together(
    plans: Iterable[Plan],
    network: Network,
    inventory: Inventory,
    *,
    quotes: Quotes | None = None,
) -> list[Issue]:
    """
    List where plans, each sound by itself, take more together than there is.

    Parameters
    ----------
    plans
        Of orders that are routed jointly, none of them reserved.
    network, inventory
        What they are routed with.
    quotes
        Workloads already known.

    Examples
    --------
    >>> check_together([], Network(nodes=[], items=[]), Inventory([]))
    []
    """
    known = Quotes() if quotes is None else quotes
    nodes = {node.id: node for node in network.nodes}
    units: dict[tuple[str, str], int] = {}
    used: dict[str, float] = {}
    spare: dict[str, tuple[float, str]] = {}
    for plan in plans:
        orders_at: set[str] = set()
        for shipment in plan.shipments:
            for content in shipment.contents:
                key = shipment.node_id, content.sku
                units[key] = units.get(key, 0) + content.quantity
            capacity = nodes[shipment.node_id].capacity
            if capacity is not None:
                measure = capacity.measure
                load = _load(shipment, measure, known, orders_at)
                there = capacity.limit - inventory.load(shipment.node_id, measure)
                spare[shipment.node_id] = there, measure.value
                used[shipment.node_id] = used.get(shipment.node_id, 0.0) + load
    issues = []
    for (node_id, sku), taken in sorted(units.items()):
        stock = inventory.available(node_id, sku)
        if taken > stock:
            text = f"{taken} units of {sku!r} ship together, {stock} are available"
            issues.append(Issue("oversold", f"node {node_id!r}", text))
    for node_id, load in sorted(used.items()):
        left, name = spare[node_id]
        if load > left + SLACK * max(1.0, abs(left)):
            text = f"{load:g} {name} are used together, {left:g} are left"
            issues.append(Issue("capacity", f"node {node_id!r}", text))
    return issues


def _load(
    shipment: Shipment, measure: Measure, quotes: Quotes, orders_at: set[str]
) -> float:
    match measure:
        case Measure.ORDERS:
            is_new = shipment.node_id not in orders_at
            orders_at.add(shipment.node_id)
            return float(is_new)
        case Measure.LINES:
            return float(len(shipment.contents))
        case Measure.UNITS:
            return float(sum(content.quantity for content in shipment.contents))
        case Measure.WORKLOAD:
            known = quotes.of(shipment.order_id).workload
            return sum(
                known.get((content.line_id, shipment.node_id), 1.0) * content.quantity
                for content in shipment.contents
            )
