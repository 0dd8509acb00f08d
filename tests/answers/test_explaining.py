"""An explanation made: ties that are ties, distances by delivery, as it was decided."""

import math

import pytest

from builders import item, line, network, node, order, pickup, stock
from domroute.costs import Handling, Quotes
from domroute.errors import InputError
from domroute.files.results import results_from_json, results_to_json
from domroute.orders import Delivery
from domroute.policy import Policy, SolveOptions
from domroute.reasons import Reason
from domroute.router import Router
from stages import explain_of, problem_at

POLICY = Policy(costs=[Handling()], unfilled_penalty=50.0)
AWAY = Delivery(to={"lat": 2.0, "lon": 0.0})


def explain(nodes, held, policy=POLICY, **wanted):
    """Explain an order; one A unless told."""
    return explain_of(problem_at(nodes, held, policy, **(wanted or {"A": 1})))


def test_node_beside_lines_that_cannot_be_divided():
    """N1 has two A for l1 or l2, whole; N2 has one for l3, which may stay for 1."""
    lines = [
        line("l1", "A", 2, allow_split=False, pinned_node="N1"),
        line("l2", "A", 2, allow_split=False, pinned_node="N1"),
        line("l3", "A", 1, pinned_node="N2", unfilled_penalty=1.0),
    ]
    quotes = Quotes(shipments={("o1", "N1"): 5.0, ("o1", "N2"): 2.0})
    policy = Policy(costs=[], unfilled_penalty=100.0)
    problem = problem_at(
        [node("N1"), node("N2")],
        {"N1": {"A": 2}, "N2": {"A": 1}},
        policy,
        quotes=quotes,
        lines=lines,
    )

    made = explain_of(problem)

    # 5 + 200 + 1 left; with N2 5 + 2 + 200. N1 cannot give its two A twice.
    assert made.result.cost == 206.0
    assert made.node("N2").cost_with == 207.0
    assert made.node("N2").sentence == (
        "not chosen: the best plan with it costs 1.00 more"
    )


@pytest.mark.parametrize(
    ("price", "sentence"),
    [
        (2.0, "as good: a tie, settled by node id"),
        (2.0 + 1e-12, "as good: a tie, settled by node id"),
        (2.0 + 1e-5, "not chosen: the best plan with it costs 0.0000 more"),
        (2.01, "not chosen: the best plan with it costs 0.01 more"),
    ],
)
def test_only_equal_costs_are_a_tie(price, sentence):
    """Equal but for rounding; a cent, or less than a cent, is no tie."""
    nodes = [node("N1", per_shipment=2.0), node("N2", per_shipment=price)]

    made = explain(nodes, {"N1": {"A": 1}, "N2": {"A": 1}})

    assert made.node("N2").sentence.replace("0.000010", "0.0000") == sentence


def test_ties_in_distance_and_reasons_go_by_id():
    """N1 and N2 are equally near, and N1 is named; its first line's reason is told."""
    nodes = [
        node("N2", enabled=False),
        node("N1", methods=["ship"]),
        node("N3", at=(1, 0)),
    ]
    lines = [
        line("l1", "A", excluded_nodes=["N1"]),
        line("l2", "B", pinned_node="N3"),
    ]
    held = {name: {"A": 1, "B": 1} for name in ("N1", "N2", "N3")}

    made = explain(nodes, held, lines=lines)

    assert made.node("N1").reason is Reason.EXCLUDED_BY_LINE
    assert made.sentences[1] == (
        "The nearest node, N1 (0 km), is not used: the line excludes it."
    )


def test_each_delivery_has_its_distance():
    """N1 is on the spot of one delivery and two degrees from the other."""
    nodes = [node("N1"), node("N2", at=(2.0, 0.0))]
    lines = [line("l1", "A"), line("l2", "B", delivery=AWAY)]
    held = {"N1": {"B": 1}, "N2": {"A": 1}}

    made = explain(nodes, held, lines=lines)

    # A degree is 111.195 km.
    assert made.deliveries == (("l1",), ("l2",))
    assert made.node("N1").distances_km == pytest.approx((0.0, 222.39), abs=0.01)
    assert made.node("N2").distances_km == pytest.approx((222.39, 0.0), abs=0.01)
    assert made.node("N1").distance_km == 0.0
    assert "0 / 222" in str(made)
    none = "is not used for it: it has none of the ordered items available."
    assert made.sentences[2:] == (
        f"The nearest node to line l1, N1 (0 km), {none}",
        f"The nearest node to line l2, N2 (0 km), {none}",
    )
    frame = made.to_frame().set_index("node")
    assert frame.loc["N1", "distance_km of l2"] == pytest.approx(222.39, abs=0.01)
    (row,) = [part for part in made.to_dict()["nodes"] if part["node_id"] == "N1"]
    assert row["distances_km"] == pytest.approx([0.0, 222.39], abs=0.01)


def test_one_node_that_ships_to_two_places_is_no_split():
    """Two shipments, for there are two deliveries: nobody could avoid that."""
    lines = [line("l1", "A"), line("l2", "A", delivery=AWAY)]

    made = explain([node("N1")], {"N1": {"A": 2}}, lines=lines)

    assert made.sentences[1] == (
        "It goes in 2 shipments from one node: one for each delivery."
    )


