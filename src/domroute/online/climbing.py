"""An ascent that begins well, and whose steps get longer while every one pays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from domroute.batch.cells import Prices
from domroute.batch.fast import Fast
from domroute.batch.loading import is_loaded, load
from domroute.batch.prices import Ascent
from domroute.online.expected import ExpectedWave
from domroute.sourcing.choice import IS_FORBIDDEN
from domroute.units import MAX_AMOUNT, FloatArray


@dataclass(slots=True, eq=False)
class Climb(Ascent):
    """
    The search for prices where they may be far from what a unit costs on average.

    That is so where units are short and leaving one is dear: a batch has the time to
    get there, and a valuation has not.
    """

    _row: int = 0
    _last: int = -1

    def _keep(self) -> None:
        self._row = self._row + 1 if self.steps == self._last + 1 else 1
        self._last = self.steps
        tuned = self.wave.policy.solve.tuning.ahead
        if self._row >= tuned.streak:
            self._length *= tuned.longer
            # Where the ascent ends is told beside the longest step.
            self._first_length = max(self._first_length, self._length)


def short_prices(wave: ExpectedWave) -> FloatArray:
    """
    Guess prices: of a SKU that is short everywhere, what filling a unit saves.

    Returns
    -------
    FloatArray
        Of every cell; shape ``(C,)``.
    """
    nodes = wave.cells.node_count
    wanted = np.zeros(len(wave.stock) // nodes)
    saved, alone = np.zeros(len(wanted)), wave.plans(wave.free_prices()).values
    for table in wave.tables:
        kinds, taken = table.orders, table.taken[-1]
        left = table.missing[0]
        gain = np.where(left < IS_FORBIDDEN, (left - alone[kinds]) / taken.sum(), 0.0)
        skus = table.cell[:, table.first[:-1]] // nodes
        for row, units in zip(skus, taken.tolist(), strict=True):
            weight = wave.rates[kinds] * units
            np.add.at(wanted, row, weight)
            np.add.at(saved, row, weight * np.maximum(0.0, gain))
    is_short = wanted > wave.stock.reshape(-1, nodes).sum(axis=1)
    each = np.divide(saved, wanted, out=np.zeros(len(wanted)), where=is_short)
    return np.repeat(each, nodes) * wave.is_contended


def climb(
    wave: ExpectedWave, start: FloatArray, futures: list[FloatArray]
) -> list[tuple[FloatArray, float]]:
    """
    Climb to prices, and their bound, for one future after another.

    Parameters
    ----------
    wave
        The kinds of orders, and what may be contended.
    start
        Prices known from before; shape ``(C,)``.
    futures
        Numbers of orders of each kind; shape ``(T,)`` each.
    """
    tuned = wave.policy.solve.tuning.ahead
    load()
    is_loaded(tuned.wait_s)
    found: list[tuple[FloatArray, float]] = []
    for rates in futures:
        wave.rates = np.where(wave.barred, 0.0, rates)
        begin = found[0][0] if found else start * wave.is_contended
        ascent = max(
            (_at(wave, prices) for prices in (begin, short_prices(wave))),
            key=lambda made: made.bound,
        )
        found.append(_climb(ascent, wave, tuned.drawn_steps if found else tuned.steps))
    return found


def _climb(ascent: Climb, wave: ExpectedWave, most: int) -> tuple[FloatArray, float]:
    """Climb, and ask kinds that stand in no table only now and then."""
    best = ascent.prices.units, ascent.bound
    between = wave.policy.solve.tuning.ahead.between
    for steps in range(between, most + 1, between):
        if wave.solve is None and wave.shares_tables and is_loaded():
            wave.solve = Fast.of(wave).solve
        wave.is_rough = bool(wave.loners)
        ascent.climb(partial(_is_far, ascent, steps))
        wave.is_rough = False
        if wave.loners:
            ascent.answer = wave.ask(ascent.prices)
            ascent.bound = wave.bound(ascent.answer, ascent.prices)
        if ascent.bound > best[1]:
            best = ascent.prices.units, ascent.bound
    # Where kinds in no table must be filled, and cannot be, there is no end.
    return np.minimum(best[0], MAX_AMOUNT), best[1]


def _at(wave: ExpectedWave, units: FloatArray) -> Climb:
    prices = Prices.of(units, np.zeros(len(wave.capacity)))
    answer = wave.ask(prices)
    return Climb(wave, prices, wave.bound(answer, prices), answer)


def _is_far(ascent: Ascent, steps: int) -> bool:
    """Tell whether a climb has made its steps."""
    return ascent.steps >= steps
