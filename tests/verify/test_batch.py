"""A batch is held against its results, its stock, and what it says of both."""

import math
from dataclasses import replace

import pytest

from builders import network, node, order, stock
from domroute.batchresult import BatchResult, Price
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.result import RoutingResult
from domroute.rules import SafetyStock
from domroute.verify import check_together, verify_batch
from domroute.words import Measure, Status
from plans import FREE, left, plan, ship

ORDERS = [order("o1", A=2), order("o2", A=2)]
NETWORK = network(node("N1", capacity={"limit": 3, "measure": "units"}))
STOCK = {"N1": {"A": 3}}


def of(name, made):
    """Give a plan to an order."""
    return replace(
        made,
        shipments=tuple(replace(p, order_id=name) for p in made.shipments),
        unfilled=tuple(replace(p, order_id=name) for p in made.unfilled),
    )


def result(name, made, cost):
    """Say what a plan costs that is decided jointly, at a bound of nothing."""
    return RoutingResult(
        name, of(name, made), Status.FEASIBLE, cost, 0.0, "joint", FREE.version
    )


SHORT = replace(left("A1"), reason=Reason.NOT_ENOUGH_STOCK)
BATCH = BatchResult(
    results=(
        result("o1", plan(ship("N1", "A2")), 0.0),
        result("o2", plan(ship("N1", "A1"), SHORT), 7.0),
    ),
    status=Status.OPTIMAL,
    cost=7.0,
    bound=7.0,
    stock_and_capacity=(Price("N1", "A", 7.0, 3.0, 3.0), Price("N1", None, 0.0, 3, 3)),
    policy_version=FREE.version,
)
"""Of four units ordered three are there: one is left at 7.0."""


def codes(batch, orders=ORDERS, held=STOCK, made=NETWORK, policy=FREE):
    """Return the codes of what is wrong with a batch."""
    found = verify_batch(batch, orders, made, stock(**held), policy)
    return [issue.code for issue in found]


@pytest.mark.parametrize(
    ("channels", "codes_found"),
    [(("web", "web"), ["oversold"]), (("web", "phone"), []), (("phone", "phone"), [])],
)
def test_safety_stock_is_kept_by_all_orders_together(channels, codes_found):
    """Of three units web orders leave one: together they take no more than two."""
    # 2 and 1: by itself each leaves one; the order by phone need not leave any.
    rule = SafetyStock(units=1, orders={"channels": ["web"]})
    policy = Policy(costs=[], unfilled_penalty=7.0, rules=[rule])
    wanted = [
        order(f"o{at}", A=units, channel=channel)
        for at, (units, channel) in enumerate(zip((2, 1), channels, strict=True))
    ]
    plans = [
        of("o0", plan(ship("N1", "A2"))),
        of("o1", plan(ship("N1", "A1"))),
    ]

    found = check_together(plans, NETWORK, stock(**STOCK), orders=wanted, policy=policy)

    assert [issue.code for issue in found] == codes_found
    assert check_together(plans, NETWORK, stock(**STOCK)) == []


def test_order_counts_once_however_it_ships():
    """A node that does one order: two shipments of one are one, two orders are two."""
    made = network(node("N1", capacity={"limit": 1, "measure": "orders"}))
    parts = plan(ship("N1", "A1"), ship("N1", "A1", method="pickup"))
    one, two = of("o1", parts), of("o2", plan(ship("N1", "A1")))

    assert check_together([one], made, stock(**STOCK)) == []
    found = check_together([one, two], made, stock(**STOCK))

    assert [issue.code for issue in found] == ["capacity"]


def test_right_batch_is_clean():
    """Two plans that share three units, with prices, are clean."""
    assert codes(BATCH) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"cost": 8.0}, ["wrong_total", "wrong_status"]),
        ({"cost": math.nan}, [*["wrong_total"] * 2, "wrong_status"]),
        ({"bound": 7.1}, ["wrong_bound"]),
        ({"bound": 6.9}, ["wrong_status"]),
        ({"bound": 6.9, "gap_asked": 0.02}, []),
        ({"bound": 6.9, "status": Status.FEASIBLE}, []),
        ({"status": Status.INFEASIBLE}, ["wrong_status"]),
        ({"policy_version": "another"}, ["wrong_policy"]),
        ({"results": ()}, ["empty", *["missing_result"] * 2, "wrong_total"]),
    ],
    ids=[
        "cost",
        "nan",
        "above",
        "gap",
        "asked",
        "feasible",
        "infeasible",
        "policy",
        "empty",
    ],
)
def test_what_a_batch_says_is_checked(fields, expected):
    """Cost, bound, status and policy are those of the results together."""
    found = codes(replace(BATCH, **fields, stock_and_capacity=()))

    assert found == expected


