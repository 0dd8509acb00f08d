"""A batch routed jointly: bounded from below, never oversold, never worse."""

import math
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from batch_oracle import best_cost
from builders import item, line, network, node, order, place, stock, tuned
from domroute import (
    Capacity,
    Delivery,
    Handling,
    InputError,
    Inventory,
    Policy,
    Quotes,
    Router,
    SafetyStock,
    SolveOptions,
    SplitLimits,
    Status,
    Stock,
)
from domroute.batch.routing import turn_of
from domroute.verify import check_together
from strategies import orders_of, problems

PLAIN = Policy(costs=[Handling()], unfilled_penalty=50.0)


def contest():
    """Two orders want the one A at the cheap node; only o1 has a near second best."""
    nodes = [
        node("N1", per_shipment=1.0),
        node("N2", per_shipment=3.0),
        node("N3", per_shipment=9.0),
    ]
    router = Router(
        network(*nodes),
        stock(N1={"A": 1}, N2={"A": 1, "B": 0}, N3={"A": 5, "B": 5}),
        PLAIN,
    )
    return router, [order("o1", A=1), order("o2", A=1)]


def test_turns_go_by_priority_then_date_then_id():
    """Whoever was placed first comes first among equals; the undated come last."""
    day = datetime(2026, 1, 5, tzinfo=UTC)
    orders = [
        order("a", A=1),
        order("c", A=1, placed_at=day.replace(day=6)),
        order("e", A=1, placed_at=day),
        order("d", A=1, placed_at=day),
        order("f", A=1, placed_at=day.replace(day=9), priority=1),
    ]

    assert [one.id for one in sorted(orders, key=turn_of)] == ["f", "d", "e", "c", "a"]


def test_orders_share_what_is_scarce():
    """One takes the cheap unit, the other the next: 1 + 3, and that is proven."""
    router, orders = contest()

    batch = router.route_batch(orders, time_limit_s=5)

    assert batch.status is Status.OPTIMAL
    assert batch.cost == pytest.approx(4.0)
    assert batch.bound == pytest.approx(4.0)
    assert sorted(r.plan.node_ids for r in batch) == [("N1",), ("N2",)]
    assert [r.order_id for r in batch] == ["o1", "o2"]


def test_joint_beats_one_by_one():
    """First come takes the only A the other can have: 1 + 50, or 3 + 1."""
    nodes = [node("N1", per_shipment=1.0), node("N2", per_shipment=3.0)]
    router = Router(network(*nodes), stock(N1={"A": 1}, N2={"A": 1}), PLAIN)
    free, bound = order("o1", A=1), order("o2", line("l", "A", excluded_nodes=["N2"]))

    batch = router.route_batch([free, bound], time_limit_s=5)

    assert batch.cost == pytest.approx(4.0)
    assert [r.plan.node_ids for r in batch] == [("N2",), ("N1",)]
    assert [r.bound for r in batch] == pytest.approx([1.0, 1.0])


def test_capacity_is_shared():
    """N1 does one order a day: the second goes to N2."""
    nodes = [
        node("N1", per_shipment=1.0, capacity=Capacity(limit=1, measure="orders")),
        node("N2", per_shipment=3.0),
    ]
    router = Router(network(*nodes), stock(N1={"A": 5}, N2={"A": 5}), PLAIN)

    batch = router.route_batch([order("o1", A=2), order("o2", A=2)], time_limit_s=5)

    assert batch.cost == pytest.approx(4.0)
    assert batch.prices.loc[0, ["kind", "node"]].tolist() == ["capacity", "N1"]
    assert batch.prices.loc[0, "price"] == pytest.approx(2.0, abs=0.05)


def test_prices_say_what_a_unit_more_is_worth():
    """Both would pay 2 more for the second best: so much is one more unit worth."""
    router, orders = contest()
    more = stock(N1={"A": 2}, N2={"A": 1}, N3={"A": 5, "B": 5})

    batch = router.route_batch(orders, time_limit_s=5)
    richer = Router(router.network, more, PLAIN).route_batch(orders, time_limit_s=5)

    prices = batch.prices.set_index(["node", "sku"]).price
    assert prices["N1", "A"] == pytest.approx(batch.bound - richer.bound, abs=0.05)


