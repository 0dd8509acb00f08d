"""The offers of one delivery, priced term by term."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from domroute.costs.cards import cards_price, cards_price_at, parcel_price
from domroute.costs.term import Cards
from domroute.offers.eligibility import SoftBreak
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


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """
    The offers of one delivery group, service by service.

    Attributes
    ----------
    group
        Position of the group in the problem.
    services
        The services there are, by position.
    service
        The position of each offer's; -1 where it goes by none; shape ``(A,)``.
    runs
        The offers of each service: nodes rise within each.
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
        The lines that each offer's service accepts; None for all; shape ``(G, A)``.
    """

    group: int
    services: tuple[str, ...]
    service: IntArray
    runs: tuple[slice, ...]
    lines: IntArray
    nodes: IntArray
    limit: IntArray
    per_shipment: FloatArray
    per_line: FloatArray | None
    per_unit: FloatArray
    parts: tuple[Part, ...]
    carries: BoolArray | None = None

    @property
    def has_choice(self) -> bool:
        """Whether some node may ship by several services."""
        return len(self.runs) > 1 and len(np.unique(self.nodes)) < len(self.nodes)

    def service_of(self, offer: int) -> str | None:
        """Name the service that an offer goes by, if any."""
        at = int(self.service[offer])
        return None if at < 0 else self.services[at]

    def at_node(self, node: int) -> list[int]:
        """List the offers of a node at hand, service by service."""
        found = []
        for run in self.runs:
            offer = run.start + int(self.nodes[run].searchsorted(node))
            if offer < run.stop and self.nodes[offer] == node:
                found.append(offer)
        return found

    def by_node(self, price: FloatArray, count: int, nothing: float) -> FloatArray:
        """
        Take the least of what the offers of each node ask, ``(B, A)``; ``(B, M)``.

        Parameters
        ----------
        price
            By offer.
        count
            How many nodes are at hand.
        nothing
            What stands at nodes without offers.
        """
        if len(self.runs) == 1 and len(self.nodes) == count:
            return price
        found = np.full((len(price), count), nothing)
        for run in self.runs:
            nodes, mine = self.nodes[run], price[:, run]
            if len(nodes) == count:
                np.minimum(found, mine, out=found)
            else:
                found[:, nodes] = np.minimum(found[:, nodes], mine)
        return found

    def only(self, kept: BoolArray) -> Block:
        """Keep some of the offers, ``(A,)``."""
        if kept.all():
            return self
        at = np.flatnonzero(kept)
        runs, first = [], 0
        for run in self.runs:
            size = int(np.count_nonzero(kept[run]))
            if size:
                runs.append(slice(first, first + size))
                first += size
        return replace(
            self,
            service=self.service[at],
            runs=tuple(runs),
            nodes=self.nodes[at],
            limit=self.limit[:, at],
            per_shipment=self.per_shipment[at],
            per_line=None if self.per_line is None else self.per_line[:, at],
            per_unit=np.ascontiguousarray(self.per_unit[:, at]),
            parts=tuple([part.only(at) for part in self.parts]),
            carries=None if self.carries is None else self.carries[:, at],
        )

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
            if part.cards is not None:
                cost += cards_price(
                    part.cards,
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
            if part.cards is not None:
                cost += cards_price_at(
                    part.cards,
                    units @ facts.weight_kg[self.lines],
                    units @ facts.volume_cm3[self.lines],
                    offers,
                )
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
    if part.cards is not None:
        weight = float(units @ facts.weight_kg[lines])
        volume = float(units @ facts.volume_cm3[lines])
        cost += parcel_price(part.cards, offer, weight, volume)
    if part.curve is not None:
        cost += float(part.curve(units[None, :].astype(float))[0, offer])
    if part.breaks is not None and ((units > 0) & part.breaks.breaks[:, offer]).any():
        cost += part.breaks.price
    return cost
