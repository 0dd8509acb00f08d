"""What happens in time: orders placed, stock received, and what goes wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from domroute.arguments import checked
from domroute.geography import Location
from domroute.orders import Delivery, Order
from domroute.units import Count, Flag, LineId, Moment, NodeId, OrderId, ServiceId, Sku
from domroute.validation import Frozen


class Placed(Frozen):
    """
    An order comes in, at the moment it was placed.

    Examples
    --------
    >>> order = Order(
    ...     id="o1",
    ...     placed_at="2026-01-31T12:00:00Z",
    ...     destination={"lat": 40.0, "lon": -75.1},
    ...     lines=[{"id": "l1", "sku": "A", "quantity": 2}],
    ... )
    >>> Placed(order=order).at.isoformat()
    '2026-01-31T12:00:00+00:00'
    """

    event: Literal["placed"] = "placed"
    order: Order

    @model_validator(mode="after")
    def _check_time(self) -> Self:
        if self.order.placed_at is None:
            message = f"order {self.order.id!r} needs placed_at to be replayed"
            raise ValueError(message)
        return self

    @property
    def at(self) -> datetime:
        """When it was placed."""
        placed = self.order.placed_at
        if placed is None:  # pragma: no cover - refused when it was made
            message = "an order without placed_at"
            raise ValueError(message)
        return placed


class Received(Frozen):
    """Units arrive at a node and may be promised from then on."""

    event: Literal["received"] = "received"
    at: Moment
    """When the units may be promised."""
    node: NodeId
    """Where."""
    sku: Sku
    """What."""
    quantity: Count
    """Whole units that came in."""


class Rejected(Frozen):
    """
    A node says no to what it was to ship of an order.

    What it refuses is routed again with that node excluded. Nothing comes of it where
    the order is not, or no longer, at that node: under another policy it may never
    have been sent there.
    """

    event: Literal["rejected"] = "rejected"
    at: Moment
    """When."""
    order: OrderId
    """Which order."""
    node: NodeId
    """The node that said no."""
    line: LineId | None = None
    """The line it refused; all when absent."""
    quantity: Count | None = None
    """Units of the line (a short pick); all when absent."""
    is_lost: Flag = False
    """Whether they are written off."""

    @model_validator(mode="after")
    def _check_line(self) -> Self:
        if self.quantity is not None and self.line is None:
            message = "a quantity needs the line that it is of"
            raise ValueError(message)
        return self


class Closed(Frozen):
    """
    A node stops filling; what it has not yet shipped is routed again elsewhere.

    Its stock stays where it is, and what was ordered for pick-up there as well.
    """

    event: Literal["closed"] = "closed"
    at: Moment
    node: NodeId


class Reopened(Frozen):
    """A node that was closed fills again."""

    event: Literal["reopened"] = "reopened"
    at: Moment
    node: NodeId


class Canceled(Frozen):
    """The customer no longer wants what has not yet left of an order."""

    event: Literal["canceled"] = "canceled"
    at: Moment
    """When."""
    order: OrderId
    """Which order."""
    line: LineId | None = None
    """Which of its lines; all when absent."""


class Returned(Frozen):
    """Delivered units come back: brought to a store, or sent by parcel."""

    event: Literal["returned"] = "returned"
    at: Moment
    """When."""
    order: OrderId
    """Which order."""
    line: LineId
    """Which of its lines."""
    quantity: Count
    """Whole units that came back."""
    node: NodeId | None = None
    """
    Where they were brought; sent by parcel when absent. A parcel goes to whoever
    shipped them.
    """
    to_stock: Flag = True
    """Whether they may be sold again. Otherwise, after inspection, they are lost."""


class Accepted(Frozen):
    """A node has said yes to what it is to ship of an order, and has begun with it."""

    event: Literal["accepted"] = "accepted"
    at: Moment
    """When."""
    order: OrderId
    """Which order."""
    node: NodeId
    """The node that said yes."""
    service: ServiceId | None = None
    """By which service; all that it has of the order when absent."""


class Shipped(Frozen):
    """A shipment of an order has left its node."""

    event: Literal["shipped"] = "shipped"
    at: Moment
    """When."""
    order: OrderId
    """Which order."""
    node: NodeId
    """The node that it left."""
    service: ServiceId | None = None
    """By which service; all that the node has of the order when absent."""


class Collected(Frozen):
    """The customer has come for what a node held of an order."""

    event: Literal["collected"] = "collected"
    at: Moment
    """When."""
    order: OrderId
    """Which order."""
    node: NodeId
    """Where."""


class LateInbound(Frozen):
    """
    What was to arrive at a node arrives later than was said, or not at all.

    Examples
    --------
    >>> late = LateInbound(
    ...     at="2026-01-31T12:00:00Z",
    ...     node="N1",
    ...     sku="A",
    ...     due="2026-02-02T08:00:00Z",
    ... )
    >>> late.expected is None  # it is lost
    True
    """

    event: Literal["late_inbound"] = "late_inbound"
    at: Moment
    """When that was told."""
    node: NodeId
    """Where."""
    sku: Sku
    """What."""
    due: Moment
    """When it was to arrive: the ``at`` of the inbound units that it is about."""
    expected: Moment | None = None
    """When it is to arrive now; never when absent."""

    @model_validator(mode="after")
    def _check_later(self) -> Self:
        if self.expected is not None and self.expected <= self.due:
            message = f"expected {self.expected} is not after due {self.due}"
            raise ValueError(message)
        return self


class Moved(Frozen):
    """
    What has not yet been begun of an order goes elsewhere, or another way.

    Examples
    --------
    >>> moved = Moved(
    ...     at="2026-01-31T12:00:00Z",
    ...     order="o1",
    ...     destination={"lat": 41.0, "lon": -75.1},
    ... )
    >>> moved.line is None
    True
    """

    event: Literal["moved"] = "moved"
    at: Moment
    """When."""
    order: OrderId
    """Which order."""
    line: LineId | None = None
    """Which of its lines; all when absent, but for those with a delivery of their own
    where a delivery is given."""
    destination: Location | None = None
    """Where to."""
    delivery: Delivery | None = None
    """How, in place of the delivery before."""

    @model_validator(mode="after")
    def _check_change(self) -> Self:
        if self.destination is None and self.delivery is None:
            message = "what is moved needs a destination or a delivery"
            raise ValueError(message)
        return self


Event = Annotated[
    Placed | Received | Rejected | Closed | Reopened | Canceled | Returned,
    Field(discriminator="event"),
]
"""Anything that happens. Dates and calendars are to come, and will be events too."""

RerouteEvent = Annotated[
    Reopened
    | Closed
    | LateInbound
    | Accepted
    | Shipped
    | Collected
    | Rejected
    | Canceled
    | Moved,
    Field(discriminator="event"),
]
"""Anything for which an order may be routed again, or need not be any more."""

_RANK: Final[dict[str, int]] = {
    name: rank
    for rank, name in enumerate(
        # Stock before those who ask for it, and an order before what befalls it.
        (
            "received",
            "returned",
            "reopened",
            "closed",
            "late_inbound",
            "placed",
            "accepted",
            "shipped",
            "collected",
            "rejected",
            "canceled",
            "moved",
        )
    )
}


def rank_of(event: Event | RerouteEvent) -> int:
    """Say what comes first of events at one moment."""
    return _RANK[event.event]


@checked
def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """
    Sort events by time; at one moment stock comes first, and troubles last.

    Events that are alike keep their order, but orders placed at one moment go by id.

    Examples
    --------
    >>> late = Closed(at="2026-01-31T12:00:00Z", node="N1")
    >>> soon = Received(at="2026-01-31T12:00:00Z", node="N1", sku="A", quantity=1)
    >>> [event.event for event in in_order([late, soon])]
    ['received', 'closed']
    """
    return tuple(
        sorted(
            events,
            key=lambda event: (
                event.at,
                _RANK[event.event],
                event.order.id if isinstance(event, Placed) else "",
            ),
        )
    )