def test_what_others_took_is_the_reason():
    """Three want one A each, two are there: the third hears that none is left."""
    router = Router(network(node("N1")), stock(N1={"A": 2}), PLAIN)

    batch = router.route_batch([order(f"o{i}", A=1) for i in range(3)], time_limit_s=5)

    reasons = [part.reason for result in batch for part in result.plan.unfilled]
    assert reasons == ["out_of_stock"]
    assert batch.is_optimal


def test_an_order_that_cannot_be_filled_makes_the_batch_infeasible():
    """Both must have the only A."""
    router = Router(
        network(node("N1")), stock(N1={"A": 1}), Policy(unfilled_penalty=None)
    )

    batch = router.route_batch([order("o1", A=1), order("o2", A=1)], time_limit_s=5)

    assert batch.status is Status.INFEASIBLE
    assert batch.cost == math.inf
    assert sum(math.isfinite(result.cost) for result in batch) == 1


def test_one_impossible_order_does_not_spoil_the_others():
    """No node has C: that order is set aside, the others are planned together."""
    nodes = [node("N1", per_shipment=1.0), node("N2", per_shipment=3.0)]
    must = PLAIN.model_copy(update={"unfilled_penalty": None})
    router = Router(network(*nodes), stock(N1={"A": 1}, N2={"A": 1}), must)
    orders = [
        order("o1", A=1),
        order("o2", line("l", "A", excluded_nodes=["N2"])),
        order("o3", C=1),
    ]

    batch = router.route_batch(orders, time_limit_s=5)

    assert batch.status is Status.INFEASIBLE
    assert [str(result.status) for result in batch] == [
        "feasible",
        "optimal",
        "infeasible",
    ]
    assert [r.plan.node_ids for r in batch] == [("N2",), ("N1",), ()]


def test_an_empty_batch_costs_nothing():
    """No orders, no cost, proven."""
    batch = Router(network(node("N1")), stock(N1={"A": 1}), PLAIN).route_batch([])

    assert (batch.cost, batch.bound, batch.gap, len(batch)) == (0.0, 0.0, 0.0, 0)
    assert batch.is_optimal


def drawn(seed, count=12, nodes=4, deep=3, **policy):
    """Draw a scarce batch over a few nodes at mixed costs."""
    rng = np.random.default_rng(seed)
    skus = "ABCDE"
    made = [
        node(
            f"N{n}",
            (float(rng.uniform(0, 9)), float(rng.uniform(0, 9))),
            per_shipment=float(rng.integers(1, 9)),
            per_unit=float(rng.integers(0, 4)),
        )
        for n in range(nodes)
    ]
    held = {n.id: {k: int(rng.integers(0, deep + 1)) for k in skus} for n in made}
    orders = [
        order(
            f"o{i:02}",
            *(
                line(f"l{j}", str(k), int(rng.integers(1, 3)))
                for j, k in enumerate(
                    rng.choice(list(skus), rng.integers(1, 4), replace=False)
                )
            ),
            at=(float(rng.uniform(0, 9)), float(rng.uniform(0, 9))),
        )
        for i in range(count)
    ]
    settled = Policy(**{"costs": [Handling()], "unfilled_penalty": 30.0, **policy})
    return Router(
        network(*made, items=[item(k) for k in skus]), stock(**held), settled
    ), orders


def one_by_one(router, orders):
    """Route and reserve one order after another, by id; what it costs."""
    inventory = Inventory(
        Stock(node=n.id, sku=k.sku, on_hand=router.inventory.available(n.id, k.sku))
        for n in router.network.nodes
        for k in router.network.items
    )
    total = 0.0
    for one in sorted(orders, key=lambda o: o.id):
        result = Router(router.network, inventory, router.policy).route(one)
        inventory.reserve(result.plan)
        total += result.cost
    return total


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("seconds", [0.0, 1.5])
def test_never_worse_than_one_by_one(seed, seconds):
    """With no time at all and with some: bounded, judged, at most the cost in turn."""
    router, orders = drawn(seed)

    batch = router.route_batch(orders, time_limit_s=seconds)

    assert batch.bound <= batch.cost <= one_by_one(router, orders) + 1e-6
    plans = [result.plan for result in batch]
    assert not check_together(plans, router.network, router.inventory)
    assert batch.cost == pytest.approx(sum(result.cost for result in batch))


