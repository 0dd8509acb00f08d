"""Lanes: how goods go from one node to another, to be collected or merged there."""

from __future__ import annotations

from functools import cached_property
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from domroute.calendars import CalendarId, LocalTime, PickUps
from domroute.services import END_OF_DAY, DistanceZones, RateCard, Service
from domroute.units import Id, Money, NodeId, Whole
from domroute.validation import Frozen
from domroute.words import Method


class LaneCost(Frozen):
    """What a transfer costs: once per shipment, for each unit, and by weight."""

    per_shipment: Money = 0.0
    """Cost of a shipment."""
    per_unit: Money = 0.0
    """Cost of each unit in it."""
    per_kg: Money = 0.0
    """Cost of each kilogram in it."""


class Lane(Frozen):
    """
    A transfer from one node to another.

    What customers collect at a store, and another node has, goes there by a lane, and
    so does what a node puts together that offers ``merge``; what it costs is part of
    :class:`~domroute.costs.shipping.Shipping`.

    Examples
    --------
    >>> lane = Lane(
    ...     id="north",
    ...     origin="N1",
    ...     destination="S7",
    ...     cost={"per_kg": 0.2},
    ...     transit_days=1,
    ... )
    >>> lane.as_service.methods
    (<Method.SHIP_TO_STORE: 'ship_to_store'>,)
    """

    id: Id
    """Name of the lane; no service has the same."""
    origin: NodeId
    """The node that sends."""
    destination: NodeId
    """The node that receives."""
    cost: LaneCost = LaneCost()
    tags: tuple[Id, ...] = ()
    """Kinds of handling that it offers: see :class:`~domroute.rules.RequireTag`."""
    calendar: CalendarId | None = None
    """The dates on which it runs; every date when not given."""
    pickups: PickUps | None = None
    """
    When goods leave, in the origin's local time, or such times by date, weekday and
    ``"*"``. None: as soon as they are ready.
    """
    transit_days: Whole | None = None
    """How many of the dates on which it runs pass; None: it makes no promise."""
    delivers_by: LocalTime = END_OF_DAY
    """The local time at the destination by which it arrives."""

    @model_validator(mode="after")
    def _check_ends(self) -> Self:
        if self.origin == self.destination:
            raise PydanticCustomError(
                "lane_to_itself",
                "goes from {node} to itself",
                {"node": repr(self.origin)},
            )
        return self

    @cached_property
    def as_service(self) -> Service:
        """The lane seen as a service, for one method, that charges by no rate card."""
        return Service(
            id=self.id,
            rate_card=RateCard(weights_kg=(1e6,), rates=((0.0,),)),
            zones=DistanceZones(bands_km=()),
            methods=(Method.SHIP_TO_STORE,),
            tags=self.tags,
            calendar=self.calendar,
            pickups=self.pickups,
            transit_days=self.transit_days,
            delivers_by=self.delivers_by,
        )

    @property
    def states_times(self) -> bool:
        """Whether it names a calendar or a local time."""
        return self.as_service.states_times

    @property
    def is_dated(self) -> bool:
        """Whether it promises a date."""
        return self.transit_days is not None
