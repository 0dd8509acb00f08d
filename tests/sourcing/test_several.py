"""A node that ships one delivery by several services at once, a shipment by each."""

from collections import Counter

import numpy as np
import pytest

from arriving import TUE, WED, left_by, router_of, row, wants
from beside import order_beside
from builders import item, line, network, node, order, pickup, service, stock
from domroute.costs import Backorder, Handling, Quotes, Shipping
from domroute.network import Capacity
from domroute.policy import Policy, SolveOptions
from domroute.router import Router
from domroute.sourcing.bundles import price_bundles
from domroute.sourcing.lattice import lattice_of
from domroute.sourcing.several import merged, where_worth_it
from domroute.split import SplitLimits
from domroute.verify import verify
from stages import problem_at, stages_of
from worlds import served_world

SOFA = item("S", weight_kg=60.0, tags=["oversize"])
SCENT = item("P", weight_kg=0.5, tags=["flammable"])
# By parcel 6 up to 5 kg, and no sofa; by freight 80 up to 100 kg, and no scent.
PARCEL = service(
    "parcel", rates=[[6.0, 9.0]], weights=[5.0, 30.0], refused_tags=["oversize"]
)
FREIGHT = service(
    "freight", rates=[[80.0]], weights=[100.0], refused_tags=["flammable"]
)
BOTH = (FREIGHT, PARCEL)


def routed(wanted=None, *, nodes=None, method="auto", quotes=None, **splits):
    """Route a sofa and a scent, by exact methods, from what is in stock."""
    nodes = nodes or [node("N1", per_shipment=2.0)]
    made = network(*nodes, items=[SOFA, SCENT], services=BOTH)
    held = stock(**{each.id: {"S": 3, "P": 3} for each in nodes})
    policy = Policy(
        costs=[Handling(), Shipping()],
        splits=SplitLimits(**splits),
        unfilled_penalty=500.0,
        solve={"method": method},
    )
    wanted = wanted or order(S=1, P=1)
    result = Router(made, held, policy).route(wanted, quotes=quotes)
    assert verify(result, wanted, made, held, policy, quotes=quotes) == ()
    shipped = [
        (part.node_id, part.service, "".join(x.sku for x in part.contents))
        for part in result.plan.shipments
    ]
    return result, shipped


@pytest.mark.parametrize("method", ["subset", "mip", "greedy"])
def test_sofa_goes_by_freight_and_scent_by_parcel(method):
    """80 + 6, and 2 for each of two shipments; alone neither carries both."""
    result, shipped = routed(method=method)

    assert sorted(shipped) == [("N1", "freight", "S"), ("N1", "parcel", "P")]
    assert result.cost == 90.0
    assert result.costs.to_dict() == {"handling": 4.0, "shipping": 86.0}


