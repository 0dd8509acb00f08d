r"""
What one more unit of a cell would save the orders expected, also where there is none.

With the cost :math:`F(s)` of the fluid program from stock :math:`s`, and any optimal
price :math:`\lambda_c` of a cell,

.. math:: F(s) - F(s + e_c) \le \lambda_c .

The prices nearest to what a unit *more* saves, not one less costs, are those from a
little more of everything. Then the unit is put there, where the prices are highest, and
the program solved again: that is exact. Futures are those of the prices, and what is
saved is the mean over them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from domroute.ledger import Inventory, Snapshot
from domroute.sourcing.online.expected import ExpectedWave
from domroute.units import BoolArray, FloatArray

_LEAST: Final = 1e-6
"""Saves nothing."""
_LITTLE: Final = 1e-5
"""Of a unit, that is put everywhere to find the prices of more and not of less."""
_AGAIN: Final = 40
"""Times that the program is solved again: each takes some hundredths of a second."""


@dataclass(frozen=True, slots=True, eq=False)
class Saved:
    """
    What one more unit of each cell saves.

    Attributes
    ----------
    units
        In cost; an upper limit where it is not exact; shape ``(C,)``.
    is_exact
        Where the program was solved with the unit; shape ``(C,)``.
    """

    units: FloatArray
    is_exact: BoolArray


def with_one_more(
    stock: Snapshot, nodes: Iterable[str], skus: Iterable[str]
) -> Snapshot:
    """
    Put one more unit of some items into every node, also where there is none.

    Parameters
    ----------
    stock
        What there is.
    nodes, skus
        Where, and of what; nothing else is in what is returned.
    """
    cells = [(node, sku) for sku in skus for node in nodes]
    counts = [stock.counts(node, sku) or (0.0, 0.0, 0.0) for node, sku in cells]
    on_hand, reserved, safety = np.array(counts, float).reshape(-1, 3).T
    velocity = [stock.velocity(node, sku) for node, sku in cells]
    ledger = Inventory.from_columns(
        [node for node, _ in cells],
        [sku for _, sku in cells],
        on_hand + 1.0,
        reserved=reserved,
        safety=safety,
        velocity=np.array([np.nan if v is None else v for v in velocity], float),
    )
    ledger.start_period(stock.loads)
    return ledger.snapshot()


def savings(wave: ExpectedWave, futures: list[FloatArray]) -> Saved:
    """
    Find what one more unit of each cell saves, in the mean over futures.

    Parameters
    ----------
    wave
        Kinds of orders, priced with one unit more in every cell.
    futures
        Numbers of orders of each kind; shape ``(T,)`` each.
    """
    # OR-Tools takes most of a second to import.
    from domroute.sourcing.online.fluid import Fluid

    size = len(wave.stock)
    if not len(wave.contended):
        return Saved(np.zeros(size), np.ones(size, bool))
    fluid = Fluid(wave)
    prices, costs = np.zeros((len(futures), size)), np.zeros(len(futures))
    is_proven = np.zeros(len(futures), bool)
    for at, rates in enumerate(futures):
        fluid.change(rates)
        fluid.solve()
        costs[at], is_proven[at] = fluid.cost, fluid.is_proven
        fluid.change(rates, more=_LITTLE)
        fluid.solve()
        prices[at] = fluid.prices
    found = prices.mean(axis=0)
    is_exact = found <= _LEAST
    left = _AGAIN
    for cell in np.argsort(-found, kind="stable").tolist():
        asked = np.flatnonzero(prices[:, cell] > _LEAST).tolist()
        if is_exact[cell] or len(asked) > left:
            break
        left -= len(asked)
        saved, holds = 0.0, bool(is_proven[asked].all())
        for at in asked:
            fluid.change(futures[at], cell=cell)
            fluid.solve()
            saved += max(0.0, costs[at] - fluid.cost)
            holds &= fluid.is_proven
        if holds:  # else simplex is not to be relied on, and the price stands
            found[cell], is_exact[cell] = saved / len(futures), True
    return Saved(np.where(found > _LEAST, found, 0.0), is_exact)
