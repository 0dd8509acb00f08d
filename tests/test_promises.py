"""Promises as values: what they hold, how they are compared, and how they are shown."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domroute.plan import Content, Costs, Plan, Shipment, Unfilled
from domroute.promises import BEST, FORMAT, PROMISE_COLUMNS, Promise, PromiseOption
from domroute.reasons import Reason
from domroute.result import RoutingResult, Status
from domroute.words import Method

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


def comes(days, name="N1"):
    """Make a shipment that comes some days after Wed 18 November; None for never."""
    when = None if days is None else NOON + timedelta(days=days)
    return Shipment(
        *("o1", name, Method.SHIP, (Content("A", "A", 1),)),
        delivers_on=None if when is None else when.date(),
        delivers_at=when,
    )


def option(*days, cost=5.0, left=0, speed="slow", method=Method.SHIP):
    """Make an option of a shipment for each number of days."""
    parts = tuple(comes(each, f"N{at}") for at, each in enumerate(days))
    unfilled = (Unfilled("o1", "B", "B", left, Reason.NO_DATE, cost=7.0),)
    plan = Plan(parts, unfilled if left else ())
    result = RoutingResult("o1", plan, Status.OPTIMAL, cost, cost, "subset", "v1")
    return PromiseOption(method, speed, result)


def dominated(*options):
    """Tell of each option whether another makes it pointless."""
    return [made.dominated for made in Promise.of("o1", options)]


def test_option_tells_what_its_plan_does():
    """Its dates are those of the shipments, and the last is when all is there."""
    made = option(1, 3, cost=9.0)

    assert made.delivers == (date(2026, 11, 19), date(2026, 11, 21))
    assert made.delivers_on == date(2026, 11, 21)
    assert (made.cost, made.costs) == (9.0, Costs())
    assert made.unfilled == ()
    assert made.valid_until is None


@pytest.mark.parametrize("days", [(), (None,), (1, None)])
def test_option_without_all_dates_has_no_last(days):
    """Nothing sent, or something of which nobody knows when."""
    assert option(*days).delivers_on is None
    assert option(*days).measures() == (0, 5.0, float("inf"))


def test_options_are_measured_by_what_is_left_cost_and_moment():
    """Two units left, at 5, a day on."""
    moment = (NOON + timedelta(days=1)).timestamp()

    assert option(1, left=2).measures() == (2, 5.0, moment)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # Dearer and later, or as dear and later, or dearer and as late.
        (option(1, cost=5.0), option(2, cost=6.0), [False, True]),
        (option(1, cost=5.0), option(2, cost=5.0), [False, True]),
        (option(1, cost=5.0), option(1, cost=6.0), [False, True]),
        # Dearer and sooner is worth its price.
        (option(1, cost=6.0), option(2, cost=5.0), [False, False]),
        # Equals stay both.
        (option(1), option(1), [False, False]),
        # Less left is worth its price and its time.
        (option(1, cost=1.0, left=2), option(2, cost=9.0), [False, False]),
        (option(1, left=2), option(1, left=1), [True, False]),
        # What promises no date is later than all.
        (option(9), option(None), [False, True]),
    ],
)
def test_option_that_another_beats_is_marked(one, other, expected):
    """Nowhere worse, and somewhere better."""
    assert dominated(one, other) == expected
    assert dominated(other, one) == expected[::-1]


def test_moment_counts_not_the_date():
    """Of two that come on one date the earlier is better."""
    early = option(1)
    late = option(1 + 1 / 24)

    assert early.delivers_on == late.delivers_on
    assert dominated(early, late) == [False, True]


def made():
    """Make a promise of three options, one of them dominated."""
    return Promise.of(
        "o1",
        [
            option(1, cost=9.0, speed=BEST),
            option(2, None, cost=12.5, left=2, speed="slow"),
            option(3, cost=4.0, speed=BEST, method=Method.PICKUP),
        ],
    )


def test_options_are_found_by_speed_and_method():
    """The first of a speed, or that of a method; none is a key that is missing."""
    promise = made()

    assert promise.option().cost == 9.0
    assert promise.option("slow").cost == 12.5
    assert promise.option(method="pickup").cost == 4.0
    assert promise.option(BEST, Method.SHIP) is promise.options[0]
    for speed, method in (("fast", None), ("slow", "pickup")):
        with pytest.raises(KeyError):
            promise.option(speed, method)


def test_promise_is_its_options():
    """Counted, and one after the other."""
    promise = made()

    assert len(promise) == 3
    assert list(promise) == list(promise.options)


def test_promise_as_plain_values():
    """All that it says, ready for JSON."""
    found = made().to_dict()

    assert (found["format"], found["order_id"]) == (FORMAT, "o1")
    first, second, _ = found["options"]
    result = first.pop("result")
    assert first == {
        "method": "ship",
        "speed": "best",
        "delivers_on": "2026-11-19",
        "delivers": ["2026-11-19"],
        "valid_until": None,
        "dominated": False,
    }
    assert result["cost"] == 9.0
    assert (second["delivers_on"], second["delivers"]) == (None, ["2026-11-20", None])
    assert second["dominated"]


def test_until_when_it_may_be_relied_on_is_written_out():
    """As ISO writes moments."""
    until = NOON + timedelta(minutes=15)
    result = RoutingResult(
        *("o1", Plan(()), Status.OPTIMAL, 0.0, 0.0, "subset", "v1"), valid_until=until
    )
    (found,) = Promise("o1", (PromiseOption(Method.SHIP, BEST, result),)).to_dict()[
        "options"
    ]

    assert found["valid_until"] == "2026-11-18T12:15:00+00:00"


def test_promise_as_a_frame():
    """A row per option."""
    frame = made().to_frame()

    assert tuple(frame.columns) == PROMISE_COLUMNS
    assert frame["cost"].tolist() == [9.0, 12.5, 4.0]
    assert frame["shipments"].tolist() == [1, 2, 1]
    assert frame["unfilled"].tolist() == [0, 2, 0]
    assert frame["dominated"].tolist() == [False, True, False]
    assert tuple(Promise("o1", ()).to_frame().columns) == PROMISE_COLUMNS


def test_promise_shows_itself():
    """As text and as a page: what each option is, and which is pointless."""
    promise = made()

    lines = str(promise).splitlines()
    shown = next(line for line in lines if "slow" in line)
    assert "12.50" in shown
    assert "another is better" in shown
    assert "2026-11-19" in next(line for line in lines if "9.00" in line)
    page = promise._repr_html_()
    assert "<table" in page
    assert "another is better" in page
