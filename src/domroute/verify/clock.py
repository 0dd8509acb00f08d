"""Local times as the judge reads them: moments, openings and working days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from domroute.calendars import Calendar, Weekday
from domroute.geography import Location
from domroute.network import Network, Node

T = TypeVar("T")

DAY: Final = timedelta(days=1)
"""A date's step: of dates, never of moments."""
BEFORE: Final = timedelta(days=2)
"""
How far back to begin when openings are walked: one ends less than two dates after the
date that it belongs to.
"""
_KEPT: Final = 4096
"""Openings and moments remembered at most: weeks of a few hundred calendars."""
_NAMES: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Opening = tuple[datetime, datetime]
"""When something opens and closes, in UTC."""
Minutes = tuple[int, int]
"""When something opens and closes, in minutes of the clock from a date's midnight."""


class Clock:
    """
    What a network's local times and calendars mean, one date after the other.

    All moments are in UTC. Calendars are named by id; None stands for one that is
    always open.

    Examples
    --------
    >>> clock = Clock(Network(nodes=[], items=[]))
    >>> clock.moment("America/New_York", date(2026, 3, 8), 150).isoformat()
    '2026-03-08T07:30:00+00:00'
    >>> clock.works_on(None, date(2026, 3, 8))
    True
    """

    def __init__(self, network: Network) -> None:
        self._calendars = {each.id: each for each in network.calendars}
        self._zone = network.time_zone or "UTC"
        # Kept by each clock, so that they go when it goes.
        self.moment = lru_cache(_KEPT)(moment_of)
        self.openings = lru_cache(_KEPT)(self._find_openings)
        self._near = lru_cache(_KEPT)(self._find_near)
        self.works_on = lru_cache(_KEPT)(self._find_works_on)

    def zone_of(self, node: Node) -> str:
        """Return the time zone of a node."""
        return node.time_zone or self.zone_at(node.location)

    def zone_at(self, place: Location | None) -> str:
        """Return the time zone of a place."""
        return (None if place is None else place.time_zone) or self._zone

    def _find_works_on(self, name: str | None, day: date) -> bool:
        """Tell whether something opens on a date."""
        return bool(self._rows(name, day))

    def _find_openings(
        self, name: str | None, zone: str, day: date
    ) -> tuple[Opening, ...]:
        """List the openings that begin on a date, as they begin."""
        moments = [
            (self.moment(zone, day, opens), self.moment(zone, day, closes))
            for opens, closes in self._rows(name, day)
        ]
        return tuple(sorted(moments))

    def _find_near(self, name: str | None, zone: str, day: date) -> tuple[Opening, ...]:
        """List what may be open at some time of a date, and begins by its end."""
        days = (day - BEFORE, day - DAY, day)
        # The clock may skip all of a row, which then is no time at all.
        return tuple(
            [
                opening
                for each in days
                for opening in self.openings(name, zone, each)
                if opening[1] > opening[0]
            ]
        )

    def _rows(self, name: str | None, day: date) -> list[Minutes]:
        if name is None:
            return [(0, 24 * 60)]
        calendar = self._calendars[name]
        return [row for row in _rows_on(calendar, day) if row[0] != row[1]]

    def openings_between(
        self, name: str | None, zone: str, start: datetime, until: datetime
    ) -> Iterator[Opening]:
        """Yield the openings that end at a moment or later, and begin by another."""
        day = day_at(zone, start)
        for opening in self._near(name, zone, day):
            if opening[1] >= start:
                yield opening
        last = day_at(zone, until)
        while day < last:
            day += DAY
            for opening in self.openings(name, zone, day):
                if opening[1] >= start and opening[1] > opening[0]:
                    yield opening

    def is_open(self, name: str | None, zone: str, moment: datetime) -> bool:
        """Tell whether something is open at a moment, or just closes."""
        for opens, closes in self._near(name, zone, day_at(zone, moment)):
            if opens <= moment <= closes:
                return True
        return False

    def is_open_all(
        self, name: str | None, zone: str, start: datetime, end: datetime
    ) -> bool:
        """Tell whether something stays open from a moment to another."""
        if name is None:
            return True
        reached: datetime | None = None
        for opens, closes in self.openings_between(name, zone, start, end):
            # The first must hold the start, each further one touch what came before.
            if opens > (start if reached is None else reached):
                return False
            reached = closes if reached is None else max(reached, closes)
            if reached >= end:
                return True
        return False


def moment_of(zone: str, day: date, minute: int) -> datetime:
    """
    Return the moment of a local time of a date, which may be past its 24:00.

    A time that the clock skips is read at the offset before; of one that it shows
    twice, the first is meant.

    Examples
    --------
    >>> moment_of("Europe/Paris", date(2026, 10, 25), 24 * 60 + 90).isoformat()
    '2026-10-26T00:30:00+00:00'
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    # On the wall: what is added to a moment with a zone moves its hands.
    return (midnight + timedelta(minutes=minute)).astimezone(UTC)


def day_at(zone: str, moment: datetime) -> date:
    """
    Return the local date of a moment.

    Examples
    --------
    >>> day_at("Asia/Tokyo", datetime(2026, 12, 31, 15, tzinfo=UTC))
    datetime.date(2027, 1, 1)
    """
    return moment.astimezone(ZoneInfo(zone)).date()


@lru_cache(_KEPT)
def minute_on_clock(clock: str) -> int:
    """
    Return the minutes from a date's midnight to a time on its clock.

    Examples
    --------
    >>> minute_on_clock("25:30")
    1530
    """
    return 60 * int(clock[:2]) + int(clock[3:])


def said_of(day: date, entries: dict[str, T]) -> T | None:
    """
    Find what is said of a date: of itself, else of its weekday, else of all.

    Examples
    --------
    >>> said_of(date(2026, 12, 24), {"*": 1, "thu": 2})
    2
    """
    for key in (day.isoformat(), _NAMES[day.weekday()], "*"):
        if key in entries:
            return entries[key]
    return None


def _rows_on(calendar: Calendar, day: date) -> list[Minutes]:
    """List the rows of a date, those that run into the next one past 24:00."""
    if day in calendar.special:
        rows = calendar.special[day]
    elif day in calendar.closed:
        return []
    elif calendar.hours is not None:
        rows = calendar.hours.get(_NAMES[day.weekday()], ())
    elif calendar.days is None or _NAMES[day.weekday()] in calendar.days:
        return [(0, 24 * 60)]
    else:
        return []
    found = []
    for opens, closes in rows:
        start, end = minute_on_clock(opens), minute_on_clock(closes)
        found.append((start, end + 24 * 60 if end < start else end))
    return found
