"""Calendars and local times: what they say of a date, and what is none."""

from datetime import UTC, date, datetime, time

import pytest

from domroute.calendars import (
    Calendar,
    Processing,
    entry_on,
    minute_of,
    span_of,
    time_on,
)
from domroute.files.intake.rows import Rows, read_rows
from domroute.network import Item, Node
from domroute.orders import Delivery
from domroute.services import Service

SERVICE = {
    "id": "ground",
    "rate_card": {"weights_kg": [1], "rates": [[5], [7]]},
    "zones": {"kind": "distance", "bands_km": [80]},
}
NODE = {"id": "N1", "location": {"lat": 40.7, "lon": -74.0}}
CALENDAR = {"id": "dc"}


def faults(model, good, **fields):
    """Return the path and the code of each fault of a row."""
    issues = []
    read_rows(model, Rows.of("rows", [{**good, **fields}]), issues)
    return [(issue.where.removeprefix("rows[0]"), issue.code) for issue in issues]


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"hours": {}, "days": []}, [("", "days_and_hours")]),
        (
            {"closed": ["2026-12-25"], "special": {"2026-12-25": []}},
            [(".special", "special_and_closed")],
        ),
        (
            {"hours": {"mon": [["09:00", "12:00"], ["11:59", "13:00"]]}},
            [(".hours.mon", "overlapping_hours")],
        ),
        (
            # Friday's night runs into Saturday until 06:00.
            {"hours": {"fri": [["22:00", "06:00"]], "sat": [["05:00", "09:00"]]}},
            [(".hours.sat", "overlapping_hours")],
        ),
        (
            # Sunday's runs into Monday.
            {"hours": {"sun": [["22:00", "06:00"]], "mon": [["05:00", "09:00"]]}},
            [(".hours.mon", "overlapping_hours")],
        ),
        (
            {"special": {"2026-12-24": [["09:00", "12:00"], ["10:00", "11:00"]]}},
            [(".special.2026-12-24", "overlapping_hours")],
        ),
        (
            {
                "hours": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]},
                "days": ["mon"],
                "closed": ["2026-12-25"],
                "special": {"2026-12-25": []},
            },
            [
                ("", "days_and_hours"),
                (".special", "special_and_closed"),
                (".hours.mon", "overlapping_hours"),
            ],
        ),
        ({"hours": {"monday": []}}, [(".hours.monday", "unknown_value")]),
        ({"hours": 5}, [(".hours", "wrong_type")]),
        ({"hours": {"mon": 5}}, [(".hours.mon", "wrong_type")]),
        ({"hours": {"mon": ["09:00"]}}, [(".hours.mon[0]", "wrong_type")]),
        ({"hours": {"mon": [["09:00"]]}}, [(".hours.mon[0][1]", "missing")]),
        (
            {"hours": {"mon": [["09:00", "24:01"]]}},
            [(".hours.mon[0][1]", "impossible_date")],
        ),
        ({"days": ["mo"]}, [(".days[0]", "unknown_value")]),
        ({"closed": ["2026-02-30"]}, [(".closed[0]", "impossible_date")]),
        ({"closed": [None]}, [(".closed[0]", "wrong_type")]),
        ({"special": {"mon": []}}, [(".special.mon", "impossible_date")]),
        ({"special": []}, [(".special", "wrong_type")]),
    ],
)
def test_calendar_says_what_is_wrong_and_where(fields, wanted):
    """All at once, each at the place in the row where it stands."""
    assert faults(Calendar, CALENDAR, **fields) == wanted


