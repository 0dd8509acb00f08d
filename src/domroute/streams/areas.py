"""Where orders go: areas with their weights, and the stores that are nearest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from domroute.arguments import checked
from domroute.geography import EARTH_RADIUS_KM, Location, unit_vectors
from domroute.instances.metros import METROS
from domroute.streams.weights import Weight, pick
from domroute.units import FloatArray, IntArray, Kilometers
from domroute.validation import Frozen

_KM_PER_DEGREE: Final = EARTH_RADIUS_KM * np.pi / 180
"""Length of a degree of latitude."""
_CHUNK: Final = 4096
"""Homes whose distances to all stores are in memory at once."""


class Area(Frozen):
    """
    A place that orders go to, or around.

    Examples
    --------
    >>> Area(location={"lat": 40.7, "lon": -74.0}, weight=20, scatter_km=28).weight
    20.0
    """

    location: Location
    """Its middle; every order takes over its region, country and postal code."""
    weight: Weight = 1.0
    """How many orders go there, against those of other areas."""
    scatter_km: Kilometers = 0.0
    """Standard deviation of where they go, to the north and to the east (km)."""


@checked
def us_areas(scatter_km: float = 28.0) -> tuple[Area, ...]:
    """
    Return the sixty largest metropolitan areas of the United States, by their people.

    Parameters
    ----------
    scatter_km
        Standard deviation around their core cities (km).

    Examples
    --------
    >>> areas = us_areas()
    >>> len(areas), areas[0].location.region, areas[0].weight
    (60, 'NY', 20.14)
    """
    return tuple(
        Area(
            location=Location(lat=metro.lat, lon=metro.lon, region=metro.state),
            weight=metro.people_millions,
            scatter_km=scatter_km,
        )
        for metro in METROS
    )


def draw_places(
    areas: Sequence[Area], count: int, rng: np.random.Generator
) -> tuple[IntArray, FloatArray, FloatArray]:
    """
    Draw where orders go.

    Returns
    -------
    area, lat, lon
        The position of the area, and degrees to four decimals (some ten meters); each
        of shape ``(count,)``.

    Examples
    --------
    >>> area = Area(location={"lat": 40.7, "lon": -74.0})
    >>> _, lat, lon = draw_places([area], 2, np.random.default_rng(0))
    >>> lat, lon
    (array([40.7, 40.7]), array([-74., -74.]))
    """
    area = pick(rng, [part.weight for part in areas], count)
    scatter = np.array([part.scatter_km for part in areas])[area] / _KM_PER_DEGREE
    north, east = rng.standard_normal((2, count)) * scatter
    lat = np.array([part.location.lat for part in areas])[area]
    across = np.maximum(np.cos(np.radians(lat)), 0.01)  # near a pole, all is near
    lon = np.array([part.location.lon for part in areas])[area] + east / across
    lon = np.where(np.abs(lon) > 180, (lon + 180) % 360 - 180, lon)  # noqa: PLR2004 - half a turn
    return area, np.clip(lat + north, -90, 90).round(4), lon.round(4)


def nearest(
    lat: FloatArray, lon: FloatArray, places: Sequence[Location], rank: IntArray
) -> tuple[IntArray, FloatArray]:
    """
    Find for each point the place that is nearest, or of a later rank.

    Parameters
    ----------
    lat, lon
        Points (degrees); shape ``(P,)``.
    places
        At least as many as the highest rank, plus one.
    rank
        0 for the nearest place, 1 for the second; shape ``(P,)``.

    Returns
    -------
    place, km
        Positions in ``places``, and great-circle distances (km); shape ``(P,)``.

    Examples
    --------
    >>> places = [Location(lat=0, lon=9), Location(lat=0, lon=1)]
    >>> at, km = nearest(np.zeros(2), np.zeros(2), places, np.array([0, 1]))
    >>> at, km.round()
    (array([1, 0]), array([ 111., 1001.]))
    """
    there = unit_vectors(
        np.array([place.lat for place in places]),
        np.array([place.lon for place in places]),
    )
    here = unit_vectors(lat, lon)
    found = np.zeros(len(lat), np.int64)
    km = np.zeros(len(lat))
    for start in range(0, len(lat), _CHUNK):
        part = slice(start, start + _CHUNK)
        chord = here[part, None, :] - there[None, :, :]
        square = np.einsum("pnj,pnj->pn", chord, chord)
        rows = np.arange(len(square))
        by_distance = np.argsort(square, axis=1, kind="stable")
        found[part] = by_distance[rows, rank[part]]
        half = np.sqrt(square[rows, found[part]]) / 2
        km[part] = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(half, 1.0))
    return found, km
