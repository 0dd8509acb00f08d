"""What one more unit saves is what the program says once the unit is there."""

import numpy as np
import pytest

from builders import line, network, node, order, pickup, stock
from domroute import Inventory, Stock
from domroute.costs import Handling, StockLevel, StockValue
from domroute.errors import InputError
from domroute.online.saving import with_one_more
from domroute.policy import Policy
from domroute.router import Router
from domroute.rules import SafetyStock
from online.test_valuing import (
    LATER,
    NOW,
    SKUS,
    ahead,
    drawn,
    expect,
    on_hand,
    program,
    value,
)

NODES = ("N0", "N1", "N2")
CELLS = [(name, sku) for name in NODES for sku in SKUS]


def saved(term):
    """Return what one more unit saves by (node, SKU)."""
    return {(row.node, row.sku): row.saves for row in term.savings}


def differences(router, orders, numbers):
    """Solve the program over every plan that stock allows, and with a unit more."""
    held = {**dict.fromkeys(CELLS, 0.0), **on_hand(router)}

    def cost(units_of):
        inventory = Inventory(
            Stock(node=name, sku=sku, on_hand=units)
            for (name, sku), units in units_of.items()
        )
        there = Router(router.network, inventory, router.policy)
        return program(there, orders, numbers, units_of)

    before = cost(held)
    return {cell: before - cost({**held, cell: held[cell] + 1}) for cell in held}


@pytest.mark.parametrize("seed", range(8))
def test_savings_are_finite_differences(seed):
    """Of random kinds of orders over random stock, in every cell, empty ones too."""
    router, orders, rng = drawn(seed)
    numbers = rng.integers(0, 4, len(orders)).astype(float)

    term = value(router, expect(orders, numbers))

    found = saved(term)
    for cell, expected in differences(router, orders, numbers).items():
        assert found.get(cell, 0.0) == pytest.approx(expected, abs=1e-4), cell
    assert all(row.is_exact for row in term.savings)


@pytest.mark.parametrize("seed", range(4))
def test_savings_not_tried_are_upper_limits(seed):
    """Where the unit is not tried, it saves at most what is told; and that is said."""
    router, orders, rng = drawn(seed, solve=ahead(again=2))
    numbers = rng.uniform(0, 3, len(orders))

    term = value(router, expect(orders, numbers))

    expected = differences(router, orders, numbers)
    exact = [row for row in term.savings if row.is_exact]
    assert len(exact) <= 2
    for row in term.savings:
        assert row.saves >= expected[row.node, row.sku] - 1e-4
    for row in exact:
        assert row.saves == pytest.approx(expected[row.node, row.sku], abs=1e-4)


def far_and_near(**held):
    """Make a node far from the customer, and one near, that hold so much of A."""
    return Router(
        network(node("far", per_shipment=20.0), node("near", per_shipment=5.0)),
        stock(**{name: {"A": units} for name, units in held.items()}),
        Policy(costs=[Handling()], unfilled_penalty=50.0),
    )


def test_empty_node_may_be_worth_most():
    """Four orders, three units far: a fourth saves 50 - 20 there, and 50 - 5 near."""
    term = value(far_and_near(far=3), expect([order(A=1)], [4.0]))

    assert [(r.node, r.available, r.saves) for r in term.savings] == [
        ("near", 0, pytest.approx(45.0)),
        ("far", 3, pytest.approx(30.0)),
    ]


def test_unit_that_some_orders_want_saves_for_as_many():
    """Of 0.25 orders expected, one more unit fills a quarter: 0.25 x (50 - 5)."""
    term = value(far_and_near(), expect([order(A=1)], [0.25]))

    assert saved(term)["near", "A"] == pytest.approx(0.25 * 45.0)
    assert saved(term)["far", "A"] == pytest.approx(0.25 * 30.0)


def test_whole_order_may_want_the_unit():
    """Three units are there, and an order of four that goes whole or not at all."""
    router = far_and_near(near=3)
    whole = order("o1", line("l1", "A", 4, allow_split=False))

    term = value(router, expect([whole], [1.0]))

    assert saved(term)["near", "A"] == pytest.approx(4 * 50.0 - 5.0)


def test_unit_that_makes_a_plan_saves_though_few_want_it():
    """A quarter of such an order is expected: four times it would want one unit."""
    router = far_and_near(near=3)
    whole = order("o1", line("l1", "A", 4, allow_split=False))

    term = value(router, expect([whole], [0.25]))

    assert saved(term)["near", "A"] == pytest.approx(0.25 * (4 * 50.0 - 5.0))


def test_second_unit_saves_a_second_shipment():
    """One of two units is far, and one near: with two near, far ships nothing."""
    term = value(far_and_near(far=1, near=1), expect([order(A=2)], [1.0]))

    assert [(row.node, row.saves, row.is_exact) for row in term.savings] == [
        ("near", pytest.approx(20.0), True),
        ("far", pytest.approx(5.0), True),
    ]


@pytest.mark.parametrize("least", [0.0, 15.0])
def test_order_in_no_table_may_be_left_for_its_penalty(least):
    """Two units collected go whole or not at all; what is sent beside them is free."""
    router = Router(
        network(node("N1", kind="store")),
        stock(N1={"A": 1}),
        Policy(costs=[], unfilled_penalty=50.0, splits={"min_part_value": least}),
    )
    two = order(
        "o1",
        line("l0", "A", 2, allow_split=False, delivery=pickup("N1")),
        line("l1", "A", 2, unfilled_penalty=0.0),
    )

    term = value(router, expect([two], [2.0]))

    assert term.bound == pytest.approx(200.0)
    assert [(row.saves, row.is_exact) for row in term.savings] == [(100.0, True)]


