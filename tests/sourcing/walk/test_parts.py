"""The walk by parts beside every way to divide an order, one by one."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN
from domroute.sourcing.lattice import lattice_of
from domroute.sourcing.walk import filled, filled_by_count

STEPS = st.sampled_from([(1,), (3,), (1, 1), (2, 1), (1, 1, 1), (2, 2), (1, 2, 1)])
SEEDS = st.integers(0, 2**32 - 1)


def prices(steps, seed, orders=None):
    """Draw what parts cost, some of them forbidden; whole numbers, so that some tie."""
    rng = np.random.default_rng(seed)
    count = math.prod(step + 1 for step in steps)
    shape = count if orders is None else (count, orders)
    best = rng.integers(0, 9, shape).astype(float)
    best[rng.random(shape) < 0.25] = FORBIDDEN
    best[0] = FORBIDDEN
    return best


def divisions(counts, state, least=1):
    """Yield every multiset of parts that makes up a state, by position."""
    if not counts[state].any():
        yield ()
        return
    for part in range(least, len(counts)):
        if (counts[part] <= counts[state]).all():
            rest = counts[state] - counts[part]
            at = int(np.flatnonzero((counts == rest).all(axis=1))[0])
            for others in divisions(counts, at, part):
                yield (part, *others)


def every_way(steps, best, weights=None):
    """List for each state what each division costs, by its number of parts."""
    counts = lattice_of(steps).counts
    weights = np.ones(len(counts), int) if weights is None else weights
    return [
        [
            (int(sum(weights[p] for p in parts)), sum(best[p] for p in parts))
            for parts in divisions(counts, state)
        ]
        for state in range(len(counts))
    ]


def least(ways):
    """Return the least of some costs, as much as can be if there is none."""
    return min([cost for _, cost in ways if cost < IS_FORBIDDEN], default=FORBIDDEN)


@given(STEPS, SEEDS)
def test_the_least_of_all_divisions(steps, seed):
    """Of every state; and the parts listed make it up, and cost as much."""
    best, lattice = prices(steps, seed), lattice_of(steps)

    made = filled(lattice, best)

    for state, ways in enumerate(every_way(steps, best)):
        wanted = least(ways)
        assert min(made.cost[state], FORBIDDEN) == wanted
        if wanted < IS_FORBIDDEN:
            parts = made.parts(state)
            assert lattice.counts[parts].sum(axis=0) == pytest.approx(
                lattice.counts[state]
            )
            assert best[parts].sum() == wanted


@given(STEPS, SEEDS, st.booleans())
def test_the_least_of_all_divisions_into_so_many_parts(steps, seed, is_weighed):
    """By number of parts, of which some may count twice."""
    best, lattice = prices(steps, seed), lattice_of(steps)
    rng = np.random.default_rng(seed)
    weights = rng.integers(1, 3, len(best)) if is_weighed else None

    made = filled_by_count(lattice, best, 4, weights)

    for state, ways in enumerate(every_way(steps, best, weights)):
        for count in range(5):
            wanted = least([way for way in ways if way[0] == count])
            assert min(made.cost[count, state], FORBIDDEN) == wanted
            if wanted < IS_FORBIDDEN:
                parts = made.parts(state, count)
                assert best[parts].sum() == wanted
                each = np.ones(len(best)) if weights is None else weights
                assert each[parts].sum() == count


@given(STEPS, SEEDS, st.booleans())
def test_orders_side_by_side_are_as_each_alone(steps, seed, is_counted):
    """Costs and parts of five orders, each ending elsewhere."""
    best, lattice = prices(steps, seed, orders=5), lattice_of(steps)
    made = filled_by_count(lattice, best, 3) if is_counted else filled(lattice, best)
    rng = np.random.default_rng(seed)
    state = rng.integers(0, len(best), 5)
    count = rng.integers(0, 4, 5) * is_counted
    ends = made.layers[count, state, np.arange(5)]
    state[ends >= IS_FORBIDDEN] = 0

    orders, parts = made.parts_of_all(state, count)

    for order in range(5):
        own = best[:, order]
        alone = filled_by_count(lattice, own, 3) if is_counted else filled(lattice, own)
        assert (alone.cost == made.cost[..., order]).all()
        mine = parts[orders == order].tolist()
        assert mine == alone.parts(int(state[order]), int(count[order]))
