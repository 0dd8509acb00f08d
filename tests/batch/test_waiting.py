"""Waves whose orders may wait for stock, beside every plan that there is."""

from functools import cache

import pytest

from arriving import TUE, WED, router_of, row, wants
from builders import line
from domroute.costs import Backorder
from domroute.router import Router
from domroute.verify import check_together
from domroute.words import Status
from waiting_waves import drawn_wave, least_cost

pytestmark = pytest.mark.filterwarnings("ignore::domroute.errors.BackorderWarning")
SEEDS = range(96_000_000, 96_000_024)
best_of = cache(lambda seed: least_cost(drawn_wave(seed)))


@pytest.mark.parametrize("seed", SEEDS)
def test_joint_plan_is_the_best_of_all(seed):
    """Proven, of the least cost, and none of it drawn on twice."""
    wave = drawn_wave(seed)
    batch = Router(wave.network, wave.inventory, wave.policy).route_batch(
        wave.orders, time_limit_s=600
    )

    least, _ = best_of(seed)
    assert batch.status is Status.OPTIMAL
    assert batch.bound <= batch.cost + 1e-6
    assert batch.cost == pytest.approx(least, abs=1e-6)
    found = check_together(
        [result.plan for result in batch.results],
        *(wave.network, wave.inventory),
        orders=wave.orders,
        policy=wave.policy,
    )
    assert found == []


def test_drawn_waves_wait():
    """A generator that avoids waiting would show nothing: in a third some units do."""
    waits = [seed for seed in SEEDS if best_of(seed)[1]]

    assert len(waits) >= len(SEEDS) / 3


def test_orders_of_one_each_take_each_arrival():
    """None has any now; one comes on Tuesday and one on Wednesday."""
    router = router_of([row("A", 0, (TUE, 1), (WED, 1))])

    batch = router.route_batch([wants(A=1), wants(name="o2", A=1)])

    moments = {part.stock_at for one in batch.results for part in one.plan.shipments}
    assert moments == {TUE, WED}
    assert batch.cost == 0.0


def test_who_may_not_wait_gets_what_is_there():
    """One now and one on Tuesday: the order that may wait does, whoever comes first."""
    router = router_of([row("A", 1, (TUE, 1))], costs=[Backorder(per_unit=1.0)])
    no = wants(line("A", "A", allow_backorder=False), name="o2")

    for wave in ([wants(A=1), no], [no, wants(A=1)]):
        batch = router.route_batch(wave)
        assert (batch.cost, batch.status) == (1.0, Status.OPTIMAL)


def test_a_plan_reserved_whole_leaves_the_rest():
    """What a wave promises of an arrival no later order is promised."""
    router = router_of([row("A", 0, (TUE, 2))])
    batch = router.route_batch([wants(A=1), wants(name="o2", A=1)])
    for one in batch.results:
        router.inventory.reserve(one.plan)

    (left,) = router.route(wants(name="o3", A=1)).plan.unfilled

    assert left.quantity == 1
