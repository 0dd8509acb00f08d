"""The openings of a calendar in a window of dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from domroute.calendars import WEEKDAYS, Calendar, Hours, span_of
from domroute.promise.window import Clock, Window
from domroute.units import BoolArray, IntArray

_WHOLE: Final[Hours] = ("00:00", "24:00")


@dataclass(frozen=True, slots=True, eq=False)
class Openings:
    """
    When a place is open.

    Attributes
    ----------
    opens, closes
        Of its openings, apart from each other, and rising; shape ``(K,)``.
    days
        The positions of its working days, on which it opens; shape ``(W,)``.
    first, last
        When it first opens on each, and when it last closes of what began; ``(W,)``.
    """

    opens: IntArray
    closes: IntArray
    days: IntArray
    first: IntArray
    last: IntArray

    @classmethod
    def of(cls, calendar: Calendar | None, clock: Clock, window: Window) -> Self:
        """Lay out a calendar, or a place without one, which is always open."""
        day, opens, closes = _rows(calendar, window)
        begin, end = clock.moments(day, opens), clock.moments(day, closes)
        # A row may vanish on a day on which the clock jumps over it; the day stays one.
        there = np.flatnonzero(end > begin)
        order = there[np.lexsort((end[there], begin[there]))]
        starts, ends = begin[order], np.maximum.accumulate(end[order])
        is_apart = np.ones(len(starts), bool)
        is_apart[1:] = starts[1:] > ends[:-1]
        heads = np.flatnonzero(is_apart)
        days, at = np.unique(day, return_index=True)
        if len(days):
            first, last = np.minimum.reduceat(begin, at), np.maximum.reduceat(end, at)
            tails = np.append(heads[1:], len(starts)) - 1
            return cls(starts[heads], ends[tails], days, first, last)
        return cls(starts, ends, days, begin, end)


def dates_of(calendar: Calendar | None, window: Window) -> BoolArray:
    """Tell on which dates a calendar opens; without one on all; shape ``(D,)``."""
    found = np.zeros(len(window), bool)
    day, opens, closes = _rows(calendar, window)
    found[day[closes > opens]] = True
    return found


def _rows(
    calendar: Calendar | None, window: Window
) -> tuple[IntArray, IntArray, IntArray]:
    """List the rows of all dates: date, opening and closing in minutes from it."""
    count = len(window)
    if calendar is None:
        everyday = np.arange(count)
        return everyday, np.zeros(count, np.int64), np.full(count, span_of(_WHOLE)[1])
    week = [_spans(rows) for rows in _week(calendar)]
    single = {
        window.position(day): _spans(rows) for day, rows in calendar.special.items()
    }
    single |= {window.position(day): [] for day in calendar.closed}
    weekday = window.dates[0].weekday() if count else 0
    found: list[tuple[int, int, int]] = []
    for at in range(count):
        spans = single[at] if at in single else week[(weekday + at) % len(WEEKDAYS)]
        found += [(at, opens, closes) for opens, closes in spans]
    table = np.array(found, np.int64).reshape(-1, 3).T
    return table[0], table[1], table[2]


def _week(calendar: Calendar) -> list[tuple[Hours, ...]]:
    """Return the rows of each weekday."""
    if calendar.hours is not None:
        return [calendar.hours.get(name, ()) for name in WEEKDAYS]
    days = WEEKDAYS if calendar.days is None else calendar.days
    return [(_WHOLE,) if name in days else () for name in WEEKDAYS]


def _spans(rows: tuple[Hours, ...]) -> list[tuple[int, int]]:
    spans = sorted(map(span_of, rows))
    return [(opens, closes) for opens, closes in spans if closes > opens]
