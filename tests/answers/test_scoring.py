"""Decisions made elsewhere: priced as ever, and told what they broke."""

import json
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arriving import TUE, WED, left_by, router_of, row, wants
from builders import line, network, node, order, pickup, service, stock
from changes import route
from domroute import Scored
from domroute.costs import Backorder, Handling, Quotes, StockLevel
from domroute.errors import InputError
from domroute.ledger.inventory import Inventory
from domroute.ledger.stock import Stock
from domroute.policy import Policy
from domroute.router import Router
from domroute.rules import EligibleNodes, NodeFilter, NodePriority, SafetyStock
from domroute.words import Objective, Status
from oracle import Oracle
from strategies import problems
from waiting_waves import drawn_wave

PLAIN = Policy(costs=[Handling()], unfilled_penalty=50.0)


def score(problem, decision, **options):
    """Score a decision about a problem's order."""
    router = Router(problem.network, problem.inventory, problem.policy)
    return router.score(problem.order, decision, quotes=problem.quotes, **options)


def decision_of(plan):
    """Read a plan as a decision."""
    return {
        (content.line_id, part.node_id): content.quantity
        for part in plan.shipments
        for content in part.contents
    }


def codes_of(scored):
    """List the codes of the faults."""
    return [fault.code for fault in scored.faults]


@st.composite
def decided(draw):
    """Draw a problem and any decision about its order, sensible or not."""
    problem, way = draw(problems()), {}
    for part in problem.order.lines:
        left = part.quantity
        for made in problem.network.nodes:
            units = draw(st.integers(0, left))
            if units:
                way[part.id, made.id] = units
            left -= units
    return problem, way


def with_stock_for(problem, way):
    """Put the units a decision ships where the ledger has fewer."""
    rows = {(row.node, row.sku): row for row in problem.inventory}
    skus, taken = {part.id: part.sku for part in problem.order.lines}, {}
    for (name, place), units in way.items():
        cell = (place, skus[name])
        taken[cell] = taken.get(cell, 0) + units
    for (place, sku), units in taken.items():
        if problem.inventory.available(place, sku) < units:
            old = rows.get((place, sku))
            rows[place, sku] = Stock(
                node=place,
                sku=sku,
                on_hand=units,
                velocity=None if old is None else old.velocity,
            )
    inventory = Inventory(rows.values())
    inventory.start_period(problem.inventory.loads)
    return problem._replace(inventory=inventory)


@given(problems())
def test_our_own_plan_costs_the_same(problem):
    """A plan of the router, scored as a decision, is the same at the same costs."""
    result = route(problem)
    if math.isinf(result.cost):
        return

    scored = score(problem, decision_of(result.plan))

    assert scored.faults == ()
    assert scored.result.plan.shipments == result.plan.shipments
    assert scored.result.costs == result.costs
    assert scored.result.cost == result.cost
    assert scored.result.method == "given"
    if problem.policy.objective is Objective.COST:
        assert scored.result.bound == result.bound
        assert scored.result.status is result.status


@given(decided())
def test_any_decision_is_priced_as_written_apart(case):
    """The oracle prices a way to fill an order in plain Python, allowed or not."""
    problem, way = case
    oracle = Oracle(*with_stock_for(problem, way))

    scored = score(problem, way)

    plan = oracle.any_plan_of(way)
    if plan is None:
        assert math.isinf(scored.result.cost)
        assert set(codes_of(scored)) == {"wrong_service"}
        assert scored.result.plan.shipments == ()
        return
    assert decision_of(scored.result.plan) == way
    # The oracle never leaves what must be filled, and prices it as any other.
    must = {part.id for part in problem.order.lines if part.must_fill}
    free = sum(part.cost for part in plan.unfilled if part.line_id in must)
    cost = plan.costs.total - free
    assert scored.result.cost == pytest.approx(cost, rel=1e-6, abs=1e-6)
    unfilled = plan.costs["unfilled"] - free
    assert scored.result.costs["unfilled"] == pytest.approx(unfilled, abs=1e-6)


