"""The data of a stream as plain arrays, and what a plan made from them costs."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from benchmarks.case import Stream
from domroute import Order, ShipmentFacts
from domroute.geography import great_circle_km, unit_vectors

Takes = Mapping[tuple[int, int], int]
"""Units by (position of the line, position of the node)."""


class Prices:
    """
    A stream's places and stock, read once; prices plans by the policy's own terms.

    Attributes
    ----------
    available
        Whole units by SKU; shape ``(N,)`` each.
    is_dc
        Whether a node is a distribution center; shape ``(N,)``.
    """

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.nodes = stream.network.nodes
        self.items = {item.sku: item for item in stream.network.items}
        self.is_dc = np.array([node.kind == "dc" for node in self.nodes])
        position = {node.id: n for n, node in enumerate(self.nodes)}
        self.available = {
            sku: np.zeros(len(self.nodes), np.int64) for sku in self.items
        }
        inventory, rows = stream.inventory, stream.inventory.rows
        for node, sku, units in zip(rows.node, rows.sku, rows.on_hand, strict=True):
            at = position[inventory.node_ids[node]]
            self.available[inventory.skus[sku]][at] = int(units)
        places = [node.location for node in self.nodes]
        self._points = unit_vectors(
            np.array([place.lat for place in places]),
            np.array([place.lon for place in places]),
        )

    def distances_km(self, order: Order) -> np.ndarray:
        """Measure how far every node is from the customer; shape ``(N,)``."""
        place = order.destination
        return great_circle_km(self._points, place.lat, place.lon)

    def stock_of(self, order: Order) -> np.ndarray:
        """Return the units at hand for each line at each node; shape ``(L, N)``."""
        return np.array([self.available[line.sku] for line in order.lines])

    def cost_of(self, order: Order, takes: Takes) -> float:
        """Price a plan: shipments by every term, and what is left by the penalty."""
        far = self.distances_km(order)
        contents: dict[int, list] = {}
        left = [line.quantity for line in order.lines]
        for (at, n), units in sorted(takes.items()):
            line = order.lines[at]
            contents.setdefault(n, []).append((line, self.items[line.sku], units))
            left[at] -= units
        parts = [self.stream.policy.unfilled_penalty * units for units in left if units]
        for n, packed in contents.items():
            facts = ShipmentFacts(
                order=order,
                delivery=order.delivery,
                node=self.nodes[n],
                service="parcel",
                contents=tuple(packed),
                distance_km=float(far[n]),
                postal_code=None,
                network=self.stream.network,
                inventory=self.stream.inventory,
            )
            parts += [term.amount(facts) for term in self.stream.policy.costs]
        return math.fsum(parts)
