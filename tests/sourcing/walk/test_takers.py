"""The walk taker by taker beside every way to give each of them a part."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN
from domroute.sourcing.lattice import lattice_of
from domroute.sourcing.walk import WORST, Takers, nothing_taken

STEPS = st.sampled_from([(1,), (2,), (1, 1), (2, 1), (1, 1, 1)])
SEEDS = st.integers(0, 2**32 - 1)
TAKERS = 3


def asked(steps, seed, *, is_ranked):
    """Draw what each taker asks for each part: some nothing, and ranks if wanted."""
    rng = np.random.default_rng(seed)
    count = len(lattice_of(steps).counts)
    made = []
    for _ in range(TAKERS):
        price = rng.integers(0, 9, count).astype(float)
        price[rng.random(count) < 0.3] = FORBIDDEN
        price[0] = FORBIDDEN
        rank = rng.integers(-3, 3, count)
        made.append((rank, price) if is_ranked else (price,))
    return made


def every_way(steps, prices, weights):
    """List what each way costs: state, number of parts, and levels, cost last."""
    counts = lattice_of(steps).counts
    for parts in product(range(len(counts)), repeat=TAKERS):
        total = counts[list(parts)].sum(axis=0)
        at = np.flatnonzero((counts == total).all(axis=1))
        if not len(at):
            continue
        taken = [(p, own) for p, own in zip(parts, prices, strict=True) if p]
        levels = tuple(
            sum(own[k][p] for p, own in taken) for k in range(len(prices[0]))
        )
        if levels[-1] < IS_FORBIDDEN:
            yield int(at[0]), int(sum(weights[p] for p, _ in taken)), levels


@given(STEPS, SEEDS, st.booleans(), st.booleans())
def test_the_least_of_all_ways_to_share(steps, seed, is_ranked, is_counted):
    """Of every state, by number of parts and by rank before cost, where asked."""
    prices = asked(steps, seed, is_ranked=is_ranked)
    lattice = lattice_of(steps)
    rng = np.random.default_rng(seed)
    weights = rng.integers(1, 3, len(lattice.counts))
    layers = 2 * TAKERS + 1 if is_counted else 1
    walk = Takers(lattice.every, weights if is_counted else None)
    history = [nothing_taken(len(weights), layers, len(prices[0]))]
    for price in prices:
        history.append(walk.after(price, history[-1]))

    least = {}
    for state, count, levels in every_way(steps, prices, weights):
        key = (count if is_counted else 0, state)
        least[key] = min(least.get(key, levels), levels)

    for layer in range(layers):
        for state in range(len(weights)):
            found = tuple(level[layer, state] for level in history[-1])
            wanted = least.get((layer, state))
            if wanted is None:
                assert found[-1] >= IS_FORBIDDEN
                assert not is_ranked or found[0] == WORST
                continue
            assert found == wanted
            picks = walk.picks(prices, history, layer, state)
            takers = [taker for _, taker in picks]
            assert len(set(takers)) == len(takers)
            parts = [part for part, _ in picks]
            assert lattice.counts[parts].sum(axis=0) == pytest.approx(
                lattice.counts[state]
            )
            assert sum(prices[taker][-1][part] for part, taker in picks) == wanted[-1]


@given(STEPS, SEEDS)
def test_many_side_by_side_are_as_each_alone(steps, seed):
    """Two nodes that each ask by the same services: a column each."""
    lattice = lattice_of(steps)
    both = [asked(steps, seed + k, is_ranked=False) for k in range(2)]
    walk = Takers(lattice.every)
    start = nothing_taken(len(lattice.counts), 1)[0]
    beside = (np.repeat(start[..., None], 2, axis=2),)
    for one, other in zip(*both, strict=True):
        beside = walk.after((np.stack((one[0], other[0]), axis=1),), beside)

    for at, prices in enumerate(both):
        alone = (start,)
        for price in prices:
            alone = walk.after(price, alone)
        assert (alone[0] == beside[0][..., at]).all()
