"""Whether plans hold together: no unit taken twice, no node used beyond its limit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from domroute.arguments import checked
from domroute.costs.counting import units_there
from domroute.costs.quotes import Quotes
from domroute.errors import Issue
from domroute.ledger import Inventory, Snapshot
from domroute.network import Network, Node
from domroute.orders import Order
from domroute.plan import Plan, Shipment
from domroute.policy import Policy
from domroute.rules import SafetyStock
from domroute.verify.quoted import Quoted, read_quotes
from domroute.verify.rules import is_among, is_meant
from domroute.verify.stock import is_within, limits_on
from domroute.words import Measure


@checked
def check_together(
    plans: Iterable[Plan],
    network: Network,
    inventory: Inventory | Snapshot,
    *,
    quotes: Quotes | None = None,
    orders: Iterable[Order] = (),
    policy: Policy | None = None,
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
    orders, policy
        What the plans are for, and by which rules: hard safety stock is not looked at
        without both. Orders that must leave some units of a cell to others take no more
        of it together than what is left then: in some sequence none of them touches
        what is kept.

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
    if policy is not None:
        issues += _check_kept(plans, nodes, held, orders, policy)
    for (node_id, measure), load in sorted(loads_by(plans, nodes, quotes).items()):
        left, limit = room_of(nodes[node_id], measure, held)
        if not is_within(load, left, limit):
            text = f"{load:g} {measure.value} are used together, {left:g} are left"
            issues.append(Issue("capacity", f"node {node_id!r}", text))
    return issues


def _check_kept(
    plans: Iterable[Plan],
    nodes: Mapping[str, Node],
    held: Snapshot,
    orders: Iterable[Order],
    policy: Policy,
) -> Iterator[Issue]:
    """List what orders take of cells beyond what they must leave to others."""
    keeps = [
        rule
        for rule in policy.rules
        if isinstance(rule, SafetyStock) and rule.price is None
    ]
    if not keeps:
        return
    named = {order.id: order for order in orders}
    kept = {
        name: [r for r in keeps if is_meant(order, order.delivery, r.orders)]
        for name, order in named.items()
    }
    takers: dict[tuple[str, str], list[tuple[float, int]]] = {}
    for plan in plans:
        for (node_id, sku), units in taken_by([plan]).items():
            rules = kept.get(plan.shipments[0].order_id, [])
            node = nodes[node_id]
            least = sum(rule.units for rule in rules if is_among(node, rule.nodes))
            most = max(0.0, units_there(held, node_id, sku) - least)
            takers.setdefault((node_id, sku), []).append((most, units))
    for (node_id, sku), taken in sorted(takers.items()):
        for most in sorted({most for most, _ in taken}):
            units = sum(units for other, units in taken if other <= most)
            if units > most and most < units_there(held, node_id, sku):
                text = f"{units} units of {sku!r} ship together, {most:g} after"
                text += " safety stock"
                yield Issue("oversold", f"node {node_id!r}", text)


def room_of(node: Node, measure: Measure, held: Snapshot) -> tuple[float, float]:
    """Say what a node can still do, and in all; endless without a limit."""
    for capacity in limits_on(node):
        if capacity.measure is measure:
            return capacity.limit - held.load(node.id, measure), capacity.limit
    return math.inf, math.inf


def loads_by(
    plans: Iterable[Plan], nodes: Mapping[str, Node], quotes: Quotes | None
) -> dict[tuple[str, Measure], float]:
    """Add up what plans ask of each node, in each measure that has a limit there."""
    used: dict[tuple[str, Measure], float] = {}
    orders_at: set[tuple[str, str]] = set()
    for plan in plans:
        for shipment in plan.shipments:
            node = nodes.get(shipment.node_id)
            for capacity in () if node is None else limits_on(node):
                quoted = read_quotes(quotes, shipment.order_id)
                load = _load(shipment, capacity.measure, quoted, orders_at)
                key = shipment.node_id, capacity.measure
                used[key] = used.get(key, 0.0) + load
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
