"""The online test-bed: programs, published rules and the router agree about it."""

import numpy as np
import pytest
from benchmarks.baselines.fluid_lp import solve_fluid
from benchmarks.baselines.online_rules import Values, correlated, dilated, run_exact
from benchmarks.families.online import Shape, draw_bed
from benchmarks.families.online_world import ARRIVAL, START, World

SMALL = Shape(items=8, types=2, arrivals=300)


@pytest.mark.parametrize("seed", range(3))
def test_whole_plans_cost_no_less_than_shares(seed):
    """The published program is a relaxation of the one over whole plans."""
    bed = draw_bed(seed, SMALL)

    bound = World(bed).value(bed.stock, 0).bound

    assert solve_fluid(bed).cost <= bound + 1e-6


@pytest.mark.parametrize("rule", [correlated, dilated])
def test_rounding_keeps_shares(rule):
    """Each item goes to each node about as often as the program says."""
    bed = draw_bed(1, SMALL)
    share = solve_fluid(bed).share
    of_type = int(np.argmax(bed.sizes))
    types, metros = np.full(20_000, of_type), np.zeros(20_000, np.int64)

    tried = rule(bed, types, metros, share, seed=0)

    for item in range(bed.sizes[of_type]):
        counts = np.bincount(tried[:, item], minlength=len(bed.fixed))
        expected = share[of_type, 0, item]
        assert counts / len(types) == pytest.approx(expected, abs=0.02)


def test_router_and_compiled_rule_decide_the_same():
    """With values that move and a ledger, order by order."""
    bed = draw_bed(0, SMALL)
    world, (types, metros) = World(bed), bed.arrivals(0)
    term = world.value(bed.stock, 0)
    cost, chosen = run_exact(
        bed, types, metros, bed.stock.copy(), Values(*world.table(term), term.nudge)
    )

    ledger, total = world.ledger(bed.stock), 0.0
    router = world.router_of(ledger, term)
    names = [*world.names, "cancel"]
    for at, (of_type, metro) in enumerate(zip(types, metros, strict=True)):
        if of_type == len(bed.items):
            continue
        result = router.route(
            world.order(f"o{at}", of_type, metro, START + at * ARRIVAL)
        )
        ledger.reserve(result.plan)
        total += result.cost - result.costs.to_dict().get("stock_value", 0.0)
        went = {c.sku: s.node_id for s in result.plan.shipments for c in s.contents}
        items = bed.items[of_type, : bed.sizes[of_type]]
        assert went == {
            world.skus[item]: names[node]
            for item, node in zip(items, chosen[at], strict=False)
        }

    assert term.values
    assert total == pytest.approx(cost)
    assert world.bound(types, metros) <= cost
