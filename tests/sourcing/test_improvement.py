"""Local improvement: each move by itself, from a plan that needs just that one."""

import numpy as np
import pytest

from builders import Crowding, node
from domroute.costs import Handling
from domroute.policy import Policy
from domroute.sourcing.improvement import improve
from domroute.sourcing.limits import limits_of
from domroute.sourcing.offers import tabulate
from domroute.split import SplitLimits
from domroute.tuning import ImprovementTuning
from stages import problem_at, stages_of


def improved(
    nodes, held, start, *terms, time_limit_s=10.0, splits=None, tuned=None, **wanted
):
    """Improve a plan given as units by node, in the order of the lines' ids."""
    policy = Policy(costs=terms, unfilled_penalty=50.0, splits=splits or SplitLimits())
    offers, policy, atoms, arrays = stages_of(problem_at(nodes, held, policy, **wanted))
    table = tabulate(offers, atoms)
    limits = limits_of(offers, table, policy, arrays)
    names = [arrays.nodes[offers.problem.nodes[at]].id for at in table.node]
    taken = np.array(
        [start.get(name, [0] * len(atoms.steps)) for name in names], np.int64
    ).T
    assert limits.holds(taken)
    before = limits.by_goal(taken)

    after, found = improve(
        *(table, limits, taken, before),
        time_limit_s=time_limit_s,
        tuned=tuned or policy.solve.tuning.improvement,
    )

    assert limits.holds(after)
    assert found == pytest.approx(limits.by_goal(after))
    units = {
        name: column.tolist()
        for name, column in zip(names, after.T, strict=True)
        if column.any()
    }
    return limits.cost_of(before), limits.cost_of(found), units


def test_shipment_is_carried_from_a_cheaper_node():
    """One A for 5 at N1 is carried by N2 for 2."""
    nodes = [node("N1", per_shipment=5.0), node("N2", per_shipment=2.0)]
    held = {"N1": {"A": 1}, "N2": {"A": 1}}

    assert improved(nodes, held, {"N1": [1]}, Handling(), A=1) == (
        5.0,
        2.0,
        {"N2": [1]},
    )


def test_two_shipments_are_merged():
    """A for 3 and B for 3 are carried together by N3 for 4."""
    nodes = [node(f"N{at}", per_shipment=3.0) for at in (1, 2)]
    nodes.append(node("N3", per_shipment=4.0))
    held = {"N1": {"A": 1}, "N2": {"B": 1}, "N3": {"A": 1, "B": 1}}
    start = {"N1": [1, 0], "N2": [0, 1]}

    assert improved(nodes, held, start, Handling(), A=1, B=1) == (
        6.0,
        4.0,
        {"N3": [1, 1]},
    )


@pytest.mark.parametrize("tuned", [{"max_merged": 1}, {"tried": 0}], ids=str)
def test_pairs_beyond_what_is_tried_are_left(tuned):
    """Neither pair nor shipment is carried elsewhere; the plan stays as it is."""
    nodes = [node(f"N{at}", per_shipment=3.0) for at in (1, 2)]
    nodes.append(node("N3", per_shipment=4.0))
    held = {"N1": {"A": 1}, "N2": {"B": 1}, "N3": {"A": 1, "B": 1}}
    start = {"N1": [1, 0], "N2": [0, 1]}
    numbers = ImprovementTuning(**tuned)

    found = improved(nodes, held, start, Handling(), tuned=numbers, A=1, B=1)

    assert found == (6.0, 6.0, start)


def test_line_is_handed_over():
    """B moves from N1, where a unit costs 3, to N2, which ships C anyway."""
    # A is at N1 only, C at N2 only, B at both.
    nodes = [
        node("N1", per_shipment=1.0, per_unit=3.0),
        node("N2", per_shipment=1.0, per_unit=1.0),
    ]
    held = {"N1": {"A": 1, "B": 1}, "N2": {"B": 1, "C": 1}}
    start = {"N1": [1, 1, 0], "N2": [0, 0, 1]}

    # 1 + 2 x 3 + 1 + 1 = 9 becomes 1 + 3 + 1 + 2 x 1 = 7.
    before, total, units = improved(nodes, held, start, Handling(), A=1, B=1, C=1)

    assert (before, total) == (9.0, 7.0)
    assert units == {"N1": [1, 0, 0], "N2": [0, 1, 1]}


def test_single_units_are_handed_over():
    """Where crowds cost, units move one by one until the shipments are even."""
    # 0.25 x (3 squared + 1) = 2.5 becomes 0.25 x (2 squared + 2 squared) = 2.
    nodes = [node("N1"), node("N2")]
    held = {"N1": {"A": 4}, "N2": {"A": 4}}

    before, total, units = improved(
        nodes, held, {"N1": [3], "N2": [1]}, Crowding(), A=4
    )

    assert (before, total) == (2.5, 2.0)
    assert units == {"N1": [2], "N2": [2]}


def test_split_price_is_saved_at_a_small_loss():
    """N3 costs 1 more than N1 and N2 together, and saves a split at 2."""
    nodes = [node(f"N{at}", per_shipment=1.0) for at in (1, 2)]
    nodes.append(node("N3", per_shipment=3.0))
    held = {"N1": {"A": 1}, "N2": {"B": 1}, "N3": {"A": 1, "B": 1}}
    start = {"N1": [1, 0], "N2": [0, 1]}

    found = improved(
        nodes, held, start, Handling(), splits=SplitLimits(split_price=2.0), A=1, B=1
    )

    assert found == (4.0, 3.0, {"N3": [1, 1]})


def test_limits_are_kept():
    """N2 is cheaper, and can do one unit where two are needed."""
    small = {"limit": 1, "measure": "units"}
    nodes = [node("N1", per_shipment=5.0), node("N2", capacity=small)]
    held = {"N1": {"A": 2}, "N2": {"A": 2}}

    before, total, units = improved(nodes, held, {"N1": [2]}, Handling(), A=2)

    assert (before, total, units) == (5.0, 5.0, {"N1": [2]})


def test_best_plan_stays():
    """Nothing helps where nothing is left to gain."""
    nodes = [node("N1", per_shipment=1.0), node("N2", per_shipment=2.0)]
    held = {"N1": {"A": 1}, "N2": {"A": 1}}

    assert improved(nodes, held, {"N1": [1]}, Handling(), A=1) == (
        1.0,
        1.0,
        {"N1": [1]},
    )


def test_no_time_is_no_move():
    """Improvement ends when its time does, with the plan it has."""
    nodes = [node("N1", per_shipment=5.0), node("N2", per_shipment=2.0)]
    held = {"N1": {"A": 1}, "N2": {"A": 1}}

    found = improved(nodes, held, {"N1": [1]}, Handling(), time_limit_s=0.0, A=1)

    assert found == (5.0, 5.0, {"N1": [1]})
