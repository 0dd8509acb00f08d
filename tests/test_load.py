"""Days that cost more as they fill: work is spread over days, nodes and orders."""

import math
import random
import warnings
from collections import Counter
from dataclasses import replace
from itertools import combinations_with_replacement

import pytest

from daily_worlds import drawn_loaded
from domroute import Inventory, Network, Policy, Router, Stock
from domroute.costs import Handling, Load, Shipping
from domroute.errors import InputError, UnmatchedWarning
from domroute.events import Rejected
from domroute.network import Item, Node
from domroute.orders import Delivery, Line
from domroute.plan import Costs
from domroute.verify import verify, verify_batch
from plain_load import LoadedWorld
from test_daily import (
    FRI,
    MON,
    PARCEL,
    PLACE,
    THU,
    TUE,
    WED,
    WEEK,
    asked,
    days_of,
    ledger,
    per_day,
    shop,
)


def priced(load, **changes):
    """Policy of plain costs, and a price on days."""
    costs = [Handling(), Shipping(), load]
    return Policy(costs=costs, unfilled_penalty=50.0, **changes)


def routed(order, network, load, inventory=None, **policy):
    """Route an order; the judge has looked at it already."""
    stock = ledger() if inventory is None else inventory
    return Router(network, stock, priced(load, **policy)).route(order)


def paid(result):
    """Return what is paid for days."""
    return result.plan.order_costs.to_dict().get("load", 0.0)


def test_dear_day_is_passed_over():
    """On Monday two more than three of five would cost 2.5: Tuesday is free."""
    load = Load(free_share=0.5, per_unit=1.0)

    result = routed(asked(2), shop(per_day(5)), load, ledger(mon=3))

    assert days_of(result) == [(TUE, 2)]
    assert paid(result) == 0.0


def test_dear_day_is_taken_where_the_next_costs_more():
    """Held to one shipment: of four on Tuesday two cost, 2 x 1; on Monday three."""
    load = Load(free_share=0.5, per_unit=1.0)

    result = routed(asked(4), shop(per_day(4)), load, ledger(mon=0, tue=1))

    assert days_of(result) == [(MON, 4)]
    assert paid(result) == pytest.approx(2.0)
    assert result.cost == pytest.approx(5.0 + 1.0 + 2.0)


def test_work_is_divided_where_that_costs_less():
    """Four at 9 each beyond two of four: a second shipment costs 6, and saves 18."""
    load = Load(free_share=0.5, per_unit=9.0)

    result = routed(asked(4), shop(per_day(4)), load)

    assert days_of(result) == [(MON, 2), (TUE, 2)]
    assert result.cost == pytest.approx(12.0)


def test_shipments_of_a_day_are_priced_together():
    """Two deliveries of two units, three of a day free: one pays, not none."""
    home, office = PLACE, {"lat": 40.71, "lon": -74.0}
    there, here = (Delivery(to=place, need_by=TUE) for place in (office, home))
    lines = (
        Line(id="l1", sku="A", quantity=2),
        Line(id="l2", sku="B", quantity=2, delivery=there),
    )
    order = asked(2).model_copy(update={"lines": lines, "delivery": here})
    load = Load(free_share=0.5, per_unit=1.0)

    for method in ("auto", "subset", "mip"):
        result = routed(order, shop(per_day(6)), load, solve={"method": method})
        assert days_of(result) == [(MON, 2), (MON, 2)]
        assert paid(result) == pytest.approx(1.0)
        assert result.is_optimal


@pytest.mark.parametrize(
    ("measure", "free", "cost"),
    # One order, two lines, three units, a workload of three.
    [("orders", 0.5, 0.5), ("lines", 1.5, 0.5), ("units", 1.5, 1.5)],
)
def test_every_measure_is_priced(measure, free, cost):
    """Of a limit of three half are free, of orders half an order."""
    order = asked(2)
    order = order.model_copy(
        update={
            "lines": (*order.lines, Line(id="l2", sku="B", quantity=1)),
            "delivery": Delivery(need_by=TUE),
        }
    )
    limit = per_day(1 if measure == "orders" else 3, measure)

    result = routed(order, shop(limit), Load(free_share=0.5, per_unit=1.0))

    assert free + cost == {"orders": 1, "lines": 2, "units": 3}[measure]
    assert paid(result) == pytest.approx(cost)


