"""Dates over nights, and where clocks change: minutes are real, days are local."""

from datetime import UTC, date, datetime

import pytest

from dated import NEW_YORK, WEEK, at, dated_codes, dates, ground, site
from domroute.network import Network
from domroute.verify.clock import Clock
from domroute.verify.dated import days_after

# In New York the clock goes from 02:00 to 03:00 on 8 March 2026, a Sunday, and from
# 02:00 back to 01:00 on 1 November 2026, a Sunday.
NIGHT = {"id": "night", "hours": {"sat": [["22:00", "06:00"]]}}


def night_shift(minutes, **fields):
    """Make a node that works on the night to Sunday, and a carrier at all times."""
    node = site(calendar="night", processing={"minutes": minutes}, **fields)
    return {
        "nodes": [node],
        "services": [ground(transit_days=1)],
        "calendars": [NIGHT],
    }


@pytest.mark.parametrize(
    ("saturday", "hours", "sunday", "monday"),
    [
        ("2026-03-07", 7, "2026-03-08", "2026-03-09"),
        ("2026-03-14", 8, "2026-03-15", "2026-03-16"),
        ("2026-10-31", 9, "2026-11-01", "2026-11-02"),
    ],
    ids=["spring", "usual", "fall"],
)
def test_night_shift_has_so_many_hours(saturday, hours, sunday, monday):
    """Work that takes all of the night is done as it closes."""
    # Begun at 22:00 with the whole shift; handed over at 06:00, as the node closes. The
    # day after Sunday ends at Tuesday's midnight.
    ends = f"{date.fromisoformat(monday).replace(day=int(monday[-2:]) + 1)}T00:00"
    made = dates(
        at(f"{sunday}T06:00"),
        at(f"{sunday}T06:00"),
        date.fromisoformat(monday),
        at(ends),
        at(f"{saturday}T22:00"),
    )

    assert dated_codes(made, f"{saturday}T21:00", **night_shift(60 * hours)) == []


def test_minute_more_than_the_night_waits_a_week():
    """Seven hours and a minute need the next Saturday's night."""
    # Sat 14 March: a minute past 22:00, in zone EDT. Sunday the 15th ends at midnight.
    # Each later order of the week is done as late: of 22:00 seven hours more. What
    # ends at 22:01 next week has begun by 22:00 this week, when the shift did.
    made = dates(
        at("2026-03-14T22:01"),
        at("2026-03-14T22:01"),
        date(2026, 3, 15),
        at("2026-03-16T00:00"),
        at("2026-03-07T22:00"),
    )

    assert dated_codes(made, "2026-03-07T21:00", **night_shift(421)) == []


def test_night_belongs_to_the_date_it_opens_on():
    """At 05:00 on Sunday an order is Saturday's, whose last closing is at 06:00."""
    # Ready at 05:30; in time as long as there is half an hour: each has its own end.
    made = dates(
        at("2026-03-15T05:30"),
        at("2026-03-15T05:30"),
        date(2026, 3, 16),
        at("2026-03-17T00:00"),
        at("2026-03-15T05:00"),
    )

    assert dated_codes(made, "2026-03-15T05:00", **night_shift(30)) == []


def test_cutoff_past_midnight_is_still_the_days():
    """25:30 of Saturday is 01:30 on Sunday."""
    room = night_shift(0, cutoff="25:30")
    room["services"] = [ground(transit_days=1, pickups=["06:00"], calendar="sun")]
    room["calendars"] = [
        {"id": "night", "days": ["sat", "sun"]},
        {"id": "sun", "days": ["sun", "mon"]},
    ]
    # Open around the clock on Sat and Sun: at 01:30 still Saturday's, ready at once.
    # Sunday's own cut-off is on Monday at 01:30: until the pick-up all goes with it.
    made = dates(
        at("2026-03-15T01:30"),
        at("2026-03-15T06:00"),
        date(2026, 3, 16),
        at("2026-03-17T00:00"),
        at("2026-03-15T06:00"),
    )

    assert dated_codes(made, "2026-03-15T01:30", **room) == []


