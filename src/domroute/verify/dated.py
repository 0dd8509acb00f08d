"""Whether the dates of shipments are right, and in time."""

from __future__ import annotations

from datetime import MAXYEAR, UTC, date, datetime
from operator import attrgetter
from zoneinfo import ZoneInfo

from domroute.calendars import Deadline
from domroute.costs.carriage import zone_number
from domroute.network import Node, Service
from domroute.verify.clock import DAY, Clock, day_at
from domroute.verify.dates import Timetable
from domroute.verify.deliveries import Group
from domroute.verify.merging import leg_of
from domroute.verify.quoted import Quoted
from domroute.verify.reading import Contents, Part, Reading
from domroute.verify.rules import concerns
from domroute.verify.timing import Dates, Timing, Trip
from domroute.verify.waiting import supply_of
from domroute.verify.workdays import check_day, day_limits_on, day_said
from domroute.wording import shorten
from domroute.words import Method, Supply

_FIELDS = ("ready_at", "ships_at", "delivers_on", "delivers_at")
_ALL = (*_FIELDS, "valid_until", "works_on")
_COMPARED = (*_FIELDS, "supply")
_said = attrgetter(*_ALL)
_compared = attrgetter(*_COMPARED)
_dates = attrgetter(*_FIELDS)


def check_dates(reading: Reading, quoted: Quoted | None) -> None:
    """Note every shipment with wrong dates, without any, or that comes too late."""
    if not reading.is_dated:
        for part in reading.parts:
            for name, said in zip(_ALL, _said(part.shipment), strict=True):
                if said is not None:
                    text = f"{name} is {shown(said)}: nothing says when"
                    reading.add("wrong_date", part.where, text)
        return
    for part in reading.parts:
        if part.to is not None or part.joined:
            continue
        # What carries it is another's fault where it cannot be known.
        if part.is_whole and is_carrier_known(part, reading, quoted):
            _check_part(part, reading)
    _check_one_date(reading)


def _held_until(part: Part) -> date | None:
    """Read until when a shipment is held for what comes on the same date."""
    said: object = part.shipment.delivers_on
    if not part.group.delivery.together or not isinstance(said, date):
        return None
    return day_at("UTC", said) if isinstance(said, datetime) else said


def _check_one_date(reading: Reading) -> None:
    """Note every delivery that must come on one date, and does not."""
    for group in reading.deliveries:
        if not group.delivery.together:
            continue
        parts = [part for part in reading.parts if part.group is group]
        said = {part.shipment.delivers_on for part in parts}
        if len(said) > 1:
            dates = ", ".join(sorted(map(shown, said)))
            text = f"all of a delivery comes on one date, not on {dates}"
            reading.add("not_together", f"order {reading.order.id!r}", text)


def is_carrier_known(part: Part, reading: Reading, quoted: Quoted | None) -> bool:
    """Tell whether it can be known what carries a shipment, and to which zone."""
    book, name = reading.book, part.shipment.service
    group = part.group if part.to is None else leg_of(part.group, part.to)
    is_quoted = quoted is not None and quoted.shipment(part.node.id, name)[1]
    needs_none = group.stays_at(part.node) or is_quoted
    if name is None:
        return needs_none or not book.picks_service
    service = book.services.get(name)
    if needs_none or service is None or not book.may_pick_service:
        return False
    return _zone_of(service, part.node, group, part.distance_km) is not None


def _check_part(part: Part, reading: Reading) -> None:
    said, name = part.shipment, part.shipment.service
    service = None if name is None else reading.book.services[name]
    timing = time_of(
        reading,
        part.group,
        part.node,
        service,
        part.contents,
        distance_km=part.distance_km,
        stock_at=part.stock_at,
        held=_held_until(part),
        works_on=day_said(said) if day_limits_on(part.node) else None,
    )
    part.timing = timing
    note_refusals(part, reading, timing)
    dates, since, trip = timing.dates, timing.since, timing.trip
    if since is not None and trip is not None:
        check_day(part, reading, trip, since)
    if dates is None or since is None or trip is None:
        return
    compare_dates(part, reading, dates)
    check_validity(part, reading, trip, since, dates)


def note_refusals(part: Part, reading: Reading, timing: Timing) -> None:
    """Note why a shipment may not be made with its dates, if it may not."""
    if timing.refusal is not None:
        text = f"node {part.node.id!r} {timing.refusal}"
        reading.add("not_permitted", part.where, text)
    if timing.lateness is not None:
        reading.add("too_late", part.where, timing.lateness)


