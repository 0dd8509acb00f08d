"""Who can fill orders, with what items, shipped how: nodes, items and services."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from domroute.boxes import Box
from domroute.calendars import (
    Calendar,
    CalendarId,
    CutOff,
    LocalTime,
    PickUps,
    Processing,
    TimeZone,
)
from domroute.capacity import Capacity, OneOrMore, arranged
from domroute.geography import Location
from domroute.units import (
    Centimeters,
    Id,
    Kilograms,
    Kilometers,
    Minutes,
    Money,
    Number,
    Rank,
    ServiceId,
    Share,
    Whole,
)
from domroute.validation import Frozen, repeated_names, strange_names
from domroute.words import Method

DC, STORE, VENDOR = "dc", "store", "vendor"
BUNDLED_SERVICE = "parcel"
"""The service of a network that has none of its own."""

_METHODS_OF_KIND: dict[str, tuple[Method, ...]] = {
    STORE: (Method.SHIP, Method.SHIP_TO_STORE, Method.PICKUP, Method.CURBSIDE),
}
_METHODS = (Method.SHIP, Method.SHIP_TO_STORE)


class Item(Frozen):
    """
    A product in the catalog.

    Examples
    --------
    >>> Item(sku="A", length_cm=10, width_cm=20, height_cm=30).volume_cm3
    6000.0
    """

    sku: Id
    """Name of the item."""
    weight_kg: Kilograms = 0.0
    """Weight of a unit (kilograms)."""
    length_cm: Centimeters = 0.0
    """Longest side, or any (centimeters)."""
    width_cm: Centimeters = 0.0
    """Side (centimeters)."""
    height_cm: Centimeters = 0.0
    """Side (centimeters)."""
    unit_price: Money = 0.0
    """What a customer pays for a unit."""
    unit_cost: Money = 0.0
    """What a unit cost to buy."""
    tags: tuple[Id, ...] = ()
    """Kinds of handling it needs, such as ``"hazmat"`` or ``"cold"``."""
    release_at: AwareDatetime | None = None
    """No unit of it leaves before."""

    @property
    def volume_cm3(self) -> float:
        """Volume of a unit (cubic centimeters)."""
        return self.length_cm * self.width_cm * self.height_cm

    @property
    def longest_cm(self) -> float:
        """The longest side of a unit (centimeters)."""
        return max(self.length_cm, self.width_cm, self.height_cm)


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
    lockers those with the tag ``locker``.
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
    has them as a tuple, whichever it was.
    """
    priority: Rank = 1
    """Lower numbers are preferred, where the policy says so."""
    max_distance_km: Kilometers | None = None
    """How far it ships (kilometers); collected deliveries are not affected."""
    accuracy: Annotated[Number, Field(ge=0, le=1)] = 1.0
    """The share of its stock records that hold, from 0 to 1."""
    minimum_order: Money = 0.0
    """The least value of units it fills for an order (a vendor's minimum)."""
    enabled: bool = True
    """Whether it is switched on."""
    active_from: AwareDatetime | None = None
    """
    It fills orders placed from then on. A node with a window fills no order that has no
    ``placed_at``: nobody can tell whether it was open.
    """
    active_until: AwareDatetime | None = None
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

    @property
    def offered_methods(self) -> tuple[Method, ...]:
        """The delivery methods it offers."""
        if self.methods is not None:
            return self.methods
        methods = _METHODS_OF_KIND.get(self.kind, _METHODS)
        has_lockers = self.kind == STORE and Method.LOCKER.value in self.tags
        return (*methods, Method.LOCKER) if has_lockers else methods

    @property
    def capacities(self) -> tuple[Capacity, ...]:
        """Its limits, in the order of their measures; none where it has none."""
        if self.capacity is None:
            return ()
        if isinstance(self.capacity, Capacity):
            return (self.capacity,)
        return tuple(self.capacity)

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


class DistanceZones(Frozen):
    """
    Zones by distance: zone 1 up to the first band, the last zone beyond all bands.

    Examples
    --------
    >>> DistanceZones(bands_km=(80.0, 240.0)).zone_count
    3
    """

    kind: Literal["distance"] = "distance"
    bands_km: tuple[Kilometers, ...]
    """Upper edges, increasing (kilometers)."""

    @property
    def zone_count(self) -> int:
        """How many zones the bands make."""
        return len(self.bands_km) + 1

    @model_validator(mode="after")
    def _check_bands(self) -> Self:
        _check_increasing("bands_km", self.bands_km)
        return self


