"""The hard node priority: the next rung wherever the better ones cannot do as much."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from builders import item, line, network, node, order, pickup, service, stock
from changes import route, with_policy
from domroute import NodePriority, Policy, Reason, Router, SplitLimits, Status
from domroute.costs import Handling, Shipping
from domroute.files.policy import policy_to_dict
from domroute.words import Objective
from oracle import best_key
from stages import problem_at, stages_of, why_not
from strategies import problems

LADDER = Policy(costs=[Handling()], rules=[NodePriority()])
METHODS = pytest.mark.parametrize(
    "method", ["subset", "mip", "greedy", "most_coverage_first"]
)


def rungs(first=None, second=None, held=None, policy=None, **wanted):
    """Make an order over N1 of priority 1 and a cheaper N2 of priority 2."""
    nodes = [
        node("N1", priority=1, per_shipment=5.0, **(first or {})),
        node("N2", priority=2, **(second or {})),
    ]
    held = held or {"N1": {"A": 9, "B": 9}, "N2": {"A": 9, "B": 9}}
    return problem_at(nodes, held, LADDER.model_copy(update=policy or {}), **wanted)


ONE_UNIT = {"limit": 1, "measure": "units"}


@METHODS
@pytest.mark.parametrize(
    ("problem", "nodes"),
    [
        # The first rung can do it: the cheaper second one is left out.
        (rungs(A=2), ("N1",)),
        # Out of stock, of capacity in any measure, too small an order.
        (rungs(held={"N1": {"A": 1}, "N2": {"A": 9}}, A=2), ("N2",)),
        (rungs({"capacity": {"limit": 0, "measure": "orders"}}, A=2), ("N2",)),
        (rungs({"capacity": ONE_UNIT}, A=2), ("N2",)),
        (rungs({"capacity": {"limit": 1, "measure": "lines"}}, A=1, B=1), ("N2",)),
        (rungs({"minimum_order": 20.01}, A=2), ("N2",)),
        (rungs({"minimum_order": 20.0}, A=2), ("N1",)),
        # Switched off, or another method: its rung is none.
        (rungs({"enabled": False}, A=2), ("N2",)),
    ],
    ids=[
        "able",
        "stock",
        "orders",
        "units",
        "lines",
        "below",
        "exactly",
        "off",
    ],
)
def test_next_rung_is_tried_whatever_the_reason(problem, nodes, method):
    """Where nodes of better priority cannot fill as much, the next ones may."""
    result = route(problem, method)

    assert result.plan.node_ids == nodes
    assert not result.plan.unfilled


def test_rung_stands_where_it_does_as_much():
    """What no rung can do is no reason to go on: nine of ten ship from the first."""
    held = {"N1": {"A": 9}, "N2": {"A": 9}}
    policy = {"splits": SplitLimits(max_shipments=1)}

    result = route(rungs(held=held, policy=policy, A=10))

    assert result.plan.node_ids == ("N1",)
    assert [part.quantity for part in result.plan.unfilled] == [1]


@pytest.mark.parametrize("method", ["subset", "mip", "greedy"])
@pytest.mark.parametrize(
    "splits",
    [
        {"max_shipments": 1},
        {"max_nodes": 1},
        {"min_order_value": 99.0},
        {"min_part_value": 10.01},
        {"ship_complete": True, "max_nodes": 1},
    ],
    ids=str,
)
def test_limits_on_splits_open_the_next_rung(splits, method):
    """Two nodes of the first rung have a line each, one of the next has both."""
    nodes = [node("N1"), node("N2"), node("N3", priority=2, per_shipment=9.0)]
    held = {"N1": {"A": 1}, "N2": {"B": 1}, "N3": {"A": 1, "B": 1}}
    problem = problem_at(nodes, held, LADDER, A=1, B=1)

    freely = route(problem, method)
    limited = route(with_policy(problem, splits=SplitLimits(**splits)), method)

    assert freely.plan.node_ids == ("N1", "N2")
    assert limited.plan.node_ids == ("N3",)


def test_limits_with_a_price_open_none():
    """What may be had at a price can be done: the ladder does not look at costs."""
    nodes = [node("N1"), node("N2"), node("N3", priority=2)]
    held = {"N1": {"A": 1}, "N2": {"B": 1}, "N3": {"A": 1, "B": 1}}
    policy = Policy(
        costs=[Handling()],
        rules=[NodePriority()],
        splits={"max_shipments": 1, "over_limit_price": 500.0, "split_price": 300.0},
        unfilled_penalty=1e6,
    )

    result = route(problem_at(nodes, held, policy, A=1, B=1))

    assert result.plan.node_ids == ("N1", "N2")


def test_lines_that_move_together_open_the_next_rung():
    """No node of the first rung has both lines of a set, or the line whole."""
    nodes = [node("N1"), node("N2"), node("N3", priority=2)]
    held = {"N1": {"A": 1}, "N2": {"A": 1, "B": 1}, "N3": {"A": 2, "B": 1}}
    whole = problem_at(
        nodes, held, LADDER, lines=[line("A", "A", 2, allow_split=False)]
    )
    pair = [line(sku, sku, 1, ship_together="set") for sku in "AB"]
    paired = problem_at(nodes, {**held, "N2": {"B": 1}}, LADDER, lines=pair)

    assert route(whole).plan.node_ids == ("N3",)
    assert route(paired).plan.node_ids == ("N3",)


def test_services_open_the_next_rung():
    """A store handing shipments to no service that takes heavy goods is passed by."""
    nodes = [node("N1", services=["light"]), node("N2", priority=2)]
    services = [
        service("light", rates=[[1.0]], weights=[1.0], max_weight_kg=0.5),
        service("heavy", rates=[[9.0]], weights=[9.0]),
    ]
    policy = Policy(costs=[Shipping()], rules=[NodePriority()])
    held = {"N1": {"A": 1}, "N2": {"A": 1}}
    problem = problem_at(
        nodes, held, policy, services=services, items=[item("A", weight_kg=2.0)], A=1
    )

    assert route(problem).plan.node_ids == ("N2",)


def test_what_must_be_filled_opens_the_next_rung():
    """A plan without a unit that must be filled is none, and fills nothing."""
    held = {"N1": {"A": 9}, "N2": {"B": 1}}
    must = [line("A", "A", 1), line("B", "B", 1, must_fill=True)]

    result = route(rungs(held=held, lines=must))

    assert result.plan.node_ids == ("N1", "N2")
    assert not result.plan.unfilled


def test_collection_nearby_opens_the_next_rung():
    """One pick-up takes all from one node: one of the next rung has it all."""
    nodes = [
        node("N1", kind="store"),
        node("N2", kind="store"),
        node("N3", kind="store", priority=2),
    ]
    held = {"N1": {"A": 1}, "N2": {"B": 1}, "N3": {"A": 1, "B": 1}}
    wanted = {"A": 1, "B": 1, "delivery": pickup(radius_km=10.0)}

    assert route(problem_at(nodes, held, LADDER, **wanted)).plan.node_ids == ("N3",)


def test_a_full_day_goes_on_with_the_next_rung():
    """Order after order is reserved: the first rung's day is one order long."""
    day = {"limit": 1, "measure": "orders"}
    made = network(node("N1", capacity=day), node("N2", priority=2))
    ledger = stock(N1={"A": 50}, N2={"A": 50})
    router = Router(made, ledger, LADDER)
    nodes = []

    for at in range(3):
        result = router.route(order(f"o{at}", A=1))
        ledger.reserve(result.plan)
        nodes.append(result.plan.node_ids)

    assert nodes == [("N1",), ("N2",), ("N2",)]


