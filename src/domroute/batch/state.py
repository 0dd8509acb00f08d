"""How a search stands: the best plan and bound so far, and the time that is left."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from domroute.batch.fast import FastIncumbent
from domroute.batch.incumbent import Incumbent
from domroute.batch.prices import Ascent
from domroute.sourcing.proof import Proof
from domroute.tuning import WaveTuning

_SLACK: Final = 1e-9
"""A gap that sums of floats cannot be trusted below."""

Hands = Incumbent | FastIncumbent
"""What a joint plan is made with: in Python, or compiled."""
Watch = Callable[[float, float], bool]
"""Told the bound and the cost so far; answers whether to go on."""


@dataclass(slots=True, eq=False, kw_only=True)
class SearchState:
    """
    The best so far, and when to stop.

    Attributes
    ----------
    time_limit_s, gap, watch
        Seconds, the gap at which to stop, and who is told of progress.
    tuned
        How the search is tuned.
    proof
        What is proven.
    rank
        Orders without a plan, and what the others cost.
    best
        A copy of the best plan, by the hands that made it.
    most
        What no joint plan costs more than, as far as that is known.
    impossible
        Orders known to have no plan even alone.
    most_told
        What may be told of the bound at most: the search knows of no nodes beyond a
        rung that it took an order to need, proven or not.
    history
        Seconds since the start, bound and cost, each time one of them got better.
    """

    time_limit_s: float
    gap: float
    watch: Watch
    tuned: WaveTuning
    proof: Proof = field(default_factory=Proof)
    rank: tuple[float, float] = (math.inf, math.inf)
    best: Any = None
    most: float = math.inf
    impossible: int = 0
    most_told: float = math.inf
    history: list[tuple[float, float, float]] = field(default_factory=list)
    _started: float = field(default_factory=time.perf_counter)
    _watched: float = -math.inf
    _is_stopped: bool = False

    @property
    def cost(self) -> float:
        """What the best plan costs; infinite while an order that can has none."""
        return math.inf if self.rank[0] > self.impossible else self.rank[1]

    @property
    def bound(self) -> float:
        """What any plan costs at least, as far as it is proven."""
        return self.proof.bound

    @property
    def told(self) -> float:
        """What is proven of any plan, from whatever nodes."""
        return min(self.bound, self.most_told)

    def note(self, hands: Hands, rank: tuple[int, float] | None = None) -> None:
        """Keep the plan if it is the best so far."""
        rank = hands.rank() if rank is None else rank
        if rank < self.rank:
            self.rank, self.best = rank, hands.copy()
            self.proof.plan(self.cost)
            self._record()

    def prove(self, bound: float) -> None:
        """Keep a bound if it is the best so far; one above any plan says none is."""
        before = self.bound
        self.proof.say(bound if bound <= self.most else math.inf)
        if self.bound > before:
            self._record()

    def _record(self) -> None:
        now = time.perf_counter() - self._started
        # Of points that crowd, the first and the last are kept.
        tick_s = self.tuned.search.tick_s
        if len(self.history) > 1 and now - self.history[-2][0] < tick_s:
            self.history.pop()
        self.history.append((now, self.told, self.cost))

    def left(self) -> float:
        """Return the seconds that are left."""
        return self.time_limit_s - (time.perf_counter() - self._started)

    def within(self, share: float, ascent: Ascent | None) -> Callable[[], bool]:
        """Tell when a share of the time left now is over; note what is proven."""
        end = self.left() * (1 - share)

        def is_over() -> bool:
            if ascent is not None:
                self.prove(ascent.bound)
            return self.is_over() or self.left() <= end

        return is_over

    def is_over(self) -> bool:
        """Tell whether to stop: the time, the gap, or the caller says so."""
        now = time.perf_counter()
        if now - self._watched > self.tuned.search.watch_s:
            self._watched = now
            self._is_stopped |= not self.watch(self.told, self.cost)
        if self._is_stopped or (math.isinf(self.bound) and self.bound > 0):
            return True
        slack = max(self.gap, _SLACK) * abs(self.cost)
        is_close = math.isfinite(self.cost) and self.cost - self.bound <= slack
        return is_close or self.left() <= 0


def plain(hands: Hands) -> Incumbent:
    """Put the plan on an incumbent of Python."""
    return hands.publish() if isinstance(hands, FastIncumbent) else hands
