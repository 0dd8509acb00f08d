"""When the judge finds a node done with an order: taken, begun and ready."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from domroute.calendars import CutOff
from domroute.network import Node
from domroute.verify.clock import (
    BEFORE,
    DAY,
    Clock,
    minute_on_clock,
    said_of,
)

_KEPT: Final = 4096
"""Days on which work begins remembered at most: of a node, for a date of orders."""

Begins = tuple[tuple[datetime, date | None], ...]
"""Until when orders count as of which working day; None for one too far away."""


class Working:
    """
    How nodes of a network work, found by walking forward date by date.

    Examples
    --------
    >>> from domroute.network import Network
    >>> from datetime import UTC
    >>> node = Node(id="N1", location={"lat": 40.7, "lon": -74.0}, cutoff="14:00")
    >>> working = Working(Clock(Network(nodes=[node], items=[])), {"N1": node})
    >>> late = datetime(2026, 12, 31, 14, 1, tzinfo=UTC)
    >>> working.ready_at(node, ("ship",), late, late + timedelta(days=9)).isoformat()
    '2027-01-01T00:00:00+00:00'
    """

    def __init__(self, clock: Clock, nodes: dict[str, Node]) -> None:
        self._clock, self._nodes = clock, nodes
        self._begins = lru_cache(_KEPT)(self._find_begins)

    def ready_at(
        self,
        node: Node,
        keys: tuple[str, ...],
        since: datetime,
        until: datetime,
        on: date | None = None,
    ) -> datetime | None:
        """
        Find when a node is done with what it may begin at a moment.

        Parameters
        ----------
        keys
            What its cut-offs may be stated for, the most telling first.
        since
            When everything is there that the work needs.
        until
            How far is looked: None where it is done later, or never.
        on
            The working day before which it is not begun; None for the first.
        """
        day = self.first_day(node, keys, since, until)
        if day is not None and on is not None and on > day:
            day = self._working_day(node, on, until.date() + DAY)
        if day is None:
            return None
        zone = self._clock.zone_of(node)
        opens = self._clock.openings(node.calendar, zone, day)[0][0]
        start = max(since, opens)
        return self.finish(node, zone, start, until, node.processing.minutes)

    def first_day(
        self, node: Node, keys: tuple[str, ...], since: datetime, until: datetime
    ) -> date | None:
        """Find the working day on which the work may begin; see :meth:`ready_at`."""
        for taken, day in self._begins(node.id, keys, since.date(), until.date()):
            if since <= taken:
                return day
        return None

    def _find_begins(
        self, node_id: str, keys: tuple[str, ...], on: date, until: date
    ) -> Begins:
        """
        List the cut-offs that orders of a date may be in time for, with their days.

        Both dates are in UTC: so the local one is at most a date before or after. What
        opens later than a date after ``until`` opens too late, wherever it is.
        """
        node, last, found = self._nodes[node_id], until + DAY, []
        day = self._working_day(node, on - BEFORE - DAY, last)
        while day is not None:
            taken = self._cutoff(node, keys, day)
            if taken.date() >= on:
                found.append((taken, self._days_on(node, day, last)))
            if taken.date() > on:
                break
            day = self._working_day(node, day + DAY, last)
        return tuple(found)

    def _days_on(self, node: Node, day: date, last: date) -> date | None:
        """Find the working day on which work begins that is taken on another."""
        begins: date | None = day
        for _ in range(node.processing.days):
            if begins is None:
                break
            begins = self._working_day(node, begins + DAY, last)
        return begins

    def _working_day(self, node: Node, day: date, last: date) -> date | None:
        """Find the first working day from a date on."""
        while day <= last:
            if self._clock.works_on(node.calendar, day):
                return day
            day += DAY
        return None

    def finish(
        self,
        node: Node,
        zone: str,
        start: datetime,
        until: datetime,
        minutes: float,
    ) -> datetime | None:
        """Find when minutes of work are done that begin at a moment."""
        clock, calendar = self._clock, node.calendar
        left = timedelta(minutes=minutes)
        if not left:
            if clock.is_open(calendar, zone, start):
                return start
            coming = clock.openings_between(calendar, zone, start, until)
            return next((opens for opens, _ in coming if opens >= start), None)
        for opens, closes in clock.openings_between(calendar, zone, start, until):
            begins = max(start, opens)
            if closes - begins >= left:
                return begins + left
            if closes > begins:
                left -= closes - begins
                start = closes
        return None

    def _cutoff(self, node: Node, keys: tuple[str, ...], day: date) -> datetime:
        """Find until when an order counts as that working day's."""
        clock = self._clock
        zone = clock.zone_of(node)
        stated = [node.cutoffs[key] for key in keys if key in node.cutoffs]
        for times in [*stated, node.cutoff]:
            time = _time_of(times, day)
            if time is not None:
                return clock.moment(zone, day, minute_on_clock(time))
        return max(closes for _, closes in clock.openings(node.calendar, zone, day))


def _time_of(times: CutOff | None, day: date) -> str | None:
    return said_of(day, times) if isinstance(times, dict) else times
