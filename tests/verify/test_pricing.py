"""Costs recomputed: by term, by soft rule, by quote, and in total."""

import math

import pytest

from builders import (
    Crowding,
    item,
    line,
    node,
    order,
    service,
)
from domroute.costs import Distance, Handling, Quotes, Shipping
from domroute.policy import Policy
from domroute.rules import (
    EligibleNodes,
    NodeFilter,
    NodePriority,
)
from plans import DEGREE_KM, RIGHT, codes, left, plan, ship


def test_costs_by_hand_are_clean():
    """Handling, distance and shipping agree with a sum made by hand."""
    # 111.195 km is beyond the band of 100: the second row. 3 kg fit the step of 5: 9.0.
    # Handling 2 + 3 units x 0.5 = 3.5. Distance 111.195 x (0.01 + 3 x 0.002).
    far = node("N1", at=(1.0, 0.0), per_shipment=2.0, per_unit=0.5)
    ground = service("ground", rates=[[4.0, 6.0], [7.0, 9.0]], bands=[100.0])
    terms = [Handling(), Shipping(), Distance(per_shipment_km=0.01, per_unit_km=0.002)]
    costs = {"handling": 3.5, "shipping": 9.0, "distance": DEGREE_KM * 0.016}
    made = plan(ship("N1", "A2", "B1", costs=costs, km=DEGREE_KM, service="ground"))

    found = codes(
        made,
        nodes=[far],
        services=[ground],
        policy=Policy(costs=terms),
        cost=12.5 + DEGREE_KM * 0.016,
    )

    assert found == []


def test_partial_plan_pays_the_penalty():
    """Units that stay unfilled cost the line's penalty, or else the policy's."""
    # 2 x 3.0 for A, by its line; 1 x 7.0 for B, by the policy.
    wanted = order("o1", line("A", "A", 2, unfilled_penalty=3.0), B=1)

    assert codes(plan(left("A2", 3.0), left("B1")), wanted, cost=13.0) == []


def test_weight_multiplies_what_is_left():
    """Units that stay cost the weight of their order times the penalty of any kind."""
    # 2.5 x 2 x 3.0 for A, by its line; 2.5 x 1 x 7.0 for B, by the policy.
    wanted = order("o1", line("A", "A", 2, unfilled_penalty=3.0), B=1, weight=2.5)
    plain, weighed = plan(left("A2", 3.0), left("B1")), plan(left("A2", 7.5))
    weighed = plan(*weighed.unfilled, left("B1", 17.5))

    assert codes(weighed, wanted, cost=32.5) == []
    assert codes(plain, wanted, cost=13.0) == [*["wrong_cost"] * 2, "wrong_total"]


def test_distance_is_measured_again():
    """The distance of a shipment is that of its node."""
    assert codes(plan(ship("N1", "A2", "B1", km=1.0))) == ["wrong_distance"]


def test_workload_is_summed_again():
    """A unit is one unit of workload where nothing is quoted."""
    assert codes(plan(ship("N1", "A2", "B1", workload=2.0))) == ["wrong_workload"]


@pytest.mark.parametrize(
    "costs",
    [{"handling": 3.4}, {}, {"handling": 3.5, "other": 1.0}, {"other": 3.5}],
    ids=["amount", "missing", "extra", "name"],
)
def test_cost_of_shipment_is_recomputed(costs):
    """Each term's amount is the one that the data give, and no other is there."""
    # 2 + 3 units x 0.5 = 3.5
    nodes = [node("N1", per_shipment=2.0, per_unit=0.5)]

    found = codes(
        plan(ship("N1", "A2", "B1", costs=costs)),
        nodes=nodes,
        policy=Policy(costs=[Handling()]),
        cost=3.5,
    )

    assert set(found) == {"wrong_cost"}


@pytest.mark.parametrize(
    ("weight_kg", "rate"),
    [
        # Steps of 1 and 5 kg at 5.0 and 8.0; a billionth over an edge is within it.
        (1.0 - 1e-6, 5.0),
        (1.0, 5.0),
        (1.0 + 5e-10, 5.0),
        (1.0 + 2e-9, 8.0),
        (5.0, 8.0),
        (5.0 * (1 + 5e-10), 8.0),
        # Beyond the last edge a full parcel of 5 kg and a rest of the first step.
        (5.0 * (1 + 2e-9), 13.0),
    ],
)
def test_edge_of_a_rate_card_holds_but_for_rounding(weight_kg, rate):
    """A parcel at an edge pays its step, and one that is above it the next."""
    made = plan(ship("N1", "A1", costs={"shipping": rate}, service="ground"))

    found = codes(
        made,
        order(A=1),
        items=[item("A", weight_kg=weight_kg)],
        services=[service("ground")],
        policy=Policy(costs=[Shipping()]),
        cost=rate,
    )

    assert found == []


def test_cost_of_unfilled_is_recomputed():
    """Leaving units costs their penalty."""
    assert codes(plan(ship("N1", "A2"), left("B1", 6.0))) == ["wrong_cost"]


