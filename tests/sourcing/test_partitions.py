"""The recursion over parts: small cases by hand, and every part by listing."""

import numpy as np
import pytest

from builders import node
from domroute.costs import Handling
from domroute.policy import Policy
from domroute.sourcing.bundles import price_bundles
from domroute.sourcing.lattice import lattice_of
from domroute.sourcing.partitions import best_parts, cheapest_rest, fill
from domroute.sourcing.subset import solve_subset
from domroute.sourcing.totals import total_costs
from domroute.split import SplitLimits
from stages import problem_at, stages_of

NODES = [node("N1", per_shipment=2.0), node("N2", per_shipment=3.0)]


def laid_out(held, policy, **wanted):
    """Lay an order out: its stages, lattice, bundles and totals."""
    stages = stages_of(problem_at(NODES, held, policy, **wanted))
    lattice = lattice_of(stages.atoms.steps)
    bundles = price_bundles(
        *(stages.offers, lattice, stages.atoms, stages.arrays),
        policy.solve.tuning.lattice,
    )
    return stages, lattice, bundles, total_costs(stages.offers, policy, bundles)


def policy_of(**splits):
    """Make a policy that leaves a unit for 50."""
    return Policy(
        costs=[Handling()], unfilled_penalty=50.0, splits=SplitLimits(**splits)
    )


def test_two_nodes_make_two_shipments():
    """A thousand units over two nodes are counted to two shipments, not a thousand."""
    held = {"N1": {"A": 600}, "N2": {"A": 600}}
    stages, *order = laid_out(held, policy_of(split_price=1.0), A=1000)

    layers = fill(*order).layers

    # None, one or two of them; filled by both for 2 + 3, and 1 for the split.
    assert layers.shape == (3, 1001)
    assert solve_subset(*stages).bound == pytest.approx(6.0)


def test_parts_may_share_a_node():
    """A at N1 and B at N2 cost 2 + 3: two parts, each by itself."""
    _, *order = laid_out({"N1": {"A": 1}, "N2": {"B": 1}}, policy_of(), A=1, B=1)

    cost, parts = best_parts(*order)

    assert (cost, len(parts)) == (5.0, 2)


def test_what_completes_a_plan_is_the_least_of_all_that_do():
    """Around each part: every state that holds it, the rest filled, the rest left."""
    held = {"N1": {"A": 2, "B": 1}, "N2": {"A": 1, "B": 1}}
    _, lattice, bundles, totals = laid_out(held, policy_of(), A=2, B=1)
    layers = fill(lattice, bundles, totals).layers
    nothing = np.zeros(len(bundles.units), np.int64)

    found = cheapest_rest(lattice, totals.missing[None, :], layers, nothing)

    at = {tuple(count): position for position, count in enumerate(lattice.counts)}
    for part, taken in enumerate(lattice.counts):
        if not part:
            continue
        rests = [
            layers[0, at[tuple(state - taken)]] + totals.missing[at[tuple(state)]]
            for state in lattice.counts
            if (state >= taken).all()
        ]
        assert found[part] == min(rests)
