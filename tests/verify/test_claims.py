"""What a result says of its plan is held against the plan and the policy."""

import math
from dataclasses import replace

import pytest

from builders import line, network, order, stock
from domroute.policy import Policy, SolveOptions
from domroute.result import RoutingResult, gap_of
from domroute.rules import NodePriority
from domroute.verify import claims, verify
from domroute.words import Objective, Status
from plans import FREE, left, plan

LEFT = plan(left("A2"), left("B1"))
"""Three units left at 7.0 each: 21.0."""
CLAIM = RoutingResult("o1", LEFT, Status.OPTIMAL, 21.0, 21.0, "subset", FREE.version)
MUST = Policy(costs=[], unfilled_penalty=None)
NOTHING = plan(left("A2", 0.0), left("B1", 0.0))


def codes(result, wanted=None, policy=FREE):
    """Judge a result of two A and one B where nothing is in stock."""
    made = network(items="AB")
    result = replace(result, policy_version=policy.version)
    found = verify(result, wanted or order(A=2, B=1), made, stock(), policy)
    return [issue.code for issue in found]


def test_right_claims_are_clean():
    """A plan at its cost, with its bound, under its policy, is clean."""
    assert codes(CLAIM) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"cost": 20.0, "bound": 20.0}, "wrong_total"),
        ({"bound": 21.001}, "wrong_bound"),
        ({"bound": math.nan}, "wrong_bound"),
        ({"bound": 20.9}, "wrong_status"),
        ({"status": Status.INFEASIBLE}, "wrong_status"),
        ({"order_id": "o2"}, "unknown_id"),
    ],
    ids=["total", "above", "nan", "gap", "infeasible", "order"],
)
def test_claim_that_cannot_be_is_told(fields, code):
    """Each number and word of a result is held against the others."""
    assert code in codes(replace(CLAIM, **fields))


def test_cost_that_is_no_number_is_told():
    """NaN compares with nothing, and passes nowhere."""
    found = codes(replace(CLAIM, cost=math.nan, bound=math.nan))

    assert set(found) == {"wrong_total", "wrong_status"}


def test_other_policy_is_told():
    """A result is one of the policy that it names."""
    found = verify(
        replace(CLAIM, policy_version="another"),
        order(A=2, B=1),
        network(items="AB"),
        stock(),
        FREE,
    )

    assert [issue.code for issue in found] == ["wrong_policy"]


@pytest.mark.parametrize(("bound", "fits"), [(20.8, True), (20.78, False)])
def test_optimal_is_within_the_gap_of_the_policy(bound, fits):
    """At a gap of 1 % of 21.0 the bound may be 20.79, and no lower."""
    policy = Policy(costs=[], unfilled_penalty=7.0, solve=SolveOptions(gap=0.01))

    assert (codes(replace(CLAIM, bound=bound), policy=policy) == []) is fits


def test_feasible_may_be_far_from_its_bound():
    """A plan that is not proven may stand at any gap, even without a bound."""
    for bound in (21.0, 0.0, -math.inf):
        assert codes(replace(CLAIM, status=Status.FEASIBLE, bound=bound)) == []


def none(status, bound):
    """Make a result that says there is no plan."""
    return RoutingResult("o1", NOTHING, status, math.inf, bound, "mip", MUST.version)


@pytest.mark.parametrize(
    ("status", "bound", "expected"),
    [
        (Status.INFEASIBLE, math.inf, []),
        (Status.FEASIBLE, 3.0, []),
        (Status.INFEASIBLE, 3.0, ["wrong_status"]),
        (Status.FEASIBLE, math.inf, ["wrong_status"]),
        (Status.OPTIMAL, 3.0, ["wrong_status"]),
    ],
)
def test_result_without_a_plan(status, bound, expected):
    """Infeasible is proven by a bound that nothing is below; optimal needs a plan."""
    assert codes(none(status, bound), policy=MUST) == expected


def test_infeasible_is_false_where_all_may_be_left():
    """What need not be filled has a plan: to leave it."""
    made = replace(none(Status.INFEASIBLE, math.inf))
    one = order("o1", line("A", "A", 2, must_fill=True), line("B", "B"))

    assert codes(made) == ["wrong_status"]
    assert codes(made, wanted=one) == []


def test_leaving_all_is_a_plan_at_hand():
    """A bound above what it costs to leave all is false; so is an optimum above it."""
    # Leaving A costs 2 x 1.0 by its line and B 7.0: 9.0, and not 21.0 as is said.
    cheap = order("o1", line("A", "A", 2, unfilled_penalty=1.0), line("B", "B"))
    found = codes(CLAIM, wanted=cheap)

    assert {"wrong_bound", "wrong_status", "wrong_cost"} <= set(found)


@pytest.mark.parametrize(
    "first",
    [
        {"objective": Objective.FEWEST_SHIPMENTS},
        {"rules": [NodePriority(drain=True)]},
    ],
    ids=["fewest", "drain"],
)
def test_bound_on_cost_is_none_where_cost_is_second(first):
    """Where filling or shipments come first, leaving all may be cheaper and worse."""
    fewest = Policy(costs=[], unfilled_penalty=7.0, **first)
    cheap = order("o1", line("A", "A", 2, unfilled_penalty=1.0), line("B", "B"))
    found = codes(CLAIM, wanted=cheap, policy=fewest)

    assert "wrong_bound" not in found
    assert "wrong_status" not in found


@pytest.mark.parametrize(
    ("cost", "bound", "gap"),
    [
        (10.0, 9.0, 0.1),
        (10.0, 10.0, 0.0),
        # What rounding leaves between the two is no gap.
        (10.0, 10.0 - 1e-12, 0.0),
        (-4.0, -10.0, 1.5),
        (0.0, -1.0, math.inf),
        (math.inf, 3.0, math.inf),
        (math.inf, math.inf, 0.0),
    ],
)
def test_gap_is_worked_out_twice_and_alike(cost, bound, gap):
    """The judge has a formula of its own, and comes to what a result says."""
    assert claims.gap_of(cost, bound) == gap
    assert gap_of(cost, bound) == gap