def test_nobody_is_left_out_where_nothing_can_be_filled():
    """The ladder is not the reason why an order goes nowhere."""
    problem = rungs({"minimum_order": 1e6}, {"minimum_order": 1e6}, A=1)

    offers = stages_of(problem).offers
    (left,) = route(problem).plan.unfilled

    assert offers.rung.worst == math.inf
    assert left.reason is not Reason.LOWER_PRIORITY


@pytest.mark.parametrize("count", [2, 9, 40])
def test_rung_is_found_among_many(count):
    """Of many rungs with a unit each, as many open as units are wanted."""
    tight = {"limit": 1, "measure": "units"}
    nodes = [node(f"N{at:02}", priority=at, capacity=tight) for at in range(count)]
    held = {f"N{at:02}": {"A": 5} for at in range(count)}

    offers = stages_of(problem_at(nodes, held, LADDER, A=count - 1)).offers

    assert offers.rung.worst == count - 2
    assert offers.rung.is_proven


def test_wave_goes_by_what_each_order_finds():
    """Each order's rung is that of the snapshot, as if it were alone."""
    made = network(node("N1", per_shipment=5.0), node("N2", priority=2))
    router = Router(made, stock(N1={"A": 2}, N2={"A": 2}), LADDER)

    batch = router.route_batch([order("o1", A=1), order("o2", A=1)], time_limit_s=1.0)

    assert [result.plan.node_ids for result in batch] == [("N1",), ("N1",)]


