"""When what carriers take over leaves, and when it is delivered."""

from __future__ import annotations

from typing import Final

import numpy as np

from domroute.promise.arrivals import NO_ROW, Arrivals, Transit
from domroute.promise.dated import Asked
from domroute.promise.later import NEVER
from domroute.promise.timetable import Timetable
from domroute.promise.window import MINUTE, Clock
from domroute.units import BoolArray, IntArray

_NONE: Final = np.empty(0, np.int64)


class Carrying:
    """
    The offers of one delivery that carriers make: when they leave and arrive.

    Parameters
    ----------
    asked
        The offers.
    timetable, arrivals, transit
        Of the network and its services, in the dates that are looked at.
    clock, calendar
        Of the destination.

    Attributes
    ----------
    is_promised
        Whether each promises a date; None where all do; shape ``(A,)``.
    """

    def __init__(  # noqa: PLR0917 - what it is asked of
        self,
        asked: Asked,
        timetable: Timetable,
        arrivals: Arrivals,
        transit: Transit,
        clock: Clock,
        calendar: str | None,
    ) -> None:
        self._asked, self._timetable, self._arrivals = asked, timetable, arrivals
        self._clock, self._calendar = clock, calendar
        self._end: int | None = None
        self._own = _NONE
        self._transit = transit
        self._couriers = _NONE
        self.is_promised: BoolArray | None = None
        if asked.carriers <= transit.by_days:
            return
        self.is_promised = self._row != NO_ROW
        if transit.has_couriers:
            minutes = transit.minutes[asked.service]
            self._couriers = np.flatnonzero(minutes >= 0)
            self.is_promised |= minutes >= 0
            ride = np.maximum(minutes, 0) * MINUTE
            self._ride: IntArray = np.round(ride).astype(np.int64)

    def end_at(self, node: int, own: IntArray) -> None:
        """
        Have goods end at a node, where customers collect them.

        Parameters
        ----------
        node
            Which, as a position in the network.
        own
            The offers of what is there already.
        """
        self._end, self._own = node, own
        if self.is_promised is not None:
            self.is_promised[own] = True

    @property
    def _row(self) -> IntArray:
        """The row of days of transit of each, or ``NO_ROW``; shape ``(A,)``."""
        asked = self._asked
        found: IntArray = self._transit.row_of[asked.service, np.maximum(asked.zone, 0)]
        return found

    def carry(self, earliest: int | None) -> tuple[IntArray, IntArray, IntArray]:
        """
        Find when goods are handed over, and when and on which dates they are delivered.

        Parameters
        ----------
        earliest
            The position of the first date on which they may be.
        """
        asked = self._asked
        leaves, on = asked.leaves(self._timetable)
        if earliest is not None:
            held, least = self._held_until(earliest)
            leaves, on = hold(self._timetable, asked.way, held, (leaves, on))
            # Midnight may be a pick-up of two dates: it is of the one that will do.
            on = np.where(leaves == held, np.maximum(on, least), on)
        by = asked.service, asked.zone
        day, arrives = self._arrivals.lead(by, on, self._calendar, self._clock.zone)
        self._move_on(leaves, arrives, day)
        if len(self._couriers):
            self._ride_over(leaves, arrives, day)
        if self._end is not None:
            self._collect(leaves, arrives, day, self._end)
        return leaves, arrives, day

    def _collect(
        self, leaves: IntArray, arrives: IntArray, day: IntArray, node: int
    ) -> None:
        """Find when customers may collect what arrives, or is there; in place."""
        arrives[self._own] = leaves[self._own]
        comes = np.flatnonzero(arrives < NEVER)
        goes = np.setdiff1d(comes, self._own)
        if len(goes):
            arrives[goes] = self._timetable.collection(node).at(arrives[goes])
        clock, count = self._timetable.clock(node), len(self._timetable.window)
        here = arrives[comes]
        day[comes] = np.where(
            here < NEVER, np.clip(clock.days_of(here), 0, count - 1), count
        )

    def _move_on(self, leaves: IntArray, arrives: IntArray, day: IntArray) -> None:
        """Move dates on that end, for the carrier, before goods leave; in place."""
        while np.count_nonzero(gone := arrives < leaves):
            service = self._asked.service[gone]
            next_ = self._arrivals.next(self._calendar)
            day[gone] = next_[service, day[gone]]
            arrives[gone] = self._arrivals.by(self._clock.zone)[service, day[gone]]

    def _ride_over(self, leaves: IntArray, arrives: IntArray, day: IntArray) -> None:
        """Have couriers leave so that somebody receives what they bring; in place."""
        at, count = self._couriers, len(self._timetable.window)
        service, ride, goes = self._asked.service[at], self._ride[at], leaves[at]
        next_ = self._arrivals.next(self._calendar)
        while True:
            is_on = goes < NEVER
            on = self._clock.days_of(np.where(is_on, goes + ride, NEVER))
            on = np.clip(on, 1, count)
            received = next_[service, on - 1]
            missed = is_on & (received != on)
            if not missed.any():
                break
            held = np.append(self._clock.midnight[:-1], NEVER)[received] - ride
            way = self._asked.way[at][missed]
            goes[missed] = self._timetable.takes(way, held[missed])[0]
        is_on &= on < count
        leaves[at], day[at] = goes, np.where(is_on, on, count)
        arrives[at] = np.where(is_on, goes + ride, NEVER)

    def _held_until(self, earliest: int) -> tuple[IntArray, IntArray]:
        """
        Return from when on what leaves arrives on a date, or later.

        And the position of the date that such a hand-over is of at least, ``(A,)``.
        """
        asked, clock = self._asked, self._clock
        begin = clock.begin(earliest)
        if self._end is not None:
            # What arrives up to then is collected the day before.
            before = self._timetable.collection(self._end).latest_of_one(begin - 1)
            begin = max(before + 1, 0)
        held = np.full(len(asked.service), begin)
        if len(self._couriers):
            held -= self._ride
        held[self._own] = clock.begin(earliest)
        least = np.zeros(len(held), np.int64)
        table = self._arrivals.arrive(self._calendar)
        by = self._arrivals.by(clock.zone)
        known: dict[int, tuple[int, int]] = {}
        rows = self._row
        for at in np.flatnonzero(rows != NO_ROW).tolist():
            row = int(rows[at])
            if row not in known:
                service = int(asked.service[at])
                # The first date on which the carrier delivers so late that it will do.
                until = int(np.searchsorted(by[service], begin))
                until = earliest if self._end is None else until
                runs = np.flatnonzero(
                    self._arrivals.receives(service, self._calendar)[:until]
                )
                # What leaves after its last hour of the date before comes then.
                last = int(by[service, runs[-1]]) + 1 if len(runs) else NEVER
                known[row] = int(np.searchsorted(table[row], until)), last
            first, last = known[row]
            start = self._timetable.course(int(asked.way[at])).handing.begin(first)
            held[at] = min(start, last)
            least[at] = first if start <= last else 0
        return held, least


def hold(
    timetable: Timetable,
    way: IntArray,
    held: IntArray | int,
    goes: tuple[IntArray, IntArray],
) -> tuple[IntArray, IntArray]:
    """
    Hold goods until some moments, as though they were not ready before.

    Parameters
    ----------
    timetable
        Of the network.
    way
        How each offer leaves; shape ``(A,)``.
    held
        Until when each is held; shape ``(A,)``.
    goes
        When each is handed over unheld, and the position of that date.
    """
    leaves, day = goes
    since = np.broadcast_to(np.asarray(held, np.int64), leaves.shape)
    later, on = timetable.takes(way, since)
    is_held = later > leaves
    return np.where(is_held, later, leaves), np.where(is_held, on, day)
