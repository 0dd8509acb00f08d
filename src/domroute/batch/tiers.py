"""
Orders of a wave by tier: the first is as cheap as can be, then the second, and so on.

Each tier is decided jointly on what the better ones leave. Where that is small enough,
better tiers may then move as long as none of them costs more: of all plans that are
best for them, the best for the tier. What a tier costs at least while better ones cost
no more than they do is proven in three ways, of which the best is told: by the orders
of the tier alone; by all orders up to it together, less what the better ones cost; and
by that program.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from domroute.batch.crowding import CrowdedAscent
from domroute.batch.fast import Fast
from domroute.batch.incumbent import Incumbent
from domroute.batch.loading import is_loaded
from domroute.batch.parting import Part
from domroute.batch.placed import UNPLACED, Placed, rank_of
from domroute.batch.prices import Ascent
from domroute.batch.search import Joint, solve_wave
from domroute.batch.state import Watch
from domroute.batch.wave import Wave
from domroute.offers.priced import NO_LADDER
from domroute.sourcing.choice import IS_FORBIDDEN
from domroute.sourcing.comparing import is_near
from domroute.words import Objective


@dataclass(slots=True, eq=False)
class Beside:
    """Orders of a tier decided before its wave: what they cost, and at least."""

    count: int = 0
    cost: float = 0.0
    bound: float = 0.0


First = Callable[[int, Incumbent], Beside]
"""Decides orders of a tier before its wave, and takes off what they take."""


@dataclass(frozen=True, slots=True)
class TierFound:
    """
    What was found for a tier, and what it costs at least beside the better ones.

    Attributes
    ----------
    cost
        Infinite where one of its orders has no plan.
    bound
        Proven.
    """

    cost: float
    bound: float


@dataclass(slots=True, eq=False)
class TierSearch:
    """
    The search, tier by tier.

    Attributes
    ----------
    wave
        The orders of all tiers, compiled.
    tiers
        Positions of the orders of each, the best tier first, in turn.
    start
        What orders take in a plan that there is; None to take turns instead.
    first
        Decides orders that stand in no wave, of each tier before the others.
    time_limit_s, gap, seed, watch, executor
        As :func:`.solve_wave` takes them, for all together.
    """

    wave: Wave
    tiers: Sequence[Sequence[int]]
    start: Sequence[Placed | None] | None
    first: First
    time_limit_s: float
    gap: float
    seed: int
    watch: Watch
    executor: Executor | None = None
    _incumbent: Incumbent = field(init=False)
    _alone: list[float] = field(init=False)
    _besides: list[Beside] = field(init=False)
    _started: float = field(init=False)

    def run(self) -> tuple[Joint, tuple[TierFound, ...], float]:
        """
        Decide every tier.

        Returns
        -------
        tuple
            The joint plan of all; what was found for each tier; and what all orders
            cost at least together, whichever comes first.
        """
        wave = self.wave
        self._started = time.perf_counter()
        self._incumbent, self._besides = Incumbent.of(wave), []
        if len(self.tiers) == 1:
            return self._run_one()
        free = wave.ask(wave.free_prices(), is_strict=True)
        self._alone = free.values.tolist()
        found: list[TierFound] = []
        bound, last = -math.inf, len(self.tiers) - 1
        for at in range(len(self.tiers)):
            self._besides.append(self.first(at, self._incumbent))
            joint = self._decide(at)
            floor = max(self._bound_alone(at), self._refine(at))
            better = [self._cost_of(other) for other in range(at)]
            if at == last or not is_near(floor, self._cost_of(at)):
                bound = self._bound_together(at, joint)
                if math.isfinite(math.fsum(better)):
                    floor = max(floor, bound - math.fsum(better))
            # Later tiers may move what earlier ones have, at no higher cost.
            found.append(TierFound(self._cost_of(at), floor))
        tiers = tuple(
            TierFound(self._cost_of(at), one.bound) for at, one in enumerate(found)
        )
        joint = Joint(
            self._incumbent, wave.free_prices(), bound, [], self._alone, 0, bound
        )
        return joint, tiers, bound

    def _run_one(self) -> tuple[Joint, tuple[TierFound, ...], float]:
        """Decide all orders at once."""
        self._besides.append(self.first(0, self._incumbent))
        beside = self._besides[0]
        if not beside.count:
            joint = self._solve(self.wave, self.tiers[0], self.start, self.time_limit_s)
            self._incumbent, self._alone = joint.incumbent, joint.alone
            cost = self._cost_of(0)
            return joint, (TierFound(cost, joint.bound),), joint.bound
        free = self.wave.ask(self.wave.free_prices(), is_strict=True)
        self._alone = free.values.tolist()
        found = self._decide(0)
        bound = max(self._bound_together(0, found), self._bound_alone(0))
        joint = Joint(
            self._incumbent, found.prices, bound, [], self._alone, found.steps, bound
        )
        return joint, (TierFound(self._cost_of(0), bound),), bound

    @property
    def _proving(self) -> float:
        """Share of the time for what tiers cost at least together."""
        return self.wave.tuning.search.together_share

    def _left(self) -> float:
        return self.time_limit_s - (time.perf_counter() - self._started)

    def _decide(self, at: int) -> Joint:
        """Decide one tier on what the better ones leave."""
        part = Part.of(self._incumbent, self.tiers[at])
        start = None if self.start is None else part.narrowed(self.start)
        count = sum(len(tier) for tier in self.tiers[at:])
        share = (1 - self._proving) * len(self.tiers[at]) / max(1, count)
        left = max(0.0, self._left())
        joint = self._solve(part.wave, range(part.wave.count), start, share * left)
        part.put_on(self._incumbent, joint.incumbent.placed)
        return joint

    def _solve(
        self,
        wave: Wave,
        sequence: Sequence[int],
        start: Sequence[Placed | None] | None,
        seconds: float,
    ) -> Joint:
        return solve_wave(
            wave,
            sequence,
            time_limit_s=seconds,
            gap=self.gap,
            seed=self.seed,
            watch=self.watch,
            executor=self.executor,
            start=start,
        )

    def _refine(self, at: int) -> float:
        """Let better tiers move for this one, at no cost to them; return a bound."""
        wave, seats = self.wave, self._incumbent.seats
        is_by_cost = wave.policy.objective is Objective.COST and not wave.drains
        if not (at and is_by_cost) or self._is_large(at) or self._left() <= 0:
            return -math.inf
        from domroute.batch.program import solve_joint

        def free(tier: Sequence[int]) -> list[int]:
            placed = self._incumbent.placed
            return [
                one
                for one in tier
                if seats[one].has_work
                and (held := placed[one]) is not None
                and held.cost < IS_FORBIDDEN
            ]

        mine = [one for one in self.tiers[at] if seats[one].has_work]
        held = [group for tier in self.tiers[:at] if (group := free(tier))]
        if not mine:
            return -math.inf
        bound = solve_joint(
            self._incumbent,
            mine,
            time_limit_s=(1 - self._proving) * self._left(),
            gap=self.gap,
            held=held,
        )
        is_whole = all(math.isfinite(self._cost_of(other)) for other in range(at))
        is_whole = is_whole and not self.wave.rungs
        if not is_whole or any(one.count for one in self._besides):
            return -math.inf  # others might stand elsewhere, and leave more
        idle = [
            cost for one in self.tiers[at] if (cost := wave.idle.get(one)) is not None
        ]
        return bound + math.fsum(idle)

    def _is_large(self, at: int) -> bool:
        """Tell whether a tier and the better ones are too many for one program."""
        members = {one for tier in self.tiers[: at + 1] for one in tier}
        most = self.wave.tuning.planning.joint
        count = 0
        for table in self.wave.tables:
            for place, one in enumerate(table.orders.tolist()):
                if one in members:
                    first, last = table.first[[place, place + 1]].tolist()
                    price = table.price[1:, first:last]
                    count += int((price < IS_FORBIDDEN).sum())
            if count > most:
                return True
        loners = [one for one in self.wave.loners if one.at in members]
        return count + sum(one.table.limit.size for one in loners) > most

    def _bound_together(self, at: int, joint: Joint) -> float:
        """Bound what a tier and the better ones cost together, whichever is first."""
        if at == 0 and not self._besides[0].count:
            return joint.bound
        members = sorted(one for tier in self.tiers[: at + 1] for one in tier)
        alone = [self._alone[one] for one in members]
        if any(value >= IS_FORBIDDEN for value in alone):
            found = math.inf
        elif self._is_large(at):
            found = self._bound_by_prices(members, at)
        else:
            found = self._bound_by_program(members)
        rungs = [self.wave.rungs.get(one, NO_LADDER) for one in members]
        if self.wave.rungs and found < math.inf:
            known = (r.holds(value) for r, value in zip(rungs, alone, strict=True))
            found = min(found, math.fsum(known))
        return found + math.fsum(one.bound for one in self._besides)

    def _bound_by_program(self, members: Sequence[int]) -> float:
        """Ask few orders as one program, on all that there is."""
        from domroute.batch.program import solve_joint

        whole, placed = Incumbent.of(self.wave), self._incumbent.placed
        idle, busy = [], []
        for one in members:
            before = placed[one]
            if not whole.seats[one].has_work:
                idle.append(self.wave.idle[one])
                continue
            busy.append(one)
            whole.put(one, UNPLACED if before is None else before)
        if not busy:
            return math.fsum(idle)
        left = max(0.0, self._left())
        bound = solve_joint(whole, busy, time_limit_s=left, gap=self.gap)
        return bound + math.fsum(idle)

    def _bound_by_prices(self, members: Sequence[int], at: int) -> float:
        """Ask many orders at prices that rise where too much is wanted."""
        wave = Part.of(Incumbent.of(self.wave), members).wave
        left, begun = max(0.0, self._left()), time.perf_counter()
        tuned = wave.tuning.search
        tiers_left = len(self.tiers) - at
        seconds = left if tiers_left == 1 else self._proving * left / tiers_left
        if self._is_compiled(wave):
            wave.solve = Fast.of(wave).solve

        def is_over(share: float) -> Callable[[], bool]:
            return lambda: time.perf_counter() - begun >= share * seconds

        ascent = Ascent.start(wave)
        ascent.climb(is_over(1 - tuned.tightening_share))
        crowded = CrowdedAscent.after(ascent)
        crowded.climb(is_over(1.0))
        return max(ascent.bound, crowded.bound)

    @staticmethod
    def _is_compiled(wave: Wave) -> bool:
        tuned = wave.tuning.kernel
        size = sum(table.price.size for table in wave.tables)
        is_fit = wave.count >= tuned.orders and size >= tuned.size
        return is_fit and not wave.loners and wave.shares_tables and is_loaded()

    def _bound_alone(self, at: int) -> float:
        """Bound what a tier costs by what each order costs at least by itself."""
        rungs = self.wave.rungs
        mine = [
            rungs.get(one, NO_LADDER).holds(self._alone[one]) for one in self.tiers[at]
        ]
        if any(value >= IS_FORBIDDEN for value in mine):
            return math.inf
        return math.fsum(mine) + self._besides[at].bound

    def _cost_of(self, at: int) -> float:
        """Add up what a tier costs; infinite if one of its orders has no plan."""
        placed = self._incumbent.placed
        missing, cost = rank_of(
            ((one, placed[one]) for one in self.tiers[at]), self.wave.absence
        )
        return math.inf if missing else cost + self._besides[at].cost
