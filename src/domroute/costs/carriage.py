"""
What one shipment costs by one service, read off its rate card in plain Python.

The judge's side of :class:`~domroute.costs.shipping.Shipping`: it shares nothing with
the arrays that the solver prices by but the service itself.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

from domroute.costs.parcel import parcel_service
from domroute.costs.parting import sum_of_parcels
from domroute.costs.term import ShipmentFacts
from domroute.lanes import Lane
from domroute.network import Item, Network
from domroute.services import DistanceZones, LookupZones, Service

_SLACK: Final = 1e-9
"""How much of a limit, relative to it, sums of floats may be beyond it."""
_SLACK_KM: Final = 1e-6
"""A millimeter: what two ways to measure a distance may differ by."""


def carriage(service_id: str, facts: ShipmentFacts) -> float:
    """Price a shipment by a carrier; infinite where it does not carry it there."""
    for lane in facts.network.lanes:
        if lane.id == service_id:
            return _transfer(lane, facts)
    service = _find_service(facts.network, service_id)
    origin = facts.node.location.postal_code
    zone = zone_number(service.zones, facts.distance_km, origin, facts.postal_code)
    if zone is None or not carries(service, [item for _, item, _ in facts.contents]):
        return math.inf
    rate = 0.0 if facts.shipment_quoted else _rate_of(service, zone, facts)
    total = rate
    for extra in service.surcharges:
        if extra.item_tag is not None:
            total += extra.amount * sum(
                quantity
                for _, item, quantity in facts.unquoted
                if extra.item_tag in item.tags
            )
        elif not facts.shipment_quoted:
            total += extra.amount + extra.percent / 100 * rate
    return total


def _transfer(lane: Lane, facts: ShipmentFacts) -> float:
    """Price a shipment from node to node; infinite from or to others."""
    if facts.node.id != lane.origin or facts.delivery.node != lane.destination:
        return math.inf
    total = 0.0 if facts.shipment_quoted else lane.cost.per_shipment
    for _, item, quantity in facts.unquoted:
        total += quantity * (lane.cost.per_unit + lane.cost.per_kg * item.weight_kg)
    return total


def _find_service(network: Network, name: str) -> Service:
    # A network has a handful of services: looking through them beats sorting them.
    for service in network.services or (parcel_service(),):
        if service.id == name:
            return service
    raise KeyError(name)


def carries(service: Service, items: Iterable[Item]) -> bool:
    """
    Tell whether a service takes items: the weight, longest side and tags of each.

    Examples
    --------
    >>> carries(parcel_service(), [Item(sku="A", weight_kg=50.0)])
    False
    """
    most_kg, most_cm = service.max_weight_kg, service.max_length_cm
    refused = service.refused_tags
    for item in items:
        if most_kg is not None and item.weight_kg > most_kg + _SLACK * most_kg:
            return False
        if most_cm is not None:
            edge = most_cm + _SLACK * most_cm
            if item.length_cm > edge or item.width_cm > edge or item.height_cm > edge:
                return False
        if refused and any(tag in refused for tag in item.tags):
            return False
    return True


def zone_number(
    zones: DistanceZones | LookupZones,
    distance_km: float,
    origin: str | None,
    destination: str | None,
) -> int | None:
    """
    Return the zone of one shipment, counted from 1; None where there is none.

    Examples
    --------
    >>> zone_number(DistanceZones(bands_km=(80.0, 240.0)), 100.0, None, None)
    2
    """
    if isinstance(zones, DistanceZones):
        return 1 + bisect_left(zones.bands_km, distance_km - _SLACK_KM)
    found = _zone_of_rows(zones, origin or "", destination or "")
    return zones.default_zone if found is None else found


def _zone_of_rows(zones: LookupZones, origin: str, destination: str) -> int | None:
    """Find the longest origin with a row that matches, then its longest destination."""
    rows = zones.rows_by_origin
    for end in range(len(origin), -1, -1):
        best, zone = -1, None
        for prefix, number in rows.get(origin[:end], ()):
            if len(prefix) > best and destination.startswith(prefix):
                best, zone = len(prefix), number
        if zone is not None:
            return zone
    return None


def _rate_of(service: Service, zone: int, facts: ShipmentFacts) -> float:
    """Price the parcels of a shipment: one, but for what ships alone or apart."""
    weight = volume = 0.0
    row, is_one = service.rate_card.rates[zone - 1], not facts.apart
    for _, item, quantity in facts.contents:
        weight += item.weight_kg * quantity
        volume += item.volume_cm3 * quantity
        is_one = is_one and not item.ships_alone
    if is_one:
        return _rate_of_goods(service, row, weight, volume)
    return sum_of_parcels(
        facts.contents,
        facts.apart,
        lambda weight, volume: _rate_of_goods(service, row, weight, volume),
    )


def _rate_of_goods(
    service: Service, row: tuple[float, ...], weight: float, volume: float
) -> float:
    """Walk down the rate card: full parcels of the last weight first, then the rest."""
    rate = _rate_of_parcel(service, row, weight, volume)
    parcels = 0
    if rate is None:
        # As many full parcels as are needed for certain, then one at a time.
        last = service.rate_card.weights_kg[-1]
        divisor = service.dim_divisor_cm3_per_kg
        full_cm3, least = math.inf, (weight - last) / last
        if divisor is not None:
            full_cm3 = last * divisor
            spare_cm3 = max(full_cm3, service.dim_threshold_cm3)
            least = max(least, (volume - spare_cm3) / full_cm3)
        parcels = max(0, math.floor(least) - 1)
        while rate is None:
            parcels += 1
            rest_kg = max(0.0, weight - parcels * last)
            rest_cm3 = max(0.0, volume - parcels * full_cm3)
            rate = _rate_of_parcel(service, row, rest_kg, rest_cm3)
    return parcels * row[-1] + rate


def _rate_of_parcel(
    service: Service, row: tuple[float, ...], weight: float, volume: float
) -> float | None:
    billable = weight
    divisor = service.dim_divisor_cm3_per_kg
    if divisor is not None and volume > service.dim_threshold_cm3 * (1 + _SLACK):
        billable = max(weight, volume / divisor)
    step = service.round_up_kg
    if step is not None:
        billable = math.ceil(billable / step / (1 + _SLACK)) * step
    at = bisect_left(service.rate_card.weights_kg, billable / (1 + _SLACK))
    return row[at] if at < len(row) else None