@pytest.mark.parametrize("method", ["subset", "mip"])
@pytest.mark.parametrize(
    ("splits", "shipments", "cost"),
    [
        ({"max_shipments": 2}, 2, 90.0),
        # One of them is left, at 500: the sofa, which costs more to send.
        ({"max_shipments": 1}, 1, 508.0),
        ({"several_services": False}, 1, 508.0),
        ({"max_nodes": 1}, 2, 90.0),
        ({"split_price": 3.0}, 2, 93.0),
        ({"max_shipments": 1, "over_limit_price": 5.0}, 2, 95.0),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_every_shipment_counts(splits, shipments, cost, method):
    """Two by two services are two, for limits and for prices; the node is one."""
    result, shipped = routed(method=method, **splits)

    assert (result.status, len(shipped), result.cost) == ("optimal", shipments, cost)


def test_each_may_be_worth_too_little():
    """A least value holds for each shipment: the scent of 10 would be one of two."""
    result, shipped = routed(min_part_value=15.0)

    assert len(shipped) == 1
    assert result.cost == 508.0


def test_quoted_whole_goes_by_none():
    """What a quote covers whatever it goes by is one shipment."""
    quotes = Quotes(shipments={("o1", "N1"): 20.0})

    result, shipped = routed(quotes=quotes)

    assert shipped == [("N1", None, "PS")]
    assert result.cost == 20.0


def test_what_is_collected_goes_by_none():
    """Nor does a customer who comes choose a service."""
    wanted = order("o1", line("S", "S"), line("P", "P"), delivery=pickup("N1"))

    _, shipped = routed(wanted, nodes=[node("N1", kind="store")])

    assert shipped == [("N1", None, "PS")]


@pytest.mark.parametrize("method", ["subset", "mip"])
def test_node_gives_what_it_has_by_however_many_services(method):
    """Two units of three, though each of two services could send two of them."""
    cheap = service("a", rates=[[1.0]], weights=[1.0])
    dear = service("b", rates=[[1.5]], weights=[1.0])
    made = network(node("N1"), items=[item("A")], services=[cheap, dear])
    policy = Policy(costs=[Shipping()], unfilled_penalty=10.0, solve={"method": method})

    result = Router(made, stock(N1={"A": 2}), policy).route(order(A=3))

    # A parcel of each holds one kilogram: 2 by one service is 2, by both 2.5.
    assert result.cost == 2.0 + 10.0


@pytest.mark.parametrize("method", ["subset", "mip"])
def test_lines_of_a_node_are_those_of_its_shipments(method):
    """A line in two shipments is picked twice: a node that can do one does one."""
    cheap = service("a", rates=[[1.0, 9.0]], weights=[1.0, 2.0])
    other = service("b", rates=[[1.0, 9.0]], weights=[1.0, 2.0])

    def cost(limit):
        busy = node("N1", capacity=Capacity(limit=limit, measure="lines"))
        made = network(busy, items=[item("A")], services=[cheap, other])
        policy = Policy(
            costs=[Shipping()], unfilled_penalty=50.0, solve={"method": method}
        )
        result = Router(made, stock(N1={"A": 2}), policy).route(order(A=2))
        assert result.status == "optimal"
        return result.cost

    assert (cost(2), cost(1)) == (2.0, 9.0)


@pytest.mark.parametrize("method", ["subset", "mip"])
@pytest.mark.parametrize(("splits", "cost"), [({"max_nodes": 1}, 20.0), ({}, 14.0)])
def test_dearer_node_ships_twice_where_the_cheaper_is_full(splits, cost, method):
    """Two units at N1 would be 18 by one service; it has room for one, N2 for both."""
    twins = [service(name, rates=[[4.0, 18.0]], weights=[1.0, 2.0]) for name in "ab"]
    full = node("N1", capacity=Capacity(limit=1, measure="units"))
    made = network(
        full,
        node("N2", per_shipment=6.0),
        items=[item("A"), item("B")],
        services=twins,
    )
    held = stock(N1={"A": 1, "B": 1}, N2={"A": 1, "B": 1})
    policy = Policy(
        costs=[Handling(), Shipping()],
        splits=SplitLimits(**splits),
        unfilled_penalty=100.0,
        solve={"method": method},
    )

    result = Router(made, held, policy).route(order(A=1, B=1))

    # Both from N2 by two services are 2 * (4 + 6); one from each node 4 + 4 + 6.
    assert (result.status, result.cost) == ("optimal", cost)


def test_prices_of_bundles_are_those_of_the_best_division():
    """Every bundle at every node, beside all ways to part it between two services."""
    problem = problem_at(
        [node("N1", per_shipment=1.0), node("N2")],
        {"N1": {"A": 2, "B": 1}, "N2": {"A": 1, "B": 2}},
        Policy(costs=[Handling(), Shipping()]),
        services=[
            service("a", rates=[[2.0, 9.0, 20.0]], weights=[1.0, 2.0, 4.0]),
            service("b", rates=[[3.0, 4.0, 30.0]], weights=[1.0, 2.0, 4.0]),
        ],
        A=2,
        B=1,
    )
    stages = stages_of(problem)
    lattice = lattice_of(stages.atoms.steps)
    (block,) = stages.offers.blocks
    price = block.price(lattice.counts)
    alone, _ = block.price_nodes(lattice.counts, 2, np.inf)

    found = merged(stages.offers, block, lattice.counts, np.arange(2), lattice)

    nodes = where_worth_it(block, lattice.counts, alone)
    assert nodes.tolist() == [0, 1]
    for state, units in enumerate(lattice.counts):
        for at in range(2):
            if (units > block.limit[:, at]).any():
                continue
            ways = [
                price[one, at] * bool(one) + price[state - one, 2 + at] * (one < state)
                for one, part in enumerate(lattice.counts)
                if (part <= units).all() and one <= state
            ]
            assert found[state, at] == pytest.approx(min(ways))
    bundles = price_bundles(
        *(stages.offers, lattice, stages.atoms, stages.arrays),
        problem.policy.solve.tuning.lattice,
    )
    assert bundles.several
    assert bundles.is_whole


@pytest.mark.parametrize("seed", range(97_000_000, 97_000_060))
def test_served_orders_are_those_of_every_plan_listed(seed):
    """Costs, counterfactuals and reasons beside a brute force written apart."""
    assert list(order_beside(seed, Counter(), draw=served_world)) == []


def test_joint_plans_part_deliveries_too():
    """Two orders of a sofa and a scent, and one scent between them."""
    made = network(node("N1", per_shipment=2.0), items=[SOFA, SCENT], services=BOTH)
    held = stock(N1={"S": 2, "P": 1})
    policy = Policy(costs=[Handling(), Shipping()], unfilled_penalty=500.0)
    wave = [order("o1", S=1, P=1), order("o2", S=1, P=1)]

    batch = Router(made, held, policy).route_batch(wave, time_limit_s=5)

    assert batch.cost == pytest.approx(90.0 + 82.0 + 500.0)
    assert batch.bound == pytest.approx(batch.cost)
    counts = sorted(len(result.plan.shipments) for result in batch.results)
    assert counts == [1, 2]


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (["flammable"], "no one service carries it all"),
        # By freight alone 80; the parcel at 6 and 2 for the node save 1 a unit of 9.
        ([], "by one, they would cost 1.00 more"),
    ],
)
def test_explanation_says_why_one_node_ships_twice(refused, words):
    """By which services, and what one would cost."""
    heavy = service(
        "freight", rates=[[80.0, 89.0]], weights=[60.2, 100.0], refused_tags=refused
    )
    made = network(
        node("N1", per_shipment=2.0), items=[SOFA, SCENT], services=[heavy, PARCEL]
    )
    policy = Policy(costs=[Handling(), Shipping()])
    router = Router(made, stock(N1={"S": 1, "P": 1}), policy)

    text = str(router.explain(order(S=1, P=1)))

    assert f"2 shipments from one node, by freight and parcel: {words}." in text


