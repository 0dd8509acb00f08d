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
from domroute.promise.delays import days_late, days_until
from domroute.promise.later import NEVER
from domroute.promise.timetable import Timetable
from domroute.promise.ways import UTC_ZONE, Ways
from domroute.promise.window import DAY, Window, ordinal_of, tick_of
from domroute.units import BoolArray, IntArray

_BLOCK: Final = 32
"""Dates of placing that one timetable serves."""
_KEPT: Final = 4
"""Timetables kept: a wave may hold orders of some months."""


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
        since: IntArray,
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
            From when on each could be begun; shape ``(A,)``.
        runs
            The offers of each service.
        starts
            When the work on each begins; -1 where that follows from ``since``, as it
            does for all where there is none.
        """
        timetable, arrivals = self._table(wish.placed)
        service, zone = by
        way, method = np.empty(len(nodes), np.int64), wish.delivery.method
        own: list[int] = []
        for run in runs:
            at = int(service[run.start])
            # What is where customers come already goes nowhere.
            is_own = at < 0 and self._has_lanes and self._is_there(wish, nodes[run])
            collects = method.is_collected or is_own
            table = self._ways.by(None if at < 0 else at, method, collects=collects)
            way[run] = table[nodes[run]]
            own += range(run.start, run.stop) if is_own else ()
        asked = Asked(nodes, service, zone, way, since, starts)
        if method.is_collected:
            return self._collected(wish, asked, timetable)
        there = np.array(own, np.int64)
        return self._shipped(wish, asked, timetable, arrivals, there)

    @property
    def horizon(self) -> int:
        """How far ahead of an order is looked, in microseconds."""
        return self._horizon

    @staticmethod
    def _is_there(wish: Wish, nodes: IntArray) -> bool:
        """Tell whether offers are those of the node that a delivery ends at."""
        ends = wish.delivery.method.ends_at_node and wish.node is not None
        return ends and len(nodes) == 1 and int(nodes[0]) == wish.node

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
        lack = self._lack(wish, asked, leaves, late, is_promised=is_there)
        until *= is_there
        return Dates(
            *(asked.way, asked.since, leaves, leaves, day, late, until, lack),
            timetable,
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
        until = days_until(wish.placed, day, clock) * is_promised
        late = np.zeros(len(day), np.int64)
        if delivery.need_by is not None:
            late = days_late(delivery.need_by, arrives, clock, window)
        lack = self._lack(wish, asked, leaves, late, is_promised=is_promised)
        over = is_promised & (arrives > wish.placed + self._horizon)
        lack[over] = Lack.DATE
        if delivery.method.is_same_day:
            today = int(clock.days_of(np.array([wish.placed]))[0])
            target = today
            if delivery.earliest is not None:
                target = max(today, window.position(delivery.earliest))
            lack[(lack != Lack.DATE) & (day > target)] = Lack.SAME_DAY
            lack[self._transit.minutes[asked.service] < 0] = Lack.DATE
        return Dates(
            *(asked.way, asked.since, leaves, arrives, day, late, until, lack),
            timetable,
            starts=asked.starts,
        )

    def _lack(
        self,
        wish: Wish,
        asked: Asked,
        leaves: IntArray,
        late: IntArray,
        *,
        is_promised: BoolArray,
    ) -> IntArray:
        """Say which offers may not be made, and why; all but what is of one method."""
        lack = np.zeros(len(leaves), np.int64)
        if wish.is_hard:
            lack[late > 0] = Lack.TIME
        if self._active is not None:
            begin, end = self._active
            is_active = (begin[asked.nodes] <= leaves) & (leaves < end[asked.nodes])
            lack[~is_active] = Lack.ACTIVE
        lack[leaves > wish.placed + self._horizon] = Lack.DATE
        if wish.needs_date:
            lack[~is_promised] = Lack.DATE
        return lack


def _windows(nodes: Sequence[Node]) -> tuple[IntArray, IntArray]:
    """Return from when on and until when nodes are active; each of shape ``(N,)``."""
    begin = [n.active_from for n in nodes]
    end = [n.active_until for n in nodes]
    return (
        np.array([-NEVER if one is None else tick_of(one) for one in begin], np.int64),
        np.array([NEVER if one is None else tick_of(one) for one in end], np.int64),
    )
