"""Limits by the day beside stock by date and deliveries that come together."""

from random import Random

import pytest

from daily_worlds import by_day
from domroute.router import Router
from domroute.verify import verify, verify_batch
from plain_stocked_worlds import drawn_stocked
from together_worlds import drawn_together

METHODS = ("auto", "subset", "mip")

pytestmark = pytest.mark.filterwarnings(
    "ignore::domroute.errors.BackorderWarning",
    "ignore::domroute.errors.DeadlineWarning",
)


@pytest.mark.parametrize("seed", range(4, 14))
@pytest.mark.parametrize("draw", [drawn_stocked, drawn_together])
def test_methods_agree_and_the_judge_with_them(draw, seed):
    """The least cost is one by every method, and that of a batch of one."""
    made = draw(seed)
    network, ledger = by_day(made, Random(f"days of {seed}"))
    costs = []
    for method in METHODS:
        solve = made.policy.solve.model_copy(update={"method": method})
        policy = made.policy.model_copy(update={"solve": solve})
        result = Router(network, ledger, policy).route(made.order)
        costs.append(result.cost)
        assert verify(result, made.order, network, ledger, policy) == ()
    batch = Router(network, ledger, made.policy).route_batch([made.order], gap=0.0)

    assert costs == [pytest.approx(costs[0], abs=1e-9)] * len(METHODS)
    assert batch.cost == pytest.approx(costs[0], abs=1e-9)
    assert verify_batch(batch, [made.order], network, ledger, made.policy) == ()
