"""The best plans through each node at once: held to the lattice with a token."""

import math
from random import Random

import numpy as np
import pytest

from builders import node
from domroute.costs import Handling
from domroute.policy import Policy
from domroute.router import Router
from domroute.sourcing.bundles import price_bundles
from domroute.sourcing.lattice import lattice_of
from domroute.sourcing.subset import collected_in, solve_parts
from domroute.sourcing.through import adds_up, best_through
from domroute.sourcing.token import add_token
from domroute.sourcing.totals import total_costs
from domroute.split import SplitLimits
from domroute.split.atoms import atoms_of
from domroute.words import Objective
from stages import problem_at, stages_of
from worlds import world


def listed(offers, policy, arrays):
    """List and price the parts of an order; its steps as well."""
    atoms = atoms_of(offers.problem)
    lattice = lattice_of(atoms.steps)
    bundles = price_bundles(offers, lattice, atoms, arrays, policy.solve.tuning.lattice)
    totals = total_costs(offers, policy, bundles)
    return atoms.steps, lattice, bundles, totals


LIMITS = {
    "cost": {},
    "counted": {"splits": SplitLimits(max_shipments=2)},
    "priced": {"splits": SplitLimits(split_price=1.0)},
    "worth": {"splits": SplitLimits(min_part_value=15.0)},
    "fewest": {"objective": Objective.FEWEST_SHIPMENTS},
    "fewest and priced": {
        "objective": Objective.FEWEST_SHIPMENTS,
        "splits": SplitLimits(
            split_price=1.0, max_shipments=3, ship_complete=True, incomplete_price=4.0
        ),
    },
}


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
@pytest.mark.parametrize("seed", range(60))
def test_plan_through_a_node_is_that_with_its_token(seed, limits):
    """One pass says of every node what a search with its token says, by every goal."""
    made = world(Random(seed))
    policy = made.policy.model_copy(update=limits)
    router = Router(made.network, made.inventory, policy)
    offers = router._compiled.offers(made.order, made.quotes)
    arrays = router._compiled.arrays
    steps, lattice, bundles, totals = listed(offers, policy, arrays)
    collected = collected_in(offers, bundles)
    if not adds_up(bundles, totals, collected):
        return
    through = best_through(lattice, bundles, totals)

    for at, cost in enumerate(through.cost.tolist()):
        if math.isnan(cost):
            continue
        _, priced, ends = with_token = add_token(steps, bundles, totals, at)
        found = solve_parts(*with_token, collected)
        if found is None:
            assert cost == math.inf
            continue
        assert cost == pytest.approx(found[0], rel=1e-9)
        if totals.fewest:
            parts = [part for part, _ in found[1]]
            assert through.penalty[at] == pytest.approx(ends.penalty[sum(parts)])
            assert through.shipments[at] == ends.part_weights(priced)[parts].sum()


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
def test_most_nodes_are_found_in_one_pass(limits):
    """By every goal: few plans use a node twice, and those are asked about alone."""
    known = []
    for seed in range(100):
        made = world(Random(seed))
        policy = made.policy.model_copy(update=limits)
        router = Router(made.network, made.inventory, policy)
        offers = router._compiled.offers(made.order, made.quotes)
        _, *parts = listed(offers, policy, router._compiled.arrays)
        if adds_up(*parts[1:], collected_in(offers, parts[1])):
            known += (~np.isnan(best_through(*parts).cost)).tolist()

    assert len(known) >= 50
    assert np.mean(known) > 0.8


@pytest.mark.parametrize(("limit", "expected"), [(2, 8.0), (1, math.nan)])
def test_node_used_twice_is_no_plan(limit, expected):
    """A and B go together from N1 for 8; with room for one unit, not even apart."""
    room = {"limit": limit, "measure": "units"}
    ours = node("N1", capacity=room, cost={"per_shipment": 8.0})
    policy = Policy(costs=[Handling()], unfilled_penalty=99.0)
    problem = problem_at([ours], {"N1": {"A": 1, "B": 1}}, policy, A=1, B=1)
    stages = stages_of(problem)
    _, *parts = listed(stages.offers, policy, stages.arrays)

    assert best_through(*parts).cost[0] == pytest.approx(expected, nan_ok=True)