def compare_dates(part: Part, reading: Reading, dates: Dates) -> None:
    """Note what is said of a shipment's dates, and is not so."""
    said = _compared(part.shipment)
    rights = (*_dates(dates), supply_of(part, placed_at_of(reading)))
    if said == rights:
        return
    for field, found, right in zip(_COMPARED, said, rights, strict=True):
        if found != right:
            text = f"{field} is {shown(found)}, should be {shown(right)}"
            reading.add("wrong_date", part.where, text)


def check_validity(
    part: Part, reading: Reading, trip: Trip, since: datetime, dates: Dates
) -> None:
    """Ask for the dates at what is said to be the last moment, and just after it."""
    timetable, said = reading.book.timetable, part.shipment.valid_until
    if _is_last(timetable, trip, since, dates, said):
        return
    right = timetable.last_moment(trip, since, dates)
    text = f"valid_until is {shown(said)}, should be {shown(right)}"
    reading.add("wrong_date", part.where, text)


def _is_last(
    timetable: Timetable, trip: Trip, since: datetime, dates: Dates, said: object
) -> bool:
    if not isinstance(said, datetime) or said.tzinfo is None:
        return False
    try:
        return timetable.is_last(trip, since, dates, said.astimezone(UTC))
    except OverflowError:
        return False


def time_of(
    reading: Reading,
    group: Group,
    node: Node,
    service: Service | None,
    contents: Contents,
    *,
    distance_km: float,
    stock_at: datetime | None = None,
    held: date | None = None,
    works_on: date | None = None,
) -> Timing:
    """
    Find when a shipment of a dated order leaves and comes, and whether it may.

    Parameters
    ----------
    stock_at
        When the last of its units may be used; None where all are there.
    held
        Until which date it is held for what comes with it.
    works_on
        The working day before which the work on it does not begin; None for the first.
    """
    if reading.order.placed_at is None:
        return Timing(None, refusal="has no dates for an order that is of no date")
    try:
        trip = _trip_of(
            reading,
            group,
            node,
            service,
            distance_km,
            held=held,
            works_on=works_on,
        )
        return _find_timing(reading, group, trip, contents, stock_at)
    except OverflowError:
        return Timing(None, refusal="promises nothing before the end of time")


def _find_timing(
    reading: Reading,
    group: Group,
    trip: Trip,
    contents: Contents,
    stock_at: datetime | None,
) -> Timing:
    placed = placed_at_of(reading)
    refusal = _refuse_trip(trip, group, reading)
    if refusal is not None:
        return Timing(None, refusal=refusal)
    since = placed
    for at in (stock_at, *[item.release_at for _, item, _ in contents]):
        if at is not None and at > since:
            since = at.astimezone(UTC)
    dates = reading.book.timetable.dates_of(trip, since)
    if dates is None:
        days = reading.book.policy.promise.horizon_days
        return Timing(None, refusal=f"promises no date within {days} days")
    refusal, lateness = _refuse_dates(trip, dates, placed), None
    days_late = days_until = 0
    need_by = group.delivery.need_by
    if dates.delivers_on is not None and dates.delivers_at is not None:
        ordered_on = day_at(trip.place_zone, placed)
        days_until = max(0, (dates.delivers_on - ordered_on).days)
        if need_by is not None:
            clock = reading.book.timetable.clock
            days_late = days_after(clock, trip.place_zone, need_by, dates.delivers_at)
            if days_late and is_hard(group, reading):
                lateness = f"comes {shown(dates.delivers_at)}, is needed by {need_by}"
    return Timing(dates, since, trip, refusal, lateness, days_late, days_until)


def placed_at_of(reading: Reading) -> datetime:
    """Return when the order was placed, in UTC."""
    placed_at = reading.order.placed_at
    if placed_at is None:
        raise ValueError(reading.order.id)
    return placed_at.astimezone(UTC)


