"""The rule chains: as independent ones have it, and never against a rule or limit."""

import math

import pytest
from benchmarks.baselines.pricing import Prices
from benchmarks.baselines.rule_chains import chains_of
from benchmarks.case import Stream
from benchmarks.families.networks import Shape, draw_stream
from hypothesis import given
from pydantic import ValidationError

from builders import line, network, node, order, service, stock
from changes import route
from domroute.network import Capacity, Network
from domroute.orders import Delivery
from domroute.policy import Policy, SolveOptions
from domroute.router import Router
from domroute.sourcing.chains import CHAINS
from domroute.words import Objective, Status
from oracle import best_key
from stages import problem_at
from strategies import problems

NAMES = {
    "nearest_first": "nearest first",
    "most_coverage_first": "most coverage first",
    "dc_store_split": "one dc, one store, split",
}
ALL = pytest.mark.parametrize("method", NAMES)
THIN = Shape(
    nodes=8, orders=60, skus=12, stocked=0.5, deepest=3, units=(1, 2, 3), lines=(1, 5)
)
NEAR, MIDDLE, FAR = (0.0, 0.1), (0.0, 1.0), (0.0, 2.0)


def compare(stream, method):
    """Compare every plan with what the benchmarks' own chain takes; count splits."""
    prices = Prices(stream)
    chain = chains_of(prices)[NAMES[method]]
    router = stream.router(
        stream.policy.model_copy(update={"solve": SolveOptions(method=method)})
    )
    splits = 0
    for asked in stream.orders:
        result = router.route(asked)
        takes = dict(chain(asked))
        assert prices.takes_of(asked, result.plan) == takes
        assert math.isclose(result.cost, prices.cost_of(asked, takes))
        assert result.method == method
        splits += result.plan.split_count
    return splits


def shipped(problem, method):
    """Route by a chain: units by (node, line), and the result."""
    result = route(problem, method)
    found = {
        (part.node_id, content.line_id): content.quantity
        for part in result.plan.shipments
        for content in part.contents
    }
    return found, result


def test_every_chain_is_tried_here():
    """The chains of the kernel are those that are compared."""
    assert set(CHAINS) == set(NAMES)


@ALL
@pytest.mark.parametrize("seed", range(3))
def test_chain_is_that_of_the_benchmarks(method, seed):
    """Written apart, on other arrays: the same units from the same nodes."""
    assert compare(draw_stream(THIN, seed=seed), method) > 20


@pytest.mark.parametrize("method", ["nearest_first", "dc_store_split"])
def test_chain_keeps_capacity_as_the_benchmarks_do(method):
    """Nodes that do 2 or 3 units an order; the benchmarks' third chain counts none."""
    drawn = draw_stream(THIN, seed=7)
    nodes = [
        made.model_copy(
            update={"capacity": Capacity(limit=2 + at % 2, measure="units")}
        )
        for at, made in enumerate(drawn.network.nodes)
    ]
    tight = Network(nodes=nodes, items=drawn.network.items)

    found = compare(
        Stream("tight", drawn.orders, tight, drawn.inventory, drawn.policy), method
    )

    assert found > 60


@ALL
@given(problem=problems())
def test_chain_is_never_better_and_breaks_no_rule(method, problem):
    """The chain's plan passes the judge, which the router asks, and costs no less."""
    result, best = route(problem, method), best_key(*problem)

    assert result.status is not Status.INFEASIBLE or best is None
    if math.isfinite(result.cost):
        assert best is not None
        assert result.bound <= result.cost
        if problem.policy.objective is Objective.COST:
            slack = 1e-6 * max(1.0, abs(best[-1]))
            assert result.cost >= best[-1] - slack
            assert result.bound <= best[-1] + slack
            if result.status is Status.OPTIMAL:
                assert result.cost <= best[-1] + slack


@pytest.mark.parametrize(
    ("method", "takes"),
    [
        (
            "nearest_first",
            {("N1", "A"): 1, ("N2", "A"): 1, ("N2", "B"): 1, ("N3", "B"): 1},
        ),
        ("most_coverage_first", {("N3", "A"): 2, ("N3", "B"): 2}),
        ("dc_store_split", {("N3", "A"): 2, ("N3", "B"): 2}),
    ],
)
def test_chains_differ(method, takes):
    """N1 and N2 are near and have a little; N3 is far and has all, at any cost."""
    nodes = [
        node("N1", at=NEAR),
        node("N2", at=MIDDLE, kind="dc"),
        node("N3", at=FAR, per_shipment=400.0),
    ]
    held = {"N1": {"A": 1}, "N2": {"A": 1, "B": 1}, "N3": {"A": 2, "B": 2}}
    problem = problem_at(nodes, held, Policy(), A=2, B=2)

    found, result = shipped(problem, method)

    assert found == takes
    assert result.cost > route(problem).cost - 1e-9
    assert result.status is Status.FEASIBLE


