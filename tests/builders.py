"""The shortest way to say a problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from domroute.costs import Charges, Question, Quotes, ShipmentFacts, Steps
from domroute.geography import Location
from domroute.ledger.inventory import Inventory
from domroute.ledger.stock import Stock
from domroute.network import Item, Network, Node
from domroute.orders import Delivery, Line, Order
from domroute.policy import Policy
from domroute.services import DistanceZones, RateCard, Service
from domroute.tuning import Tuning

KM_PER_DEGREE = 111.195
"""Kilometers in a degree of latitude, near enough to place nodes by."""


class Problem(NamedTuple):
    """What one order is routed with."""

    order: Order
    network: Network
    inventory: Inventory
    policy: Policy
    quotes: Quotes


def place(at=(0.0, 0.0), **fields):
    """Make a location from (lat, lon)."""
    return Location(lat=at[0], lon=at[1], **fields)


def item(sku, **fields):
    """Make an item; 1 kg and worth 10 unless told."""
    return Item(**{"sku": sku, "weight_kg": 1.0, "unit_price": 10.0, **fields})


def node(name, at=(0.0, 0.0), **fields):
    """Make a node; the handling costs may be given beside the other fields."""
    cost = {key: fields.pop(key) for key in list(fields) if key.startswith("per_")}
    return Node(
        id=name, location=place(at), **({"cost": cost} if cost else {}), **fields
    )


def network(*nodes, items="ABC", services=()):
    """Make a network; items may be a string of one-letter SKUs."""
    made = [item(part) if isinstance(part, str) else part for part in items]
    return Network(nodes=nodes, items=made, services=services)


def service(name, rates=((5.0, 8.0),), weights=(1.0, 5.0), bands=(), **fields):
    """Make a service: a row of rates for each distance band, and one beyond."""
    card = RateCard(weights_kg=weights, rates=rates)
    zones = DistanceZones(bands_km=bands)
    return Service(**{"id": name, "rate_card": card, "zones": zones, **fields})


def stock(**nodes):
    """Make an inventory: ``stock(N1={"A": 5})``."""
    return Inventory(
        Stock(node=name, sku=sku, on_hand=units)
        for name, row in nodes.items()
        for sku, units in row.items()
    )


def line(name, sku, quantity=1, **fields):
    """Make a line."""
    return Line(id=name, sku=sku, quantity=quantity, **fields)


def order(name="o1", *lines, at=(0.0, 0.0), **fields):
    """Make an order; whole numbers are lines: ``order("o1", A=2)`` has line ``A``."""
    wanted = {
        key: fields.pop(key)
        for key in list(fields)
        if type(fields[key]) is int and key not in Order.model_fields
    }
    made = [*lines, *(line(sku, sku, units) for sku, units in wanted.items())]
    spot = None if at is None else place(at)
    return Order(id=name, lines=made, destination=spot, **fields)


def pickup(name=None, **fields):
    """Make a delivery collected at a node, or within ``radius_km``."""
    return Delivery(**{"method": "pickup", "node": name, **fields})


def tuned(policy, **groups):
    """Tune a policy: ``tuned(policy, program={"large": 1})``."""
    change = {"tuning": Tuning(**groups)}
    solve = policy.solve.model_copy(update=change)
    return policy.model_copy(update={"solve": solve})


@dataclass(frozen=True)
class Crowding:
    """A user's term: a price for the square of the units in a shipment."""

    price: float = 0.25
    name: str = "crowding"
    is_quotable: bool = False

    def prepare(self, arrays):  # noqa: ARG002 - the protocol names it
        """Need nothing of the network."""
        return self

    def charges(self, question: Question) -> Charges:
        """Price by a curve, which is no sum over lines."""
        width = len(question.nodes)

        def curve(units):
            squares = self.price * np.square(units.sum(axis=1), dtype=float)
            return np.repeat(squares[:, None], width, axis=1)

        return Charges(curve=curve)

    def amount(self, facts: ShipmentFacts) -> float:
        """Price one shipment in plain Python."""
        return self.price * sum(units for _, _, units in facts.contents) ** 2


@dataclass(frozen=True)
class Wrapping:
    """A user's term: a price for each shipment, line and unit."""

    price: float = 1.0
    name: str = "wrapping"
    is_quotable: bool = True

    def prepare(self, arrays):  # noqa: ARG002 - the protocol names it
        """Need nothing of the network."""
        return self

    def charges(self, question):
        """Charge 4 a shipment, 2 a line and 0.5 a unit, everywhere."""
        shape = question.available.shape
        return Charges(
            per_shipment=np.full(shape[1], 4.0 * self.price),
            per_line=np.full(shape, 2.0 * self.price),
            per_unit=np.full(shape, 0.5 * self.price),
        )

    def amount(self, facts):
        """Price one shipment in plain Python."""
        units = sum(quantity for _, _, quantity in facts.contents)
        return self.price * (4.0 + 2.0 * len(facts.contents) + 0.5 * units)


FAR_KM = 300.0
"""From there on to insure costs twice as much."""


@dataclass(frozen=True)
class Insuring:
    """A user's term: a price in steps of what a shipment is worth, dearer by place."""

    price: float = 1.0
    name: str = "insuring"
    is_quotable: bool = False

    def prepare(self, arrays):  # noqa: ARG002 - the protocol names it
        """Need nothing of the network."""
        return self

    def charges(self, question):
        """Charge 1 up to a value of 10, 3 up to 25, 4.5 beyond; twice if far away."""
        edges = np.array([10.0, 25.0, np.inf])
        far = 1.0 + (question.distance_km > FAR_KM)
        rates = self.price * far[:, None] * np.array([1.0, 3.0, 4.5])
        return Charges(steps=(Steps(question.unit_price, edges, rates),))

    def amount(self, facts):
        """Price one shipment in plain Python."""
        worth = 0.0
        for wanted, what, units in facts.contents:
            price = what.unit_price if wanted.unit_price is None else wanted.unit_price
            worth += units * price
        rate = 1.0 if worth <= 10.0 else 3.0 if worth <= 25.0 else 4.5
        return self.price * rate * (2.0 if facts.distance_km > FAR_KM else 1.0)