def test_savings_are_means_over_futures():
    """Thin stock draws futures: the mean of what each saves, by the same draws."""
    router, kinds = far_and_near(far=3), expect([order(A=1)], [4.0])

    term = value(router, kinds, draws=200, seed=1)

    counts = np.random.default_rng(1).poisson([4.0], size=(200, 1)).ravel()
    # Near fills one order if there is any: of the first three it saves 20 - 5.
    near = np.where(counts > 3, 45.0, np.where(counts > 0, 15.0, 0.0))
    far = np.where(counts > 3, 30.0, 0.0)
    assert saved(term)["near", "A"] == pytest.approx(near.mean(), abs=1e-3)
    assert saved(term)["far", "A"] == pytest.approx(far.mean(), abs=1e-3)


def test_what_is_kept_back_saves_nothing():
    """Of two units kept back and none on hand, one more cannot be promised."""
    router = Router(
        network(node("N1", per_shipment=5.0)),
        Inventory([Stock(node="N1", sku="A", on_hand=0, safety=2)]),
        Policy(costs=[Handling()], unfilled_penalty=50.0),
    )

    assert value(router, expect([order(A=1)], [4.0])).savings == ()


@pytest.mark.parametrize(("units", "saves"), [(1, 0.0), (2, 45.0), (3, 45.0)])
def test_safety_by_rule_counts(units, saves):
    """A rule that keeps two back lets go of one only where there are two already."""
    router = Router(
        network(node("N1", per_shipment=5.0)),
        stock(N1={"A": units}),
        Policy(costs=[Handling()], unfilled_penalty=50.0, rules=[SafetyStock(units=2)]),
    )

    term = value(router, expect([order(A=1)], [4.0]))

    assert saved(term).get(("N1", "A"), 0.0) == pytest.approx(saves)


def test_ample_stock_saves_nothing_more():
    """Where all that is wanted is there at the cheapest node, a unit more is idle."""
    term = value(far_and_near(near=9), expect([order(A=1)], [4.0]))

    assert term.savings == ()
    assert term.one_more().empty


def test_richer_stock_has_a_unit_more_of_all():
    """What is reserved, kept back and sold a day stays, and so does what is loaded."""
    ledger = Inventory(
        [Stock(node="N1", sku="A", on_hand=3, reserved=1, safety=1, velocity=0.5)]
    )
    ledger.start_period({("N1", "orders"): 2.0})

    found = with_one_more(ledger.snapshot(), ["N1", "N2"], ["A", "B"])

    assert found.counts("N1", "A") == (4, 1, 1)
    assert found.velocity("N1", "A") == 0.5
    assert [found.available(*cell) for cell in (("N2", "A"), ("N1", "B"))] == [1, 1]
    assert found.velocity("N2", "B") is None
    assert found.load("N1", "orders") == 2.0


def test_frame_is_ranked():
    """The most comes first, and columns say what they are."""
    frame = value(far_and_near(far=3), expect([order(A=1)], [4.0])).one_more()

    assert list(frame.columns) == ["node", "sku", "available", "saves", "is_exact"]
    assert frame["saves"].is_monotonic_decreasing
    assert frame["node"].tolist() == ["near", "far"]


def test_savings_may_be_left_out():
    """Who does not ask is told so, and prices are the same."""
    router, kinds = far_and_near(far=3), expect([order(A=1)], [4.0])

    plain = router.value_stock(kinds, as_of=NOW, until=LATER, draws=0, savings=False)

    assert plain.savings is None
    assert plain.to_frame().equals(value(router, kinds, rations=False).to_frame())
    with pytest.raises(InputError, match="with savings=True"):
        plain.one_more()


def test_forecast_that_is_too_large_has_no_savings():
    """Where prices are climbed to there is no program to be solved again."""
    made = far_and_near(far=3)
    policy = made.policy.model_copy(update={"solve": ahead(large=0)})
    router = Router(made.network, made.inventory, policy)

    assert value(router, expect([order(A=1)], [4.0])).savings is None


def test_nothing_expected_saves_nothing():
    """An empty forecast has no use for a unit."""
    assert value(far_and_near(far=3), expect([], [])).savings == ()


def test_values_of_stock_do_not_count_as_saved():
    """A policy that charges for units saves what it pays, and not what is charged."""
    router = far_and_near(far=3)
    kinds = expect([order(A=1)], [4.0])
    term = value(router, kinds)
    charged = Router(
        router.network,
        router.inventory,
        router.policy.model_copy(update={"costs": (Handling(), term)}),
    )

    assert saved(value(charged, kinds)) == pytest.approx(saved(term))


def test_terms_that_look_at_stock_are_priced_with_the_unit():
    """With a price on low stock there is a saving still, and it can be found."""
    router = Router(
        network(node("N1", per_shipment=5.0)),
        stock(N1={"A": 1}),
        Policy(costs=[Handling(), StockLevel(price=2.0)], unfilled_penalty=50.0),
    )

    term = value(router, expect([order(A=1)], [4.0]))

    assert 40.0 < saved(term)["N1", "A"] <= 45.0
    assert isinstance(
        StockValue.model_validate_json(term.model_dump_json()), StockValue
    )
    assert StockValue.model_validate_json(term.model_dump_json()) == term