# --- a ladder that drains -----------------------------------------------------------

PLAIN, DRAINED = NodePriority(), NodePriority(name="drained", drain=True)
DRAIN = Policy(costs=[Handling()], rules=[DRAINED])


def units_of(result):
    """Return the units that each node gives."""
    return {
        part.node_id: sum(content.quantity for content in part.contents)
        for part in result.plan.shipments
    }


@pytest.mark.parametrize(
    "method", ["subset", "mip", "auto", "greedy", "nearest_first", "dc_store_split"]
)
@pytest.mark.parametrize("objective", ["cost", "fewest_shipments"])
def test_first_source_is_drained_and_the_rest_is_from_the_next(method, objective):
    """Of eight units one is at the first source: seven are from the second."""
    nodes = [
        node("N1", priority=1, per_unit=50.0),
        node("N2", priority=2, per_shipment=5.0),
        node("N3", priority=3),
    ]
    held = {"N1": {"A": 1}, "N2": {"A": 100}, "N3": {"A": 100}}
    policy = DRAIN.model_copy(update={"objective": Objective(objective)})

    result = route(problem_at(nodes, held, policy, A=8), method)

    assert units_of(result) == {"N1": 1, "N2": 7}
    # 50 and 5: what is reported is what it costs, and nothing else.
    assert result.cost == pytest.approx(55.0)
    assert dict(result.costs) == {"handling": pytest.approx(55.0)}
    assert result.status is Status.OPTIMAL


@pytest.mark.parametrize("method", ["subset", "mip"])
def test_cost_decides_among_what_drains_alike(method):
    """Within a rung, and between lines, the cheapest way to drain is taken."""
    nodes = [
        node("N1", per_shipment=3.0),
        node("N2", per_shipment=2.0),
        node("N3", priority=2, per_shipment=1.0),
    ]
    held = {"N1": {"A": 2}, "N2": {"A": 2}, "N3": {"A": 9, "B": 9}}

    result = route(problem_at(nodes, held, DRAIN, A=2, B=1), method)

    assert units_of(result) == {"N2": 2, "N3": 1}


@pytest.mark.parametrize("method", ["subset", "mip"])
def test_filling_comes_before_draining(method):
    """One shipment may be made: eight from the second, not one from the first."""
    held = {"N1": {"A": 1}, "N2": {"A": 100}}
    nodes = [node("N1"), node("N2", priority=2)]
    policy = DRAIN.model_copy(update={"splits": SplitLimits(max_shipments=1)})

    result = route(problem_at(nodes, held, policy, A=8), method)

    assert units_of(result) == {"N2": 8}