@pytest.mark.parametrize(
    "hours",
    [
        {"mon": [["09:00", "12:00"], ["12:00", "17:00"]]},
        {"fri": [["22:00", "06:00"]], "sat": [["06:00", "09:00"]]},
        {"mon": [["09:00", "09:00"], ["08:00", "10:00"]]},
        {"mon": [["00:00", "24:00"]], "tue": [["00:00", "24:00"]]},
    ],
    ids=["touching", "after_a_night", "none", "around_the_clock"],
)
def test_rows_that_touch_do_not_overlap(hours):
    """One may close as the next opens; one that closes as it opens is none."""
    assert not faults(Calendar, CALENDAR, hours=hours)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("24:01", []),  # still that working day's, as is ...
        ("47:59", []),
        ("48:00", [("", "impossible_date")]),
        ("9:00", [("", "impossible_date")]),
        ("09:60", [("", "impossible_date")]),
        ("09:00\n", [("", "impossible_date")]),
        ("0\u0669:00", [("", "impossible_date")]),
        (5, [("", "wrong_type")]),
        (True, [("", "wrong_type")]),
        (["14:00"], [("", "wrong_type")]),
        ({"*": "14:00", "2026-12-24": "10:00"}, []),
        ({"*": None}, [(".*", "wrong_type")]),
        ({"sunday": "14:00"}, [(".sunday", "unknown_value")]),
        ({"2026-02-30": "14:00"}, [(".2026-02-30", "unknown_value")]),
        ({"20261224": "14:00"}, [(".20261224", "unknown_value")]),
    ],
)
def test_cutoff_is_a_time_or_times_by_day(value, wanted):
    """What is neither is told by its own place, not by the forms it might have."""
    assert faults(Node, NODE, cutoff=value) == [
        (f".cutoff{path}", code) for path, code in wanted
    ]
    assert faults(Node, NODE, cutoffs={"ship": value}) == [
        (f".cutoffs.ship{path}", code) for path, code in wanted
    ]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ([], []),
        (["17:00"], []),
        ({"*": ["17:00"], "sat": []}, []),
        ("17:00", [("", "wrong_type")]),
        (5, [("", "wrong_type")]),
        (["24:01"], [("[0]", "impossible_date")]),
        ({"*": "17:00"}, [(".*", "wrong_type")]),
        ({"*": ["5pm"]}, [(".*[0]", "impossible_date")]),
    ],
)
def test_pickups_are_times_or_times_by_day(value, wanted):
    """The same of a service and of a node's own."""
    assert faults(Service, SERVICE, pickups=value) == [
        (f".pickups{path}", code) for path, code in wanted
    ]
    assert faults(Node, NODE, pickups={"ground": value}) == [
        (f".pickups.ground{path}", code) for path, code in wanted
    ]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (3, []),
        ([1, 2], []),
        ([1], [("", "transit_days_per_zone")]),
        ([], [("", "transit_days_per_zone")]),
        (-1, [(".transit_days", "out_of_range")]),
        (1.5, [(".transit_days", "wrong_type")]),
        ("3", [(".transit_days", "wrong_type")]),
        ({}, [(".transit_days", "out_of_range")]),
        ({0.5: [1, 2], 0.9: [2, 2]}, []),
        ({0.5: [1]}, [("", "transit_days_per_zone")]),
        ([1, None], [(".transit_days[1]", "wrong_type")]),
    ],
)
def test_transit_is_a_number_or_one_per_zone_or_quantiles(value, wanted):
    """Two zones need two numbers, or one for both."""
    assert faults(Service, SERVICE, transit_days=value) == wanted


def test_transit_is_in_days_or_in_minutes():
    """A service that promises both promises nothing."""
    found = faults(Service, SERVICE, transit_days=1, transit_minutes=60)

    assert found == [("", "transit_days_and_minutes")]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0, "wrong_type"),
        (86400.0, "wrong_type"),
        (True, "wrong_type"),
        (None, "wrong_type"),
        (["2026-12-24"], "wrong_type"),
        ("0", "impossible_date"),
        ("2026-12-24T00:00:00", "impossible_date"),
        ("2026-12-24T12:00:00Z", "impossible_date"),
        ("20261224", "impossible_date"),
        ("0000-01-01", "impossible_date"),
        (datetime(2026, 12, 24, 12, tzinfo=UTC), "impossible_date"),
    ],
)
def test_date_is_no_count_of_seconds(value, code):
    """Nor a moment: 86400 would be the second day of 1970."""
    assert faults(Calendar, CALENDAR, closed=[value]) == [(".closed[0]", code)]
    if value is not None:
        assert faults(Delivery, {}, earliest=value) == [(".earliest", code)]
    if isinstance(value, str):
        key = f".special.{value}"
        assert faults(Calendar, CALENDAR, special={value: []}) == [(key, code)]


@pytest.mark.parametrize("value", ["X/Y", "../etc", "", "Europe", "\0", "é" * 99])
def test_time_zone_is_one_that_there_is(value):
    """No folder, no path, no invention."""
    assert faults(Node, NODE, time_zone=value) == [(".time_zone", "unknown_time_zone")]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (5, "wrong_type"),
        (True, "wrong_type"),
        ([], "wrong_type"),
        ("1700000000", "impossible_date"),
        ("soon", "impossible_date"),
        ("2026-13-01", "impossible_date"),
        ("2026-12-01T12:00:00", "naive_datetime"),
        ("0001-01-01T00:00:00+14:00", "impossible_date"),
        ("9999-12-31T23:00:00-14:00", "impossible_date"),
    ],
)
def test_need_by_is_a_date_or_a_moment(value, code):
    """What is no moment in UTC is told, beyond Python's years as well."""
    assert faults(Delivery, {}, need_by=value) == [(".need_by", code)]


