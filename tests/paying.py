"""A term of one's own that charges, or pays, for what leaves a node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from domroute.costs import Charges


@dataclass(frozen=True)
class Bonus:
    """
    Amounts by node: below zero where shipping from there is worth something.

    As where a season ends, and what a store is rid of need not be marked down.
    """

    per_shipment: dict[str, float]
    per_line: dict[str, float]
    per_unit: dict[str, float]
    name: str = "bonus"
    is_quotable: bool = False

    def prepare(self, arrays) -> Bonus:  # noqa: ARG002 - the protocol names it
        """Need nothing of a network."""
        return self

    def charges(self, question) -> Charges:
        """Say it as arrays."""
        names = [question.arrays.nodes[at].id for at in question.nodes]
        once, line, unit = (
            np.array([by_node.get(name, 0.0) for name in names])
            for by_node in (self.per_shipment, self.per_line, self.per_unit)
        )
        shape = question.available.shape
        return Charges(
            per_shipment=once,
            per_line=np.broadcast_to(line, shape),
            per_unit=np.broadcast_to(unit, shape),
        )

    def amount(self, facts: Any) -> float:
        """Say it for one shipment."""
        units = [units for _, _, units in facts.contents]
        return self.of(facts.node.id, len(units), sum(units))

    def of(self, node: str, lines: int, units: int) -> float:
        """Charge a shipment of a node by its lines and units."""
        return (
            self.per_shipment.get(node, 0.0)
            + self.per_line.get(node, 0.0) * lines
            + self.per_unit.get(node, 0.0) * units
        )


def bonus(random, names) -> Bonus:
    """Draw one: as often as not it pays."""

    def by_node(odds):
        return {
            name: random.choice([-8.0, -3.0, -1.5, -0.25, 0.0, 0.5, 2.0])
            for name in names
            if random.random() < odds
        }

    return Bonus(by_node(0.4), by_node(0.3), by_node(0.8))
