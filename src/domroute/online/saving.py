r"""
What one more unit of a cell would save the orders expected, also where there is none.

With the cost :math:`F(s)` of the fluid program from stock :math:`s`, over the plans
that stock :math:`s` allows, and any optimal price :math:`\lambda_c` of a cell,

.. math:: F(s) - F(s + e_c) \le \lambda_c ,

where the unit brings no plan that there was not before. Where it does, as where a node
has one of two units that are wanted, let :math:`G` be the program over the plans of one
unit more everywhere, of which an order may have a fraction. Then, with its price,

.. math:: F(s) - F(s + e_c) \le F(s) - G(s) + \lambda_c .

The prices nearest to what a unit *more* saves, not one less costs, are those from a
little more of everything. Then the unit is put there, where these limits are highest,
and the program solved again: that is exact. Futures are those of the prices, and what
is saved is the mean over them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from domroute.ledger import Inventory, Snapshot
from domroute.online.expected import ExpectedWave
from domroute.units import BoolArray, FloatArray

_LEAST: Final = 1e-6
"""Saves nothing."""
_LITTLE: Final = 1e-5
"""Of a unit, that is put everywhere to find the prices of more and not of less."""
_OPEN: Final = 2e-6
"""Part of a cost that two programs leave open between them, if they are the same."""


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
        restricted={
            (node, sku): one
            for sku in skus
            for node, one in stock.restricted.get(sku, {}).items()
            if node in nodes
        },
    )
    ledger.start_period(stock.loads)
    ledger.start_days(stock.days.as_told)
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
    size = len(wave.stock)
    is_fresh = wave.expect_more()
    if not len(wave.contended):
        return Saved(np.zeros(size), np.ones(size, bool))
    trial = _Trial.of(wave, futures, is_fresh)
    found = trial.most.mean(axis=0)
    is_exact = found <= _LEAST
    left = wave.policy.solve.tuning.ahead.again
    for cell in np.argsort(-found, kind="stable").tolist():
        asked = np.flatnonzero(trial.most[:, cell] > _LEAST).tolist()
        if is_exact[cell] or len(asked) > left:
            break
        left -= len(asked)
        saved = trial.put(cell, asked)
        if saved is not None:  # else simplex is not to be relied on: the limit stands
            found[cell], is_exact[cell] = saved / len(futures), True
    return Saved(np.where(found > _LEAST, found, 0.0), is_exact)


@dataclass(frozen=True, slots=True, eq=False)
class _Trial:
    """
    What the futures cost as things are, and what a unit more can save at most.

    Attributes
    ----------
    cost, is_proven
        Of each future, and whether it is certain; shape ``(F,)``.
    prices
        Of the units there are; shape ``(F, C)``.
    most
        What a unit more saves at most; shape ``(F, C)``.
    """

    wave: ExpectedWave
    futures: list[FloatArray]
    cost: FloatArray
    is_proven: BoolArray
    prices: FloatArray
    most: FloatArray

    @classmethod
    def of(
        cls, wave: ExpectedWave, futures: list[FloatArray], is_fresh: BoolArray
    ) -> Self:
        """
        Solve the program of every future, as it is and with the plans of one unit more.

        Where a unit more brings no new plan, it saves at most its price. Where it does,
        at most its price among all plans that it or its like bring, and what these save
        before it is there.
        """
        # OR-Tools takes most of a second to import.
        from domroute.online.fluid import Fluid

        held, wide = Fluid(wave.held()), Fluid(wave)
        shape = (len(futures), len(wave.stock))
        cost, is_proven = np.zeros(shape[0]), np.zeros(shape[0], bool)
        prices, most = np.zeros(shape), np.zeros(shape)
        for at, rates in enumerate(futures):
            held.change(rates)
            held.solve()
            cost[at], is_proven[at] = held.cost, held.is_proven
            wide.change(rates)
            wide.solve()
            before = held.cost - wide.bound
            if before <= _OPEN * max(1.0, abs(held.cost)):
                before = 0.0
            for fluid in (held, wide):
                fluid.change(rates, more=_LITTLE)
                fluid.solve()
            prices[at] = held.prices
            most[at] = np.where(is_fresh, wide.prices + before, held.prices)
        most[:, wave.stock <= 0] = 0.0
        return cls(wave, futures, cost, is_proven, prices, most)

    def put(self, cell: int, asked: list[int]) -> float | None:
        """Put a unit more into a cell; sum up what some futures save, if certain."""
        from domroute.online.fluid import Fluid

        fluid = Fluid(self.wave.held(cell))
        fluid.start(self.prices[asked].mean(axis=0))
        saved, holds = 0.0, bool(self.is_proven[asked].all())
        for at in asked:
            fluid.change(self.futures[at], cell=cell)
            fluid.solve()
            saved += max(0.0, float(self.cost[at]) - fluid.cost)
            holds &= fluid.is_proven
        return saved if holds else None
