"""Speed: a price on every day until delivery."""

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
class Speed(TermModel):
    """
    A price on each day from the order to its delivery, whether or not that is late.

    Days are dates at the destination: what comes on the date of the order takes none.
    A shipment that promises no date cannot be priced, and is not made.

    Examples
    --------
    >>> Speed(per_line_day=0.4).name
    'speed'
    """

    term: Literal["speed"] = "speed"
    name: Id = "speed"
    per_line_day: Money = 0.0
    """Price of each line in the shipment and day."""
    per_unit_day: Money = 0.0
    """Price of each unit in it and day."""

    is_cash: ClassVar[bool] = False
    needs_arrival: ClassVar[bool] = True
    rises_with_time: ClassVar[bool] = True
    depends_on: ClassVar[frozenset[Fact]] = frozenset({Fact.ARRIVAL})

    def prepare(self, arrays: NetworkArrays) -> _SpeedPricer:  # noqa: ARG002 - as all terms
        """Make ready for a network."""
        return _SpeedPricer(self)

    def amount(self, facts: ShipmentFacts) -> float:
        """Price one shipment in plain Python."""
        units = sum(units for _, _, units in facts.contents)
        daily = len(facts.contents) * self.per_line_day + units * self.per_unit_day
        return self.weight * daily * facts.days_until


class _SpeedPricer:
    def __init__(self, term: Speed) -> None:
        self._per_line = term.weight * term.per_line_day
        self._per_unit = term.weight * term.per_unit_day

    def charges(self, question: Question) -> Charges:
        days = question.days_until
        if days is None:
            return Charges()
        shape = len(question.lines), len(days)
        per_line, per_unit = np.empty(shape), np.empty(shape)
        per_line[:] = self._per_line * days
        per_unit[:] = self._per_unit * days
        return Charges(per_line=per_line, per_unit=per_unit)
