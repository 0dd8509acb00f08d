r"""
Deliveries that come on one date: the best plan over all dates, by branch and bound.

Let :math:`F(d)` be the cheapest plan whose parts of a delivery all come on the date
:math:`d`, by offers held to it. The best plan costs :math:`\min_d F(d)`. What it costs
where the parts may come on any dates is a bound, and is the best if they happen to come
on one; so only orders that would come apart are asked date by date. Of several such
deliveries one after another is held to a date, the others coming as they may: each of
these answers bounds all that follow from it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from domroute.offers.blocks import Block
from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.promise.dated import Dates
from domroute.sourcing.choice import Choice, Take
from domroute.sourcing.comparing import ByGoal, is_better
from domroute.sourcing.limits import limits_of
from domroute.sourcing.offers import tabulate
from domroute.sourcing.onedate import (
    as_shipments,
    come_together,
    days_of,
    first_apart,
)
from domroute.split.atoms import atoms_of
from domroute.units import BoolArray, IntArray

_SAME: Final = 1e-9
"""Share of a cost within which two are one."""

Solve = Callable[[Offers, float], Choice]
"""Decides offers whose dates need not agree, within some seconds."""


def decide_together(
    offers: Offers,
    policy: Policy,
    arrays: NetworkArrays,
    solve: Solve,
    *,
    seconds: float,
) -> Choice:
    """
    Find the best plan in which what must comes on one date.

    Parameters
    ----------
    offers
        What may be shipped; offers of a delivery that comes together stand here once
        for each date.
    policy, arrays
        Limits, and the network.
    solve
        Decides what is left once dates are chosen.
    seconds
        For all questions together, where they take any time to speak of.

    Returns
    -------
    Choice
        Of equal plans that of the earliest dates. Its bound is the least of what every
        part of the search proves.

    References
    ----------
    .. [1] Land, A. H. and Doig, A. G. (1960). An automatic method of solving discrete
       programming problems. *Econometrica* 28(3), 497-520.
    """
    return _Search(offers, policy, arrays, solve, seconds).run()


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """
    Some deliveries held to dates, and the best plan of those.

    Attributes
    ----------
    days
        The date of each delivery that is held to one, by position of its block.
    choice
        What was decided; its takes are of the offers as they were asked about.
    goals
        What the plan comes to; empty where there is none.
    bound
        What all plans cost at least that hold these deliveries so.
    """

    days: dict[int, int]
    choice: Choice
    goals: ByGoal
    bound: float


class _Search:
    """The dates tried so far, and the best plan among them."""

    def __init__(
        self,
        offers: Offers,
        policy: Policy,
        arrays: NetworkArrays,
        solve: Solve,
        seconds: float,
    ) -> None:
        self._offers, self._policy, self._arrays = offers, policy, arrays
        self._solve = solve
        self._ends = time.perf_counter() + seconds
        self._best: _Held | None = None
        self._settled: list[_Held] = []
        self._states = 0
        self._is_whole = True

    def run(self) -> Choice:
        """Hold one delivery after another to each of its dates, where that may pay."""
        open_ = [self._ask({}, -math.inf)]
        while open_:
            held = open_.pop()
            apart = None
            if self._may_gain(held):
                apart = first_apart(held.choice.takes or ())
            if apart is None:
                self._settle(held)
            elif self._best is not None and time.perf_counter() >= self._ends:
                self._is_whole = False
                self._settled.append(held)
            else:
                open_ += self._by_date(held, apart)
        return self._concluded()

    def _by_date(self, held: _Held, apart: Block) -> list[_Held]:
        """Hold one more delivery to each of its dates; the best comes last."""
        at = next(n for n, block in enumerate(self._offers.blocks) if block is apart)
        found = [
            self._ask({**held.days, at: day}, held.bound) for day in days_of(apart)
        ]
        # Sorting keeps what is equal in its order, the earliest date before others.
        found.sort(key=lambda one: (not one.goals, *one.goals))
        return found[::-1]

    def _ask(self, days: dict[int, int], least: float) -> _Held:
        """Decide the order with some deliveries held to dates."""
        asked, origins = _held_to(self._offers, days)
        left = self._ends - time.perf_counter()
        choice = self._solve(asked, max(left, 1e-3))
        self._states += choice.states
        goals: ByGoal = ()
        if choice.takes is not None:
            goals = self._goals(asked, choice.takes)
            takes = tuple(_as_it_was(take, origins) for take in choice.takes)
            choice = replace(choice, takes=takes)
        return _Held(days, choice, goals, max(choice.bound, least))

    def _goals(self, asked: Offers, takes: Sequence[Take]) -> ByGoal:
        table = tabulate(asked, atoms_of(asked.problem))
        limits = limits_of(asked, table, self._policy, self._arrays)
        return limits.by_goal(table.steps_of(takes))

    def _may_gain(self, held: _Held) -> bool:
        """Tell whether plans that hold these dates may be better than the best."""
        if self._best is None or held.choice.takes is None:
            return True
        if len(held.goals) == 1:
            known = self._best.goals[-1]
            return held.bound < known - _SAME * max(1.0, abs(known))
        if not held.choice.proves_goals:
            return True
        # Goals before cost are proven; of cost, as much as the bound says.
        open_ = max(0.0, self._cost(held) - held.bound)
        return is_better((*held.goals[:-1], held.goals[-1] - open_), self._best.goals)

    def _cost(self, held: _Held) -> float:
        """Return what a plan costs in all."""
        is_apart = self._policy.objective == "fewest_shipments"
        return held.goals[-1] + (held.goals[-3] if is_apart else 0.0)

    def _settle(self, held: _Held) -> None:
        """Take note of dates that need no further look."""
        self._settled.append(held)
        takes = held.choice.takes
        if takes is None or not come_together(takes):
            return
        if self._best is None:
            self._best = held
            return
        known = self._best.goals
        slack = _SAME * max(1.0, abs(known[-1]))
        if is_better(held.goals, known, slack):
            self._best = held

    def _concluded(self) -> Choice:
        """Say what was found, and what the whole search proves."""
        best, settled = self._best, self._settled
        proves = self._is_whole and all(one.choice.proves_goals for one in settled)
        counted = settled
        if best is not None and proves and len(best.goals) > 1:
            # Plans that come to more by a goal before cost may cost what they will.
            before = best.goals[:-1]
            counted = [one for one in settled if one.goals and one.goals[:-1] == before]
        bound = min(one.bound for one in counted)
        found = settled[0].choice if best is None else best.choice
        return replace(
            found,
            takes=None if best is None else found.takes,
            bound=bound,
            states=self._states,
            proves_goals=proves,
        )


Origins = dict[int, tuple[Block, IntArray]]
"""Of each block asked about, by its id, the one that it is of, and its offers there."""


def _held_to(offers: Offers, days: dict[int, int]) -> tuple[Offers, Origins]:
    """Hold deliveries to dates; others that must come together come as they may."""
    blocks: list[Block] = []
    origins: Origins = {}
    for at, block in enumerate(offers.blocks):
        if block.dates is None or block.dates.soonest is None:
            blocks.append(block)
            continue
        kept, since = block.dates.soonest, block.dates.since
        if at in days:
            comes_with_later, since = _begun_together(block, block.dates)
            kept = (block.dates.day == days[at]) & ~comes_with_later
        if not kept.any():
            continue
        dates = replace(block.dates, since=since)
        asked = replace(block, dates=dates).only(kept).apart()
        origins[id(asked)] = block, np.flatnonzero(kept)
        blocks.append(asked)
    return replace(offers, blocks=tuple(blocks)), origins


def _begun_together(block: Block, dates: Dates) -> tuple[BoolArray, IntArray]:
    """
    Look at offers that leave their node with others that may be begun later.

    Held to a date they are one shipment, which may hold what comes in later, too.

    Returns
    -------
    tuple
        Which leave with others that are begun later, and since when what leaves with
        each could be begun; shape ``(A,)`` each.
    """
    count = len(block.nodes)
    if block.released is None:
        return np.zeros(count, bool), dates.since
    order, is_first = as_shipments(block)
    comes_with_later = np.zeros(count, bool)
    comes_with_later[order[:-1]] = ~is_first[1:]
    since, begun = np.empty(count, np.int64), dates.since[order]
    since[order] = begun[is_first][is_first.cumsum() - 1]
    return comes_with_later, since


def _as_it_was(take: Take, origins: Origins) -> Take:
    """See a take among the offers that were asked about."""
    origin = origins.get(id(take.block))
    if origin is None:
        return take
    block, at = origin
    return Take(block, int(at[take.offer]), take.units)
