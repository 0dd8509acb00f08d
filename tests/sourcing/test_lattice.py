"""The lattice of parts: every state, every pair, counted and listed."""

from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domroute.sourcing.lattice import is_small, lattice_of, pair_count
from domroute.tuning import LatticeTuning

STEPS = st.lists(st.integers(1, 3), min_size=1, max_size=4).map(tuple)


def states(steps):
    """List every state as a tuple, the way positions count."""
    return list(product(*(range(step + 1) for step in steps)))


@given(STEPS)
def test_states_are_all_counts(steps):
    """A state is a number of steps of each atom; the first is empty, the last full."""
    counts = lattice_of(steps).counts

    assert [tuple(row) for row in counts.astype(int).tolist()] == states(steps)


@given(STEPS)
def test_pairs_are_all_parts_of_all_states(steps):
    """Every part of every state is listed once, with its rest; the empty one not."""
    every, names = lattice_of(steps).every, states(steps)
    expected = {
        (names.index(part), at)
        for at, state in enumerate(names)
        for part in names
        if any(part) and all(a <= b for a, b in zip(part, state, strict=True))
    }
    owner = np.repeat(every.states, np.diff([*every.starts, len(every.part)]))

    found = list(zip(every.part.tolist(), owner.tolist(), strict=True))

    assert len(found) == len(set(found))
    assert set(found) == expected
    assert (every.part + every.rest == owner).all()
    # Empty parts are counted, but not listed: one for each state.
    assert pair_count(steps) == len(expected) + prod(step + 1 for step in steps)


@given(STEPS)
@settings(max_examples=30)
def test_ranks_lead_with_the_first_atom(steps):
    """By rank, each state's parts hold its first atom: partitions without order."""
    made = lattice_of(steps)
    counts = made.counts.astype(int)
    seen = []
    for rank, pairs in enumerate(made.ranks, start=1):
        for state in pairs.states.tolist():
            parts = pairs.part[pairs.of(state)]
            first = int(np.flatnonzero(counts[state])[0])
            leading = [
                at
                for at in range(1, len(counts))
                if (counts[at] <= counts[state]).all() and counts[at, first]
            ]
            assert counts[state].sum() == rank
            assert sorted(parts.tolist()) == leading
            seen.append(state)

    assert sorted(seen) == list(range(1, len(counts)))


@pytest.mark.parametrize(
    ("steps", "offers", "small"),
    [
        ((1,), 50, True),
        # 2 to the power of 13 is 8,192 states, the most there may be.
        ((1,) * 13, 50, True),
        ((1,) * 14, 50, False),
        # 1,999 x 2,000 / 2 is 1,999,000 pairs, 2,000 x 2,001 / 2 is 2,001,000.
        ((1998,), 50, True),
        ((1999,), 50, False),
        # 8,192 states by 488 offers are 3,997,696 cells, by 489 they are 4,005,888.
        ((1,) * 13, 488, True),
        ((1,) * 13, 489, False),
    ],
    ids=lambda value: str(value)[:12],
)
def test_small_lattices_are_walked(steps, offers, small):
    """Orders are walked up to a number of states, of pairs and of cells."""
    assert is_small(steps, offers, LatticeTuning()) is small


def test_lattice_is_remembered():
    """Equal quantities share a lattice: it depends on nothing else."""
    assert lattice_of((1, 2)) is lattice_of((1, 2))
