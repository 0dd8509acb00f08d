"""Stock balance: a price that rises as the share of stock left falls, unforeseen."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from domroute.arguments import checked
from domroute.costs.base import TermModel
from domroute.costs.counting import units_there
from domroute.costs.nature import Fact
from domroute.costs.registry import register
from domroute.costs.term import Charges, Question, ShipmentFacts
from domroute.errors import InputError, Issue
from domroute.ledger import Inventory, Snapshot
from domroute.problem import NetworkArrays
from domroute.units import FloatArray, Id, IntArray, Money, Units
from domroute.validation import Frozen


class FullStock(Frozen):
    """
    How many units of a SKU at a node are all there were.

    Examples
    --------
    >>> FullStock(node="N1", sku="A", units=10).units
    10.0
    """

    node: Id
    sku: Id
    units: Units


@register
class StockBalance(TermModel):
    r"""
    A price on every unit taken, for those who cannot say what is to come.

    A unit costs :math:`w\,p\,\psi(a/f)`, with :math:`p` the ``price`` of the last unit,
    :math:`a` the units available before the order, :math:`f` those there were at first,
    and

    .. math:: \psi(x) = \frac{e^{1 - \min(x, 1)} - 1}{e - 1} :

    nothing where all is left, and the whole price where nothing is. Where each unit of
    demand takes one unit and brings a reward, this function earns no less than
    :math:`1 - 1/e` of what could be earned in hindsight, whatever comes [1]_; here it
    keeps nodes in balance, and nothing is promised.

    References
    ----------
    .. [1] Golrezaei, N., Nazerzadeh, H. and Rusmevichientong, P. (2014). Real-time
       optimization of personalized assortments. *Management Science* 60(6).

    Examples
    --------
    >>> from domroute.ledger.stock import Stock
    >>> ledger = Inventory([Stock(node="N1", sku="A", on_hand=8)])
    >>> term = StockBalance.of(ledger, price=2.0)
    >>> [round(term.price_at("N1", "A", available=left), 3) for left in (8, 4, 0)]
    [0.0, 0.755, 2.0]
    """

    term: Literal["stock_balance"] = "stock_balance"
    name: Id = "stock_balance"
    price: Money
    """Price of the last unit there is: about what another node costs more."""
    full: tuple[FullStock, ...] = ()
    """What there was at first; what has no row, or of which there was none, is free."""

    is_cash: ClassVar[bool] = False
    depends_on: ClassVar[frozenset[Fact]] = frozenset({Fact.STOCK})
    falls_with_stock: ClassVar[bool] = True

    @model_validator(mode="after")
    def _check_pairs(self) -> Self:
        pairs = Counter((row.node, row.sku) for row in self.full)
        twice = [pair for pair, count in pairs.items() if count > 1]
        if twice:
            message = f"(node, sku) given more than once: {twice}"
            raise ValueError(message)
        return self

    @classmethod
    @checked
    def of(cls, inventory: Inventory | Snapshot, *, price: float) -> Self:
        """
        Take what is available now for all there is.

        Parameters
        ----------
        inventory
            The ledger, after stock has come in.
        price
            Of the last unit of each cell.
        """
        stock = inventory.snapshot()
        rows = stock.rows
        pairs = zip(
            rows.node.tolist(),
            rows.sku.tolist(),
            stock.available_rows.tolist(),
            strict=True,
        )
        full = tuple(
            FullStock(node=stock.node_ids[at], sku=stock.skus[sku], units=units)
            for at, sku, units in pairs
            if units > 0
        )
        return cls(price=price, full=full)

    @cached_property
    def _units(self) -> dict[tuple[str, str], float]:
        return {(row.node, row.sku): row.units for row in self.full}

    def price_at(self, node: str, sku: str, *, available: int) -> float:
        """Price a unit in plain Python."""
        full = self._units.get((node, sku), 0.0)
        if full == 0:
            return 0.0
        left = min(1.0, available / full)
        return self.weight * self.price * math.expm1(1.0 - left) / math.expm1(1.0)

    def amount(self, facts: ShipmentFacts) -> float:
        """Price one shipment in plain Python."""
        ledger, node = facts.inventory, facts.node.id
        return math.fsum(
            quantity
            * self.price_at(
                node, item.sku, available=units_there(ledger, node, item.sku)
            )
            for _, item, quantity in facts.contents
        )

    def prepare(self, arrays: NetworkArrays) -> _StockBalancePricer:
        """
        Sort the rows by SKU.

        Raises
        ------
        InputError
            If a row names a node or item that the network does not have. All are
            listed.
        """
        issues = []
        rows: dict[str, list[tuple[int, float]]] = {}
        for at, row in enumerate(self.full):
            where, node = f"stock_balance.full[{at}]", arrays.node_at.get(row.node)
            if node is None:
                text = f"{row.node!r} is not a node of the network"
                issues.append(Issue("unknown_id", where, text))
            else:
                rows.setdefault(row.sku, []).append((node, row.units))
            if row.sku not in arrays.items:
                text = f"{row.sku!r} is not an item of the network"
                issues.append(Issue("unknown_id", where, text))
        if issues:
            raise InputError(issues)
        tables = {
            sku: (
                np.array([node for node, _ in found], np.int64),
                np.array([units for _, units in found], float),
            )
            for sku, found in rows.items()
        }
        return _StockBalancePricer(self, len(arrays.nodes), tables)


@dataclass(frozen=True, slots=True, eq=False)
class _StockBalancePricer:
    term: StockBalance
    node_count: int
    tables: dict[str, tuple[IntArray, FloatArray]]
    """Nodes and units of each SKU."""

    def charges(self, question: Question) -> Charges:
        full = np.zeros((len(question.lines), self.node_count))
        for at, line in enumerate(question.lines):
            if line.sku in self.tables:
                node, units = self.tables[line.sku]
                full[at, node] = units
        full = full[:, question.nodes]
        left = np.divide(
            question.available, full, out=np.ones_like(full), where=full > 0
        )
        price = self.term.weight * self.term.price / math.expm1(1.0)
        return Charges(per_unit=price * np.expm1(1.0 - np.minimum(1.0, left)))
