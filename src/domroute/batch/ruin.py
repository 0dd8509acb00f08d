"""
Improvement of a joint plan: free a few orders that compete, and place them again.

An order that pays more than it would at the prices is freed together with those that
hold what it wants, or any order together with those that hold what it could take at one
node, rather at one that suits it; all are placed again, each exactly, at a share of the
prices: as if others still paid for what they take, or for what it costs by itself [1]_.
A plan a little worse is kept at first, less and less often.

The compiled kernel does the same, draw by draw: :mod:`.compiled.ruin`.

References
----------
.. [1] Schrimpf, G. et al. (2000). Record breaking optimization results using the ruin
   and recreate principle. *Journal of Computational Physics* 159(2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from domroute.batch.cells import Prices
from domroute.batch.incumbent import Incumbent
from domroute.batch.placed import Placed
from domroute.batch.resources import dues_of, resources_of
from domroute.batch.scores import ranked_columns
from domroute.batch.wave import Answer
from domroute.sourcing.choice import IS_FORBIDDEN
from domroute.tuning import RuinTuning
from domroute.units import IntArray


@dataclass(slots=True, eq=False)
class Ruin:
    """
    The search, which can be stopped and taken up again.

    Parameters
    ----------
    incumbent
        A joint plan, all of whose orders have been settled.
    prices, answer
        The best prices known, and what each order would do at them.
    seed
        Of the random draws.
    """

    incumbent: Incumbent
    prices: Prices
    answer: Answer
    seed: int
    _ideal: dict[int, list[int]] = field(default_factory=dict)
    _holders: dict[int, list[int]] = field(default_factory=dict)
    _regret: dict[int, float] = field(default_factory=dict)
    _busy: list[int] = field(default_factory=list)
    _ranked: dict[int, IntArray] = field(init=False)
    _fades: list[Prices] = field(init=False)
    _random: np.random.Generator = field(init=False)
    _tuned: RuinTuning = field(init=False)
    _turn: int = 0

    def __post_init__(self) -> None:
        """Note who wants what, and who holds it."""
        self._random = np.random.default_rng(self.seed)
        self._tuned = self.incumbent.wave.tuning.ruin
        self._fades = [self.prices.times(share) for share in self._tuned.fades]
        self._ideal = ideals(self.incumbent, self.answer)
        self._ranked = {
            id(table): ranked_columns(table, self.prices)
            for table in self.incumbent.wave.tables
        }
        # An order that wants nothing contended has what it wants.
        self._busy = [at for at, ideal in self._ideal.items() if ideal]
        for at in range(self.incumbent.wave.count):
            self._ideal.setdefault(at, [])
        for at in self._ideal:
            self._hold(at)

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to improve."""
        return not self._busy

    def turns(self, count: int, warmth: float) -> tuple[int, float]:
        """
        Free and place some times.

        Parameters
        ----------
        count
            How many times.
        warmth
            By how much a plan that is kept may be worse, about.

        Returns
        -------
        tuple[int, float]
            By how much less orders without a plan weigh, and what is saved.
        """
        placed, saved = 0, 0.0
        roam = roaming(self._turn, len(self._busy), self._tuned)
        for _ in range(count):
            is_roaming = self._random.random() < roam
            freed = self._roam() if is_roaming else self._choose()
            gained = self._try(freed, warmth)
            placed, saved = placed + gained[0], saved + gained[1]
            self._turn += 1
        return placed, saved

    def _draw(self, most: int) -> int:
        return int(self._random.random() * most)

    def _choose(self) -> list[int]:
        """Pick an order that pays too much, and those that hold what it wants."""
        size = self._tuned.size
        chosen = self._busy[self._draw(len(self._busy))]
        for _ in range(self._tuned.draws - 1):
            other = self._busy[self._draw(len(self._busy))]
            if self._regret[other] > self._regret[chosen]:
                chosen = other
        freed = [chosen]
        for one in freed:  # which grows as it is read
            if len(freed) >= size:
                break
            for resource in self._ideal[one]:
                holders = self._holders.get(resource, [])
                for place in range(min(len(holders), size)):
                    is_long = len(holders) > size
                    other = holders[self._draw(len(holders)) if is_long else place]
                    if other not in freed and len(freed) < size:
                        freed.append(other)
        return freed

    def _roam(self) -> list[int]:
        """Pick any order, and those that hold what it could take."""
        size = self._tuned.size
        freed = [self._busy[self._draw(len(self._busy))]]
        for _ in range(self._tuned.tries * size):
            if len(freed) == size:
                break
            seat = self.incumbent.seats[freed[self._draw(len(freed))]]
            if seat.table is not None:
                begin, end = seat.table.first[seat.place : seat.place + 2].tolist()
                share = self._random.random()
                share *= share
                rank = begin + int(share * share * (end - begin))
                column = self._ranked[id(seat.table)][rank]
                cells = seat.table.cell[:, column].tolist()
            elif seat.loner is not None:
                offered = seat.loner.cell
                cells = offered[:, self._draw(offered.shape[1])].tolist()
            else:
                continue
            for cell in cells:
                holders = self._holders.get(cell, [])
                if holders:
                    other = holders[self._draw(len(holders))]
                    if other not in freed and len(freed) < size:
                        freed.append(other)
        return freed

    def _try(self, freed: list[int], warmth: float) -> tuple[int, float]:
        """Place orders again; keep it if it is better or hardly worse; what is won."""
        incumbent = self.incumbent
        filled = incumbent.day_cost
        before = [incumbent.lift(at) for at in freed]
        again = list(freed)
        for i in range(len(again) - 1, 0, -1):
            j = self._draw(i + 1)
            again[i], again[j] = again[j], again[i]
        prices = self._fades[self._turn % len(self._fades)]
        for at in again:
            incumbent.settle(at, prices)
        old = self._tally(freed, before)
        new = self._tally(freed, [incumbent.placed[at] for at in freed])
        gained = old[0] - new[0], old[1] - new[1] + filled - incumbent.day_cost
        if not self._accepts(gained, warmth):
            for at in freed:
                incumbent.lift(at)
            for at, placed in zip(freed, before, strict=True):
                if placed is not None:
                    incumbent.put(at, placed)
            return 0, 0.0
        changed = []
        for at, was in zip(freed, before, strict=True):
            now = incumbent.placed[at]
            if not _is_same(was, now):
                self._release(at, was)
                changed.append(at)
        for at in changed:
            self._hold(at)
        return gained

    def _tally(
        self, orders: list[int], placed: list[Placed | None]
    ) -> tuple[int, float]:
        """Weigh orders without a plan, and add up what the others cost, one by one."""
        missing, total = 0, 0.0
        for at, one in zip(orders, placed, strict=True):
            if one is None or one.cost >= IS_FORBIDDEN:
                missing += int(self.incumbent.wave.absence[at])
            else:
                total += one.cost
        return missing, total

    def _accepts(self, gained: tuple[int, float], warmth: float) -> bool:
        if gained[0]:
            return gained[0] > 0
        if gained[1] >= 0:
            return gained[1] > 0
        return warmth > 0 and self._random.random() < math.exp(gained[1] / warmth)

    def _release(self, at: int, was: Placed | None) -> None:
        """Forget what an order held."""
        for resource in [] if was is None else resources_of(self.incumbent, at, was):
            holders = self._holders[resource]
            holders[holders.index(at)] = holders[-1]
            holders.pop()

    def _hold(self, at: int) -> None:
        """Note what an order holds, and how much more it pays than at the prices."""
        for resource in resources_of(self.incumbent, at):
            self._holders.setdefault(resource, []).append(at)
        placed = self.incumbent.placed[at]
        if placed is None or placed.cost >= IS_FORBIDDEN:
            self._regret[at] = math.inf
            return
        dues = dues_of(self.incumbent, at, self.prices)
        self._regret[at] = placed.cost + dues - float(self.answer.values[at])


