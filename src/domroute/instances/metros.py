"""Where people live: the largest metropolitan areas of the United States."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Final

import numpy as np

from domroute.geography import Location
from domroute.units import FloatArray, IntArray

EASTERN: Final = timezone(timedelta(hours=-5))
CENTRAL: Final = timezone(timedelta(hours=-6))
MOUNTAIN: Final = timezone(timedelta(hours=-7))
PACIFIC: Final = timezone(timedelta(hours=-8))

_KM_PER_DEGREE: Final = 111.2
"""Length of a degree of latitude."""


@dataclass(frozen=True, slots=True)
class Metro:
    """A metropolitan area: its name, state, core city's place, people and clock."""

    name: str
    state: str
    lat: float
    lon: float
    people_millions: float
    clock: timezone


# Populations: 2020 Census of the metropolitan statistical areas, to 10,000 people.
# Coordinates: the core city, to 0.01 degrees. Clocks: standard time.
METROS: Final[tuple[Metro, ...]] = (
    Metro("new-york", "NY", 40.71, -74.01, 20.14, EASTERN),
    Metro("los-angeles", "CA", 34.05, -118.24, 13.20, PACIFIC),
    Metro("chicago", "IL", 41.88, -87.63, 9.62, CENTRAL),
    Metro("dallas", "TX", 32.78, -96.80, 7.64, CENTRAL),
    Metro("houston", "TX", 29.76, -95.37, 7.12, CENTRAL),
    Metro("washington", "DC", 38.91, -77.04, 6.39, EASTERN),
    Metro("philadelphia", "PA", 39.95, -75.17, 6.25, EASTERN),
    Metro("miami", "FL", 25.76, -80.19, 6.14, EASTERN),
    Metro("atlanta", "GA", 33.75, -84.39, 6.09, EASTERN),
    Metro("boston", "MA", 42.36, -71.06, 4.94, EASTERN),
    Metro("phoenix", "AZ", 33.45, -112.07, 4.85, MOUNTAIN),
    Metro("san-francisco", "CA", 37.77, -122.42, 4.75, PACIFIC),
    Metro("riverside", "CA", 33.95, -117.40, 4.60, PACIFIC),
    Metro("detroit", "MI", 42.33, -83.05, 4.39, EASTERN),
    Metro("seattle", "WA", 47.61, -122.33, 4.02, PACIFIC),
    Metro("minneapolis", "MN", 44.98, -93.27, 3.69, CENTRAL),
    Metro("san-diego", "CA", 32.72, -117.16, 3.30, PACIFIC),
    Metro("tampa", "FL", 27.95, -82.46, 3.18, EASTERN),
    Metro("denver", "CO", 39.74, -104.99, 2.96, MOUNTAIN),
    Metro("baltimore", "MD", 39.29, -76.61, 2.84, EASTERN),
    Metro("st-louis", "MO", 38.63, -90.20, 2.82, CENTRAL),
    Metro("orlando", "FL", 28.54, -81.38, 2.67, EASTERN),
    Metro("charlotte", "NC", 35.23, -80.84, 2.66, EASTERN),
    Metro("san-antonio", "TX", 29.42, -98.49, 2.56, CENTRAL),
    Metro("portland", "OR", 45.52, -122.68, 2.51, PACIFIC),
    Metro("sacramento", "CA", 38.58, -121.49, 2.40, PACIFIC),
    Metro("pittsburgh", "PA", 40.44, -80.00, 2.37, EASTERN),
    Metro("austin", "TX", 30.27, -97.74, 2.28, CENTRAL),
    Metro("las-vegas", "NV", 36.17, -115.14, 2.27, PACIFIC),
    Metro("cincinnati", "OH", 39.10, -84.51, 2.26, EASTERN),
    Metro("kansas-city", "MO", 39.10, -94.58, 2.19, CENTRAL),
    Metro("columbus", "OH", 39.96, -83.00, 2.14, EASTERN),
    Metro("indianapolis", "IN", 39.77, -86.16, 2.11, EASTERN),
    Metro("cleveland", "OH", 41.50, -81.69, 2.09, EASTERN),
    Metro("san-jose", "CA", 37.34, -121.89, 2.00, PACIFIC),
    Metro("nashville", "TN", 36.16, -86.78, 1.99, CENTRAL),
    Metro("norfolk", "VA", 36.85, -76.29, 1.80, EASTERN),
    Metro("providence", "RI", 41.82, -71.41, 1.68, EASTERN),
    Metro("jacksonville", "FL", 30.33, -81.66, 1.61, EASTERN),
    Metro("milwaukee", "WI", 43.04, -87.91, 1.57, CENTRAL),
    Metro("oklahoma-city", "OK", 35.47, -97.52, 1.43, CENTRAL),
    Metro("raleigh", "NC", 35.78, -78.64, 1.41, EASTERN),
    Metro("memphis", "TN", 35.15, -90.05, 1.34, CENTRAL),
    Metro("richmond", "VA", 37.54, -77.44, 1.31, EASTERN),
    Metro("louisville", "KY", 38.25, -85.76, 1.29, EASTERN),
    Metro("new-orleans", "LA", 29.95, -90.07, 1.27, CENTRAL),
    Metro("salt-lake-city", "UT", 40.76, -111.89, 1.26, MOUNTAIN),
    Metro("hartford", "CT", 41.76, -72.68, 1.21, EASTERN),
    Metro("buffalo", "NY", 42.89, -78.88, 1.17, EASTERN),
    Metro("birmingham", "AL", 33.52, -86.80, 1.12, CENTRAL),
    Metro("rochester", "NY", 43.16, -77.61, 1.09, EASTERN),
    Metro("grand-rapids", "MI", 42.96, -85.67, 1.09, EASTERN),
    Metro("tucson", "AZ", 32.22, -110.97, 1.04, MOUNTAIN),
    Metro("tulsa", "OK", 36.15, -95.99, 1.02, CENTRAL),
    Metro("fresno", "CA", 36.74, -119.79, 1.01, PACIFIC),
    Metro("omaha", "NE", 41.26, -95.93, 0.97, CENTRAL),
    Metro("albuquerque", "NM", 35.08, -106.65, 0.92, MOUNTAIN),
    Metro("knoxville", "TN", 35.96, -83.92, 0.88, EASTERN),
    Metro("el-paso", "TX", 31.76, -106.49, 0.87, MOUNTAIN),
    Metro("boise", "ID", 43.62, -116.20, 0.76, MOUNTAIN),
)
BY_NAME: Final = {metro.name: metro for metro in METROS}


