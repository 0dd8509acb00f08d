"""The integer program: its model, its claims, its limits."""

import math
import random

import numpy as np
import pytest
from ortools.math_opt.python import mathopt

from builders import Crowding, item, line, node, order, service
from changes import route, with_policy, with_tuning
from domroute.costs import Handling, Quotes, Shipping
from domroute.errors import SolverError
from domroute.policy import Policy, SolveOptions
from domroute.router import Router
from domroute.sourcing.arraymodel import ArrayModel
from domroute.words import Objective, Status
from stages import problem_at


def knapsack():
    """Make a model: at most 10 of weights 6, 5, 5 worth 9, 6, 6; the two fives win."""
    model = ArrayModel()
    columns = model.add_columns(3, upper=1, cost=[-9.0, -6.0, -6.0])
    model.at_most(columns, [6.0, 5.0, 5.0], 10.0)
    return model


def test_model_is_solved():
    """The best of the small model is both fives, at -12."""
    solution = knapsack().solve(time_limit_s=10, gap=0.0)

    assert solution.values.round().tolist() == [0, 1, 1]
    assert solution.bound == pytest.approx(-12.0)


def test_another_objective():
    """The same model with another cost: the six alone is worth 9."""
    model = knapsack()

    solution = model.solve(time_limit_s=10, gap=0.0, cost=np.array([-9.0, -4.0, -4.0]))

    assert solution.values.round().tolist() == [1, 0, 0]


def test_impossible_model_has_an_infinite_bound():
    """What cannot be is proven so."""
    model = ArrayModel()
    columns = model.add_columns(1, upper=1)
    row = model.add_rows(1, lower=2.0)
    model.add_entries(row, columns, 1.0)

    solution = model.solve(time_limit_s=10, gap=0.0)

    assert solution.values is None
    assert solution.bound == math.inf


def test_entries_given_twice_are_added():
    """Coefficients of one place add up: x + x <= 1 leaves no whole x but zero."""
    model = ArrayModel()
    column = model.add_columns(1, upper=1, cost=-1.0)
    row = model.add_rows(1, upper=1.0)
    model.add_entries(row, column, 1.0)
    model.add_entries(row, column, 1.0)

    assert model.solve(time_limit_s=10, gap=0.0).values.tolist() == [0.0]


def test_rejected_model_is_an_error():
    """A model the solver cannot read is a bug to be reported, not a plan."""
    model = ArrayModel()
    columns = model.add_columns(1, upper=math.inf, cost=-1.0, whole=False)
    row = model.add_rows(1, lower=0.0)
    model.add_entries(row, columns, 1.0)

    with pytest.raises(SolverError):
        # Minus infinity as a cost is no number the solver takes.
        model.solve(time_limit_s=10, gap=0.0, cost=np.array([-math.inf]))


def large_problem(policy=None, size=14):
    """Make an order of too many lines to list its parts, over three nodes."""
    skus = [chr(ord("a") + at) for at in range(size)]
    nodes = [node(f"N{at}", per_shipment=2.0 + at, per_unit=0.25) for at in range(3)]
    held = {
        f"N{at}": {sku: 1 for i, sku in enumerate(skus) if i % 3 != at}
        for at in range(3)
    }
    policy = policy or Policy(costs=[Handling()], unfilled_penalty=50.0)
    return problem_at(nodes, held, policy, items=skus, **dict.fromkeys(skus, 1))


def test_large_orders_go_to_the_program():
    """Fourteen lines are too many parts; two nodes at 2 and 3 hold them all."""
    # Each SKU is at two of three nodes: the cheapest pair has everything.
    result = route(large_problem())

    assert result.method == "mip"
    assert result.is_optimal
    assert result.plan.node_ids == ("N0", "N1")
    assert result.cost == pytest.approx(2 + 3 + 14 * 0.25)


def test_program_agrees_with_the_dynamic_one():
    """The same order with eleven lines, by both."""
    problem = large_problem(size=11)

    by_program, by_subset = route(problem, "mip"), route(problem, "subset")

    assert by_subset.method == "subset"
    assert by_program.cost == pytest.approx(by_subset.cost)


@pytest.mark.parametrize("limit", [1e-9, 1e-3])
def test_time_limit_returns_the_best_found(limit):
    """No time is no error: the greedy's plan stands, with a bound below it."""
    problem = large_problem()
    router = Router(problem.network, problem.inventory, problem.policy)
    greedy = route(problem, "greedy")

    result = router.route(problem.order, time_limit_s=limit)

    assert result.status in (Status.OPTIMAL, Status.FEASIBLE)
    assert result.bound <= result.cost <= greedy.cost + 1e-9


def test_time_limit_of_the_policy():
    """The policy's limit holds where the call says nothing."""
    options = SolveOptions(time_limit_s=1e-6)
    policy = Policy(costs=[Handling()], unfilled_penalty=50.0, solve=options)

    result = route(large_problem(policy))

    assert result.plan.shipments
    assert result.bound <= result.cost