def test_a_center_goes_before_a_nearer_store():
    """The store on the spot could fill it all too; the nearer of two centers does."""
    nodes = [
        node("N1", at=NEAR, kind="store"),
        node("N2", at=FAR, kind="dc"),
        node("N3", at=MIDDLE, kind="dc"),
    ]
    held = {name: {"A": 2} for name in ("N1", "N2", "N3")}

    found, _ = shipped(problem_at(nodes, held, A=2), "dc_store_split")

    assert found == {("N3", "A"): 2}


def test_a_split_takes_centers_first():
    """No node has three: the center gives its one, and then the nearer store two."""
    nodes = [
        node("N1", at=NEAR, kind="store"),
        node("N2", at=FAR, kind="dc"),
        node("N3", at=MIDDLE, kind="store"),
    ]
    held = {"N1": {"A": 2}, "N2": {"A": 1}, "N3": {"A": 2}}

    found, _ = shipped(problem_at(nodes, held, A=3), "dc_store_split")

    assert found == {("N2", "A"): 1, ("N1", "A"): 2}


@ALL
@pytest.mark.parametrize("names", [("N1", "N2"), ("N2", "N1")], ids=str)
def test_of_equal_nodes_the_first_by_id_gives_first(method, names):
    """Two stores at one place have two each: three units are two and one."""
    nodes = [node(name, at=NEAR, kind="store") for name in names]
    held = {name: {"A": 2} for name in names}

    found, _ = shipped(problem_at(nodes, held, A=3), method)

    assert found == {("N1", "A"): 2, ("N2", "A"): 1}


@ALL
def test_deliveries_go_one_by_one(method):
    """The first line is shipped, the second collected where the customer said."""
    nodes = [node("N1", at=NEAR, kind="dc"), node("N2", at=FAR, kind="store")]
    held = {"N1": {"A": 1, "B": 1}, "N2": {"A": 1, "B": 1}}
    lines = [
        line("l1", "A"),
        line("l2", "B", delivery=Delivery(method="pickup", node="N2")),
    ]

    found, result = shipped(problem_at(nodes, held, lines=lines), method)

    assert found == {("N1", "l1"): 1, ("N2", "l2"): 1}
    assert result.status is Status.OPTIMAL


@ALL
def test_cheapest_service_of_each_shipment(method):
    """The chain picks nodes; how the units travel is the cheapest that carries them."""
    services = [service("air", [[6.0, 6.0]]), service("ground", [[4.0, 4.0]])]
    problem = problem_at(
        [node("N1", at=NEAR)], {"N1": {"A": 2}}, Policy(), services=services, A=2
    )

    result = route(problem, method)

    assert [part.service for part in result.plan.shipments] == ["ground"]


@ALL
@pytest.mark.parametrize(
    ("splits", "takes"),
    [
        ({"max_shipments": 2}, {("N1", "A"): 1, ("N2", "A"): 1}),
        ({"max_nodes": 1}, {("N1", "A"): 1}),
        ({"min_order_value": 99.0}, {("N1", "A"): 1}),
        ({"ship_complete": True, "max_nodes": 2}, {}),
        ({"min_part_value": 20.0}, {("N1", "A"): 1}),
        (
            {"max_nodes": 1, "over_limit_price": 9.0},
            {("N1", "A"): 1, ("N2", "A"): 1, ("N3", "A"): 1},
        ),
    ],
    ids=lambda value: ", ".join(map(str, value)),
)
def test_limits_on_splits_are_kept(method, splits, takes):
    """Three nodes have one unit each, worth 10: a step too far is not taken."""
    nodes = [node(f"N{at}", at=(0.0, float(at)), kind="dc") for at in (1, 2, 3)]
    held = {made.id: {"A": 1} for made in nodes}
    policy = Policy(costs=[], unfilled_penalty=7.0, splits=splits)

    found, result = shipped(problem_at(nodes, held, policy, A=3), method)

    assert found == takes
    assert sum(part.quantity for part in result.plan.unfilled) == 3 - len(takes)


