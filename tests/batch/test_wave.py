"""Orders priced side by side, against the kernel asked in turn at the same prices."""

from types import SimpleNamespace

import numpy as np
import pytest

from domroute.batch import tables
from domroute.batch.prices import Ascent
from domroute.batch.repricing import reprice, restrict, uses
from domroute.sourcing.kernel import decide
from waves import drawn, random_prices

FOUR = ("orders", "lines", "units", "workload")
"""All that a node may count at once."""


@pytest.mark.parametrize(
    "splits",
    [
        {},
        {"max_shipments": 1},
        {"max_shipments": 2},
        {"max_nodes": 1, "over_limit_price": 2.5, "split_price": 1.5},
        {"ship_complete": True},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "measure", [None, "orders", "lines", "units", "workload", FOUR]
)
@pytest.mark.parametrize("seed", range(3))
def test_side_by_side_is_as_one_by_one(seed, measure, splits):
    """At any prices: never above the kernel's cost, equal where no node comes twice."""
    wave, router, orders = drawn(seed, measure=measure, splits=splits)
    prices = random_prices(wave, seed)

    answer = wave.ask(prices)

    assert not wave.loners
    picked = [[] for _ in orders]
    for table, picks in zip(wave.tables, answer.picks, strict=True):
        for place, column in zip(picks.order, picks.column, strict=True):
            picked[table.orders[place]].append(int(table.node[column]))
    for at, one in enumerate(orders):
        offers = router._compiled.offers(one, None)
        priced = reprice(offers, wave.cells.of(offers), prices, wave.arrays)
        exact = decide(priced, wave.policy, wave.arrays).bound
        assert answer.values[at] <= exact + 1e-9
        if len(set(picked[at])) == len(picked[at]):
            assert answer.values[at] == pytest.approx(exact)


@pytest.mark.parametrize(
    "policy",
    [
        {"splits": {"min_part_value": 0.01}},
        {"solve": {"method": "mip"}},
        {"solve": {"method": "greedy"}},
    ],
    ids=str,
)
def test_orders_with_limits_of_their_own_are_priced_like_the_others(policy):
    """They have a table to themselves; what they cost is no less, and they use it."""
    wave, *_ = drawn(1)
    other, *_ = drawn(1, **policy)
    prices = random_prices(wave, 1)

    ours, theirs = wave.ask(prices), other.ask(prices, is_strict=True)

    assert not other.loners
    assert (theirs.values >= ours.values - 1e-9).all()
    assert other.bound(theirs, prices) >= wave.bound(ours, prices) - 1e-9
    assert theirs.usage.units.sum() == pytest.approx(ours.usage.units.sum(), rel=0.2)


def test_what_is_asked_in_passing_is_the_quicker_question():
    """Unless told to be strict, a wave and its tables let a node come twice."""
    wave, *_ = drawn(0, count=20)
    prices = random_prices(wave, 0)

    loose, strict = wave.ask(prices), wave.ask(prices, is_strict=True)

    assert (loose.values < strict.values - 1e-6).sum() > 3
    assert loose.values.tolist() == wave.ask(prices, is_strict=False).values.tolist()
    for table in wave.tables:
        values, _ = table.solve(prices)
        assert values.tolist() == loose.values[table.orders].tolist()


@pytest.mark.parametrize("is_strict", [False, True])
def test_tables_cut_into_pieces_answer_as_the_whole(is_strict, monkeypatch):
    """However few columns are looked at together, nothing else is found."""
    wave, *_ = drawn(1, count=20)
    prices = random_prices(wave, 1)
    whole = wave.ask(prices, is_strict=is_strict)

    monkeypatch.setattr(tables, "_AT_ONCE", 1)
    cut = wave.ask(prices, is_strict=is_strict)

    assert max(len(table.chunks()) for table in wave.tables) > 1
    assert cut.values.tolist() == whole.values.tolist()
    assert cut.usage.units.tolist() == whole.usage.units.tolist()


def test_prices_climb_to_a_higher_bound():
    """The bound at the best prices is above the bound at none, and says its prices."""
    wave, *_ = drawn(2, count=40)

    ascent = Ascent.start(wave)
    before = ascent.bound
    ascent.climb(lambda: ascent.steps >= 200)

    assert ascent.bound > before
    assert wave.bound(wave.ask(ascent.prices), ascent.prices) == ascent.bound
    assert (ascent.prices.units[~wave.is_contended] == 0).all()


def test_what_others_take_is_missing():
    """The kernel's best takes, taken off: an order asked again cannot have them."""
    wave, router, orders = drawn(3, measure="units")
    offers = router._compiled.offers(orders[0], None)
    cell = wave.cells.of(offers)
    takes = decide(offers, wave.policy, wave.arrays).takes
    used = wave.no_usage()

    for cells, units, rows, load in uses(offers, cell, takes, wave.arrays):
        used.units[cells] += units
        np.add.at(used.load, rows, load)
    rows = wave.arrays.capacity.of_node[:, offers.problem.nodes]
    left = restrict(offers, used.units[cell], used.load[rows], wave.arrays)

    assert used.units.sum() == used.load.sum() == sum(t.units.sum() for t in takes)
    gone = offers.eligibility.stock - left.eligibility.stock
    assert gone.sum() == used.units.sum()
    assert (left.eligibility.capacity <= offers.eligibility.capacity).all()


@pytest.mark.parametrize(("alone", "seconds"), [((), 6.0), ((0, 3), 3.0)])
def test_orders_that_stand_in_no_table_share_a_turn(alone, seconds):
    """Few of them may take long, many not: one that is named is one of them."""
    wave, *_ = drawn(1)
    wave.loners = tuple(SimpleNamespace(at=at) for at in alone)
    wave.named = {3: "greedy"} if alone else {}

    wave.share_time(6.0)

    assert wave.loner_s == seconds
