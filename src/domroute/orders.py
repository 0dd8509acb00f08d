"""What customers ask for: orders, their lines, and how each must be delivered."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import (
    Field,
    model_validator,
)
from pydantic_core import PydanticCustomError

from domroute.calendars import Date, Deadline
from domroute.errors import InputError, Issue
from domroute.geography import Location
from domroute.pairs import Paired
from domroute.units import (
    Count,
    Flag,
    Id,
    Kilometers,
    Moment,
    Money,
    Multiplier,
    NodeId,
    Rank,
    ServiceId,
    Sku,
)
from domroute.validation import Frozen
from domroute.words import Method


class Delivery(Frozen):
    """
    How and where lines must reach the customer.

    A collected delivery (``pickup``, ``curbside``) names either the node the customer
    comes to, or a ``radius_km`` around ``to`` (or the order's destination) within which
    any one node will do.

    Examples
    --------
    >>> Delivery(method="pickup", node="S7").method.is_collected
    True
    """

    method: Method = Method.SHIP
    """How it reaches the customer."""
    to: Location | None = None
    """Where to; the order's destination when not given."""
    node: NodeId | None = None
    """The node the customer comes to, or that is shipped to."""
    radius_km: Kilometers | None = None
    """How far the customer comes to collect (kilometers), when no node is named."""
    services: tuple[ServiceId, ...] = ()
    """The services allowed; empty means all."""
    need_by: Deadline | None = None
    """
    When it must be there at the latest: a date, at the destination until it ends, or a
    moment (timezone-aware).
    """
    earliest: Date | None = None
    """The first date at the destination on which it may come."""
    together: Flag = False
    """
    Whether all that comes of it comes on one date: what is sooner there is held, or all
    is put together at a node that offers ``merge``.
    """

    @property
    def is_dated(self) -> bool:
        """Whether it asks for dates."""
        return self.together or self.need_by is not None or self.earliest is not None

    @property
    def may_merge(self) -> bool:
        """Whether it may be put together on its way: it ships, and comes together."""
        return self.together and self.method is Method.SHIP

    def to_merge_at(self, node: str) -> Self:
        """
        Say how a part goes to the node at which it is put together: as to a store.

        Examples
        --------
        >>> Delivery(together=True).to_merge_at("M").method
        <Method.SHIP_TO_STORE: 'ship_to_store'>
        """
        fields = {"to": None, "services": (), "need_by": None, "earliest": None}
        method = {"method": Method.SHIP_TO_STORE, "node": node, "together": False}
        return self.model_copy(update={**fields, **method})

    @model_validator(mode="after")
    def _check_method(self) -> Self:
        if not self.method.is_delivery:
            known = ", ".join(word for word in Method if word.is_delivery)
            raise PydanticCustomError(
                "no_delivery_method",
                "{method} is what nodes do for deliveries that come together; "
                "should be one of {known}",
                {"method": repr(self.method.value), "known": known},
            )
        return self

    @model_validator(mode="after")
    def _check_dates(self) -> Self:
        latest, earliest = self.need_by, self.earliest
        if latest is None or earliest is None:
            return self
        # No place is more than a day ahead of UTC, whose date a moment has here.
        ahead = 1 if isinstance(latest, datetime) else 0
        if earliest.toordinal() > latest.toordinal() + ahead:
            raise PydanticCustomError(
                "earliest_after_need_by",
                "earliest {earliest} is after need_by {need_by}",
                {"earliest": str(earliest), "need_by": str(latest)},
            )
        return self

    @model_validator(mode="after")
    def _check_place(self) -> Self:
        if self.method.is_collected and (self.node is None) == (self.radius_km is None):
            message = f"{self.method} needs either a node or a radius_km, not both"
            raise ValueError(message)
        if self.method is Method.SHIP_TO_STORE and self.node is None:
            message = "ship_to_store needs the node to ship to"
            raise ValueError(message)
        if not self.method.is_collected and self.radius_km is not None:
            message = f"radius_km is for collected deliveries, not {self.method}"
            raise ValueError(message)
        if self.method in (Method.SHIP, Method.SAME_DAY) and self.node is not None:
            message = f"{self.method} goes to a location; use pinned_node for a source"
            raise ValueError(message)
        return self


class Substitute(Paired):
    """
    What may leave in place of the SKU asked for, at a price.

    A pair will do where one is read: ``("B", 2.5)``.

    Examples
    --------
    >>> Line(id="l1", sku="A", quantity=2, substitutes=[("B", 2.5)]).substitutes
    (Substitute(sku='B', penalty=2.5),)
    """

    sku: Sku
    """What may leave; a kit leaves as its components."""
    penalty: Money = 0.0
    """Charged for each unit of the line that it fills."""


class Line(Frozen):
    """
    One SKU asked for in an order.

    Examples
    --------
    >>> Line(id="l1", sku="A", quantity=2).allow_split
    True
    """

    id: Id
    """Name of the line, unique in its order."""
    sku: Sku
    """What is asked for."""
    quantity: Count
    """Whole units asked for."""
    delivery: Delivery | None = None
    """Overrides the order's delivery for this line."""
    unit_price: Money | None = None
    """What the customer pays for a unit; the item's price when not given."""
    allow_split: Flag = True
    """Whether it may come in several shipments, from one node or from several."""
    ship_together: Id | None = None
    """Lines with the same name here leave one node in one shipment, or not at all."""
    pinned_node: NodeId | None = None
    """The only node that may fill this line."""
    # No NodeId: excluding a node that is not there, or no longer, excludes nothing.
    excluded_nodes: tuple[Id, ...] = ()
    """Nodes that may not fill it."""
    unfilled_penalty: Money | None = None
    """
    Cost of leaving a unit unfilled, before the order's weight; the policy's when not
    given.
    """
    allow_backorder: Flag | None = None
    """Whether it may wait for stock still to come; the policy's word when not given."""
    must_fill: Flag = False
    """Whether a plan that leaves a unit of this line unfilled is no plan at all."""
    substitutes: tuple[Substitute, ...] = ()
    """
    What may leave in place of the SKU asked for. They are in order of preference among
    plans that cost the same; any mixture fills a line that may be split.
    """

    @model_validator(mode="after")
    def _check_substitutes(self) -> Self:
        issues, seen = [], set[str]()
        for at, other in enumerate(self.substitutes):
            where = f"substitutes[{at}].sku"
            if other.sku == self.sku:
                text = f"{other.sku!r} is what line {self.id!r} asks for itself"
                issues.append(Issue("substitute_of_itself", where, text))
            elif other.sku in seen:
                text = f"{other.sku!r} appears more than once in line {self.id!r}"
                issues.append(Issue("repeated_substitute", where, text))
            seen.add(other.sku)
        if issues:
            raise InputError(issues)
        return self

    @model_validator(mode="after")
    def _check_pin(self) -> Self:
        if self.pinned_node is not None and self.pinned_node in self.excluded_nodes:
            message = f"pinned_node {self.pinned_node!r} is also in excluded_nodes"
            raise ValueError(message)
        if self.must_fill and self.unfilled_penalty is not None:
            message = "must_fill leaves no use for an unfilled_penalty"
            raise ValueError(message)
        return self


class Order(Frozen):
    """
    A customer's request: lines and where they go.

    Examples
    --------
    >>> order = Order(
    ...     id="o1",
    ...     destination=Location(lat=40.0, lon=-75.1),
    ...     lines=[Line(id="l1", sku="A", quantity=2)],
    ... )
    >>> order.deliveries
    (Delivery(method=<Method.SHIP: 'ship'>, to=None, node=None, radius_km=None, \
services=(), need_by=None, earliest=None, together=False),)
    """

    id: Id
    """Name of the order."""
    lines: tuple[Line, ...] = Field(min_length=1)
    destination: Location | None = None
    """Where shipped lines go; may be absent when every line is collected."""
    placed_at: Moment | None = None
    """When it was placed."""
    delivery: Delivery = Delivery()
    channel: Id | None = None
    """Where it was placed."""
    tier: Id | None = None
    """The customer's standing, such as ``"gold"``."""
    value: Money | None = None
    """What the order is worth; the sum of its lines when not given."""
    priority: Rank = 0
    """
    Whose turn it is where orders of a batch take theirs one by one: the higher first
    (of nodes, the lower is preferred). Routing an order by itself takes no notice.
    """
    weight: Multiplier = 1.0
    """
    What leaving a unit of this order unfilled costs is multiplied by it: above 0, at
    most a million. What must be filled must be filled at any weight.
    """
    tags: tuple[Id, ...] = ()
    """Marks of your own."""

    @model_validator(mode="after")
    def _check_lines(self) -> Self:
        seen: set[str] = set()
        groups: dict[str, Delivery] = {}
        faults: list[str] = []
        for line in self.lines:
            if line.id in seen:
                faults.append(f"line id {line.id!r} appears more than once")
            seen.add(line.id)
            delivery = line.delivery or self.delivery
            if self._lacks_place(delivery):
                faults.append(
                    f"line {line.id!r} has no destination to be {delivery.method}"
                )
            if line.ship_together is not None:
                first = groups.setdefault(line.ship_together, delivery)
                if first != delivery:
                    faults.append(
                        f"lines of ship_together {line.ship_together!r} "
                        "have different deliveries"
                    )
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _lacks_place(self, delivery: Delivery) -> bool:
        if delivery.to is not None or self.destination is not None:
            return False
        return delivery.node is None

    def delivery_of(self, line: Line) -> Delivery:
        """Return how a line of this order is delivered."""
        return line.delivery or self.delivery

    def destination_of(self, delivery: Delivery) -> Location | None:
        """Return where a delivery goes; None when only a node is named."""
        return delivery.to or self.destination

    @property
    def is_dated(self) -> bool:
        """Whether the delivery of one of its lines asks for dates."""
        return any(self.delivery_of(line).is_dated for line in self.lines)

    def may_wait(self, usual: bool) -> bool:
        """
        Tell whether one of its lines may wait for stock still to come.

        Parameters
        ----------
        usual
            Whether lines that do not say so themselves may, as a policy has it.
        """
        return any(
            usual if line.allow_backorder is None else line.allow_backorder
            for line in self.lines
        )

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """The distinct deliveries of the lines, in order of their first line's id."""
        lines = sorted(self.lines, key=lambda line: line.id)
        return tuple(dict.fromkeys(self.delivery_of(line) for line in lines))