class ZoneRow(Frozen):
    """One row of a zone chart: a postal prefix to a postal prefix, and the zone."""

    origin_prefix: str
    destination_prefix: str
    zone: int = Field(ge=1, le=99)


class LookupZones(Frozen):
    """
    Zones from a chart of postal prefixes; the longest matching prefixes win.

    A pair that no row matches gets ``default_zone``, or no service when that is None.
    """

    kind: Literal["lookup"] = "lookup"
    rows: tuple[ZoneRow, ...]
    zone_count: int = Field(ge=1, le=99)
    default_zone: int | None = Field(default=None, ge=1, le=99)

    @cached_property
    def chart(self) -> dict[tuple[str, str], int]:
        """The zones by origin and destination prefix."""
        return {
            (row.origin_prefix, row.destination_prefix): row.zone for row in self.rows
        }

    @cached_property
    def rows_by_origin(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """Destination prefixes and zones by origin prefix: ``chart`` said otherwise."""
        found: dict[str, list[tuple[str, int]]] = {}
        for row in self.rows:
            pair = (row.destination_prefix, row.zone)
            found.setdefault(row.origin_prefix, []).append(pair)
        return {origin: tuple(pairs) for origin, pairs in found.items()}

    @model_validator(mode="after")
    def _check_rows(self) -> Self:
        zones = [row.zone for row in self.rows]
        if max([*zones, self.default_zone or 1]) > self.zone_count:
            message = f"a zone exceeds zone_count {self.zone_count}"
            raise ValueError(message)
        keys = [(row.origin_prefix, row.destination_prefix) for row in self.rows]
        if len(set(keys)) < len(keys):
            message = "the same pair of prefixes appears more than once"
            raise ValueError(message)
        return self


class RateCard(Frozen):
    """
    A price per shipment by zone and billable weight.

    A shipment is charged the first weight that is not below its billable weight. One
    heavier than the last weight goes as several parcels: as many of the last weight as
    needed, and the rest.
    """

    weights_kg: tuple[Kilograms, ...] = Field(min_length=1)
    """Upper edges of the weight steps, increasing (kilograms); shape ``(T,)``."""
    rates: tuple[tuple[Money, ...], ...] = Field(min_length=1)
    """Prices, a row per zone; shape ``(Z, T)``; never falling with weight."""

    @model_validator(mode="after")
    def _check_shape(self) -> Self:
        _check_increasing("weights_kg", self.weights_kg)
        if self.weights_kg[0] <= 0:
            message = "weights_kg starts at 0; the first step needs a positive edge"
            raise ValueError(message)
        for zone, row in enumerate(self.rates, start=1):
            if len(row) != len(self.weights_kg):
                message = (
                    f"zone {zone} has {len(row)} rates for "
                    f"{len(self.weights_kg)} weights"
                )
                raise ValueError(message)
            if any(later < former for former, later in pairwise(row)):
                message = f"zone {zone} has rates that fall with weight"
                raise ValueError(message)
        return self


class Surcharge(Frozen):
    """
    An addition to the rate: an amount, a percentage of the rate, or per tagged unit.

    Examples
    --------
    >>> Surcharge(name="fuel", percent=12.5).amount
    0.0
    """

    name: Id
    amount: Money = 0.0
    """Per shipment, or per unit when ``item_tag`` is given."""
    percent: Share = 0.0
    """Percent of the rate."""
    item_tag: Id | None = None
    """Charged for each unit of items with this tag."""

    @model_validator(mode="after")
    def _check_basis(self) -> Self:
        if self.item_tag is not None and self.percent:
            message = "a percentage is of the rate and cannot be per tagged unit"
            raise ValueError(message)
        return self


class Service(Frozen):
    """A carrier's product: what it charges by zone and weight, and what it carries."""

    id: Id
    rate_card: RateCard
    zones: DistanceZones | LookupZones = Field(discriminator="kind")
    dim_divisor_cm3_per_kg: float | None = Field(default=None, gt=0, le=1e6)
    """Volume is billed as weight at this divisor; None bills weight alone."""
    dim_threshold_cm3: float = Field(default=0.0, ge=0, le=1e9)
    """Volume up to this is not billed."""
    round_up_kg: float | None = Field(default=None, gt=0, le=1e3)
    """Billable weight is rounded up to a multiple of this."""
    surcharges: tuple[Surcharge, ...] = ()
    max_weight_kg: Kilograms | None = None
    """The heaviest single unit it carries."""
    max_length_cm: Centimeters | None = None
    """The longest side of a unit it carries."""
    refused_tags: tuple[Id, ...] = ()
    """Items with one of these tags are not carried."""
    methods: tuple[Method, ...] = (Method.SHIP, Method.SHIP_TO_STORE)
    """The delivery methods it serves."""
    calendar: CalendarId | None = None
    """The dates on which it collects and moves; every date when not given."""
    delivery_calendar: CalendarId | None = None
    """The dates on which it delivers; those of ``calendar`` when not given."""
    pickups: PickUps | None = None
    """
    When it collects from nodes, in their local time, or such times by date, weekday and
    ``"*"``. None: shipments are handed over as soon as they are ready. Empty: it never
    collects.
    """
    transit_days: Whole | tuple[Whole, ...] | None = None
    """
    How many of the dates on which it moves pass until it delivers, or as many for each
    zone. None: it makes no promise.
    """
    transit_minutes: Minutes | None = None
    """How long a courier takes, in place of ``transit_days``."""
    delivers_by: LocalTime = "24:00"
    """The local time at the destination by which it delivers."""
    speed: Id | None = None
    """The name under which its promises are offered; its id when not given."""

    @property
    def is_dated(self) -> bool:
        """Whether it promises a date."""
        return self.transit_days is not None or self.transit_minutes is not None

    @model_validator(mode="after")
    def _check_transit(self) -> Self:
        if self.transit_days is not None and self.transit_minutes is not None:
            raise PydanticCustomError(
                "transit_days_and_minutes",
                "has both transit_days and transit_minutes: give one of them",
            )
        zones = self.zones.zone_count
        if isinstance(self.transit_days, tuple) and len(self.transit_days) != zones:
            raise PydanticCustomError(
                "transit_days_per_zone",
                "has {count} transit_days for {zones} zones",
                {"count": len(self.transit_days), "zones": zones},
            )
        return self

    @model_validator(mode="after")
    def _check_zones(self) -> Self:
        zones, rows = self.zones.zone_count, len(self.rate_card.rates)
        if zones != rows:
            message = f"{zones} zones but {rows} rows of rates"
            raise ValueError(message)
        step, first = self.round_up_kg, self.rate_card.weights_kg[0]
        if step is not None and first < step * (1 - 1e-9):
            message = f"round_up_kg {step} skips the first weight {first}"
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

    @cached_property
    def is_dated(self) -> bool:
        """
        Whether it says when it works, so that shipments have dates.

        Time zones and calendars by themselves say nothing.
        """
        return (
            any(_is_timed(node) for node in self.nodes)
            or any(_is_timed(service) for service in self.services)
            or any(item.release_at is not None for item in self.items)
        )

    def __repr__(self) -> str:
        counts = f"{len(self.nodes)} nodes, {len(self.items)} items"
        return f"Network({counts}, {len(self.services)} services)"

    __str__ = __repr__


_TIMES: Final = (
    *("calendar", "collection_calendar", "cutoff", "cutoffs", "processing", "pickups"),
    *("delivery_calendar", "transit_days", "transit_minutes", "delivers_by"),
)
"""The fields of nodes and services that say when they work."""


def _is_timed(row: Node | Service) -> bool:
    """Tell whether a node or a service says when it works."""
    fields = type(row).model_fields
    return any(
        getattr(row, name) != fields[name].get_default(call_default_factory=True)
        for name in _TIMES
        if name in fields
    )


def _check_increasing(name: str, values: tuple[float, ...]) -> None:
    if any(later <= former for former, later in pairwise(values)):
        message = f"{name} must increase, got {values}"
        raise ValueError(message)
