"""The compiled kernel beside NumPy: the same answers, plans and draws, to the bit."""

from dataclasses import replace

import numpy as np
import pytest

from domroute.batch.crowding import CrowdedAscent
from domroute.batch.incumbent import Incumbent
from domroute.batch.negotiation import Negotiation
from domroute.batch.prices import Ascent
from domroute.batch.ruin import Ruin
from domroute.batch.state import plain
from waves import drawn, random_prices

pytest.importorskip("numba", reason="the extra `fast` is not installed")

from domroute.batch.fast import Fast, FastIncumbent, FastRuin
from domroute.batch.loading import is_loaded, load

KINDS = [
    ({}, None),
    ({"splits": {"max_shipments": 2}}, "orders"),
    (
        {"splits": {"max_nodes": 1, "over_limit_price": 2.5, "split_price": 1.5}},
        "units",
    ),
    ({"splits": {"ship_complete": True}}, "workload"),
    ({}, ("orders", "units")),
    ({"splits": {"max_shipments": 2}}, ("lines", "units", "workload")),
]


def all_of(answer):
    """Put all that an answer says side by side, to be compared to the last bit."""
    picks = [
        (p.order.tolist(), p.part.tolist(), p.column.tolist()) for p in answer.picks
    ]
    usage = answer.usage
    return answer.values.tolist(), usage.units.tolist(), usage.load.tolist(), picks


@pytest.mark.parametrize(("policy", "measure"), KINDS, ids=str)
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("is_quiet", [False, True])
def test_answers_are_the_same(seed, policy, measure, is_quiet):
    """At random prices, strictly or not, on one thread or all."""
    wave, *_ = drawn(seed, count=40, measure=measure, **policy)
    prices = random_prices(wave, seed)
    fast = replace(Fast.of(wave), is_quiet=is_quiet)

    for is_strict in (False, True):
        wave.solve = None
        ours = wave.ask(prices, is_strict=is_strict)
        wave.solve = fast.solve
        assert all_of(wave.ask(prices, is_strict=is_strict)) == all_of(ours)


@pytest.mark.parametrize("seed", range(3))
def test_crowded_answers_are_the_same(seed):
    """At prices on half a cell or more, as they are after some steps."""
    wave, *_ = drawn(seed, count=40)
    ascent = CrowdedAscent.after(Ascent.start(wave))
    ascent.climb(lambda: ascent.steps >= 30)
    prices = ascent.prices

    ours = wave.ask(prices, is_strict=True)
    wave.solve = Fast.of(wave).solve

    assert prices.crowding is not None
    assert prices.crowding.halves.any()
    assert all_of(wave.ask(prices, is_strict=True)) == all_of(ours)


def search(wave, hands, make):
    """Place all, at prices and without, and improve; say all that was found."""
    hands.settle_all(range(wave.count), wave.free_prices())
    found = [hands.rank()]
    ascent = Ascent.start(wave)
    ascent.climb(lambda: ascent.steps >= 40)
    hands.clear()
    for share in (1.0, 0.5, 0.0):
        hands.settle_all(range(wave.count), ascent.prices.times(share))
        found.append(hands.rank())
    kept = hands.copy()
    ruin = make(hands, ascent.prices, ascent.answer, 7)
    found += [ruin.turns(150, 3.0), ruin.turns(150, 0.0), hands.rank()]
    incumbent = plain(hands)
    found += [
        [(p.cost, p.picks) for p in incumbent.placed if p],
        incumbent.left.tolist(),
    ]
    hands.restore(kept)
    return [*found, hands.rank()]


def negotiate(wave, hands):
    """Negotiate some rounds, and place again what is over; say all that happened."""
    ascent = Ascent.start(wave)
    ascent.climb(lambda: ascent.steps >= 20)
    hands.settle_all(range(wave.count), wave.free_prices())
    negotiation = Negotiation(hands, ascent.prices, ascent.answer, 3)
    found = []
    for turn in range(12):
        negotiation.round(turn / 12)
        incumbent = plain(hands)
        found.append(
            (negotiation.moved, incumbent.left.tolist(), incumbent.room.tolist())
        )
        prices = negotiation.prices
        found.append((prices.units.tolist(), prices.load.tolist()))
    lifted = negotiation.publish()
    hands.settle_all(lifted, negotiation.prices)
    placed = [(one.cost, one.picks) for one in plain(hands).placed]
    return found, lifted, hands.rank(), placed


@pytest.mark.parametrize(("policy", "measure"), KINDS, ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_negotiations_are_the_same(seed, policy, measure):
    """Round by round: who moves, what is left or over, and the prices."""
    wave, *_ = drawn(seed, count=60, measure=measure, **policy)
    slow = negotiate(wave, Incumbent.of(wave))

    fast = Fast.of(wave)
    wave.solve = fast.solve

    assert negotiate(wave, FastIncumbent(Incumbent.of(wave), fast)) == slow


def demand_all(wave, seed):
    """Let every third order be filled whole or not at all, some before others."""
    for table in wave.tables:
        for place in range(0, len(table.orders), 3):
            wave.keep_fill(table, place, len(table.price) - 1)
    wave.absence[:] = np.random.default_rng(seed).integers(1, 4, wave.count)


@pytest.mark.parametrize(("policy", "measure"), KINDS, ids=str)
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("demands", [False, True])
def test_searches_are_the_same(seed, policy, measure, demands):
    """Draw by draw: the plans, their costs, and what they leave of the stock."""
    wave, *_ = drawn(seed, count=60, measure=measure, **policy)
    if demands:
        demand_all(wave, seed)
    slow = search(wave, Incumbent.of(wave), Ruin)

    fast = Fast.of(wave)
    wave.solve = fast.solve
    quick = search(wave, FastIncumbent(Incumbent.of(wave), fast), FastRuin)

    assert quick == slow


def test_plans_change_hands():
    """What is published can be adopted again, and is the same."""
    wave, *_ = drawn(1, count=30)
    fast = Fast.of(wave)
    hands = FastIncumbent(Incumbent.of(wave), fast)
    hands.settle_all(range(wave.count), wave.free_prices())
    placed = [(p.cost, p.picks) for p in hands.publish().placed]

    other = Incumbent.of(wave)
    other.restore(hands.incumbent.copy())
    again = FastIncumbent(other, fast)
    again.adopt()

    assert again.rank() == hands.rank()
    assert [(p.cost, p.picks) for p in again.publish().placed] == placed


def test_the_kernel_is_loaded_beside_the_work():
    """Asked to load it, the library has it after a while, and says so."""
    load()

    assert is_loaded(wait_s=300)