TWINS = [service(name, rates=[[1.0, 9.0, 30.0]], weights=[1, 2, 3]) for name in "ab"]


@pytest.mark.parametrize("method", ["subset", "mip"])
@pytest.mark.parametrize("splits", [{}, {"max_shipments": 2}], ids=str)
@pytest.mark.parametrize(("units", "cost"), [(1, 2001.0), (2, 1002.0), (3, 10.0)])
def test_decision_is_priced_as_it_was_made(units, cost, splits, method):
    """No more is shipped than was decided, though each of two services could."""
    made = network(node("N1"), items=[item("A")], services=TWINS)
    policy = Policy(splits=SplitLimits(**splits), solve={"method": method})
    router = Router(made, stock(N1={"A": 5}), policy)

    scored = router.score(order(A=3), {("A", "N1"): units})

    shipped = sum(part.units for part in scored.result.plan.shipments)
    assert (shipped, scored.result.cost, scored.faults) == (units, cost, ())


def test_decision_is_divided_as_the_policy_could():
    """Two shipments at 2 would be two lines, and the node can do one: one at 9."""
    busy = node("N1", capacity=Capacity(limit=1, measure="lines"))
    made = network(busy, items=[item("A")], services=TWINS)
    router = Router(made, stock(N1={"A": 5}), Policy())

    scored = router.score(order(A=2), {("A", "N1"): 2})

    assert router.route(order(A=2)).cost == scored.result.cost == 9.0
    assert scored.faults == ()


def test_one_services_units_are_scored_as_two_shipments():
    """A decision says nodes: it is read by the services that are best for it."""
    made = network(node("N1", per_shipment=2.0), items=[SOFA, SCENT], services=BOTH)
    router = Router(
        made, stock(N1={"S": 1, "P": 1}), Policy(costs=[Handling(), Shipping()])
    )

    scored = router.score(order(S=1, P=1), {("S", "N1"): 1, ("P", "N1"): 1})

    assert scored.faults == ()
    assert scored.result.cost == 90.0


# --- now and later --------------------------------------------------------------------

# One A now, one on Tuesday, and B on Wednesday.
ARRIVING = (row("A", 1, (TUE, 1)), row("B", 0, (WED, 1)))


def waits(wanted, *costs, method="subset", per_shipment=0.0, **splits):
    """Route an order that may wait from a node at a price a shipment."""
    router = router_of(
        ARRIVING,
        node("N1", per_shipment=per_shipment),
        costs=[Handling(), *costs],
        splits=SplitLimits(**splits),
        solve=SolveOptions(method=method),
    )
    return router.route(wanted)


@pytest.mark.parametrize("method", ["subset", "mip"])
@pytest.mark.parametrize(
    ("splits", "left"),
    [
        ({}, [("N1", "A1", "Mon"), ("N1", "A1B1", "Wed")]),
        ({"several_services": False}, [("N1", "A2B1", "Wed")]),
        ({"max_shipments": 1}, [("N1", "A2B1", "Wed")]),
        ({"max_nodes": 1}, [("N1", "A1", "Mon"), ("N1", "A1B1", "Wed")]),
    ],
    ids=str,
)
def test_a_node_ships_now_and_later(splits, left, method):
    """A shipment at 1 is less than a unit more that waits, at 3; the rest waits."""
    result = waits(
        *(wants(A=2, B=1), Backorder(per_unit=3.0)),
        method=method,
        per_shipment=1.0,
        **splits,
    )

    assert left_by(result) == left
    # Handling by shipment, and 3 for each that waits: two of three, or all three.
    assert result.cost == len(left) + 3.0 * (2 if len(left) > 1 else 3)


@pytest.mark.parametrize("method", ["subset", "mip"])
def test_shipments_that_cost_more_than_waiting_leave_together(method):
    """At 9 a shipment all waits for Wednesday, 3 units at 3; apart is 27 and 6."""
    result = waits(
        *(wants(A=2, B=1), Backorder(per_unit=3.0)), method=method, per_shipment=9.0
    )

    assert left_by(result) == [("N1", "A2B1", "Wed")]
    assert result.cost == 18.0


def test_later_is_a_split():
    """Two shipments of one node: one beyond the first, at 0.5."""
    result = waits(wants(A=2, B=1), Backorder(per_unit=3.0), split_price=0.5)

    assert result.cost == 2 * 3.0 + 0.5
