"""Small backlogs routed again together, beside a count of all that may be done."""

import pytest

from backlogs import TIERS, Backlog
from domroute.verify import check_together


def tiers_of(result, names):
    """Return the cost of every tier, in order; nothing costs nothing."""
    found = {tier.name: tier.cost for tier in result.tiers}
    return tuple(round(found.get(name, 0.0), 6) for name in (*names, None))


@pytest.mark.parametrize("first", range(0, 120, 20))
@pytest.mark.parametrize("names", [(), TIERS, ("silver",)])
def test_tiers_cost_what_the_best_of_all_ways_does(first, names):
    """Twenty backlogs: by tier, first things first, to a hair; and so it is proven."""
    for seed in range(first, first + 20):
        small = Backlog(seed)
        befores = small.router.route_batch(small.orders, gap=0.0).results
        for before in befores:
            small.inventory.reserve(before.plan)
        events = small.events(befores)

        again = small.router.rebalance(befores, events, tiers=names, time_limit_s=20)

        best, together = small.best(again.results, befores, events, names)
        assert tiers_of(again, names) == pytest.approx(best, abs=1e-5), seed
        assert again.bound <= together + 1e-6, seed
        assert again.is_optimal, seed
        plans = [one.result.plan for one in again]
        assert check_together(plans, small.router.network, again.snapshot) == []
