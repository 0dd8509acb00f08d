"""From a forecast and the stock there is to the value of every unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from domroute.costs.stock_value import Saving, StockValue, UnitValue
from domroute.errors import InputError, Issue, SolverError
from domroute.forecast import Forecast
from domroute.ledger import Snapshot
from domroute.names import order_issues
from domroute.offers.priced import Offers
from domroute.online.climbing import climb
from domroute.online.expected import ExpectedWave
from domroute.online.saving import savings
from domroute.orders import Order
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.units import FloatArray

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
    rations
        Whether values may keep an order from being filled for the sake of later ones.
    after
        Values found before, to begin with.
    savings
        Whether to find what one more unit of each cell would save.
    """

    forecast: Forecast
    as_of: datetime
    until: datetime
    nudge: float
    draws: int | None
    seed: int
    rations: bool
    after: StockValue | None
    savings: bool = True

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
        issues += order_issues(arrays.known, row.order)
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
    price: Callable[[Order], Offers],
    policy: Policy,
    arrays: NetworkArrays,
    inventory: Snapshot,
    *,
    price_more: Callable[[Order], Offers],
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
    price_more
        Prices as ``price`` does, with one unit more of every item at every node.
    """
    rows = sorted(outlook.forecast.rows, key=lambda row: row.order.id)
    rates = np.array([row.number for row in rows], float)
    # Examples may be old: nodes that have opened since are open to those to come.
    now = {"placed_at": outlook.as_of}
    orders = [row.order.model_copy(update=now) for row in rows]
    wave = ExpectedWave.compile(orders, rates, price, policy, arrays)
    skus = {row: sku for sku, row in wave.cells.row.items()}
    names = [node.id for node in arrays.nodes]
    start = np.zeros(len(wave.stock))
    if outlook.after is not None:
        known = {(row.node, row.sku): row.value for row in outlook.after.values}
        start = _spread(known, skus, names)
    futures = _futures(wave, outlook)
    prices, bound = _prices(wave, start, outlook, futures)
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
    saved = None
    if outlook.savings:
        richer = ExpectedWave.compile(orders, rates, price_more, policy, arrays, more=1)
        saved = _savings(richer, futures, arrays, inventory)
    return StockValue(
        values=tuple(values),
        as_of=outlook.as_of,
        nudge=outlook.nudge,
        bound=bound,
        savings=saved,
    )


def _savings(
    richer: ExpectedWave,
    futures: list[FloatArray],
    arrays: NetworkArrays,
    inventory: Snapshot,
) -> tuple[Saving, ...] | None:
    """List what one more unit of each cell saves; None where that is not to be had."""
    rates = richer.rates
    richer.expect(rates, is_drawn=bool(futures))
    if _is_large(richer):
        return None
    try:
        saved = savings(richer, futures or [rates])
    except SolverError:
        return None
    skus = {row: sku for sku, row in richer.cells.row.items()}
    made = []
    for cell in np.flatnonzero(saved.units).tolist():
        row, at = divmod(cell, len(arrays.nodes))
        node, sku = arrays.nodes[at].id, skus[row]
        made.append(
            Saving(
                node=node,
                sku=sku,
                available=max(0, inventory.available(node, sku)),
                saves=float(saved.units[cell]),
                is_exact=bool(saved.is_exact[cell]),
            )
        )
    return tuple(sorted(made, key=lambda one: (-one.saves, one.node, one.sku)))


def _spread(
    known: Mapping[tuple[str, str], float], skus: Mapping[int, str], names: list[str]
) -> FloatArray:
    """Put values found before where their cells are now."""
    prices = [
        known.get((name, skus[row]), 0.0) for row in range(len(skus)) for name in names
    ]
    return np.array(prices, float)


def _futures(wave: ExpectedWave, outlook: Outlook) -> list[FloatArray]:
    """Draw numbers of orders of each kind; none where what is expected will come."""
    draws = outlook.draws
    if draws is None:
        draws = wave.policy.solve.tuning.ahead.draws if _is_thin(wave) else 0
    random = np.random.default_rng(outlook.seed)
    return [random.poisson(wave.rates).astype(float) for _ in range(draws)]


def _prices(
    wave: ExpectedWave,
    start: FloatArray,
    outlook: Outlook,
    futures: list[FloatArray],
) -> tuple[FloatArray, float]:
    """Find the prices of all cells, and what the forecast costs at least."""
    rates = wave.rates.copy()
    if futures:
        wave.expect(rates, is_drawn=True)
    if not len(wave.contended):
        nothing = np.zeros(len(wave.stock))
        return nothing, wave.bound_at(wave.plans(wave.free_prices()), nothing)
    asked = [rates, *futures]
    try:
        solve = climb if _is_large(wave) else _solve_program
        found = solve(wave, start, asked)
    except SolverError:
        found = climb(wave, start, asked)  # which asks no solver
    prices = [mine for mine, _ in (found[1:] if futures else found)]
    if not outlook.rations:
        prices = [_beside_scarcity(wave, mine) for mine in prices]
    return np.mean(prices, axis=0), found[0][1]


def _is_large(wave: ExpectedWave) -> bool:
    """Tell whether the fluid program takes too long."""
    most = wave.policy.solve.tuning.ahead.large
    return wave.count * len(wave.contended) > most


def _is_thin(wave: ExpectedWave) -> bool:
    """Tell whether chance decides what is scarce: what matters has few units."""
    rates = wave.rates.copy()
    wave.expect(rates, is_drawn=True)
    stock = wave.stock[wave.contended]
    wave.expect(rates)
    thin = wave.policy.solve.tuning.ahead.thin
    return len(stock) > 0 and float(np.median(stock)) < thin


def _beside_scarcity(wave: ExpectedWave, prices: FloatArray) -> FloatArray:
    """Take off what a unit of a SKU is worth at every node that has one."""
    nodes = wave.cells.node_count
    table = prices.reshape(-1, nodes)
    is_there = wave.stock.reshape(-1, nodes) > 0
    least = np.where(is_there, table, np.inf).min(axis=1, keepdims=True)
    least[np.isinf(least)] = 0.0
    beside: FloatArray = np.maximum(0.0, table - least).ravel()
    return beside


def _solve_program(
    wave: ExpectedWave, start: FloatArray, futures: list[FloatArray]
) -> list[tuple[FloatArray, float]]:
    """Solve the fluid program for one future after another."""
    # OR-Tools takes most of a second to import.
    from domroute.online.fluid import Fluid

    fluid = Fluid(wave)
    fluid.start(start)
    found = []
    for rates in futures:
        fluid.change(rates)
        fluid.solve()
        found.append((fluid.prices, fluid.bound))
    return found
