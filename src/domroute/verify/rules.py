"""The rules of a policy as the judge reads them: by their fields alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from domroute.network import Item, Node
from domroute.orders import Delivery, Order
from domroute.rules import (
    EligibleNodes,
    ExcludedNodes,
    MaxDistance,
    NeedBy,
    NodeFilter,
    OrderFilter,
    RequireTag,
    Rule,
)
from domroute.services import Service
from domroute.words import Method

SLACK_KM: Final = 1e-6
"""A millimeter: the sum of what two ways to measure may differ by."""
COLLECTED: Final = frozenset({Method.PICKUP, Method.CURBSIDE, Method.LOCKER})
"""The methods by which customers come for what they bought."""
_SHIPPED: Final = frozenset({Method.SHIP, Method.SHIP_TO_STORE})
_OF_STORES: Final = _SHIPPED | COLLECTED


def offers(node: Node, method: Method) -> bool:
    """
    Tell whether a node offers a method: as it says, or else by its kind.

    Examples
    --------
    >>> offers(Node(id="S1", kind="store", location={"lat": 0, "lon": 0}), "pickup")
    True
    """
    if node.methods is not None:
        return method in node.methods
    if node.kind != "store":
        return method in _SHIPPED
    return method in _OF_STORES and (method != "locker" or "locker" in node.tags)


def is_among(node: Node, nodes: NodeFilter) -> bool:
    """
    Tell whether a node is among those of a filter: by every field that says anything.

    Examples
    --------
    >>> node = Node(id="N1", location={"lat": 0, "lon": 0}, tags=["cold", "quick"])
    >>> is_among(node, NodeFilter(tags=["cold"], kinds=["store"]))
    False
    """
    if nodes.ids and node.id not in nodes.ids:
        return False
    if nodes.kinds and node.kind not in nodes.kinds:
        return False
    if nodes.groups and not any(name in nodes.groups for name in node.groups):
        return False
    return not nodes.tags or any(name in nodes.tags for name in node.tags)


def is_meant(order: Order, delivery: Delivery, orders: OrderFilter) -> bool:
    """Tell whether a filter means a delivery of an order; an empty one means all."""
    if orders.channels and order.channel not in orders.channels:
        return False
    if orders.tiers and order.tier not in orders.tiers:
        return False
    if orders.methods and delivery.method not in orders.methods:
        return False
    return not orders.tags or any(name in orders.tags for name in order.tags)


def concerns(rule: Rule, order: Order, delivery: Delivery) -> bool:
    """Tell whether a rule concerns a delivery; one of a user's own says so itself."""
    kind = type(rule)
    if kind not in _READ:
        return rule.applies(order, delivery)
    if kind is MaxDistance and delivery.method in COLLECTED:
        return False
    mine: Any = rule
    return is_meant(order, delivery, mine.orders)


def lets(rule: Rule, node: Node, item: Item, distance_km: float) -> bool:
    """Tell whether a rule lets a node fill an item; a user's own says so itself."""
    read = _READ.get(type(rule))
    if read is None:
        return rule.permits(node, item, distance_km)
    return read(rule, node, item, distance_km)


def _is_eligible(rule: EligibleNodes, node: Node, *_: object) -> bool:
    return is_among(node, rule.nodes)


def _is_not_excluded(rule: ExcludedNodes, node: Node, *_: object) -> bool:
    return not is_among(node, rule.nodes)


def _is_near(rule: MaxDistance, node: Node, _: Item, distance_km: float) -> bool:
    return distance_km <= rule.km + SLACK_KM or not is_among(node, rule.nodes)


def _is_any(*_: object) -> bool:
    # What comes when is a matter of shipments, not of nodes.
    return True


def _has_tag(rule: RequireTag, node: Node, item: Item, _: float) -> bool:
    if "nodes" not in rule.of:
        return True
    return rule.tag in node.tags or rule.tag not in item.tags


def lets_carry(rule: object, service: Service, items: Iterable[Item]) -> bool:
    """Tell whether a rule lets a service carry items; a user's own says so itself."""
    mine: Any = rule
    read = _CARRIED.get(type(rule))
    if read is not None:
        return all(read(mine, service, item) for item in items)
    if not getattr(rule, "by_service", False):
        return True
    return all(mine.lets_carry(service, item) for item in items)


def _is_equipped(rule: RequireTag, service: Service, item: Item) -> bool:
    if "services" not in rule.of:
        return True
    return rule.tag in service.tags or rule.tag not in item.tags


_CARRIED: Final[dict[type, Callable[[Any, Service, Item], bool]]] = {
    RequireTag: _is_equipped
}
"""How to read each rule of the library that looks at services, likewise."""
_READ: Final[dict[type, Callable[[Any, Node, Item, float], bool]]] = {
    EligibleNodes: _is_eligible,
    ExcludedNodes: _is_not_excluded,
    MaxDistance: _is_near,
    RequireTag: _has_tag,
    NeedBy: _is_any,
}
"""
How to read each rule of the library. A rule of any other class, one derived from these
included, has no other statement than its own methods.
"""
