r"""
Do prices foretell what one more unit changes? The bound, asked again, says.

At prices :math:`\lambda` the bound from stock :math:`s` is
:math:`L(\lambda, s) = \sum_o \min_p (c_o(p) + \lambda u_o(p)) - \lambda s`, and
:math:`L^*(s)` is the best over all prices. Stock enters by :math:`-\lambda s`, and by
the plans that an order has when it is alone; one unit more of cell :math:`c` adds none
where the cell already holds all that any one order wants of it. Then
:math:`L(\lambda, s + e_c) = L(\lambda, s) - \lambda_c`. One unit less only takes plans
away: :math:`L(\lambda, s - e_c) \ge L(\lambda, s) + \lambda_c`, at any cell. As
:math:`L^*` is no less than :math:`L` at these prices, be they the best or not,

.. math::

   L(\lambda, s) - L^*(s + e_c) \le \lambda_c \le L^*(s - e_c) - L(\lambda, s) :

one unit more lowers the bound by at most the price, and one less raises it by at least
that. What is seen may miss either by what a second search for prices ends short of its
best. Both are equalities where the price is the only best one; at a kink a whole
interval of prices is best, of which the search is to show the lower end: the fall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.families.days import Week
from benchmarks.report import Table
from domroute import Inventory, Order, Router

_LIMIT_S = 5.0
"""Seconds of search for each bound; prices have a fifth of them."""
_CELLS = 10
_NEAR = 0.05
"""Seen within this share of the price counts as equal."""
_SLACK = 1e-4
"""How far a search for prices may end short of its best, beside the bound."""


@dataclass(frozen=True, slots=True, eq=False)
class PriceDay:
    """A day's orders, and the stock that they met."""

    name: str
    week: Week
    orders: tuple[Order, ...]
    stock: Inventory


@dataclass(frozen=True, slots=True)
class Seen:
    """A cell, its price, and how far the bound fell and rose."""

    cell: str
    units: int
    most: int
    price: float
    fall: float
    rise: float

    @property
    def adds_plans(self) -> bool:
        """Whether an order alone wants more than there is, so that it may fall more."""
        return self.most > self.units

    @property
    def missed(self) -> float:
        """By how much what is seen misses what must hold of the best bounds."""
        under = self.price - self.rise
        return max(
            0.0, under if self.adds_plans else max(under, self.fall - self.price)
        )


def price_test(day: PriceDay) -> Table:
    """Add, and take away, one unit at each of the ten dearest cells."""
    batch = _router(day, {}).route_batch(day.orders, time_limit_s=_LIMIT_S)
    base = batch.statistics.price_bound
    assert base is not None
    cells = [p for p in batch.stock_and_capacity if p.sku is not None][:_CELLS]
    found = []
    for p in cells:
        bounds = [_bound(day, {(p.node_id, str(p.sku)): by}) for by in (1, -1)]
        name = f"{p.sku} at {p.node_id}"
        fall, rise = base - bounds[0], bounds[1] - base
        most = max(_units_of(order, p.sku) for order in day.orders)
        found.append(Seen(name, int(p.limit), most, p.price, fall, rise))
    return _table(day, base, found)


def _bound(day: PriceDay, changes: dict[tuple[str, str], int]) -> float:
    """Ask what the prices alone prove, from changed stock."""
    batch = _router(day, changes).route_batch(day.orders, time_limit_s=_LIMIT_S)
    bound = batch.statistics.price_bound
    assert bound is not None
    return bound


def _units_of(order: Order, sku: str | None) -> int:
    return sum(line.quantity for line in order.lines if line.sku == sku)


def _router(day: PriceDay, changes: dict[tuple[str, str], int]) -> Router:
    """Compile a router over the day's stock, some cells with more or less of it."""
    rows = list(day.stock)
    units = [row.available + changes.get((row.node, row.sku), 0) for row in rows]
    stock = Inventory.from_columns(
        [row.node for row in rows],
        [row.sku for row in rows],
        np.array(units, float),
    )
    scenario = day.week.scenario
    return Router(scenario.network, stock, scenario.policy)


def _table(day: PriceDay, base: float, found: list[Seen]) -> Table:
    table = Table(
        "What the prices foretell",
        f"The wave of {day.name} again, with one unit more, and one less, at each of "
        f"its {len(found)} dearest cells. *fall* and *rise* are those of the bound "
        f"that prices alone prove ({base:,.2f}; `statistics.price_bound`), each from a "
        "search of its own. A price is a slope of a bound that is piecewise linear: "
        "the fall is at most the price, unless an order alone wants more than the "
        "cell holds, and the rise at least the price. Where a kink lies at today's "
        "stock the price is to be the fall.",
        ["cell", "units", "price: foretold", "fall: one more", "rise: one less"],
    )
    table.rows += [
        [
            seen.cell,
            str(seen.units),
            f"{seen.price:.2f}",
            f"{seen.fall:.2f}",
            f"{seen.rise:.2f}",
        ]
        for seen in found
    ]
    missed = max((seen.missed for seen in found), default=0.0)
    assert missed <= _SLACK * abs(base), found
    falls = sum(abs(seen.fall - seen.price) <= _NEAR * seen.price for seen in found)
    rises = sum(abs(seen.rise - seen.price) <= _NEAR * seen.price for seen in found)
    adding = sum(seen.adds_plans for seen in found)
    table.notes.append(
        f"The searches miss fall <= price <= rise by {missed:.3f} at most; at {adding} "
        "of the cells an order alone wants more than there is, so that it may fall by "
        "more than the price."
    )
    table.notes.append(
        f"Within {_NEAR:.0%} of the price: {falls} of {len(found)} falls, {rises} of "
        f"{len(found)} rises."
    )
    return table
