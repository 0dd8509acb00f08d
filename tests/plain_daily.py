"""
Every plan for one small order where nodes have limits by the working day.

From the documentation alone, on top of what is the same without such limits.
"""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import timedelta
from itertools import product
from typing import Any, NamedTuple

from plain_dated import DatedWorld, Plain, added, sent_by_date
from plain_dates import COLLECTED

MOST_DAYS = 7
SLACK = 1e-9
NOTHING, SOMETHING, ALL = range(3)


class DayLooks(NamedTuple):
    """All that a limit looks at: of each day the units and the lines, too."""

    shipments: int = 0
    lines: int = 0
    light: bool = False
    nodes: frozenset[str] = frozenset()
    homes: frozenset[Any] = frozenset()
    days: tuple[tuple[Any, int, int], ...] = ()
    sent: tuple[tuple[Any, float], ...] = ()


class DailyWorld(DatedWorld):
    """
    One order, and what may be done about it, day by day.

    Where others share the days, plans that take other ones are kept apart, and no day
    has room for certain.
    """

    def __init__(self, *world, shared=False):
        self.is_shared = shared
        _, _, inventory, *_ = world
        self.taken = {
            (node, measure, day): amount
            for (node, day), by_measure in inventory.day_loads.items()
            for measure, amount in by_measure.items()
        }
        self.rooms, self.lists = {}, {}
        super().__init__(*world)

    # --- days -------------------------------------------------------------------

    def limits_of(self, name):
        """List the limits of a node by the day."""
        return [one for one in self.nodes[name].capacities if one.per == "day"]

    def left(self, name, day):
        """Return what a node has left on a day, by measure."""
        return {
            one.measure.value: one.special.get(day, one.limit)
            - self.taken.get((name, one.measure.value, day), 0.0)
            for one in self.limits_of(name)
        }

    def day_price(self, _name, _looks):
        """Return what the days cost on which a node works: nothing, here."""
        return 0.0

    def wanted(self, name):
        """Count the units that the order could take from a node."""
        return sum(
            min(line.quantity, self.stock.get((name, line.sku), 0))
            for line in self.lines
            if self.may(line, name, self.delivery_of(line))
        )

    def room(self, name, day):
        """Tell whether a day has room for all of that, for something or nothing."""
        all_, found = self.wanted(name), ALL
        for measure, left in self.left(name, day).items():
            most = 1 if measure == "orders" else all_
            if left + SLACK < 1:
                return NOTHING
            if left + SLACK < most:
                found = SOMETHING
        return found

    def working(self, trip):
        """List the node's working days."""
        return [day for day in self.clock.days if trip.work.has(day)]

    def first_day(self, trip, a):
        """Return the day on which work would begin without limits."""
        days = self.working(trip)
        taken = [d for d in days if self.clock._cutoff(trip, d) >= a]
        if not taken:
            return None
        later = [d for d in days if d >= taken[0]]
        wait = trip.node.processing.days
        return later[wait] if len(later) > wait else None

    def dates_on(self, trip, a, day, first):
        """Return the dates of what is worked on on a day, by calendars alone."""
        clock = self.clock
        if day == first:
            return clock.raw(trip, a)
        start = max(a, trip.work.first(day))
        ready = self._done(trip, start)
        if ready is None:
            return None
        kept, clock.ready = clock.ready, lambda *_: ready
        try:
            return clock.raw(trip, a)
        finally:
            clock.ready = kept

    @staticmethod
    def _done(trip, start):
        """Return when work begun at a moment is done, or None beyond all openings."""
        left = timedelta(minutes=trip.node.processing.minutes)
        for opens, closes in trip.work.openings:
            if closes < start:
                continue
            begins = max(opens, start)
            if closes - begins >= left:
                return begins + left
            left -= closes - begins
        return None

    def days_for(self, name, delivery, service, a):
        """List the days on which a shipment may be worked on, the best first."""
        key = name, delivery, service, a
        if key not in self.lists:
            trip = self.trip(name, delivery, service)
            self.lists[key] = self._days_for(name, trip, a)
        return self.lists[key]

    def _days_for(self, name, trip, a):
        """Return the working days to try, the wished one first."""
        first = self.first_day(trip, a)
        if first is None:
            return []
        later = [d for d in self.working(trip) if d >= first]
        wished = first
        if trip.delivery.earliest is not None:
            wished = self._last_for(trip, a, first, later)
        sooner = [d for d in reversed(later) if d <= wished]
        chosen = []
        for day in (*sooner, *(d for d in later if d > wished)):
            if day > first and trip.work.first(day) > self.clock.horizon:
                break
            room = self.room(name, day)
            if room != NOTHING:
                chosen.append(day)
            is_enough = room == ALL and not self.is_shared
            if is_enough or len(chosen) == MOST_DAYS:
                break
        return chosen

    def _last_for(self, trip, a, first, later):
        """Return the last day that still meets the hand-over that goods wait for."""
        held = self.clock.raw(trip, a)
        free = trip._replace(
            delivery=trip.delivery.model_copy(update={"earliest": None})
        )
        unheld = self.clock.raw(free, a)
        if held is None or unheld is None or held.leaves <= unheld.leaves:
            return first
        found = first
        for day in later:
            dates = self.dates_on(free, a, day, first)
            if dates is not None and dates.leaves <= held.leaves:
                found = day
        return found

    # --- shipments --------------------------------------------------------------

    def part_on(self, key, day, first):
        """Return a shipment that is worked on on a day; why there is none in a word."""
        clock, (name, delivery, service, units) = self.clock, key
        if not self.limits_of(name) or day == first:
            return self.part(name, delivery, service, units)
        at = max(x for x, n in zip(self.released, units, strict=True) if n)
        trip = self.trip(name, delivery, service)
        found = self.dates_on(trip, at, day, first)
        why = clock._why_not(trip, found)
        dates = why or clock._counted(trip, found)
        if isinstance(dates, str):
            return dates
        kept_ask, kept_parts = clock.ask, self.parts
        clock.ask, self.parts = lambda *_: dates, {}
        try:
            return self.part(*key)
        finally:
            clock.ask, self.parts = kept_ask, kept_parts

    def _service_loads(self, name, delivery, service, of):
        """Return what a node may send of a delivery by one service, with its days."""
        empty = {self.zero: {DayLooks(): (0.0, ())}}
        by_moment = defaultdict(dict)
        for units in self._vectors(of, name, delivery):
            days, first = [None], None
            if self.limits_of(name):
                at = max(x for x, n in zip(self.released, units, strict=True) if n)
                days = self.days_for(name, delivery, service, at)
                first = self.first_day(self.trip(name, delivery, service), at)
            for day in days:
                key = name, delivery, service, units
                part = self.part_on(key, day, first)
                if isinstance(part, str):
                    continue
                lines = sum(n > 0 for n in units)
                looks = DayLooks(
                    *(1, lines, self._is_light(units), frozenset([name])),
                    frozenset(
                        [(delivery, name)] if delivery.radius_km is not None else ()
                    ),
                    () if day is None else ((day, sum(units), lines),),
                    self._sent(part),
                )
                if self._overfull(name, looks):
                    continue
                cost = part.price + part.dated_price
                mine = by_moment[part.dates.leaves, day]
                mine[units] = {looks: (cost, ((part, day, day == first),))}
        found = empty
        for loads in by_moment.values():
            found = self._joined(found, {**empty, **loads}, self._fits)
        return found

    def _overfull(self, name, looks):
        """Return whether a day has more than is left of it."""
        for day, units, lines in looks.days:
            for measure, left in self.left(name, day).items():
                used = {"orders": 1, "lines": lines}.get(measure, units)
                if used > left + SLACK:
                    return True
        return False

    @staticmethod
    def _folded(one, other, fits):
        """Add loads of two services, and what they take of the days."""
        found = {}
        for (a, x), (b, y) in product(one.items(), other.items()):
            units = added(a, b)
            if not fits(units):
                continue
            cells = found.setdefault(units, {})
            for (p, (cost, made)), (q, (more, rest)) in product(x.items(), y.items()):
                days = defaultdict(lambda: (0, 0))
                for day, n, k in (*p.days, *q.days):
                    days[day] = (days[day][0] + n, days[day][1] + k)
                looks = DayLooks(
                    *(p.shipments + q.shipments, p.lines + q.lines),
                    *(p.light or q.light, p.nodes | q.nodes, p.homes | q.homes),
                    tuple(sorted((day, *both) for day, both in days.items())),
                    sent_by_date(*p.sent, *q.sent),
                )
                total = cost + more
                if looks not in cells or total < cells[looks][0]:
                    cells[looks] = (total, made + rest)
        return found

    def _node_loads(self, name):
        """Return all a node may send, with what it takes of the days."""
        empty = {self.zero: {DayLooks(): (0.0, ())}}
        total = empty
        for delivery in dict.fromkeys(map(self.delivery_of, self.lines)):
            of = [x for x in self.lines if self.delivery_of(x) == delivery]
            loads = empty
            for service in self.carriers(name, delivery):
                one = self._service_loads(name, delivery, service, of)
                loads = self._joined(loads, one, self._fits)
            total = self._folded(total, loads, self._fits)
        found = {}
        for units, cells in total.items():
            kept = {
                looks: (cost + self.day_price(name, looks), made)
                for looks, (cost, made) in cells.items()
                if not self._overfull(name, looks)
            }
            kept = self._kept(name, units, self._sends_enough(name, kept))
            if not kept:
                continue
            for looks, made in sorted(kept.items(), key=lambda x: -x[1][0]):
                key = (units, looks.days) if self.is_shared else units
                found.setdefault(key, {})[looks._replace(days=())] = made
        return found

    def _choices(self, name):
        """List the loads of a node by line, apart where others take its days."""
        loads = self.of_node[name].items()
        if self.is_shared:
            return [(key[0], cells) for key, cells in loads]
        return list(loads)

    def _kept(self, name, units, cells):
        """Return the loads within stock and limits."""
        taken = defaultdict(int)
        for line, n in zip(self.lines, units, strict=True):
            taken[line.sku] += n
        if any(n > self.stock.get((name, sku), 0) for sku, n in taken.items()):
            return {}
        limits = {
            one.measure.value: one.limit
            for one in self.nodes[name].capacities
            if one.per == "period"
        }
        if sum(units) > limits.get("units", math.inf):
            return {}
        if any(units) and limits.get("orders", 1) < 1:
            return {}
        return {
            looks: made
            for looks, made in cells.items()
            if looks.lines <= limits.get("lines", math.inf)
        }


__all__ = ["COLLECTED", "DailyWorld", "Plain"]
