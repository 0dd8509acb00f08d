"""Small waves beside brute force that shares nothing with the library but its nouns."""

from collections import Counter

import pytest

from beside import drawn_wave, wave_beside
from builders import network, node, order, stock
from domroute import Policy, Router, Status
from domroute.costs import Handling
from domroute.rules import SafetyStock


# Of the last two an order is listed without the limit on what its parts are worth.
@pytest.mark.parametrize("seed", [*range(30), 860042, 860116])
def test_a_small_wave_is_solved_whatever_its_orders_ask(seed):
    """
    The cost is that of brute force, and proven; or it is proven that none can be.

    And the bound of every order is what it costs alone.
    """
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


def test_nor_where_the_wave_is_larger():
    """Three of four orders can have an X; each stands alone, by stock that is kept."""
    names = [f"N{at:02}" for at in range(20)]
    nodes = [node(name, per_shipment=1.0 + at % 7) for at, name in enumerate(names)]
    held = {name: dict.fromkeys("ABCDE", 2) for name in names}
    held["N00"]["X"], held["N07"]["X"], held["N19"]["X"] = 1, 1, 1
    policy = Policy(
        costs=[Handling()],
        rules=[SafetyStock(units=1, orders={"channels": ["web"]})],
        unfilled_penalty=None,
    )
    router = Router(network(*nodes, items="ABCDEX"), stock(**held), policy)
    orders = [order(f"o{at}", A=1, B=2, C=1, D=2, E=1, X=1) for at in range(4)]

    batch = router.route_batch(orders, time_limit_s=60)

    assert batch.statistics.tabled == 0
    assert batch.status is Status.INFEASIBLE
    assert batch.statistics.steps <= 400
