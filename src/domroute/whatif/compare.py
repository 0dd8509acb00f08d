"""Scenarios and tactics replayed on the same luck, to be compared."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import TYPE_CHECKING, Final

from domroute.errors import InputError, Issue
from domroute.policy import Policy, SolveOptions
from domroute.replay.placing import Stream
from domroute.replay.tactic import Tactic, tactic_of
from domroute.replay.world import World
from domroute.scenario import Scenario
from domroute.validation import shorten
from domroute.whatif.comparison import Comparison, comparison_of
from domroute.whatif.hindsight import RETURNS, above
from domroute.whatif.runs import Progress, Run, bound_of_run, each, kpis_of_run

if TYPE_CHECKING:
    import pandas as pd

AnyTactic = Tactic | Policy | Callable[[Scenario], Tactic | Policy]
_WORLD: Final = World()


def compare(
    scenarios: Scenario | Iterable[Scenario],
    tactics: AnyTactic | Iterable[AnyTactic] | None,
    seeds: Iterable[int],
    *,
    stream: Stream | None = None,
    world: World = _WORLD,
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
        are replayed, and seeds differ in the chances of the world alone.
    world
        What happens to plans once they are made.
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
    there = [scenarios] if isinstance(scenarios, Scenario) else list(scenarios)
    made = _tactics_of(tactics)
    drawn = list(seeds)
    _check(there, drawn)
    runs = [
        Run(scenario, tactic, seed, world, stream)
        for scenario in there
        for tactic in _resolved(made, scenario)
        for seed in drawn
    ]
    found = each(kpis_of_run, runs, executor=executor, progress=progress)
    if hindsight_s is not None:
        found = _with_bounds(runs, found, hindsight_s, executor)
    return comparison_of(
        ((run.scenario.name, run.tactic.name, run.seed), kpis)
        for run, kpis in zip(runs, found, strict=True)
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
    hold_h = max(run.tactic.hold_h for run in runs)
    search = partial(bound_of_run, hold_h=hold_h, time_limit_s=hindsight_s)
    bounds = each(search, [firsts[key] for key in asked], executor=executor)
    at = dict(zip(asked, bounds, strict=True))
    doubts = dict.fromkeys(doubt for bound in bounds for doubt in bound.doubts)
    if doubts:
        text = f"the bound in hindsight is not certain: {'; '.join(doubts)}"
        warnings.warn(text, RuntimeWarning, stacklevel=3)
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


def _tactics_of(given: AnyTactic | Iterable[AnyTactic] | None) -> list[AnyTactic]:
    if given is None:
        return [_of_its_policy]
    if isinstance(given, (Tactic, Policy)) or callable(given):
        return [given]
    return list(given)


def _of_its_policy(scenario: Scenario) -> Tactic:
    return Tactic(name="policy", policy=scenario.policy)


def _resolved(made: list[AnyTactic], scenario: Scenario) -> list[Tactic]:
    tactics = [
        tactic_of(each if isinstance(each, (Tactic, Policy)) else each(scenario))
        for each in made
    ]
    _refuse(_twice("tactics", [tactic.name for tactic in tactics]))
    return tactics


def _check(scenarios: list[Scenario], seeds: list[int]) -> None:
    issues = _twice("scenarios", [scenario.name for scenario in scenarios])
    for at, seed in enumerate(seeds):
        whole: object = seed
        if not isinstance(whole, int) or isinstance(whole, bool) or whole < 0:
            text = f"{shorten(seed)} should be a whole number, 0 or above"
            issues.append(Issue("out_of_range", f"seeds[{at}]", text))
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