@pytest.mark.parametrize("method", ["subset", "mip"])
def test_capacity_is_drained_as_stock_is(method):
    """The first source can do three of its hundred units."""
    tight = {"limit": 3, "measure": "units"}
    nodes = [node("N1", capacity=tight, per_unit=9.0), node("N2", priority=2)]
    held = {"N1": {"A": 100}, "N2": {"A": 100}}

    assert units_of(route(problem_at(nodes, held, DRAIN, A=8), method)) == {
        "N1": 3,
        "N2": 5,
    }


@pytest.mark.parametrize("method", ["subset", "mip"])
def test_first_source_is_drained_though_one_farther_down_is_needed_for_it(method):
    """N2 fills all or nothing, so that a unit of N1 takes another from N3."""
    problem = all_or_nothing()

    result = route(problem, method)

    assert units_of(result) == {"N1": 1, "N3": 1}
    assert result.status is Status.OPTIMAL
    assert result.cost == pytest.approx(6.0)
    router = Router(problem.network, problem.inventory, problem.policy)
    assert [each.plan for each in router.route_batch([problem.order])] == [result.plan]
    assert router.score(problem.order, {("A", "N1"): 1, ("A", "N3"): 1}).faults == ()
    assert router.explain(problem.order).sentences[0].startswith("N1 and N3 ship")


@pytest.mark.parametrize("method", ["subset", "mip"])
def test_order_under_a_plain_ladder_and_one_that_drains_is_drained(method):
    """Filled as much by fewer rungs is enough for the one, not for the other."""
    problem = all_or_nothing()

    plain = route(with_policy(problem, rules=(PLAIN,)), method)
    both = route(with_policy(problem, rules=(PLAIN, DRAINED)), method)

    assert units_of(plain) == {"N2": 2}
    assert units_of(both) == {"N1": 1, "N3": 1}


def test_decision_that_does_not_drain_is_told_though_it_needs_fewer_rungs():
    """All from N2 fills as much, and gives nothing of N1."""
    problem = all_or_nothing()
    router = Router(problem.network, problem.inventory, problem.policy)

    scored = router.score(problem.order, {("A", "N2"): 2})

    assert [fault.code for fault in scored.faults] == ["rule_broken"]
    assert scored.result.status is Status.FEASIBLE


def test_long_order_is_drained_though_a_source_farther_down_is_needed_for_it():
    """Seven lines over nine nodes, more than the judge goes through."""
    problem = all_or_nothing(others=6)

    result = route(problem)

    assert units_of(result) == {"N1": 1, "N3": 1, "X0": 12}
    assert result.status is Status.OPTIMAL


def all_or_nothing(others=0):
    """Make an order of two units, of which N2 has both, and no plan may take one."""
    beside = [node(f"X{at}", priority=1) for at in range(others)]
    nodes = [
        node("N1", per_shipment=5.0),
        node("N2", priority=2, per_shipment=2.0, minimum_order=20.0),
        node("N3", priority=3, per_shipment=1.0),
        *beside,
    ]
    skus = [f"K{at}" for at in range(others)]
    held = {"N1": {"A": 1}, "N2": {"A": 2}, "N3": {"A": 1}}
    held |= {each.id: dict.fromkeys(skus, 5) for each in beside}
    wanted = dict.fromkeys(skus, 2)
    return problem_at(nodes, held, DRAIN, items=["A", *skus], A=2, **wanted)


def test_what_is_dear_is_filled_all_the_same():
    """The rule comes before cost: a unit dearer than leaving it ships."""
    policy = DRAIN.model_copy(update={"unfilled_penalty": 1.0})
    problem = problem_at([node("N1", per_shipment=9.0)], {"N1": {"A": 1}}, policy, A=1)

    assert units_of(route(problem)) == {"N1": 1}


def test_many_sources_are_drained_in_order():
    """Sixteen rungs of a unit each, more than one number holds, go to the program."""
    nodes = [node(f"N{at:02}", priority=at, per_shipment=20.0 - at) for at in range(17)]
    held = {f"N{at:02}": {"A": 1} for at in range(17)}

    result = route(problem_at(nodes, held, DRAIN, A=16))

    assert result.method == "mip"
    assert units_of(result) == {f"N{at:02}": 1 for at in range(16)}