@pytest.mark.parametrize(
    "policy",
    [
        {"splits": SplitLimits(max_shipments=1)},
        {"splits": SplitLimits(ship_complete=True)},
        {"splits": SplitLimits(split_price=2.0)},
        {"splits": SplitLimits(max_nodes=1, over_limit_price=3.0, split_price=1.0)},
        {"splits": SplitLimits(min_part_value=5.0)},
        {"rules": [SafetyStock(units=1)]},
        {"rules": [SafetyStock(units=1, price=3.0)]},
        {"objective": "fewest_shipments"},
        {"solve": {"method": "mip"}},
    ],
    ids=str,
)
def test_limits_hold_in_a_batch(policy):
    """Whatever an order by itself must keep, it keeps in company."""
    router, orders = drawn(1, count=6, **policy)

    batch = router.route_batch(orders, time_limit_s=1)

    assert batch.bound <= batch.cost < math.inf
    limits = router.policy.splits
    for result in batch:
        assert len(result.plan.shipments) <= (limits.max_shipments or 99)
        is_whole = not result.plan.unfilled or not result.plan.shipments
        assert is_whole or not limits.ship_complete


def test_rows_may_come_in_any_order():
    """The same orders the other way round: the same plan for each."""
    router, orders = drawn(3, count=6)

    first = router.route_batch(orders, time_limit_s=20, gap=0.0)
    again = router.route_batch(orders[::-1], time_limit_s=20, gap=0.0)

    assert first.is_optimal
    assert again.results[::-1] == first.results


def test_progress_is_told_and_can_stop_the_search():
    """The bound and the cost, now and then; an answer of False is the end."""
    router, orders = drawn(2, count=30, deep=9)
    told = []

    def watch(bound, cost):
        told.append((bound, cost))
        return False

    batch = router.route_batch(orders, time_limit_s=60, gap=0.0, progress=watch)

    assert len(told) == 1
    assert batch.elapsed_s < 30
    assert math.isfinite(batch.cost)


def test_bad_batches_are_refused_whole():
    """Every fault of every order at once, and of the options."""
    router, _ = contest()
    orders = [
        order("o1", A=1),
        order("o1", Z=1),
        order("o2", line("l", "A", pinned_node="X")),
    ]

    with pytest.raises(InputError) as raised:
        router.route_batch(
            orders, time_limit_s=math.nan, gap=2.0, seed=-1, first_come="yes"
        )

    assert [(issue.code, issue.where) for issue in raised.value.issues] == [
        ("duplicate_id", "order 'o1'"),
        ("unknown_id", "order 'o1' line 'Z'"),
        ("unknown_id", "order 'o2' line 'l'"),
        ("out_of_range", "time_limit_s"),
        ("out_of_range", "gap"),
        ("out_of_range", "seed"),
        ("wrong_type", "first_come"),
    ]


def test_the_judge_of_batches_sees_what_is_taken_twice():
    """Two sound plans that take the same unit, and one node's only order."""
    limited = node("N1", capacity=Capacity(limit=1, measure="orders"))
    router = Router(network(limited), stock(N1={"A": 1}), PLAIN)
    plans = [router.route(order(name, A=1)).plan for name in ("o1", "o2")]

    found = check_together(plans, router.network, router.inventory)

    assert [issue.code for issue in found] == ["oversold", "capacity"]
    assert not check_together(plans[:1], router.network, router.inventory)


@pytest.mark.parametrize("measure", ["orders", "lines", "units", "workload"])
def test_every_measure_of_capacity_is_counted(measure):
    """Two orders of two lines, three units each, at a node that does one of them."""
    most = {"orders": 1, "lines": 2, "units": 3, "workload": 6}[measure]
    nodes = [
        node("N1", capacity=Capacity(limit=most, measure=measure)),
        node("N2", per_shipment=5.0),
    ]
    held = {"A": 9, "B": 9}
    router = Router(network(*nodes), stock(N1=held, N2=held), PLAIN)
    orders = [order(f"o{i}", A=1, B=2) for i in range(2)]
    quotes = Quotes(workload={(o.id, k, "N1"): 2.0 for o in orders for k in "AB"})

    batch = router.route_batch(orders, quotes=quotes, time_limit_s=5)

    assert batch.is_optimal
    assert sorted(result.plan.node_ids for result in batch) == [("N1",), ("N2",)]


@st.composite
def batches(draw):
    """Draw two or three orders, and all that they are routed with."""
    problem = draw(problems(most_ways=150, curves=False))
    orders = [problem.order.model_copy(update={"id": "a"})]
    for name in draw(st.sampled_from(("b", "bc"))):
        other = draw(orders_of(problem.network, 150))
        orders.append(other.model_copy(update={"id": name}))
    return problem, orders


