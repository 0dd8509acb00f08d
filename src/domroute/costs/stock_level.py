"""Stock level: a price for taking units where they are scarce."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from domroute.costs.base import TermModel
from domroute.costs.counting import units_there
from domroute.costs.nature import Fact
from domroute.costs.registry import register
from domroute.costs.term import Charges, Question, ShipmentFacts
from domroute.ledger.pages import VELOCITY
from domroute.problem import NetworkArrays
from domroute.units import FloatArray, Id, Money


@register
class StockLevel(TermModel):
    r"""
    A price per unit that rises as the stock it is taken from falls.

    A unit costs ``price`` :math:`\times \max(0, 1 - a / t)`, with :math:`a` the units
    available before the order and :math:`t` the target: ``target_days`` of the stock
    row's velocity where that is known, otherwise ``target_units``.

    Examples
    --------
    >>> StockLevel(price=2.0, target_units=10).price_at(available=4, velocity=None)
    1.2
    """

    term: Literal["stock_level"] = "stock_level"
    name: Id = "stock_level"
    price: Money
    """Price of the last unit there is."""
    target_days: Money = 7.0
    """Days of cover that count as plenty."""
    target_units: Money = 0.0
    """Units that count as plenty where no velocity is known; zero charges nothing."""

    is_cash: ClassVar[bool] = False
    depends_on: ClassVar[frozenset[Fact]] = frozenset({Fact.STOCK})
    falls_with_stock: ClassVar[bool] = True

    def prepare(self, arrays: NetworkArrays) -> _StockLevelPricer:
        """Remember the network, to find the velocities in its order of nodes."""
        return _StockLevelPricer(self, arrays)

    def price_at(self, *, available: int, velocity: float | None) -> float:
        """Price a unit in plain Python."""
        target = self.target_units if velocity is None else velocity * self.target_days
        if target <= 0 or math.isnan(target):
            return 0.0
        return self.weight * self.price * max(0.0, 1 - available / target)

    def amount(self, facts: ShipmentFacts) -> float:
        """Price one shipment in plain Python."""
        ledger, node = facts.inventory, facts.node.id
        return math.fsum(
            quantity
            * self.price_at(
                available=units_there(ledger, node, item.sku),
                velocity=ledger.velocity(node, item.sku),
            )
            for _, item, quantity in facts.contents
        )


@dataclass(frozen=True, slots=True, eq=False)
class _StockLevelPricer:
    term: StockLevel
    arrays: NetworkArrays

    def charges(self, question: Question) -> Charges:
        target = self._targets(question)
        plenty = np.divide(
            question.available,
            target,
            out=np.ones_like(target),
            where=target > 0,
        )
        price = self.term.weight * self.term.price
        return Charges(per_unit=price * np.maximum(0.0, 1.0 - plenty))

    def _targets(self, question: Question) -> FloatArray:
        ledger, arrays = question.inventory, self.arrays
        target = np.full(
            (len(question.lines), len(arrays.nodes)), self.term.target_units
        )
        for at, line in enumerate(question.lines):
            shelf = ledger.shelf(line.sku)
            if shelf is None:
                continue
            names = [ledger.node_ids[i] for i in shelf.node.tolist()]
            days = shelf.figures[VELOCITY] * self.term.target_days
            known = np.where(np.isnan(days), self.term.target_units, days)
            target[at, [arrays.node_at[name] for name in names]] = known
        return target[:, question.nodes]
