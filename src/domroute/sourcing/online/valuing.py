"""From a forecast and the stock there is to the value of every unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

import numpy as np

from domroute.costs.stock_value import StockValue, UnitValue
from domroute.errors import InputError, Issue
from domroute.forecast import Forecast
from domroute.inventory import Inventory
from domroute.orders import Order
from domroute.policy import Policy
from domroute.problem import NetworkArrays, order_issues
from domroute.sourcing.batch.cells import Prices
from domroute.sourcing.batch.fast import Fast
from domroute.sourcing.batch.loading import is_loaded, load
from domroute.sourcing.batch.prices import Ascent
from domroute.sourcing.candidates import Candidates
from domroute.sourcing.online.expected import ExpectedWave
from domroute.units import FloatArray

_LARGE: Final = 5_000_000
"""Kinds of orders times contended cells, above which the program takes too long."""
_STEPS, _DRAWN_STEPS = 400, 100
"""Steps of the climb that stands for it, and of that to the prices of a draw."""
_WAIT_S: Final = 2.0
"""Seconds to wait for the compiled kernel, which finds the same."""
_THIN: Final = 10.0
"""Units in the cell of the middle, below which chance decides what is scarce."""
_DRAWS: Final = 16
_LEAST: Final = 1e-9
"""Worth nothing."""
_DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """
    What is asked of :func:`value_stock`.

    Attributes
    ----------
    as_of, until
        From when to when the orders of the forecast are expected.
    nudge
        Of the term that is returned.
    draws
        Futures to draw; zero takes what is expected for what will come; None decides
        by how thin the stock is.
    seed
        Of the draws.
    after
        Values found before, to begin with.
    """

    forecast: Forecast
    as_of: datetime
    until: datetime
    nudge: float
    draws: int | None
    seed: int
    after: StockValue | None

    @property
    def days(self) -> float:
        """Days of the horizon."""
        return (self.until - self.as_of).total_seconds() / _DAY_S


def check_outlook(arrays: NetworkArrays, outlook: Outlook) -> None:
    """
    Refuse an outlook that makes no sense.

    Raises
    ------
    InputError
        With every fault of every example, and of the options.
    """
    issues: list[Issue] = []
    for row in outlook.forecast.rows:
        issues += order_issues(arrays, row.order)
    moments = {"as_of": outlook.as_of, "until": outlook.until}
    naive = [name for name, moment in moments.items() if moment.utcoffset() is None]
    text = "has no offset from UTC; give a timezone-aware moment"
    issues += [Issue("naive_datetime", name, text) for name in naive]
    if not naive and outlook.until <= outlook.as_of:
        issues.append(Issue("out_of_range", "until", "should be after as_of"))
    for name, value in (("draws", outlook.draws), ("seed", outlook.seed)):
        whole: object = value
        is_fine = isinstance(whole, int) and not isinstance(whole, bool) and whole >= 0
        if not is_fine and (name, whole) != ("draws", None):
            text = f"{whole!r} should be a whole number, 0 or above"
            issues.append(Issue("out_of_range", name, text))
    if issues:
        raise InputError(issues)


def value_stock(
    outlook: Outlook,
    price: Callable[[Order], Candidates],
    policy: Policy,
    arrays: NetworkArrays,
    inventory: Inventory,
) -> StockValue:
    """
    Find what a unit of each cell is worth to the orders of a forecast.

    Parameters
    ----------
    outlook
        The forecast and the options.
    price
        Finds what may be shipped for an order, at no value of stock.
    policy, arrays, inventory
        Limits, the network, and the stock there is.
    """
    rows = sorted(outlook.forecast.rows, key=lambda row: row.order.id)
    rates = np.array([row.number for row in rows], float)
    orders = [row.order for row in rows]
    wave = ExpectedWave.compile(orders, rates, price, policy, arrays)
    skus = {row: sku for sku, row in wave.cells.row.items()}
    names = [node.id for node in arrays.nodes]
    start = np.zeros(len(wave.stock))
    if outlook.after is not None:
        known = {(row.node, row.sku): row.value for row in outlook.after.values}
        start = _spread(known, skus, names)
    prices, bound = _prices(wave, start, outlook)
    values = []
    for cell in np.flatnonzero(prices > _LEAST).tolist():
        row, at = divmod(cell, len(names))
        node, sku = names[at], skus[row]
        values.append(
            UnitValue(
                node=node,
                sku=sku,
                value=float(prices[cell]),
                planned=inventory.available(node, sku),
                per_day=float(wave.stock[cell]) / outlook.days,
            )
        )
    values.sort(key=lambda value: (value.node, value.sku))
    return StockValue(
        values=tuple(values), as_of=outlook.as_of, nudge=outlook.nudge, bound=bound
    )


def _spread(
    known: Mapping[tuple[str, str], float], skus: Mapping[int, str], names: list[str]
) -> FloatArray:
    """Put values found before where their cells are now."""
    prices = [
        known.get((name, skus[row]), 0.0) for row in range(len(skus)) for name in names
    ]
    return np.array(prices, float)


def _prices(
    wave: ExpectedWave, start: FloatArray, outlook: Outlook
) -> tuple[FloatArray, float]:
    """Find the prices of all cells, and what the forecast costs at least."""
    rates = wave.rates.copy()
    if not len(wave.contended):
        return np.zeros(len(wave.stock)), wave.bound_at(
            wave.plans(wave.free_prices()), np.zeros(len(wave.stock))
        )
    draws = outlook.draws
    if draws is None:
        is_thin = float(np.median(wave.stock[wave.contended])) < _THIN
        draws = _DRAWS if is_thin else 0
    random = np.random.default_rng(outlook.seed)
    futures = [random.poisson(rates).astype(float) for _ in range(draws)]
    if draws:
        wave.expect(rates, is_drawn=True)
    is_large = wave.count * len(wave.contended) > _LARGE
    solve = _climb if is_large else _solve_program
    found = solve(wave, start, [rates, *futures])
    if not draws:
        return found[0]
    return np.mean([prices for prices, _ in found[1:]], axis=0), found[0][1]


def _solve_program(
    wave: ExpectedWave, start: FloatArray, futures: list[FloatArray]
) -> list[tuple[FloatArray, float]]:
    """Solve the fluid program for one future after another."""
    # OR-Tools takes most of a second to import.
    from domroute.sourcing.online.fluid import Fluid

    wave.rates = futures[0]
    fluid = Fluid(wave)
    fluid.start(start)
    found = []
    for rates in futures:
        fluid.change(rates)
        fluid.solve()
        found.append((fluid.prices, fluid.bound))
    return found


def _climb(
    wave: ExpectedWave, start: FloatArray, futures: list[FloatArray]
) -> list[tuple[FloatArray, float]]:
    """Climb to the prices of one future after another, from those of the first."""
    load()
    if not wave.loners and is_loaded(_WAIT_S):
        wave.solve = Fast.of(wave).solve
    found: list[tuple[FloatArray, float]] = []
    for rates in futures:
        wave.rates = np.where(wave.barred, 0.0, rates)
        begin = found[0][0] if found else start
        prices = Prices(begin * wave.is_contended, np.zeros(len(wave.capacity)))
        answer = wave.ask(prices)
        ascent = Ascent(wave, prices, wave.bound(answer, prices), answer)
        ascent.climb(partial(_is_far, ascent, _DRAWN_STEPS if found else _STEPS))
        found.append((ascent.prices.units, ascent.bound))
    return found


def _is_far(ascent: Ascent, steps: int) -> bool:
    """Tell whether a climb has made its steps."""
    return ascent.steps >= steps
