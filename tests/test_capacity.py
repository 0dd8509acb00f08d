"""What nodes can do, as it is told in several ways and laid out in one table."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from builders import node
from domroute.capacity import Capacity, CapacityTable
from domroute.validation import issues_from
from domroute.words import Measure

ORDERS, UNITS = Capacity(limit=2, measure="orders"), Capacity(limit=9, measure="units")
LIMITS = st.lists(
    st.builds(Capacity, limit=st.floats(0, 99), measure=st.sampled_from(Measure)),
    unique_by=lambda one: one.measure,
)


# --- as it is told -----------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "capacity", "capacities"),
    [
        (None, None, ()),
        ([], None, ()),
        (ORDERS, ORDERS, (ORDERS,)),
        ([ORDERS], ORDERS, (ORDERS,)),
        ({"limit": 2, "measure": "orders"}, ORDERS, (ORDERS,)),
        ({"orders": 2}, ORDERS, (ORDERS,)),
        ([UNITS, ORDERS], (ORDERS, UNITS), (ORDERS, UNITS)),
        (
            ({"limit": 9, "measure": "units"}, ORDERS),
            (ORDERS, UNITS),
            (ORDERS, UNITS),
        ),
        ({"units": 9, "orders": 2}, (ORDERS, UNITS), (ORDERS, UNITS)),
    ],
    ids=str,
)
def test_the_same_limits_are_the_same_however_they_are_told(told, capacity, capacities):
    """One is itself, several are sorted by measure, and none is None."""
    made = node("N1", capacity=told)

    assert made.capacity == capacity
    assert made.capacities == capacities
    assert type(made).model_validate_json(made.model_dump_json()) == made


@pytest.mark.parametrize(
    ("told", "where", "code"),
    [
        (5, "capacity", "wrong_type"),
        ({}, "capacity", "wrong_type"),
        ({"boxes": 2}, "capacity.boxes", "unknown_value"),
        ({"units": float("nan")}, "capacity.units", "not_finite"),
        ({"limit": -1, "measure": "units"}, "capacity.limit", "out_of_range"),
        ({"limit": 1, "measure": "boxes"}, "capacity.measure", "unknown_value"),
        ([ORDERS, 5], "capacity[1]", "wrong_type"),
        ([{"limit": 1}], "capacity[0].measure", "missing"),
        ([ORDERS, ORDERS], "capacity", "duplicate_id"),
        (
            [ORDERS, UNITS, {"limit": 5, "measure": "orders"}],
            "capacity",
            "duplicate_id",
        ),
        ({"orders": 1, "units": -1}, "capacity.units", "out_of_range"),
        ({"orders": 1, "boxes": 2}, "capacity.boxes", "unknown_value"),
        (
            {"limit": 1, "measure": "orders", "units": 2},
            "capacity.units",
            "unknown_field",
        ),
    ],
    ids=str,
)
def test_faults_are_named_as_they_were_told(told, where, code):
    """By the path in what came in, whichever of the forms it has."""
    raw = {"id": "N1", "location": {"lat": 0.0, "lon": 0.0}, "capacity": told}

    with pytest.raises(ValidationError) as caught:
        type(node("N1")).model_validate(raw)

    found = issues_from(caught.value, raw=raw)[0]
    assert (found.where, found.code) == (where, code)


@pytest.mark.parametrize("told", [5, "orders", True], ids=str)
def test_what_is_no_form_of_a_limit_is_told_all_forms(told):
    """Not only that it should be an object: there are three ways to say it."""
    with pytest.raises(ValidationError) as caught:
        node("N1", capacity=told)

    assert "a limit and its measure, a list of them, or limits by measure" in str(
        caught.value
    )


# --- as a table --------------------------------------------------------------


def test_where_no_node_has_two_limits_rows_are_nodes():
    """A row each, in their order; endless without a limit."""
    table = CapacityTable.of([(), (UNITS,), (ORDERS,)])

    assert table.node.tolist() == [0, 1, 2]
    assert table.of_node.tolist() == [[0, 1, 2]]
    assert table.limit.tolist() == [np.inf, 9.0, 2.0]
    assert table.measures == (None, Measure.UNITS, Measure.ORDERS)
    assert table.is_limited


def test_a_network_without_nodes_or_limits_is_not_limited():
    """There is nothing to count."""
    assert not CapacityTable.of([]).is_limited
    assert not CapacityTable.of([(), ()]).is_limited
    assert CapacityTable.of([]).of_node.shape == (1, 0)


@given(st.lists(LIMITS, max_size=4))
def test_every_limit_is_one_row_of_its_node(limits):
    """And a node's other rows are endless, and count nothing."""
    table = CapacityTable.of([tuple(one) for one in limits])

    for at, told in enumerate(limits):
        rows = table.of_node[:, at].tolist()
        found = {
            table.measures[row]: float(table.limit[row])
            for row in rows
            if table.measures[row] is not None
        }
        assert found == {one.measure: one.limit for one in told}
        assert {int(table.node[row]) for row in rows} <= {at, -1}
    uses = table.demands
    counted = uses.per_order + uses.per_line + uses.per_unit + uses.per_work
    assert (counted == np.isfinite(table.limit)).all()
