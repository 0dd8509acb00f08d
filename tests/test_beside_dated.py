"""What holds dated results to brute force notices what is false, and finds dates."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from benchmarks.beside import shares_in, told, tried

from dated_shares import SHARES
from domroute.calendars import Calendar, Processing
from domroute.network import Item, Network, Node
from domroute.orders import Delivery, Line, Order
from domroute.policy import Policy
from domroute.router import Router
from domroute.services import Service
from plain_dates import Clock

SEEDS = range(20)
"""Seeds of orders, most of which are shipped."""
WEEK = ("mon", "tue", "wed", "thu", "fri")


def thanksgiving():
    """Make the week of Thanksgiving in New York: parcels at 17:00, cut-off 14:00."""
    holiday = {"closed": ["2026-11-26"]}
    hours = {day: [["09:00", "17:00"]] for day in WEEK}
    return Network(
        time_zone="America/New_York",
        calendars=[
            Calendar(id="dc", hours=hours, **holiday),
            Calendar(id="ups", days=WEEK, **holiday),
        ],
        nodes=[
            Node(
                id="N1",
                location={"lat": 40.7, "lon": -74.0},
                calendar="dc",
                cutoff="14:00",
                cutoffs={"express": "12:00", "pickup": "16:00"},
                processing=Processing(minutes=60),
            )
        ],
        items=[Item(sku="A")],
        services=[
            Service(
                id="ground",
                calendar="ups",
                pickups=["17:00"],
                transit_days=3,
                delivers_by="20:00",
                rate_card={"weights_kg": [1.0], "rates": [[5.0]]},
                zones={"kind": "distance", "bands_km": []},
            )
        ],
    )


def dates_at(placed, method="ship"):
    """Ask for the dates of an order of that moment, and how long they hold."""
    node = {"radius_km": 10.0} if method == "pickup" else {}
    order = Order(
        id="o1",
        placed_at=placed,
        destination={"lat": 40.7, "lon": -74.0},
        lines=[Line(id="l1", sku="A", quantity=1)],
        delivery=Delivery(method=method, **node),
    )
    clock = Clock(order, thanksgiving(), Policy())
    service = "ground" if method == "ship" else None
    trip = clock.trip("N1", order.delivery, service, 1)
    at = placed.astimezone(UTC)
    return clock.ask(trip, at), clock.valid_until(trip, at)


def test_order_at_the_cut_off_leaves_that_day():
    """
    Wednesday 10:00, UTC-5: ready 11:00, leaves 17:00.

    Friday is day 1, Monday 2, Tuesday 3. So it is for orders until 14:00.
    """
    dates, until = dates_at(datetime(2026, 11, 25, 15, tzinfo=UTC))

    assert dates.ready_at == datetime(2026, 11, 25, 16, tzinfo=UTC)
    assert dates.ships_at == datetime(2026, 11, 25, 22, tzinfo=UTC)
    assert dates.delivers_on == date(2026, 12, 1)
    assert dates.delivers_at == datetime(2026, 12, 2, 1, tzinfo=UTC)
    assert until == datetime(2026, 11, 25, 19, tzinfo=UTC)


def test_order_after_the_cut_off_waits_for_the_holiday():
    """Half a minute after 14:00: ready on Friday at 10:00, a day of transit later."""
    dates, _ = dates_at(datetime(2026, 11, 25, 19, 0, 30, tzinfo=UTC))

    assert dates.ready_at == datetime(2026, 11, 27, 15, tzinfo=UTC)
    assert dates.ships_at == datetime(2026, 11, 27, 22, tzinfo=UTC)
    assert dates.delivers_on == date(2026, 12, 2)


def test_customer_does_not_collect_at_closing():
    """16:00 is in time, and ready at 17:00, when they close: so Friday at 09:00."""
    dates, until = dates_at(datetime(2026, 11, 25, 21, tzinfo=UTC), method="pickup")

    assert dates.ships_at is None
    assert dates.ready_at == datetime(2026, 11, 25, 22, tzinfo=UTC)
    assert dates.delivers_at == datetime(2026, 11, 27, 14, tzinfo=UTC)
    # After the cut-off it is Friday's work, and done at 10:00.
    assert until == datetime(2026, 11, 25, 21, tzinfo=UTC)


def test_counts_say_why_plans_are_best():
    """No share of what is done because of dates is nothing."""
    counts = Counter()

    found = [text for seed in range(60) for text in tried("dated", seed, counts)]

    assert found == []
    assert counts["dated explained"] == 12
    assert len(shares_in(counts)) == len(SHARES)
    assert all(count for _, count in shares_in(counts))
    assert " 60 dated," in told(counts, 0, 0.0)
    assert "% of the best plans are collected" in told(counts, 0, 0.0)


@pytest.mark.parametrize("kind", ["dated-waves", "dated-promises", "dated-scores"])
def test_other_kinds_are_run(kind):
    """A few of each, of which none differs."""
    assert [x for seed in range(4) for x in tried(kind, seed, Counter())] == []


def later(shipment, **changes):
    """Move some moments of a shipment by a microsecond, where it has them."""
    moved = {
        name: getattr(shipment, name) + step
        for name, step in changes.items()
        if getattr(shipment, name) is not None
    }
    return replace(shipment, **moved)


TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        *(
            ({name: TICK}, f"{name} is")
            for name in ("ready_at", "ships_at", "delivers_at", "valid_until")
        ),
        ({"delivers_on": timedelta(days=1)}, "delivers_on is"),
    ],
)
def test_false_date_is_noticed(monkeypatch, change, said):
    """A moment that is late by a microsecond, a date by a day."""
    real = Router.route

    def route(*args, **more):
        made = real(*args, **more)
        parts = tuple(later(part, **change) for part in made.plan.shipments)
        return replace(made, plan=replace(made.plan, shipments=parts))

    monkeypatch.setattr(Router, "route", route)

    assert any(said in x for seed in SEEDS for x in tried("dated", seed, Counter()))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda made: replace(made, cost=1.00001 * made.cost), "costs"),
        (lambda made: replace(made, status="feasible"), "feasible, not optimal"),
        (lambda made: replace(made, valid_until=None), "is valid until None"),
    ],
)
def test_false_result_is_noticed(monkeypatch, change, said):
    """A cost slightly too high, a status too modest, dates that hold for no time."""
    real = Router.route
    monkeypatch.setattr(Router, "route", lambda *a, **more: change(real(*a, **more)))

    assert any(said in x for seed in SEEDS for x in tried("dated", seed, Counter()))


@pytest.mark.parametrize("seed", [40019, 40025])
def test_scores_of_nodes_without_offers_are_told(seed):
    """A decision may name a node that no service of a delivery leaves."""
    assert tried("dated-scores", seed, Counter()) == []
