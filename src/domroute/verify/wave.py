"""Whether plans hold together: no unit taken twice, no node used beyond its limit."""

from __future__ import annotations

from collections.abc import Iterable

from domroute.costs.counting import units_there
from domroute.costs.quotes import Quotes
from domroute.errors import Issue
from domroute.ledger import Inventory, Snapshot
from domroute.network import Network
from domroute.plan import Plan, Shipment
from domroute.verify.quoted import Quoted, read_quotes
from domroute.verify.stock import SLACK
from domroute.words import Measure


def check_together(
    plans: Iterable[Plan],
    network: Network,
    inventory: Inventory | Snapshot,
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
    held = inventory.snapshot()
    nodes = {node.id: node for node in network.nodes}
    units: dict[tuple[str, str], int] = {}
    used: dict[str, float] = {}
    spare: dict[str, tuple[float, str]] = {}
    orders_at: set[tuple[str, str]] = set()
    for plan in plans:
        for shipment in plan.shipments:
            for content in shipment.contents:
                key = shipment.node_id, content.sku
                units[key] = units.get(key, 0) + content.quantity
            capacity = nodes[shipment.node_id].capacity
            if capacity is not None:
                measure = capacity.measure
                quoted = read_quotes(quotes, shipment.order_id)
                load = _load(shipment, measure, quoted, orders_at)
                there = capacity.limit - held.load(shipment.node_id, measure)
                spare[shipment.node_id] = there, measure.value
                used[shipment.node_id] = used.get(shipment.node_id, 0.0) + load
    issues = []
    for (node_id, sku), taken in sorted(units.items()):
        stock = units_there(held, node_id, sku)
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
    shipment: Shipment,
    measure: Measure,
    quoted: Quoted | None,
    orders_at: set[tuple[str, str]],
) -> float:
    match measure:
        case Measure.ORDERS:
            # However many shipments it takes there, an order is one.
            key = (shipment.order_id, shipment.node_id)
            is_new = key not in orders_at
            orders_at.add(key)
            return float(is_new)
        case Measure.LINES:
            return float(len(shipment.contents))
        case Measure.UNITS:
            return float(sum(content.quantity for content in shipment.contents))
        case Measure.WORKLOAD:
            return sum(
                content.quantity
                * (
                    1.0
                    if quoted is None
                    else quoted.workload(content.line_id, shipment.node_id)
                )
                for content in shipment.contents
            )