def test_only_one_measure_is_priced():
    """The limit on units is full enough, and costs nothing."""
    order = asked(2, delivery=Delivery(need_by=TUE))
    network = shop(per_day(4, "orders"), per_day(2))
    load = Load(free_share=0.0, per_unit=1.0, measure="orders")

    assert paid(routed(order, network, load)) == pytest.approx(1.0)


def test_soft_limit_may_be_exceeded():
    """Needed on Tuesday: five of three a day, at 1 each to the limit and 4 over it."""
    order = asked(5, delivery=Delivery(need_by=TUE))
    load = Load(free_share=0.0, per_unit=1.0, over_per_unit=4.0)

    result = routed(order, shop(per_day(3)), load)

    assert days_of(result) == [(MON, 5)]
    assert paid(result) == pytest.approx(3 * 1.0 + 2 * 4.0)


def test_soft_limit_is_reserved_beyond():
    """The ledger of a router whose policy lets more be done takes it, too."""
    network, stock = shop(per_day(3)), ledger()
    soft = Load(free_share=0.0, per_unit=1.0, over_per_unit=4.0)
    router = Router(network, stock, priced(soft))

    stock.reserve(router.route(asked(5, delivery=Delivery(need_by=TUE))).plan)

    assert stock.load("newark", "units", day=MON) == 5.0


def test_hard_limit_stays():
    """Without a price over it: three on Monday, the rest cannot be there in time."""
    order = asked(5, delivery=Delivery(need_by=TUE))

    result = routed(order, shop(per_day(3)), Load(free_share=0.0, per_unit=1.0))

    assert days_of(result) == [(MON, 3)]


def two_shops(*limits):
    """Newark, and Hoboken beside it, which costs a little more."""
    nodes = [
        Node(
            id=name,
            location=PLACE,
            calendar="week",
            capacity=limits,
            cost={"per_shipment": cost},
        )
        for name, cost in (("newark", 1.0), ("hoboken", 1.5))
    ]
    return Network(
        time_zone="UTC",
        calendars=[WEEK],
        nodes=nodes,
        items=[Item(sku="A")],
        services=[PARCEL],
    )


def test_another_node_has_an_easier_day():
    """Newark's Monday costs 1 for the second unit; Hoboken is 0.5 dearer."""
    network = two_shops(per_day(2))
    stock = Inventory(
        [Stock(node=name, sku="A", on_hand=9) for name in ("newark", "hoboken")]
    )
    stock.start_days({("newark", "units", MON): 1})
    order = asked(1, delivery=Delivery(need_by=TUE))

    result = routed(order, network, Load(free_share=0.5, per_unit=1.0), stock)

    assert [part.node_id for part in result.plan.shipments] == ["hoboken"]


def test_judge_prices_days():
    """An amount that is another, or is missing, is found."""
    network, stock = shop(per_day(4)), ledger(tue=1)
    policy = priced(Load(free_share=0.5, per_unit=1.0))
    plan = Router(network, stock, policy).route(asked(4)).plan

    for amounts in ({"load": 1.0}, {}):
        false = replace(plan, order_costs=Costs.of(amounts))
        faults = verify(false, asked(4), network, stock, policy)
        assert [fault.code for fault in faults] == ["wrong_cost"]


def test_explanation_and_score_price_days():
    """The plan is beside itself, and costs the same when it is scored."""
    network, stock = shop(per_day(4)), ledger(tue=1)
    router = Router(network, stock, priced(Load(free_share=0.5, per_unit=1.0)))
    result = router.route(asked(4))

    explained = router.explain(asked(4))
    scored = router.score(asked(4), {("l1", "newark"): 4})

    assert explained.nodes[0].difference == 0.0
    assert scored.result.cost == pytest.approx(result.cost)
    assert scored.faults == ()


def test_what_is_rejected_is_routed_by_what_days_cost_then():
    """Others have filled Hoboken's Monday since Newark was asked: Tuesday it is."""
    network = two_shops(per_day(4))
    stock = Inventory(
        [Stock(node=name, sku="A", on_hand=9) for name in ("newark", "hoboken")]
    )
    router = Router(network, stock, priced(Load(free_share=0.5, per_unit=1.0)))
    before = router.route(asked(2))
    stock.start_days({("hoboken", "units", MON): 2})
    no = Rejected(at="2026-11-30T11:00:00Z", node="newark", order="o1", line="l1")

    again = router.reroute(before, [no], order=asked(2))

    (part,) = again.plan.shipments
    assert (part.node_id, part.works_on) == ("hoboken", TUE)