@ALL
def test_light_parts_are_skipped(method):
    """The nearest has one unit worth 10; parts from 20 on come from the others."""
    nodes = [node(f"N{at}", at=(0.0, float(at)), kind="dc") for at in (1, 2, 3)]
    held = {"N1": {"A": 1}, "N2": {"A": 2}, "N3": {"A": 2}}
    policy = Policy(costs=[], splits={"min_part_value": 20.0})

    found, _ = shipped(problem_at(nodes, held, policy, A=4), method)

    assert found == {("N2", "A"): 2, ("N3", "A"): 2}


@ALL
def test_whole_lines_pass_by_nodes_that_have_a_part(method):
    """A line that may not be split leaves the first node that has all of it."""
    nodes = [node("N1", at=NEAR, kind="dc"), node("N2", at=FAR, kind="dc")]
    held = {"N1": {"A": 1}, "N2": {"A": 2}}
    lines = [line("l1", "A", 2, allow_split=False)]

    found, _ = shipped(problem_at(nodes, held, lines=lines), method)

    assert found == {("N2", "l1"): 2}


def test_chain_that_cannot_fill_what_must_be_filled_has_no_plan():
    """Nothing is proven by that: the status is feasible, without a plan."""
    nodes = [node("N1", at=NEAR), node("N2", at=FAR)]
    policy = Policy(costs=[], unfilled_penalty=None, splits={"max_nodes": 1})
    problem = problem_at(nodes, {"N1": {"A": 1}, "N2": {"A": 2}}, policy, A=2)

    result = route(problem, "nearest_first")

    assert (result.status, result.plan.shipments) == (Status.FEASIBLE, ())
    assert math.isinf(result.cost)
    assert route(problem, "most_coverage_first").cost == 0.0


@ALL
def test_orders_of_any_size(method):
    """Three hundred units of a hundred lines, far beyond the lattice."""
    skus = [f"K{at:03}" for at in range(100)]
    nodes = [node(f"N{at}", at=(0.0, float(at)), kind="dc") for at in range(1, 9)]
    held = {made.id: dict.fromkeys(skus, 1) for made in nodes}
    lines = [line(f"l{at:03}", sku, 3) for at, sku in enumerate(skus)]

    result = route(problem_at(nodes, held, items=skus, lines=lines), method)

    assert result.plan.node_ids == ("N1", "N2", "N3")
    assert result.plan.unfilled == ()


@ALL
def test_batch_by_a_chain_is_no_worse_than_one_by_one(method):
    """Each order goes by the chain from what others leave; the bound still holds."""
    drawn = draw_stream(
        Shape(nodes=4, orders=12, skus=5, stocked=0.8, deepest=3, units=(1, 2))
    )
    by_chain = drawn.policy.model_copy(update={"solve": SolveOptions(method=method)})
    ledger = drawn.router(by_chain)
    one_by_one = 0.0
    for asked in drawn.orders:
        result = ledger.route(asked)
        one_by_one += result.cost
        ledger.inventory.reserve(result.plan)
    for asked in drawn.orders:
        if ledger.inventory.reservation(asked.id) is not None:
            ledger.inventory.release(asked.id)

    batch = drawn.router(by_chain).route_batch(drawn.orders, time_limit_s=0.5)

    assert batch.bound <= batch.cost <= one_by_one + 1e-6


def test_unknown_method_lists_the_known():
    """A name that is none of the methods is refused, with those that are."""
    with pytest.raises(ValidationError) as caught:
        SolveOptions(method="nearest")

    assert all(name in str(caught.value) for name in ("auto", "greedy", *NAMES))


def test_a_chain_is_another_policy():
    """The name of the method is part of the policy's version and of its JSON."""
    policy = Policy(solve={"method": "nearest_first"})

    assert policy.version != Policy().version
    assert Policy.model_validate(policy.model_dump(mode="json")) == policy


def test_chain_with_nothing_in_stock():
    """No node has any: all stays unfilled, which is proven."""
    router = Router(
        network(node("N1")),
        stock(),
        Policy(costs=[], unfilled_penalty=7.0, solve={"method": "nearest_first"}),
    )

    result = router.route(order(A=2))

    assert (result.cost, result.status) == (14.0, Status.OPTIMAL)
