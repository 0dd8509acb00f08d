"""What there would be if nothing took time: no dates, and nobody late."""

from __future__ import annotations

from typing import Final

from domroute.calendars import Processing
from domroute.network import Network
from domroute.orders import Order

_NODE: Final[dict[str, object]] = {
    "calendar": None,
    "collection_calendar": None,
    "cutoff": None,
    "cutoffs": {},
    "processing": Processing(),
    "receiving_minutes": 0.0,
    "pickups": {},
    "active_from": None,
    "active_until": None,
}
_LANE: Final[dict[str, object]] = {
    "calendar": None,
    "pickups": None,
    "transit_days": None,
}
_SERVICE: Final = {**_LANE, "delivery_calendar": None, "transit_minutes": None}


def timeless_network(network: Network) -> Network:
    """
    Take all times from a network that gives dates; another stays as it is.

    Nodes are active always, for an order that is held may find one that was not when it
    was placed.

    Parameters
    ----------
    network
        Whose nodes, services, lanes and items keep all else.

    Examples
    --------
    >>> from domroute.network import Item
    >>> soon = Item(sku="A", release_at="2026-12-01T00:00:00Z")
    >>> timeless_network(Network(nodes=[], items=[soon])).is_dated
    False
    """
    if not network.is_dated:
        return network
    return Network(
        nodes=[node.model_copy(update=_NODE) for node in network.nodes],
        items=[item.model_copy(update={"release_at": None}) for item in network.items],
        services=[one.model_copy(update=_SERVICE) for one in network.services],
        lanes=[lane.model_copy(update=_LANE) for lane in network.lanes],
        calendars=network.calendars,
        time_zone=network.time_zone,
        boxes=network.boxes,
    )


def timeless_order(order: Order) -> Order:
    """
    Take the dates from what an order asks for; another stays as it is.

    Parameters
    ----------
    order
        Whose lines keep all else.
    """
    if not order.is_dated:
        return order
    free = {"need_by": None, "earliest": None, "together": False}
    lines = tuple(
        line
        if line.delivery is None
        else line.model_copy(update={"delivery": line.delivery.model_copy(update=free)})
        for line in order.lines
    )
    delivery = order.delivery.model_copy(update=free)
    return order.model_copy(update={"delivery": delivery, "lines": lines})
