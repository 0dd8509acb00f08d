"""
The shipments of one small dated order, and what each costs, from the documentation.

Nothing of the library is used but its nouns.
"""

from __future__ import annotations

import math
from datetime import UTC
from typing import Any, NamedTuple

from plain import kilometers
from plain_dates import COLLECTED, Clock, Dates

SLACK = 1e-9


class Part(NamedTuple):
    """
    A shipment: units by line, its dates, and its price but for those of dates.

    It may leave from ``at`` on; ``stock_at`` is when the last of its units is there,
    None where all are.
    """

    node: str
    delivery: Any
    service: str | None
    units: tuple[int, ...]
    dates: Dates
    price: float
    dated_price: float
    at: Any
    stock_at: Any = None


class DatedShipments:
    """The shipments that one order may be sent in."""

    clock_of = Clock
    """What dates shipments."""

    def __init__(self, order, network, inventory, policy, quotes=None):
        self.order, self.network, self.policy = order, network, policy
        self.lines = sorted(order.lines, key=lambda line: line.id)
        self.most = tuple(line.quantity for line in self.lines)
        self.zero = (0,) * len(self.lines)
        self.nodes = {node.id: node for node in network.nodes}
        self.items = {item.sku: item for item in network.items}
        self.services = {one.id: one for one in network.services}
        self.quotes = {} if quotes is None else quotes.shipments
        self.stock = {(row.node, row.sku): math.floor(row.on_hand) for row in inventory}
        self.terms = {term.name: term for term in policy.costs}
        self.clock = self.clock_of(order, network, policy)
        placed = self.clock.placed
        released = [self.items[line.sku].release_at for line in self.lines]
        self.released = [max(placed, (x or placed).astimezone(UTC)) for x in released]
        self.parts = {}

    # --- shipments --------------------------------------------------------------

    def delivery_of(self, line):
        """Return how a line is delivered."""
        return line.delivery or self.order.delivery

    def may(self, line, name, delivery):
        """Tell whether a node may fill any of a line, whatever its dates."""
        node = self.nodes[name]
        offered = node.methods
        if offered is None:
            offered = ["ship", "ship_to_store"]
            if node.kind == "store":
                offered += ["pickup", "curbside"]
                offered += ["locker"] * ("locker" in node.tags)
        if not node.enabled or delivery.method not in offered:
            return False
        if line.pinned_node not in (None, name) or name in line.excluded_nodes:
            return False
        if delivery.method in COLLECTED:
            if delivery.node is not None:
                return delivery.node == name
            return self.distance(name, delivery) <= delivery.radius_km + 1e-6
        return True

    def distance(self, name, delivery):
        """Measure the way from a node to where a delivery ends."""
        end = delivery.to or self.order.destination
        if delivery.node is not None:
            end = self.nodes[delivery.node].location
        return kilometers(self.nodes[name].location, end)

    def carriers(self, name, delivery):
        """List the services that may take a delivery from a node."""
        if delivery.method in COLLECTED or (self.order.id, name) in self.quotes:
            return [None]
        node = self.nodes[name]
        return [
            one
            for one, service in self.services.items()
            if (not node.services or one in node.services)
            and (not delivery.services or one in delivery.services)
            and delivery.method in service.methods
        ]

    def zone_number(self, name, delivery, service):
        """Return the zone of a way, from 1."""
        if service is None:
            return 1
        km = self.distance(name, delivery)
        return 1 + sum(km > band for band in self.services[service].zones.bands_km)

    def trip(self, name, delivery, service):
        """Gather what says when a shipment gets there."""
        zone = self.zone_number(name, delivery, service)
        return self.clock.trip(name, delivery, service, zone)

    def part(self, name, delivery, service, units, stock_at=None):
        """Return a shipment; why there is none in one word."""
        key = name, delivery, service, units, stock_at
        if key not in self.parts:
            self.parts[key] = self._part(*key)
        return self.parts[key]

    def _part(self, name, delivery, service, units, stock_at):
        """Return a shipment with its dates, or why there is none."""
        node = self.nodes[name]
        at = max(x for x, n in zip(self.released, units, strict=True) if n)
        if stock_at is not None:
            at = max(at, stock_at)
        zone = self.zone_number(name, delivery, service)
        dates = self.clock.ask(self.trip(name, delivery, service), at)
        if isinstance(dates, str):
            return dates
        count, lines = sum(units), sum(n > 0 for n in units)
        quote = self.quotes.get((self.order.id, name))
        price = 0.0 if quote is None else quote
        if "handling" in self.terms:
            price += node.cost.per_shipment if quote is None else 0.0
            price += node.cost.per_line * lines + node.cost.per_unit * count
        if "bonus" in self.terms:
            price += self.terms["bonus"].of(name, lines, count)
        if "shipping" in self.terms and service is not None:
            kilos = sum(
                self.items[x.sku].weight_kg * n
                for x, n in zip(self.lines, units, strict=True)
            )
            price += self._rate(self.services[service].rate_card, zone, kilos)
        return Part(
            *(name, delivery, service, units, dates, price),
            self._price_of_dates(dates, lines, count)
            + self._price_of_waiting(stock_at, count),
            *(at, stock_at),
        )

    @staticmethod
    def _rate(card, zone, kilos):
        """Read a rate card: parcels of the last weight, and the rest."""
        row, last = card.rates[zone - 1], card.weights_kg[-1]
        price = 0.0
        while kilos > last + SLACK:
            price, kilos = price + row[-1], kilos - last
        steps = zip(card.weights_kg, row, strict=True)
        return price + next(rate for edge, rate in steps if kilos <= edge + SLACK)

    def _price_of_dates(self, dates, lines, units):
        """Charge days of lateness and of waiting."""
        price = 0.0
        if "lateness" in self.terms and dates.days_late:
            term = self.terms["lateness"]
            days = max(0, dates.days_late - term.free_days)
            rung = max((p for day, p in term.ladder if day <= days), default=0.0)
            each = lines * (term.per_line_day * days + rung)
            price += term.weight * (each + units * term.per_unit_day * days)
        if "speed" in self.terms:
            term = self.terms["speed"]
            each = lines * term.per_line_day + units * term.per_unit_day
            price += term.weight * each * dates.days_until
        return price

    def _price_of_waiting(self, stock_at, units):
        """Charge each unit of what waits for stock."""
        if stock_at is None or "backorder" not in self.terms:
            return 0.0
        term = self.terms["backorder"]
        return term.weight * term.per_unit * units

    def worth(self, line):
        """Return what a unit is worth."""
        price = line.unit_price
        return self.items[line.sku].unit_price if price is None else price
