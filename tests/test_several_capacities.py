"""
A second capacity on a node holds wherever the first does.

Newark packs two orders and three units a day at 1 a shipment; Reno has no limit and
costs 5. Without the one limit or the other each of these orders would do better.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from builders import item, node, order, stock
from domroute import Forecast, InputError, Network, Router, Scenario
from domroute.costs import Handling
from domroute.events import Placed
from domroute.files.results import batch_to_json
from domroute.files.written import read_written
from domroute.forecast import ExpectedOrders
from domroute.plan import Plan
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.replay.engine import Replay
from domroute.replay.loads import capacity_used
from domroute.verify import verify, verify_batch
from domroute.whatif.changes import sweep

BOTH = {"orders": 2, "units": 3}
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
DEAR = Policy(costs=[Handling()], unfilled_penalty=40.0)


def shop(capacity=BOTH, *, reno=True):
    """Newark with some capacity, and Reno."""
    nodes = [
        node("newark", per_shipment=1.0, capacity=capacity),
        node("reno", per_shipment=5.0),
    ]
    return Network(nodes=nodes[: 1 + reno], items=[item("A"), item("B")])


def held(**rows):
    """Nine of each SKU at both nodes, unless told."""
    usual = {"newark": {"A": 9, "B": 9}, "reno": {"A": 9, "B": 9}}
    return stock(**(rows or usual))


def router(capacity=BOTH, inventory=None):
    """Route over the shop."""
    return Router(shop(capacity), inventory or held(), DEAR)


# --- one order ---------------------------------------------------------------


@pytest.mark.parametrize("method", ["auto", "subset", "mip", "greedy"])
@pytest.mark.parametrize(
    ("capacity", "cost"), [(BOTH, 5.0), ({"orders": 2}, 1.0), ({"units": 3}, 5.0)]
)
def test_an_order_keeps_to_each_limit(method, capacity, cost):
    """Four units are one order, and one unit too many: Reno ships them all."""
    policy = DEAR.model_copy(
        update={"solve": DEAR.solve.model_copy(update={"method": method})}
    )

    result = Router(shop(capacity), held(), policy).route(order(A=4))

    assert result.cost == cost


def test_what_is_reserved_counts_by_each_measure():
    """One order of three units leaves a place for an order, and no unit."""
    ledger = held()
    asked = router(inventory=ledger)
    ledger.reserve(asked.route(order("o1", A=3)).plan)

    result = asked.route(order("o2", A=1))

    assert ledger.load("newark", "orders") == 1.0
    assert ledger.load("newark", "units") == 3.0
    assert result.plan.node_ids == ("reno",)


def test_the_reason_of_what_is_left_is_whichever_limit_holds():
    """Five units, of which Newark alone packs three: two are left."""
    result = Router(shop(reno=False), held(newark={"A": 9}), DEAR).route(order(A=5))

    (left,) = result.plan.unfilled
    assert (left.quantity, left.reason) == (2, Reason.NO_CAPACITY)
    assert verify(
        result, order(A=5), shop(reno=False), held(newark={"A": 9}), DEAR
    ) == (())


def test_explanation_tells_of_a_node_full_by_its_second_measure():
    """Newark has room for an order and none for a unit: no capacity excludes it."""
    ledger = held()
    ledger.start_period({("newark", "units"): 3.0})

    told = router(inventory=ledger).explain(order(A=1))

    (newark,) = [part for part in told.nodes if part.node_id == "newark"]
    assert newark.reason is Reason.NO_CAPACITY


def test_with_a_node_an_order_costs_what_both_limits_leave():
    """Of four units Newark may have three, with 1 + 5 in all beside 5 without it."""
    told = router().explain(order(A=4))

    (newark,) = [part for part in told.nodes if part.node_id == "newark"]
    assert newark.cost_with == pytest.approx(6.0)


# --- many orders -------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "cost", "scarce"),
    [
        # Three orders of a unit: there is a place for two, and a unit for each.
        ((1, 1, 1), 1 + 1 + 5, "orders"),
        # Two orders of two: a place for both, and a unit too few.
        ((2, 2), 1 + 5, "units"),
        # One of three, and one more: whichever goes, the other does not.
        ((3, 1), 1 + 5, "units"),
    ],
)
def test_a_wave_shares_each_limit(wanted, cost, scarce):
    """At the least cost, whose bound and prices name the measure that is short."""
    orders = [order(f"o{at}", A=count) for at, count in enumerate(wanted)]
    asked = router()

    batch = asked.route_batch(orders)

    assert batch.is_optimal
    assert batch.cost == cost
    assert batch.bound == pytest.approx(cost)
    prices = batch.prices.query("kind == 'capacity'").set_index("measure")
    assert set(prices.index) == {"orders", "units"}
    assert set(prices["node"]) == {"newark"}
    other = {"orders": "units", "units": "orders"}[scarce]
    assert prices.loc[other, "price"] == pytest.approx(0.0, abs=0.1)
    assert prices.loc["units", "used"] <= 3
    assert prices.loc["orders", "used"] <= 2
    assert verify_batch(batch, orders, shop(), held(), DEAR) == ()


def test_a_price_that_does_not_say_of_which_limit_is_a_fault():
    """Of two capacities; of one alone it needs not be said."""
    orders = [order(f"o{at}", A=1) for at in range(3)]
    batch = router().route_batch(orders)

    def faults(capacity, names):
        prices = tuple(
            replace(price, measure=None)
            for price in batch.stock_and_capacity
            if price.measure in names
        )
        made = replace(batch, stock_and_capacity=prices)
        return [
            x.code for x in verify_batch(made, orders, shop(capacity), held(), DEAR)
        ]

    assert faults(BOTH, {"orders", "units"}) == ["wrong_price"] * 2
    assert faults({"orders": 2}, {"orders"}) == []


@pytest.mark.parametrize("is_old", [False, True])
def test_prices_are_read_back_as_they_were_written(is_old):
    """What was written before a price said its measure is read as well."""
    orders = [order(f"o{at}", A=1) for at in range(3)]
    batch = router().route_batch(orders)
    written = json.loads(batch_to_json(batch))
    for price in written["prices"] if is_old else ():
        del price["measure"]

    read = read_written(json.dumps(written)).batch

    names = {price.measure for price in read.stock_and_capacity}
    assert names == ({None} if is_old else {"orders", "units"})


# --- the ledger, the judge, time ---------------------------------------------


def test_a_plan_is_reserved_whole_or_not_at_all():
    """Two orders of two units, planned apart: each has room, both have not."""
    ledger = held()
    asked = router(inventory=ledger)
    plans = [asked.route(order(name, A=2)).plan for name in ("o1", "o2")]
    both = Plan(tuple(part for plan in plans for part in plan.shipments))

    with pytest.raises(InputError) as caught:
        ledger.reserve(both)

    (issue,) = caught.value.issues
    assert (issue.code, issue.where) == ("capacity", "node 'newark'")
    assert issue.message == "4 units wanted, 3 of 3 left"
    assert ledger.reservations == ()
    assert ledger.loads == {}
    ledger.reserve(plans[0])
    assert ledger.load("newark", "units") == 2.0


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"orders": 0, "units": 2}, ["1 orders are used, 0 are left"]),
        ({"orders": 1, "units": 1}, ["2 units are used, 1 are left"]),
        (
            {"orders": 0, "lines": 1, "units": 1, "workload": 1.5},
            [
                "1 orders are used, 0 are left",
                "2 units are used, 1 are left",
                "2 workload are used, 1.5 are left",
            ],
        ),
        ({"orders": 1, "lines": 1, "units": 2, "workload": 2}, []),
    ],
)
def test_the_judge_looks_at_each_limit(limits, said):
    """Two units of one line from Newark, held to any limits."""
    result = router(None).route(order(A=2))

    found = verify(result, order(A=2), shop(limits), held(), DEAR)

    assert [x.message for x in found if x.code == "capacity"] == said


def test_a_replay_keeps_to_both_and_says_how_full_they_were():
    """Four orders of a unit or two in a day: Newark has two, and three units."""
    scenario = Scenario(name="busy", network=shop(), inventory=held())
    events = [
        Placed(order=order(f"o{at}", A=count, placed_at=NOW + timedelta(hours=at)))
        for at, count in enumerate((2, 2, 1, 1))
    ]

    outcome = Replay(scenario, events, DEAR).run()

    used = capacity_used(outcome, shop()).set_index("measure")
    assert used["used"].to_dict() == {"orders": 2, "units": 3}
    assert used["share"].to_dict() == {"orders": 1.0, "units": 1.0}


def test_stock_is_worth_the_same_whatever_nodes_can_do():
    """Capacities come anew every day: they have no value, however many there are."""
    forecast = Forecast(rows=[ExpectedOrders(order=order(A=2), number=6.0)])

    def values(capacity):
        made = router(capacity, held(newark={"A": 6}, reno={"A": 9}))
        return made.value_stock(
            forecast, as_of=NOW, until=NOW + timedelta(days=3), draws=0
        )

    assert values(BOTH) == values(None)


def test_a_sweep_changes_one_of_several_limits():
    """By its measure, also where another node has that one alone."""
    scenario = Scenario(name="shop", network=shop(), inventory=held())
    path = "network.nodes[newark].capacity[units].limit"

    costs = []
    for made in sweep(scenario, path, [3, 4]):
        costs.append(Router(made.network, made.inventory, DEAR).route(order(A=4)).cost)
        assert made.network.nodes[0].capacities[0].limit == 2.0

    assert costs == [5.0, 1.0]
