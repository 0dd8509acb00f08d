"""Goods that ship alone, keep apart or need handling, held to every plan there is."""

from collections import Counter

import pytest

from beside_parcels import parcels_beside
from domroute.router import Router
from domroute.verify import verify
from parcel_worlds import parcel_kits
from plain_kits import best_plan

SEEDS = 30
"""Drawn in each of some runs."""

pytestmark = pytest.mark.filterwarnings("ignore::domroute.errors.UnmatchedWarning")


@pytest.mark.parametrize("run", range(3))
def test_no_method_differs_from_brute_force(run):
    """Costs by every exact method, alone and as a wave; reasons; and the judge."""
    counts = Counter()

    found = [
        f"{seed}: {text}"
        for seed in range(SEEDS * run, SEEDS * (run + 1))
        for text in parcels_beside(seed, counts, words=seed % 3 == 0)
    ]

    assert found == []
    assert counts["plans by mip"] == 2 * SEEDS


@pytest.mark.parametrize("method", ["auto", "mip"])
def test_components_of_kits_are_parcels_likewise(method):
    """Kits and substitutes whose goods ship alone, or keep apart."""
    for seed in range(SEEDS):
        world = parcel_kits(seed, method)
        best = best_plan(world.order, world.network, world.there, world.policy)
        router = Router(world.network, world.inventory, world.policy)

        result = router.route(world.order)

        made = world.order, world.network, world.inventory, world.policy
        assert verify(result, *made) == (), seed
        if best is None:
            assert result.status == "infeasible", seed
            continue
        parts = best.goals
        cost = parts[0] + parts[2] if len(parts) == 3 else parts[0]
        assert result.cost == pytest.approx(cost, abs=1e-6), seed
