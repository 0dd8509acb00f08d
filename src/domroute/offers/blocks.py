"""Offers priced: the ways to ship one delivery by one service, term by term."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from domroute.costs.term import Tariff
from domroute.offers.eligibility import SoftBreak
from domroute.offers.tariffs import parcel_price, tariff_price, tariff_steps
from domroute.problem import OrderProblem
from domroute.units import BoolArray, FloatArray, IntArray

SINGLE_THREAD: Final = 2**17
"""Multiplications in one product, well below where threads would be started."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One term's share of an offer block; shapes as in ``Block``."""

    name: str
    per_shipment: FloatArray | None = None
    per_line: FloatArray | None = None
    per_unit: FloatArray | None = None
    curve: Callable[[FloatArray], FloatArray] | None = None
    tariff: Tariff | None = None
    breaks: SoftBreak | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """
    The offers of one delivery group by one service.

    Attributes
    ----------
    group
        Position of the group in the problem.
    lines
        Positions of the group's lines; shape ``(G,)``.
    nodes
        Positions in ``problem.nodes``, one per offer; shape ``(A,)``.
    limit
        Units of each line that an offer can take at most; shape ``(G, A)``.
    per_shipment, per_line, per_unit
        Sums over the parts; shapes ``(A,)``, ``(G, A)`` or None, and ``(G, A)``.
    parts
        The terms one by one, to report costs by.
    carries
        The lines that the service accepts; None for all; shape ``(G,)``.
    """

    group: int
    service: str | None
    lines: IntArray
    nodes: IntArray
    limit: IntArray
    per_shipment: FloatArray
    per_line: FloatArray | None
    per_unit: FloatArray
    parts: tuple[Part, ...]
    carries: BoolArray | None = None

    def price(self, units: FloatArray, facts: OrderProblem) -> FloatArray:
        """
        Price B ways to fill the group's lines at every offer.

        Parameters
        ----------
        units
            Units of each line, at least one in every row; shape ``(B, G)``.
        facts
            Weights and volumes.

        Returns
        -------
        FloatArray
            Shape ``(B, A)``; limits are not looked at.
        """
        cost = _product(units, self.per_unit)
        cost += self.per_shipment
        if self.per_line is not None:
            cost += _product((units > 0).astype(float), self.per_line)
        for part in self.parts:
            if part.tariff is not None:
                cost += tariff_price(
                    part.tariff,
                    units @ facts.weight_kg[self.lines],
                    units @ facts.volume_cm3[self.lines],
                )
            if part.curve is not None:
                cost += part.curve(units)
            if part.breaks is not None:
                cost += part.breaks.price * ((units > 0) @ part.breaks.breaks > 0)
        return cost

    def price_at(
        self, units: FloatArray, offers: IntArray, facts: OrderProblem
    ) -> FloatArray:
        """Price B shipments, each at its own offer; from ``(B, G)`` units, ``(B,)``."""
        cost: FloatArray = self.per_shipment[offers]
        cost = cost + np.einsum("bg,gb->b", units, self.per_unit[:, offers])
        present = units > 0
        if self.per_line is not None:
            cost += np.einsum("bg,gb->b", present, self.per_line[:, offers])
        for part in self.parts:
            if part.tariff is not None:
                weight = units @ facts.weight_kg[self.lines]
                volume = units @ facts.volume_cm3[self.lines]
                step, full = tariff_steps(part.tariff, weight, volume)
                zone = part.tariff.zone[offers]
                cost += part.tariff.rates[zone, step]
                if full is not None:
                    cost += full * part.tariff.rates[zone, -1]
            if part.curve is not None:
                cost += part.curve(units)[np.arange(len(units)), offers]
            if part.breaks is not None:
                broken = part.breaks.breaks[:, offers].T
                cost += part.breaks.price * (present & broken).any(axis=1)
        return cost

    def price_parts(
        self, offer: int, units: IntArray, facts: OrderProblem
    ) -> list[tuple[str, float]]:
        """Price one shipment at one offer, term by term; ``units`` is ``(G,)``."""
        return [
            (part.name, _price_part(part, self.lines, offer, units, facts))
            for part in self.parts
        ]


def _product(units: FloatArray, rates: FloatArray) -> FloatArray:
    """
    Multiply matrices, in parts too small for the library to start threads for.

    Waking threads takes longer than products of our size, and up to a hundred times as
    long on a busy machine.
    """
    rows = max(1, SINGLE_THREAD // max(1, rates.size))
    if len(units) <= rows:
        return units @ rates
    found = np.empty((len(units), rates.shape[1]))
    for first in range(0, len(units), rows):
        np.matmul(units[first : first + rows], rates, out=found[first : first + rows])
    return found


def _price_part(
    part: Part, lines: IntArray, offer: int, units: IntArray, facts: OrderProblem
) -> float:
    cost = 0.0
    if part.per_shipment is not None:
        cost += float(part.per_shipment[offer])
    if part.per_line is not None:
        cost += float((units > 0) @ part.per_line[:, offer])
    if part.per_unit is not None:
        cost += float(units @ part.per_unit[:, offer])
    if part.tariff is not None:
        weight = float(units @ facts.weight_kg[lines])
        volume = float(units @ facts.volume_cm3[lines])
        cost += parcel_price(part.tariff, offer, weight, volume)
    if part.curve is not None:
        cost += float(part.curve(units[None, :].astype(float))[0, offer])
    if part.breaks is not None and ((units > 0) & part.breaks.breaks[:, offer]).any():
        cost += part.breaks.price
    return cost
