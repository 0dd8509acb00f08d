"""
Improvement of a joint plan: free a few orders that compete, and place them again.

An order that pays more than it would at the prices is freed together with those that
hold what it wants, and all are placed again, each exactly, at prices that fade: first
as if others still paid for what they take, then for what it costs by itself [1]_. A
plan a little worse is kept at first, less and less often.

References
----------
.. [1] Schrimpf, G. et al. (2000). Record breaking optimization results using the ruin
   and recreate principle. *Journal of Computational Physics* 159(2).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from domroute.sourcing.batch.cells import Prices
from domroute.sourcing.batch.desk import Desk, Placed, rank_of
from domroute.sourcing.batch.wave import Answer
from domroute.sourcing.choice import IS_FORBIDDEN

_SIZE: Final = 6
"""Orders freed at a time."""
_DRAWS: Final = 4
"""Orders looked at to find one that pays too much."""
_FADES: Final = (0.0, 0.5, 1.0)
"""Shares of the prices at which orders are placed again, in turn."""
_WARMTH: Final = 0.05
"""What a plan may be worse at first, in costs of an average order."""


@dataclass(slots=True, eq=False)
class Ruin:
    """
    The search, which can be stopped and taken up again.

    Parameters
    ----------
    desk
        A joint plan, all of whose orders have been settled.
    prices, answer
        The best prices known, and what each order would do at them.
    seed
        Of the random draws.
    """

    desk: Desk
    prices: Prices
    answer: Answer
    seed: int
    _ideal: dict[int, list[int]] = field(default_factory=dict)
    _holders: dict[int, set[int]] = field(default_factory=dict)
    _held: dict[int, list[int]] = field(default_factory=dict)
    _regret: dict[int, float] = field(default_factory=dict)
    _busy: list[int] = field(default_factory=list)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Note who wants what, and who holds it."""
        desk, wave = self.desk, self.desk.wave
        self._random = random.Random(self.seed)  # noqa: S311 - no secret hangs on it
        wanted: dict[int, list[tuple[int, int]]] = {}
        for sheet, picks in zip(wave.sheets, self.answer.picks, strict=True):
            for place, part, column in zip(
                picks.order.tolist(),
                picks.part.tolist(),
                picks.column.tolist(),
                strict=True,
            ):
                wanted.setdefault(int(sheet.orders[place]), []).append((part, column))
        for at, pairs in wanted.items():
            ideal = desk.resources(at, Placed(0.0, picks=tuple(pairs)))
            if ideal:
                self._ideal[at] = ideal
        for loner in wave.loners:
            self._ideal[loner.at] = desk.resources(loner.at)
        # An order that wants nothing contended has what it wants.
        self._busy = sorted(self._ideal)
        for at in range(wave.count):
            self._hold(at)

    def run(self, until: Callable[[tuple[int, float]], float]) -> None:
        """
        Search until told to stop.

        Parameters
        ----------
        until
            Told the orders without a plan and the cost of the others, as they stand on
            the desk; answers what share of the time is over.
        """
        desk = self.desk
        if not self._busy:
            return
        missing, cost = desk.rank()
        warmth = _WARMTH * cost / max(1, desk.wave.count)
        fades = [self.prices.times(share) for share in _FADES]
        turn, over = 0, until((missing, cost))
        while over < 1.0:
            turn += 1
            freed = self._choose()
            gained = self._try(freed, fades[turn % len(fades)], warmth * (1 - over))
            missing, cost = missing - gained[0], cost - gained[1]
            over = until((missing, cost))

    def _choose(self) -> list[int]:
        """Pick an order that pays too much, and those that hold what it wants."""
        draws = self._random.choices(self._busy, k=_DRAWS)
        freed = [max(draws, key=self._regret.__getitem__)]
        seen = set(freed)
        at = 0
        while at < len(freed) and len(freed) < _SIZE:
            for resource in self._ideal.get(freed[at], ()):
                holders = sorted(self._holders.get(resource, ()))
                if len(holders) > _SIZE:
                    holders = self._random.sample(holders, _SIZE)
                for other in holders:
                    if other not in seen and len(freed) < _SIZE:
                        seen.add(other)
                        freed.append(other)
            at += 1
        return freed

    def _try(
        self, freed: list[int], prices: Prices, warmth: float
    ) -> tuple[int, float]:
        """Place orders again; keep it if it is better or hardly worse; what is won."""
        desk = self.desk
        before = [desk.placed[at] for at in freed]
        old = rank_of(before)
        for at in freed:
            self._release(at)
            desk.lift(at)
        self._random.shuffle(freed_again := list(freed))
        for at in freed_again:
            desk.settle(at, prices)
        new = rank_of([desk.placed[at] for at in freed])
        gained = old[0] - new[0], old[1] - new[1]
        if not self._accepts(gained, warmth):
            for at in freed:
                desk.lift(at)
            for at, placed in zip(freed, before, strict=True):
                if placed is not None:
                    desk.put(at, placed)
            gained = 0, 0.0
        for at in freed:
            self._hold(at)
        return gained

    def _accepts(self, gained: tuple[int, float], warmth: float) -> bool:
        if gained[0] or gained[1] >= 0:
            return gained > (0, 0.0)
        return warmth > 0 and self._random.random() < math.exp(gained[1] / warmth)

    def _release(self, at: int) -> None:
        for resource in self._held.pop(at):
            self._holders[resource].discard(at)

    def _hold(self, at: int) -> None:
        """Note what an order holds, and how much more it pays than at the prices."""
        held = self._held[at] = self.desk.resources(at)
        for resource in held:
            self._holders.setdefault(resource, set()).add(at)
        placed, cells = self.desk.placed[at], len(self.prices.units)
        if placed is None or placed.cost >= IS_FORBIDDEN:
            self._regret[at] = math.inf
            return
        dues = sum(
            float(self.prices.units[r] if r < cells else self.prices.load[r - cells])
            for r in held
        )
        self._regret[at] = placed.cost + dues - float(self.answer.values[at])