def test_order_costs_are_recomputed():
    """A cost that belongs to no shipment needs a reason."""
    assert codes(plan(*RIGHT.shipments, split=1.0)) == ["wrong_cost"]


@pytest.mark.parametrize("cost", [6.9, math.nan])
def test_total_is_recomputed(cost):
    """The cost of a result is the sum of its parts."""
    made = plan(ship("N1", "A2"), left("B1"))

    assert codes(made, cost=7.0) == []
    assert codes(made, cost=cost) == ["wrong_total"]


def test_no_plan_ships_nothing():
    """A result that says there is no plan has none, and no costs."""
    assert codes(RIGHT, cost=math.inf) == ["wrong_total"]
    assert codes(plan(left("A2"), left("B1")), cost=math.inf) == ["wrong_cost"]


def test_soft_rule_is_priced_per_shipment():
    """A shipment that breaks a soft rule pays its price once."""
    rule = EligibleNodes(name="near", nodes=NodeFilter(ids=["N2"]), price=4.0)
    policy = Policy(costs=[], rules=[rule])
    paid = ship("N1", "A2", "B1", costs={"rule:near": 4.0})

    assert codes(plan(paid), policy=policy, cost=4.0) == []
    assert codes(plan(ship("N1", "A2", "B1")), policy=policy) == ["wrong_cost"]


def test_soft_priority_is_priced_by_steps():
    """Priority 3 is two steps from the best of the network, 1."""
    nodes = [node("N1", priority=3), node("N2")]
    policy = Policy(costs=[], rules=[NodePriority(price=1.5)])
    paid = ship("N1", "A2", "B1", costs={"rule:node_priority": 3.0})

    assert codes(plan(paid), nodes=nodes, policy=policy, cost=3.0) == []


def faults_of_quoted(costs, quotes, *terms, name=None):
    """Return the faults of 2 A and 1 B from N1 at costs, given quotes."""
    nodes = [node("N1", per_shipment=2.0, per_line=1.0, per_unit=0.5)]
    carrier = service(
        "ground",
        rates=[[6.0]],
        weights=[9.0],
        surcharges=[{"name": "cold", "amount": 0.3, "item_tag": "cold"}],
    )
    return codes(
        plan(ship("N1", "A2", "B1", costs=costs, service=name)),
        nodes=nodes,
        items=[item("A", tags=["cold"]), item("B")],
        services=[carrier],
        policy=Policy(costs=terms),
        quotes=quotes,
    )


def test_quote_for_shipment_replaces_what_is_per_shipment():
    """A quote for a shipment leaves what lines and units cost."""
    # Handling: 2 lines x 1 + 3 units x 0.5 = 3.5, without the 2 per shipment.
    quotes = Quotes(shipments={("o1", "N1"): 8.0})
    costs = {"handling": 3.5, "quoted": 8.0}

    assert faults_of_quoted(costs, quotes, Handling(), Shipping()) == []


def test_quoted_shipment_names_no_service():
    """A quote for every service leaves none to choose."""
    quotes = Quotes(shipments={("o1", "N1"): 8.0})

    found = faults_of_quoted({"quoted": 8.0}, quotes, Shipping(), name="ground")

    assert found == ["wrong_service"]


def test_quote_for_service_leaves_tagged_units():
    """A quote for one service replaces its rate, not its surcharge on units."""
    # 2 units of A are cold: 2 x 0.3.
    quotes = Quotes(shipments={("o1", "N1", "ground"): 8.0})
    costs = {"shipping": 0.6, "quoted": 8.0}

    assert faults_of_quoted(costs, quotes, Shipping(), name="ground") == []


def test_quote_for_units_replaces_line_and_units():
    """A quote for units leaves what the shipment and other lines cost."""
    # Quoted 2 x 4 for A. Handling: 2 + 1 line x 1 + 1 unit x 0.5. Shipping: 6, no cold.
    quotes = Quotes(units={("o1", "A", "N1"): 4.0})
    costs = {"handling": 3.5, "shipping": 6.0, "quoted": 8.0}

    assert faults_of_quoted(costs, quotes, Handling(), Shipping(), name="ground") == []


def test_quote_drops_a_users_quotable_term():
    """A user's quotable term is dropped for a quoted shipment, and for quoted units."""
    # 0.25 x 3 units squared = 2.25; without the 2 units of A 0.25 x 1 = 0.25.
    term, other = Crowding(is_quotable=True), Crowding(name="other")
    whole = Quotes(shipments={("o1", "N1"): 8.0})
    units = Quotes(units={("o1", "A", "N1"): 4.0})

    found = [
        faults_of_quoted({"quoted": 8.0, "other": 2.25}, whole, term, other),
        faults_of_quoted(
            {"quoted": 8.0, "crowding": 0.25, "other": 2.25},
            units,
            term,
            other,
            name="ground",
        ),
        faults_of_quoted(
            {"crowding": 2.25, "other": 2.25}, None, term, other, name="ground"
        ),
    ]

    assert found == [[], [], []]
