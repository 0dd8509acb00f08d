"""Filling settled ships, and the local search over them, against every choice."""

import itertools

import numpy as np
import pytest

from builders import item, line, node
from domroute.costs import Quotes
from domroute.sourcing.filling import Filling
from domroute.sourcing.offers import tabulate
from domroute.sourcing.swaps import search_swaps
from stages import problem_at, stages_of

NODES = tuple("VWXYZ")


def drawn(seed):
    """Lay out the offers of a quoted order over five nodes that hold little."""
    rng = np.random.default_rng(seed)
    skus = "ABC"
    problem = problem_at(
        [node(name) for name in NODES],
        {n: {k: int(rng.integers(0, 4)) for k in skus} for n in NODES},
        items=[item(k) for k in skus],
        lines=[line(k, k, int(rng.integers(1, 6))) for k in skus],
        quotes=Quotes(
            shipments={("o1", n): float(rng.integers(1, 12)) for n in NODES},
            units={
                ("o1", k, n): float(rng.integers(0, 10)) for k in skus for n in NODES
            },
        ),
    )
    stages = stages_of(problem)
    return tabulate(stages.offers, stages.atoms)


def cheapest(table, ships):
    """Fill each atom unit by unit from the cheapest ship; the sum of what it costs."""
    total = float(table.per_shipment @ ships)
    for j, steps in enumerate(table.steps):
        units = [
            price
            for a in np.flatnonzero(ships)
            for price in [table.per_step[j, a]] * int(table.limit[j, a])
        ]
        units += [float(table.penalty[j])] * int(steps)
        total += sum(sorted(units)[: int(steps)])
    return total


def every(count):
    """List every choice of ships."""
    return np.array(list(itertools.product((0.0, 1.0), repeat=count)))


@pytest.mark.parametrize("seed", range(8))
def test_costs_are_those_of_filling_unit_by_unit(seed):
    """All choices at once cost what each costs by hand, and are filled so."""
    table = drawn(seed)
    filling = Filling(table)
    choices = every(len(table.node))

    costs = filling.costs(choices)

    assert costs == pytest.approx([cheapest(table, ships) for ships in choices])
    for ships, cost in zip(choices, costs, strict=True):
        taken = filling.fill(ships)
        left = table.steps - taken.sum(axis=1)
        spent = (taken * table.per_step).sum() + left @ table.penalty
        assert (taken <= table.limit * ships).all()
        assert spent + table.per_shipment @ ships == pytest.approx(cost)


@pytest.mark.parametrize("seed", range(8))
def test_cuts_hold_everywhere_and_touch_where_they_are_made(seed):
    """A cut made at some ships never says more than the cost, and there says it."""
    table = drawn(seed)
    filling = Filling(table)
    choices = every(len(table.node))
    costs = filling.costs(choices) - choices @ table.per_shipment

    for ships, cost in zip(choices, costs, strict=True):
        level, slope = filling.cut(filling.price(filling.last(ships)))

        said = (level - choices @ slope.T).sum(axis=1)
        assert (said <= costs + 1e-9).all()
        assert (level - slope @ ships).sum() == pytest.approx(cost)


@pytest.mark.parametrize("seed", range(8))
def test_swaps_end_where_no_neighbor_is_better(seed):
    """The best kept is as good as all its neighbors; what is kept is sorted."""
    table = drawn(seed)
    filling = Filling(table)
    count = len(table.node)

    found, costs = search_swaps(filling, np.zeros(count), keep=4)

    near = every(count)
    changed = np.abs(near - found[0])
    is_near = (changed.sum(axis=1) <= 1) | (
        (changed.sum(axis=1) == 2) & (near.sum(axis=1) == found[0].sum())
    )
    assert costs == pytest.approx(filling.costs(found))
    assert (np.diff(costs) >= 0).all()
    assert costs[0] <= filling.costs(near[is_near]).min() + 1e-9