@given(decided())
def test_faults_are_there_where_something_is_broken(case):
    """A decision without a fault is one that is allowed, and the other way round."""
    problem, way = case
    oracle = Oracle(*problem)
    is_allowed = oracle.allows(way) and oracle.plan_of(way) is not None

    scored = score(problem, way)

    assert bool(scored.faults) != is_allowed
    assert scored.result.bound <= scored.result.cost
    if scored.faults:
        assert scored.result.status is Status.FEASIBLE


@given(decided())
def test_no_allowed_decision_beats_the_bound(case):
    """What breaks nothing costs at least what the policy's best plan does."""
    problem, way = case
    if problem.policy.objective is not Objective.COST:
        return
    scored, best = score(problem, way), route(problem)
    if scored.faults:
        return

    assert scored.result.cost >= best.bound - 1e-6 * max(1.0, abs(best.bound))
    assert scored.result.bound == pytest.approx(best.bound)
    if scored.result.status is Status.OPTIMAL:
        assert scored.result.cost <= best.cost + 1e-5 * max(1.0, abs(best.cost))


def test_breaking_a_rule_may_cost_less_than_keeping_to_it():
    """A near store ships for 2 what the policy lets the far center alone, for 9."""
    router = Router(
        network(
            node("N1", per_shipment=2.0, kind="store"),
            node("N2", per_shipment=9.0, kind="dc"),
        ),
        stock(N1={"A": 1}, N2={"A": 1}),
        Policy(
            costs=[Handling()],
            rules=[EligibleNodes(nodes=NodeFilter(kinds=["dc"]))],
        ),
    )

    scored = router.score(order("o1", A=1), {("A", "N1"): 1})

    # No warning of a bound of 9 above a plan at 2: the bound is its own cost.
    assert (scored.result.cost, scored.result.bound) == (2.0, 2.0)
    assert scored.result.status is Status.FEASIBLE
    assert scored.faults


def test_a_worse_decision_shows_what_was_lost():
    """N2's work costs 9 and N1's 4: five of nine could have been saved."""
    nodes = [node("N1", per_shipment=4.0), node("N2", per_shipment=9.0)]
    held = stock(N1={"A": 2}, N2={"A": 2})

    scored = Router(network(*nodes), held, PLAIN).score(order(A=2), {("A", "N2"): 2})

    result = scored.result
    assert (result.cost, result.bound, result.gap) == (9.0, 4.0, pytest.approx(5 / 9))
    assert result.costs.to_dict() == {"handling": 9.0}
    assert (result.status, scored.faults) == (Status.FEASIBLE, ())


def test_what_the_decision_leaves_is_unfilled():
    """One of three units shipped: two at 50, because the decision has it so."""
    router = Router(
        network(node("N1", per_shipment=4.0)), stock(N1={"A": 3, "B": 1}), PLAIN
    )

    result = router.score(order(A=2, B=1), {("A", "N1"): 1}).result

    assert result.cost == 104.0
    assert [(p.line_id, p.quantity, p.reason) for p in result.plan.unfilled] == [
        ("A", 1, "as_decided"),
        ("B", 1, "as_decided"),
    ]


def test_a_decision_to_ship_nothing():
    """An order that was canceled costs its penalties, and may have been best."""
    router = Router(network(node("N1", per_shipment=400.0)), stock(N1={"A": 1}), PLAIN)

    scored = router.score(order(A=1), {})

    assert (scored.result.cost, scored.result.status) == (50.0, Status.OPTIMAL)


