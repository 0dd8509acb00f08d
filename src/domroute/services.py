"""How shipments travel: carriers' services, their zones, rates and surcharges."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import Final, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domroute.calendars import CalendarId, LocalTime, PickUps
from domroute.transit import TransitDays, TransitMinutes, at_confidence
from domroute.units import (
    Centimeters,
    Id,
    Kilograms,
    Kilometers,
    Money,
    Share,
)
from domroute.validation import Frozen
from domroute.words import Method

BUNDLED_SERVICE = "parcel"
"""The service of a network that has none of its own."""


END_OF_DAY: Final = "24:00"
"""The local time at which a date ends."""


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
    tags: tuple[Id, ...] = ()
    """
    Kinds of handling that it offers, such as ``"hazmat"``: see
    :class:`~domroute.rules.RequireTag`.
    """
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
    transit_days: TransitDays | None = None
    """
    How many of the dates on which it moves pass until it delivers, or as many for each
    zone. Quantiles, such as ``{0.5: 2, 0.9: 3}``, say in how many for what share of
    shipments: promises are at ``PromiseOptions.confidence``. None: it makes no promise.
    """
    transit_minutes: TransitMinutes | None = None
    """How long a courier takes, in place of ``transit_days``; or quantiles likewise."""
    delivers_by: LocalTime = END_OF_DAY
    """The local time at the destination by which it delivers."""
    speed: Id | None = None
    """The name under which its promises are offered; its id when not given."""

    @property
    def is_dated(self) -> bool:
        """Whether it promises a date."""
        return self.transit_days is not None or self.transit_minutes is not None

    @property
    def states_times(self) -> bool:
        """Whether it names a calendar or a local time."""
        return (
            self.calendar is not None
            or self.delivery_calendar is not None
            or self.pickups is not None
            or self.delivers_by != END_OF_DAY
        )

    @model_validator(mode="after")
    def _check_methods(self) -> Self:
        if not all(method.is_delivery for method in self.methods):
            known = ", ".join(word for word in Method if word.is_delivery)
            raise PydanticCustomError(
                "no_delivery_method",
                "serves what nodes do for deliveries; methods should be of {known}",
                {"known": known},
            )
        return self

    @model_validator(mode="after")
    def _check_transit(self) -> Self:
        if self.transit_days is not None and self.transit_minutes is not None:
            raise PydanticCustomError(
                "transit_days_and_minutes",
                "has both transit_days and transit_minutes: give one of them",
            )
        zones, days = self.zones.zone_count, self.transit_days
        each = days.values() if isinstance(days, dict) else (days,)
        for one in each:
            if isinstance(one, tuple) and len(one) != zones:
                raise PydanticCustomError(
                    "transit_days_per_zone",
                    "has {count} transit_days for {zones} zones",
                    {"count": len(one), "zones": zones},
                )
        return self

    @property
    def plain_days(self) -> int | tuple[int, ...] | None:
        """Days in transit, or for each zone, where no quantiles are given."""
        days = self.transit_days
        return None if isinstance(days, dict) else days

    @property
    def plain_minutes(self) -> float | None:
        """Minutes in transit, where no quantiles are given."""
        minutes = self.transit_minutes
        return None if isinstance(minutes, dict) else minutes

    def promised_at(self, confidence: float) -> Service:
        """See it as it keeps what it promises in so many of all cases, 0 to 1."""
        days, minutes = self.transit_days, self.transit_minutes
        if not (isinstance(days, dict) or isinstance(minutes, dict)):
            return self
        told = {
            "transit_days": at_confidence(days, confidence),
            "transit_minutes": at_confidence(minutes, confidence),
        }
        return self.model_copy(update=told)

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


def _check_increasing(name: str, values: tuple[float, ...]) -> None:
    if any(later <= former for former, later in pairwise(values)):
        message = f"{name} must increase, got {values}"
        raise ValueError(message)
