"""Load: a price on the work of a node's day, the dearer the fuller the day."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from domroute.costs.base import TermModel
from domroute.costs.dayprice import DayPrice
from domroute.costs.nature import Fact
from domroute.costs.registry import register
from domroute.costs.term import Charges, Question, ShipmentFacts
from domroute.problem import NetworkArrays
from domroute.units import Fraction, Id, Money
from domroute.words import Measure


@register
class Load(TermModel):
    """
    A price on work that fills the working days of nodes with limits by the day.

    Work on a day up to a share of its limit costs nothing; each unit of the measure
    beyond costs ``per_unit``. What the ledger says is taken of the day fills it, too;
    and all that an order has worked on there is priced together, whatever deliveries
    and services it is for, among the costs of its plan. Nodes without limits by the
    day cost nothing.

    With ``over_per_unit`` limits become soft: each unit beyond costs that, and is
    allowed.

    Examples
    --------
    >>> term = Load(free_share=0.5, per_unit=1.0, over_per_unit=3.0)
    >>> [term.day_amount(limit=10.0, taken=4.0, more=more) for more in (1, 3, 6, 8)]
    [0.0, 2.0, 5.0, 11.0]
    """

    term: Literal["load"] = "load"
    name: Id = "load"
    free_share: Fraction = 0.8
    """The share of a day's limit up to which work costs nothing."""
    per_unit: Money
    """Price of each unit of the measure beyond: an order, a line, a unit of an item."""
    over_per_unit: Money | None = None
    """Price of each beyond the limit, ``per_unit`` at least; None forbids them."""
    measure: Measure | None = None
    """The limits that it looks at; None for those of every measure, each by itself."""

    is_cash: ClassVar[bool] = False
    rises_with_time: ClassVar[bool] = True
    depends_on: ClassVar[frozenset[Fact]] = frozenset()

    @model_validator(mode="after")
    def _check_prices(self) -> Self:
        if self.over_per_unit is not None and self.over_per_unit < self.per_unit:
            message = (
                f"over_per_unit must be per_unit at least, {self.per_unit:g}, got "
                f"{self.over_per_unit:g}"
            )
            raise ValueError(message)
        return self

    @property
    def day_price(self) -> DayPrice:
        """What it charges for a day, for methods that look for a plan."""
        steps = [(self.free_share, self.weight * self.per_unit)]
        if self.over_per_unit is not None:
            steps.append((1.0, self.weight * self.over_per_unit))
        return DayPrice(
            tuple(steps), self.measure, is_soft=self.over_per_unit is not None
        )

    def day_amount(self, limit: float, taken: float, more: float) -> float:
        """
        Price in plain Python what is added to a day's work.

        Parameters
        ----------
        limit, taken
            Of the day, and what is taken of it already.
        more
            What is added.
        """
        return self.weight * (
            self._whole(limit, taken + more) - self._whole(limit, taken)
        )

    def _whole(self, limit: float, work: float) -> float:
        """Price all the work of a day."""
        beyond = max(0.0, work - self.free_share * limit)
        if self.over_per_unit is None:
            return self.per_unit * beyond
        over = max(0.0, work - limit)
        return self.per_unit * (beyond - over) + self.over_per_unit * over

    def prepare(self, arrays: NetworkArrays) -> Load:  # noqa: ARG002 - as all terms
        """Make ready for a network."""
        return self

    def charges(self, question: Question) -> Charges:  # noqa: ARG002 - as all terms
        """Charge shipments nothing: it is the day that costs."""
        return Charges()

    def amount(self, facts: ShipmentFacts) -> float:  # noqa: ARG002 - as all terms
        """Price one shipment: by itself it costs nothing."""
        return 0.0
