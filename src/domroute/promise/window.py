"""Some weeks of dates, and what the clocks of time zones show in them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from domroute.calendars import DAY_MINUTES
from domroute.promise.later import NEVER
from domroute.units import BoolArray, IntArray

MINUTE: Final = 60 * 10**6
"""Microseconds in a minute: moments are counted so from 1970 on, in UTC."""
DAY: Final = DAY_MINUTES * MINUTE
"""Microseconds in a day of 24 hours."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)
_FIRST: Final = date(1970, 1, 1).toordinal()
_BEFORE: Final = 3
"""Dates before the first placing: nights and cut-offs may reach two dates on."""
_AFTER: Final = 3
"""Dates beyond the horizon, wherever on the globe."""
_LAST: Final = date.max.toordinal() - 2
"""The last date whose next is one too, in every time zone."""


def tick_of(moment: datetime) -> int:
    """
    Count the microseconds from 1970 to a moment.

    Examples
    --------
    >>> tick_of(datetime(1970, 1, 1, 0, 1, tzinfo=UTC)) == MINUTE
    True
    """
    return (moment - _EPOCH) // _TICK


def moment_of(tick: int) -> datetime:
    """
    Return the moment, in UTC, so many microseconds after 1970.

    Examples
    --------
    >>> moment_of(MINUTE).isoformat()
    '1970-01-01T00:01:00+00:00'
    """
    return _EPOCH + tick * _TICK


def ordinal_of(tick: int) -> int:
    """
    Return the ordinal of the date of a moment, in UTC.

    Examples
    --------
    >>> date.fromordinal(ordinal_of(0)).isoformat()
    '1970-01-01'
    """
    return tick // DAY + _FIRST


def tick_on(ordinal: int) -> int:
    """
    Count the microseconds from 1970 to the first moment of a date, in UTC.

    Examples
    --------
    >>> tick_on(date(1970, 1, 2).toordinal()) == DAY
    True
    """
    return (ordinal - _FIRST) * DAY


class Window:
    """
    The dates from some before a first one to some after a last, by position.

    Parameters
    ----------
    first
        The first date on which an order may be placed, as an ordinal.
    days
        Dates from there on on which something may happen.

    Attributes
    ----------
    first
        The ordinal of the date at position 0.
    dates
        All of them, in order.
    start, end
        The moments that it spans, for all time zones.
    """

    def __init__(self, first: int, days: int) -> None:
        self.first = max(first - _BEFORE, _BEFORE)
        last = min(first + days + _AFTER, _LAST)
        count = max(0, last - self.first)
        self.dates = tuple(date.fromordinal(self.first + at) for at in range(count))
        self.start = (self.first - _FIRST) * DAY
        self.end = self.start + (count + 1) * DAY
        self._clocks: dict[str, Clock] = {}

    def __len__(self) -> int:
        return len(self.dates)

    def position(self, day: date) -> int:
        """Return where a date stands; it may be before the first or after the last."""
        return day.toordinal() - self.first

    def clock(self, zone: str) -> Clock:
        """Return the clock of a time zone."""
        if zone not in self._clocks:
            self._clocks[zone] = Clock(zone, self)
        return self._clocks[zone]


class Clock:
    """
    The clock of one time zone.

    A local time that the clock skips is read at the offset before it does, and one that
    it shows twice is the first [1]_.

    Attributes
    ----------
    zone, info
        Its name, and what is known of it.
    midnight
        The moment at which each date begins, and the one after the last; ``(D + 1,)``.

    References
    ----------
    .. [1] RFC 5545, section 3.3.5; PEP 495, ``fold=0``.
    """

    def __init__(self, zone: str, window: Window) -> None:
        self.zone, self.info = zone, ZoneInfo(zone)
        self._window = window
        count = len(window) + 3
        days = (window.first + np.arange(count) - _FIRST) * DAY
        offset = np.array([self._offset(at, 0) for at in range(count)])
        self._starts = days - offset
        self._is_even: BoolArray = offset[:-1] == offset[1:]
        self.midnight: IntArray = self._starts[: len(window) + 1]

    def _offset(self, at: int, minute: int) -> int:
        day = date.fromordinal(self._window.first + at)
        wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
        offset = wall.replace(tzinfo=self.info).utcoffset()
        return 0 if offset is None else offset // _TICK

    def moments(self, days: IntArray, minutes: IntArray) -> IntArray:
        """Return the moments of local times: minutes after the midnight of dates."""
        on = days + minutes // DAY_MINUTES
        minute = minutes % DAY_MINUTES
        found: IntArray = self._starts[on] + minute * MINUTE
        for at in np.flatnonzero(~self._is_even[on] & (minute > 0)).tolist():
            day, late = int(on[at]), int(minute[at])
            change = self._offset(day, late) - self._offset(day, 0)
            found[at] -= change
        return found

    def begin(self, at: int) -> int:
        """Return when a date begins; one before the first long ago, beyond never."""
        if at < 0:
            return self._window.start
        return int(self.midnight[at]) if at < len(self.midnight) else NEVER - 1

    def end(self, at: int) -> int:
        """Return when a date ends: the last moment that is not of a later one."""
        if at + 1 < 0:
            return -NEVER
        return int(self._starts[at + 1]) if at + 1 < len(self._starts) else NEVER

    def day_of(self, moment: int) -> int:
        """Return the position of the date on which one moment falls here."""
        return int(self._starts.searchsorted(moment, side="right")) - 1

    def days_of(self, moments: IntArray) -> IntArray:
        """Return the positions of the dates on which moments fall here."""
        found: IntArray = self._starts.searchsorted(moments, side="right") - 1
        return found
