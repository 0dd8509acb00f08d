"""A joint plan for the orders of a wave: prices, then a plan from them, then better."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from domroute.sourcing.batch.cells import Prices
from domroute.sourcing.batch.desk import Desk, Placed
from domroute.sourcing.batch.prices import Ascent
from domroute.sourcing.batch.ruin import Ruin
from domroute.sourcing.batch.wave import Wave
from domroute.sourcing.choice import IS_FORBIDDEN
from domroute.words import Objective

_ASCENT: Final = 0.2
"""Share of the time after which prices are good enough to plan by."""
_FADING: Final = (1.0, 0.8, 0.6, 0.4, 0.2, 0.0)
"""Shares of the prices at which all orders are placed again, one after another."""
_JOINT: Final = 40_000
"""Bundles up to which the whole wave is asked as one integer program."""
_JOINT_SHARE: Final = 0.7
"""Share of the time left that it may take."""
_FEW: Final = 2_000
"""Orders up to which every better plan of the improvement is kept at once."""
_LOOK: Final = 64
"""Orders placed between two looks at the clock."""
_SLACK: Final = 1e-9
"""A gap that sums of floats cannot be trusted below."""
_TICK_S: Final = 0.02
"""Seconds between two points of the history."""
_WATCH_S: Final = 0.2
"""Seconds between two reports of progress."""

Watch = Callable[[float, float], bool]
"""Told the bound and the cost so far; answers whether to go on."""


@dataclass(slots=True, eq=False)
class Joint:
    """
    The best joint plan found, and what was proven on the way.

    Attributes
    ----------
    history
        Seconds since the start, bound and cost, each time one of them got better.
    alone
        What each order would cost if it were alone; shape ``(O,)``.
    """

    desk: Desk
    prices: Prices
    bound: float
    history: list[tuple[float, float, float]]
    alone: list[float]
    steps: int


def solve_wave(
    wave: Wave,
    sequence: Sequence[int],
    *,
    time_limit_s: float,
    gap: float,
    seed: int,
    watch: Watch,
) -> Joint:
    """
    Route the orders of a wave jointly, within a time limit.

    Parameters
    ----------
    wave
        The orders, compiled.
    sequence
        Positions of the orders as they would be routed one by one.
    time_limit_s, gap
        Seconds, and the gap at which to stop.
    seed
        Of the random draws of the improvement.
    watch
        Told of progress.
    """
    return _Search(wave, sequence, time_limit_s, gap, seed, watch).run()


@dataclass(slots=True, eq=False)
class _Search:
    """The best plan and bound so far, and the stages that better them."""

    wave: Wave
    sequence: Sequence[int]
    time_limit_s: float
    gap: float
    seed: int
    watch: Watch
    bound: float = -math.inf
    rank: tuple[float, float] = (math.inf, math.inf)
    best: list[Placed | None] = field(default_factory=list)
    history: list[tuple[float, float, float]] = field(default_factory=list)
    _started: float = field(default_factory=time.perf_counter)
    _watched: float = -math.inf
    _is_stopped: bool = False
    _impossible: int = 0

    def run(self) -> Joint:
        """Go through the stages until the plan is proven or the time is over."""
        wave, desk = self.wave, Desk.of(self.wave)
        for at in self.sequence:
            desk.settle(at, wave.free_prices())
        self._note(desk)
        self._bar_impossible(desk)
        ascent = Ascent.start(wave)
        alone = ascent.answer.values.tolist()
        self._impossible = sum(value >= IS_FORBIDDEN for value in alone)
        self._raise(ascent.bound)
        ascent.climb(lambda: self._is_over(_ASCENT, ascent))
        self._raise(ascent.bound)
        # What comes before cost is for each order by itself: there is no joint plan.
        if wave.policy.objective is Objective.COST:
            for stage in (self._plan_by, self._solve_joint, self._improve):
                if not self._is_over():
                    stage(desk, ascent)
        desk.restore(self.best)
        bound = math.inf if self._impossible else self.bound
        return Joint(desk, ascent.prices, bound, self.history, alone, ascent.steps)

    def _bar_impossible(self, desk: Desk) -> None:
        """Set aside orders that have no plan even alone, whatever the others do."""
        empty = Desk.of(self.wave)
        for at, placed in enumerate(desk.placed):
            if placed is None or placed.cost >= IS_FORBIDDEN:
                empty.settle(at, self.wave.free_prices())
                alone = empty.lift(at)
                is_proven = desk.seats[at].loner is None
                if is_proven and (alone is None or alone.cost >= IS_FORBIDDEN):
                    self.wave.barred[at] = True

    @property
    def cost(self) -> float:
        """What the best plan costs; infinite while an order that can has none."""
        return math.inf if self.rank[0] > self._impossible else self.rank[1]

    def _plan_by(self, desk: Desk, ascent: Ascent) -> None:
        """Place all orders again at the prices, the largest first; let them fade."""
        prices = ascent.prices
        for at in self.sequence:
            desk.lift(at)
        for at in sorted(
            self.sequence, key=_sizes(self.wave).__getitem__, reverse=True
        ):
            desk.settle(at, prices)
        self._note(desk)
        rng = np.random.default_rng(self.seed)
        for share in _FADING:
            faded = prices.times(share)
            for turn, at in enumerate(rng.permutation(self.wave.count).tolist()):
                desk.lift(at)
                desk.settle(at, faded)
                if turn % _LOOK == 0 and self._is_over():
                    break
            self._note(desk)
        desk.restore(self.best)

    def _solve_joint(self, desk: Desk, ascent: Ascent) -> None:
        """Ask for the whole wave at once, where it is small."""
        wave = self.wave
        if not wave.sheets or _count_bundles(wave) > _JOINT:
            return
        # OR-Tools takes most of a second to import: only small waves wait for it.
        from domroute.sourcing.batch.program import solve_joint

        together = [
            at
            for sheet in wave.sheets
            for at in sheet.orders.tolist()
            if ascent.answer.values[at] < IS_FORBIDDEN
        ]
        if not together:
            return
        bound = solve_joint(
            desk,
            together,
            time_limit_s=_JOINT_SHARE * self._left(),
            gap=self.gap,
        )
        if not wave.loners:
            idle = [value for value in wave.idle.values() if value < IS_FORBIDDEN]
            self._raise(bound + math.fsum(idle))
        self._note(desk)

    def _improve(self, desk: Desk, ascent: Ascent) -> None:
        begin, left = time.perf_counter(), max(self._left(), 1e-9)
        noted = begin

        def share(rank: tuple[int, float]) -> float:
            nonlocal noted
            now = time.perf_counter()
            if now - noted > _WATCH_S or self.wave.count < _FEW:
                noted = now
                self._note(desk, rank)
            return 1.0 if self._is_over() else (now - begin) / left

        Ruin(desk, ascent.prices, ascent.answer, self.seed).run(share)
        self._note(desk)

    def _note(self, desk: Desk, rank: tuple[int, float] | None = None) -> None:
        """Keep a plan if it is the best so far."""
        rank = desk.rank() if rank is None else rank
        if rank < self.rank:
            self.rank, self.best = rank, desk.copy()
            self._record()

    def _raise(self, bound: float) -> None:
        if bound > self.bound:
            self.bound = bound
            self._record()

    def _record(self) -> None:
        now = time.perf_counter() - self._started
        if self.history and now - self.history[-1][0] < _TICK_S:
            self.history.pop()
        self.history.append((now, self.bound, self.cost))

    def _left(self) -> float:
        return self.time_limit_s - (time.perf_counter() - self._started)

    def _is_over(self, share: float = 1.0, ascent: Ascent | None = None) -> bool:
        """Tell whether to stop: the time, the gap, or the caller says so."""
        if ascent is not None:
            self._raise(ascent.bound)
        now = time.perf_counter()
        if now - self._watched > _WATCH_S:
            self._watched = now
            self._is_stopped |= not self.watch(self.bound, self.cost)
        if self._is_stopped or (math.isinf(self.bound) and self.bound > 0):
            return True
        slack = max(self.gap, _SLACK) * abs(self.cost)
        is_close = math.isfinite(self.cost) and self.cost - self.bound <= slack
        return is_close or self._left() <= (1 - share) * self.time_limit_s


def _count_bundles(wave: Wave) -> int:
    """Count the bundles that a joint program of the whole wave would choose from."""
    return sum(int((s.price[1:] < IS_FORBIDDEN).sum()) for s in wave.sheets)


def _sizes(wave: Wave) -> list[float]:
    """Count the steps that each order asks for."""
    sizes = [0.0] * wave.count
    for sheet in wave.sheets:
        steps = float(sheet.lattice.counts[-1].sum())
        for at in sheet.orders.tolist():
            sizes[at] = steps
    for loner in wave.loners:
        sizes[loner.at] = float(sum(loner.atoms.steps))
    return sizes