@pytest.mark.parametrize(
    "price",
    [
        Price("N1", "A", -1.0, 3.0, 3.0),
        Price("N1", "A", math.nan, 3.0, 3.0),
        Price("N1", "A", math.inf, 3.0, 3.0),
        Price("N1", "A", 7.0, 4.0, 3.0),
        Price("N1", "A", 7.0, 3.0, 2.0),
        Price("N1", None, 7.0, 3.0, 2.0),
        Price("N1", None, 7.0, 9.0, 3.0),
    ],
    ids=["negative", "nan", "endless", "limit", "used", "load", "room"],
)
def test_prices_are_checked(price):
    """A price is a number from zero, of what is there and used."""
    assert codes(replace(BATCH, stock_and_capacity=(price,))) == ["wrong_price"]


@pytest.mark.parametrize(
    "price", [Price("N9", "A", 0, 0, 0), Price("N1", "Z", 0, 0, 0)]
)
def test_prices_name_what_there_is(price):
    """A price is one of a node and an item of the network."""
    assert codes(replace(BATCH, stock_and_capacity=(price,))) == ["unknown_id"]


@pytest.mark.parametrize(
    ("limits", "measure", "expected"),
    [
        ({"units": 3}, None, []),
        ({"units": 3}, "units", []),
        ({"units": 3}, "orders", ["wrong_price"]),
        ({"orders": 9, "units": 3}, "units", []),
        ({"orders": 9, "units": 3}, None, ["wrong_price"]),
    ],
)
def test_price_of_capacity_says_of_which(limits, measure, expected):
    """Where a node has one limit it need not; where it has two, nobody could tell."""
    price = Price("N1", None, 0.0, 3.0, 3.0, measure and Measure(measure))
    made = network(node("N1", capacity=limits))

    assert codes(replace(BATCH, stock_and_capacity=(price,)), made=made) == expected


def test_plans_share_what_there_is():
    """What no plan takes too much of by itself, all may take too much of together."""
    held = {"N1": {"A": 2}}
    free = replace(BATCH, stock_and_capacity=())

    assert codes(free, held=held) == ["oversold"]


def test_orders_have_one_result_each():
    """A result of nobody, one told twice, and an order without one are faults."""
    first, second = BATCH.results
    twice = replace(BATCH, results=(first, first), stock_and_capacity=())

    assert set(codes(twice)) >= {"duplicate_id", "missing_result", "oversold"}
    assert codes(BATCH, orders=ORDERS[:1]) == ["unknown_id"]
    assert codes(replace(BATCH, results=(second, first))) == []


def test_faults_of_a_result_say_where_they_are():
    """Each result is judged by itself too."""
    first, second = BATCH.results
    wrong = replace(second, cost=8.0, bound=9.0)
    batch = replace(BATCH, results=(first, wrong), cost=8.0, bound=8.0)

    found = verify_batch(batch, ORDERS, NETWORK, stock(**STOCK), FREE)

    assert {issue.code for issue in found} == {"wrong_total", "wrong_bound"}
    assert all(issue.where.startswith("results[1] ") for issue in found)


def test_reasons_count_what_others_took():
    """One unit is short beside the other order, and not by itself."""
    out = replace(BATCH.results[1].plan.unfilled[0], reason=Reason.OUT_OF_STOCK)
    wrong = replace(
        BATCH.results[1], plan=replace(BATCH.results[1].plan, unfilled=(out,))
    )

    found = codes(replace(BATCH, results=(BATCH.results[0], wrong)))

    # The order itself ships one, so not all was gone.
    assert found == ["wrong_reason"]


def test_infinite_batch_has_no_cost():
    """Where an order has no plan, the batch has no cost; proven, no bound either."""
    must = Policy(costs=[], unfilled_penalty=None)
    none = RoutingResult(
        "o1",
        plan(replace(left("A2", 0.0), reason=Reason.NOT_ENOUGH_STOCK)),
        Status.INFEASIBLE,
        math.inf,
        math.inf,
        "joint",
        must.version,
    )
    batch = BatchResult(
        (none,), Status.INFEASIBLE, math.inf, math.inf, (), must.version
    )
    said = {"held": {"N1": {"A": 1}}, "policy": must, "orders": ORDERS[:1]}

    assert codes(batch, **said) == []
    assert codes(replace(batch, cost=0.0, bound=0.0), **said)[0] == "wrong_total"
