"""Plans and costs: sums by term, equal by value."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domroute.plan import Content, Costs, Plan, Shipment
from plans import left, plan, ship

AMOUNTS = st.dictionaries(
    st.sampled_from(("handling", "shipping", "split", "rule:near")),
    st.integers(-8, 8).map(float),
)


def test_costs_are_by_term():
    """A term that charges nothing costs nothing, and is not listed."""
    costs = Costs.of({"b": 2.0, "a": 1.0, "none": 0.0})

    assert list(costs) == [("a", 1.0), ("b", 2.0)]
    assert costs["b"] == 2.0
    assert costs["none"] == costs["unheard"] == 0.0
    assert costs.to_dict() == {"a": 1.0, "b": 2.0}


@given(st.lists(AMOUNTS))
def test_sum_of_costs_is_by_term(parts):
    """Amounts add up term by term, and to the same total."""
    made = Costs.sum_of(Costs.of(part) for part in parts)

    for term in ("handling", "shipping", "split", "rule:near"):
        assert made[term] == sum(part.get(term, 0.0) for part in parts)
    assert made.total == sum(sum(part.values()) for part in parts)


@given(st.lists(AMOUNTS.map(Costs.of)), st.randoms(use_true_random=False))
def test_sum_of_costs_has_no_order(parts, random):
    """The parts may come in any order."""
    mixed = random.sample(parts, len(parts))

    assert Costs.sum_of(parts) == Costs.sum_of(mixed)


def test_sum_of_tenths_is_exact():
    """Ten tenths are one: amounts are summed without the error of plain addition."""
    assert sum([0.1] * 10) != 1.0
    assert Costs.sum_of([Costs.of({"a": 0.1})] * 10).total == 1.0


def test_shipment_counts_units_and_costs():
    """A shipment's units and cost are the sums of its parts."""
    made = ship("N1", "A2", "B1", costs={"handling": 1.5, "shipping": 2.0})

    assert made.units == 3
    assert made.cost == 3.5


@pytest.mark.parametrize(("count", "splits"), [(0, 0), (1, 0), (2, 1), (3, 2)])
def test_splits_are_shipments_beyond_the_first(count, splits):
    """One shipment is no split."""
    made = plan(*(ship(f"N{at}", "A1") for at in range(count)))

    assert made.split_count == splits


def test_nodes_of_a_plan_are_listed_once():
    """A node that makes two shipments is one node."""
    made = plan(ship("N2", "A1"), ship("N1", "B1"), ship("N2", "B1", method="pickup"))

    assert made.node_ids == ("N1", "N2")


def test_plan_costs_include_what_is_left():
    """Shipments, the order as a whole and penalties add up."""
    # 1.5 + 2.0 handling, 3.0 for the split, 2 x 7 for what is left: 20.5.
    made = plan(
        ship("N1", "A1", costs={"handling": 1.5}),
        ship("N2", "A1", costs={"handling": 2.0}),
        left("B2"),
        split=3.0,
    )

    assert made.costs.to_dict() == {"handling": 3.5, "split": 3.0, "unfilled": 14.0}
    assert made.costs.total == 20.5


def test_empty_plan_costs_nothing():
    """A plan of nothing has no costs."""
    assert Plan().costs == Costs()
    assert Plan().costs.total == 0.0


def test_plans_are_equal_by_value():
    """Two plans that say the same are the same, and may be keys."""
    first, second = (plan(ship("N1", "A2"), left("B1")) for _ in range(2))

    assert first == second
    assert len({first, second}) == 1
    assert first != plan(ship("N1", "A1"), left("B1"))


@pytest.mark.parametrize(
    ("thing", "field"),
    [
        (Plan(), "shipments"),
        (Costs(), "amounts"),
        (Content("l1", "A", 1), "quantity"),
        (ship("N1", "A1"), "node_id"),
        (left("A1"), "reason"),
    ],
    ids=["plan", "costs", "content", "shipment", "unfilled"],
)
def test_plans_are_frozen(thing, field):
    """What was decided does not change under anybody's hands."""
    with pytest.raises(AttributeError):
        setattr(thing, field, None)


def test_shipment_has_defaults():
    """A shipment by hand needs an order, a node, a method and contents."""
    made = Shipment("o1", "N1", "ship", (Content("l1", "A", 1),))

    assert (made.cost, made.service, made.distance_km) == (0.0, None, 0.0)
    assert math.isfinite(made.workload)
