"""When a shipment leaves and arrives, worked out by the judge from the data alone."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from domroute.network import Network, Node, Service
from domroute.verify.clock import (
    BEFORE,
    DAY,
    Clock,
    day_at,
    minute_on_clock,
    said_of,
)
from domroute.verify.timing import Dates, Trip
from domroute.verify.working import Working

_KEPT: Final = 4096
"""Pick-ups and days of delivery remembered at most, of each kind."""
_INSTANT: Final = timedelta(microseconds=1)
"""The finest step of time there is."""


Arrival = tuple[date, datetime]


class Timetable:
    """
    The dates of every shipment of a network, found by walking forward.

    Parameters
    ----------
    services
        By id.

    Examples
    --------
    >>> from datetime import UTC
    >>> node = Node(id="N1", location={"lat": 40.7, "lon": -74.0})
    >>> timetable = Timetable(Network(nodes=[node], items=[]), {})
    >>> noon = datetime(2026, 12, 31, 12, tzinfo=UTC)
    >>> trip = Trip(node, None, "pickup", None, True, "UTC", None, None, noon + DAY)
    >>> timetable.dates_of(trip, noon).delivers_at.isoformat()
    '2026-12-31T12:00:00+00:00'
    """

    def __init__(self, network: Network, services: Mapping[str, Service]) -> None:
        self.clock = Clock(network)
        self._nodes = {node.id: node for node in network.nodes}
        self._services = services
        self._working = Working(self.clock, self._nodes)
        self._pickups = lru_cache(_KEPT)(self._find_pickups)
        self._soon = lru_cache(_KEPT)(self._find_soon)
        self._brings = lru_cache(_KEPT)(self._find_brings)

    def dates_of(self, trip: Trip, since: datetime) -> Dates | None:
        """Work out the dates of what may begin at a moment; None without any."""
        ready = self._ready_at(trip, since)
        return None if ready is None else self._dates_from(trip, ready)

    def _ready_at(self, trip: Trip, since: datetime) -> datetime | None:
        """Find when a node is done with it; None where that is too late."""
        ready = self._working.ready_at(
            trip.node, trip.cutoff_keys, since, trip.until, trip.works_on
        )
        return None if ready is None or ready > trip.until else ready

    def _dates_from(self, trip: Trip, ready: datetime) -> Dates | None:
        """Work out the dates of what is ready at a moment, whatever it took."""
        service = trip.service
        if trip.is_collected:
            return self._collect(trip, ready)
        if service is None:
            return Dates(ready, ready)
        return self._ship(trip, service, ready)

    def first_day(self, trip: Trip, since: datetime) -> date | None:
        """Find the working day on which work may begin that may at a moment."""
        return self._working.first_day(trip.node, trip.cutoff_keys, since, trip.until)

    def _ship(self, trip: Trip, service: Service, ready: datetime) -> Dates | None:
        """Find the first hand-over from which it arrives as it may."""
        for leaves, day in self._hand_overs(trip, service, ready):
            if leaves > trip.until:
                break
            if not trip.has_arrival:
                return Dates(ready, leaves)
            arrival = self._arrive(trip, service, leaves, day)
            if arrival is not None and trip.ends_at is not None:
                arrival = self._received(trip, trip.ends_at, arrival[1])
            if arrival is None or arrival[1] > trip.until:
                # What leaves later arrives later still, if it goes by days.
                if trip.transit_days is not None:
                    break
            elif trip.not_before is None or arrival[0] >= trip.not_before:
                return Dates(ready, leaves, *arrival)
        return None

    def last_moment(self, trip: Trip, since: datetime, found: Dates) -> datetime:
        """Find the last moment that gives the same dates, by trying."""
        known = last = since
        step = _INSTANT
        while self._leaves_so(trip, last, found):
            known, step = last, 2 * step
            last = known + step
        while last - known > _INSTANT:
            middle = known + (last - known) // 2
            if self._leaves_so(trip, middle, found):
                known = middle
            else:
                last = middle
        return known

    def is_last(
        self, trip: Trip, since: datetime, found: Dates, said: datetime
    ) -> bool:
        """Tell whether a moment is the last one that gives the same dates."""
        return (
            said >= since
            and self._leaves_so(trip, said, found)
            and not self._leaves_so(trip, said + _INSTANT, found)
        )

    def _leaves_so(self, trip: Trip, since: datetime, found: Dates) -> bool:
        """Tell whether what begins at a later moment leaves as it was found to."""
        leaves, service = found.leaves_at, trip.service
        if leaves is None or since > leaves:
            return False
        ready = self._ready_at(trip, since)
        if ready is None:
            return False
        if (
            service is not None
            and ready >= found.ready_at
            and self._is_picked_up(trip.node, service)
        ):
            # Pick-ups are what they are, whenever it is ready. It leaves by the first
            # that will do: that is still this one, as long as it is not missed.
            return ready <= leaves
        dates = self._dates_from(trip, ready)
        return dates is not None and dates.leaves_at == leaves

    def _collect(self, trip: Trip, ready: datetime) -> Dates | None:
        """Find when a customer may collect what is ready."""
        clock, start = self.clock, ready
        if trip.not_before is not None:
            zone = clock.zone_of(trip.node)
            start = max(start, clock.moment(zone, trip.not_before, 0))
        comes = self._comes(trip.node, start, trip.until)
        return None if comes is None else Dates(ready, None, *comes)

    def received_at(
        self, node: Node, arrives: datetime, until: datetime
    ) -> datetime | None:
        """Find when a node has put away what arrives; None if that is later."""
        minutes = node.receiving_minutes
        if not minutes:
            return arrives
        zone = self.clock.zone_of(node)
        return self._working.finish(node, zone, arrives, until, minutes)

    def _received(self, trip: Trip, node: Node, arrives: datetime) -> Arrival | None:
        """Find when a customer may collect what has arrived, once it is put away."""
        done = self.received_at(node, arrives, trip.until)
        return None if done is None else self._comes(node, done, trip.until)

    def _comes(self, node: Node, start: datetime, until: datetime) -> Arrival | None:
        """Find when a customer may come: open, and not just closing."""
        clock, zone = self.clock, self.clock.zone_of(node)
        calendar = node.collection_calendar or node.calendar
        for opens, closes in clock.openings_between(calendar, zone, start, until):
            comes = max(opens, start)
            if comes < closes and comes <= until:
                return day_at(zone, comes), comes
        return None

    def _hand_overs(
        self, trip: Trip, service: Service, ready: datetime
    ) -> Iterator[tuple[datetime, date]]:
        """Yield when a shipment may be handed over, with the date that counts."""
        if self._is_picked_up(trip.node, service):
            found = self._collections(trip, service, ready)
        else:
            found = self._openings(trip, service, ready)
        courier = trip.courier
        if courier is None:
            return found
        zone = self.clock.zone_of(trip.node)
        return (
            (leaves, day)
            for leaves, day in found
            if self.clock.is_open_all(service.calendar, zone, leaves, leaves + courier)
        )

    @staticmethod
    def _is_picked_up(node: Node, service: Service) -> bool:
        """Tell whether a service comes to a node at stated times, or to none at all."""
        return node.pickups.get(service.id, service.pickups) is not None

    def _collections(
        self, trip: Trip, service: Service, ready: datetime
    ) -> Iterator[tuple[datetime, date]]:
        """Yield the pick-ups of a service at a node, with the date each is of."""
        node_id, service_id = trip.node.id, service.id
        day, last = ready.date(), trip.until.date() + DAY
        for pickup in self._soon(node_id, service_id, day):
            if pickup[0] >= ready:
                yield pickup
        day += DAY
        while day < last:
            day += DAY
            for moment in self._pickups(node_id, service_id, day):
                yield moment, day

    def _find_soon(
        self, node_id: str, service_id: str, day: date
    ) -> tuple[tuple[datetime, date], ...]:
        """List the pick-ups from a date in UTC on until the local one after it."""
        return tuple(
            [
                (moment, on)
                for on in (day - BEFORE, day - DAY, day, day + DAY)
                for moment in self._pickups(node_id, service_id, on)
                if moment.date() >= day
            ]
        )

    def _find_pickups(
        self, node_id: str, service_id: str, day: date
    ) -> tuple[datetime, ...]:
        """List the pick-ups of a date, where both are at work on it."""
        node, service = self._nodes[node_id], self._services[service_id]
        clock = self.clock
        if not clock.works_on(node.calendar, day):
            return ()
        is_courier = service.transit_minutes is not None
        if not is_courier and not clock.works_on(service.calendar, day):
            return ()
        times = node.pickups.get(service_id, service.pickups)
        if isinstance(times, dict):
            times = said_of(day, times)
        zone = clock.zone_of(node)
        found = [clock.moment(zone, day, minute_on_clock(t)) for t in times or ()]
        return tuple(sorted(found))

    def _openings(
        self, trip: Trip, service: Service, ready: datetime
    ) -> Iterator[tuple[datetime, date]]:
        """
        Yield when a shipment may be handed over without pick-ups, and on which date.

        It may be from a moment on at which something begins: all of these are tried.
        """
        clock, node = self.clock, trip.node
        zone = clock.zone_of(node)
        for moment in self._beginnings(trip, service, ready):
            # A courier runs by the hour, whatever the date.
            day = day_at(zone, moment)
            runs = trip.courier is not None or clock.works_on(service.calendar, day)
            if runs and clock.is_open(node.calendar, zone, moment):
                yield moment, day

    def _beginnings(
        self, trip: Trip, service: Service, ready: datetime
    ) -> Iterator[datetime]:
        """Yield the moments at which something about a hand-over may change."""
        yield ready
        zone, there, courier = (
            self.clock.zone_of(trip.node),
            trip.place_zone,
            trip.courier,
        )
        streams = [
            self._opening(trip.node.calendar, zone, ready, trip.until),
            self._clocks(zone, 0, ready, trip.until),
        ]
        if courier is not None:
            streams += [
                self._opening(service.calendar, zone, ready, trip.until),
                (m - courier for m in self._clocks(there, 0, ready, trip.until)),
            ]
        elif trip.transit_days is not None:
            # What leaves just after it should be there comes another day.
            by = minute_on_clock(service.delivers_by)
            ends = self._clocks(there, by, ready, trip.until)
            streams.append(end + _INSTANT for end in ends)
        for moment in heapq.merge(*streams):
            if moment > ready:
                yield moment

    def _opening(
        self, calendar: str | None, zone: str, start: datetime, until: datetime
    ) -> Iterator[datetime]:
        found = self.clock.openings_between(calendar, zone, start, until)
        return (opens for opens, _ in found)

    def _clocks(
        self, zone: str, minute: int, start: datetime, until: datetime
    ) -> Iterator[datetime]:
        """Yield when the clock shows a time on each of the dates."""
        day, last = day_at(zone, start) - BEFORE, day_at(zone, until) + BEFORE
        while day <= last:
            yield self.clock.moment(zone, day, minute)
            day += DAY

    def _arrive(
        self, trip: Trip, service: Service, leaves: datetime, day: date
    ) -> Arrival | None:
        """Find when what is handed over arrives, if it may."""
        clock, there = self.clock, trip.place_zone
        courier = trip.courier
        if courier is not None:
            arrives = leaves + courier
            day = day_at(there, arrives)
            is_received = clock.works_on(trip.receiving, day) and (
                clock.works_on(service.delivery_calendar, day)
            )
            return (day, arrives) if is_received else None
        last, by = trip.until.date() + DAY, minute_on_clock(service.delivers_by)
        way = service.id, trip.receiving
        comes = self._brings(*way, day, trip.transit_days or 0, last)
        while comes is not None:
            arrives = clock.moment(there, comes, by)
            if arrives >= leaves:
                return comes, arrives
            comes = self._brings(*way, comes + DAY, 0, last)
        return None

    def _find_brings(
        self, service_id: str, receiving: str | None, day: date, count: int, last: date
    ) -> date | None:
        """
        Find the date on which a service brings what it starts with on another.

        It moves on so many dates after that one, and then delivers on the first on
        which both it and the place do.
        """
        service, works_on = self._services[service_id], self.clock.works_on
        while count:
            day += DAY
            if day > last:
                return None
            count -= works_on(service.calendar, day)
        delivering = service.delivery_calendar or service.calendar
        while day <= last:
            if works_on(delivering, day) and works_on(receiving, day):
                return day
            day += DAY
        return None
