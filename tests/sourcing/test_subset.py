"""The dynamic program: small cases worked out by hand."""

import math

import numpy as np
import pytest

from builders import Crowding, line, node, pickup
from domroute.costs import Handling, Quotes
from domroute.policy import Policy
from domroute.rules import SafetyStock
from domroute.sourcing.choice import Take
from domroute.sourcing.subset import has_several, solve_subset
from domroute.split import SplitLimits
from stages import problem_at, stages_of

HANDLING = Policy(costs=[Handling()], unfilled_penalty=50.0)


def solve(*parts, **more):
    """Solve a problem, and say which node takes what: units by line."""
    stages = stages_of(problem_at(*parts, **more))
    choice = solve_subset(*stages)
    if choice.takes is None:
        return choice.bound, None
    nodes = stages.offers.problem.nodes
    taken = sorted(
        (
            stages.arrays.nodes[nodes[take.node]].id,
            {
                stages.offers.problem.lines[at].id: int(units)
                for at, units in zip(take.block.lines, take.units, strict=True)
                if units
            },
        )
        for take in choice.takes
    )
    return choice.bound, taken


def test_split_where_it_is_cheaper():
    """Two shipments at 1 and 2 beat one at 4."""
    nodes = [
        node("N1", per_shipment=1.0),
        node("N2", per_shipment=2.0),
        node("N3", per_shipment=4.0),
    ]
    held = {"N1": {"A": 1}, "N2": {"B": 1}, "N3": {"A": 1, "B": 1}}

    assert solve(nodes, held, HANDLING, A=1, B=1) == (
        3.0,
        [("N1", {"A": 1}), ("N2", {"B": 1})],
    )


def test_no_split_where_it_is_dearer():
    """Two shipments at 1 and 2 do not beat one at 2.5."""
    nodes = [
        node("N1", per_shipment=1.0),
        node("N2", per_shipment=2.0),
        node("N3", per_shipment=2.5),
    ]
    held = {"N1": {"A": 1}, "N2": {"B": 1}, "N3": {"A": 1, "B": 1}}

    assert solve(nodes, held, HANDLING, A=1, B=1) == (2.5, [("N3", {"A": 1, "B": 1})])


def test_units_of_a_line_are_split():
    """Three units from two nodes, the cheaper one first."""
    # 1 + 2 x 0.5 from N1, 1 + 1 from N2.
    nodes = [
        node("N1", per_shipment=1.0, per_unit=0.5),
        node("N2", per_shipment=1.0, per_unit=1.0),
    ]
    held = {"N1": {"A": 2}, "N2": {"A": 3}}

    # N2 alone: 1 + 3 = 4, as much as the split; one shipment less of work decides not,
    # the cost does: 4.0 either way.
    bound, _ = solve(nodes, held, HANDLING, A=3)

    assert bound == 4.0


def test_node_is_used_once():
    """A curve that favors small shipments is not cheated by two from one node."""
    # 0.25 x units squared: 4 units from one node cost 4, 2 + 2 from two nodes cost 2.
    policy = Policy(costs=[Crowding()])
    held = {"N1": {"A": 4}, "N2": {"A": 4}}

    alone = solve([node("N1")], {"N1": {"A": 4}}, policy, A=4)
    shared = solve([node("N1"), node("N2")], held, policy, A=4)

    assert alone == (4.0, [("N1", {"A": 4})])
    assert shared == (2.0, [("N1", {"A": 2}), ("N2", {"A": 2})])


@pytest.mark.parametrize(("most", "cost"), [(1, 4.0), (2, 2.0)])
def test_node_is_used_once_where_parts_are_counted(most, cost):
    """The same, with a limit on shipments."""
    policy = Policy(costs=[Crowding()], splits=SplitLimits(max_shipments=most))
    held = {"N1": {"A": 4}, "N2": {"A": 4}}

    bound, taken = solve([node("N1"), node("N2")], held, policy, A=4)

    assert bound == cost
    assert len(taken) == most


def test_soft_safety_stock_may_not_be_cheated_by_two_shipments():
    """Four of five taken borrow two, and not none in two shipments of two."""
    policy = Policy(
        costs=[], rules=[SafetyStock(units=3, price=1.0)], unfilled_penalty=9.0
    )

    bound, taken = solve([node("N1")], {"N1": {"A": 5}}, policy, A=4)

    assert (bound, taken) == (2.0, [("N1", {"A": 4})])


@pytest.mark.parametrize("limits", [{}, {"max_nodes": 3}], ids=str)
def test_pickup_within_a_radius_is_at_one_node(limits):
    """The customer goes to one store: where he finds most, if that is worth most."""
    nodes = [node("N1", kind="store"), node("N2", kind="store")]
    held = {"N1": {"A": 2}, "N2": {"A": 1, "B": 1}}
    policy = Policy(
        costs=[Handling()], unfilled_penalty=50.0, splits=SplitLimits(**limits)
    )

    # N1 leaves B for 50; N2 leaves one A for 50: a tie. With 3 for B, N1 it is.
    lines = [line("l1", "A", 2), line("l2", "B", unfilled_penalty=3.0)]

    bound, taken = solve(nodes, held, policy, lines=lines, delivery=pickup(radius_km=5))

    assert (bound, taken) == (3.0, [("N1", {"l1": 2})])


def test_what_must_be_filled_and_cannot_has_no_plan():
    """No plan is proven by an infinite bound."""
    policy = Policy(costs=[], unfilled_penalty=None)

    assert solve([node("N1")], {"N1": {"A": 1}}, policy, A=2) == (math.inf, None)


def test_leaving_everything_is_a_plan():
    """Where nothing is worth shipping nothing ships."""
    nodes = [node("N1", per_shipment=101.0)]

    assert solve(nodes, {"N1": {"A": 2}}, HANDLING, A=2) == (100.0, [])


def test_quotes_decide():
    """The quoted node is cheaper by quote, dearer by its terms."""
    nodes = [node("N1", per_shipment=9.0), node("N2", per_shipment=2.0)]
    held = {"N1": {"A": 1}, "N2": {"A": 1}}
    quotes = Quotes(shipments={("o1", "N1"): 1.0})

    assert solve(nodes, held, HANDLING, quotes=quotes, A=1) == (1.0, [("N1", {"A": 1})])


def test_services_side_by_side_are_several():
    """Two takes of one node, of one delivery; one take is not several."""
    offers, *_ = stages_of(
        problem_at([node("N1"), node("N2")], {"N1": {"A": 2}, "N2": {"A": 2}}, A=2)
    )
    (block,) = offers.blocks
    first, second = (Take(block, at, np.ones(1, np.int64)) for at in range(2))

    found = [has_several(takes) for takes in ((first,), (first, second), (first,) * 2)]

    assert found == [False, False, True]


def test_two_counts_need_another_method():
    """Shipments and nodes counted apart are not for the dynamic program."""
    lines = [line("l1", "A"), line("l2", "A", delivery=pickup("N1"))]
    policy = Policy(costs=[], splits=SplitLimits(max_nodes=1, max_shipments=2))
    nodes = [node("N1", kind="store")]

    stages = stages_of(problem_at(nodes, {"N1": {"A": 2}}, policy, lines=lines))

    assert solve_subset(*stages) is None
