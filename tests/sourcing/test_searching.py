"""A longer limit goes the same way farther, and keeps what was found on it."""

from types import SimpleNamespace

import numpy as np
import pytest

from builders import item, node, service
from changes import with_policy
from domroute.costs import Handling, Shipping
from domroute.policy import Policy
from domroute.sourcing import goals, halves, improvement, mip, searching
from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.greedy import construct
from domroute.sourcing.limits import limits_of
from domroute.sourcing.mip import solve_mip
from domroute.sourcing.offers import tabulate
from domroute.sourcing.searching import Search
from domroute.sourcing.solution import Solution, Solver
from domroute.words import Objective
from stages import problem_at, stages_of

LIMITS_S = (0.03, 0.1, 0.25, 0.7, 2.0, 10.0, 31.0)


class Clock:
    """A clock that goes on only where work is done."""

    def __init__(self, monkeypatch):
        """Let every stage read it."""
        self.now = 0.0
        time = SimpleNamespace(perf_counter=lambda: self.now)
        for module in (goals, halves, improvement, mip, searching):
            monkeypatch.setattr(module, "time", time, raising=False)


def with_steps(*, scattered=False):
    """Make an order of eight lines whose shipments are priced by weight steps."""
    skus = "ABCDEFGH"
    carrier = service("G", ((5.0, 7.0, 9.0),), (1.0, 3.0, 9.0))
    return problem_at(
        [node(f"N{at}", per_shipment=1.0 + at) for at in range(3)],
        {
            f"N{at}": {
                sku: 2 for i, sku in enumerate(skus) if not scattered or i % 3 != at
            }
            for at in range(3)
        },
        Policy(costs=[Handling(), Shipping()], unfilled_penalty=100.0),
        services=[carrier],
        items=[item(sku, weight_kg=0.3) for sku in skus],
        **dict.fromkeys(skus, 2),
    )


def asked_within(limit, stages, clock, monkeypatch):
    """List what a solver that never ends is asked, and for how many seconds."""
    asked, clock.now = [], 0.0

    def busy(self, *, time_limit_s, divisible=None, held=None, cost=None, **_):
        if time_limit_s > 0:
            kinds = (divisible is not None, held is not None, cost is not None)
            asked.append((self.columns, *kinds, round(time_limit_s, 9)))
            clock.now += time_limit_s
        return Solution(None, -np.inf, 1)

    monkeypatch.setattr(ArrayModel, "solve", busy)
    solve_mip(*stages, time_limit_s=limit)
    return asked


@pytest.mark.parametrize("objective", Objective)
def test_longer_limits_ask_the_same_and_more(objective, monkeypatch):
    """All but the last question are those of any longer limit; that one is cut."""
    stages = stages_of(with_policy(with_steps(scattered=True), objective=objective))
    clock = Clock(monkeypatch)

    told = [asked_within(s, stages, clock, monkeypatch) for s in LIMITS_S]

    for limit, short in zip(LIMITS_S, told, strict=True):
        assert sum(seconds for *_, seconds in short) == pytest.approx(limit)
        *whole, last = short
        assert whole == told[-1][: len(whole)]
        further = told[-1][len(whole)]
        assert last[:-1] == further[:-1]
        assert last[-1] <= further[-1]
    assert len(told[-1]) > len(told[0]) + 5


@pytest.fixture
def search(monkeypatch):
    """Start a search of a second, by a clock that stands."""
    stages = stages_of(with_steps())
    table = tabulate(stages.offers, stages.atoms)
    limits = limits_of(stages.offers, table, stages.policy, stages.arrays)
    Clock(monkeypatch)
    given = stages.offers, stages.policy, stages.arrays
    return Search(*given, table, limits, time_limit_s=1.0, started=0.0)


def by_line(search):
    """Make a plan that can be bettered: a line from each node in turn."""
    taken = np.zeros(search.table.limit.shape, np.int64)
    for atom, steps in enumerate(search.table.steps):
        taken[atom, atom % taken.shape[1]] = steps
    return taken


def test_plan_of_a_stage_cut_short_is_kept_as_it_is(search):
    """Improved, it could be cheaper than what is found with more time."""
    dear = by_line(search)
    search.time_limit_s = 0.0

    search.offer(dear)

    assert (search.taken == dear).all()


def test_plan_is_improved_while_there_is_time(search):
    """And what is dearer than the best does not replace it."""
    search.offer(by_line(search))
    best = search.taken.copy()
    # All from the first node: 1 + 9 for 4.8 kg, with nothing left.
    assert search.proof.cost == pytest.approx(10.0)
    search.time_limit_s = 0.0

    search.offer(by_line(search))

    assert (search.taken == best).all()
    assert search.proof.cost == pytest.approx(10.0)


def test_start_is_what_the_greedy_builds(search):
    """One shipment, which nothing betters."""
    taken = construct(search.table, search.limits, search.tuning.greedy)

    search.offer(taken)

    assert search.by_goal == pytest.approx((10.0,))


def test_stage_has_ended_until_someone_is_caught(search):
    """What it found rests on who was asked: the next one is asked anew."""
    search.end("parcels")
    assert search.has_ended("parcels")
    assert not search.has_ended("divisible")

    search.proof.caught.add(Solver.HIGHS)

    assert not search.has_ended("parcels")
    assert search.goes_on

    search.proof.caught.add(Solver.SCIP)

    assert not search.goes_on


def test_rounds_end_with_the_limit(search):
    """Stages that end at once without a proof are not asked for ever."""
    rounds = []

    search.in_rounds(rounds.append)

    # Three times as long each; the last could have used up the second thrice.
    assert rounds == pytest.approx([0.24, 0.72, 2.16, 6.48])


def test_goals_are_not_proven_before_anything_is_asked():
    """Fewest shipments come first: without time for it, a plan at the bound is open."""
    problem = with_policy(with_steps(), objective=Objective.FEWEST_SHIPMENTS)
    stages = stages_of(problem)

    choice = solve_mip(*stages, time_limit_s=0.0)

    assert choice.takes is not None
    assert not choice.proves_goals
