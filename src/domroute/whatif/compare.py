"""Scenarios and tactics replayed on the same luck, to be compared."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from domroute.arguments import checked
from domroute.errors import InputError, Issue
from domroute.policy import Policy, SolveOptions
from domroute.replay.placing import Stream
from domroute.replay.tactic import Tactic, tactic_of
from domroute.replay.world import World
from domroute.scenario import Scenario
from domroute.whatif.comparison import Comparison, comparison_of
from domroute.whatif.hindsight import RETURNS, above
from domroute.whatif.runs import (
    Progress,
    Run,
    bound_of_run,
    each,
    evidence_of_runs,
    ran,
    seeds_of,
)
from domroute.whatif.yardstick import prices_of
from domroute.wording import shorten

if TYPE_CHECKING:
    import pandas as pd

AnyTactic = Tactic | Policy | Callable[[Scenario], Tactic | Policy]
_WORLD: Final = World()


@checked
def compare(
    scenarios: Scenario | Iterable[Scenario],
    tactics: AnyTactic | Iterable[AnyTactic] | None,
    seeds: Iterable[int],
    *,
    stream: Stream | None = None,
    world: World = _WORLD,
    block_days: float = 7.0,
    judge: Policy | None = None,
    hindsight_s: float | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """
    Replay every scenario by every tactic with every seed, and compare their KPIs.

    The stream and the chances of the world depend on the scenario and the seed alone:
    tactics meet the same orders, and the same luck wherever they do the same (common
    random numbers).

    Parameters
    ----------
    scenarios
        One or more, each of its own name; :func:`.sweep` makes them.
    tactics
        One or more, each of its own name; a policy is routed by order by order; a
        function makes the tactic of a scenario, as for sweeps over its policy. None is
        the policy of each scenario, under the name ``policy``.
    seeds
        Whole numbers; one run each.
    stream
        Makes the events of a scenario from a seed. Without it a scenario's own orders
        are replayed, and seeds differ in the chances of the world alone: they are one
        draw of the trade. :func:`.resampled` makes many streams of one history.
    world
        What happens to plans once they are made.
    block_days
        Length of the blocks that one history is cut into, for intervals (days).
    judge
        The policy whose costs and penalties price what came of every run: one yardstick
        for all. Without it each is priced by the policy that decided it, so that a
        price which is swept moves what it is measured by.
    hindsight_s
        Seconds of search for what a clairvoyant could do with each stream under each
        policy: the KPIs ``hindsight`` and ``above_hindsight``. None does not ask.
    executor
        Where to run: threads, processes, or the executor of an engine such as Dask's.
        Processes must be able to pickle the stream. It is not shut down.
    progress
        Told after each run how many are done, and of how many; not of bounds.

    Raises
    ------
    InputError
        If names are given twice, or there is nothing to compare, or a seed is no whole
        number. All such faults are listed.

    Warns
    -----
    RuntimeWarning
        If a bound in hindsight is not certain; it says why.
    """
    there = _scenarios_of(scenarios)
    made = _tactics_of(tactics)
    drawn = seeds_of(seeds)
    _check(there, drawn, block_days, judge, hindsight_s)
    runs = [
        Run(scenario, tactic, seed, world, stream, block_days, judge=judge)
        for scenario in there
        for tactic in _resolved(made, scenario)
        for seed in drawn
    ]
    done = each(ran, runs, executor=executor, progress=progress)
    found = [one.kpis for one in done]
    if hindsight_s is not None:
        found = _with_bounds(runs, found, hindsight_s, executor)
    labels = [(run.scenario.name, run.tactic.name, run.seed) for run in runs]
    return comparison_of(
        zip(labels, found, strict=True),
        evidence_of_runs(labels, done, stream),
        yardstick=_yardstick_of(runs, judge),
    )


def _with_bounds(
    runs: Sequence[Run],
    found: Iterable[pd.Series[float]],
    hindsight_s: float,
    executor: Executor | None,
) -> list[pd.Series[float]]:
    """Add what a clairvoyant could do; once for all tactics of one policy."""
    import pandas as pd

    keys = [(r.scenario.name, _costs_of(r.tactic.policy), r.seed) for r in runs]
    firsts = dict(zip(reversed(keys), reversed(runs), strict=True))
    asked = list(firsts)
    holds = [run.tactic.longest_hold_h for run in runs]
    hold_h = None if None in holds else max(hold for hold in holds if hold is not None)
    search = partial(bound_of_run, hold_h=hold_h, time_limit_s=hindsight_s)
    bounds = each(search, [firsts[key] for key in asked], executor=executor)
    at = dict(zip(asked, bounds, strict=True))
    doubts = dict.fromkeys(doubt for bound in bounds for doubt in bound.doubts)
    if doubts:
        text = f"the bound in hindsight is not certain: {'; '.join(doubts)}"
        warnings.warn(text, RuntimeWarning, stacklevel=4)
    made = []
    for key, kpis in zip(keys, found, strict=True):
        bound = at[key].bound
        cost = kpis["total_cost"] - kpis.get(f"cost:{RETURNS}", 0.0)
        more = {"hindsight": bound, "above_hindsight": above(cost, bound)}
        made.append(pd.concat([kpis, pd.Series(more, dtype=float)]))
    return made


def _costs_of(policy: Policy) -> str:
    """Tell policies apart by all but the method by which they look for plans."""
    return policy.model_copy(update={"solve": SolveOptions()}).version


def _tactics_of(given: object) -> list[AnyTactic]:
    if given is None:
        return [_of_its_policy]
    if isinstance(given, (Tactic, Policy)) or callable(given):
        return [given]
    made: list[Any] = list(given) if isinstance(given, Iterable) else [given]
    _refuse(
        [
            Issue(
                "wrong_type",
                f"tactics[{at}]",
                f"{type(one).__name__} should be a Tactic, a Policy, or a function of "
                "a scenario that makes one",
            )
            for at, one in enumerate(made)
            if not (isinstance(one, (Tactic, Policy)) or callable(one))
        ]
    )
    return made


def _of_its_policy(scenario: Scenario) -> Tactic:
    return Tactic(name="policy", policy=scenario.policy)


def _resolved(made: list[AnyTactic], scenario: Scenario) -> list[Tactic]:
    tactics = [
        tactic_of(each if isinstance(each, (Tactic, Policy)) else each(scenario))
        for each in made
    ]
    _refuse(_twice("tactics", [tactic.name for tactic in tactics]))
    return tactics


def _scenarios_of(given: object) -> list[Scenario]:
    if isinstance(given, Scenario):
        return [given]
    made: list[Any] = list(given) if isinstance(given, Iterable) else [given]
    _refuse(
        [
            Issue(
                "wrong_type",
                f"scenarios[{at}]",
                f"{type(one).__name__} should be a Scenario",
            )
            for at, one in enumerate(made)
            if not isinstance(one, Scenario)
        ]
    )
    return made


def _yardstick_of(runs: Sequence[Run], judge: Policy | None) -> str:
    """Say what costs are measured by, where that is not the same for all by itself."""
    if judge is not None:
        return f"All costs and penalties are by one policy, {judge.version}."
    if len({prices_of(run.tactic.policy) for run in runs}) == 1:
        return ""
    return (
        "Costs and penalties are by each policy's own prices, which differ: judge= "
        "prices all by one."
    )


def _check(
    scenarios: list[Scenario],
    seeds: list[int],
    block_days: object,
    judge: object,
    hindsight_s: float | None,
) -> None:
    issues = _twice("scenarios", [scenario.name for scenario in scenarios])
    for at, seed in enumerate(seeds):
        whole: object = seed
        if not isinstance(whole, int) or isinstance(whole, bool) or whole < 0:
            text = f"{shorten(seed)} should be a whole number, 0 or above"
            issues.append(Issue("out_of_range", f"seeds[{at}]", text))
    if not isinstance(block_days, (int, float)) or not 0 < block_days < math.inf:
        text = f"{shorten(block_days)} should be a number of days above 0"
        issues.append(Issue("out_of_range", "block_days", text))
    if not (judge is None or isinstance(judge, Policy)):
        text = f"{type(judge).__name__} should be a Policy"
        issues.append(Issue("wrong_type", "judge", text))
    elif judge is not None and hindsight_s is not None:
        text = "is by each policy's own prices: ask for one of the two"
        issues.append(Issue("contradictory", "hindsight_s", text))
    _refuse(issues + _twice("seeds", [str(seed) for seed in seeds]))


def _twice(where: str, names: list[str]) -> list[Issue]:
    if not names:
        return [Issue("empty", where, "give at least one")]
    return [
        Issue("duplicate_id", where, f"{name!r} appears more than once")
        for name, count in Counter(names).items()
        if count > 1
    ]


def _refuse(issues: list[Issue]) -> None:
    if issues:
        raise InputError(issues)
