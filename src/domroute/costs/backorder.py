"""Backorder: a price on every unit that waits for stock still to come."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from domroute.costs.base import TermModel
from domroute.costs.nature import Fact
from domroute.costs.registry import register
from domroute.costs.term import Charges, Question, ShipmentFacts
from domroute.problem import NetworkArrays
from domroute.units import Id, Money


@register
class Backorder(TermModel):
    """
    A price on each unit of a shipment that waits for stock still to come.

    All that is in it waits, and all of it is charged, whatever of it is there already.
    How long it waits does not matter: that is for ``Lateness`` and ``Speed``.

    Examples
    --------
    >>> Backorder(per_unit=1.5).name
    'backorder'
    """

    term: Literal["backorder"] = "backorder"
    name: Id = "backorder"
    per_unit: Money = 0.0
    """Price of each unit."""

    is_cash: ClassVar[bool] = False
    rises_with_time: ClassVar[bool] = True
    depends_on: ClassVar[frozenset[Fact]] = frozenset({Fact.ARRIVAL})

    def prepare(self, arrays: NetworkArrays) -> _BackorderPricer:  # noqa: ARG002 - as all terms
        """Make ready for a network."""
        return _BackorderPricer(self.weight * self.per_unit)

    def amount(self, facts: ShipmentFacts) -> float:
        """Price one shipment in plain Python."""
        if not facts.waits:
            return 0.0
        units = sum(units for _, _, units in facts.contents)
        return self.weight * self.per_unit * units


class _BackorderPricer:
    def __init__(self, per_unit: float) -> None:
        self._per_unit = per_unit

    def charges(self, question: Question) -> Charges:
        waits = question.waits
        if waits is None or not np.count_nonzero(waits):
            return Charges()
        per_unit = np.empty((len(question.lines), len(waits)))
        per_unit[:] = self._per_unit * waits
        return Charges(per_unit=per_unit)
