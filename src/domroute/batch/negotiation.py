"""
Orders that negotiate: each takes what is cheapest, and pays for what is then over.

More may be taken of a cell for a while than it holds. In each round every order is
asked again, at the prices and at a penalty on each unit over what the others leave;
prices rise where too much is taken and fall where something is left, and the penalty
rises from round to round, until hardly anything is over. So are the wires of a chip led
past one another [1]_. What is over at the end is lifted, and placed again where there
is room.

A few orders answer at once, each knowing what all others take. Of those that would move
and meet at a cell one moves; the others are asked again in the next round.

The compiled kernel does the same, order by order: :mod:`.compiled.bidding`.

References
----------
.. [1] McMurchie, L. and Ebeling, C. (1995). PathFinder: a negotiation-based
   performance-driven router for FPGAs. *Proceedings of the third international ACM
   symposium on field-programmable gate arrays*.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from domroute.batch.bidding import Bidders, Terms
from domroute.batch.cells import Prices
from domroute.batch.fast import FastBidders, FastIncumbent
from domroute.batch.incumbent import Incumbent
from domroute.batch.loner import Loner
from domroute.batch.resources import resources_of
from domroute.batch.state import Hands
from domroute.batch.wave import Answer, Wave
from domroute.tuning import NegotiationTuning
from domroute.units import FloatArray, IntArray


class Bidding(Protocol):
    """What lets orders answer: NumPy, or the compiled kernel."""

    def bid(self, pieces: IntArray, terms: Terms, priority: IntArray) -> int:
        """Ask pieces one after another; return how many orders moved."""

    def publish(self) -> None:
        """Put what the orders take into the hands it came from."""


@dataclass(slots=True, eq=False)
class Negotiation:
    """
    The rounds, which can be ended after any of them.

    Parameters
    ----------
    hands
        All of whose orders in tables are lifted; of the others one answers in each
        round, and stays where it is meanwhile.
    prices, answer
        The best prices known, and what each order would do at them.
    seed
        Of the sequence in which orders are asked.

    Attributes
    ----------
    moved
        How many orders moved in the last round.
    """

    hands: Hands
    prices: Prices
    answer: Answer
    seed: int
    moved: int = 0
    _bidding: Bidding = field(init=False)
    _pieces: IntArray = field(init=False)
    _random: np.random.Generator = field(init=False)
    _per_load: FloatArray = field(init=False)
    _usual_load: FloatArray = field(init=False)
    _tuned: NegotiationTuning = field(init=False)
    _rounds: int = 0

    def __post_init__(self) -> None:
        """Lift the orders, and find out what a unit and an hour are about worth."""
        wave, answer = self._incumbent.wave, self.answer
        self._tuned = wave.tuning.negotiation
        self._random = np.random.default_rng(self.seed)
        self._pieces = _pieces(wave)
        self._usual_load = _usual_load(wave)
        sizes = answer.sizes
        self._per_load = sizes.sum() / max(1, len(sizes)) / self._usual_load
        hands = self.hands
        self._bidding = (
            FastBidders(hands) if isinstance(hands, FastIncumbent) else Bidders(hands)
        )

    @property
    def _incumbent(self) -> Incumbent:
        return (
            self.hands.incumbent
            if isinstance(self.hands, FastIncumbent)
            else self.hands
        )

    @property
    def excess(self) -> float:
        """Units taken that are not there."""
        left = self._incumbent.left
        return float(-left[left < 0].sum())

    def run(self, progress: Callable[[], float]) -> None:
        """Go through the rounds, until ``progress``, a share of the time, is 1."""
        quiet, rounds = 0, self._tuned.rounds
        for at in range(rounds):
            share = max(progress(), at / rounds)
            if share >= 1 or quiet == self._tuned.quiet:
                break
            self.round(share)
            quiet = 0 if self.moved or self.excess else quiet + 1

    def round(self, share: float) -> None:
        """Ask every order again, after a share of the rounds or of the time."""
        wave, random = self._incumbent.wave, self._random
        mild, harsh = self._tuned.mild, self._tuned.harsh
        penalty = mild * (harsh / mild) ** share
        terms = Terms(
            self.prices, penalty * self.answer.per_unit, penalty * self._per_load
        )
        pieces = self._pieces[random.permutation(len(self._pieces))]
        self.moved = self._bidding.bid(pieces, terms, random.permutation(wave.count))
        if wave.loners:
            self._ask_loner(wave.loners[self._rounds % len(wave.loners)], terms)
        self._rounds += 1
        self._step()

    def _ask_loner(self, loner: Loner, terms: Terms) -> None:
        """Let an order in no table answer: all at once would take too long."""
        incumbent = self._incumbent
        incumbent.lift(loner.at)
        units = terms.prices.units + terms.over * (incumbent.left <= 0)
        load = terms.prices.load + terms.over_load * (incumbent.room <= 0)
        incumbent.bid(loner, Prices.of(units, load))

    def _step(self) -> None:
        """Raise the prices of what is over, and lower those of what is left."""
        incumbent, wave = self._incumbent, self._incumbent.wave
        at, limited = wave.contended, wave.is_limited
        self.prices = Prices(self.prices.values.copy(), self.prices.cells)
        units, load = self.prices.units, self.prices.load
        over = -incumbent.left[at] / np.sqrt(np.maximum(1, wave.stock[at]))
        step = self._tuned.step
        units[at] = np.maximum(0.0, units[at] + step * self.answer.per_unit * over)
        usual = self._usual_load[limited]
        size = np.sqrt(np.maximum(1.0, wave.capacity[limited] / usual))
        over = -incumbent.room[limited] / usual / size
        rise = step * self._per_load[limited] * over
        load[limited] = np.maximum(0.0, load[limited] + rise)

    def publish(self) -> list[int]:
        """
        Lift what is over, and put the rest into the hands.

        Returns
        -------
        list[int]
            Positions of the orders lifted, those with most units first.
        """
        self._bidding.publish()
        incumbent = self._incumbent
        if (incumbent.free >= 0).all():
            return []
        sequence = self._random.permutation(incumbent.wave.count).tolist()
        if isinstance(self.hands, FastIncumbent):
            lifted = _lift_over(self.hands.publish(), sequence)
            self.hands.adopt()
        else:
            lifted = _lift_over(incumbent, sequence)
        sizes = incumbent.wave.sizes()
        return sorted(lifted, key=sizes.__getitem__, reverse=True)


def _lift_over(incumbent: Incumbent, sequence: list[int]) -> list[int]:
    """Lift orders until nothing is over; return them."""
    lifted = []
    for at in sequence:
        if not incumbent.seats[at].has_work:
            continue
        if min(incumbent.free[resources_of(incumbent, at)], default=0.0) < 0:
            incumbent.lift(at)
            lifted.append(at)
    return lifted


def _pieces(wave: Wave) -> IntArray:
    """Cut the tables into orders that answer at once: table, first and end; (M, 3)."""
    tuned = wave.tuning.negotiation
    most = min(tuned.together, max(1, wave.count // tuned.pieces))
    pieces = [
        (at, first, min(end, first + most))
        for at, table in enumerate(wave.tables)
        for begin, end in table.chunks()
        for first in range(begin, end, most)
    ]
    return np.array(pieces, np.int64).reshape(-1, 3)


def _usual_load(wave: Wave) -> FloatArray:
    """Return what a whole order uses of each row of capacity, on average; (Q,)."""
    total, count = np.zeros(len(wave.capacity)), np.zeros(len(wave.capacity))
    for table in wave.tables:
        for row, load in zip(table.row, table.load, strict=True):
            np.add.at(total, row, load[-1])
            np.add.at(count, row, 1.0)
    usual: FloatArray = total / np.maximum(1.0, count)
    usual[usual <= 0] = 1.0
    return usual
