"""
Calendars written out as openings, and local times as instants: the plainest way.

Nothing of the library is used but its nouns.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@lru_cache(maxsize=100_000)
def moment(zone, day, minutes):
    """
    Make a local time an instant.

    One that the clock skips is read at the offset before; of two it is the first.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    wall = midnight.replace(tzinfo=None) + timedelta(minutes=minutes)
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def local(instant, zone):
    """Say what date it is somewhere."""
    return instant.astimezone(ZoneInfo(zone)).date()


def minutes_of(clock):
    """Count the minutes since midnight."""
    hours, minutes = clock.split(":")
    return 60 * int(hours) + int(minutes)


def entry(table, day):
    """Return what applies on a date: by date, by weekday, or for all."""
    if not isinstance(table, dict):
        return table
    for key in (day.isoformat(), NAMES[day.weekday()], "*"):
        if key in table:
            return table[key]
    return None


class Hours:
    """A calendar in a zone: rows by date, and openings as instants."""

    def __init__(self, calendar, zone, days):
        self.rows = {day: self._rows_on(calendar, day) for day in days}
        self.spans = {
            day: [(moment(zone, day, a), moment(zone, day, b)) for a, b in rows]
            for day, rows in self.rows.items()
        }
        self.openings = []
        for a, b in sorted(x for spans in self.spans.values() for x in spans):
            if b <= a:  # the clock jumps over it
                continue
            if self.openings and a <= self.openings[-1][1]:
                last = self.openings[-1]
                self.openings[-1] = (last[0], max(last[1], b))
            else:
                self.openings.append((a, b))

    @staticmethod
    def _rows_on(calendar, day):
        """List what begins on a date, in minutes from its midnight."""
        if calendar is None:
            return [(0, 1440)]
        if day in calendar.special:
            rows = calendar.special[day]
        elif day in calendar.closed:
            rows = ()
        elif calendar.hours is not None:
            rows = calendar.hours.get(NAMES[day.weekday()], ())
        elif calendar.days is not None and NAMES[day.weekday()] not in calendar.days:
            rows = ()
        else:
            rows = (("00:00", "24:00"),)
        each = [tuple(map(minutes_of, row)) for row in rows]
        return [(a, b if b > a else b + 1440) for a, b in each if a != b]

    def has(self, day):
        """Tell whether something begins on a date."""
        return bool(self.rows.get(day))

    def first(self, day):
        """Return the first opening of a date."""
        return min(a for a, _ in self.spans[day])

    def last(self, day):
        """Return the last closing of what begins on a date."""
        return max(b for _, b in self.spans[day])
