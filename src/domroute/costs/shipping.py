"""Shipping: a service's rate card by zone and billable weight, and its surcharges."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np

from domroute.costs.base import TermModel
from domroute.costs.carriage import carriage
from domroute.costs.charges.cards import by_zone, lines_below, stacked
from domroute.costs.charges.tariffs import Cards, Tariff
from domroute.costs.nature import CARRIED, Cover, Fact
from domroute.costs.parcel import carriers_of
from domroute.costs.registry import register
from domroute.costs.term import Charges, Question, ShipmentFacts
from domroute.lanes import LaneCost
from domroute.network import Item
from domroute.problem import NetworkArrays
from domroute.services import Service
from domroute.units import FloatArray, Id

_SLACK = 1 + 1e-9
"""Weights this close to a step are within it, so that sums of floats cannot matter."""


@register
class Shipping(TermModel):
    """
    What carriers charge: each shipment goes by the cheapest service that may carry it.

    Examples
    --------
    >>> Shipping().is_quotable
    True
    """

    term: Literal["shipping"] = "shipping"
    name: Id = "shipping"

    covered_by: ClassVar[Cover] = Cover.PARTS
    depends_on: ClassVar[frozenset[Fact]] = CARRIED

    def prepare(self, arrays: NetworkArrays) -> _ShippingPricer:
        """Turn every service's rate card into arrays once."""
        network = arrays.network
        lanes = {lane.id: lane.cost for lane in network.lanes}
        return _ShippingPricer(carriers_of(network), lanes, self.weight)

    def amount(self, facts: ShipmentFacts) -> float:
        """Price one shipment in plain Python, from the rate card itself."""
        if facts.service is None:
            return 0.0
        return self.weight * carriage(facts.service, facts)


def accepts(service: Service, item: Item) -> bool:
    """
    Tell whether a service carries an item at all.

    Examples
    --------
    >>> from domroute.costs.parcel import parcel_service
    >>> accepts(parcel_service(), Item(sku="A", weight_kg=50.0))
    False
    """
    heaviest_kg, longest_cm = service.max_weight_kg, service.max_length_cm
    if heaviest_kg is not None and item.weight_kg > heaviest_kg * _SLACK:
        return False
    if longest_cm is not None and item.longest_cm > longest_cm * _SLACK:
        return False
    tags = item.tags
    return not tags or set(service.refused_tags).isdisjoint(tags)


def _tariff_of(service: Service, weight: float, known: dict[object, Tariff]) -> Tariff:
    """Read a rate card; cards with the same steps share the arrays that say so."""
    card = service.rate_card
    caps_kg = np.array(card.weights_kg, float)
    if service.round_up_kg is not None:
        # Rounding up to a step is the same as lowering each edge to a whole step.
        step = service.round_up_kg
        caps_kg = np.floor(caps_kg / step * _SLACK) * step
    divisor = service.dim_divisor_cm3_per_kg
    caps_cm3 = (
        np.full(len(caps_kg), np.inf)
        if divisor is None
        else np.maximum(caps_kg * divisor, service.dim_threshold_cm3)
    )
    percent = sum(e.percent for e in service.surcharges if e.item_tag is None)
    made = Tariff(
        caps_kg=caps_kg * _SLACK,
        caps_cm3=caps_cm3 * _SLACK,
        parcel_kg=card.weights_kg[-1],
        parcel_cm3=math.inf if divisor is None else card.weights_kg[-1] * divisor,
        rates=np.array(card.rates, float) * (weight * (1 + percent / 100)),
        zone=np.empty(0, np.int64),
    )
    first = known.setdefault((caps_kg.tobytes(), caps_cm3.tobytes()), made)
    return replace(made, caps_kg=first.caps_kg, caps_cm3=first.caps_cm3)


class _ShippingPricer:
    """The rate cards and surcharges of all services, arranged by service."""

    def __init__(
        self, services: tuple[Service, ...], lanes: dict[str, LaneCost], weight: float
    ) -> None:
        self._services, self._lanes = services, lanes
        shared: dict[object, Tariff] = {}
        priced = [each for each in services if each.id not in lanes]
        self._tariffs = tuple(_tariff_of(each, weight, shared) for each in priced)
        # The last row, of zeros, is that of what goes by no service, in zone -1.
        self._rates, self._card = stacked(self._tariffs)
        self._start, self._rise = lines_below(self._tariffs)
        self._by_zone = by_zone(self._tariffs)
        # Lanes and what goes by no service stand in that row, in zone -1, too.
        self._first = np.full(len(services) + 1, len(self._rates))
        is_priced = [each.id not in lanes for each in services]
        self._first[np.flatnonzero(is_priced)] = self._by_zone.first
        self._weight = weight
        # The last is what goes by no service.
        self._per_shipment = np.zeros(len(services) + 1)
        for at, service in enumerate(services):
            self._per_shipment[at] = weight * sum(
                extra.amount for extra in service.surcharges if extra.item_tag is None
            )
            if service.id in lanes:
                self._per_shipment[at] = weight * lanes[service.id].per_shipment
        self._is_flat = not self._per_shipment.any()
        self._tagged = any(e.item_tag for each in services for e in each.surcharges)
        self._tagged |= any(one.per_unit or one.per_kg for one in lanes.values())
        self._extras: dict[str, FloatArray] = {}
        """What each service adds for a unit of a SKU, once asked; shape ``(S+1,)``."""

    def charges(self, question: Question) -> Charges:
        service = question.service
        if question.delivery.method.is_collected:
            return Charges()
        per_unit = None
        if self._tagged:
            extras = np.array([self._extra(item) for item in question.items])
            per_unit = extras[:, service] if extras.any() else None
        row = self._first[service] + question.zone
        return Charges(
            per_shipment=None if self._is_flat else self._per_shipment[service],
            per_unit=per_unit,
            cards=Cards(
                self._tariffs,
                self._rates,
                self._card,
                row,
                self._start,
                self._rise,
                self._by_zone,
            ),
        )

    def _extra(self, item: Item) -> FloatArray:
        found = self._extras.get(item.sku)
        if found is None:
            found = np.zeros(len(self._services) + 1)
            for at, service in enumerate(self._services):
                found[at] = sum(
                    self._weight * extra.amount
                    for extra in service.surcharges
                    if extra.item_tag is not None and extra.item_tag in item.tags
                )
                lane = self._lanes.get(service.id)
                if lane is not None:
                    each = lane.per_unit + lane.per_kg * item.weight_kg
                    found[at] = self._weight * each
            self._extras[item.sku] = found
        return found