def _trip_of(
    reading: Reading,
    group: Group,
    node: Node,
    service: Service | None,
    distance_km: float,
    *,
    held: date | None,
    works_on: date | None,
) -> Trip:
    book, delivery = reading.book, group.delivery
    clock, place = book.timetable.clock, group.place
    goal = book.nodes.get(delivery.node) if delivery.node is not None else None
    if group.is_collected:
        goal, place = node, node.location
    is_leg = group.is_leg
    return Trip(
        node=node,
        service=service,
        method=Method.SHIP.value if is_leg else group.method.value,
        transit_days=_transit_days(service, node, group, distance_km),
        is_collected=group.stays_at(node) and (service is None),
        ends_at=goal if group.method is Method.SHIP_TO_STORE and not is_leg else None,
        place_zone=clock.zone_at(place) if goal is None else clock.zone_of(goal),
        receiving=None if place is None else place.calendar,
        earliest=delivery.earliest,
        until=placed_at_of(reading) + book.horizon,
        held=held,
        works_on=works_on,
    )


def _transit_days(
    service: Service | None, node: Node, group: Group, distance_km: float
) -> int | None:
    days = None if service is None else service.transit_days
    if service is None or not isinstance(days, tuple):
        return days if isinstance(days, int) else None
    return days[(_zone_of(service, node, group, distance_km) or 1) - 1]


def _zone_of(
    service: Service, node: Node, group: Group, distance_km: float
) -> int | None:
    code = None if group.place is None else group.place.postal_code
    return zone_number(service.zones, distance_km, node.location.postal_code, code)


def _refuse_trip(trip: Trip, group: Group, reading: Reading) -> str | None:
    """Return why a shipment cannot be made, whenever it begins."""
    if group.method is Method.SAME_DAY and trip.courier is None:
        return "has no courier for the same day"
    if trip.has_arrival:
        return None
    if group.is_timed or reading.book.needs_arrival:
        return "promises no date, and one is needed"
    return None


def _refuse_dates(trip: Trip, dates: Dates, placed: datetime) -> str | None:
    """Return why a shipment may not be made with its dates."""
    node, leaves = trip.node, dates.leaves_at
    if leaves is not None:
        start, end = node.active_from, node.active_until
        if (start is not None and leaves < start) or (
            end is not None and leaves >= end
        ):
            return f"is not open any more, or not yet, at {shown(leaves)}"
    if trip.method == Method.SAME_DAY and dates.delivers_on is not None:
        asked = day_at(trip.place_zone, placed)
        if trip.earliest is not None:
            asked = max(asked, trip.earliest)
        if dates.delivers_on > asked:
            return f"is past its cut-off: it would come on {dates.delivers_on}"
    return None


def is_hard(group: Group, reading: Reading) -> bool:
    """Tell whether a delivery may not come after it is needed, whatever it costs."""
    book = reading.book
    return not book.allows_late or any(
        concerns(rule, reading.order, group.delivery) for rule in book.deadlines
    )


def days_after(clock: Clock, zone: str, need_by: Deadline, moment: datetime) -> int:
    """
    Count the local days by which a moment is after a deadline; 0 if it is in time.

    Examples
    --------
    >>> from domroute.network import Network
    >>> clock = Clock(Network(nodes=[], items=[]))
    >>> noon, late = (datetime(2026, 12, 1, hour, tzinfo=UTC) for hour in (12, 20))
    >>> days_after(clock, "UTC", noon, late), days_after(clock, "UTC", noon, noon)
    (1, 0)
    """
    days = 0
    if need_by.year == MAXYEAR:  # the last year there is says that nothing is late
        return days
    if moment > _deadline(clock, zone, need_by, 0):
        # Two days less than the dates say: wherever clocks change, that is too few.
        asked = need_by
        if isinstance(need_by, datetime):
            asked = day_at(zone, need_by)
        days = max(1, (day_at(zone, moment) - asked).days - 2)
        while moment > _deadline(clock, zone, need_by, days):
            days += 1
    return days


def _deadline(clock: Clock, zone: str, need_by: Deadline, days: int) -> datetime:
    """Move a deadline by local days: the same time on the clock of a later date."""
    if not isinstance(need_by, datetime):
        return clock.moment(zone, need_by + (days + 1) * DAY, 0)
    if not days:
        return need_by
    local = need_by.astimezone(ZoneInfo(zone)) + days * DAY
    return local.replace(fold=0).astimezone(UTC)


def shown(value: object) -> str:
    """Say a date or a moment in words."""
    if value is None:
        return "missing"
    if isinstance(value, Supply):
        return value.value
    return value.isoformat() if isinstance(value, date) else shorten(value)