def enclosed(batch, **wave):
    """Route a batch; bound, then brute force, then cost."""
    problem, orders = batch
    policy = tuned(problem.policy, wave=wave)
    router = Router(problem.network, problem.inventory, policy)
    least = best_cost(orders, *problem[1:])

    result = router.route_batch(orders, quotes=problem.quotes, time_limit_s=0.3)

    slack = 1e-6 * max(1.0, abs(least) if math.isfinite(least) else 1.0)
    return result.bound - slack <= least <= result.cost + slack


@settings(deadline=None)
@given(batches())
def test_bound_and_cost_enclose_the_optimum(batch):
    """Whatever the rules."""
    assert enclosed(batch)


@settings(deadline=None)
@given(batches())
def test_so_they_do_as_large_waves_are_searched(batch):
    """Through a lens of one node, and by negotiation instead of one program."""
    through_a_lens = {"kept": 1, "wide": 0.0}
    assert enclosed(batch, planning={"joint": 0}, search=through_a_lens)


def test_a_node_beyond_its_limit_has_nothing_to_give():
    """Nine orders are reserved at N4 when its limit falls to two: 3 + 1 + 50."""

    def router(limit, inventory):
        nodes = [
            node("N1", per_shipment=1.0),
            node("N2", per_shipment=3.0),
            node("N4", capacity=Capacity(limit=limit, measure="orders")),
        ]
        return Router(network(*nodes), inventory, PLAIN)

    held = stock(N1={"A": 1}, N2={"A": 1}, N4={"C": 99})
    for at in range(9):
        held.reserve(router(9, held).route(order(f"p{at}", C=1)).plan)
    orders = [
        order("o1", A=1),
        order("o2", line("l", "A", excluded_nodes=["N2"])),
        order("o3", C=1),
    ]

    batch = router(2, held).route_batch(orders, time_limit_s=5)

    assert batch.is_optimal
    assert batch.cost == pytest.approx(54.0)


@pytest.mark.parametrize("penalty", [None, 50.0])
@pytest.mark.parametrize(
    "splits",
    [
        SplitLimits(split_price=5.0),
        SplitLimits(max_shipments=1, over_limit_price=5.0),
    ],
    ids=["split", "over"],
)
def test_splits_are_paid_for_even_where_all_must_be_filled(penalty, splits):
    """N3 has both at 4; N1 and N2 together cost 2, and 5 more for the split."""
    nodes = [
        node("N1", per_shipment=1.0),
        node("N2", per_shipment=1.0),
        node("N3", per_shipment=4.0),
    ]
    policy = Policy(costs=[Handling()], unfilled_penalty=penalty, splits=splits)
    held = stock(N1={"A": 5}, N2={"B": 5}, N3={"A": 5, "B": 5})
    orders = [order("o1", A=1, B=1), order("o2", A=1, B=1)]

    batch = Router(network(*nodes), held, policy).route_batch(orders, time_limit_s=5)

    assert batch.is_optimal
    assert batch.cost == pytest.approx(8.0)


def test_orders_that_cannot_be_had_even_alone_are_found():
    """Nine of A where three nodes have one each: set aside, whatever else there is."""
    nodes = [node(f"N{at}", per_shipment=1.0) for at in range(3)]
    held = stock(**{f"N{at}": {"A": 1, "B": 1} for at in range(3)})
    router = Router(network(*nodes), held, PLAIN)
    orders = [
        order("o1", line("l", "A", 9, must_fill=True)),
        order("o2", B=2),
        order("o3", A=2),
    ]

    batch = router.route_batch(orders, time_limit_s=60)

    assert batch.elapsed_s < 30
    assert batch.status is Status.INFEASIBLE
    assert [result.cost for result in batch] == [math.inf, 2.0, 2.0]


def test_greedy_batches_are_no_worse_than_greedy_in_turn():
    """N1 does one order; the second is left no offer there, not one that fails."""
    nodes = [
        node("N1", per_shipment=1.0, capacity=Capacity(limit=1, measure="orders")),
        node("N2", per_shipment=7.0),
    ]
    greedy = PLAIN.model_copy(update={"solve": SolveOptions(method="greedy")})
    held = stock(N1={"A": 5}, N2={"A": 5})
    router = Router(network(*nodes), held, greedy)

    batch = router.route_batch([order("o1", A=1), order("o2", A=1)], time_limit_s=0.5)

    assert batch.cost == pytest.approx(8.0)


