"""Exact equals brute force; the greedy is never better, and breaks no rule."""

import math

from hypothesis import given, settings

from changes import route
from domroute.verify import verify
from domroute.words import Objective, Status
from oracle import best_key
from strategies import problems

# What the library promises first is tried hardest.
HARDEST = settings(max_examples=5 * settings.default.max_examples)


def check_best(problem, result):
    """Compare a result with the best of all plans, as the objective compares."""
    best = best_key(*problem)
    if best is None:
        assert result.status is Status.INFEASIBLE
        assert math.isinf(result.cost)
        assert math.isinf(result.bound)
        assert not result.plan.shipments
        return
    assert result.status is Status.OPTIMAL
    assert math.isclose(result.cost, best[-1], rel_tol=1e-6, abs_tol=1e-6)
    if problem.policy.objective is Objective.FEWEST_SHIPMENTS:
        *_, unfilled, shipments, _ = best
        assert math.isclose(result.costs["unfilled"], unfilled, abs_tol=1e-6)
        assert len(result.plan.shipments) == shipments


@HARDEST
@given(problems(curves=False))
def test_exact_equals_brute_force(problem):
    """The router's plan is the best of all plans there are, and proven so."""
    check_best(problem, route(problem))


@given(problems())
def test_curves_are_priced_exactly(problem):
    """The dynamic program takes any cost of a shipment, a user's curve included."""
    result = route(problem)
    if result.method == "subset":
        check_best(problem, result)


@HARDEST
@given(problems(curves=False))
def test_integer_program_equals_brute_force(problem):
    """The integer program, asked for everything, finds the same."""
    result = route(problem, "mip")

    assert result.method == "mip"
    check_best(problem, result)


@given(problems())
def test_claims_of_the_integer_program_hold(problem):
    """With curves it may miss the best plan; then it does not claim it."""
    result, best = route(problem, "mip"), best_key(*problem)
    cost = math.inf if best is None else best[-1]
    slack = 1e-6 * max(1.0, abs(cost)) if math.isfinite(cost) else 0.0

    if problem.policy.objective is Objective.COST:
        assert result.cost >= cost - slack
        assert result.bound <= cost + slack
        if result.status is Status.OPTIMAL:
            assert result.cost <= cost + slack
    assert (result.status is Status.INFEASIBLE) == (best is None)


@given(problems())
def test_greedy_is_never_better_and_breaks_no_rule(problem):
    """The greedy's plan passes the judge, which the router asks, and costs no less."""
    result, best = route(problem, "greedy"), best_key(*problem)

    assert result.status is not Status.INFEASIBLE or best is None
    if math.isfinite(result.cost):
        assert best is not None
        assert result.bound <= result.cost
        if problem.policy.objective is Objective.COST:
            slack = 1e-6 * max(1.0, abs(best[-1]))
            assert result.cost >= best[-1] - slack
            assert result.bound <= best[-1] + slack


@given(problems())
def test_units_are_shipped_or_unfilled(problem):
    """Every unit ordered leaves once, or stays with a reason."""
    plan = route(problem).plan
    found = {line.id: 0 for line in problem.order.lines}
    for shipment in plan.shipments:
        for content in shipment.contents:
            found[content.line_id] += content.quantity
    for part in plan.unfilled:
        found[part.line_id] += part.quantity

    assert found == {line.id: line.quantity for line in problem.order.lines}


@given(problems())
def test_stock_is_never_oversold(problem):
    """A plan can be reserved at once: the ledger has what it takes."""
    result = route(problem)
    before = {(row.node, row.sku): row.available for row in problem.inventory}

    problem.inventory.reserve(result.plan)

    for shipment in result.plan.shipments:
        for sku in {content.sku for content in shipment.contents}:
            left = problem.inventory.available(shipment.node_id, sku)
            assert 0 <= left < before[shipment.node_id, sku]


@given(problems())
def test_cost_is_the_sum_of_its_parts(problem):
    """The cost by term adds up to the cost, and the bound is not above it."""
    result = route(problem)
    if math.isfinite(result.cost):
        parts = [shipment.cost for shipment in result.plan.shipments]
        parts += [part.cost for part in result.plan.unfilled]
        parts.append(result.plan.order_costs.total)

        assert math.isclose(result.cost, math.fsum(parts), abs_tol=1e-9)
        assert result.bound <= result.cost
        assert (result.gap <= 1e-6) == result.is_optimal


@given(problems())
def test_verify_finds_nothing(problem):
    """Every plan holds before the judge, asked with the data alone."""
    order, network, inventory, policy, quotes = problem
    result = route(problem)

    faults = verify(
        result.plan, order, network, inventory, policy, quotes=quotes, cost=result.cost
    )

    assert faults == ()