def test_nearest_that_ships_the_other_delivery_is_not_called_unused():
    """N1 hands out l1; l2, for next door, comes cheaper from N2."""
    nodes = [
        node("N1", kind="store", per_shipment=9.0),
        node("N2", at=(1.0, 0.0), per_shipment=1.0),
    ]
    lines = [line("l1", "A", delivery=pickup("N1")), line("l2", "B")]
    held = {"N1": {"A": 1, "B": 1}, "N2": {"B": 1}}

    made = explain(nodes, held, lines=lines)

    assert made.sentences[-1] == (
        "The nearest node to line l2, N1 (0 km), is not used for it: "
        "it ships another delivery, and this one comes from elsewhere."
    )


def test_plan_that_is_not_the_best_is_compared_as_it_is():
    """Nearest first takes N1 at 5; with N2 it would have cost 3 less."""
    nodes = [node("N1", per_shipment=5.0), node("N2", at=(1, 0), per_shipment=2.0)]
    policy = Policy(costs=[Handling()], solve=SolveOptions(method="nearest_first"))

    made = explain(nodes, {"N1": {"A": 1}, "N2": {"A": 1}}, policy)

    assert made.node("N2").difference == -3.0
    assert made.node("N2").sentence == (
        "not chosen: the best plan with it costs 3.00 less"
    )


def test_order_without_a_plan_has_nothing_to_compare_with():
    """All of A must be filled, and N1 has one of two."""
    policy = Policy(costs=[Handling()], unfilled_penalty=None)

    made = explain([node("N1")], {"N1": {"A": 1}}, policy, A=2)

    assert made.sentences[0] == "No plan satisfies the hard rules."
    assert made.node("N1").cost_with == math.inf
    assert made.node("N1").reason is Reason.NO_PLAN_USES_IT


NODES = [node("N1", per_shipment=1.0), node("N2", at=(1.0, 0.0), per_shipment=3.0)]


def decided():
    """Route one A from N1, which has the last one near, and reserve it."""
    inventory = stock(N1={"A": 1}, N2={"A": 1})
    router = Router(network(*NODES, items="A"), inventory, POLICY)
    asked = order("o1", A=1)
    result = router.route(asked)
    inventory.reserve(result.plan)
    return router, asked, result


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ({"minimum_order": 100.0}, Reason.BELOW_MINIMUM_ORDER),
        ({"capacity": {"units": 1}}, Reason.NO_CAPACITY),
    ],
    ids=["minimum", "capacity"],
)
def test_limit_of_another_node_is_not_told_of_one_without(limit, reason):
    """The order ships complete: N2 with its limit cannot, and so N1 does not either."""
    nodes = [node("N1"), node("N2", **limit)]
    policy = Policy(
        costs=[Handling()], unfilled_penalty=50.0, splits={"ship_complete": True}
    )

    made = explain(nodes, {"N1": {"A": 5}, "N2": {"B": 5}}, policy, A=1, B=2)

    assert made.node("N1").reason is Reason.SHIP_COMPLETE
    assert made.node("N2").reason is reason


def test_what_is_filled_in_turn_is_no_proof_that_none_can_fill_all():
    """N1, whose work is dear, has all of both deliveries; each is below its minimum."""
    goods = [item("A", unit_price=10.0), item("B", unit_price=10.0)]
    nodes = [node("N1", minimum_order=30.0, per_shipment=9.0), node("N2"), node("N3")]
    lines = [line("l1", "A", 2), line("l2", "B", 2, delivery=AWAY)]
    held = {"N1": {"A": 2, "B": 2}, "N2": {"A": 2}, "N3": {"B": 2}}

    made = explain_of(problem_at(nodes, held, POLICY, items=goods, lines=lines))

    assert made.sentences[1] == "It is split into 2 shipments."


def test_result_is_explained_as_it_was_decided():
    """N1 shipped it; that its stock is promised now changes nothing of the story."""
    router, asked, result = decided()

    told = router.explain(asked, result=result)

    assert told.sentences == ("N1 ships: proven cheapest at 1.00.",)
    assert told.result is result
    assert told.node("N2").difference == 2.0
    # Asked anew there is another story.
    assert router.explain(asked).result.plan.node_ids == ("N2",)


def faults_of(router, asked, result):
    """Return where and what the faults of an explanation are."""
    with pytest.raises(InputError) as caught:
        router.explain(asked, result=result)
    return [(issue.where, issue.code) for issue in caught.value.issues]


def test_result_of_another_order_is_refused():
    """What was decided for o1 does not explain o2."""
    router, _, result = decided()

    found = faults_of(router, order("o2", A=1), result)

    assert found == [("result.order_id", "contradictory")]


def test_result_read_from_json_has_no_snapshot():
    """What it was decided on is not written: a fault, and no other story."""
    router, asked, result = decided()
    (read,) = results_from_json(results_to_json([result]))

    assert faults_of(router, asked, read) == [("result.snapshot", "missing")]


def test_what_is_no_result_is_refused():
    """A dictionary explains nothing."""
    router, asked, _ = decided()

    assert faults_of(router, asked, {"order_id": "o1"}) == [("result", "wrong_type")]


def test_result_of_another_policy_is_refused():
    """What another policy decided this router cannot explain."""
    _, asked, result = decided()
    other = Router(network(*NODES, items="A"), stock(N1={"A": 1}), Policy())

    with pytest.raises(InputError, match=r"result\.policy_version: is by policy"):
        other.explain(asked, result=result)
