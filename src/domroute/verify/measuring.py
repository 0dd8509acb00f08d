"""How far it is from a node to a customer, measured in plain Python."""

from __future__ import annotations

import math
from typing import Final

from domroute.geography import Location
from domroute.words import DistanceMethod

_RADIUS_KM: Final = 6371.009
"""Mean radius of the WGS84 ellipsoid; the solver has its own."""


def measure_km(start: Location, end: Location, method: DistanceMethod) -> float:
    """
    Measure one distance: by the haversine form, or by geopy on the ellipsoid.

    Examples
    --------
    >>> here, there = Location(lat=0, lon=0), Location(lat=0, lon=1)
    >>> round(measure_km(here, there, DistanceMethod.GREAT_CIRCLE), 1)
    111.2
    >>> round(measure_km(here, there, DistanceMethod.GEODESIC), 1)
    111.3
    """
    if method is DistanceMethod.GEODESIC:
        from geopy.distance import geodesic

        return float(geodesic((start.lat, start.lon), (end.lat, end.lon)).km)
    phi_1, phi_2 = math.radians(start.lat), math.radians(end.lat)
    half_lat = (phi_2 - phi_1) / 2
    half_lon = math.radians(end.lon - start.lon) / 2
    root = math.sin(half_lat) ** 2
    root += math.cos(phi_1) * math.cos(phi_2) * math.sin(half_lon) ** 2
    return 2 * _RADIUS_KM * math.asin(min(1.0, math.sqrt(root)))
