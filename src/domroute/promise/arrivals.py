"""From hand-over to delivery: transit by dates on which carriers move and deliver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from domroute.calendars import minute_of
from domroute.network import Service
from domroute.promise.later import NEVER
from domroute.promise.timetable import Timetable
from domroute.units import BoolArray, IntArray

NO_ROW: Final = -1
"""Marks a service that promises no date by days of transit."""


class Transit:
    """
    Which services promise dates, and in how many days to which zone.

    Parameters
    ----------
    services
        All there are, sorted by id.

    Attributes
    ----------
    rows
        Service and days of transit, for every service and number of days; ``(T, 2)``.
    row_of
        The row of each service and zone; ``NO_ROW`` for no promise, as by no service,
        which stands last; shape ``(S + 1, Z)``.
    by_days
        The services that promise dates by days of transit, in every zone.
    minutes
        How long couriers take, -1 for others; shape ``(S + 1,)``.
    """

    def __init__(self, services: Sequence[Service]) -> None:
        self.services = services
        zones = max((one.zones.zone_count for one in services), default=1)
        self.row_of = np.full((len(services) + 1, zones), NO_ROW)
        self.minutes = np.full(len(services) + 1, -1.0)
        rows: list[tuple[int, int]] = []
        for at, service in enumerate(services):
            if service.plain_minutes is not None:
                self.minutes[at] = service.plain_minutes
            days = service.plain_days
            if days is None:
                continue
            for zone in range(zones):
                each = days if isinstance(days, int) else days[min(zone, len(days) - 1)]
                if (at, each) not in rows[-zones:]:
                    rows.append((at, each))
                self.row_of[at, zone] = rows.index((at, each))
        self.rows = np.array(rows, np.int64).reshape(-1, 2)
        self.by_days = frozenset(service for service, _ in rows)
        self.has_couriers = bool((self.minutes >= 0).any())


class Arrivals:
    """
    When deliveries arrive, in a window of dates.

    Positions of dates count from the window's first; one more than there are stands for
    none.

    Parameters
    ----------
    timetable
        Of the window.
    transit
        Of the services.
    """

    def __init__(self, timetable: Timetable, transit: Transit) -> None:
        self._timetable, self._transit = timetable, transit
        self._count = len(timetable.window)
        self._arrives: dict[str | None, IntArray] = {}
        self._next: dict[str | None, IntArray] = {}
        self._by: dict[str, IntArray] = {}
        self._leads: dict[tuple[str | None, str], IntArray] = {}
        # The last column is of zone -1, where there are no zones.
        row_of = np.column_stack((transit.row_of, transit.row_of[:, 0]))
        self._start_of: IntArray = row_of * (self._count + 1)

    def receives(self, service: int, calendar: str | None) -> BoolArray:
        """Tell on which dates a service delivers to who receives by a calendar."""
        carrier = self._transit.services[service]
        delivers = carrier.delivery_calendar
        if delivers is None and carrier.plain_minutes is None:
            delivers = carrier.calendar
        return self._timetable.runs(delivers) & self._timetable.runs(calendar)

    def arrive(self, calendar: str | None) -> IntArray:
        """
        Return the dates of delivery by the dates of hand-over.

        Shape ``(T, D + 1)``, a row for each of ``Transit.rows``.
        """
        if calendar not in self._arrives:
            rows = [
                self._arrive(int(service), int(days), calendar)
                for service, days in self._transit.rows
            ]
            shape = len(rows), self._count + 1
            self._arrives[calendar] = np.array(rows, np.int64).reshape(shape)
        return self._arrives[calendar]

    def next(self, calendar: str | None) -> IntArray:
        """Return the next date after each on which services deliver; ``(S, D + 1)``."""
        if calendar not in self._next:
            days = np.arange(1, self._count + 2)
            rows = [
                _first_from(self.receives(at, calendar), days)
                for at in range(len(self._transit.services))
            ]
            shape = len(rows), self._count + 1
            self._next[calendar] = np.array(rows, np.int64).reshape(shape)
        return self._next[calendar]

    def by(self, zone: str) -> IntArray:
        """
        Return the moment by which services deliver on each date; ``(S, D + 1)``.

        ``NEVER`` where there is no date.
        """
        if zone not in self._by:
            clock, days = self._timetable.window.clock(zone), np.arange(self._count)
            found = np.full((len(self._transit.services), self._count + 1), NEVER)
            for at, service in enumerate(self._transit.services):
                minutes = np.full(self._count, minute_of(service.delivers_by))
                found[at, :-1] = clock.moments(days, minutes)
            self._by[zone] = found
        return self._by[zone]

    def lead(
        self,
        by: tuple[IntArray, IntArray],
        on: IntArray,
        calendar: str | None,
        zone: str,
    ) -> tuple[IntArray, IntArray]:
        """
        Say on which dates deliveries come, and by when; ``(A,)`` each.

        What promises no date by days comes on none, and ``NEVER``.

        Parameters
        ----------
        by
            The service of each, -1 for none, and its zone, from zero; ``(A,)`` each.
        on
            The position of the date of hand-over; shape ``(A,)``.
        calendar, zone
            By which who receives them is there, and of the clock there.
        """
        key = calendar, zone
        if key not in self._leads:
            day = np.minimum(self.arrive(calendar), self._count)
            moment = self.by(zone)[self._transit.rows[:, :1], day]
            both = np.array((day, moment), np.int64).reshape(2, -1)
            none = np.repeat([[self._count], [NEVER]], self._count + 1, axis=1)
            self._leads[key] = np.hstack((both, none))
        # Rows stand one after the other: NO_ROW counts from the end.
        at = self._start_of[by] + on
        day, moment = self._leads[key].take(at, axis=1)
        return day, moment

    def _arrive(self, service: int, transit: int, calendar: str | None) -> IntArray:
        moves = np.flatnonzero(
            self._timetable.runs(self._transit.services[service].calendar)
        )
        days = np.arange(self._count + 1)
        if transit:
            at = np.searchsorted(moves, days, side="right") + transit - 1
            there = at < len(moves)
            days = np.where(
                there, np.append(moves, 0)[np.minimum(at, len(moves))], self._count
            )
        return _first_from(self.receives(service, calendar), days)


def _first_from(runs: BoolArray, days: IntArray) -> IntArray:
    """Return the first of some dates that is not before each; ``D`` for none."""
    on = np.append(np.flatnonzero(runs), len(runs))
    found: IntArray = on[np.minimum(np.searchsorted(on, days), len(on) - 1)]
    return np.where(days >= len(runs), len(runs), found)
