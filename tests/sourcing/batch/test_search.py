"""Small waves beside brute force that shares nothing with the library but its nouns."""

import math

import pytest

from domroute.router import Router
from domroute.words import Status
from wave_brute_force import drawn_wave, least_alone, least_cost


@pytest.mark.parametrize("seed", range(30))
def test_a_small_wave_is_solved_whatever_its_orders_ask(seed):
    """The cost is that of brute force, and proven; or it is proven that none can be."""
    wave = drawn_wave(seed)
    least = least_cost(wave)

    router = Router(wave.network, wave.inventory, wave.policy)
    batch = router.route_batch(wave.orders, quotes=wave.quotes, time_limit_s=60, gap=0)

    assert batch.cost == pytest.approx(least, rel=1e-6, abs=1e-9)
    assert batch.bound == pytest.approx(least, rel=1e-6, abs=1e-9)
    expected = Status.OPTIMAL if math.isfinite(least) else Status.INFEASIBLE
    assert batch.status is expected
    for one, result in zip(wave.orders, batch, strict=True):
        alone = least_alone(one, wave)
        assert result.bound <= alone + 1e-6 * max(1.0, abs(min(alone, 1e9)))
