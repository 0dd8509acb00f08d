"""A wave seen through a lens: the same orders at the nodes that matter to them."""

import numpy as np
import pytest

from domroute.batch.crowding import CrowdedAscent
from domroute.batch.incumbent import Incumbent
from domroute.batch.narrowing import Lens
from domroute.batch.prices import Ascent
from domroute.batch.tightening import Tightening
from waves import drawn, random_prices


def placed_incumbent(wave):
    """Route the orders of a wave one by one."""
    incumbent = Incumbent.of(wave)
    incumbent.settle_all(range(wave.count), wave.free_prices())
    return incumbent


@pytest.mark.parametrize("measure", [None, "units", ("orders", "units")])
@pytest.mark.parametrize("seed", range(3))
def test_a_plan_seen_narrowly_is_the_same_plan(seed, measure):
    """There and back: the costs, and what is left, are the same."""
    wave, *_ = drawn(seed, count=30, measure=measure)
    incumbent = placed_incumbent(wave)
    lens = Lens.on(wave, random_prices(wave, seed), 1, incumbent.placed)

    seen = Incumbent.of(lens.wave)
    seen.restore(lens.narrowed(incumbent.placed))
    back = Incumbent.of(wave)
    back.restore(lens.widened(seen.placed))

    assert sum(len(s.node) for s in lens.wave.tables) < sum(
        len(s.node) for s in wave.tables
    )
    assert np.array_equal(seen.left, incumbent.left)
    assert [p.picks for p in back.placed] == [p.picks for p in incumbent.placed]
    assert back.rank() == incumbent.rank() == seen.rank()


@pytest.mark.parametrize("seed", range(3))
def test_one_node_is_enough_for_who_needs_one(seed):
    """The best node at the prices is kept: an order in one part costs as before."""
    wave, *_ = drawn(seed, count=30, splits={"max_shipments": 1})
    prices = random_prices(wave, seed)
    lens = Lens.on(wave, prices, 1, [None] * wave.count)

    assert np.array_equal(lens.wave.ask(prices).values, wave.ask(prices).values)


def test_what_is_found_through_a_lens_is_proven_of_the_whole():
    """The narrow ascent says too much; what counts is asked of every node."""
    wave, *_ = drawn(3, count=40)
    ascent = Ascent.start(wave)
    ascent.climb(lambda: ascent.steps >= 60)
    lens = Lens.on(wave, ascent.prices, 1, placed_incumbent(wave).placed)

    tightening = Tightening(ascent.on(lens.wave), lens, wave)
    tightening.start()
    tightening.stop()

    exact = CrowdedAscent.after(ascent)
    exact.climb(lambda: exact.steps >= ascent.steps + 300)
    assert np.isfinite(tightening.bound)
    assert tightening.bound <= exact.bound * 1.01