def people_shares() -> FloatArray:
    """
    Return the share of people in each of ``METROS``; shape ``(60,)``.

    Examples
    --------
    >>> shares = people_shares()
    >>> len(shares), round(float(shares.sum()), 9)
    (60, 1.0)
    """
    people = np.array([metro.people_millions for metro in METROS])
    shares: FloatArray = people / people.sum()
    return shares


def apportion(total: int) -> IntArray:
    """
    Give every metro its whole share of a total, by largest remainder; shape ``(60,)``.

    Examples
    --------
    >>> [int(count) for count in apportion(40)[:4]]
    [4, 3, 2, 2]
    """
    exact = people_shares() * total
    counts = np.floor(exact).astype(np.int64)
    most_left = np.argsort(counts - exact, kind="stable")
    counts[most_left[: total - int(counts.sum())]] += 1
    return counts


def scatter(
    rng: np.random.Generator, lat: float, lon: float, spread_km: float, state: str
) -> Location:
    """
    Draw a location around a place, normally distributed in both directions.

    Examples
    --------
    >>> place = scatter(np.random.default_rng(0), 40.7, -74.0, 10.0, "NY")
    >>> place.region, abs(place.lat - 40.7) < 1
    ('NY', True)
    """
    north, east = rng.normal(0.0, spread_km / _KM_PER_DEGREE, 2).tolist()
    return Location(
        lat=round(lat + north, 4),
        lon=round(lon + east / float(np.cos(np.radians(lat))), 4),
        region=state,
    )
