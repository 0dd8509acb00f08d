"""Distance: a price per kilometer, for each shipment and each unit."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from domroute.costs.base import TermModel
from domroute.costs.nature import Cover
from domroute.costs.registry import register
from domroute.costs.term import Charges, Question, ShipmentFacts
from domroute.problem import NetworkArrays
from domroute.units import Id, Money


@register
class Distance(TermModel):
    """
    A price per kilometer between node and customer; collected deliveries are free.

    Examples
    --------
    >>> Distance(per_shipment_km=0.01).per_unit_km
    0.0
    """

    term: Literal["distance"] = "distance"
    name: Id = "distance"
    per_shipment_km: Money = 0.0
    """Per shipment and kilometer."""
    per_unit_km: Money = 0.0
    """Per unit and kilometer."""

    covered_by: ClassVar[Cover] = Cover.PARTS

    def prepare(self, arrays: NetworkArrays) -> Distance:  # noqa: ARG002 - as every term
        """Nothing to make ready."""
        return self

    def charges(self, question: Question) -> Charges:
        """Price the lines of one delivery over the nodes at hand."""
        if question.delivery.method.is_collected:
            return Charges()
        km = self.weight * question.distance_km
        return Charges(
            per_shipment=self.per_shipment_km * km,
            per_unit=np.broadcast_to(self.per_unit_km * km, question.available.shape),
        )

    def amount(self, facts: ShipmentFacts) -> float:
        """Price one shipment in plain Python."""
        if facts.is_collected:
            return 0.0
        rate = self.per_unit_km * sum([quantity for _, _, quantity in facts.unquoted])
        if not facts.shipment_quoted:
            rate += self.per_shipment_km
        return self.weight * rate * facts.distance_km
