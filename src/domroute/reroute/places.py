"""Where the plan before had the lines that ought to stay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from zoneinfo import ZoneInfo

from domroute.costs.stability import Place
from domroute.network import Network
from domroute.orders import Order
from domroute.plan import Shipment
from domroute.reroute.applying import Standing


def places_of(
    standing: Standing, rest: Order, network: Network
) -> Mapping[str, tuple[Place, ...]]:
    """
    Say where each line of what is left was planned that no event has touched.

    Parameters
    ----------
    standing
        The shipments that were open, and the lines that were touched.
    rest
        What is left: days are counted from when it is asked about.
    network
        Its time zones.
    """
    found: dict[str, list[Place]] = {}
    lines = {line.id for line in rest.lines} - standing.touched
    is_dated = network.is_dated or rest.is_dated
    for part in standing.open:
        for content in part.contents:
            if content.line_id in lines:
                days = _days(part, content.line_id, rest, network) if is_dated else None
                place = Place(part.node_id, part.service, days)
                found.setdefault(content.line_id, []).append(place)
    return {line: tuple(places) for line, places in found.items()}


def _days(part: Shipment, line_id: str, rest: Order, network: Network) -> int | None:
    """Count the days until a shipment is there, by the dates there; none unknown."""
    if part.delivers_on is None or rest.placed_at is None:
        return None
    line = next(line for line in rest.lines if line.id == line_id)
    delivery = rest.delivery_of(line)
    zone = network.time_zone
    if delivery.method.is_collected:
        zone = _zone_of(part.node_id, network) or zone
    elif delivery.method.ends_at_node and delivery.node is not None:
        zone = _zone_of(delivery.node, network) or zone
    else:
        there = rest.destination_of(delivery)
        zone = (there and there.time_zone) or zone
    clock = UTC if zone is None else ZoneInfo(zone)
    return (part.delivers_on - rest.placed_at.astimezone(clock).date()).days


def _zone_of(node_id: str, network: Network) -> str | None:
    """Return the time zone of a node that has its own; none of one that is gone."""
    zones = (node.time_zone for node in network.nodes if node.id == node_id)
    return next(zones, None)