def test_backlog_is_refused():
    """Tiers that give way to each other cannot share what days cost."""
    network, stock = shop(per_day(4)), ledger()
    router = Router(network, stock, priced(Load(free_share=0.5, per_unit=1.0)))

    with pytest.raises(InputError) as refused:
        router.rebalance([router.route(asked(2))], [])

    assert [issue.code for issue in refused.value.issues] == ["not_supported"]


@pytest.mark.parametrize("measure", [None, "orders"])
def test_price_that_no_node_has_days_for(measure):
    """It costs nothing, and a warning says so."""
    network = shop() if measure is None else shop(per_day(3))

    with pytest.warns(UnmatchedWarning, match="limit by the day"):
        router = Router(network, ledger(), priced(Load(per_unit=1.0, measure=measure)))

    assert router.route(asked(2)).cost == pytest.approx(6.0)


def test_wave_spreads_its_work():
    """Four orders, of four a day two free: two on Monday, two on Tuesday."""
    network, stock = shop(per_day(4)), ledger()
    policy = priced(Load(free_share=0.5, per_unit=1.0))
    orders = [asked(name=f"o{at}") for at in range(4)]

    batch = Router(network, stock, policy).route_batch(orders)

    days = Counter(s.works_on for r in batch.results for s in r.plan.shipments)
    assert days == {MON: 2, TUE: 2}
    assert batch.is_optimal
    assert verify_batch(batch, orders, network, stock, policy) == ()


def test_wave_pays_for_what_it_fills_together():
    """Needed on Tuesday: of three on Monday one pays, and it is the last in turn."""
    network, stock = shop(per_day(4)), ledger()
    policy = priced(Load(free_share=0.5, per_unit=1.0))
    wanted = {"delivery": Delivery(need_by=TUE)}
    orders = [asked(name=name, **wanted) for name in ("o3", "o1", "o2")]

    batch = Router(network, stock, policy).route_batch(orders)

    assert [paid(result) for result in batch.results] == [1.0, 0.0, 0.0]
    assert batch.cost == pytest.approx(3 * 6.0 + 1.0)
    assert batch.is_optimal
    # One after another, each reserved before the next, they pay the same.
    for order in sorted(orders, key=lambda one: one.id):
        (mine,) = (r for r in batch.results if r.order_id == order.id)
        assert verify(mine, order, network, stock, policy) == ()
        stock.reserve(mine.plan)


def test_judge_knows_who_pays_for_a_wave():
    """What the last pays is not to be put on the first."""
    network, stock = shop(per_day(4)), ledger()
    policy = priced(Load(free_share=0.5, per_unit=1.0))
    wanted = {"delivery": Delivery(need_by=TUE)}
    orders = [asked(name=name, **wanted) for name in ("o1", "o2", "o3")]
    batch = Router(network, stock, policy).route_batch(orders)
    plans = [one.plan for one in batch.results]
    costs = [plans[2].order_costs, plans[1].order_costs, plans[0].order_costs]
    false = replace(
        batch,
        results=tuple(
            replace(
                one,
                plan=replace(plan, order_costs=cost),
                cost=plan.costs.total - plan.order_costs.total + cost.total,
            )
            for one, plan, cost in zip(batch.results, plans, costs, strict=True)
        ),
    )

    faults = verify_batch(false, orders, network, stock, policy)

    assert {"wrong_cost", "wrong_total"} <= {fault.code for fault in faults}


def tiny_wave(seed):
    """Draw some shops with limits and some taken days, a price, and how many orders."""
    rng = random.Random(seed)
    names = ["n0", "n1", "n2"][: rng.choice((2, 3))]
    nodes = [
        Node(
            id=name,
            location=PLACE,
            calendar="week",
            capacity=per_day(rng.choice((2, 3, 4))),
            cost={"per_shipment": rng.choice((1.0, 1.5, 2.0, 4.0))},
        )
        for name in names
    ]
    network = Network(
        time_zone="UTC",
        calendars=[WEEK],
        nodes=nodes,
        items=[Item(sku="A")],
        services=[PARCEL],
    )
    stock = Inventory(
        [Stock(node=name, sku="A", on_hand=rng.choice((3, 50))) for name in names]
    )
    stock.start_days(
        {(n, "units", d): rng.choice((0, 0, 1, 2)) for n in names for d in (MON, TUE)}
    )
    price = rng.choice((0.4, 1.0, 3.0))
    load = Load(
        free_share=rng.choice((0.0, 0.5, 0.8)),
        per_unit=price,
        over_per_unit=rng.choice((None, None, price + 1.0)),
    )
    orders = [asked(name=f"o{at}") for at in range(rng.choice((2, 3, 4)))]
    return network, stock, load, orders


