"""
When a shipment leaves and arrives, from the documentation alone.

Nothing of the library is used but its nouns. Calendars are lists of openings over some
weeks, and every date is the least of all that would do.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from plain_hours import DAY, TICK, Hours, entry, local, minutes_of, moment

COLLECTED = ("pickup", "curbside", "locker")


class Dates(NamedTuple):
    """The dates of a shipment, and how it stands to what was asked."""

    ready_at: datetime
    ships_at: datetime | None
    delivers_on: date | None
    delivers_at: datetime | None
    days_late: int = 0
    days_until: int = 0

    @property
    def leaves(self):
        """When it leaves, or may be collected."""
        return self.delivers_at if self.ships_at is None else self.ships_at


class Trip(NamedTuple):
    """All that says when something gets from a node to a customer."""

    node: Any
    delivery: Any
    service: Any
    zone: str
    end: str
    work: Hours
    moves: Hours
    brings: Hours | None
    receives: Hours
    days: int | None

    @property
    def pickups(self):
        """The pick-up times; None where it is handed over when it is ready."""
        return self.node.pickups.get(self.service.id, self.service.pickups)

    @property
    def by(self):
        """Minutes after midnight by which it is delivered."""
        return minutes_of(self.service.delivers_by)


class Clock:
    """The dates of one order's shipments in one network."""

    def __init__(self, order, network, policy):
        self.order, self.network = order, network
        self.placed = order.placed_at.astimezone(UTC)
        self.horizon = self.placed + policy.promise.horizon_days * DAY
        first = self.placed.date() - 5 * DAY
        count = (self.horizon.date() - first).days + 21
        self.days = [first + k * DAY for k in range(count)]
        self.calendars = {one.id: one for one in network.calendars}
        self.nodes = {one.id: one for one in network.nodes}
        self.services = {one.id: one for one in network.services}
        terms = [term for term in policy.costs if term.name == "lateness"]
        self.may_be_late = any(term.weight for term in terms)
        self.strict = [rule for rule in policy.rules if rule.rule == "need_by"]
        self.needs_date = any(term.name == "speed" for term in policy.costs)
        self.known, self.trips, self.tables, self.cutoffs = {}, {}, {}, {}

    # --- places -----------------------------------------------------------------

    def hours(self, calendar, zone):
        """Return a calendar in a zone."""
        key = calendar, zone
        if key not in self.tables:
            one = None if calendar is None else self.calendars[calendar]
            self.tables[key] = Hours(one, zone, self.days)
        return self.tables[key]

    def zone_of(self, node):
        """Return the zone of a node."""
        named = node.time_zone or node.location.time_zone
        return named or self.network.time_zone or "UTC"

    def end_of(self, delivery, node):
        """Return the zone and the receiving calendar of where a delivery goes."""
        if delivery.method in COLLECTED:
            return self.zone_of(node), None
        if delivery.node is not None:
            shop = self.nodes[delivery.node]
            return self.zone_of(shop), shop.location.calendar
        place = delivery.to or self.order.destination
        return place.time_zone or self.network.time_zone or "UTC", place.calendar

    def trip(self, name, delivery, service, zone_number):
        """Gather what says when it gets there."""
        key = name, delivery, service
        if key not in self.trips:
            node = self.nodes[name]
            one = None if service is None else self.services[service]
            zone = self.zone_of(node)
            end, receiving = self.end_of(delivery, node)
            moving = bringing = days = None
            if one is not None:
                moving, days = one.calendar, one.transit_days
                bringing = one.delivery_calendar
                if one.transit_minutes is None:
                    bringing = bringing or moving
                if isinstance(days, tuple):
                    days = days[zone_number - 1]
            self.trips[key] = Trip(
                *(node, delivery, one, zone, end, self.hours(node.calendar, zone)),
                self.hours(moving, zone),
                None if bringing is None else self.hours(bringing, end),
                self.hours(receiving, end),
                days,
            )
        return self.trips[key]

    # --- a shipment -------------------------------------------------------------

    def ask(self, trip, a):
        """Return the dates of a shipment, or in one word why there are none."""
        key = trip.node.id, trip.delivery, trip.service and trip.service.id, a
        if key not in self.known:
            found = self.raw(trip, a)
            why = self._why_not(trip, found)
            self.known[key] = why or self._counted(trip, found)
        return self.known[key]

    def _why_not(self, trip, found):
        """Say in one word what forbids a shipment, its deadline apart."""
        if found is None:
            return "no_date"
        node, delivery = trip.node, trip.delivery
        at, leaves = found.delivers_at, found.leaves
        is_asked = delivery.need_by is not None or delivery.earliest is not None
        if at is None and (is_asked or self.needs_date):
            return "no_date"
        if any(one is not None and one > self.horizon for one in (at, leaves)):
            return "no_date"
        if delivery.method == "same_day":
            start = self.placed
            if delivery.earliest is not None:
                start = max(start, moment(trip.end, delivery.earliest, 0))
            if found.delivers_on != local(start, trip.end):
                return "after_cutoff"
        start, end = node.active_from or self.placed, node.active_until
        if any(one < start or (end and one >= end) for one in (self.placed, leaves)):
            return "not_active"
        return None

    def _counted(self, trip, found):
        """Count the days that a term may charge; one word where it is too late."""
        delivery, late, until = trip.delivery, 0, 0
        if found.delivers_at is not None:
            today = local(self.placed, trip.end)
            until = max(0, (found.delivers_on - today).days)
            if delivery.need_by is not None:
                while found.delivers_at > self.deadline(trip, late):
                    late += 1
        is_strict = any(r.applies(self.order, delivery) for r in self.strict)
        if late and (is_strict or not self.may_be_late):
            return "too_late"
        return found._replace(days_late=late, days_until=until)

    @staticmethod
    def deadline(trip, days):
        """Return the deadline moved by local days."""
        need_by = trip.delivery.need_by
        if not isinstance(need_by, datetime):
            return moment(trip.end, need_by + (days + 1) * DAY, 0)
        if not days:
            return need_by
        zone = ZoneInfo(trip.end)
        wall = need_by.astimezone(zone).replace(tzinfo=None, fold=0) + days * DAY
        return wall.replace(tzinfo=zone).astimezone(UTC)

    def valid_until(self, trip, a):
        """Return the last moment with the same hand-over, by halving."""
        wanted = self.raw(trip, a).leaves
        low, high = 0, (wanted - a) // TICK
        while low < high:
            middle = (low + high + 1) // 2
            found = self.raw(trip, a + middle * TICK)
            if found is not None and found.leaves == wanted:
                low = middle
            else:
                high = middle - 1
        return a + low * TICK

    def raw(self, trip, a):
        """Return the dates by calendars alone; None where there are none."""
        ready = self.ready(trip, a)
        if ready is None:
            return None
        if trip.delivery.method in COLLECTED:
            return self._collected(trip, ready)
        if trip.service is None:
            return Dates(ready, ready, None, None)
        if trip.service.transit_minutes is not None:
            return self._couriered(trip, ready)
        if trip.delivery.method == "same_day":
            return None
        if trip.days is None:
            handed = (
                Dates(ready, at, None, None) for at, _ in self._handed(trip, ready)
            )
        else:
            handed = self._carried(trip, ready)
        return next(handed, None)

    def ready(self, trip, a):
        """Return when work on an order of that moment is done."""
        node, work = trip.node, trip.work
        key = node.id, trip.delivery.method, trip.service and trip.service.id
        if key not in self.cutoffs:
            working = [day for day in self.days if work.has(day)]
            self.cutoffs[key] = [(day, self._cutoff(trip, day)) for day in working]
        working = self.cutoffs[key]
        taken = [day for day, until in working if until >= a]
        if not taken:
            return None
        days = [day for day, _ in working if day >= taken[0]]
        if len(days) <= node.processing.days:
            return None
        start = max(a, work.first(days[node.processing.days]))
        left = timedelta(minutes=node.processing.minutes)
        for opens, closes in work.openings:
            if closes < start:
                continue
            begins = max(opens, start)
            if closes - begins >= left:
                return begins + left
            left -= closes - begins
        return None

    @staticmethod
    def _cutoff(trip, day):
        """Return the cut-off of a working day."""
        node = trip.node
        tables = [node.cutoffs.get(trip.delivery.method), node.cutoff]
        if trip.service is not None:
            tables.insert(0, node.cutoffs.get(trip.service.id))
        for table in tables:
            clock = entry(table, day)
            if clock is not None:
                return moment(trip.zone, day, minutes_of(clock))
        return trip.work.last(day)

    # --- hand-over and arrival --------------------------------------------------

    def _picked(self, trip, ready):
        """List pick-ups with the dates they are written for, first to last."""
        found = [
            (moment(trip.zone, day, minutes_of(clock)), day)
            for day in self.days
            if trip.work.has(day)
            for clock in entry(trip.pickups, day) or ()
        ]
        return sorted(one for one in found if one[0] >= ready)

    def _handed(self, trip, ready):
        """
        Yield the moments of hand-over, each with its date.

        Without pick-ups these are all while the node is open; yielded are the first of
        each opening and date, and the first after each turn, from which on it would
        come on a later date.
        """
        if trip.pickups is not None:
            found = self._picked(trip, ready)
            yield from (one for one in found if trip.moves.has(one[1]))
            return
        turns = ()
        if trip.delivery.earliest is not None:
            days = [trip.delivery.earliest - k * DAY for k in range(15)]
            turns = [moment(trip.end, day, trip.by) + TICK for day in days]
        for day in filter(trip.moves.has, self.days):
            begins, ends = (moment(trip.zone, day, n) for n in (0, 1440))
            found = set()
            for opens, closes in trip.work.openings:
                first = max(begins, opens, ready)
                each = (first, *(x for x in turns if x > first))
                found |= {at for at in each if at <= closes and at < ends}
            yield from ((at, day) for at in sorted(found))

    def _carried(self, trip, ready):
        """Yield the dates by a service that counts days, the first that will do."""
        for ships, day in self._handed(trip, ready):
            later = [d for d in self.days if d > day and trip.moves.has(d)]
            if trip.days > len(later):
                return
            start = later[trip.days - 1] if trip.days else day
            days = (d for d in self.days if d >= start and self._may_come(trip, d))
            good = (d for d in days if moment(trip.end, d, trip.by) >= ships)
            on = next(good, None)
            if on is None:
                return
            if trip.delivery.earliest is None or on >= trip.delivery.earliest:
                yield Dates(ready, ships, on, moment(trip.end, on, trip.by))

    @staticmethod
    def _may_come(trip, day):
        """Tell whether there are deliveries on a date, and somebody to receive them."""
        is_brought = trip.brings is None or trip.brings.has(day)
        return is_brought and trip.receives.has(day)

    def _couriered(self, trip, ready):
        """Return the dates of a courier: within one opening of its own."""
        lasts = timedelta(minutes=trip.service.transit_minutes)
        least = trip.delivery.earliest or self.days[0]
        days = [d for d in self.days if d >= least and self._may_come(trip, d)]
        if trip.pickups is not None:
            found = [
                at
                for at, _ in self._picked(trip, ready)
                if any(a <= at and at + lasts <= b for a, b in trip.moves.openings)
                and local(at + lasts, trip.end) in days
            ]
        else:
            found = [at for day in days for at in self._runs(trip, day, lasts, ready)]
        if not found:
            return None
        at = min(found) + lasts
        return Dates(ready, min(found), local(at, trip.end), at)

    @staticmethod
    def _runs(trip, day, lasts, ready):
        """Yield the first moments to leave at to be there on a date."""
        begins, ends = (moment(trip.end, day, n) - lasts for n in (0, 1440))
        for opens, closes in trip.work.openings:
            if closes < begins or opens >= ends:
                continue
            for a, b in trip.moves.openings:
                at = max(begins, opens, a, ready)
                if at <= min(closes, b - lasts) and at < ends:
                    yield at

    def _collected(self, trip, ready):
        """Return the dates of what the customer comes for."""
        node, start = trip.node, ready
        if trip.delivery.earliest is not None:
            start = max(ready, moment(trip.zone, trip.delivery.earliest, 0))
        calendar = node.collection_calendar or node.calendar
        for opens, closes in self.hours(calendar, trip.zone).openings:
            at = max(opens, start)
            if at < closes:
                return Dates(ready, None, local(at, trip.zone), at)
        return None
