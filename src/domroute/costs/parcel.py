"""The bundled parcel service: illustrative prices by distance zone and weight."""

from __future__ import annotations

from functools import cache
from typing import Final

from domroute.network import Network
from domroute.services import (
    BUNDLED_SERVICE,
    DistanceZones,
    RateCard,
    Service,
    Surcharge,
)
from domroute.units import INCH_CM, MILE_KM, POUND_KG

ZONE_BANDS_MILES: Final = (50.0, 150.0, 300.0, 600.0, 1000.0, 1400.0, 1800.0)
"""Upper edges of the distance bands by which US parcel carriers draw their zones."""
_FIRST_POUND: Final = 7.20
_PER_ZONE: Final = 0.55
_PER_POUND: Final = 0.42
_PER_POUND_ZONE: Final = 0.13
_POUNDS: Final = 70
_DIM_DIVISOR_IN3_PER_LB: Final = 166.0


@cache
def parcel_service() -> Service:
    """
    Build the bundled parcel service, ``parcel``.

    Its prices are made up from a formula that rises with zone and pound as published US
    ground tariffs do; they are no carrier's. Eight zones by distance, steps of a pound
    to 70 lb, a dimensional divisor of 166 cubic inches a pound above one cubic foot,
    and a fuel surcharge.

    Examples
    --------
    >>> service = parcel_service()
    >>> service.rate_card.rates[0][0], service.rate_card.rates[7][69]
    (7.2, 102.82)
    """
    steps = range(1, _POUNDS + 1)
    rates = tuple(
        tuple(
            round(
                _FIRST_POUND
                + _PER_ZONE * zone
                + (_PER_POUND + _PER_POUND_ZONE * zone) * (pounds - 1),
                2,
            )
            for pounds in steps
        )
        for zone in range(len(ZONE_BANDS_MILES) + 1)
    )
    return Service(
        id=BUNDLED_SERVICE,
        rate_card=RateCard(
            weights_kg=tuple(pounds * POUND_KG for pounds in steps), rates=rates
        ),
        zones=DistanceZones(bands_km=tuple(m * MILE_KM for m in ZONE_BANDS_MILES)),
        dim_divisor_cm3_per_kg=_DIM_DIVISOR_IN3_PER_LB * INCH_CM**3 / POUND_KG,
        dim_threshold_cm3=1728 * INCH_CM**3,
        surcharges=(Surcharge(name="fuel", percent=8.0),),
        max_weight_kg=_POUNDS * POUND_KG,
    )


def carriers_of(network: Network) -> tuple[Service, ...]:
    """Return a network's services, and its lanes seen as such, sorted by id."""
    if not network.lanes:
        return services_of(network)
    lanes = [lane.as_service for lane in network.lanes]
    return tuple(sorted([*services_of(network), *lanes], key=lambda one: one.id))


def services_of(network: Network) -> tuple[Service, ...]:
    """Return a network's services, sorted by id; the bundled one where it has none."""
    if not network.services:
        return (parcel_service(),)
    return tuple(sorted(network.services, key=lambda service: service.id))
