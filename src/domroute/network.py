"""Who can fill orders, with what items, shipped how: nodes, items and services."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Self

from pydantic import (
    Field,
    field_validator,
    model_validator,
)

from domroute.boxes import Box
from domroute.calendars import (
    Calendar,
    CalendarId,
    CutOff,
    PickUps,
    Processing,
    TimeZone,
)
from domroute.capacity import Capacity, OneOrMore, arranged
from domroute.geography import Location
from domroute.items import Component, Item
from domroute.lanes import Lane
from domroute.services import (
    BUNDLED_SERVICE,
    DistanceZones,
    LookupZones,
    RateCard,
    Service,
    Surcharge,
    ZoneRow,
)
from domroute.units import (
    Flag,
    Id,
    Kilometers,
    Minutes,
    Moment,
    Money,
    Number,
    Rank,
    ServiceId,
)
from domroute.validation import (
    Frozen,
    repeated_names,
    strange_names,
)
from domroute.words import Method, Per

__all__ = [
    "BUNDLED_SERVICE",
    "DC",
    "STORE",
    "VENDOR",
    "Component",
    "DistanceZones",
    "HandlingCost",
    "Item",
    "LookupZones",
    "Network",
    "Node",
    "RateCard",
    "Service",
    "Surcharge",
    "ZoneRow",
    "state_times",
]

DC, STORE, VENDOR = "dc", "store", "vendor"

_METHODS_OF_KIND: dict[str, tuple[Method, ...]] = {
    STORE: (Method.SHIP, Method.SHIP_TO_STORE, Method.PICKUP, Method.CURBSIDE),
}
_METHODS = (Method.SHIP, Method.SHIP_TO_STORE)


class HandlingCost(Frozen):
    """What a node's work costs: once per shipment, per line in it, and per unit."""

    per_shipment: Money = 0.0
    """Handling cost of a shipment."""
    per_line: Money = 0.0
    """Handling cost of each line in it."""
    per_unit: Money = 0.0
    """Handling cost of each unit in it."""


class Node(Frozen):
    """
    Any place that can fill: a distribution center, a store, a vendor.

    Examples
    --------
    >>> node = Node(id="S7", kind="store", location=Location(lat=39.9, lon=-75.2))
    >>> [str(method) for method in node.offered_methods]
    ['ship', 'ship_to_store', 'pickup', 'curbside']
    >>> busy = Node(id="S8", location=node.location, capacity={"units": 9, "orders": 2})
    >>> [(str(limit.measure), limit.limit) for limit in busy.capacities]
    [('orders', 2.0), ('units', 9.0)]
    """

    id: Id
    """Name of the node."""
    location: Location
    kind: Id = DC
    """``dc``, ``store``, ``vendor``, or a word of your own."""
    methods: tuple[Method, ...] | None = None
    """
    What it offers; by its kind when not given. Only stores are collected from, from
    lockers those with the tag ``locker``. ``merge``, which only nodes offer that say
    so: to put parts of a delivery that comes together into one shipment.
    """
    services: tuple[ServiceId, ...] = ()
    """The services it hands shipments to; empty means all of the network's."""
    groups: tuple[Id, ...] = ()
    """Groups it belongs to."""
    tags: tuple[Id, ...] = ()
    """Capabilities and marks of your own, such as ``"hazmat"``."""
    cost: HandlingCost = HandlingCost()
    capacity: OneOrMore | None = None
    """
    How much it can still do: one limit, a list of limits on different measures, all of
    which hold, or limits by measure (``{"orders": 40, "units": 120}``). ``capacities``
    has them as a tuple, whichever it was. A limit ``per="day"`` is that of each working
    day: what is more than a day can hold is worked on a later one.
    """
    priority: Rank = 1
    """Lower numbers are preferred, where the policy says so."""
    max_distance_km: Kilometers | None = None
    """How far it ships (kilometers); collected deliveries are not affected."""
    accuracy: Annotated[Number, Field(ge=0, le=1)] = 1.0
    """The share of its stock records that hold, from 0 to 1."""
    minimum_order: Money = 0.0
    """
    The least value of units it fills for an order (a vendor's minimum); where the order
    has dates, the least value of all that leaves for it on one date of the node's.
    """
    enabled: Flag = True
    """Whether it is switched on."""
    active_from: Moment | None = None
    """
    It fills orders placed from then on. A node with a window fills no order that has no
    ``placed_at``: nobody can tell whether it was open.
    """
    active_until: Moment | None = None
    """It fills orders placed before, and ships, or is collected from, before."""
    time_zone: TimeZone | None = None
    """Its IANA time zone; the network's when not given."""
    calendar: CalendarId | None = None
    """When it works; always when not given."""
    collection_calendar: CalendarId | None = None
    """When customers collect; its working hours when not given."""
    cutoff: CutOff | None = None
    """
    The local time until which, itself included, an order counts as that working day's:
    one time, or times by date, weekday and ``"*"``, of which the first holds that
    applies. One past 24:00, as ``"25:30"``, is still that working day's. Without one
    the day's last closing.
    """
    cutoffs: dict[Id, CutOff] = Field(default_factory=dict)
    """Cut-offs of single services and delivery methods, in place of ``cutoff``."""
    processing: Processing = Processing()
    """The work between an order's arrival and its hand-over."""
    pickups: dict[ServiceId, PickUps] = Field(default_factory=dict)
    """Pick-up times of single services here, in place of the service's own."""
    receiving_minutes: Minutes = 0.0
    """Minutes of open time between the arrival of goods and their use."""

    @property
    def offered_methods(self) -> tuple[Method, ...]:
        """The delivery methods it offers."""
        if self.methods is not None:
            return self.methods
        methods = _METHODS_OF_KIND.get(self.kind, _METHODS)
        has_lockers = self.kind == STORE and Method.LOCKER.value in self.tags
        return (*methods, Method.LOCKER) if has_lockers else methods

    @property
    def merges(self) -> bool:
        """Whether it puts together what comes from several nodes."""
        return Method.MERGE in self.offered_methods

    @property
    def states_times(self) -> bool:
        """Whether it names a calendar or a local time."""
        return bool(
            self.calendar is not None
            or self.collection_calendar is not None
            or self.cutoff is not None
            or self.cutoffs
            or self.pickups
        )

    @property
    def capacities(self) -> tuple[Capacity, ...]:
        """Its limits, in the order of their measures; none where it has none."""
        if self.capacity is None:
            return ()
        if isinstance(self.capacity, Capacity):
            return (self.capacity,)
        return tuple(self.capacity)

    @property
    def period_limits(self) -> tuple[Capacity, ...]:
        """Those of its limits that are of a period."""
        return tuple([one for one in self.capacities if one.per is Per.PERIOD])

    @property
    def day_limits(self) -> tuple[Capacity, ...]:
        """Those of its limits that are of each working day."""
        return tuple([one for one in self.capacities if one.per is Per.DAY])

    @field_validator("capacity")
    @classmethod
    def _arrange(
        cls, value: Capacity | tuple[Capacity, ...] | None
    ) -> Capacity | tuple[Capacity, ...] | None:
        return arranged(value)

    @model_validator(mode="after")
    def _check_window(self) -> Self:
        start, end = self.active_from, self.active_until
        if start is not None and end is not None and end <= start:
            message = f"active_until {end} is not after active_from {start}"
            raise ValueError(message)
        return self


