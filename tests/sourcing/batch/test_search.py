"""Small waves beside brute force that shares nothing with the library but its nouns."""

from collections import Counter

import pytest

from beside import drawn_wave, wave_beside
from domroute import Router, Status


@pytest.mark.parametrize("seed", range(30))
def test_a_small_wave_is_solved_whatever_its_orders_ask(seed):
    """The cost is that of brute force, and proven; or it is proven that none can be."""
    assert list(wave_beside(seed, Counter())) == []


def test_prices_do_not_rise_for_ever_where_orders_cannot_all_be_filled():
    """
    Two orders must have the same unit, and no ceiling is known over all plans.

    Where an order has no pricing table none is: the joint program says that there is
    no plan, not the time limit.
    """
    made = drawn_wave(602945)
    router = Router(made.network, made.inventory, made.policy)

    batch = router.route_batch(made.orders, quotes=made.quotes, time_limit_s=20)

    assert batch.statistics.tabled < len(made.orders)
    assert batch.status is Status.INFEASIBLE
    assert batch.statistics.steps <= 400
