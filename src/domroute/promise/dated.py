"""What dates a delivery asks for, and what dates its offers have."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date
from enum import IntEnum
from typing import Final

import numpy as np

from domroute.geography import Location
from domroute.orders import Delivery
from domroute.promise.timetable import Timetable
from domroute.records import record
from domroute.units import BoolArray, IntArray


class Lack(IntEnum):
    """Why an offer may not be made for its dates; the greater, the nearer it was."""

    NOTHING = 0
    DATE = 1
    SAME_DAY = 2
    ACTIVE = 3
    TIME = 4
    ROOM = 5


_NOTHING: Final = int(Lack.NOTHING)
"""As a plain number, which arrays are compared with several times as fast."""


@record
class Wish:
    """
    What dates a delivery asks for.

    Attributes
    ----------
    placed
        When its order was placed.
    place
        Where it goes; None for what is collected wherever that is.
    node
        The position of the node that it goes to, or is collected at; None for none.
    is_hard
        Whether what comes after ``need_by`` may not be sent at all.
    needs_date
        Whether what promises no date may not be sent.
    held
        The first date on which it may come for the sake of what else comes of it; None
        for any.
    """

    delivery: Delivery
    placed: int
    place: Location | None
    node: int | None
    is_hard: bool
    needs_date: bool
    held: date | None = None

    @property
    def earliest(self) -> date | None:
        """The first date at the destination on which anything may come."""
        earliest = self.delivery.earliest
        if earliest is None or self.held is None:
            return self.held if earliest is None else earliest
        return max(earliest, self.held)


@record
class Asked:
    """
    The offers of a delivery, as dates are asked for them; each of shape ``(A,)``.

    Attributes
    ----------
    nodes
        The node of each, as a position in the network.
    service, zone
        Its service, -1 for none, and its zone, from zero.
    way
        How it leaves, as a position in the timetable.
    since
        When it could be begun; a number where it is one moment for all.
    carriers
        The services there are among them, -1 for none.
    starts
        When the work on it begins; -1 where that follows from ``since``, as it does for
        all where there is none.
    """

    nodes: IntArray
    service: IntArray
    zone: IntArray
    way: IntArray
    since: IntArray | int
    carriers: AbstractSet[int]
    starts: IntArray | None = None

    @property
    def begins(self) -> IntArray:
        """When each could be begun; shape ``(A,)``."""
        if isinstance(self.since, int):
            return np.full(len(self.way), self.since)
        return self.since

    def leaves(self, timetable: Timetable) -> tuple[IntArray, IntArray]:
        """Say when goods leave, and the positions of the dates; ``(A,)`` each."""
        leaves, day = timetable.leaves(self.way, self.since)
        if self.starts is not None:
            at = np.flatnonzero(self.starts >= 0)
            moved = timetable.begun(self.way[at], self.starts[at])
            leaves[at], day[at] = moved
        return leaves, day


@record
class Dates:
    """
    The dates of a delivery's offers; each of shape ``(A,)``.

    Moments are microseconds from 1970 on.

    Attributes
    ----------
    way, since
        How each leaves, as a position in the timetable, and when it could be begun.
    leaves
        When each is handed over, or may be collected.
    arrives
        By when each is delivered, or when it may be collected; ``NEVER`` where none is
        promised.
    day
        The position of that date, at the destination.
    until
        Days after the order; 0 where no date is promised.
    lack
        Why each may not be made, of :class:`Lack`.
    timetable
        What they were read from.
    late
        Days after ``need_by``, 0 where no date is promised; None where nothing is late
        that may be made.
    soonest
        Of a delivery whose offers stand here once for each date, for they come on one:
        those that each come as soon as they may, which are enough where they come by
        themselves. None elsewhere.
    starts
        As those of :class:`Asked`.
    works
        The ordinal of the node's working day on which the work counts; -1 where the
        node has no limits by the day, as where there is none.
    sent
        The ordinal of the date at the node on which each leaves, where the node must
        send enough on each and may send on several; -1 elsewhere, as where there is
        none.
    """

    way: IntArray
    since: IntArray
    leaves: IntArray
    arrives: IntArray
    day: IntArray
    until: IntArray
    lack: IntArray
    timetable: Timetable
    late: IntArray | None = None
    soonest: BoolArray | None = None
    starts: IntArray | None = None
    works: IntArray | None = None
    sent: IntArray | None = None

    @property
    def is_fine(self) -> BoolArray:
        """Which offers lack nothing; shape ``(A,)``."""
        found: BoolArray = self.lack == _NOTHING
        return found

    @property
    def days_late(self) -> IntArray:
        """Days after ``need_by``, offer by offer, where all of them may be made."""
        if self.late is None:
            return np.zeros(len(self.way), np.int64)
        return self.late

    def only(self, offers: IntArray) -> Dates:
        """Look at some of the offers."""
        return Dates(
            self.way[offers],
            self.since[offers],
            self.leaves[offers],
            self.arrives[offers],
            self.day[offers],
            self.until[offers],
            self.lack[offers],
            self.timetable,
            None if self.late is None else self.late[offers],
            None if self.soonest is None else self.soonest[offers],
            None if self.starts is None else self.starts[offers],
            None if self.works is None else self.works[offers],
            None if self.sent is None else self.sent[offers],
        )

    def ready(self, offer: int) -> int:
        """Say when the goods of an offer are ready."""
        course = self.timetable.course(int(self.way[offer]))
        start = -1 if self.starts is None else int(self.starts[offer])
        if start >= 0:
            return course.work.of_one(start)
        return course.ready.of_one(int(self.since[offer]))

    def apart(self) -> Dates:
        """Let offers come on several dates."""
        return self if self.soonest is None else replace(self, soonest=None)