def test_closed_date_does_not_cut_the_night_before():
    """A closed Sunday leaves Saturday's night as it is."""
    room = night_shift(60)
    room["calendars"] = [{**NIGHT, "closed": ["2026-03-15"]}]
    made = dates(
        at("2026-03-15T05:00"),
        at("2026-03-15T05:00"),
        date(2026, 3, 16),
        at("2026-03-17T00:00"),
        at("2026-03-15T04:00"),
    )

    assert dated_codes(made, "2026-03-15T04:00", **room) == []


def test_closed_date_takes_its_night_away():
    """With Saturday closed, Sunday at 04:00 waits for the next Saturday."""
    room = night_shift(60)
    room["calendars"] = [{**NIGHT, "closed": ["2026-03-14"]}]
    # Sat 21 March 22:00 and an hour. On Monday, 24:00.
    made = dates(
        at("2026-03-21T23:00"),
        at("2026-03-21T23:00"),
        date(2026, 3, 22),
        at("2026-03-23T00:00"),
        at("2026-03-21T22:00"),
    )

    assert dated_codes(made, "2026-03-15T04:00", **room) == []


def test_special_hours_replace_those_of_the_weekday():
    """On a special Saturday it works from 10:00 to 12:00, and not at night."""
    room = night_shift(60)
    room["calendars"] = [{**NIGHT, "special": {"2026-03-14": [["10:00", "12:00"]]}}]
    made = dates(
        at("2026-03-14T11:00"),
        at("2026-03-14T11:00"),
        date(2026, 3, 15),
        at("2026-03-16T00:00"),
        at("2026-03-14T10:00"),
    )

    assert dated_codes(made, "2026-03-14T08:00", **room) == []


def round_the_clock(cutoff=None, pickup="05:00"):
    """Make a node that is always open, and a carrier with one pick-up a day."""
    carrier = ground(transit_days=1, pickups=[pickup])
    return {"nodes": [site(cutoff=cutoff)], "services": [carrier]}


def test_time_in_the_gap_is_read_before_it():
    """A cut-off at 02:30, which there is not, is at 03:30."""
    made = dates(
        at("2026-03-08T03:30"),
        at("2026-03-08T05:00"),
        date(2026, 3, 9),
        at("2026-03-10T00:00"),
        at("2026-03-08T03:30"),
    )
    late = dates(
        at("2026-03-09T00:00"),
        at("2026-03-09T05:00"),
        date(2026, 3, 10),
        at("2026-03-11T00:00"),
        at("2026-03-09T02:30"),
    )
    room = round_the_clock(cutoff="02:30")

    assert dated_codes(made, "2026-03-08T03:30", **room) == []
    assert dated_codes(late, "2026-03-08T03:30:00.000001", **room) == []


def test_time_that_comes_twice_is_the_first():
    """A pick-up at 01:30 on the night in fall is at the first of the two."""
    made = dates(
        at("2026-11-01T01:00"),
        at("2026-11-01T01:30"),
        date(2026, 11, 2),
        at("2026-11-03T00:00"),
        at("2026-11-01T01:30"),
    )
    # 06:30 UTC is the second 01:30: the next pick-up is Monday's.
    missed = dates(
        at("2026-11-01T01:30", fold=1),
        at("2026-11-02T01:30"),
        date(2026, 11, 3),
        at("2026-11-04T00:00"),
        at("2026-11-02T01:30"),
    )
    room = round_the_clock(pickup="01:30")

    assert dated_codes(made, "2026-11-01T01:00", **room) == []
    assert dated_codes(missed, "2026-11-01T06:30:00+00:00", **room) == []


def test_zone_of_the_node_reads_its_cutoff():
    """14:00 in Los Angeles is 17:00 in New York."""
    node = site(calendar="dc", cutoff="14:00", time_zone="America/Los_Angeles")
    room = {
        "nodes": [node],
        "services": [ground(transit_days=1, pickups=["17:00"])],
        "calendars": [{"id": "dc", "hours": WEEK}],
    }
    # 16:59 in New York: in time. 17:00 there is 20:00 here; Thu ends here at midnight.
    made = dates(
        at("2026-11-18T16:59"),
        at("2026-11-18T20:00"),
        date(2026, 11, 19),
        at("2026-11-20T00:00"),
        at("2026-11-18T17:00"),
    )

    assert dated_codes(made, "2026-11-18T16:59", **room) == []


