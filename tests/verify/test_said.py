"""Sums that a file states are held against what they are sums of."""

import math

import pytest

from domroute.verify.said import Said, check_said
from plans import left, plan, ship

PLAN = plan(
    ship("N1", "A2", costs={"handling": 3.0, "shipping": 4.0}), left("B1"), split=1.0
)
"""Costs 7.0 to ship and 7.0 to leave, and 1.0 for a split: 15.0."""
RIGHT = Said(
    gap=0.2,
    costs={"handling": 3.0, "shipping": 4.0, "split": 1.0, "unfilled": 7.0},
    shipments=(7.0,),
)


def codes(said, cost=15.0, bound=12.0):
    """Return the codes of what is wrong with sums stated of the plan."""
    return [issue.code for issue in check_said(said, PLAN, cost, bound, "o1")]


def test_right_sums_are_clean():
    """Gap, costs by term and costs of shipments that add up are no fault."""
    assert codes(RIGHT) == []
    assert codes(Said()) == []  # what is not stated cannot be wrong


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Said(gap=0.1), ["wrong_gap"]),
        (Said(gap=math.inf), ["wrong_gap"]),
        (Said(gap=math.nan), ["wrong_gap"]),
        (Said(costs={}), ["wrong_cost"] * 4),
        (Said(costs={**RIGHT.costs, "handling": 3.1}), ["wrong_cost"]),
        (Said(costs={**RIGHT.costs, "other": 1.0}), ["wrong_cost"]),
        (Said(shipments=(6.0,)), ["wrong_total"]),
        (Said(shipments=(None,)), []),
    ],
)
def test_sum_that_does_not_add_up_is_told(said, expected):
    """Whatever is stated is checked."""
    assert codes(said) == expected


def test_gap_of_no_plan_is_infinite():
    """Without a plan there is no gap to state."""
    assert codes(Said(gap=math.inf), cost=math.inf, bound=3.0) == []
    assert codes(Said(gap=0.0), cost=math.inf, bound=math.inf) == []
