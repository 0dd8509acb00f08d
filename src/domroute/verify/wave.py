"""Whether plans hold together: no unit taken twice, no node used beyond its limit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property, partial

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
from domroute.verify.allocating import allocated_at, short_by_channel
from domroute.verify.arrivals import Arrivals
from domroute.verify.asked import waiting_lines
from domroute.verify.book import Book, fills_of
from domroute.verify.quoted import Quoted, read_quotes
from domroute.verify.reading import moment_of
from domroute.verify.rules import is_among, is_meant
from domroute.verify.stock import is_within, limits_on, short_by_date
from domroute.verify.workdays import days_overfull
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
    known = {order.id: order for order in orders}
    shelf = _Shelf(network, held, known.values(), policy)
    issues = []
    keeps = [] if policy is None else _keeps_of(policy)
    for (node_id, sku), draws in sorted(_draws_by(plans, known, policy).items()):
        node, some, by_channel = nodes.get(node_id), [], []
        for order_id, start, units in draws:
            order, least = known.get(order_id), 0.0
            by_channel.append((start, None if order is None else order.channel, units))
            if keeps and order is not None and node is not None:
                least = sum(
                    rule.units
                    for rule in keeps
                    if is_meant(order, order.delivery, rule.orders)
                    and is_among(node, rule.nodes)
                )
            some.append((start, least, units))
        there = partial(shelf.there, node_id, sku)
        text = short_by_date(some, there)
        own = allocated_at(held, node_id, sku)
        if text is None and own and known:
            text = short_by_channel(by_channel, there, own)
        if text is not None:
            text = text.format(sku=repr(sku), ship="ship together")
            issues.append(Issue("oversold", f"node {node_id!r}", text))
    for (node_id, measure), load in sorted(loads_by(plans, nodes, quotes).items()):
        left, limit = room_of(nodes[node_id], measure, held)
        if not is_within(load, left, limit):
            text = f"{load:g} {measure.value} are used together, {left:g} are left"
            issues.append(Issue("capacity", f"node {node_id!r}", text))
    fills = () if policy is None else fills_of(policy)
    return [*issues, *days_overfull(plans, nodes, held, quotes, fills)]


def _keeps_of(policy: Policy) -> list[SafetyStock]:
    """List the safety stocks that are hard."""
    return [
        rule
        for rule in policy.rules
        if isinstance(rule, SafetyStock) and rule.price is None
    ]


class _Shelf:
    """What the plans of a wave find at nodes, now and by any moment."""

    def __init__(
        self,
        network: Network,
        held: Snapshot,
        orders: Iterable[Order],
        policy: Policy | None,
    ) -> None:
        self._held = held
        policy = policy or Policy()
        # Orders that may not wait find what the ledger says is there.
        placed = [
            order.placed_at.astimezone(UTC)
            for order in orders
            if order.placed_at is not None and waiting_lines(order, policy)
        ]
        # Where nothing is known of the orders, nothing is overdue.
        self._placed = placed or [datetime.min.replace(tzinfo=UTC)]
        self._comes_at_once = bool(placed) and policy.promise.overdue_days == 0
        self._network, self._policy = network, policy

    @cached_property
    def _arrivals(self) -> Arrivals:
        return Arrivals(Book(self._network, self._policy), self._held, self._placed)

    def there(self, node_id: str, sku: str, by: datetime | None) -> int:
        """Count the units of a cell that plans may take together by a moment."""
        there = units_there(self._held, node_id, sku)
        if by is None and not self._comes_at_once:
            return there
        node = next((x for x in self._network.nodes if x.id == node_id), None)
        if node is None:
            return there
        return max(there, self._arrivals.there(node, sku, by))


def _draws_by(
    plans: Iterable[Plan], orders: Mapping[str, Order], policy: Policy | None
) -> dict[tuple[str, str], list[tuple[str, datetime | None, int]]]:
    """List what plans take of each cell: for which order, from when on, how much."""
    found: dict[tuple[str, str], list[tuple[str, datetime | None, int]]] = {}
    waits: dict[str, frozenset[str]] = {}
    for plan in plans:
        for shipment in plan.shipments:
            name, start = shipment.order_id, moment_of(shipment.stock_at)
            if start is not None and name in orders and name not in waits:
                waits[name] = waiting_lines(orders[name], policy or Policy())
            for content in shipment.contents:
                may = name not in waits or content.line_id in waits[name]
                key = shipment.node_id, content.sku
                found.setdefault(key, []).append(
                    (name, start if may else None, content.quantity)
                )
    return found


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
