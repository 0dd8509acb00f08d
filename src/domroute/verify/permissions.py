"""Whether a node may fill a line at all: its own limits, the line's, and hard rules."""

from __future__ import annotations

from datetime import datetime

from domroute.costs.carriage import carries, zone_number
from domroute.network import Node
from domroute.orders import Line, Order
from domroute.rules import Rule
from domroute.services import Service
from domroute.verify.book import Book
from domroute.verify.deliveries import Group
from domroute.verify.merging import held_by, leg_of
from domroute.verify.reading import Contents, Part, Reading
from domroute.verify.rules import SLACK_KM, concerns, lets, lets_carry, offers


def check_permissions(reading: Reading) -> None:
    """Note every line that a node ships without leave."""
    order, book = reading.order, reading.book
    for part in reading.parts:
        node, group = part.node, part.group
        refusal = refuse_delivery(
            order, group, node, part.distance_km, gives=bool(part.contents)
        )
        if refusal is not None:
            reading.add("not_permitted", part.where, f"node {node.id!r} {refusal}")
        for line, _, _ in part.contents:
            refusal = refuse_line(line, node)
            if refusal is not None:
                reading.add("not_permitted", part.where, refusal)
        for rule in rules_of(order, group, book) if book.hard else ():
            for line, item, _ in held_by(part):
                if not lets(rule, node, item, part.distance_km):
                    message = f"{rule.name!r} keeps {node.id!r} from line {line.id!r}"
                    reading.add("rule_broken", part.where, message)
            service = book.services.get(part.shipment.service or "")
            items = [item for _, item, _ in part.contents]
            if service is not None and not lets_carry(rule, service, items):
                message = f"{rule.name!r} keeps {service.id!r} from what is in it"
                reading.add("rule_broken", part.where, message)


def rules_of(order: Order, group: Group, book: Book) -> tuple[Rule, ...]:
    """Return the hard rules that concern a delivery."""
    return tuple([r for r in book.hard if concerns(r, order, group.delivery)])


def _is_open(node: Node, placed_at: datetime | None) -> bool:
    """Tell whether a node is known to take orders of a moment."""
    start, end = node.active_from, node.active_until
    if placed_at is None:
        return start is None and end is None
    return (start is None or start <= placed_at) and (end is None or placed_at < end)


def refuse_delivery(
    order: Order, group: Group, node: Node, distance_km: float, *, gives: bool = True
) -> str | None:
    """
    Return why a node may not make a delivery; None if it may.

    What ``gives`` nothing of it need not offer its method.
    """
    placed_at, delivery = order.placed_at, group.delivery
    if not node.enabled:
        return "is switched off"
    if not _is_open(node, placed_at):
        when = (
            "an order without a date" if placed_at is None else f"orders at {placed_at}"
        )
        return f"is not open for {when}"
    if gives and not offers(node, group.method):
        return f"does not offer {group.method.value}"
    reach_km = node.max_distance_km
    if group.is_collected:
        if delivery.node is not None and delivery.node != node.id:
            return f"is not {delivery.node!r}, where the customer picks up"
        reach_km = delivery.radius_km
    if reach_km is not None and distance_km > reach_km + SLACK_KM:
        return f"is {distance_km:g} km away, beyond {reach_km:g}"
    return None


def refuse_line(line: Line, node: Node) -> str | None:
    """Return why a node may not fill a line; None if it may."""
    if line.pinned_node is not None and line.pinned_node != node.id:
        return f"line {line.id!r} is pinned to {line.pinned_node!r}, not {node.id!r}"
    if line.excluded_nodes and node.id in line.excluded_nodes:
        return f"line {line.id!r} excludes {node.id!r}"
    return None


def may_fill(line: Line, node: Node, reading: Reading) -> bool:
    """Tell whether a node may fill a line, by all but stock, services and ladders."""
    order, book, group = reading.order, reading.book, reading.groups[line.id]
    item, km = book.items[line.sku], group.distance_km(node, book)
    return (
        refuse_line(line, node) is None
        and refuse_delivery(order, group, node, km) is None
        and all(lets(rule, node, item, km) for rule in rules_of(order, group, book))
    )


def check_service(reading: Reading, part: Part, *, is_quoted: bool) -> bool:
    """
    Note a service that may not carry a shipment; tell whether its price can be asked.

    Parameters
    ----------
    is_quoted
        Whether a quote covers the shipment whatever its service.
    """
    book, name = reading.book, part.shipment.service
    group = part.group if part.to is None else leg_of(part.group, part.to)
    stays = group.stays_at(part.node)
    if stays or is_quoted or not book.picks_service:
        if name is None:
            return True
        if stays or is_quoted or not book.may_pick_service:
            message = f"{name!r} is named, but no service carries this shipment"
            reading.add("wrong_service", part.where, message)
            return False
    service = None if name is None else book.services.get(name)
    if service is None:
        reading.add("wrong_service", part.where, f"{name!r} is not a service")
        return False
    if part.to is not None and service.id not in book.lanes:
        message = f"{name!r} is no lane to {part.to.id!r}"
        reading.add("wrong_service", part.where, message)
        return False
    if not offers_service(part.node, group, service, book):
        message = f"{name!r} does not serve this delivery from {part.node.id!r}"
        reading.add("wrong_service", part.where, message)
    elif not takes(service, part.node, group, part.distance_km, held_by(part)):
        message = f"{name!r} does not carry these items there"
        reading.add("wrong_service", part.where, message)
        return False
    return True


def takes(
    service: Service, node: Node, group: Group, distance_km: float, contents: Contents
) -> bool:
    """Tell whether a service goes there from a node, with what it accepts of items."""
    code = None if group.place is None else group.place.postal_code
    zone = zone_number(service.zones, distance_km, node.location.postal_code, code)
    return zone is not None and carries(service, [item for _, item, _ in contents])


def offers_service(node: Node, group: Group, service: Service, book: Book) -> bool:
    """Tell whether node, delivery and service agree on each other."""
    allowed = group.delivery.services
    goes = not node.services or service.id in node.services
    if service.id in book.lanes:
        lane = book.lanes[service.id]
        goes = lane.origin == node.id and lane.destination == group.delivery.node
    return (
        goes
        and (not allowed or service.id in allowed)
        and group.method in service.methods
    )
