"""The data of a stream as plain arrays, and what plans made from them cost."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.case import Stream
from domroute import Measure, Order, Plan, ShipmentFacts
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
    room
        Units that nodes can still do; infinite without a capacity; shape ``(N,)``.
    is_dc
        Whether a node is a distribution center; shape ``(N,)``.
    """

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.nodes = stream.network.nodes
        self.items = {item.sku: item for item in stream.network.items}
        self.is_dc = np.array([node.kind == "dc" for node in self.nodes])
        position = self.position = {node.id: n for n, node in enumerate(self.nodes)}
        limits = [node.capacity for node in self.nodes]
        assert all(limit is None or limit.measure is Measure.UNITS for limit in limits)
        self.room = np.array(
            [math.inf if limit is None else limit.limit for limit in limits]
        )
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

    def takes_of(self, order: Order, plan: Plan) -> Takes:
        """Read what a plan of the library's takes of each node."""
        line_at = {line.id: at for at, line in enumerate(order.lines)}
        return {
            (
                line_at[content.line_id],
                self.position[shipment.node_id],
            ): content.quantity
            for shipment in plan.shipments
            for content in shipment.contents
        }

    def reserve(self, order: Order, takes: Takes) -> None:
        """Take a plan off what is there; an order may have no more than that."""
        asked = [line.quantity for line in order.lines]
        for (at, n), units in takes.items():
            asked[at] -= units
            self.available[order.lines[at].sku][n] -= units
            self.room[n] -= units
            assert units >= 0
            assert self.available[order.lines[at].sku][n] >= 0
            assert self.room[n] >= 0
        assert min(asked) >= 0

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


def cost_of_wave(stream: Stream, plans: Sequence[Takes]) -> float:
    """Price the plans of all orders, once they are found to fit together."""
    prices, costs = Prices(stream), []
    for order, takes in zip(stream.orders, plans, strict=True):
        prices.reserve(order, takes)
        costs.append(prices.cost_of(order, takes))
    return math.fsum(costs)
