"""What an order counts for: its weight in every cost, its priority in a batch."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import line, network, node, order, stock
from changes import route, with_policy
from domroute import Handling, Policy, Reason, Router, SplitLimits, Status
from domroute.verify import verify
from strategies import problems

PLAIN = Policy(costs=[Handling()], unfilled_penalty=50.0)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ONE_BY_ONE = Policy(
    costs=[Handling()], unfilled_penalty=50.0, objective="fewest_shipments"
)


def one_left(policy=PLAIN):
    """Make a router over the last A there is; shipping it costs 1."""
    held = stock(N1={"A": 1})
    return Router(network(node("N1", per_shipment=1.0)), held, policy)


def one_dear(penalty=50.0, method="auto"):
    """Make a router over a node that has all there is, at 60 a shipment."""
    policy = Policy(
        costs=[Handling()], unfilled_penalty=penalty, solve={"method": method}
    )
    return Router(network(node("N1", per_shipment=60.0)), stock(N1={"A": 9}), policy)


def served(batch):
    """List the orders that get all they want."""
    return [result.order_id for result in batch if not result.plan.unfilled]


# --- weight -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "winner", "left"),
    [
        # The lighter order waits: its 50, times its weight.
        ((1.0, 3.0), "o2", 50.0),
        ((3.0, 1.0), "o1", 50.0),
        ((0.5, 0.2), "o1", 10.0),
        ((2.0, 4.0), "o2", 100.0),
    ],
    ids=str,
)
def test_the_heavier_order_gets_the_last_unit(weights, winner, left):
    """Two orders want one A; whichever is left, the other ships at 1."""
    router = one_left()
    orders = [order(f"o{at}", A=1, weight=w) for at, w in enumerate(weights, 1)]

    batch = router.route_batch(orders, time_limit_s=5)

    assert served(batch) == [winner]
    assert batch.is_optimal
    assert batch.costs.to_dict() == {"handling": 1.0, "unfilled": left}
    assert batch.cost == 1.0 + left
    assert batch.bound == pytest.approx(1.0 + left, rel=1e-6)
    for one, result in zip(orders, batch, strict=True):
        world = (router.network, router.inventory, router.policy)
        assert not verify(result.plan, one, *world, cost=result.cost)


@pytest.mark.parametrize(("weight", "winner"), [(2.0, "o1"), (4.0, "o2")])
def test_weight_is_for_a_unit(weight, winner):
    """Three units of weight 1 outweigh one of weight 2, and not one of weight 4."""
    held = stock(N1={"A": 3})
    router = Router(network(node("N1", per_shipment=1.0)), held, PLAIN)
    many = order("o1", line("l", "A", 3, allow_split=False))

    batch = router.route_batch([order("o2", A=1, weight=weight), many], time_limit_s=5)

    assert served(batch) == [winner]


@pytest.mark.parametrize("method", ["auto", "mip", "greedy"])
def test_weight_decides_whether_it_is_worth_it(method):
    """Shipping costs 60: too much for 50, worth it for twice that."""
    router = one_dear(method=method)

    light = router.route(order("o1", A=1))
    heavy = router.route(order("o1", A=1, weight=2.0))

    assert [part.reason for part in light.plan.unfilled] == [Reason.CHEAPER_UNFILLED]
    assert (light.cost, heavy.cost) == (50.0, 60.0)
    assert not heavy.plan.unfilled


def test_weight_goes_before_a_penalty_of_the_line_too():
    """0.5 x (2 x 3 + 1 x 50) = 28, less than the 60 of shipping."""
    wanted = order(
        "o1", line("l1", "A", 2, unfilled_penalty=3.0), line("l2", "A"), weight=0.5
    )

    result = one_dear().route(wanted)

    assert result.costs.to_dict() == {"unfilled": 28.0}
    assert [part.cost for part in result.plan.unfilled] == [3.0, 25.0]


@pytest.mark.parametrize("weight", [1e-9, 1e6])
def test_what_must_be_filled_is_filled_at_any_weight(weight):
    """By its line, or by a policy without a penalty; and if nobody has it, never."""
    bound = order("o1", line("l", "A", must_fill=True), weight=weight)
    plain = order("o1", A=1, weight=weight)
    strict = one_dear(penalty=None)

    assert one_dear().route(bound).cost == 60.0
    assert strict.route(plain).cost == 60.0
    absent = strict.route(order("o1", B=1, weight=weight))
    assert absent.status is Status.INFEASIBLE
    batch = strict.route_batch([plain, order("o2", A=9, weight=1.0)], time_limit_s=1)
    assert batch.status is Status.INFEASIBLE


def test_explanations_weigh_what_would_be_left():
    """N2 has one of the two A: using it leaves a unit, at 2 x 50."""
    nodes = [node("N1", per_shipment=1.0), node("N2", per_shipment=5.0)]
    policy = PLAIN.model_copy(update={"splits": SplitLimits(max_shipments=1)})
    router = Router(network(*nodes), stock(N1={"A": 2}, N2={"A": 1}), policy)

    told = router.explain(order("o1", A=2, weight=2.0))

    assert told.node("N1").cost_with == 1.0
    assert told.node("N2").cost_with == 105.0


@pytest.mark.parametrize("method", ["auto", "mip", "greedy"])
@given(
    problem=problems(curves=False), weight=st.sampled_from((2.0, 0.1, 1 / 3, 7.7, 1e6))
)
def test_weight_is_a_larger_penalty(method, problem, weight):
    """A weight of w at penalties p is a weight of 1 at penalties w p: exactly."""
    usual = problem.policy.unfilled_penalty

    def dearer(part):
        own = part.unfilled_penalty
        penalty = None if own is None else weight * own
        return part.model_copy(update={"unfilled_penalty": penalty})

    lines = tuple(dearer(part) for part in problem.order.lines)
    plain = problem.order.model_copy(update={"weight": 1.0, "lines": lines})
    heavy = problem.order.model_copy(update={"weight": weight})
    priced = with_policy(
        problem._replace(order=plain),
        unfilled_penalty=None if usual is None else weight * usual,
    )

    result = route(problem._replace(order=heavy), method)
    again = route(priced, method)

    assert (result.cost, result.bound, result.status) == (
        again.cost,
        again.bound,
        again.status,
    )
    assert result.plan == again.plan


def test_weight_is_a_larger_penalty_in_a_batch():
    """The same of orders together, proven to the last cent in both."""
    nodes = [node("N1", per_shipment=1.0), node("N2", per_shipment=30.0)]
    held = stock(N1={"A": 2, "B": 1}, N2={"A": 1, "B": 1})
    router = Router(network(*nodes), held, PLAIN)
    weights = (0.3, 1.0, 2.5, 0.7, 10.0)
    heavy = [
        order(f"o{at}", A=1, B=1, weight=weight) for at, weight in enumerate(weights)
    ]
    plain = [
        order(f"o{at}", *(line(k, k, unfilled_penalty=weight * 50.0) for k in "AB"))
        for at, weight in enumerate(weights)
    ]

    batch, again = (
        # Far more than it takes: no share of it cuts a proof short on a busy machine.
        router.route_batch(orders, time_limit_s=600, gap=0.0)
        for orders in (heavy, plain)
    )

    assert batch.is_optimal
    assert (batch.cost, batch.bound) == (again.cost, again.bound)
    assert batch.costs == again.costs
    assert [r.plan for r in batch] == [r.plan for r in again]


# --- priority ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "winner"),
    [
        (({}, {}), "o1"),
        (({}, {"priority": 1}), "o2"),
        (({"priority": -1}, {}), "o2"),
        (({"placed_at": NOON}, {"priority": 1}), "o2"),
        (({"priority": 1}, {"priority": 1, "placed_at": NOON}), "o2"),
        (({"priority": 2}, {"priority": 1, "placed_at": NOON}), "o1"),
        (({}, {"weight": 9.0}), "o1"),
    ],
    ids=str,
)
@pytest.mark.parametrize("is_reversed", [False, True])
def test_priority_goes_before_when_and_name(fields, winner, is_reversed):
    """One by one, the last A goes to the highest priority, then first come."""
    orders = [order(f"o{at}", A=1, **kept) for at, kept in enumerate(fields, 1)]
    if is_reversed:
        orders.reverse()

    batch = one_left(ONE_BY_ONE).route_batch(orders, time_limit_s=1)

    assert served(batch) == [winner]
    assert [r.order_id for r in batch] == [o.id for o in orders]


def test_a_joint_plan_begins_with_who_comes_first():
    """With no time to better it, what was made one by one stands."""
    orders = [order("o1", A=1), order("o2", A=1, priority=1)]

    assert served(one_left().route_batch(orders, time_limit_s=0.0)) == ["o2"]


def test_priority_costs_nothing():
    """Jointly, the heavier order gets it, whoever comes first."""
    orders = [order("o1", A=1, weight=2.0), order("o2", A=1, priority=9)]

    batch = one_left().route_batch(orders, time_limit_s=5)

    assert served(batch) == ["o1"]
    assert batch.cost == 51.0


@given(problems(), st.integers(-5, 5))
def test_routing_one_order_takes_no_notice_of_priority(problem, priority):
    """Its plan is what it would be at any other."""
    other = problem.order.model_copy(update={"priority": priority})

    assert route(problem._replace(order=other)) == route(problem)
