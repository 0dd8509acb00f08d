"""Lateness: a price on what is delivered after it is needed."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from domroute.costs.base import TermModel
from domroute.costs.nature import Fact
from domroute.costs.registry import register
from domroute.costs.term import Charges, Question, ShipmentFacts
from domroute.problem import NetworkArrays
from domroute.units import FloatArray, Id, Money, Whole


@register
class Lateness(TermModel):
    """
    A price on each day that a shipment comes after the ``need_by`` of its delivery.

    With it in a policy, what is late is dear, and no longer forbidden; a rule
    :class:`~domroute.rules.NeedBy` forbids it for some orders even so. Days are those
    at the destination: a date is kept until it ends, and what comes on the date of a
    moment, and after it, is a day late.

    Examples
    --------
    >>> term = Lateness(per_line_day=2.0, free_days=1, ladder=[(3, 10.0)])
    >>> [term.line_price(days) for days in range(6)]
    [0.0, 0.0, 2.0, 4.0, 16.0, 18.0]
    """

    term: Literal["lateness"] = "lateness"
    name: Id = "lateness"
    per_line_day: Money = 0.0
    """Price of each line in the shipment and day."""
    per_unit_day: Money = 0.0
    """Price of each unit in it and day."""
    free_days: Whole = 0
    """Days that cost nothing: only those beyond are counted."""
    ladder: tuple[tuple[Whole, Money], ...] = ()
    """
    What a line pays besides once it is so many counted days late: days and prices, both
    rising; the last row that is reached holds.
    """

    is_cash: ClassVar[bool] = False
    allows_late: ClassVar[bool] = True
    rises_with_time: ClassVar[bool] = True
    depends_on: ClassVar[frozenset[Fact]] = frozenset({Fact.ARRIVAL})

    @model_validator(mode="after")
    def _check_ladder(self) -> Self:
        for (day, price), (later, more) in pairwise(((0, 0.0), *self.ladder)):
            if later <= day or more < price:
                message = f"ladder must rise, got {self.ladder}"
                raise ValueError(message)
        return self

    def line_price(self, days: int) -> float:
        """Return what a line pays that is so many days late."""
        counted = max(0, days - self.free_days)
        at = bisect_right([day for day, _ in self.ladder], counted)
        return self.per_line_day * counted + (self.ladder[at - 1][1] if at else 0.0)

    def prepare(self, arrays: NetworkArrays) -> _LatenessPricer:  # noqa: ARG002 - as all terms
        """Make ready for a network."""
        return _LatenessPricer(self)

    def amount(self, facts: ShipmentFacts) -> float:
        """Price one shipment in plain Python."""
        if facts.days_late <= self.free_days:
            return 0.0
        counted = facts.days_late - self.free_days
        units = sum(units for _, _, units in facts.contents)
        lines = len(facts.contents) * self.line_price(facts.days_late)
        return self.weight * (lines + units * self.per_unit_day * counted)


class _LatenessPricer:
    def __init__(self, term: Lateness) -> None:
        self._term = term
        self._days = np.array([day for day, _ in term.ladder], np.int64)
        self._prices = np.array([0.0, *(price for _, price in term.ladder)])

    def charges(self, question: Question) -> Charges:
        if question.days_late is None:
            return Charges()
        counted = np.maximum(question.days_late - self._term.free_days, 0)
        if not counted.any():
            return Charges()
        lines, term = len(question.lines), self._term
        each = term.per_line_day * counted
        each = each + self._prices[self._days.searchsorted(counted, side="right")]
        return Charges(
            per_line=_of_lines(term.weight * each, lines),
            per_unit=_of_lines(term.weight * term.per_unit_day * counted, lines),
        )


def _of_lines(price: FloatArray, lines: int) -> FloatArray:
    """Charge every line alike, ``(L, M)``."""
    found = np.empty((lines, len(price)))
    found[:] = price
    return found