def test_curve_is_left_out_of_the_bound():
    """The program does not claim what it has not proven."""
    # 0.25 x 14 squared is 49 from one node; two of seven cost 24.5.
    policy = Policy(costs=[Handling(), Crowding()], unfilled_penalty=50.0)

    result = route(large_problem(policy))

    assert result.status is Status.FEASIBLE
    assert result.bound < result.cost
    assert result.gap > 0


def test_fewest_shipments_are_held_before_cost():
    """Two shipments go before three cheaper ones, by the program as well."""
    problem = large_problem()
    fewest = with_policy(problem, objective=Objective.FEWEST_SHIPMENTS)
    quotes = Quotes(units={("o1", "a", "N2"): 0.0, ("o1", "b", "N2"): 0.0})

    result = route(fewest._replace(quotes=quotes), "mip")

    assert len(result.plan.shipments) == 2


def test_infeasible_is_proven():
    """What must be filled and cannot be has no plan, by proof."""
    problem = large_problem(Policy(costs=[Handling()], unfilled_penalty=None))
    lines = (*problem.order.lines, line("z", "a", 9))
    problem = problem._replace(order=order("o1", *lines))

    result = route(problem)

    assert (result.method, result.status) == ("mip", Status.INFEASIBLE)
    assert result.bound == math.inf


def test_start_that_is_better_stands():
    """Where the program, blind to curves, has a worse plan, it is not taken."""
    policy = Policy(costs=[Crowding(price=4.0)], unfilled_penalty=7.0)

    result = route(problem_at([node("N1")], {"N1": {"A": 5}}, policy, A=3), "mip")

    # The program would ship all three for 4 x 9 = 36; leaving all costs 21, and the
    # best plan, which ships one, 4 + 14.
    assert 18.0 <= result.cost <= 21.0
    assert result.bound <= 18.0


def many_lines(size, nodes, seed=7):
    """Make an order of many lines and quantities over nodes with a stepwise tariff."""
    draw = random.Random(seed)
    skus = [f"s{at:03}" for at in range(size)]
    made = [
        node(
            f"N{at:02}",
            at=(draw.uniform(30, 45), draw.uniform(-110, -75)),
            per_shipment=draw.uniform(1, 4),
        )
        for at in range(nodes)
    ]
    held = {
        one.id: {sku: draw.randint(1, 6) for sku in skus if draw.random() < 0.6}
        for one in made
    }
    return problem_at(
        made,
        held,
        Policy(costs=[Handling(), Shipping()]),
        items=[item(sku, weight_kg=draw.uniform(0.1, 3)) for sku in skus],
        **{sku: draw.randint(1, 5) for sku in skus},
    )


@pytest.mark.parametrize(("size", "nodes", "seconds"), [(25, 8, 2.0), (90, 12, 2.0)])
def test_large_orders_with_tariffs_are_bounded(size, nodes, seconds):
    """Many lines and weight steps: a plan in time, a bound below it, a small gap."""
    problem = many_lines(size, nodes)
    router = Router(problem.network, problem.inventory, problem.policy)
    greedy = route(problem, "greedy")

    result = router.route(problem.order, time_limit_s=seconds)

    assert result.method == "mip"
    assert 0 < result.bound <= result.cost <= greedy.cost + 1e-9
    assert result.gap <= 0.2


def test_time_limit_is_kept():
    """Two seconds are two seconds, but for what the solver needs to stop."""
    problem = many_lines(90, 12, seed=8)
    router = Router(problem.network, problem.inventory, problem.policy)

    result = router.route(problem.order, time_limit_s=2.0)

    assert result.elapsed_s <= 4.0


def test_fewest_shipments_within_no_time():
    """Where the first objectives cannot be held in time the greedy's plan stands."""
    problem = large_problem()
    fewest = with_policy(problem, objective=Objective.FEWEST_SHIPMENTS)
    router = Router(fewest.network, fewest.inventory, fewest.policy)

    result = router.route(fewest.order, time_limit_s=1e-9)

    assert result.plan.shipments
    assert result.status is Status.FEASIBLE


def test_solver_without_time_proves_nothing():
    """No time to find anything is not a proof that there is nothing."""
    draw = random.Random(3)
    model = ArrayModel()
    columns = model.add_columns(120, upper=1, cost=[draw.random() for _ in range(120)])
    for _ in range(60):
        row = model.add_rows(1, lower=1.0)
        model.add_entries(row, draw.sample(columns.tolist(), 9), 1.0)

    solution = model.solve(time_limit_s=0.0, gap=0.0)

    assert solution.bound < math.inf
    assert solution.values is None or len(solution.values) == 120


