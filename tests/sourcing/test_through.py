"""The best plans through each node at once: held to the lattice with a token."""

import math
from random import Random

import pytest

from builders import node
from domroute.costs import Handling
from domroute.policy import Policy
from domroute.router import Router
from domroute.sourcing.bundles import price_bundles
from domroute.sourcing.lattice import lattice_of
from domroute.sourcing.subset import collected_in, solve_parts
from domroute.sourcing.through import Through, adds_up
from domroute.sourcing.token import add_token
from domroute.sourcing.totals import total_costs
from domroute.split.atoms import atoms_of
from stages import problem_at, stages_of
from worlds import world


def listed(candidates, policy, arrays):
    """List and price the parts of an order; its steps as well."""
    atoms = atoms_of(candidates.problem.lines)
    lattice = lattice_of(atoms.steps)
    bundles = price_bundles(candidates, lattice, atoms, arrays)
    totals = total_costs(candidates, policy, bundles)
    return atoms.steps, lattice, bundles, totals


@pytest.mark.parametrize("seed", range(60))
def test_cost_through_a_node_is_that_with_its_token(seed):
    """Where costs add up, one pass says of every node what a search with it says."""
    made = world(Random(seed))
    router = Router(made.network, made.inventory, made.policy)
    candidates = router._compiled.candidates(made.order, made.quotes)
    arrays = router._compiled.arrays
    steps, lattice, bundles, totals = listed(candidates, made.policy, arrays)
    collected = collected_in(candidates, bundles)
    if not adds_up(bundles, totals, collected):
        return
    through = Through(lattice, bundles, totals)

    for at in range(len(candidates.problem.nodes)):
        cost = through.cost(at)
        found = solve_parts(*add_token(steps, bundles, totals, at), collected)
        expected = math.inf if found is None else found[0]
        assert cost is None or cost == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("limit", "expected"), [(2, 8.0), (1, None)])
def test_node_used_twice_is_no_plan(limit, expected):
    """A and B go together from N1 for 8; with room for one unit, not even apart."""
    room = {"limit": limit, "measure": "units"}
    ours = node("N1", capacity=room, cost={"per_shipment": 8.0})
    policy = Policy(costs=[Handling()], unfilled_penalty=99.0)
    problem = problem_at([ours], {"N1": {"A": 1, "B": 1}}, policy, A=1, B=1)
    stages = stages_of(problem)
    _, *parts = listed(stages.candidates, policy, stages.arrays)

    assert Through(*parts).cost(0) == expected
