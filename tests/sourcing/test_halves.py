"""Two halves side by side: the optimum of the whole, and a bound that holds."""

import math

import numpy as np
import pytest

from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.halves import solve_halves


def covering(seed, count=9):
    """Make a model: the cheapest of some sets that cover every point twice."""
    rng = np.random.default_rng(seed)
    covers = rng.random((count, count)) < 0.4
    covers[:2] = True
    model = ArrayModel()
    columns = model.add_columns(count, upper=1, cost=rng.integers(3, 9, count))
    rows = model.add_rows(count, lower=2.0)
    at, point = np.nonzero(covers)
    model.add_entries(rows[point], columns[at], 1.0)
    return model, columns


@pytest.mark.parametrize("seed", range(12))
def test_halves_find_what_the_whole_finds(seed):
    """Both halves together are the program."""
    model, columns = covering(seed)

    whole = model.solve(time_limit_s=10, gap=0.0)
    halves = solve_halves(model, columns, time_limit_s=10, gap=0.0)

    least = model.costs() @ whole.values
    assert model.costs() @ halves.values == pytest.approx(least)
    assert halves.bound == pytest.approx(least)


def test_bound_is_the_lesser_of_both():
    """Of two halves that end apart, the cheaper one says what a plan costs at least."""
    # Each two of three points must hold one: two of the three, 1 + 1 at best. Simplex
    # halves all three. Without the dearest the rest costs 2; with it, 5 + 1.
    model = ArrayModel()
    columns = model.add_columns(3, upper=1, cost=[1.0, 1.0, 5.0])
    rows = model.add_rows(3, lower=1.0)
    for row, pair in zip(rows, ([0, 1], [1, 2], [0, 2]), strict=True):
        model.add_entries(row, columns[pair], 1.0)
    halves = np.full(3, 0.5)

    for among in ([0], [1], [2]):
        solution = solve_halves(
            model, columns[among], time_limit_s=10, gap=0.0, relaxed=halves
        )

        assert solution.bound == pytest.approx(2.0)
        assert solution.values.round().tolist() == [1, 1, 0]


def test_bound_of_what_is_divisible_is_kept(monkeypatch):
    """Where the halves run out of time, they still cost what nothing whole does."""
    # Each pair of three columns holds one: half of each costs (4 + 4 + 5) / 2, and two
    # whole ones 8 at least.
    model = ArrayModel()
    columns = model.add_columns(3, upper=1, cost=[4.0, 4.0, 5.0])
    rows = model.add_rows(3, lower=1.0)
    for row, pair in zip(rows, ([0, 1], [1, 2], [0, 2]), strict=True):
        model.add_entries(row, columns[pair], 1.0)
    solve = ArrayModel.solve

    def hurried(self, **given):
        held = given.get("held")
        return solve(self, **{**given, "time_limit_s": 10.0 if held is None else 0.0})

    monkeypatch.setattr(ArrayModel, "solve", hurried)

    solution = solve_halves(model, columns, time_limit_s=10, gap=0.0)

    assert solution.values is None
    assert solution.bound == pytest.approx(6.5)


def test_a_decided_program_is_not_halved(monkeypatch):
    """Where nothing divisible is undecided, one solve does."""
    model = ArrayModel()
    columns = model.add_columns(2, upper=1, cost=[1.0, 2.0])
    row = model.add_rows(1, lower=1.0)
    model.add_entries(row, columns, 1.0)
    held = []
    solve = ArrayModel.solve

    def watched(self, **given):
        held.append(given.get("held"))
        return solve(self, **given)

    monkeypatch.setattr(ArrayModel, "solve", watched)

    solution = solve_halves(model, columns, time_limit_s=10, gap=0.0)

    assert held == [None, None]
    assert solution.values.round().tolist() == [1, 0]


def test_impossible_halves_are_impossible():
    """Two columns whose sum is neither less nor more than one and a half."""
    model = ArrayModel()
    columns = model.add_columns(2, upper=1, cost=1.0)
    row = model.add_rows(1, lower=1.5, upper=1.5)
    model.add_entries(row, columns, 1.0)

    solution = solve_halves(model, columns, time_limit_s=10, gap=0.0)

    assert solution.values is None
    assert solution.bound == math.inf


def test_no_time_says_nothing():
    """Out of time there is no plan, and a bound that claims nothing."""
    model, columns = covering(0)

    solution = solve_halves(model, columns, time_limit_s=0.0, gap=0.0)

    assert solution.values is None
    assert solution.bound == -math.inf
