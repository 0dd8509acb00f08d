"""What holds of every order whose deliveries come on one date."""

import math

import pytest

from beside_together import come_together
from daily_worlds import drawn_daily
from domroute.router import Router
from domroute.words import Status
from plain_daily import DailyWorld
from plain_stocked import StockedWorld
from plain_stocked_worlds import drawn_stocked
from plain_together import best_of
from together_worlds import drawn_together, having

SEEDS = range(24)


def _solved(made, method):
    """Route the order of a world by a method; the plan is judged as it is made."""
    solve = made.policy.solve.model_copy(update={"method": method})
    policy = made.policy.model_copy(update={"solve": solve})
    router = Router(made.network, made.inventory, policy)
    return router.route(made.order, quotes=made.quotes)


@pytest.mark.parametrize("method", ["subset", "mip"])
@pytest.mark.parametrize("seed", SEEDS)
def test_best_plan_is_the_best_over_all_dates(seed, method):
    """Every date is tried by hand; cost and proof are those of the best."""
    made = drawn_together(seed)

    result, best = _solved(made, method), best_of(made)

    cost = math.inf if best is None else best.cost
    assert result.cost == pytest.approx(cost, abs=1e-6)
    assert result.status is (Status.INFEASIBLE if best is None else Status.OPTIMAL)


@pytest.mark.filterwarnings("ignore::domroute.errors.BackorderWarning")
@pytest.mark.parametrize("method", ["subset", "mip"])
@pytest.mark.parametrize("seed", [*SEEDS, 60004, 60145])
def test_what_waits_for_stock_comes_with_the_rest(seed, method):
    """
    Where lines wait for stock still to come, every date is tried by hand, too.

    In the last two a delivery is held until its node sends enough on one date.
    """
    made = come_together(drawn_stocked(f"together {seed}"))

    result, best = _solved(made, method), best_of(made, StockedWorld)

    cost = math.inf if best is None else best.cost
    assert result.cost == pytest.approx(cost, abs=1e-6)


@pytest.mark.parametrize("method", ["subset", "mip"])
@pytest.mark.parametrize("seed", [*range(12), 221, 271])
def test_what_is_worked_on_on_several_days_comes_together(seed, method):
    """Where days are limited, parts of a shipment of two days are two shipments."""
    made = come_together(drawn_daily(seed))

    result, best = _solved(made, method), best_of(made, DailyWorld)

    cost = math.inf if best is None else best.cost
    assert result.cost == pytest.approx(cost, abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_comes_together_comes_on_one_date(seed):
    """Of each delivery that asks for it there is one date at most."""
    made = drawn_together(seed)
    lines = {line.id: line for line in made.order.lines}
    result = _solved(made, "auto")
    found = {}

    for part in result.plan.shipments:
        delivery = made.order.delivery_of(lines[part.contents[0].line_id])
        if delivery.together:
            found.setdefault(delivery, set()).add(part.delivers_on)

    assert all(len(dates) == 1 and None not in dates for dates in found.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_coming_apart_never_costs_more(seed):
    """Whoever does not ask for one date, but for dates, pays no more."""
    made = drawn_together(seed)
    update = {"together": False}
    orders = having(made.orders, lambda own: own.model_copy(update=update))
    loose = made._replace(orders=orders)

    together, free = _solved(made, "auto"), _solved(loose, "auto")

    assert free.cost <= together.cost + 1e-6 * max(1.0, abs(together.cost))


@pytest.mark.parametrize("seed", SEEDS)
def test_wave_of_one_is_the_order_by_itself(seed):
    """A wave asks the same question."""
    made = drawn_together(seed)
    router = Router(made.network, made.inventory, made.policy)

    alone = router.route(made.order, quotes=made.quotes)
    wave = router.route_batch([made.order], quotes=made.quotes)

    assert wave.cost == pytest.approx(alone.cost, abs=1e-6)
