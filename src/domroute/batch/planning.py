"""Plans for a wave, once there are prices: by them, all at once, and ever better."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from domroute.batch.cells import Prices
from domroute.batch.fast import FastIncumbent, FastRuin
from domroute.batch.negotiation import Negotiation
from domroute.batch.prices import Ascent
from domroute.batch.ruin import Ruin
from domroute.batch.state import Hands, SearchState, plain
from domroute.batch.tightening import Tightening
from domroute.batch.turns import by_stake, refused_first, rivals_of_refused
from domroute.batch.wave import Wave
from domroute.sourcing.choice import IS_FORBIDDEN
from domroute.words import Objective


@dataclass(slots=True, eq=False, kw_only=True)
class Planning(SearchState):
    """
    The stages that plan by prices.

    Attributes
    ----------
    wave
        The orders, compiled.
    sequence
        Positions of the orders as they would be routed one by one.
    seed
        Of the random draws.
    """

    wave: Wave
    sequence: Sequence[int]
    seed: int
    _hands: Hands = field(init=False)
    _tightening: Tightening | None = None

    @property
    def _proven(self) -> float:
        """What is proven beside the plans."""
        return -math.inf if self._tightening is None else self._tightening.bound

    @property
    def _is_one_program(self) -> bool:
        """Tell whether the wave is small enough to be asked as one program."""
        return self.wave.bundle_count <= self.tuned.planning.joint

    @property
    def _is_tiny(self) -> bool:
        """Tell whether everything is soon done, however slow the machine."""
        return self.wave.bundle_count <= self.tuned.planning.tiny

    @property
    def _is_small(self) -> bool:
        """Tell whether orders are few enough to note and try whatever there is."""
        return self.wave.count < self.tuned.planning.few

    def _settle_all(self, sequence: Sequence[int], prices: Prices) -> None:
        """Place orders one after another, unless the time is over."""
        tuned = self.tuned.planning
        look = tuned.fast_look if isinstance(self._hands, FastIncumbent) else tuned.look
        look = 1 if self.wave.loners else look
        for begin in range(0, len(sequence), look):
            self._hands.settle_all(sequence[begin : begin + look], prices)
            if self.is_over():
                break

    def _try_turns(self, alone: Sequence[float]) -> None:
        """Let orders take their turns by what is at stake, and the refused first."""
        wave, hands = self.wave, self._hands
        by_cost = wave.policy.objective is Objective.COST and not wave.drains
        is_by_cost = by_cost and self._is_small
        if not (is_by_cost or math.isinf(self.cost)):
            return

        def take(turns: Sequence[int]) -> None:
            hands.clear()
            self._settle_all(turns, wave.free_prices())
            self.note(hands)

        turns = by_stake(wave, alone, self.sequence)
        take(turns)
        for other in refused_first(plain(hands), turns):
            if self.is_over():
                break
            take(other)
            plain(hands)
        hands.restore(self.best)

    def _plan_by(self, ascent: Ascent) -> None:
        """Place all orders again at the prices, the largest first; let them fade."""
        hands, sizes = self._hands, self.wave.sizes()
        hands.clear()
        largest = sorted(self.sequence, key=sizes.__getitem__, reverse=True)
        self._settle_all(largest, ascent.prices)
        self.note(hands)
        if not self._is_one_program and not self.wave.loners:
            return  # which comes to the same, and goes on from there
        rng = np.random.default_rng(self.seed)
        for share in self.tuned.planning.fading:
            turns = rng.permutation(self.wave.count).tolist()
            self._settle_all(turns, ascent.prices.times(share))
            self.note(self._hands)
        hands.restore(self.best)

    def _solve_joint(self, ascent: Ascent) -> None:
        """Ask for the whole wave at once, where it is small."""
        wave, hands, tuned = self.wave, self._hands, self.tuned.planning
        if not self._is_one_program:
            return
        # OR-Tools takes most of a second to import: only small waves wait for it.
        from domroute.batch.program import solve_joint

        together = [
            at
            for at, seat in enumerate(plain(hands).seats)
            if seat.has_work and ascent.answer.values[at] < IS_FORBIDDEN
        ]
        if not together:
            return
        # What is good already the program need not find, and it may find nothing.
        seconds = math.inf if self._is_tiny else tuned.before_s
        share = min(tuned.before_share, seconds / max(self.left(), 1e-9))
        self._improve_for(share, ascent, most=tuned.before_turns * wave.count)
        hands.restore(self.best)
        if self.is_over():
            return
        bound = solve_joint(
            plain(hands),
            together,
            time_limit_s=tuned.joint_share * self.left(),
            gap=self.gap,
        )
        if isinstance(hands, FastIncumbent):
            hands.adopt()
        idle = [value for value in wave.idle.values() if value < IS_FORBIDDEN]
        self.prove(bound + math.fsum(idle))
        self.note(self._hands)

    def _negotiate(self, ascent: Ascent) -> None:
        """Let the orders of a large wave negotiate from the prices on."""
        if self._is_one_program:
            return
        hands, begin, left = self._hands, time.perf_counter(), max(self.left(), 1e-9)
        seconds = max(self.tuned.planning.negotiating_share * left, 1e-9)

        def progress() -> float:
            self.prove(self._proven)
            share = (time.perf_counter() - begin) / seconds
            return math.inf if self.is_over() else share

        negotiation = Negotiation(hands, ascent.prices, ascent.answer, self.seed)
        negotiation.run(progress)
        self._settle_all(negotiation.publish(), negotiation.prices)
        self.note(hands)
        hands.restore(self.best)

    def _repair(self, _: Ascent) -> None:
        """Ask together for orders without a plan and those that hold what they want."""
        if self._is_one_program or not math.isinf(self.cost):
            return
        from domroute.batch.program import solve_joint

        hands, tuned = self._hands, self.tuned.planning
        hands.restore(self.best)
        incumbent = plain(hands)
        for freed in rivals_of_refused(incumbent, most=tuned.joint):
            if self.is_over():
                break
            seconds = tuned.repair_share * self.left()
            solve_joint(incumbent, freed, time_limit_s=seconds, gap=self.gap)
        if isinstance(hands, FastIncumbent):
            hands.adopt()
        self.note(self._hands)
        hands.restore(self.best)

    def _settle_again(self, _: Ascent) -> None:
        """Let every order choose again in its turn, now that each has a plan."""
        hands = self._hands
        hands.restore(self.best)
        hands.settle_all(self.sequence, self.wave.free_prices())
        rank = hands.rank()
        if rank[0] <= self.rank[0]:  # whatever it costs: what comes before is better
            self.rank, self.best = rank, hands.copy()

    def _improve(self, ascent: Ascent) -> None:
        """Improve the plan until the time is over."""
        self._improve_for(1.0, ascent)

    def _improve_for(
        self, share: float, ascent: Ascent, most: float = math.inf
    ) -> None:
        """
        Free and place again for a share of the time, ever less ready for worse.

        So many times at most: where that is reached, runs do not depend on the clock.
        """
        hands, tuned = self._hands, self.tuned.ruin
        count = tuned.turns
        make: Callable[..., Ruin | FastRuin] = Ruin
        if isinstance(hands, FastIncumbent):
            # Coming back means waiting for the interpreter, which the bound uses too.
            make, count = FastRuin, max(tuned.fast_turns, self.wave.count // 4)
        elif self.wave.loners:
            count = 1
        ruin = make(hands, ascent.prices, ascent.answer, self.seed)
        begin, left = time.perf_counter(), max(share * self.left(), 1e-9)
        is_over = self.within(share, None)
        missing, cost = hands.rank()
        warmth = tuned.warmth * cost / max(1, self.wave.count)
        watch_s, is_small = self.tuned.search.watch_s, self._is_small
        noted = begin
        done = 0
        while not (ruin.is_idle or is_over()) and done < most:
            share_of_time = (time.perf_counter() - begin) / left
            over = done / most if most < math.inf else min(1.0, share_of_time)
            done += count
            placed, saved = ruin.turns(count, warmth * (1 - over))
            missing, cost = missing - placed, cost - saved
            if time.perf_counter() - noted > watch_s or is_small:
                self.note(hands, (missing, cost))
                self.prove(self._proven)
                noted = time.perf_counter()
        self.note(self._hands)
