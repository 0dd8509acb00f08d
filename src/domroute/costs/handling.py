"""Handling: what a node's work costs, per shipment, line and unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from domroute.costs.base import TermModel
from domroute.costs.nature import Cover
from domroute.costs.registry import register
from domroute.costs.term import Charges, Question, ShipmentFacts
from domroute.problem import NetworkArrays
from domroute.units import FloatArray, Id


@register
class Handling(TermModel):
    """
    What each node charges for its work, as ``Node.cost`` says.

    Examples
    --------
    >>> Handling(weight=2.0).name
    'handling'
    """

    term: Literal["handling"] = "handling"
    name: Id = "handling"

    covered_by: ClassVar[Cover] = Cover.PARTS
    is_of_source: ClassVar[bool] = True

    def prepare(self, arrays: NetworkArrays) -> _HandlingPricer:
        """Read the rates of every node once."""
        costs = [node.cost for node in arrays.nodes]
        per_line = self.weight * np.array([cost.per_line for cost in costs], float)
        return _HandlingPricer(
            self.weight * np.array([cost.per_shipment for cost in costs], float),
            per_line if per_line.any() else None,
            self.weight * np.array([cost.per_unit for cost in costs], float),
        )

    def amount(self, facts: ShipmentFacts) -> float:
        """Price one shipment in plain Python."""
        cost, contents = facts.node.cost, facts.unquoted
        units = sum([quantity for _, _, quantity in contents])
        total = cost.per_line * len(contents) + cost.per_unit * units
        if not facts.shipment_quoted:
            total += cost.per_shipment
        return self.weight * total


@dataclass(frozen=True, slots=True, eq=False)
class _HandlingPricer:
    """What nodes charge; None for lines where none charges for them."""

    per_shipment: FloatArray
    per_line: FloatArray | None
    per_unit: FloatArray

    def charges(self, question: Question) -> Charges:
        nodes, shape = question.nodes, question.available.shape
        per_line = None
        if self.per_line is not None:
            each = self.per_line[nodes]
            per_line = np.broadcast_to(each, shape) if each.any() else None
        per_unit = np.empty(shape)
        per_unit[:] = self.per_unit[nodes]
        return Charges(
            per_shipment=self.per_shipment[nodes],
            per_line=per_line,
            per_unit=per_unit,
        )
