"""When things are asked, handed over and due, where the network gives dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domroute.network import Network
from domroute.orders import Delivery, Order
from domroute.plan import Shipment


def as_of(order: Order, moment: datetime) -> Order:
    """
    Ask for an order, or a part of one, at a moment: its dates are counted from there.

    That moment also says which nodes are active: one that has closed for good since
    the order was placed ships nothing, one that has opened since may.

    Parameters
    ----------
    order
        As it was placed.
    moment
        When it is routed.

    Examples
    --------
    >>> from datetime import datetime
    >>> order = Order(
    ...     id="o1",
    ...     placed_at="2026-01-31T12:00:00Z",
    ...     destination={"lat": 40.0, "lon": -75.1},
    ...     lines=[{"id": "l1", "sku": "A", "quantity": 2}],
    ... )
    >>> as_of(order, datetime(2026, 2, 2, 9, tzinfo=UTC)).placed_at.isoformat()
    '2026-02-02T09:00:00+00:00'
    >>> as_of(order, order.placed_at) is order
    True
    """
    if order.placed_at == moment:
        return order
    return order.model_copy(update={"placed_at": moment})


def handed_over_at(shipment: Shipment) -> datetime | None:
    """
    Say when a shipment leaves its node: at its pick-up, or to who collects it.

    Parameters
    ----------
    shipment
        Planned; None comes of one that has no dates.
    """
    if shipment.ships_at is not None or shipment.ready_at is None:
        return shipment.ships_at
    return shipment.delivers_at or shipment.ready_at


def deadline_of(delivery: Delivery, zone: str) -> datetime | None:
    """
    Return the last moment at which a delivery is in time; None if any is.

    Parameters
    ----------
    delivery
        What is asked for; a date is kept until it ends.
    zone
        The clock by which it does.

    Examples
    --------
    >>> deadline_of(Delivery(need_by="2026-11-27"), "America/Chicago").isoformat()
    '2026-11-28T06:00:00+00:00'
    >>> deadline_of(Delivery(), "UTC") is None
    True
    """
    last = delivery.need_by
    if last is None:
        return None
    if isinstance(last, datetime):
        return last.astimezone(UTC)
    if last == date.max:
        return datetime.max.replace(tzinfo=UTC)
    midnight = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(zone))
    return midnight.astimezone(UTC)


class Zones:
    """
    The clocks of places: their own, else the network's, else UTC's.

    Parameters
    ----------
    network
        Whose nodes have them.
    """

    def __init__(self, network: Network) -> None:
        self._usual = network.time_zone or "UTC"
        self._nodes = {
            node.id: node.time_zone or node.location.time_zone for node in network.nodes
        }

    def of(self, order: Order, delivery: Delivery, node: str | None) -> str:
        """
        Name the clock of where a delivery goes, or is collected.

        Parameters
        ----------
        order, delivery
            What is asked for.
        node
            Who ships; that is where it is collected, unless the delivery says.
        """
        end = delivery.node
        if end is None and delivery.method.is_collected:
            end = node
        if end is not None:
            return self._nodes[end] or self._usual
        to = None if delivery.method.is_collected else order.destination_of(delivery)
        return (None if to is None else to.time_zone) or self._usual
