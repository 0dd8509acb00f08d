"""Why this node, why a split, why not the nearer one: in words and numbers."""

import json
import math

import pytest

from builders import item, line, node, pickup, service
from domroute.answers.explanation import EXPLANATION_COLUMNS
from domroute.costs import Handling, Shipping
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.rules import EligibleNodes, NodeFilter
from domroute.split import SplitLimits
from stages import explain_of, problem_at

POLICY = Policy(costs=[Handling()], unfilled_penalty=50.0)
NODES = [
    node("N1", per_shipment=5.0),
    node("N2", at=(1.0, 0.0), per_shipment=2.0),
    node("N3", at=(2.0, 0.0), per_shipment=4.0),
    node("N4", at=(3.0, 0.0)),
]
HELD = {"N1": {"A": 9}, "N2": {"A": 9}, "N3": {"A": 9}}


def explain(nodes=NODES, held=HELD, policy=POLICY, **wanted):
    """Explain an order; one A unless told."""
    return explain_of(problem_at(nodes, held, policy, **(wanted or {"A": 1})))


def test_nodes_are_ranked():
    """The chosen first, then by what the best plan with each costs, excluded last."""
    made = explain()

    assert [part.node_id for part in made.nodes] == ["N2", "N3", "N1", "N4"]
    assert [part.is_chosen for part in made.nodes] == [True, False, False, False]


def test_every_node_has_its_cost_beside_the_chosen():
    """Alone and in the best plan with it: 2, 4 and 5; so 0, 2 and 3 more."""
    made = explain()

    assert [part.costs.total for part in made.nodes[:3]] == [2.0, 4.0, 5.0]
    assert [part.cost_with for part in made.nodes[:3]] == [2.0, 4.0, 5.0]
    assert [part.difference for part in made.nodes[:3]] == [0.0, 2.0, 3.0]
    assert made.node("N1").costs.to_dict() == {"handling": 5.0}
    assert made.node("N1").sentence == (
        "not chosen: the best plan with it costs 3.00 more"
    )


def test_excluded_node_says_why():
    """A node without the item is excluded, in a sentence."""
    part = explain().node("N4")

    assert part.reason is Reason.NO_STOCK
    assert part.units == 0
    assert part.cost_with == math.inf
    assert part.sentence == "excluded: it has none of the ordered items available"


def test_first_questions_are_answered():
    """Why this node, and why not the nearest."""
    choice, nearest = explain().sentences

    assert choice == "N2 ships: proven cheapest at 2.00."
    assert nearest == (
        "The nearest node, N1 (0 km), is not used: the best plan with it costs "
        "3.00 more."
    )


def test_nearest_that_is_excluded_says_why():
    """The nearest may be out for a rule."""
    rule = EligibleNodes(nodes=NodeFilter(ids=["N2", "N3"]))
    policy = Policy(costs=[Handling()], rules=[rule])

    made = explain(policy=policy)

    assert made.node("N1").reason is Reason.NOT_ELIGIBLE
    assert made.sentences[1].endswith(
        "is not used: a rule of the policy leaves it out."
    )


def test_nearest_that_is_chosen_needs_no_answer():
    """Where the nearest ships nobody asks."""
    made = explain(nodes=NODES[:1], held={"N1": {"A": 9}})

    assert made.sentences == ("N1 ships: proven cheapest at 5.00.",)


def test_split_says_what_one_shipment_would_cost():
    """Two shipments at 2 and 1 beat one at 5."""
    nodes = [*NODES[:2], node("N5", per_shipment=1.0)]
    held = {"N1": {"A": 1, "B": 1}, "N2": {"A": 1}, "N5": {"B": 1}}

    made = explain(nodes, held, A=1, B=1)

    assert made.sentences[:2] == (
        "N2 and N5 ship: proven cheapest at 3.00.",
        "It is split into 2 shipments: one from N1 would cost 5.00, 2.00 more.",
    )


def test_split_that_nobody_can_avoid():
    """No node has both: N2 has most of it."""
    held = {"N1": {"B": 1}, "N2": {"A": 2}}

    made = explain(NODES[:2], held, A=2, B=1)

    assert made.sentences[1] == (
        "It is split into 2 shipments: no node can fill all of it "
        "(N2 comes closest, with 2)."
    )


def test_unfilled_units_are_answered_for():
    """One stays, two stay."""
    made = explain(NODES[:1], {"N1": {"A": 1}}, A=2, B=2)

    assert made.sentences[-2:] == (
        "1 x A (line A) stays unfilled: the eligible nodes have too few available.",
        "2 x B (line B) stay unfilled: no node has any available.",
    )


def test_tie_is_settled_by_id():
    """Two nodes alike: the first by id, and the other is as good."""
    nodes = [node("N2"), node("N1")]

    made = explain(nodes, {"N1": {"A": 1}, "N2": {"A": 1}})

    assert made.node("N1").is_chosen
    assert made.node("N2").sentence == "as good: a tie, settled by node id"


def test_order_without_a_plan_is_explained():
    """Where nothing satisfies the rules every node still says why."""
    policy = Policy(costs=[Handling()], unfilled_penalty=None)

    made = explain(policy=policy, A=99)

    assert made.sentences[0] == "No plan satisfies the hard rules."
    assert not any(part.is_chosen for part in made.nodes)
    assert all(part.difference is None for part in made.nodes)


