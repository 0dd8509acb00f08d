"""Lateness: what is delivered after it is needed."""

import pytest
from pydantic import ValidationError

from builders import item, node, service
from costs_at_hand import charge
from dated import at
from domroute.costs import Handling, Lateness
from domroute.costs.nature import Fact, nature_of
from domroute.orders import Delivery

# Picked up on Wed 18 November at 17:00 UTC, there on Thu 19 by 20:00.
PARCEL = service("g", pickups=["17:00"], transit_days=1, delivers_by="20:00")
WEDNESDAY = at("2026-11-18T10:00", "UTC")
HERE = node("N1", time_zone="UTC")


def late_charge(term, need_by, *more, services=(PARCEL,), nodes=(HERE,), **wanted):
    """Return what the best plan costs, by both methods, and by the judge."""
    wanted = wanted or {"A": 2, "B": 1}
    delivery = Delivery(need_by=need_by)
    goal = {"placed_at": WEDNESDAY, "delivery": delivery}
    return charge(term, *more, nodes=nodes, services=services, **goal, **wanted)


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch):
    """Have the networks of these tests in UTC."""
    from builders import network as plain

    def in_utc(*nodes, **fields):
        made = plain(*nodes, **fields)
        return made.model_copy(update={"time_zone": "UTC"})

    monkeypatch.setattr("costs_at_hand.network", in_utc)


@pytest.mark.parametrize(
    ("need_by", "days"),
    [
        ("2026-11-20", 0),
        ("2026-11-19", 0),
        ("2026-11-18", 1),
        ("2026-11-16", 3),
        (at("2026-11-19T20:00", "UTC"), 0),
        (at("2026-11-19T12:00", "UTC"), 1),
        (at("2026-11-17T20:00", "UTC"), 2),
    ],
)
@pytest.mark.filterwarnings("ignore::domroute.errors.DeadlineWarning")
def test_days_late_are_charged_by_line_and_unit(need_by, days):
    """Two lines at 2 and three units at 0.5 a day."""
    term = Lateness(per_line_day=2.0, per_unit_day=0.5)

    assert late_charge(term, need_by) == days * (2 * 2.0 + 3 * 0.5)


@pytest.mark.parametrize(("need_by", "counted"), [("2026-11-17", 0), ("2026-11-15", 2)])
def test_some_days_may_be_free(need_by, counted):
    """Two days late are free, four count for two."""
    term = Lateness(per_line_day=2.0, per_unit_day=0.5, free_days=2)

    assert late_charge(term, need_by) == counted * (2 * 2.0 + 3 * 0.5)


@pytest.mark.parametrize(
    ("need_by", "price"),
    [
        # One day late is two lines at 1; two reach the first row, four the second.
        ("2026-11-18", 2 * 1.0),
        ("2026-11-17", 2 * (2 * 1.0 + 3.0)),
        ("2026-11-16", 2 * (3 * 1.0 + 3.0)),
        ("2026-11-15", 2 * (4 * 1.0 + 10.0)),
    ],
)
def test_ladder_is_paid_besides(need_by, price):
    """Of each line, and the last row that is reached alone."""
    term = Lateness(per_line_day=1.0, ladder=[(2, 3.0), (4, 10.0)])

    assert late_charge(term, need_by) == price


def test_ladder_counts_days_that_are_not_free():
    """Three days late less one: two reach the row."""
    term = Lateness(free_days=1, ladder=[(2, 3.0)])

    assert late_charge(term, "2026-11-16") == 2 * 3.0
    assert late_charge(term, "2026-11-17") == 0.0


def test_line_price_is_that_of_the_plan():
    """As told by the term itself: 0, 0, then 2 a day, and 10 more from the third."""
    term = Lateness(per_line_day=2.0, free_days=1, ladder=[(3, 10.0)])

    assert [term.line_price(days) for days in range(6)] == [
        *(0.0, 0.0, 2.0, 4.0, 16.0, 18.0),
    ]


def test_weight_multiplies_the_amount():
    """Three times the price; nothing late is nothing."""
    term = Lateness(per_line_day=2.0, per_unit_day=0.5, weight=3.0)

    assert late_charge(term, "2026-11-18") == 3 * (2 * 2.0 + 3 * 0.5)
    assert late_charge(term, "2026-11-19") == 0.0


def test_without_a_deadline_nothing_is_late():
    """Dates there are, and none of them is needed."""
    assert late_charge(Lateness(per_line_day=2.0), None) == 0.0


def test_undated_orders_pay_nothing():
    """Where nothing says when, nothing is charged."""
    plain = service("g")

    assert charge(Lateness(per_line_day=2.0), nodes=[HERE], services=[plain], A=1) == 0


def test_earlier_offer_is_worth_its_price():
    """The second node is 3 dearer and at once; a day late costs 2, or 4.

    Two lines at 1 a day are 2: late. At 2 a day they are 4: the dearer node.
    """
    slow = node("N1", time_zone="UTC", processing={"days": 1})
    fast = node("N2", time_zone="UTC", per_shipment=3.0)
    nodes = slow, fast

    for price, expected in ((1.0, 2.0), (2.0, 3.0)):
        term = Lateness(per_line_day=price)
        found = late_charge(term, "2026-11-19", Handling(), nodes=nodes)
        assert found == expected


def test_each_shipment_is_late_for_itself():
    """B is released a day later: one line is one day late, or both if they wait."""
    items = [item("A"), item("B", release_at=at("2026-11-19T12:00", "UTC"))]
    found = late_charge(Lateness(per_line_day=2.0), "2026-11-19", A=1, B=1, items=items)

    assert found == 2.0


@pytest.mark.parametrize(
    "ladder",
    [[(0, 1.0)], [(2, 3.0), (2, 4.0)], [(3, 3.0), (2, 4.0)], [(2, 3.0), (3, 2.0)]],
)
def test_ladder_rises(ladder):
    """In days, from one on, and in prices."""
    with pytest.raises(ValidationError, match="ladder must rise"):
        Lateness(ladder=ladder)


def test_nature():
    """It weighs a choice, looks at when things come, and allows what is late."""
    nature = nature_of(Lateness())

    assert not Lateness.is_cash
    assert Lateness.depends_on == {Fact.ARRIVAL}
    assert nature.allows_late
    assert not nature.needs_arrival
