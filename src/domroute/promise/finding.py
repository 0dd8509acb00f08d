"""The dates of offers: handed over, delivered, how late; and those that have none."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from domroute.network import Network, Node, Service
from domroute.promise.arrivals import Arrivals, Transit
from domroute.promise.carrying import Carrying, hold
from domroute.promise.dated import Asked, Dates, Lack, Wish
from domroute.promise.delays import days_late, days_until, is_late
from domroute.promise.later import NEVER
from domroute.promise.timetable import Timetable
from domroute.promise.ways import UTC_ZONE, Ways
from domroute.promise.window import DAY, Window, ordinal_of, tick_of
from domroute.units import BoolArray, IntArray

_BLOCK: Final = 32
"""Dates of placing that one timetable serves."""
_KEPT: Final = 4
"""Timetables kept: a wave may hold orders of some months."""
_NONE: Final = np.empty(0, np.int64)


class DateFinder:
    """
    Finds the dates of offers; made once per router.

    Parameters
    ----------
    network, nodes, services
        The network, its nodes sorted by id, and its services likewise.
    horizon_days
        How far ahead of an order dates are looked for.
    """

    def __init__(
        self,
        network: Network,
        nodes: Sequence[Node],
        services: Sequence[Service],
        horizon_days: int,
    ) -> None:
        self._usual_zone = network.time_zone or UTC_ZONE
        self._nodes = nodes
        self._ways = Ways(network, nodes, services)
        self._transit = Transit(services)
        self._has_lanes = bool(network.lanes)
        self._horizon = horizon_days * DAY
        self._days = _BLOCK + horizon_days
        self._tables: OrderedDict[int, tuple[Timetable, Arrivals]] = OrderedDict()
        self._receive = np.array([n.receiving_minutes > 0 for n in nodes], bool)
        has_window = any(n.active_from or n.active_until for n in nodes)
        self._active = _windows(nodes) if has_window else None

    def find(
        self,
        wish: Wish,
        nodes: IntArray,
        by: tuple[IntArray, IntArray],
        *,
        since: IntArray | int,
        runs: Iterable[slice],
        starts: IntArray | None = None,
    ) -> Dates:
        """
        Find the dates of a delivery's offers.

        Parameters
        ----------
        wish
            What the delivery asks for.
        nodes
            The node of each offer; shape ``(A,)``.
        by
            The service of each, -1 for none, and its zone, from zero; shape ``(A,)``.
        since
            From when on each could be begun, ``(A,)``, or all of them.
        runs
            The offers of each service.
        starts
            When the work on each begins; -1 where that follows from ``since``, as it
            does for all where there is none.
        """
        timetable, arrivals = self._table(wish.placed)
        service, zone = by
        method = wish.delivery.method
        carriers = {int(service[run.start]) for run in runs}
        table = self._ways.table(carriers, method, collects=method.is_collected)
        way = table[service, nodes]
        asked = Asked(nodes, service, zone, way, since, carriers, starts)
        if method.is_collected:
            return self._collected(wish, asked, timetable)
        own = _NONE
        if self._has_lanes and method.ends_at_node and wish.node is not None:
            # What is where customers come already goes nowhere.
            own = ((service < 0) & (nodes == wish.node)).nonzero()[0]
            way[own] = self._ways.by(None, method, collects=True)[wish.node]
        return self._shipped(wish, asked, timetable, arrivals, own)

    @property
    def horizon(self) -> int:
        """How far ahead of an order is looked, in microseconds."""
        return self._horizon

    def zone_of(self, wish: Wish) -> str:
        """Return the time zone of where a delivery goes."""
        if wish.node is not None:
            return self._ways.zones[wish.node]
        zone = None if wish.place is None else wish.place.time_zone
        return zone or self._usual_zone

    def received(self, placed: int, node: IntArray, at: IntArray) -> IntArray:
        """
        Say when goods may be used that arrive at nodes; each of shape ``(E,)``.

        Parameters
        ----------
        placed
            When the order was placed that asks.
        node
            The node of each, as a position in the network.
        at
            When each arrives.
        """
        if not self._receive.any():
            return at
        slow = np.flatnonzero(self._receive[node])
        if not len(slow):
            return at
        timetable, found = self._table(placed)[0], at.copy()
        for one in np.unique(node[slow]).tolist():
            mine = slow[node[slow] == one]
            found[mine] = timetable.received(one).at(at[mine])
        return found

    def days_on(self, node: int, moment: datetime, days: int) -> int:
        """Return the same local time some dates later, on the clock of a node."""
        local = moment.astimezone(ZoneInfo(self._ways.zones[node]))
        later = local.replace(tzinfo=None) + timedelta(days=days)
        return tick_of(later.replace(tzinfo=local.tzinfo, fold=0))

    def _table(self, placed: int) -> tuple[Timetable, Arrivals]:
        """Return the timetable that holds a moment, made anew where it is not kept."""
        block = ordinal_of(placed) // _BLOCK
        if block not in self._tables:
            window = Window(block * _BLOCK, self._days)
            timetable = Timetable(self._ways, window)
            self._tables[block] = timetable, Arrivals(timetable, self._transit)
            while len(self._tables) > _KEPT:
                self._tables.popitem(last=False)
        self._tables.move_to_end(block)
        return self._tables[block]

    def _collected(self, wish: Wish, asked: Asked, timetable: Timetable) -> Dates:
        leaves, day = asked.leaves(timetable)
        zones = [self._ways.zones[at] for at in asked.nodes.tolist()]
        earliest, deadline = wish.earliest, wish.delivery.need_by
        late, until = np.zeros(len(day), np.int64), np.zeros(len(day), np.int64)
        for zone in dict.fromkeys(zones):
            mine = np.array([other == zone for other in zones])
            clock = timetable.window.clock(zone)
            if earliest is not None:
                held = clock.begin(timetable.window.position(earliest))
                kept = leaves[mine], day[mine]
                leaves[mine], day[mine] = hold(timetable, asked.way[mine], held, kept)
            until[mine] = days_until(wish.placed, day[mine], clock)
            if deadline is not None:
                late[mine] = days_late(deadline, leaves[mine], clock, timetable.window)
        is_there = leaves < NEVER
        until *= is_there
        over = late > 0 if wish.is_hard else None
        lack = self._lack(wish, asked, (leaves, leaves), over, is_there)
        return Dates(
            *(asked.way, asked.begins, leaves, leaves, day, until, lack),
            timetable,
            late=None if wish.is_hard else late,
            starts=asked.starts,
        )

    def _shipped(
        self,
        wish: Wish,
        asked: Asked,
        timetable: Timetable,
        arrivals: Arrivals,
        own: IntArray,
    ) -> Dates:
        window, delivery = timetable.window, wish.delivery
        clock = window.clock(self.zone_of(wish))
        calendar = None if wish.place is None else wish.place.calendar
        shipped = Carrying(asked, timetable, arrivals, self._transit, clock, calendar)
        if delivery.method.ends_at_node and wish.node is not None:
            shipped.end_at(wish.node, own)
        earliest = None
        if wish.earliest is not None:
            earliest = max(window.position(wish.earliest), 0)
        leaves, arrives, day = shipped.carry(earliest)
        is_promised = shipped.is_promised
        until = days_until(wish.placed, day, clock)
        if is_promised is not None:
            until *= is_promised
        late: IntArray | None = None
        over: BoolArray | None = None
        if delivery.need_by is not None:
            if wish.is_hard:
                over = is_late(delivery.need_by, arrives, clock, window)
            else:
                late = days_late(delivery.need_by, arrives, clock, window)
        lack = self._lack(wish, asked, (leaves, arrives), over, is_promised)
        if delivery.method.is_same_day:
            today = target = clock.day_of(wish.placed)
            if delivery.earliest is not None:
                target = max(today, window.position(delivery.earliest))
            lack[(lack != Lack.DATE) & (day > target)] = Lack.SAME_DAY
            lack[self._transit.minutes[asked.service] < 0] = Lack.DATE
        return Dates(
            *(asked.way, asked.begins, leaves, arrives, day, until, lack),
            timetable,
            late=late,
            starts=asked.starts,
        )

    def _lack(
        self,
        wish: Wish,
        asked: Asked,
        when: tuple[IntArray, IntArray],
        over: BoolArray | None,
        is_promised: BoolArray | None,
    ) -> IntArray:
        """Say which offers may not be made, and why; all but what is of one method."""
        leaves, arrives = when
        lack = np.zeros(len(leaves), np.int64)
        if over is not None:
            lack[over] = int(Lack.TIME)
        if self._active is not None:
            begin, end = self._active
            is_active = (begin[asked.nodes] <= leaves) & (leaves < end[asked.nodes])
            lack[~is_active] = Lack.ACTIVE
        last = wish.placed + self._horizon
        if is_promised is None or wish.needs_date:
            # What promises no date arrives never, and nothing before it leaves.
            lack[arrives > last] = int(Lack.DATE)
        else:
            lack[leaves > last] = Lack.DATE
            lack[is_promised & (arrives > last)] = Lack.DATE
        return lack


def _windows(nodes: Sequence[Node]) -> tuple[IntArray, IntArray]:
    """Return from when on and until when nodes are active; each of shape ``(N,)``."""
    begin = [n.active_from for n in nodes]
    end = [n.active_until for n in nodes]
    return (
        np.array([-NEVER if one is None else tick_of(one) for one in begin], np.int64),
        np.array([NEVER if one is None else tick_of(one) for one in end], np.int64),
    )