def test_nothing_that_can_be_done_but_a_loner_is_no_crash():
    """In tables only what is impossible; beside it an order with a part value."""
    nodes = [node(f"N{at}", kind="store", per_shipment=1.0 + at) for at in range(2)]
    held = stock(N0={"A": 1, "B": 1}, N1={"A": 1, "B": 1})
    router = Router(network(*nodes), held, PLAIN)
    near = Delivery(method="pickup", radius_km=500.0)
    orders = [
        order("o1", line("l", "A", 3, must_fill=True)),
        order("o2", A=1, B=1, delivery=near),
        order("o3", A=1, B=1, delivery=near),
    ]

    batch = router.route_batch(orders, time_limit_s=0.5)

    assert [result.cost for result in batch] == [math.inf, 1.0, 2.0]


def rivals():
    """One unit of A at all; to leave o1 costs 20, to leave o2 three times as much."""
    router = Router(
        network(node("N1", per_shipment=1.0)),
        stock(N1={"A": 1}),
        Policy(costs=[Handling()], unfilled_penalty=20.0),
    )
    second = order("o2", A=1).model_copy(update={"weight": 3.0})
    return router, [order("o1", A=1), second]


@pytest.mark.parametrize("first_come", [False, True])
def test_who_comes_first_keeps_the_unit_if_that_is_asked(first_come):
    """By cost o2 has it, 1 + 20; first come, first served: o1, 1 + 60, proven."""
    router, orders = rivals()

    batch = router.route_batch(orders, time_limit_s=5, first_come=first_come)

    left = [r.order_id for r in batch if r.plan.unfilled]
    assert left == (["o2"] if first_come else ["o1"])
    assert batch.cost == pytest.approx(61.0 if first_come else 21.0)
    assert batch.is_optimal


def test_first_come_gives_no_plan_of_one_to_another():
    """
    Where o1 takes a unit of two, o2 must have both and has no plan.

    By cost o2 would have both, 1.0 in all, beside o1 that has none of its own.
    """
    router = Router(network(node("N1", per_shipment=1.0)), stock(N1={"A": 2}), PLAIN)
    orders = [
        order("o1", line("l", "A", 1, must_fill=True)),
        order("o2", line("l", "A", 2, must_fill=True)),
        order("o3", line("l", "A", 1)),
    ]

    batch = router.route_batch(orders, time_limit_s=0.5, first_come=True)

    assert [r.cost for r in batch] == [1.0, math.inf, 1.0]
    assert not batch.results[2].plan.unfilled


@settings(deadline=None, max_examples=100)
@given(batches())
def test_first_come_leaves_nobody_with_less(batch):
    """Line by line, each order has at least what turns would give it."""
    problem, orders = batch
    router = Router(problem.network, problem.inventory, problem.policy)
    given = {"quotes": problem.quotes, "first_come": True}
    # What turns give an order of the integer program is a matter of its seconds.
    alone = [router.route(one, quotes=problem.quotes) for one in orders]
    assume(all(result.method == "subset" for result in alone))

    turns = router.route_batch(orders, time_limit_s=0.0, **given)
    joint = router.route_batch(orders, time_limit_s=0.2, **given)

    for before, after in zip(turns, joint, strict=True):
        if math.isfinite(before.cost):
            assert math.isfinite(after.cost)
            had = {u.line_id: u.quantity for u in before.plan.unfilled}
            for part in after.plan.unfilled:
                assert part.quantity <= had.get(part.line_id, 0)
    assert joint.cost <= turns.cost + 1e-9 * max(1.0, abs(turns.cost))


def two_wishes(lines, **second):
    """One node with two A: o1 wants both and comes first, o2 one, and matters more."""
    made = network(node("N1", kind="store"), items="AB")
    early = datetime(2026, 3, 1, tzinfo=UTC)
    orders = [
        order("o1", A=2, placed_at=early),
        order("o2", *lines, weight=3.0, **second),
    ]
    return made, orders


