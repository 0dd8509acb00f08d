"""Prices of lines: below every plan, and near the best where one can be."""

import math
import random

import pytest

from builders import item, node, service
from changes import route
from domroute.costs import Handling, Shipping
from domroute.policy import Policy
from domroute.sourcing.greedy import simple_bound
from domroute.sourcing.linebound import line_bound
from domroute.sourcing.offers import tabulate
from domroute.tuning import BoundTuning
from stages import problem_at, stages_of


def bound_of(problem, **tuned):
    """Bound what an order costs."""
    stages = stages_of(problem)
    table = tabulate(stages.offers, stages.atoms)
    return line_bound(table, BoundTuning(**tuned))


def simple_bound_of(problem):
    """Bound what an order costs, at a glance."""
    stages = stages_of(problem)
    return simple_bound(tabulate(stages.offers, stages.atoms))


def drawn(seed):
    """Draw an order of few lines, over nodes with weight steps, light or of parcels."""
    draw = random.Random(seed)
    skus = "ABCD"
    rates = sorted(draw.uniform(0.0, 12.0) for _ in range(4))
    caps = (0.5, 1.5, 4.0, draw.choice([6.0, 40.0]))
    near, far = rates, [rate + draw.uniform(0, 4) for rate in rates]
    carrier = service("G", (tuple(near), tuple(sorted(far))), caps, bands=(500.0,))
    nodes = [
        node(
            f"N{at}",
            at=(draw.uniform(0, 9), 0.0),
            per_shipment=draw.choice([0.0, draw.uniform(0, 5)]),
            per_line=draw.choice([0.0, draw.uniform(0, 2)]),
            per_unit=draw.uniform(0, 2),
        )
        for at in range(4)
    ]
    held = {n.id: {sku: draw.randint(0, 3) for sku in skus} for n in nodes}
    return problem_at(
        nodes,
        held,
        Policy(
            costs=[Handling(), Shipping()], unfilled_penalty=draw.choice([2.0, 9.0, 60])
        ),
        services=[carrier],
        items=[item(sku, weight_kg=draw.choice([0.0, 0.3, 1.1, 2.7])) for sku in skus],
        **{sku: draw.randint(1, 3) for sku in skus[: draw.randint(1, 4)]},
    )


@pytest.mark.parametrize("seed", range(60))
def test_bound_is_below_the_optimum(seed):
    """Whatever tariffs, parcels, penalties and stock are drawn."""
    problem = drawn(seed)

    exact = route(problem, "subset")

    assert exact.is_optimal
    assert bound_of(problem) <= exact.cost + 1e-9


def test_it_closes_most_of_what_the_simple_bound_leaves_open():
    """On the orders drawn above, of which the simple bound sees no tariff."""
    problems = [drawn(seed) for seed in range(60)]
    exact = sum(route(problem, "subset").cost for problem in problems)

    simple = sum(simple_bound_of(problem) for problem in problems)
    ours = sum(bound_of(problem) for problem in problems)

    assert exact - ours < 0.4 * (exact - simple)


def test_one_shipment_is_priced_to_the_last_step():
    """One node, one line of a unit: the bound is what it costs."""
    # 2 for the shipment, 1 for the unit, and 7 for up to 3 kg, of which it weighs 3.
    problem = problem_at(
        [node("N1", per_shipment=2.0, per_unit=1.0)],
        {"N1": {"A": 1}},
        Policy(costs=[Handling(), Shipping()], unfilled_penalty=100.0),
        services=[service("G", ((5.0, 7.0, 9.0),), (1.0, 3.0, 9.0))],
        items=[item("A", weight_kg=3.0)],
        A=1,
    )

    assert bound_of(problem) == pytest.approx(10.0)


def test_penalties_cap_prices():
    """What is cheaper left is worth no more than its penalty."""
    problem = problem_at(
        [node("N1", per_shipment=9.0)],
        {"N1": {"A": 2}},
        Policy(costs=[Handling()], unfilled_penalty=2.0),
        A=2,
    )

    assert bound_of(problem) == pytest.approx(4.0)


def test_what_must_be_filled_and_cannot_says_nothing():
    """There is no plan, which is for others to prove."""
    problem = problem_at(
        [node("N1")],
        {"N1": {"A": 1}},
        Policy(costs=[Handling()], unfilled_penalty=None),
        A=1,
        B=1,
    )

    assert bound_of(problem) == -math.inf
