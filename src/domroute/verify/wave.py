"""Whether plans hold together: no unit taken twice, no node used beyond its limit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from domroute.costs.counting import units_there
from domroute.costs.quotes import Quotes
from domroute.errors import Issue
from domroute.ledger import Inventory, Snapshot
from domroute.network import Network, Node
from domroute.plan import Plan, Shipment
from domroute.verify.quoted import Quoted, read_quotes
from domroute.verify.stock import is_within
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
    plans = tuple(plans)
    issues = []
    for (node_id, sku), taken in sorted(taken_by(plans).items()):
        stock = units_there(held, node_id, sku)
        if taken > stock:
            text = f"{taken} units of {sku!r} ship together, {stock} are available"
            issues.append(Issue("oversold", f"node {node_id!r}", text))
    for node_id, load in sorted(loads_by(plans, nodes, quotes).items()):
        left, name, limit = room_of(nodes[node_id], held)
        if not is_within(load, left, limit):
            text = f"{load:g} {name} are used together, {left:g} are left"
            issues.append(Issue("capacity", f"node {node_id!r}", text))
    return issues


def room_of(node: Node, held: Snapshot) -> tuple[float, str, float]:
    """Say what a node can still do, of what, and in all; endless without a limit."""
    if node.capacity is None:
        return math.inf, "", math.inf
    measure = node.capacity.measure
    limit = node.capacity.limit
    return limit - held.load(node.id, measure), measure.value, limit


def loads_by(
    plans: Iterable[Plan], nodes: Mapping[str, Node], quotes: Quotes | None
) -> dict[str, float]:
    """Add up what plans ask of each node that has a limit, in its own measure."""
    used: dict[str, float] = {}
    orders_at: set[tuple[str, str]] = set()
    for plan in plans:
        for shipment in plan.shipments:
            node = nodes.get(shipment.node_id)
            if node is not None and node.capacity is not None:
                quoted = read_quotes(quotes, shipment.order_id)
                load = _load(shipment, node.capacity.measure, quoted, orders_at)
                used[node.id] = used.get(node.id, 0.0) + load
    return used


def taken_by(plans: Iterable[Plan]) -> dict[tuple[str, str], int]:
    """
    Add up the units that plans take, by (node id, SKU).

    Examples
    --------
    >>> taken_by([Plan()])
    {}
    """
    units: dict[tuple[str, str], int] = {}
    for plan in plans:
        for shipment in plan.shipments:
            for content in shipment.contents:
                key = shipment.node_id, content.sku
                units[key] = units.get(key, 0) + content.quantity
    return units


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