def test_stock_that_is_not_there_is_no_obstacle():
    """The ledger knows nothing of N1, and has one at N2: both are priced, and told."""
    nodes = [node("N1", per_shipment=4.0), node("N2", per_shipment=6.0)]
    router = Router(network(*nodes), stock(N2={"A": 1}), PLAIN)
    asked = order(A=2, B=1)

    scored = router.score(asked, {("A", "N2"): 2, ("B", "N1"): 1})

    assert scored.result.cost == 10.0
    assert [(f.code, f.where, f.message) for f in scored.faults] == [
        ("oversold", "node 'N1'", "1 units of 'B' ship, 0 are available"),
        ("oversold", "node 'N2'", "2 units of 'A' ship, 1 are available"),
    ]
    assert router.inventory.available("N2", "A") == 1
    assert router.route(asked).cost == 6.0 + 2 * 50.0


def test_terms_on_stock_see_what_must_have_been_there():
    """Three units left of which three were taken: a price for 3 of 10 at hand."""
    policy = Policy(costs=[StockLevel(price=2.0, target_units=10)])
    router = Router(network(node("N1")), stock(), policy)

    scored = router.score(order(A=3), {("A", "N1"): 3})

    assert scored.result.cost == pytest.approx(3 * 2.0 * (1 - 3 / 10))


def test_stock_beyond_safety_is_told_and_priced():
    """A hard safety stock keeps one of two back: the second was not to be had."""
    policy = Policy(costs=[Handling()], rules=[SafetyStock(units=1)])
    router = Router(network(node("N1", per_shipment=4.0)), stock(N1={"A": 2}), policy)

    scored = router.score(order(A=2), {("A", "N1"): 2})

    assert (scored.result.cost, codes_of(scored)) == (4.0, ["oversold"])