def test_order_that_ships_nothing_is_explained():
    """Leaving it is cheaper than any node."""
    policy = Policy(costs=[Handling()], unfilled_penalty=1.0)

    assert explain(policy=policy).sentences[0] == (
        "Nothing ships, at a cost of 1.00 for what stays unfilled."
    )


def test_node_that_would_need_a_split_too_many():
    """With one shipment allowed and all to be filled, half a node is no help."""
    policy = Policy(
        costs=[Handling()],
        unfilled_penalty=None,
        splits=SplitLimits(max_shipments=1),
    )
    held = {"N1": {"A": 1, "B": 1}, "N2": {"A": 1}}

    part = explain(NODES[:2], held, policy, A=1, B=1).node("N2")

    assert part.reason is Reason.SPLIT_LIMIT
    assert part.cost_with == math.inf


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"minimum_order": 100.0}, Reason.BELOW_MINIMUM_ORDER),
        ({"capacity": {"limit": 0, "measure": "units"}}, Reason.NO_CAPACITY),
        ({"services": ["rush"]}, Reason.NO_SERVICE),
    ],
    ids=["minimum", "capacity", "service"],
)
def test_node_that_may_but_cannot(fields, reason):
    """What no rule forbids may still be impossible, for its own reason."""
    carriers = [
        service("g", weights=(9.0,), rates=((1.0,),)),
        service("rush", weights=(9.0,), rates=((1.0,),), methods=["same_day"]),
    ]
    problem = problem_at(
        [node("N1"), node("N2", **fields)],
        {"N1": {"A": 9}, "N2": {"A": 9}},
        Policy(costs=[Shipping()]),
        services=carriers,
        A=1,
    )

    assert explain_of(problem).node("N2").reason is reason


def test_what_a_node_fills_alone_keeps_its_capacity():
    """A node that can do one unit fills one, whatever it has."""
    small = {"limit": 1, "measure": "units"}
    nodes = [node("N1", capacity=small), node("N2", capacity=small)]

    made = explain(nodes, {"N1": {"A": 5}, "N2": {"A": 5}}, A=2)

    assert [part.units for part in made.nodes] == [1, 1]
    assert "no node can fill all of it" in made.sentences[1]


def test_deliveries_of_their_own_are_counted_together():
    """A node that ships one line and hands out another fills both by itself."""
    nodes = [node("N1", kind="store", per_shipment=2.0)]
    lines = [line("l1", "A"), line("l2", "A", delivery=pickup("N1"))]

    part = explain(nodes, {"N1": {"A": 5}}, lines=lines).node("N1")

    assert part.units == 2
    assert part.costs.total == 4.0


def test_alternatives_of_a_large_order_are_proven_too():
    """Fourteen lines have too many parts to list: the integer program takes them."""
    skus = [f"s{at}" for at in range(14)]
    held = {"N1": dict.fromkeys(skus, 1), "N2": dict.fromkeys(skus, 1)}
    problem = problem_at(NODES[:2], held, POLICY, items=skus, **dict.fromkeys(skus, 1))

    part = explain_of(problem).node("N1")

    # All from N1 at 5, which is less than a split at 2 + 5.
    assert (part.cost_with, part.bound_with, part.costs.total) == (5.0, 5.0, 5.0)
    assert part.sentence == "not chosen: the best plan with it costs 3.00 more"


def test_text_shows_fifteen_nodes():
    """A long network is cut, and says so; the frame holds everything."""
    nodes = [node(f"N{at:02}") for at in range(20)]
    made = explain(nodes, {one.id: {"A": 1} for one in nodes})

    text = str(made)

    assert "and 5 more nodes; to_frame() holds them all" in text
    assert len(made.to_frame()) == 20
    # Sentences, a blank, header and rule, 15 rows, a blank and the rest.
    assert len(text.splitlines()) == len(made.sentences) + 1 + 2 + 15 + 2


def test_text_marks_the_chosen():
    """A star stands before who ships."""
    rows = str(explain()).splitlines()

    assert [row.split()[:2] for row in rows if row.startswith("* ")] == [["*", "N2"]]


def test_frame_has_a_column_for_each_term():
    """Columns as documented, then the terms."""
    frame = explain().to_frame()

    assert list(frame.columns) == [*EXPLANATION_COLUMNS, "handling"]
    assert frame["node"].tolist() == ["N2", "N3", "N1", "N4"]
    assert frame["handling"].tolist() == [2.0, 4.0, 5.0, 0.0]
    assert frame["cost_alone"].isna().tolist() == [False, False, False, True]


def test_dictionary_is_plain():
    """Infinite costs become nothing; the result is included."""
    made = explain().to_dict()

    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert made["nodes"][-1]["cost_with"] is None
    assert made["result"]["cost"] == 2.0


def test_html_has_every_sentence():
    """A notebook shows the answers over the table."""
    made = explain()
    html = made._repr_html_()

    assert all(sentence in html for sentence in made.sentences)
    assert html.count("<tr>") == 1 + len(made.nodes)


def test_unknown_node_is_a_key_error():
    """Who asks for a node there is not is told."""
    with pytest.raises(KeyError, match="N9"):
        explain().node("N9")


def test_heavy_item_is_still_explained():
    """A node that no service of carries the item from has a reason."""
    problem = problem_at(
        NODES[:1],
        {"N1": {"A": 1}},
        Policy(costs=[Shipping()]),
        items=[item("A", weight_kg=99.0)],
        A=1,
    )

    assert explain_of(problem).node("N1").reason is Reason.NO_SERVICE