class Network(Frozen):
    """
    What does not change from order to order: nodes, items, services and boxes.

    Examples
    --------
    >>> network = Network(
    ...     nodes=[Node(id="N1", location=Location(lat=40.7, lon=-74.0))],
    ...     items=[Item(sku="A", weight_kg=1.2)],
    ... )
    >>> network
    Network(1 nodes, 1 items, 0 services)
    """

    nodes: tuple[Node, ...]
    items: tuple[Item, ...]
    services: tuple[Service, ...] = ()
    """Empty means the bundled illustrative parcel tariff."""
    boxes: tuple[Box, ...] = ()
    """What parcels may be packed into. Nothing is packed yet."""
    calendars: tuple[Calendar, ...] = ()
    """When places work and carriers run."""
    lanes: tuple[Lane, ...] = ()
    """How goods go from node to node, to be collected."""
    time_zone: TimeZone | None = None
    """The IANA time zone of places that name none."""

    @model_validator(mode="after")
    def _check_ids(self) -> Self:
        fields = [getattr(self, name) for name in type(self).model_fields]
        tables = [rows for rows in fields if isinstance(rows, tuple)]
        faults = [fault for rows in tables for fault in repeated_names(rows)]
        if self.services:
            known = frozenset(self.service_ids)
            for rows in tables:
                faults += strange_names(rows, "services", known)
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def service_ids(self) -> tuple[str, ...]:
        """The services there are: its own, or the bundled one."""
        return tuple(service.id for service in self.services) or (BUNDLED_SERVICE,)

    def without_merging(self) -> Self:
        """Return the same network, in which no node offers to merge."""
        if not any(node.merges for node in self.nodes):
            return self
        nodes = tuple(
            node.model_copy(
                update={
                    "methods": tuple(x for x in node.offered_methods if x.is_delivery)
                }
            )
            if node.merges
            else node
            for node in self.nodes
        )
        return self.model_copy(update={"nodes": nodes})

    @property
    def carrier_ids(self) -> tuple[str, ...]:
        """The services there are, and the lanes."""
        return (*self.service_ids, *(lane.id for lane in self.lanes))

    @cached_property
    def is_dated(self) -> bool:
        """
        Whether shipments have dates: it says when nodes work, or services travel.

        Examples
        --------
        >>> Network(nodes=[], items=[Item(sku="A")]).is_dated
        False
        >>> soon = Item(sku="A", release_at="2026-12-01T00:00:00Z")
        >>> Network(nodes=[], items=[soon]).is_dated
        True
        """
        at_once = Processing()
        return (
            any(
                n.states_times
                or n.processing != at_once
                or n.receiving_minutes
                or n.day_limits
                for n in self.nodes
            )
            or any(one.states_times or one.is_dated for one in self.services)
            or any(one.states_times or one.is_dated for one in self.lanes)
            or any(item.release_at is not None for item in self.items)
        )

    @cached_property
    def states_times(self) -> bool:
        """Whether it states local times, which nothing says without a time zone."""
        return state_times(self.nodes, (*self.services, *self.lanes))

    def __repr__(self) -> str:
        counts = f"{len(self.nodes)} nodes, {len(self.items)} items"
        return f"Network({counts}, {len(self.services)} services)"

    __str__ = __repr__


def state_times(nodes: Iterable[Node], carriers: Iterable[Service | Lane]) -> bool:
    """
    Tell whether nodes, services or lanes state local times, or calendars of such.

    Examples
    --------
    >>> node = Node(id="N1", location=Location(lat=40.7, lon=-74.0))
    >>> late = node.model_copy(update={"cutoff": "14:00"})
    >>> state_times([node], []), state_times([late], [])
    (False, True)
    """
    return any(carrier.states_times for carrier in carriers) or any(
        node.states_times or node.location.calendar is not None for node in nodes
    )