STAIRS = {
    "even": ((1.0, 2.0, 3.0, 4.0), (5.0, 6.0, 7.0, 8.0)),
    "even, then steeper": ((1.0, 2.0, 3.0, 4.0, 5.0), (5.0, 6.0, 7.0, 9.0, 11.0)),
    "a gap between even flights": ((1.0, 2.0, 4.0, 5.0), (3.0, 4.0, 4.5, 5.5)),
    "uneven": ((0.5, 2.0, 2.5, 6.0), (2.0, 2.25, 7.0, 7.5)),
    "cheaper to skip a step": ((1.0, 2.0, 3.0, 4.0), (5.0, 5.0, 6.0, 6.0)),
    "one step": ((2.0,), (4.0,)),
}


@pytest.mark.parametrize("divisor", [None, 5000.0], ids=["weight", "volume"])
@pytest.mark.parametrize("stairs", STAIRS.values(), ids=list(STAIRS))
def test_every_quantity_climbs_its_tariff(stairs, divisor):
    """Of a parcel that fits the first step up to three parcels, each costs its rate."""
    weights, rates = stairs
    carrier = service("G", (rates,), weights, dim_divisor_cm3_per_kg=divisor)
    one = item("A", weight_kg=0.5, length_cm=20, width_cm=15, height_cm=10)
    policy = Policy(costs=[Shipping()], unfilled_penalty=1000.0)
    for quantity in range(1, 25):
        problem = problem_at(
            [node("N1")], {"N1": {"A": 30}}, policy, services=[carrier], items=[one],
            A=quantity,
        )  # fmt: skip

        asked, known = route(problem, "mip"), route(problem, "subset")

        assert asked.method == "mip"
        assert asked.cost == pytest.approx(known.cost)
        assert asked.bound == pytest.approx(known.cost)


EDGES = {
    "sums that rounding lifts over it": (3, 0.1, 1.1, 5.0),
    "ten milligrams above it": (3, 0.1 + 0.00001 / 3, 1.1, 7.0),
    "just below it": (3, 0.0999, 1.1, 5.0),
    "volume that rounding lifts over it": (3, 0.01, 1.1, 5.0),
    "volume above it": (3, 0.01, 1.1001, 7.0),
}


@pytest.mark.parametrize("method", ["subset", "mip"])
@pytest.mark.parametrize("case", EDGES.values(), ids=list(EDGES))
def test_edge_of_the_rate_card_is_within_its_step(case, method):
    """What weighs an edge pays its step, however floats add up; a hair over not."""
    # 3 x 0.1 is 0.30000000000000004 kg, and 3 x 1.1 cubed 3.993000000000001 cm3.
    units, kg, cm, rate = case
    is_heavy = kg > 0.05
    edge = 0.3 if is_heavy else 3.993
    assert 3 * 0.1 > 0.3
    assert 3 * 1.1 * 1.1 * 1.1 > 3.993
    carrier = service(
        "G",
        ((5.0, 7.0, 9.0),),
        (edge, 2 * edge, 40.0),
        dim_divisor_cm3_per_kg=None if is_heavy else 1.0,
    )
    one = item("A", weight_kg=kg, length_cm=cm, width_cm=cm, height_cm=cm)
    policy = Policy(costs=[Shipping()], unfilled_penalty=1000.0)
    problem = problem_at(
        [node("N1")], {"N1": {"A": 9}}, policy, services=[carrier], items=[one],
        A=units,
    )  # fmt: skip

    result = route(problem, method)

    assert result.method == method
    assert result.cost == pytest.approx(rate)
    assert result.is_optimal


def test_imprecise_solutions_prove_nothing(monkeypatch):
    """What the solver itself calls imprecise is a start at best: no bound, no fault."""
    solve = mathopt.solve

    def imprecise(*given, **named):
        result = solve(*given, **named)
        result.termination.reason = mathopt.TerminationReason.IMPRECISE
        return result

    monkeypatch.setattr(mathopt, "solve", imprecise)

    solution = knapsack().solve(time_limit_s=10, gap=0.0)

    assert solution.values.round().tolist() == [0, 1, 1]
    assert solution.bound == -math.inf


@pytest.mark.parametrize("seed", range(6))
def test_stages_of_large_orders_keep_their_promises(seed):
    """Small orders taken through them are proven, or bounded, as by listing parts."""
    problem = with_tuning(many_lines(6, 3, seed), program={"large": 1})

    exact, staged = route(problem, "subset"), route(problem, "mip")

    assert staged.bound <= exact.cost + 1e-6
    assert staged.cost == pytest.approx(exact.cost)


def test_divisible_units_prove_that_nothing_can_be_done():
    """A line that must be filled, and cannot: the weaker program says so."""
    made = with_tuning(many_lines(6, 3), program={"large": 1})
    problem = with_policy(made, unfilled_penalty=None)

    assert route(problem, "mip").status is route(problem, "subset").status