def least_of_all(network, stock, load, orders):
    """Return what the best of all ways to spread orders of a unit costs."""
    days = [MON, TUE, WED, THU, FRI]
    limit = {node.id: node.day_limits[0].limit for node in network.nodes}
    each = {node.id: 5.0 + node.cost.per_shipment for node in network.nodes}
    places = [None, *((name, day) for name in limit for day in days)]
    best = math.inf
    for chosen in combinations_with_replacement(places, len(orders)):
        cost, used, left = 0.0, Counter(chosen), Counter()
        cost += 50.0 * used.pop(None, 0)
        for (name, day), count in used.items():
            taken = stock.load(name, "units", day=day)
            left[name] += count
            cost += count * each[name] + load.day_amount(limit[name], taken, count)
            if load.over_per_unit is None and taken + count > limit[name]:
                cost = math.inf
        if all(count <= stock.available(name, "A") for name, count in left.items()):
            best = min(best, cost)
    return best


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_wave_is_beside_all_ways_to_spread_it(seed):
    """The cost is the least, proven, and the judge finds nothing."""
    network, stock, load, orders = tiny_wave(seed)
    policy = priced(load)

    batch = Router(network, stock, policy).route_batch(orders)

    assert batch.cost == pytest.approx(least_of_all(network, stock, load, orders))
    assert batch.is_optimal
    assert verify_batch(batch, orders, network, stock, policy) == ()


@pytest.mark.parametrize("seed", [4, 22])
def test_wave_is_held_to_what_is_found_one_by_one(seed):
    """In random worlds: its bound is one, and the judge finds nothing."""
    made = drawn_loaded(seed, count=3)
    router = Router(made.network, made.inventory, made.policy)
    batch = router.route_batch(made.orders, quotes=made.quotes, time_limit_s=1.0)
    stock, total = Inventory(made.inventory), 0.0
    stock.start_days(
        {
            (node, measure, day): amount
            for (node, day), taken in made.inventory.day_loads.items()
            for measure, amount in taken.items()
        }
    )

    for order in made.orders:
        one = Router(made.network, stock, made.policy).route(order, quotes=made.quotes)
        total += one.cost
        if one.plan.shipments:
            stock.reserve(one.plan)

    assert batch.bound <= total + 1e-6
    assert not verify_batch(
        batch,
        made.orders,
        made.network,
        made.inventory,
        made.policy,
        quotes=made.quotes,
    )


@pytest.mark.parametrize("seed", range(10))
def test_router_is_beside_every_plan_there_is(seed):
    """The least of all plans there are, by every exact method; the judge is silent."""
    made = drawn_loaded(seed)
    world = LoadedWorld(made.order, *made[1:])
    best = min(world.plans(), key=lambda plan: plan.rank, default=None)
    least = float("inf") if best is None else best.cost

    for method in ("auto", "subset", "mip"):
        solve = made.policy.solve.model_copy(update={"method": method})
        policy = made.policy.model_copy(update={"solve": solve})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UnmatchedWarning)
            router = Router(made.network, made.inventory, policy)
        result = router.route(made.order, quotes=made.quotes)

        assert result.cost == pytest.approx(least)
        assert not verify(
            result,
            made.order,
            made.network,
            made.inventory,
            policy,
            quotes=made.quotes,
        )


def test_worlds_pay_for_days():
    """One plan in eight at least pays for the days that it fills."""
    pays = 0
    for seed in range(24):
        made = drawn_loaded(seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UnmatchedWarning)
            router = Router(made.network, made.inventory, made.policy)
        costs = router.route(made.order, quotes=made.quotes).plan.order_costs.to_dict()
        pays += any(costs.get(name, 0.0) > 0 for name in ("load", "over"))

    assert pays >= 3
