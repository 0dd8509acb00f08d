"""Distances, with geopy as the oracle."""

import math

import numpy as np
import pytest
from geopy.distance import geodesic, great_circle
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domroute.geography import (
    EARTH_RADIUS_KM,
    Location,
    geodesic_km,
    great_circle_km,
    unit_vectors,
)

PLACES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def measure(start, end):
    """Measure by the arrays, from one place to another."""
    vectors = unit_vectors(np.array([start[0]]), np.array([start[1]]))
    return float(great_circle_km(vectors, *end)[0])


def apart(start, end):
    """Tell whether two places are not antipodes, where rounding is worth meters."""
    return great_circle(start, end).km < 0.999 * math.pi * EARTH_RADIUS_KM


@given(PLACES, PLACES)
def test_great_circle_equals_geopy(start, end):
    """The arrays agree with geopy to a millimeter."""
    # Near the antipode the sine is flat: an error of 1e-16 is one of 1e-8 x R.
    allowed = 1e-6 if apart(start, end) else 1e-3
    assert abs(measure(start, end) - great_circle(start, end).km) <= allowed


@given(PLACES, PLACES)
def test_distance_does_not_depend_on_the_direction(start, end):
    """There is as far as back."""
    assert math.isclose(measure(start, end), measure(end, start), abs_tol=1e-9)


def test_a_quarter_of_the_globe():
    """From the pole to the equator is a quarter of a great circle."""
    # 2 pi R / 4
    quarter = EARTH_RADIUS_KM * math.pi / 2

    assert math.isclose(measure((90.0, 0.0), (0.0, 50.0)), quarter, rel_tol=1e-12)


@pytest.mark.parametrize("start", [(33.0, -170.0), (-16.0, -128.0), (0.0, 0.0)])
def test_antipodes_are_half_the_globe_apart(start):
    """The farthest places are pi R apart, and no rounding makes that a NaN."""
    # From (-16, -128) the half chord comes out as 1 + 2e-16, which has no arc sine.
    end = (-start[0], start[1] + 180)
    half = EARTH_RADIUS_KM * math.pi

    assert math.isclose(measure(start, end), half, rel_tol=1e-7)


@pytest.mark.parametrize("meters", [0.0, 1.0, 100.0])
def test_near_places_are_told_apart(meters):
    """A meter is a meter: the form keeps its digits where cosines would not."""
    # One degree of latitude is pi R / 180.
    degrees = meters / 1000 / (math.pi * EARTH_RADIUS_KM / 180)

    assert abs(measure((40.0, -75.0), (40.0 + degrees, -75.0)) * 1000 - meters) < 1e-4


def test_date_line_is_crossed():
    """Two degrees over the date line are two degrees."""
    two = 2 * math.pi * EARTH_RADIUS_KM / 180

    assert math.isclose(measure((0.0, 179.0), (0.0, -179.0)), two, rel_tol=1e-9)


@given(PLACES, PLACES)
def test_geodesic_is_geopy(start, end):
    """The ellipsoid is geopy's."""
    expected = geodesic(start, end).km

    assert geodesic_km(*start, *end) == expected


def test_unit_vectors_have_length_one():
    """Every place is on the unit sphere."""
    lat, lon = np.linspace(-90, 90, 19), np.linspace(-180, 180, 19)

    assert np.allclose(np.linalg.norm(unit_vectors(lat, lon), axis=1), 1.0)


@pytest.mark.parametrize(
    ("lat", "lon"), [(90.1, 0), (-90.1, 0), (0, 180.1), (0, -180.1), (math.nan, 0)]
)
def test_coordinates_out_of_range_are_refused(lat, lon):
    """A place is on the globe."""
    with pytest.raises(ValidationError):
        Location(lat=lat, lon=lon)


def test_locations_are_equal_by_value():
    """Two locations with the same coordinates are one."""
    assert Location(lat=1, lon=2) == Location(lat=1.0, lon=2.0)
    assert len({Location(lat=1, lon=2), Location(lat=1.0, lon=2.0)}) == 1
