r"""
Kinds of orders in expected numbers, asked like a batch.

What a batch counts once, an expected wave counts as often as an order of that kind is
expected: with rates :math:`r_t`, the least cost :math:`v_t(\lambda)` of an order of
kind :math:`t` at prices :math:`\lambda`, and stock :math:`s`,

.. math:: L(\lambda) = \sum_t r_t \, v_t(\lambda) - \lambda s

is never above the cost of the fluid program over whole plans, and at the best prices
it is that cost. Capacities of nodes, which come anew every day, have no price in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Self

import numpy as np

from domroute.batch.cells import Prices
from domroute.batch.loner import Loner
from domroute.batch.repricing import reprice, restrict, uses
from domroute.batch.tables import PricingTable
from domroute.batch.wave import Answer, Wave, compile_wave
from domroute.offers.priced import Offers
from domroute.online.known import KnownPlans, Took
from domroute.orders import Order
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN
from domroute.sourcing.kernel import decide
from domroute.units import BoolArray, FloatArray, IntArray
from domroute.words import Objective


@dataclass(frozen=True, slots=True, eq=False)
class Plans:
    """
    The cheapest plan of every kind of order at some prices.

    Attributes
    ----------
    values
        What each costs, prices included; ``FORBIDDEN`` where there is none; ``(T,)``.
    kind, cell, units
        Who takes how much of what, in any order; shape ``(E,)``.
    """

    values: FloatArray
    kind: IntArray
    cell: IntArray
    units: FloatArray


@dataclass(slots=True, eq=False)
class ExpectedWave(Wave):
    """
    A wave whose orders are examples of kinds of orders.

    Attributes
    ----------
    rates
        Expected orders of each kind; shape ``(T,)``.
    dearest
        What leaving an order is taken to cost where it must be filled.
    more
        Units that every cell is priced with beyond those that are there.
    is_rough
        Whether kinds that stand in no table choose from the plans they had before:
        that is quick, and what they cost may be too much.
    """

    rates: FloatArray = field(default_factory=lambda: np.empty(0))
    dearest: float = np.inf
    more: int = 0
    is_rough: bool = False
    _known: KnownPlans | None = None

    @classmethod
    def compile(
        cls,
        orders: Iterable[Order],
        rates: FloatArray,
        price: Callable[[Order], Offers],
        policy: Policy,
        arrays: NetworkArrays,
        *,
        more: int = 0,
    ) -> Self:
        """Price an example of every kind once; arguments as of ``compile_wave``."""
        # What comes before cost is for each order by itself: prices are about cost.
        by_cost = policy.model_copy(update={"objective": Objective.COST})
        wave = compile_wave(orders, price, by_cost, arrays)
        parts = {f.name: getattr(wave, f.name) for f in fields(Wave) if f.init}
        parts["capacity"] = np.full(len(wave.capacity), np.inf)
        expected = cls(**parts, rates=rates, more=more)
        values = expected.plans(expected.free_prices()).values
        expected.barred = values >= IS_FORBIDDEN
        usual = np.abs(values[~expected.barred])
        left = policy.solve.tuning.ahead.left
        expected.dearest = left * max(1.0, float(usual.max(initial=0.0)))
        expected.tables = tuple(map(expected._may_leave, expected.tables))
        expected.expect(rates)
        return expected

    @property
    def there(self) -> IntArray:
        """Units that are in each cell; shape ``(C,)``."""
        units: IntArray = np.maximum(0, self.stock - self.more)
        return units

    def _may_leave(self, table: PricingTable) -> PricingTable:
        """Let what must be filled be left: there may be less than is expected."""
        missing = table.missing.copy()
        missing[0][missing[0] >= IS_FORBIDDEN] = self.dearest
        return replace(table, missing=missing)

    def expect(self, rates: FloatArray, *, is_drawn: bool = False) -> None:
        """
        Expect other numbers, and find what is contended then.

        Parameters
        ----------
        rates
            Expected orders of each kind; shape ``(T,)``.
        is_drawn
            Whether more may come by chance than expected.
        """
        self.rates = np.where(self.barred, 0.0, rates)
        mean, square = np.zeros(len(self.stock)), np.zeros(len(self.stock))
        for kind, cell, units in self._most():
            np.add.at(mean, cell, self.rates[kind] * units)
            np.add.at(square, cell, self.rates[kind] * units**2)
        unlikely = self.policy.solve.tuning.ahead.unlikely
        wanted = mean + unlikely * np.sqrt(square) if is_drawn else mean
        self.contend((self.stock > 0) & (wanted > self.there))

    def _most(self) -> Iterable[tuple[IntArray, IntArray, FloatArray]]:
        """Yield the most that kinds might take of cells: kinds, cells and units."""
        for table in self.tables:
            kind = np.repeat(table.orders, np.diff(table.first))
            for k, units in enumerate(table.taken[-1].tolist()):
                cell = table.cell[k]
                yield kind, cell, np.minimum(units, self.stock[cell])
        for loner in self.loners:
            problem = loner.offers.problem
            for k, cells in enumerate(loner.cell):
                units = problem.quantity[problem.sku_of == k].sum()
                most = np.minimum(units, self.stock[cells]).astype(float)
                yield np.full(len(cells), loner.at), cells, most

    def expect_more(self) -> BoolArray:
        """
        Count as contended every cell of which an order may want more than is there.

        However few such orders are expected, a unit more lets them have a plan that
        they have not now. Returns where that is so; shape ``(C,)``.
        """
        most = np.zeros(len(self.stock))
        for kind, cell, units in self._most():
            np.maximum.at(most, cell, np.where(self.barred[kind], 0.0, units))
        is_fresh: BoolArray = most > self.there
        self.contend(self.is_contended | is_fresh)
        return is_fresh

    def held(self, cell: int | None = None) -> Self:
        """
        Take from every plan what it has beyond the units that are there.

        Parameters
        ----------
        cell
            One that may give a unit more all the same.
        """
        units = self.there.copy()
        if cell is not None:
            units[cell] += self.more
        return replace(
            self,
            tables=tuple(_held(table, units) for table in self.tables),
            loners=tuple(self._held(loner, units) for loner in self.loners),
            _known=None,  # plans of before may have too much
        )

    def _held(self, loner: Loner, units: IntArray) -> Loner:
        beyond = (self.stock - units)[loner.cell].astype(float)
        none = np.zeros(loner.cell.shape[1])
        held = restrict(loner.offers, beyond, none, self.arrays)
        return replace(loner, offers=held)

    def plans(self, prices: Prices) -> Plans:
        """Find the cheapest plan of every kind; no plan takes from a node twice."""
        values = np.zeros(self.count)
        for at, missing in self.idle.items():
            values[at] = missing
        kinds, cells = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        units = [np.empty(0)]
        solve = self._solve_tables if self.solve is None else self.solve
        found_all = solve(prices, is_strict=True)
        for table, (value, picks) in zip(self.tables, found_all, strict=True):
            values[table.orders] = value
            kinds.append(np.tile(table.orders[picks.order], len(table.cell)))
            cells.append(table.cell[:, picks.column].ravel())
            units.append(table.taken[picks.part].T.ravel())
        costs, took = self._plans_of_loners(prices)
        for loner, worth, (cell, taken) in zip(self.loners, costs, took, strict=True):
            values[loner.at] = worth
            kinds.append(np.full(len(cell), loner.at))
            cells.append(cell)
            units.append(taken)
        return Plans(
            values, np.concatenate(kinds), np.concatenate(cells), np.concatenate(units)
        )

    def _plans_of_loners(self, prices: Prices) -> tuple[list[float], list[Took]]:
        """Let the kernel answer for what stands in no table; roughly, who knows it."""
        known = self._known
        if known is None:
            known = self._known = KnownPlans([loner.at for loner in self.loners])
        elif self.is_rough and self.loners:
            values, took = known.choose(prices.units)
            return values.tolist(), took
        exact: list[float] = []
        plans: list[Took] = []
        for at, loner in enumerate(self.loners):
            value, mine = self._plan_of(loner, prices)
            known.add(at, value - float((prices.units[mine[0]] * mine[1]).sum()), mine)
            exact.append(value)
            plans.append(mine)
        return exact, plans

    def _plan_of(self, loner: Loner, prices: Prices) -> tuple[float, Took]:
        priced = reprice(loner.offers, loner.cell, prices, self.arrays)
        choice = decide(priced, self.policy, self.arrays)
        took = list(uses(priced, loner.cell, choice.takes or (), self.arrays))
        cell = np.concatenate([np.empty(0, np.int64), *(cell for cell, *_ in took)])
        units = np.concatenate([np.empty(0), *(units for _, units, *_ in took)])
        # Less than it costs where the kernel has only proven so: for the bound's sake.
        return min(choice.bound, self.leaving(loner)), (cell, units)

    def leaving(self, loner: Loner) -> float:
        """Return what leaving all of an order costs that stands in no table."""
        offers = loner.table
        idle = float(np.minimum(offers.wanted @ offers.penalty, FORBIDDEN))
        return idle if idle < IS_FORBIDDEN else min(self.dearest, FORBIDDEN)

    def ask(self, prices: Prices, *, is_strict: bool = True) -> Answer:  # noqa: ARG002 - plans are strict
        """Answer as a wave does, counting every kind as often as it is expected."""
        plans = self.plans(prices)
        weight = self.rates[plans.kind] * plans.units
        used = self.no_usage()
        used.units[:] = np.bincount(plans.cell, weight, len(self.stock))
        values = np.where(self.barred, FORBIDDEN, self.rates * plans.values)
        return Answer(values, used, ())

    def bound_at(
        self, plans: Plans, prices: FloatArray, stock: FloatArray | None = None
    ) -> float:
        """
        Return what all cost at least: Lagrange's bound at prices of all cells.

        Parameters
        ----------
        plans
            The cheapest at these prices.
        prices
            Of every cell; shape ``(C,)``.
        stock
            Units of the contended cells; those that are there when not given.
        """
        known: BoolArray = ~self.barred
        total = float((self.rates * plans.values)[known].sum())
        at = self.contended
        units = self.there[at] if stock is None else stock
        return total - float((prices[at] * units).sum())


def _held(table: PricingTable, units: IntArray) -> PricingTable:
    """Forbid bundles of more than so many units of a cell; ``units`` is ``(C,)``."""
    price = table.price.copy()
    for k, taken in enumerate(table.taken.T):
        price[taken[:, None] > units[table.cell[k]]] = FORBIDDEN
    return replace(table, price=price)