def test_moments_are_the_same_however_they_are_written():
    """10:00 at -04:00 is 14:00 in UTC: equal, of one hash, and written alike."""
    here = Delivery(need_by="2026-12-01T10:00:00-04:00")
    there = Delivery(need_by="2026-12-01T14:00:00Z")

    assert here == there
    assert hash(here) == hash(there)
    assert here.model_dump_json() == there.model_dump_json()
    assert here.need_by == datetime(2026, 12, 1, 14, tzinfo=UTC)


def test_need_by_may_be_a_date():
    """A date stays one: it is no midnight."""
    assert type(Delivery(need_by="2026-12-01").need_by) is date


@pytest.mark.parametrize(
    ("earliest", "need_by", "is_fault"),
    [
        ("2026-12-02", "2026-12-01", True),
        ("2026-12-01", "2026-12-01", False),
        # In Kiritimati, 14 hours ahead, it is the 2nd already.
        ("2026-12-02", "2026-12-01T12:00:00Z", False),
        ("2026-12-03", "2026-12-01T12:00:00Z", True),
    ],
)
def test_earliest_is_not_after_need_by(earliest, need_by, is_fault):
    """Nothing can come after one date and before an earlier one, wherever it goes."""
    found = faults(Delivery, {}, earliest=earliest, need_by=need_by)

    assert found == ([("", "earliest_after_need_by")] if is_fault else [])


def test_release_needs_its_offset():
    """A moment without an offset is none, of an item as of an order."""
    found = faults(Item, {"sku": "A"}, release_at="2026-12-01T12:00:00")

    assert found == [(".release_at", "naive_datetime")]


def test_ten_thousand_rows_are_read():
    """Ten thousand dates, each closed or special; the last row is the faulty one."""
    first = date(2000, 1, 1).toordinal()
    days = [str(date.fromordinal(first + at)) for at in range(10_000)]
    rows = [["09:00", "12:00"], ["12:00", "17:00"]]
    special = {**dict.fromkeys(days, rows), days[-1]: [*rows, ["16:00", "18:00"]]}

    assert not faults(Calendar, CALENDAR, closed=days)
    assert faults(Calendar, CALENDAR, special=special) == [
        (f".special.{days[-1]}", "overlapping_hours")
    ]


@pytest.mark.parametrize(
    ("clock", "minutes"), [("00:00", 0), ("09:30", 570), ("24:00", 1440)]
)
def test_minutes_count_from_midnight(clock, minutes):
    """09:30 is 9 x 60 + 30."""
    assert minute_of(clock) == minutes


@pytest.mark.parametrize(
    ("row", "span"),
    [
        (("09:00", "17:00"), (540, 1020)),
        (("22:00", "06:00"), (1320, 1440 + 360)),
        (("18:00", "00:00"), (1080, 1440)),
        (("00:00", "24:00"), (0, 1440)),
        (("09:00", "09:00"), (540, 540)),
    ],
)
def test_row_that_closes_first_runs_into_the_next_date(row, span):
    """22:00-06:00 closes a day of 1440 minutes later."""
    assert span_of(row) == span


@pytest.mark.parametrize(
    ("day", "entry"),
    [
        (date(2026, 12, 24), "date"),
        (date(2026, 12, 26), "sat"),
        (date(2026, 12, 25), "any"),
    ],
)
def test_date_goes_before_weekday_and_weekday_before_any(day, entry):
    """24 December 2026 is a Thursday, the 26th a Saturday."""
    entries = {"*": "any", "sat": "sat", "2026-12-24": "date"}

    assert entry_on(entries, day) == entry


def test_day_without_an_entry_has_none():
    """A Sunday is not a Saturday."""
    assert entry_on({"sat": 1}, date(2026, 12, 27)) is None


def test_one_time_holds_on_all_dates():
    """A time by itself, times by day, and none at all."""
    day = date(2026, 12, 26)

    assert time_on("14:00", day) == "14:00"
    assert time_on({"sat": "11:00"}, day) == "11:00"
    assert time_on({"sun": "11:00"}, day) is None
    assert time_on(None, day) is None


def test_clock_of_python_is_a_local_time():
    """Seconds and zones say more than a local time holds."""
    assert Node(**NODE, cutoff=time(9, 30)).cutoff == "09:30"
    assert faults(Node, NODE, cutoff=time(9, 30, 1)) == [(".cutoff", "wrong_type")]
    assert faults(Node, NODE, cutoff=time(9, tzinfo=UTC)) == [(".cutoff", "wrong_type")]


def test_work_is_the_same_day_unless_told():
    """No day waited, no minute worked."""
    assert Processing() == Processing(days=0, minutes=0)
