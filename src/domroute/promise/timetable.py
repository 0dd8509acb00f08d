"""A timetable: of all ways of a network in a window of dates, when goods leave."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from domroute.calendars import Calendar
from domroute.network import Service
from domroute.promise.handing import Handing, Rounds
from domroute.promise.hours import Openings, dates_of
from domroute.promise.later import NEVER, Later
from domroute.promise.ways import Way, Ways
from domroute.promise.window import MINUTE, Clock, Window
from domroute.promise.work import Taking, work_of
from domroute.units import BoolArray, IntArray

_MANY: Final = 256
"""Moments beyond which it is worth to look for those that are one."""


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """
    One way in a window of dates.

    Attributes
    ----------
    taking
        On which working day the work begins, by when their order arrives.
    ready
        When goods are ready, by when their order arrives.
    work
        Likewise, by when the work begins.
    handing
        When they are handed over, or collected, by when they are ready.
    leaves
        Both in turn, by when their order arrives.
    begun
        When they are handed over, by when the work begins.
    """

    taking: Taking
    ready: Later
    work: Later
    handing: Handing
    leaves: Later
    begun: Later


class Rows:
    """
    Many maps of moments, asked together: one search answers for all.

    Parameters
    ----------
    maps
        The maps.
    days
        Of each the positions of the dates of its values.
    window
        The dates that are looked at.
    """

    def __init__(
        self, maps: Sequence[Later], days: Sequence[IntArray], window: Window
    ) -> None:
        # A piece that leads nowhere, on no date, ends each row, so that no search
        # leaves its own.
        self._first, self._last = window.start, window.end - 1
        self._span = window.end - window.start
        sizes = [len(one.until) + 1 for one in maps]
        ends = np.cumsum(sizes) - 1
        total = int(ends[-1]) + 1 if sizes else 0
        until = np.full(total, self._last)
        self._leads = np.full((2, total), NEVER)
        value, on = self._leads
        on[:] = len(window)
        rises = np.zeros(total, bool)
        for end, size, one, day in zip(ends.tolist(), sizes, maps, days, strict=True):
            mine = slice(end - size + 1, end)
            until[mine] = one.until
            value[mine], rises[mine] = one.value, one.rises
            on[mine] = day
        np.clip(until, self._first, self._last, out=until)
        row = np.repeat(np.arange(len(sizes)), sizes)
        self._until = until
        self._key = row * self._span + until
        self._row_starts = np.arange(len(sizes)) * self._span
        self._rises = rises if rises.any() else None

    def at(self, rows: IntArray, moments: IntArray) -> tuple[IntArray, IntArray]:
        """
        Say where moments lead by maps, and the positions of the dates of that.

        Moments lead to ``NEVER`` on the date after the last, where nowhere.
        """
        since = np.minimum(np.maximum(moments, self._first), self._last)
        if len(rows) <= max(_MANY, len(self._row_starts)):
            value, day = self._look_up(self._row_starts[rows], since)
            return value, day
        # As of orders that may wait: most is asked of the moment that the first is.
        found = self._look_up(self._row_starts, int(since[0])).take(rows, axis=1)
        others = (since != since[0]).nonzero()[0]
        starts = self._row_starts[rows.take(others)]
        found[:, others] = self._look_up(starts, since.take(others))
        value, day = found
        return value, day

    def at_once(self, rows: IntArray, moment: int) -> tuple[IntArray, IntArray]:
        """Say likewise where one moment leads: of each map once, if they are fewer."""
        since = min(max(moment, self._first), self._last)
        if len(self._row_starts) > len(rows):
            value, day = self._look_up(self._row_starts[rows], since)
        else:
            value, day = self._look_up(self._row_starts, since).take(rows, axis=1)
        return value, day

    def _look_up(self, starts: IntArray, since: IntArray | int) -> IntArray:
        """Look up values and dates by where rows start; shape ``(2, A)``."""
        at = self._key.searchsorted(starts + since)
        found: IntArray = self._leads.take(at, axis=1)
        if self._rises is not None:
            found[0] -= (self._until[at] - since) * self._rises[at]
        return found


class Timetable:
    """
    When goods leave nodes, in a window of dates.

    Parameters
    ----------
    ways
        Of the network.
    window
        The dates.
    """

    def __init__(self, ways: Ways, window: Window) -> None:
        self.ways, self.window = ways, window
        self._calendars = {one.id: one for one in ways.network.calendars}
        self._openings: dict[Hashable, Openings] = {}
        self._ready: dict[Hashable, tuple[Taking, Later, Later]] = {}
        self._handing: dict[Hashable, Handing] = {}
        self._runs: dict[str | None, BoolArray] = {}
        self._all_rounds: dict[Hashable, Rounds] = {}
        self._collection: dict[int, Later] = {}
        self._courses: list[Course] = []
        self._leaves: Rows | None = None
        self._takes: Rows | None = None
        self._begun: Rows | None = None
        self._works: Rows | None = None

    def leaves(
        self, ways: IntArray, since: IntArray | int
    ) -> tuple[IntArray, IntArray]:
        """
        Say when goods leave by ways, and on which date, where their orders come then.

        Parameters
        ----------
        ways
            The ways, by position; shape ``(A,)``.
        since
            When each could be begun, ``(A,)``, or all of them.

        Returns
        -------
        tuple of IntArray
            Moments, ``NEVER`` for none; and the positions of dates; shape ``(A,)``.
        """
        self._extend()
        if self._leaves is None:
            maps = [course.leaves for course in self._courses]
            self._leaves = Rows(maps, self._days(maps), self.window)
        if isinstance(since, int):
            return self._leaves.at_once(ways, since)
        return self._leaves.at(ways, since)

    def takes(self, ways: IntArray, since: IntArray) -> tuple[IntArray, IntArray]:
        """Say likewise when goods leave that have been ready before some moment."""
        self._extend()
        if self._takes is None:
            maps = [course.handing.later for course in self._courses]
            self._takes = Rows(maps, self._days(maps), self.window)
        return self._takes.at(ways, since)

    def begun(self, ways: IntArray, starts: IntArray) -> tuple[IntArray, IntArray]:
        """Say likewise when goods leave the work on which begins at some moment."""
        self._extend()
        if self._begun is None:
            maps = [course.begun for course in self._courses]
            self._begun = Rows(maps, self._days(maps), self.window)
        return self._begun.at(ways, starts)

    def works(self, ways: IntArray, since: IntArray) -> tuple[IntArray, IntArray]:
        """Say when the day opens on which the work begins, and its position."""
        self._extend()
        if self._works is None:
            takings = [course.taking for course in self._courses]
            days = [taking.days for taking in takings]
            maps = [taking.day for taking in takings]
            self._works = Rows(maps, days, self.window)
        return self._works.at(ways, since)

    def working_days(self, node: int) -> tuple[IntArray, IntArray]:
        """Return the positions of a node's working days, and when each opens."""
        openings = self._open(self.ways.nodes[node].calendar, self.ways.zones[node])
        return openings.days, openings.first

    def course(self, way: int) -> Course:
        """Return one way."""
        self._extend()
        return self._courses[way]

    def collection(self, node: int) -> Later:
        """Return when customers may collect at a node, by when goods arrive there."""
        if node not in self._collection:
            made, zone = self.ways.nodes[node], self.ways.zones[node]
            hours = self._open(made.collection_calendar or made.calendar, zone)
            # Closing itself is too late to come.
            comes = Later.into(hours.opens, hours.closes - 1)
            self._collection[node] = self.received(node).then(comes)
        return self._collection[node]

    def received(self, node: int) -> Later:
        """Return when goods may be used at a node, by when they arrive there."""
        made = self.ways.nodes[node]
        work = round(made.receiving_minutes * MINUTE)
        if not work:
            once = np.array([NEVER - 1])
            return Later(once, once, np.array([True]))
        open_ = self._open(made.calendar, self.ways.zones[node])
        return Later.of_work(open_.opens, open_.closes, work)

    def clock(self, node: int) -> Clock:
        """Return the clock of a node."""
        return self.window.clock(self.ways.zones[node])

    def runs(self, calendar: str | None) -> BoolArray:
        """Tell on which dates a calendar opens; shape ``(D,)``."""
        if calendar not in self._runs:
            self._runs[calendar] = dates_of(self._calendar(calendar), self.window)
        return self._runs[calendar]

    def _days(self, maps: Sequence[Later]) -> list[IntArray]:
        return [
            course.handing.days_of(one.value)
            for course, one in zip(self._courses, maps, strict=True)
        ]

    def _extend(self) -> None:
        """Work out the ways that have been found since."""
        if len(self._courses) == len(self.ways.all):
            return
        for way in self.ways.all[len(self._courses) :]:
            self._courses.append(self._course(way))
        self._leaves = self._takes = self._begun = self._works = None

    def _calendar(self, name: str | None) -> Calendar | None:
        return None if name is None else self._calendars[name]

    def _open(self, name: str | None, zone: str) -> Openings:
        key = name, zone
        if key not in self._openings:
            self._openings[key] = Openings.of(
                self._calendar(name), self.window.clock(zone), self.window
            )
        return self._openings[key]

    def _course(self, way: Way) -> Course:
        node, zone = self.ways.nodes[way.node], self.ways.zones[way.node]
        openings, clock = self._open(node.calendar, zone), self.window.clock(zone)
        key: Hashable = node.calendar, zone, way.cutoff_key, node.processing
        if key not in self._ready:
            taking = Taking.of(
                openings,
                way.cutoffs,
                node.processing,
                clock=clock,
                window=self.window,
            )
            work = work_of(openings, node.processing)
            self._ready[key] = taking, taking.start.then(work), work
        taking, ready, work = self._ready[key]
        handing = self._hand(way, openings, clock)
        leaves, begun = ready.then(handing.later), work.then(handing.later)
        return Course(taking, ready, work, handing, leaves, begun)

    def _hand(self, way: Way, openings: Openings, clock: Clock) -> Handing:
        node, zone = self.ways.nodes[way.node], self.ways.zones[way.node]
        service = None if way.service is None else self.ways.services[way.service]
        key: Hashable = (
            *(node.calendar, zone, way.pickup_key),
            (way.collects, node.collection_calendar),
            None if service is None else (service.calendar, service.plain_minutes),
        )
        if key in self._handing:
            return self._handing[key]
        if way.collects:
            hours = self._open(node.collection_calendar or node.calendar, zone)
            # Closing itself is too late to come.
            made = Handing.while_open(hours.opens, hours.closes - 1, clock)
        elif service is None:
            made = Handing.while_open(openings.opens, openings.closes, clock)
        else:
            # A courier runs by the hour, whatever the date.
            is_courier = service.plain_minutes is not None
            made = Handing.of(
                openings,
                self.runs(None if is_courier else service.calendar),
                self._rounds(way, service, zone),
                clock=clock,
                window=self.window,
                trips=self._trips(service, zone),
            )
        self._handing[key] = made
        return made

    def _rounds(self, way: Way, service: Service, zone: str) -> Rounds | None:
        """Return the pick-ups of a service by a clock; None for none at all."""
        if way.pickups is None:
            return None
        is_courier = service.plain_minutes is not None
        calendar = None if is_courier else service.calendar
        key: Hashable = calendar, zone, way.pickup_key
        if key not in self._all_rounds:
            runs, clock = self.runs(calendar), self.window.clock(zone)
            self._all_rounds[key] = Rounds.of(runs, way.pickups, clock, self.window)
        return self._all_rounds[key]

    def _trips(self, service: Service, zone: str) -> tuple[IntArray, IntArray] | None:
        """Return from and to when a courier may leave; None for any moment."""
        if service.plain_minutes is None or service.calendar is None:
            return None
        hours = self._open(service.calendar, zone)
        last = hours.closes - round(service.plain_minutes * MINUTE)
        fits = last >= hours.opens
        return hours.opens[fits], last[fits]