def test_wave_drains_in_turn():
    """Each order drains what those before it leave; the judge looks at it so."""
    made = network(node("N1", per_unit=9.0), node("N2", priority=2))
    router = Router(made, stock(N1={"A": 3}, N2={"A": 9}), DRAIN)

    batch = router.route_batch([order("o1", A=2), order("o2", A=2)], time_limit_s=1.0)

    assert [units_of(result) for result in batch] == [{"N1": 2}, {"N1": 1, "N2": 1}]
    assert batch.bound <= batch.cost


def test_ladder_that_drains_has_no_price():
    """A price per step and draining exclude each other."""
    with pytest.raises(ValidationError, match="is a ladder, and has no price"):
        NodePriority(drain=True, price=1.0)


def test_policy_that_drains_goes_through_json():
    """It is read back as it was written, and its version tells it from another."""
    plain = policy_to_dict(DRAIN)

    assert plain["rules"][0]["drain"] is True
    assert Policy.model_validate(plain) == DRAIN
    assert DRAIN.version != LADDER.version


def test_nodes_beyond_the_last_one_drained_are_explained():
    """What is not needed is left out by its priority, as by any ladder."""
    nodes = [node("N1"), node("N2", priority=2), node("N3", priority=3)]
    held = {"N1": {"A": 1}, "N2": {"A": 9}, "N3": {"A": 9}}

    assert why_not(problem_at(nodes, held, DRAIN, A=2)) == {
        ("A", "N3"): "lower_priority"
    }


# --- beside brute force -------------------------------------------------------------


@pytest.mark.parametrize("ladders", [[PLAIN], [DRAINED]])
@pytest.mark.parametrize("method", ["subset", "mip"])
@settings(max_examples=12)
@given(problems(most_ways=150, curves=False))
def test_ladders_equal_brute_force(method, ladders, problem):
    """The rung, what is drained, and the cost are those of all ways tried."""
    check_ladders(problem, method, ladders)


@st.composite
def steps_of_a_ladder(draw):
    """Draw a line or two over nodes of a rung each, some of which give much or none."""
    wanted = {sku: draw(st.integers(1, 3)) for sku in "AB"[: draw(st.integers(1, 2))]}
    names = [f"N{at}" for at in range(1, draw(st.integers(3, 4)) + 1)]
    nodes = [
        node(
            name,
            priority=at,
            per_shipment=float(draw(st.integers(0, 3))),
            minimum_order=10.0 * draw(st.sampled_from([0, 0, 2, 3])),
        )
        for at, name in enumerate(names)
    ]
    most = st.integers(0, 3)
    held = {name: {sku: draw(most) for sku in wanted} for name in names}
    splits = SplitLimits(max_shipments=draw(st.sampled_from([None, 2, 3])))
    policy = LADDER.model_copy(update={"splits": splits})
    return problem_at(nodes, held, policy, **wanted)


@pytest.mark.parametrize("ladders", [[PLAIN], [DRAINED], [PLAIN, DRAINED]])
@pytest.mark.parametrize("method", ["subset", "mip"])
@settings(max_examples=40)
@given(steps_of_a_ladder())
def test_ladders_over_all_or_nothing_equal_brute_force(method, ladders, problem):
    """Likewise where draining the first may need one farther down than would do."""
    check_ladders(problem, method, ladders)


def check_ladders(problem, method, ladders):
    """Compare an order whose nodes stand on ladders with all ways tried."""
    rules = [x for x in problem.policy.rules if not isinstance(x, NodePriority)]
    problem = with_policy(problem, rules=(*rules, *ladders))
    best = best_key(*problem)

    result = route(problem, method)

    if best is None:
        assert result.status is Status.INFEASIBLE
        return
    assert result.status is Status.OPTIMAL
    assert result.cost == pytest.approx(best[-1], abs=1e-6)
    if DRAINED in ladders:
        # Of the oracle's goals the first is minus the units that are filled.
        units = sum(part.units for part in result.plan.shipments)
        assert units == -best[0]