def test_rows_that_touch_are_one():
    """Work over two rows that touch has no break."""
    rows = {"wed": [["09:00", "12:00"], ["12:00", "17:00"]]}
    room = {
        "nodes": [site(calendar="dc", processing={"minutes": 120})],
        "services": [ground(transit_days=1)],
        "calendars": [{"id": "dc", "hours": rows}],
    }
    made = dates(
        at("2026-11-18T13:00"),
        at("2026-11-18T13:00"),
        date(2026, 11, 19),
        at("2026-11-20T00:00"),
        at("2026-11-18T11:00"),
    )

    assert dated_codes(made, "2026-11-18T11:00", **room) == []


def test_break_between_rows_is_no_work():
    """Work that is not done by noon goes on at 13:00."""
    rows = {"wed": [["09:00", "12:00"], ["13:00", "17:00"]]}
    room = {
        "nodes": [site(calendar="dc", processing={"minutes": 120})],
        "services": [ground(transit_days=1)],
        "calendars": [{"id": "dc", "hours": rows}],
    }
    made = dates(
        at("2026-11-18T14:00"),
        at("2026-11-18T14:00"),
        date(2026, 11, 19),
        at("2026-11-20T00:00"),
        at("2026-11-18T11:00"),
    )

    assert dated_codes(made, "2026-11-18T11:00", **room) == []


@pytest.mark.parametrize(
    ("need_by", "delivers_at", "days"),
    [
        (date(2026, 12, 1), at("2026-12-02T00:00"), 0),
        (date(2026, 12, 1), at("2026-12-02T00:01"), 1),
        (date(2026, 12, 1), at("2026-12-03T00:00"), 1),
        (date(2026, 12, 31), at("2027-01-02T12:00"), 2),
        (at("2026-12-01T12:00"), at("2026-12-01T12:00"), 0),
        (at("2026-12-01T12:00"), at("2026-12-01T20:00"), 1),
        (at("2026-12-01T12:00"), at("2026-12-02T12:00"), 1),
        (at("2026-12-01T12:00"), at("2026-12-02T12:01"), 2),
        # 25 hours later, and on the clock a day.
        (at("2026-10-31T12:00"), at("2026-11-01T12:00"), 1),
        # 23 hours later is a day as well, and a minute more two.
        (at("2026-03-07T12:00"), at("2026-03-08T12:00"), 1),
        (at("2026-03-07T12:00"), at("2026-03-08T12:01"), 2),
        # 02:30 on the 8th is read as 03:30.
        (at("2026-03-07T02:30"), at("2026-03-08T03:30"), 1),
        # The second 01:30 itself is in time; moved, it is read as any 01:30.
        (at("2026-11-01T01:30", fold=1), at("2026-11-01T01:30", fold=1), 0),
        (at("2026-11-01T01:30", fold=1), at("2026-11-02T01:30"), 1),
        # Moved onto the night when it comes twice, the first is meant.
        (at("2026-10-31T01:30"), at("2026-11-01T01:30"), 1),
        (at("2026-10-31T01:30"), at("2026-11-01T01:30", fold=1), 2),
    ],
)
def test_days_late_are_local_days(need_by, delivers_at, days):
    """Days late are the fewest that a deadline must be moved on the clock."""
    clock = Clock(Network(nodes=[], items=[]))

    assert days_after(clock, NEW_YORK, need_by, delivers_at) == days


def test_row_within_the_gap_is_no_time():
    """A row of which the clock skips all opens nothing, whatever is read of it."""
    rows = [["02:30", "03:00"]]
    network = Network(
        nodes=[],
        items=[],
        calendars=[{"id": "gap", "hours": {"sun": rows}}],
    )
    clock = Clock(network)

    assert clock.works_on("gap", date(2026, 3, 8))
    assert not clock.is_open("gap", NEW_YORK, datetime(2026, 3, 8, 7, tzinfo=UTC))
    assert not clock.is_open("gap", NEW_YORK, datetime(2026, 3, 8, 7, 30, tzinfo=UTC))