def _is_same(was: Placed | None, now: Placed | None) -> bool:
    """Tell whether an order takes the same; takes in no table are made anew."""
    if was is None or now is None or was.takes or now.takes:
        return False
    return was.picks == now.picks


def roaming(turn: int, orders: int, tuned: RuinTuning) -> float:
    """Return the share of turns that free any order, after some turns."""
    first, late = tuned.roaming, tuned.roaming_late
    return first + (late - first) * turn / (turn + tuned.roaming_half * orders)


def ideals(incumbent: Incumbent, answer: Answer) -> dict[int, list[int]]:
    """
    List what each order would hold at the prices; for loners also what it has.

    At no prices, where at these nobody would hold anything: what is dear to all is to
    be given to somebody all the same.
    """
    found = _ideals(incumbent, answer)
    if any(found.values()):
        return found
    return _ideals(incumbent, incumbent.wave.ask(incumbent.wave.free_prices()))


def _ideals(incumbent: Incumbent, answer: Answer) -> dict[int, list[int]]:
    wave = incumbent.wave
    found: dict[int, list[int]] = {}
    for table, picks in zip(wave.tables, answer.picks, strict=True):
        wanted: dict[int, list[tuple[int, int]]] = {}
        for place, part, column in zip(
            picks.order.tolist(),
            picks.part.tolist(),
            picks.column.tolist(),
            strict=True,
        ):
            wanted.setdefault(place, []).append((part, column))
        for place, at in enumerate(table.orders.tolist()):
            pairs = tuple(wanted.get(place, ()))
            found[at] = resources_of(incumbent, at, Placed(0.0, picks=pairs))
    for loner in wave.loners:
        mine = dict.fromkeys(resources_of(incumbent, loner.at))
        wish = answer.wishes.get(loner.at)
        if wish is not None:
            cells = wish.cells[(wish.units > 0) & wave.is_contended[wish.cells]]
            rows = wish.rows[(wish.load > 0) & wave.is_limited[wish.rows]]
            mine.update(dict.fromkeys(cells.tolist()))
            mine.update(dict.fromkeys((len(wave.stock) + rows).tolist()))
        found[loner.at] = list(mine)
    return found
