"""What holds of dates in any network: order, later is never earlier, and validity."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from builders import item
from dated import NEW_YORK, ground, site
from domroute.calendars import WEEKDAYS
from domroute.network import Network
from domroute.verify.dates import Timetable
from domroute.verify.timing import Trip

CLOCKS = ["00:00", "01:30", "02:30", "06:00", "09:00", "12:30", "17:00", "22:00"]
ZONES = [NEW_YORK, "UTC", "Europe/Berlin", "Australia/Lord_Howe"]
# Beside both clock changes of New York in 2026, and a year's end.
STARTS = [
    datetime(2026, 3, 6, tzinfo=UTC),
    datetime(2026, 10, 29, tzinfo=UTC),
    datetime(2026, 12, 30, tzinfo=UTC),
]


@st.composite
def calendars(draw, name):
    """Draw a calendar with one row on some of the weekdays, some into the next date."""
    days = draw(st.lists(st.sampled_from(WEEKDAYS), min_size=2, unique=True))
    opens = draw(st.sampled_from(CLOCKS))
    closes = draw(st.sampled_from([each for each in CLOCKS if each != opens]))
    first = draw(st.sampled_from(STARTS)).date()
    closed = [first + timedelta(days=n) for n in draw(st.sets(st.integers(0, 9)))]
    if draw(st.booleans()):
        return {"id": name, "days": days, "closed": closed}
    return {"id": name, "hours": {day: [[opens, closes]] for day in days}}


@st.composite
def trips(draw):
    """Draw a trip in a network of one node and one service, and its timetable."""
    names = ["works", "runs", "brings", "receives"]
    named = [draw(calendars(name)) for name in names]
    some = st.sampled_from([None, *names])
    clock = st.sampled_from(CLOCKS)
    node = site(
        calendar=draw(some),
        cutoff=draw(st.none() | clock | st.just("25:30")),
        processing={
            "days": draw(st.integers(0, 2)),
            "minutes": draw(st.sampled_from([0, 1, 90, 900])),
        },
        time_zone=draw(st.sampled_from(ZONES)),
    )
    is_courier = draw(st.booleans())
    service = ground(
        calendar=draw(some),
        delivery_calendar=draw(some),
        pickups=draw(st.none() | st.lists(clock, min_size=1, max_size=3, unique=True)),
        transit_days=None if is_courier else draw(st.integers(0, 3)),
        transit_minutes=30 if is_courier else None,
        delivers_by=draw(clock),
    )
    network = Network(
        nodes=[node], items=[item("A")], services=[service], calendars=named
    )
    start = draw(st.sampled_from(STARTS))
    how = draw(st.sampled_from(["ship", "pickup"]))
    trip = Trip(
        node=node,
        service=service if how == "ship" else None,
        method=how,
        transit_days=None if how == "pickup" else service.transit_days,
        is_collected=how == "pickup",
        place_zone=draw(st.sampled_from(ZONES)),
        receiving=draw(some),
        earliest=draw(st.none() | st.just(start.date() + timedelta(days=4))),
        until=start + timedelta(days=60),
    )
    timetable = Timetable(network, {service.id: service})
    since = start + timedelta(minutes=draw(st.integers(0, 6 * 24 * 60)))
    return timetable, trip, since


@given(trips())
def test_dates_follow_each_other(drawn):
    """It begins, is ready, ships and comes, one after the other."""
    timetable, trip, since = drawn
    found = timetable.dates_of(trip, since)
    if found is None:
        return

    known = [since, found.ready_at, found.ships_at, found.delivers_at]
    known = [moment for moment in known if moment is not None]
    assert known == sorted(known)
    assert known[-1] <= trip.until


@given(trips(), st.integers(1, 3 * 24 * 60))
def test_later_is_never_earlier(drawn, minutes):
    """What begins later leaves no earlier, and comes no earlier."""
    timetable, trip, since = drawn
    found = timetable.dates_of(trip, since)
    later = timetable.dates_of(trip, since + timedelta(minutes=minutes))
    if later is None:
        return

    assert found is not None
    assert found.ready_at <= later.ready_at
    assert found.leaves_at <= later.leaves_at
    assert found.delivers_at <= later.delivers_at
    assert found.delivers_on <= later.delivers_on


@given(trips())
def test_last_moment_is_the_last(drawn):
    """Begun at the last moment it leaves as before, a microsecond later it does not."""
    timetable, trip, since = drawn
    found = timetable.dates_of(trip, since)
    if found is None:
        return
    last = timetable.last_moment(trip, since, found)
    step = timedelta(microseconds=1)
    after = timetable.dates_of(trip, last + step)

    assert timetable.dates_of(trip, last).leaves_at == found.leaves_at
    assert after is None or after.leaves_at > found.leaves_at
    assert timetable.is_last(trip, since, found, last)
    assert not timetable.is_last(trip, since, found, last + step)
    if last > since:
        assert not timetable.is_last(trip, since, found, last - step)


@given(trips())
def test_dates_fall_into_their_calendars(drawn):
    """What is delivered by days comes on a date of the carrier's and the customer's."""
    timetable, trip, since = drawn
    found = timetable.dates_of(trip, since)
    if found is None or trip.service is None:
        return
    clock, service = timetable.clock, trip.service
    bringing = service.delivery_calendar
    if trip.transit_days is not None:
        bringing = bringing or service.calendar

    assert isinstance(found.delivers_on, date)
    assert clock.works_on(trip.receiving, found.delivers_on)
    assert clock.works_on(bringing, found.delivers_on)
    assert trip.earliest is None or found.delivers_on >= trip.earliest
    if service.pickups is None:
        zone = trip.node.time_zone
        assert clock.is_open(trip.node.calendar, zone, found.ships_at)
