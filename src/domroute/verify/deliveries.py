"""The deliveries of an order: which lines share one, and where it goes."""

from __future__ import annotations

from dataclasses import dataclass

from domroute.geography import Location
from domroute.network import Node
from domroute.orders import Delivery, Order
from domroute.verify.book import Book
from domroute.verify.measuring import measure_km
from domroute.verify.rules import COLLECTED
from domroute.words import Method


@dataclass(slots=True, eq=False)
class Group:
    """
    The lines of an order that share a delivery, and where that goes.

    ``ends_at`` names the node to which lanes lead, whose own goods go nowhere.
    ``is_leg`` tells that it is the way to where a delivery is put together.
    """

    delivery: Delivery
    method: Method
    is_collected: bool
    place: Location | None
    is_timed: bool
    ends_at: str | None = None
    is_leg: bool = False

    def stays_at(self, node: Node) -> bool:
        """Tell whether goods of a node are collected there, and sent nowhere."""
        return self.is_collected or node.id == self.ends_at

    def distance_km(self, node: Node, book: Book) -> float:
        """Measure the distance from a node to where the delivery goes."""
        if self.place is None:
            return 0.0
        return measure_km(node.location, self.place, book.policy.distance)


def groups_of(order: Order, book: Book) -> dict[str, Group]:
    """
    Find the delivery of each line, by line id.

    Parameters
    ----------
    order, book
        The order, and the network that it is read against.
    """
    # Most lines take the order's delivery, which need not be compared with anything.
    own: Group | None = None
    others: dict[Delivery, Group] = {}
    groups: dict[str, Group] = {}
    for line in order.lines:
        delivery = line.delivery
        if delivery is None or delivery is order.delivery:
            if own is None:
                own = others.get(order.delivery) if others else None
                own = own or _group_of(order.delivery, order, book)
            group = own
        else:
            if not others:
                own = own or _group_of(order.delivery, order, book)
                others[order.delivery] = own
            found = others.get(delivery)
            if found is None:
                found = others[delivery] = _group_of(delivery, order, book)
            group = found
        groups[line.id] = group
    return groups


def _group_of(delivery: Delivery, order: Order, book: Book) -> Group:
    method, place = delivery.method, delivery.to or order.destination
    if delivery.node is not None:
        node = book.nodes.get(delivery.node)
        place = None if node is None else node.location
    is_moved = method is Method.SHIP_TO_STORE and book.network.lanes
    return Group(
        delivery,
        method,
        is_collected=method in COLLECTED,
        place=place,
        is_timed=(
            delivery.together
            or delivery.need_by is not None
            or delivery.earliest is not None
        ),
        ends_at=delivery.node if is_moved else None,
    )
