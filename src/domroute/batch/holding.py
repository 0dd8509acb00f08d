"""What routing one by one settles for good, before there are prices."""

from __future__ import annotations

import time
from dataclasses import replace

from domroute.batch.incumbent import Incumbent
from domroute.policy import Policy
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN
from domroute.sourcing.kernel import decide
from domroute.words import Objective


def bar_impossible(incumbent: Incumbent) -> None:
    """Set aside orders that have no plan even alone, whatever the others do."""
    wave = incumbent.wave
    empty = Incumbent.of(wave)
    for at, placed in enumerate(incumbent.placed):
        if placed is None or placed.cost >= IS_FORBIDDEN:
            loner = incumbent.seats[at].loner
            if loner is None:
                empty.settle(at, wave.free_prices())
                alone = empty.lift(at)
                wave.barred[at] = alone is None or alone.cost >= IS_FORBIDDEN
            else:
                choice = empty.decide(loner, wave.free_prices())
                is_proven = choice.takes is None and choice.bound >= IS_FORBIDDEN
                wave.barred[at] = is_proven


def bound_alone(incumbent: Incumbent, seconds: float) -> None:
    """
    Ask of loners what they cost alone, within some time.

    First of those whose parts cannot be listed: others have a bound by parts, and take
    no time to speak of. By cost, whatever the policy or a ladder that drains puts
    before it, and whatever method it names: what others take may leave a cheaper plan
    to drain.
    """
    ends = time.perf_counter() + seconds
    wave = incumbent.wave
    large = [one for one in wave.loners if one.stand_in is None]
    limit = min(wave.loner_s, seconds / max(1, len(large)))
    small = [one for one in wave.loners if one.stand_in is not None]
    least_s = wave.tuning.search.alone_least_s
    for loner in (*(large if limit > least_s else ()), *small):
        if loner.stand_in is not None and time.perf_counter() > ends:
            return
        asked = replace(loner.offers, drain=None)
        by_cost = _by_cost(loner.policy)
        choice = decide(asked, by_cost, wave.arrays, time_limit_s=limit)
        wave.alone[loner.at] = min(choice.bound, FORBIDDEN)


def _by_cost(policy: Policy) -> Policy:
    """Ask for the least cost, by any method."""
    solve = policy.solve.model_copy(update={"method": "auto"})
    return policy.model_copy(update={"objective": Objective.COST, "solve": solve})


def keep_fill(incumbent: Incumbent) -> None:
    """Hold every order to what it has, line by line, as a floor."""
    wave = incumbent.wave
    for at, placed in enumerate(incumbent.placed):
        seat = incumbent.seats[at]
        if placed is None or placed.cost >= IS_FORBIDDEN:
            continue
        wave.keep_plan(at)
        if seat.table is not None:
            state = sum(part for part, _ in placed.picks)
            wave.keep_fill(seat.table, seat.place, state)
        elif seat.loner is not None:
            wave.floors[at] = seat.loner.filled(placed.takes)
