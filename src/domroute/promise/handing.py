"""From goods being ready to their hand-over: pick-ups, or whenever the node is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from domroute.calendars import PickUps, entry_on, minute_of
from domroute.promise.hours import Openings
from domroute.promise.later import NEVER, Later
from domroute.promise.window import Clock, Window
from domroute.units import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Rounds:
    """
    The pick-ups of a service by the clock of a zone, whoever is open then.

    Attributes
    ----------
    moments, days
        When they are, rising, and the positions of the dates that they are of.
    """

    moments: IntArray
    days: IntArray

    @classmethod
    def of(
        cls, runs: BoolArray, pickups: PickUps, clock: Clock, window: Window
    ) -> Self:
        """List them on the dates on which the service runs, ``(D,)``."""
        days = np.flatnonzero(runs)
        if isinstance(pickups, tuple):
            minutes = np.array(sorted(map(minute_of, pickups)), np.int64)
            day, minute = np.repeat(days, len(minutes)), np.tile(minutes, len(days))
        else:
            rows = [
                (at, minute_of(time))
                for at in days.tolist()
                for time in entry_on(pickups, window.dates[at]) or ()
            ]
            table = np.array(rows, np.int64).reshape(-1, 2)
            day, minute = table[:, 0], table[:, 1]
        moments = clock.moments(day, minute)
        order = np.lexsort((day, moments))
        return cls(moments[order], day[order])


@dataclass(frozen=True, slots=True, eq=False)
class Handing:
    """
    When a service takes goods over at a node.

    Attributes
    ----------
    later
        By when they are ready.
    moments, days
        The pick-ups, and the positions of the dates that they are of; None where it
        takes goods whenever the node is open: the date is what the clock says.
    """

    later: Later
    clock: Clock
    moments: IntArray | None = None
    days: IntArray | None = None

    @classmethod
    def of(
        cls,
        openings: Openings,
        runs: BoolArray,
        pickups: Rounds | None,
        *,
        clock: Clock,
        window: Window,
        trips: tuple[IntArray, IntArray] | None = None,
    ) -> Self:
        """
        Lay out the pick-ups of a service at a node.

        Parameters
        ----------
        openings
            Of the node.
        runs
            The dates on which the service runs; shape ``(D,)``.
        pickups
            All its rounds by the node's clock; None for whenever the node is open.
        clock, window
            Of the node, and the dates that are looked at.
        trips
            Moments from and to which a courier may leave, apart and rising; None for
            any.
        """
        if pickups is not None:
            works = np.zeros(len(window), bool)
            works[openings.days] = True
            moments, days = pickups.moments, pickups.days
            there = works[days]
            moments, days = moments[there], days[there]
            if trips is not None:
                at = np.searchsorted(trips[1], moments)
                inside = at < len(trips[1])
                inside[inside] = trips[0][at[inside]] <= moments[inside]
                moments, days = moments[inside], days[inside]
            # Midnight may be written as the end of one date and the start of the next:
            # who waits for a moment takes the first.
            first = np.ones(len(moments), bool)
            first[1:] = moments[1:] > moments[:-1]
            return cls(Later.to_moments(moments[first]), clock, moments, days)
        spans = [(openings.opens, openings.closes)]
        if not runs.all():
            spans.append(_runs(runs, clock))
        if trips is not None:
            spans.append(trips)
        opens, closes = spans[0]
        for span in spans[1:]:
            opens, closes = _common(opens, closes, *span)
        return cls.while_open(opens, closes, clock)

    @classmethod
    def while_open(cls, opens: IntArray, closes: IntArray, clock: Clock) -> Self:
        """Take goods over whenever it is open; both ends are in an opening."""
        # The date changes at midnight: what goes with the clock is cut there.
        ends = np.append(clock.midnight[1:] - 1, NEVER)
        by_date = Later(ends, ends, np.ones(len(ends), bool))
        return cls(Later.into(opens, closes).then(by_date), clock)

    def begin(self, day: int) -> int:
        """Return when the hand-overs of a date, by position, begin at the earliest."""
        if self.moments is None or self.days is None:
            return self.clock.begin(day)
        at = int(np.searchsorted(self.days, day))
        return int(self.moments[at]) if at < len(self.moments) else NEVER - 1

    def days_of(self, moments: IntArray) -> IntArray:
        """Return the positions of the dates of hand-overs."""
        if self.moments is None or self.days is None:
            return self.clock.days_of(moments)
        if not len(self.moments):
            return np.zeros(len(moments), np.int64)
        at = np.searchsorted(self.moments, moments)
        return self.days[np.minimum(at, len(self.days) - 1)]


def _runs(runs: BoolArray, clock: Clock) -> tuple[IntArray, IntArray]:
    """Return the moments from and to which dates follow each other on which it runs."""
    edges = np.diff(np.concatenate(([0], runs.astype(np.int64), [0])))
    starts, ends = np.flatnonzero(edges > 0), np.flatnonzero(edges < 0)
    return clock.midnight[starts], clock.midnight[ends] - 1


def _common(
    opens: IntArray, closes: IntArray, starts: IntArray, ends: IntArray
) -> tuple[IntArray, IntArray]:
    """Return what two lists of spans, each apart and rising, have in common."""
    # Each span of the one meets a run of spans of the other.
    first = np.searchsorted(ends, opens)
    last = np.searchsorted(starts, closes, side="right")
    sizes = np.maximum(last - first, 0)
    mine = np.repeat(np.arange(len(opens)), sizes)
    offset = np.arange(len(mine)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    other = np.repeat(first, sizes) + offset
    return np.maximum(opens[mine], starts[other]), np.minimum(closes[mine], ends[other])
