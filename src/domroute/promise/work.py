"""From an order's arrival at a node until its goods are ready: cut-off and work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from domroute.calendars import CutOff, Processing, minute_of, time_on
from domroute.promise.hours import Openings
from domroute.promise.later import Later
from domroute.promise.window import MINUTE, Clock, Window
from domroute.units import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Taking:
    """
    On which working day the work on an order begins, by when it arrives.

    Attributes
    ----------
    until
        The last moment at which an order is still one of each day; shape ``(W,)``.
    opens, days
        When the work begins at the earliest, and the position of that date; ``(W,)``.
    """

    until: IntArray
    opens: IntArray
    days: IntArray

    @classmethod
    def of(
        cls,
        openings: Openings,
        cutoffs: Sequence[CutOff],
        processing: Processing,
        *,
        clock: Clock,
        window: Window,
    ) -> Self:
        """
        Lay out the working days of a node.

        Parameters
        ----------
        openings
            Of the node.
        cutoffs
            The first that has a time for a date says until when an order is that
            date's; none does: until the last closing.
        processing
            The work, and the working days waited before.
        clock, window
            Of the node, and the dates that are looked at.
        """
        until = _cutoff_moments(openings, cutoffs, clock, window)
        # Whoever comes after one cut-off may still be within that of an earlier date.
        until = np.maximum.accumulate(until)
        wait = processing.days
        count = max(0, len(until) - wait)
        return cls(until[:count], openings.first[wait:], openings.days[wait:])

    @property
    def day(self) -> Later:
        """The first opening of the day, by when an order arrives."""
        return Later(self.until, self.opens, np.zeros(len(self.until), bool))

    @property
    def start(self) -> Later:
        """The moment at which the work begins, by when an order arrives."""
        until, opens = self.until, self.opens
        former = np.concatenate(([np.iinfo(np.int64).min], until[:-1]))
        # Until it opens all begin at the opening, from then on as they come.
        still = np.minimum(opens, until)
        pieces = np.column_stack((still, until)).ravel()
        value = np.column_stack((opens, np.maximum(opens, until))).ravel()
        rises = np.tile([False, True], len(until))
        kept = np.column_stack(
            (still > former, until > np.maximum(opens, former))
        ).ravel()
        return Later(pieces[kept], value[kept], rises[kept])


def work_of(openings: Openings, processing: Processing) -> Later:
    """Say when goods are ready, by when the work on them begins."""
    work = round(processing.minutes * MINUTE)
    return Later.of_work(openings.opens, openings.closes, work)


def _cutoff_moments(
    openings: Openings, cutoffs: Sequence[CutOff], clock: Clock, window: Window
) -> IntArray:
    """Return the last moment of each working day at which an order is still its own."""
    if not cutoffs:
        return openings.last
    minutes = np.full(len(openings.days), -1)
    if isinstance(cutoffs[0], str):
        minutes[:] = minute_of(cutoffs[0])
    else:
        for at, day in enumerate(openings.days.tolist()):
            for times in cutoffs:
                time = time_on(times, window.dates[day])
                if time is not None:
                    minutes[at] = minute_of(time)
                    break
    is_said = minutes >= 0
    said = clock.moments(openings.days, np.maximum(minutes, 0))
    return np.where(is_said, said, openings.last)
