"""Customers who collect what they ordered, if a store near them has all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from domroute.digital import digital_of
from domroute.events import Event, Placed
from domroute.geography import great_circle_km, unit_vectors
from domroute.network import Node
from domroute.orders import Delivery, Order
from domroute.replay.placing import Stream
from domroute.replay.world import chance
from domroute.scenario import Scenario
from domroute.words import Method


@dataclass(frozen=True, slots=True, eq=False)
class Collected:
    """
    A stream in which some customers collect what was to be shipped.

    Attributes
    ----------
    stream
        The stream as it was.
    share, radius_km, kind
        As in :func:`pick_up`.
    """

    stream: Stream
    share: float
    radius_km: float
    kind: str

    def __call__(self, scenario: Scenario, seed: int) -> Iterator[Event]:
        """Make the events of a scenario from a seed."""
        near = Near.of(scenario, self.kind, self.radius_km)
        for event in self.stream(scenario, seed):
            if (
                isinstance(event, Placed)
                and chance(seed, "collects", event.order.id) < self.share
                and near.has_all(event.order)
            ):
                delivery = Delivery(method=Method.PICKUP, radius_km=self.radius_km)
                order = event.order.model_copy(update={"delivery": delivery})
                yield event.model_copy(update={"order": order})
            else:
                yield event


class Near:
    """Says whether a store near a customer has all of an order."""

    def __init__(
        self, scenario: Scenario, stores: list[Node], radius_km: float
    ) -> None:
        self._stores, self._radius_km = stores, radius_km
        self._ledger = scenario.inventory
        self._digital = digital_of(scenario.network.items)
        self._vectors = unit_vectors(
            np.array([node.location.lat for node in stores], float),
            np.array([node.location.lon for node in stores], float),
        )

    @classmethod
    def of(cls, scenario: Scenario, kind: str, radius_km: float) -> Near:
        """Look at the stores of a scenario within so many kilometers."""
        names = stores_of(scenario, kind)
        stores = [node for node in scenario.network.nodes if node.id in names]
        return cls(scenario, stores, radius_km)

    def has_all(self, order: Order) -> bool:
        """Tell whether one of them has all of an order that is to be shipped."""
        to = order.destination
        is_shipped = order.delivery.method is Method.SHIP
        apart = any(line.delivery or line.pinned_node for line in order.lines)
        if to is None or not is_shipped or apart or not self._stores:
            return False
        km = great_circle_km(self._vectors, to.lat, to.lon)
        return any(
            self._holds(self._stores[at].id, order)
            for at in np.flatnonzero(km <= self._radius_km).tolist()
        )

    def _holds(self, node: str, order: Order) -> bool:
        wanted: dict[str, int] = {}
        for line in order.lines:
            wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
        return all(
            self._ledger.available(node, sku) >= units
            for sku, units in wanted.items()
            if sku not in self._digital
        )


def stores_of(scenario: Scenario, kind: str) -> set[str]:
    """Name the nodes that count as stores and are not switched off."""
    nodes = scenario.network.nodes
    return {node.id for node in nodes if node.kind == kind and node.enabled}
