"""Shipping: a service's rate card by zone and billable weight, and its surcharges."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np

from domroute.costs.base import TermModel
from domroute.costs.carriage import carriage
from domroute.costs.nature import CARRIED, Cover, Fact
from domroute.costs.parcel import services_of
from domroute.costs.term import Carrier, Charges, Question, ShipmentFacts, Tariff
from domroute.costs.zones import UNSERVED, ZoneFinder
from domroute.network import Item, Service
from domroute.problem import NetworkArrays
from domroute.units import FloatArray, Id

WEIGHT_SLACK = 1 + 1e-9
"""Weights this close to a step are within it, so that sums of floats cannot matter."""


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
        services = services_of(arrays.network)
        return _ShippingPricer(
            tuple(
                _ServiceTable.of(service, arrays, self.weight) for service in services
            )
        )

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
    if heaviest_kg is not None and item.weight_kg > heaviest_kg * WEIGHT_SLACK:
        return False
    if longest_cm is not None and item.longest_cm > longest_cm * WEIGHT_SLACK:
        return False
    tags = item.tags
    return not tags or set(service.refused_tags).isdisjoint(tags)


@dataclass(frozen=True, slots=True, eq=False)
class _ServiceTable:
    service: Service
    zones: ZoneFinder
    tariff_kg: FloatArray
    tariff_cm3: FloatArray
    parcel_cm3: float
    rates: FloatArray
    per_shipment: float
    per_tagged_unit: tuple[tuple[str, float], ...]
    known: dict[str, tuple[bool, float]] = field(default_factory=dict)
    """Whether it carries a SKU, and what it adds for a unit, once asked."""

    @classmethod
    def of(
        cls, service: Service, arrays: NetworkArrays, weight: float
    ) -> _ServiceTable:
        card = service.rate_card
        caps_kg = np.array(card.weights_kg, float)
        if service.round_up_kg is not None:
            # Rounding up to a step is the same as lowering each edge to a whole step.
            step = service.round_up_kg
            caps_kg = np.floor(caps_kg / step * WEIGHT_SLACK) * step
        divisor = service.dim_divisor_cm3_per_kg
        caps_cm3 = (
            np.full(len(caps_kg), np.inf)
            if divisor is None
            else np.maximum(caps_kg * divisor, service.dim_threshold_cm3)
        )
        flat = [extra for extra in service.surcharges if extra.item_tag is None]
        percent = sum(extra.percent for extra in flat)
        return cls(
            service=service,
            zones=ZoneFinder(service.zones, arrays),
            tariff_kg=caps_kg * WEIGHT_SLACK,
            tariff_cm3=caps_cm3 * WEIGHT_SLACK,
            parcel_cm3=math.inf if divisor is None else card.weights_kg[-1] * divisor,
            rates=np.array(card.rates, float) * (weight * (1 + percent / 100)),
            per_shipment=weight * sum(extra.amount for extra in flat),
            per_tagged_unit=tuple(
                (extra.item_tag, weight * extra.amount)
                for extra in service.surcharges
                if extra.item_tag is not None
            ),
        )

    def carrier(self, question: Question) -> Carrier:
        service, allowed = self.service, question.delivery.services
        if question.delivery.method not in service.methods or (
            allowed and service.id not in allowed
        ):
            return Carrier(service.id, serves=np.zeros(len(question.nodes), bool))
        zone = self.zones.find(
            question.nodes, question.distance_km, question.postal_code
        )
        facts = [self._look_up(item) for item in question.items]
        return Carrier(
            service=service.id,
            tariff=Tariff(
                caps_kg=self.tariff_kg,
                caps_cm3=self.tariff_cm3,
                parcel_kg=service.rate_card.weights_kg[-1],
                parcel_cm3=self.parcel_cm3,
                rates=self.rates,
                zone=zone,
            ),
            serves=zone != UNSERVED,
            carries=np.array([carries for carries, _ in facts], bool),
            per_shipment=self.per_shipment,
            per_unit=np.array([extra for _, extra in facts], float),
        )

    def _look_up(self, item: Item) -> tuple[bool, float]:
        found = self.known.get(item.sku)
        if found is None:
            extras = [
                amount for tag, amount in self.per_tagged_unit if tag in item.tags
            ]
            found = accepts(self.service, item), sum(extras)
            self.known[item.sku] = found
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _ShippingPricer:
    tables: tuple[_ServiceTable, ...]

    def charges(self, question: Question) -> Charges:
        if question.delivery.method.is_collected:
            return Charges()
        carriers = [table.carrier(question) for table in self.tables]
        return Charges(carriers=tuple(carriers))
