"""Prices ahead of demand: what a unit of stock is worth to the orders expected."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from ortools.math_opt.python import mathopt

from batch_oracle import _plans, best_cost
from builders import line, network, node, order, stock
from domroute.costs import Backorder, Handling, StockValue, UnitValue
from domroute.errors import InputError, SolverError
from domroute.forecast import ExpectedOrders, Forecast
from domroute.ledger import Inbound, Inventory
from domroute.policy import Policy, SolveOptions
from domroute.router import Router
from domroute.sourcing.master import Master
from domroute.split import SplitLimits

NOW = datetime(2026, 1, 5, tzinfo=UTC)
LATER = NOW + timedelta(days=10)
SKUS = "ABC"


def expect(orders, numbers):
    """Expect some orders so often."""
    return Forecast(
        rows=[
            ExpectedOrders(order=one, number=number)
            for one, number in zip(orders, numbers, strict=True)
        ]
    )


def value(router, forecast, **options):
    """Value the stock for ten days."""
    return router.value_stock(
        forecast, as_of=NOW, until=LATER, **{"draws": 0, "rations": True, **options}
    )


def table(term):
    """Return the values by (node, SKU)."""
    return {(row.node, row.sku): row.value for row in term.values}


def ahead(**numbers):
    """Tune how stock is valued."""
    return SolveOptions(tuning={"ahead": numbers})


def drawn(seed, **policy):
    """Draw a small network with little stock, and kinds of orders."""
    rng = np.random.default_rng(seed)
    nodes = [
        node(f"N{n}", per_shipment=float(rng.integers(1, 90)) / 10) for n in range(3)
    ]
    held = {n.id: {k: int(rng.integers(0, 6)) for k in SKUS} for n in nodes}
    orders = [
        order(
            f"o{i}",
            *(
                line(k, k, int(rng.integers(1, 3)))
                for k in rng.choice(list(SKUS), rng.integers(1, 4), replace=False)
            ),
        )
        for i in range(5)
    ]
    settled = Policy(**{"costs": [Handling()], "unfilled_penalty": 20.0, **policy})
    return Router(network(*nodes), stock(**held), settled), orders, rng


def program(router, orders, numbers, held=None):
    """Solve the fluid program over every plan there is, with other stock if given."""
    model = mathopt.Model()
    held = on_hand(router) if held is None else held
    cells = {key: model.add_linear_constraint(ub=units) for key, units in held.items()}
    cost = 0.0
    for one, number in zip(orders, numbers, strict=True):
        whole = model.add_linear_constraint(lb=number, ub=number)
        for price, units, *_ in _plans(
            one, router.network, router.inventory, router.policy, None
        ):
            plan = model.add_variable(lb=0.0)
            whole.set_coefficient(plan, 1.0)
            cost += price * plan
            for key, count in units.items():
                cells[key].set_coefficient(plan, count)
    model.minimize(cost)
    return mathopt.solve(model, mathopt.SolverType.GLOP).objective_value()


def on_hand(router):
    """Return the units by (node, SKU)."""
    return {(row.node, row.sku): row.on_hand for row in router.inventory}


@pytest.mark.parametrize("seed", range(12))
def test_bound_is_the_program_over_all_plans(seed):
    """Columns found by pricing prove what all columns listed prove."""
    router, orders, rng = drawn(seed)
    numbers = rng.uniform(0, 3, len(orders))

    term = value(router, expect(orders, numbers))

    cost = program(router, orders, numbers)
    assert term.bound == pytest.approx(cost, abs=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_values_are_duals(seed):
    """A cell with one unit more saves no more than its value, one less costs it."""
    router, orders, rng = drawn(seed)
    numbers = rng.uniform(0, 3, len(orders))
    values = table(value(router, expect(orders, numbers)))
    cost = program(router, orders, numbers)

    for key, units in on_hand(router).items():
        for step in (-0.01, 0.01) if units else ():
            # The plans are those of whole units; only the limit gives way.
            held = {**on_hand(router), key: units + step}
            changed = program(router, orders, numbers, held)
            assert changed >= cost - values.get(key, 0.0) * step - 1e-6


def test_value_is_what_the_other_node_costs_more():
    """Ten orders, four units near: one more saves 7 - 2."""
    router = Router(
        network(node("N1", per_shipment=2.0), node("N2", per_shipment=7.0)),
        stock(N1={"A": 4}, N2={"A": 50}),
        Policy(costs=[Handling()]),
    )

    term = value(router, expect([order(A=1)], [10.0]))

    assert [(r.node, r.sku, r.planned, r.per_day) for r in term.values] == [
        ("N1", "A", 4.0, 0.4)
    ]
    assert term.values[0].value == pytest.approx(5.0)
    assert term.bound == pytest.approx(4 * 2.0 + 6 * 7.0)
    assert term.as_of == NOW


@pytest.mark.parametrize("seed", range(6))
def test_bound_is_below_the_best_joint_plan(seed):
    """Each order once: what no joint plan can cost less than."""
    router, orders, _ = drawn(seed)

    term = value(router, expect(orders[:3], [1.0] * 3))

    best = best_cost(orders[:3], router.network, router.inventory, router.policy)
    assert term.bound <= best + 1e-6


def test_ample_stock_is_worth_nothing():
    """Where all orders can have all they may want no unit has a value."""
    router = Router(
        network(node("N1", per_shipment=2.0), node("N2", per_shipment=7.0)),
        stock(N1={"A": 30}, N2={"A": 50}),
        Policy(costs=[Handling()]),
    )

    term = value(router, expect([order("o1", A=2), order("o2", A=1)], [10.0, 9.5]))

    assert term.values == ()
    assert term.bound == pytest.approx(19.5 * 2.0)


@pytest.mark.parametrize("seed", range(4))
def test_climb_proves_almost_as_much(seed):
    """Where the program would be too large prices are climbed to, near the same."""
    router, orders, rng = drawn(seed)
    forecast = expect(orders, rng.uniform(0, 3, len(orders)))
    exact = value(router, forecast)
    climbing, _, _ = drawn(seed, solve=ahead(large=0))

    climbed = value(climbing, forecast)

    assert climbed.bound <= exact.bound + 1e-6
    assert climbed.bound >= exact.bound - 0.01 * abs(exact.bound)


def test_values_found_before_lead_to_the_same():
    """Where to begin changes neither the bound nor, without ties, a value."""
    router, orders, rng = drawn(3)
    forecast = expect(orders, rng.uniform(0, 3, len(orders)))
    first = value(router, forecast)

    again = value(router, forecast, after=first)

    assert again.bound == pytest.approx(first.bound, abs=1e-4)


def test_own_values_are_left_out_of_account():
    """A router whose policy has values finds those that one without them finds."""
    router, orders, rng = drawn(5)
    forecast = expect(orders, rng.uniform(0, 3, len(orders)))
    row = UnitValue(node="N1", sku="A", value=3.0)
    costs = (*router.policy.costs, StockValue(values=[row]))
    policy = router.policy.model_copy(update={"costs": costs})

    valued = Router(router.network, router.inventory, policy)

    assert value(valued, forecast) == value(router, forecast)


def test_draws_see_what_may_be_scarce():
    """As many as expected there are units for; by chance there may be more orders."""
    router = Router(
        network(node("N1", per_shipment=2.0), node("N2", per_shipment=7.0)),
        stock(N1={"A": 3}, N2={"A": 50}),
        Policy(costs=[Handling()]),
    )
    forecast = expect([order(A=1)], [3.0])

    assert value(router, forecast).values == ()
    (row,) = value(router, forecast, draws=200, seed=1).values

    # One more unit saves 5 if more than 3 come, P = 0.353; one less costs 5 if 3 or
    # more do, P = 0.577; either is a price where just 3 come.
    assert 5 * 0.353 - 0.4 < row.value < 5 * 0.577 + 0.4
    assert value(router, forecast, draws=200, seed=1).values == (row,)


def test_thin_stock_is_drawn_for_by_itself():
    """Who does not say how many futures to draw gets some where stock is thin."""
    router = Router(
        network(node("N1", per_shipment=2.0), node("N2", per_shipment=7.0)),
        stock(N1={"A": 3}, N2={"A": 50}),
        Policy(costs=[Handling()]),
    )
    forecast = expect([order(A=1)], [3.5])

    assert value(router, forecast, draws=None).values != value(router, forecast).values


def test_what_is_short_everywhere_keeps_no_order_out():
    """Unless values ration, they say where to take a unit, not whether."""
    router = Router(
        network(node("N1", per_shipment=2.0), node("N2", per_shipment=7.0)),
        stock(N1={"A": 4}, N2={"A": 4}),
        Policy(costs=[Handling()], unfilled_penalty=30.0),
    )
    forecast = expect([order(A=1)], [20.0])

    rationed = table(value(router, forecast))
    plain = table(value(router, forecast, rations=False))

    # Leaving a unit costs 30, shipping it 2 or 7; the difference of the nodes is 5.
    assert rationed == {("N1", "A"): pytest.approx(28.0), ("N2", "A"): (
        pytest.approx(23.0))}  # fmt: skip
    assert plain == {("N1", "A"): pytest.approx(5.0)}


def test_orders_for_the_kernel_alone_are_counted():
    """Kinds with a limit that no table holds are asked singly, and prove as much."""
    limits = {"splits": SplitLimits(max_shipments=2)}
    router, orders, rng = drawn(7, **limits)
    numbers = rng.uniform(0, 3, len(orders))
    tabled = value(router, expect(orders, numbers))
    policy = router.policy.model_copy(update={"solve": SolveOptions(method="mip")})

    alone = Router(router.network, router.inventory, policy)

    assert value(alone, expect(orders, numbers)).bound == pytest.approx(
        tabled.bound, abs=1e-4
    )


def test_what_must_be_filled_and_cannot_is_left():
    """A kind without a plan counts for nothing; of another the rest is left."""
    router = Router(
        network(node("N1", per_shipment=2.0)),
        stock(N1={"A": 3}),
        Policy(costs=[Handling()], unfilled_penalty=None),
    )

    term = value(router, expect([order("o1", A=1), order("o2", B=1)], [5.0, 1.0]))

    assert np.isfinite(term.bound)
    assert table(term)["N1", "A"] > 0


def test_nothing_expected_is_worth_nothing():
    """An empty forecast costs nothing and gives no values."""
    router, _, _ = drawn(1)

    term = value(router, Forecast())

    assert (term.values, term.bound) == ((), 0.0)


def test_faults_of_the_question_are_listed():
    """Unknown SKUs, moments without an offset and odd numbers are told together."""
    router, _, _ = drawn(1)
    forecast = expect([order(Z=1)], [1.0])

    with pytest.raises(InputError) as caught:
        router.value_stock(
            forecast, as_of=NOW.replace(tzinfo=None), until=LATER, draws=-1, seed=0.5
        )  # fmt: skip

    assert [issue.code for issue in caught.value.issues] == [
        "unknown_id", "naive_datetime", "out_of_range", "out_of_range",
    ]  # fmt: skip


def test_horizon_has_a_length():
    """It ends after it begins."""
    router, _, _ = drawn(1)

    with pytest.raises(InputError, match="should be after as_of"):
        router.value_stock(Forecast(), as_of=NOW, until=NOW)


@pytest.mark.parametrize("large", [0, 10**9])
def test_what_must_be_filled_has_a_finite_value(large):
    """More is expected than there is, and nothing may be left: values stay amounts."""
    router = Router(
        network(node("N1", per_shipment=2.0), node("N2", per_shipment=7.0)),
        stock(N1={"A": 4}, N2={"A": 5}),
        Policy(costs=[Handling()], unfilled_penalty=None, solve=ahead(large=large)),
    )

    term = value(router, expect([order(A=1)], [20.0]))

    # Leaving one of the 11 that are too many costs 10 x 2; by the bound, 4 x 2 + 5 x 7.
    assert term.bound == pytest.approx(11 * 20 + 8 + 35, rel=1e-3)
    assert table(term)["N1", "A"] == pytest.approx(18.0, rel=0.05)


def test_nodes_open_since_the_examples_were_placed_count():
    """An order of last year stands for orders to come, which the new node may fill."""
    new = node("N1", per_shipment=2.0, active_from=NOW - timedelta(days=9))
    router = Router(
        network(new, node("N2", per_shipment=7.0)),
        stock(N1={"A": 4}, N2={"A": 50}),
        Policy(costs=[Handling()]),
    )
    old = order(A=1, placed_at=NOW - timedelta(days=300))

    assert table(value(router, expect([old], [10.0]))) == {
        ("N1", "A"): pytest.approx(5.0)
    }


def test_cost_below_the_bound_is_not_believed(monkeypatch):
    """Where simplex halves the cost, that ends no search; the bound is our own."""
    router, orders, rng = drawn(2)
    forecast = expect(orders, rng.uniform(0, 3, len(orders)))
    known = value(router, forecast).bound
    solve = Master.solve

    def halved(self):
        duals = solve(self)
        return replace(duals, cost=duals.cost / 2)

    monkeypatch.setattr(Master, "solve", halved)

    with pytest.warns(RuntimeWarning, match="simplex says that plans cost"):
        term = value(router, forecast)

    assert term.bound == pytest.approx(known)


@pytest.mark.parametrize("lie", [{"cost": 2.0}, {"prices": 3.0}, {"values": 0.0}])
@pytest.mark.parametrize("seed", [2, 3])
def test_simplex_that_lies_proves_nothing(lie, seed, monkeypatch):
    """A bound at whatever prices holds, and what the two disagree on is not exact."""
    router, orders, rng = drawn(seed)
    forecast = expect(orders, rng.uniform(0, 3, len(orders)))
    known = value(router, forecast)
    saves = {(one.node, one.sku): one.saves for one in known.savings}
    solve = Master.solve

    def lying(self):
        duals = solve(self)
        told = {name: getattr(duals, name) * by for name, by in lie.items()}
        return replace(duals, **told)

    monkeypatch.setattr(Master, "solve", lying)

    term = value(router, forecast)

    assert term.bound <= known.bound + 1e-6
    for one in term.savings:
        if one.is_exact:
            assert one.saves == pytest.approx(saves[one.node, one.sku], abs=1e-3)


@pytest.mark.parametrize("seed", [2, 3])
def test_values_without_a_solver(seed, monkeypatch):
    """Where simplex fails values are climbed to; what one more saves is not told."""
    router, orders, rng = drawn(seed)
    forecast = expect(orders, rng.uniform(0, 3, len(orders)))
    known = value(router, forecast)

    def fail(_):
        raise SolverError("failed")

    monkeypatch.setattr(Master, "solve", fail)

    term = value(router, forecast)

    assert known.savings is not None
    assert term.savings is None
    assert 0.98 * known.bound <= term.bound <= known.bound + 1e-6


@pytest.mark.parametrize("savings", [False, True])
def test_what_is_to_come_is_no_part_of_what_stock_is_worth(savings):
    """Lines that may wait are expected as though they might not, whatever arrives."""
    at = NOW + timedelta(days=1)
    nodes = node("N1", per_shipment=1.0), node("N2", per_shipment=4.0)
    made = network(*nodes, items="A")
    policy = Policy(
        costs=[Handling(), Backorder(per_unit=0.5)],
        unfilled_penalty=30.0,
        allow_backorder=True,
    )
    never = policy.model_copy(update={"allow_backorder": False})
    held = stock(N1={"A": 1}, N2={"A": 2})
    coming = [
        row.model_copy(update={"inbound": (Inbound(at=at, quantity=5),)})
        for row in held
    ]
    wanted = expect([order("o1", A=1, placed_at=NOW)], [4.0])

    waits = value(Router(made, Inventory(coming), policy), wanted, savings=savings)
    plain = value(Router(made, held, never), wanted, savings=savings)

    assert table(waits) == table(plain)
    assert waits.savings == plain.savings