@pytest.mark.parametrize("must_fill", [False, True])
@pytest.mark.parametrize(
    ("delivery", "policy"),
    [
        (Delivery(), {}),
        (Delivery(method="pickup", node="N1"), {}),
        (Delivery(method="pickup", radius_km=50.0), {}),
        (Delivery(), {"splits": SplitLimits(min_part_value=0.01)}),
        (Delivery(), {"solve": {"method": "mip"}}),
        (Delivery(), {"solve": {"method": "greedy"}}),
        (Delivery(), {"solve": {"method": "nearest_first"}}),
        (Delivery(), {"rules": [SafetyStock(units=0, orders={"channels": ["app"]})]}),
    ],
    ids=["ship", "named", "radius", "part value", "mip", "greedy", "chain", "safety"],
)
def test_who_came_first_gives_back_whatever_orders_ask(delivery, policy, must_fill):
    """
    Of two units at no cost o1 takes two; a unit left costs 1000, of o2 3000.

    o1 gives one back: 1000. Without that it would be 3000; with ``must_fill`` no plan.
    """
    lines = [line("l", "A", must_fill=must_fill)]
    made, orders = two_wishes(lines, delivery=delivery)
    settled = Policy(costs=[], unfilled_penalty=1000.0, **policy)

    batch = Router(made, stock(N1={"A": 2}), settled).route_batch(
        orders, time_limit_s=20, gap=0
    )

    assert batch.is_optimal
    assert batch.cost == pytest.approx(1000.0)
    assert batch.bound == pytest.approx(1000.0)


def test_orders_of_two_counts_give_back_as_well():
    """o2 has two deliveries, and limits on shipments and on nodes: 1000 as before."""
    elsewhere = Delivery(to=place((1.0, 1.0)))
    lines = [line("l1", "A"), line("l2", "B", delivery=elsewhere)]
    made, orders = two_wishes(lines)
    both = SplitLimits(max_shipments=2, max_nodes=1)
    settled = Policy(costs=[], unfilled_penalty=1000.0, splits=both)

    batch = Router(made, stock(N1={"A": 2, "B": 1}), settled).route_batch(
        orders, time_limit_s=20, gap=0
    )

    assert batch.statistics.tabled == 1
    assert batch.is_optimal
    assert batch.cost == pytest.approx(1000.0)


@pytest.mark.parametrize("quantities", [(2,), (1, 1)], ids=["line", "lines"])
def test_bound_of_an_order_is_what_it_costs_alone(quantities):
    """One of two units is there: the other is left, whoever else is in the wave."""
    lines = [line(f"l{at}", "A", units) for at, units in enumerate(quantities)]
    router = Router(
        network(node("N1", per_unit=1.0)),
        stock(N1={"A": 1}),
        Policy(costs=[Handling()], unfilled_penalty=5.0),
    )

    batch = router.route_batch([order("o1", *lines)], time_limit_s=5)

    (result,) = batch.results
    assert (result.cost, result.bound, result.status) == (6.0, 6.0, "optimal")


def test_wave_costs_at_least_what_its_orders_cost_alone():
    """In next to no time, too: one of two units is there, and both orders want two."""
    router = Router(
        network(node("N1", per_unit=1.0)),
        stock(N1={"A": 1}),
        Policy(costs=[Handling()], unfilled_penalty=5.0),
    )
    orders = [order("o1", A=2), order("o2", A=2)]

    batch = router.route_batch(orders, time_limit_s=1e-3)

    assert [result.bound for result in batch] == [6.0, 6.0]
    assert batch.bound >= 12.0 - 1e-9


def test_the_bound_of_a_wave_is_no_less_than_what_its_orders_cost_alone():
    """
    Orders of fourteen lines stand in no table: two nodes hold each seven of them.

    A shipment costs 50 and no unit anything, so an order costs 2 x 50 alone, where one
    shipment would be 50; stopped at once, the wave is said to cost 2 x 100 at least.
    """
    names = [f"s{at}" for at in range(14)]
    made = network(
        node("N1", per_shipment=50.0), node("N2", per_shipment=50.0),
        items=[item(name) for name in names],
    )  # fmt: skip
    held = stock(N1=dict.fromkeys(names[:7], 3), N2=dict.fromkeys(names[7:], 3))
    orders = [order(f"o{at}", **dict.fromkeys(names, 1)) for at in range(2)]
    settled = Policy(costs=[Handling()], unfilled_penalty=90.0)

    batch = Router(made, held, settled).route_batch(orders, time_limit_s=20)

    assert batch.statistics.tabled == 0
    assert batch.is_optimal
    assert batch.cost == pytest.approx(200.0)
