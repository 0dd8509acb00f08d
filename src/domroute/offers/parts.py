"""What one term charges for the offers of a delivery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from domroute.costs.cards import parcel_price
from domroute.costs.term import Cards
from domroute.offers.eligibility import SoftBreak
from domroute.problem import OrderProblem
from domroute.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One term's share of an offer block; shapes as in ``Block``."""

    name: str
    per_shipment: FloatArray | None = None
    per_line: FloatArray | None = None
    per_unit: FloatArray | None = None
    curve: Callable[[FloatArray], FloatArray] | None = None
    cards: Cards | None = None
    breaks: SoftBreak | None = None

    def only(self, at: IntArray) -> Part:
        """Keep some of the offers, by position."""
        curve, cards, breaks = self.curve, self.cards, self.breaks
        return Part(
            self.name,
            None if self.per_shipment is None else self.per_shipment[at],
            None if self.per_line is None else self.per_line[:, at],
            None if self.per_unit is None else self.per_unit[:, at],
            None if curve is None else lambda units: curve(units)[:, at],
            None if cards is None else replace(cards, row=cards.row[at]),
            None if breaks is None else replace(breaks, breaks=breaks.breaks[:, at]),
        )

    def price_one(
        self, lines: IntArray, offer: int, units: IntArray, facts: OrderProblem
    ) -> float:
        """
        Price one shipment by one offer.

        Parameters
        ----------
        lines, units
            Positions of the delivery's lines, and the units of each; shape ``(G,)``.
        offer, facts
            Position of the offer, and the order.
        """
        cost = 0.0
        if self.per_shipment is not None:
            cost += float(self.per_shipment[offer])
        if self.per_line is not None:
            cost += float((units > 0) @ self.per_line[:, offer])
        if self.per_unit is not None:
            cost += float(units @ self.per_unit[:, offer])
        if self.cards is not None:
            weight = float(units @ facts.weight_kg[lines])
            volume = float(units @ facts.volume_cm3[lines])
            cost += parcel_price(self.cards, offer, weight, volume)
        if self.curve is not None:
            cost += float(self.curve(units[None, :].astype(float))[0, offer])
        if (
            self.breaks is not None
            and ((units > 0) & self.breaks.breaks[:, offer]).any()
        ):
            cost += self.breaks.price
        return cost