@pytest.mark.parametrize(
    ("fields", "policy", "lines", "codes"),
    [
        ({"enabled": False}, {}, {}, ["not_permitted"]),
        ({"methods": ["pickup"]}, {}, {}, ["not_permitted"]),
        ({"max_distance_km": 50.0}, {}, {}, ["not_permitted"]),
        ({"minimum_order": 99.0}, {}, {}, ["minimum_order"]),
        ({"capacity": {"limit": 1, "measure": "units"}}, {}, {}, ["capacity"]),
        ({}, {"rules": [EligibleNodes(nodes=NodeFilter(kinds=["dc"]))]}, {}, ["rule"]),
        ({"priority": 3}, {"rules": [NodePriority()]}, {}, ["rule"]),
        ({}, {"splits": {"max_nodes": 1}}, {}, ["split_limit"]),
        ({}, {"splits": {"min_part_value": 15.0}}, {}, ["split_limit"]),
        ({}, {}, {"allow_split": False}, ["line_split"]),
        ({}, {}, {"ship_together": "set"}, ["ship_together"]),
        ({}, {}, {"pinned_node": "N1"}, ["not_permitted"]),
        ({}, {}, {"excluded_nodes": ["N2"]}, ["not_permitted"]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_was_broken_is_reported(fields, policy, lines, codes):
    """N1 ships one and N2 two, which costs what it costs; N2 or the split is wrong."""
    nodes = [
        node("N1", kind="dc", per_shipment=1.0, at=(0.0, 1.0), priority=1),
        node(
            "N2", **{"per_shipment": 2.0, "at": (0.0, 2.0), "kind": "store", **fields}
        ),
    ]
    made = {"costs": [Handling()], "unfilled_penalty": 50.0, **policy}
    router = Router(
        network(*nodes), stock(N1={"A": 3}, N2={"A": 3}), Policy.model_validate(made)
    )
    asked = order("o1", line("l1", "A", 3, **lines))

    scored = router.score(asked, {("l1", "N1"): 1, ("l1", "N2"): 2})

    assert scored.result.cost == 3.0
    assert [code.removesuffix("_broken") for code in codes_of(scored)] == codes
    assert scored.result.status is Status.FEASIBLE


def test_what_must_be_filled_and_was_not_is_a_fault_without_a_price():
    """The unit that should have gone costs nothing; that it did not is told."""
    policy = Policy(costs=[Handling()], unfilled_penalty=None)
    router = Router(network(node("N1", per_shipment=4.0)), stock(N1={"A": 3}), policy)

    scored = router.score(order(A=2), {("A", "N1"): 1})

    assert (scored.result.cost, codes_of(scored)) == (4.0, ["must_fill"])
    assert "inf" not in json.dumps(scored.to_dict()).lower()


def test_what_no_service_carries_has_no_price():
    """N1 uses no service that ships there; the other shipment alone is no decision."""
    nodes = [node("N1", services=["air"]), node("N2", at=(0.0, 1.0))]
    services = [service("air", methods=["same_day"]), service("ground")]
    router = Router(
        network(*nodes, services=services), stock(N1={"A": 1}, N2={"B": 1}), Policy()
    )

    scored = router.score(order(A=1, B=1), {("A", "N1"): 1, ("B", "N2"): 1})

    assert math.isinf(scored.result.cost)
    assert [str(fault) for fault in scored.faults] == [
        "node 'N1': no service carries what it ships of line 'A' [wrong_service]"
    ]
    assert [part.reason for part in scored.result.plan.unfilled] == [
        "no_service",
        "as_decided",
    ]
    assert scored.result.status is Status.FEASIBLE


def test_the_pickup_at_another_node_is_told():
    """The customer chose N1 and was sent to N2."""
    nodes = [node("N1", at=(0.0, 1.0)), node("N2", per_shipment=3.0)]
    router = Router(network(*nodes), stock(N1={"A": 1}, N2={"A": 1}), PLAIN)
    asked = order(A=1, delivery=pickup("N1"))

    scored = router.score(asked, {("A", "N2"): 1})

    assert (scored.result.cost, codes_of(scored)) == (3.0, ["not_permitted"])


def test_quotes_count():
    """A quote replaces the terms that it covers, as in routing."""
    router = Router(network(node("N1", per_shipment=4.0)), stock(), PLAIN)
    quotes = Quotes(shipments={("o1", "N1"): 7.5})

    scored = router.score(order(A=1), {("A", "N1"): 1}, quotes=quotes)

    assert scored.result.costs.to_dict() == {"quoted": 7.5}


def test_fewest_shipments_is_not_proven_by_cost():
    """Cheaper, and one shipment more than need be: not what the policy calls best."""
    nodes = [node("N1", per_shipment=1.0), node("N2", per_shipment=1.0)]
    far = node("N3", per_shipment=9.0)
    policy = PLAIN.model_copy(update={"objective": Objective.FEWEST_SHIPMENTS})
    held = stock(N1={"A": 1}, N2={"B": 1}, N3={"A": 1, "B": 1})
    router = Router(network(*nodes, far), held, policy)

    scored = router.score(order(A=1, B=1), {("A", "N1"): 1, ("B", "N2"): 1})

    assert (scored.result.cost, scored.faults) == (2.0, ())
    assert scored.result.bound <= 2.0
    assert scored.result.status is Status.FEASIBLE


def test_units_may_come_from_a_frame():
    """Texts and whole numbers of any kind count, NumPy's and whole floats included."""
    router = Router(network(node("N1", per_shipment=4.0)), stock(), PLAIN)
    asked = order(A=2, B=2)

    scored = router.score(asked, {(np.str_("A"), "N1"): np.int64(2), ("B", "N1"): 2.0})

    assert scored.result.cost == 4.0


def test_all_that_is_wrong_with_a_decision_is_told_at_once():
    """Unknown names, units that cannot be, keys that are none, an unknown item."""
    router = Router(network(node("N1"), node("N2")), stock(), PLAIN)
    asked = order(A=2, B=1, Z=1)
    decision = {
        ("A", "N1"): 2,
        ("A", "N2"): 1,
        ("X", "N1"): 1,
        ("B", "N9"): 1,
        ("B", "N1"): 0,
        ("B", "N2"): "1",
        ("Z", "N2"): 0.5,
        "A": 1,
        ("A", 3): 1,
        ("A", "N1", "N2"): 1,
    }

    with pytest.raises(InputError) as caught:
        router.score(asked, decision)

    assert [(issue.code, issue.where) for issue in caught.value.issues] == [
        ("unknown_id", "order 'o1' line 'Z'"),
        ("unknown_id", "order 'o1' decision ('X', 'N1')"),
        ("unknown_id", "order 'o1' decision ('B', 'N9')"),
        ("out_of_range", "order 'o1' decision ('B', 'N1')"),
        ("wrong_type", "order 'o1' decision ('B', 'N2')"),
        ("wrong_type", "order 'o1' decision ('Z', 'N2')"),
        ("wrong_type", "order 'o1' decision 'A'"),
        ("wrong_type", "order 'o1' decision ('A', 3)"),
        ("wrong_type", "order 'o1' decision ('A', 'N1', 'N2')"),
        ("out_of_range", "order 'o1' decision of line 'A'"),
    ]


@pytest.mark.parametrize("decision", [None, [("A", "N1", 1)], "A"], ids=str)
def test_what_is_no_mapping_is_refused(decision):
    """A list of rows is not what is asked for, and the message says what is."""
    router = Router(network(node("N1")), stock(), PLAIN)

    with pytest.raises(InputError, match="to units"):
        router.score(order(A=1), decision)


def test_a_limit_that_is_no_number_of_seconds_is_refused():
    """As in routing."""
    router = Router(network(node("N1")), stock(), PLAIN)

    with pytest.raises(InputError, match="time_limit_s"):
        router.score(order(A=1), {}, time_limit_s=0)


def test_a_score_prints_with_its_faults():
    """Text, HTML and plain values hold the result, and what was broken."""
    router = Router(network(node("N1", per_shipment=4.0)), stock(), PLAIN)

    scored = router.score(order(A=1), {("A", "N1"): 1})
    clean = Scored(scored.result)

    assert "1 units of 'A' ship, 0 are available" in str(scored)
    assert "oversold" in scored._repr_html_()
    assert str(clean) == str(scored.result)
    assert clean._repr_html_() == scored.result._repr_html_()
    assert scored.to_dict() == {
        "result": scored.result.to_dict(),
        "faults": [
            {
                "code": "oversold",
                "where": "node 'N1'",
                "message": "1 units of 'A' ship, 0 are available",
            }
        ],
    }


FAR = "it has priority 2, nodes up to 1 fill as much"
FEW = "24, 0 units come from its rungs, one after another, and 36, 0 can"


@pytest.mark.parametrize(
    ("name", "units", "drain", "said"),
    [
        ("S20", 3, False, [FAR]),
        ("S20", 3, True, [FAR]),
        ("S00", 2, False, []),
        ("S00", 2, True, [FEW]),
        ("S00", 3, False, []),
        ("S00", 3, True, []),
    ],
)
def test_ladder_is_held_where_the_judge_has_too_much_to_go_through(
    name, units, drain, said
):
    """Twelve lines over forty nodes, of which those of the second rung are cheaper."""
    skus = [f"K{at:02}" for at in range(12)]
    names = [f"S{at:02}" for at in range(40)]
    nodes = [
        node(
            each,
            priority=1 + at // 20,
            per_shipment=(9.0, 1.0)[at // 20],
            capacity={"limit": 40, "measure": "units"},
        )
        for at, each in enumerate(names)
    ]
    held = stock(**{each: dict.fromkeys(skus, 3) for each in names})
    policy = Policy(
        costs=[Handling()], rules=[NodePriority(drain=drain)], unfilled_penalty=50.0
    )
    router = Router(network(*nodes, items=skus), held, policy)
    wanted = order(**dict.fromkeys(skus, 3))

    scored = router.score(wanted, {(sku, name): units for sku in skus})

    is_best = units == 3 and not said
    assert [fault.message for fault in scored.faults] == said
    assert scored.result.status is (Status.OPTIMAL if is_best else Status.FEASIBLE)
    assert scored.result.bound == min(9.0, scored.result.cost)


def test_more_than_may_be_is_not_called_too_little_drained():
    """What breaks a limit of capacity drains its rung to more than the last unit."""
    nodes = [
        node("N1", priority=1, capacity={"limit": 1, "measure": "units"}),
        node("N2", priority=2),
    ]
    policy = Policy(
        costs=[Handling()], rules=[NodePriority(drain=True)], unfilled_penalty=50.0
    )
    router = Router(network(*nodes), stock(N1={"A": 5}, N2={"A": 5}), policy)

    scored = router.score(order(A=3), {("A", "N1"): 2, ("A", "N2"): 1})

    assert codes_of(scored) == ["capacity"]


# --- stock still to come --------------------------------------------------------------

# Of A one is there and three come on Tuesday; to N2 come two on Wednesday.
ARRIVING = (row("A", 1, (TUE, 3)), row("A", 0, (WED, 2), at="N2"))


def waits(decision, *lines, **wanted):
    """Score a decision of an order that may wait, at 2 a unit, from N1 at 1 or N2."""
    nodes = node("N1", per_shipment=1.0), node("N2", per_shipment=3.0)
    costs = [Handling(), Backorder(per_unit=2.0)]
    router = router_of(ARRIVING, *nodes, costs=costs)
    return router.score(wants(*lines, **wanted), decision)


@pytest.mark.parametrize(
    ("decision", "cost", "left"),
    [
        # What is there leaves now, and what is not waits: 1 + 1 + 2 x 2.
        ({("A", "N1"): 3}, 6.0, [("N1", "A1", "Mon"), ("N1", "A2", "Tue")]),
        # 1, and 3 + 2 x 2.
        (
            {("A", "N1"): 1, ("A", "N2"): 2},
            8.0,
            [("N1", "A1", "Mon"), ("N2", "A2", "Wed")],
        ),
        # 3 + 2 x 2, and one is left at 50.
        ({("A", "N2"): 2}, 57.0, [("N2", "A2", "Wed")]),
    ],
)
def test_what_was_decided_waits_for_what_is_to_come(decision, cost, left):
    """At the cheapest moments from the nodes that were decided."""
    made = waits(decision, A=3)

    assert made.faults == ()
    assert made.result.cost == cost
    assert left_by(made.result) == left
    assert made.result.bound == 6.0


def test_what_will_never_be_there_is_oversold():
    """N2 has two in the end; three are priced as though it had them."""
    made = waits({("A", "N2"): 3}, A=3)

    assert {fault.code for fault in made.faults} == {"oversold"}
    assert made.result.cost == 3.0


def test_what_may_not_wait_is_oversold():
    """One is there, and three come for others."""
    no = line("A", "A", 2, allow_backorder=False)
    made = waits({("A", "N1"): 2}, no)

    assert {fault.code for fault in made.faults} == {"oversold"}


@pytest.mark.filterwarnings("ignore::domroute.errors.BackorderWarning")
@pytest.mark.parametrize("seed", range(96_100_000, 96_100_012))
def test_what_the_router_decides_scores_as_it_costs(seed):
    """Units by line and node say enough: when they leave is found again."""
    wave = drawn_wave(seed)
    router = Router(wave.network, wave.inventory, wave.policy)

    for one in wave.orders:
        result = router.route(one)
        decision = Counter(
            (content.line_id, part.node_id)
            for part in result.plan.shipments
            for content in part.contents
            for _ in range(content.quantity)
        )
        made = router.score(one, decision)
        assert made.faults == ()
        assert made.result.cost == pytest.approx(result.cost)
