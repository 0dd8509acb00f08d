"""The judge measures by itself, and agrees with geopy and with the arrays."""

import math

import numpy as np
from geopy.distance import geodesic, great_circle
from hypothesis import given
from hypothesis import strategies as st

from domroute.geography import EARTH_RADIUS_KM, Location, great_circle_km, unit_vectors
from domroute.verify.measuring import measure_km
from domroute.words import DistanceMethod

PLACES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def measured(start, end, method):
    """Measure as the judge does."""
    ends = (Location(lat=lat, lon=lon) for lat, lon in (start, end))
    return measure_km(*ends, method)


@given(PLACES, PLACES)
def test_great_circle_is_that_of_the_arrays(start, end):
    """Two forms of one distance agree to a millimeter, but for antipodes."""
    one = measured(start, end, DistanceMethod.GREAT_CIRCLE)
    vectors = unit_vectors(np.array([start[0]]), np.array([start[1]]))
    many = float(great_circle_km(vectors, *end)[0])
    # Near the antipode the sine is flat: an error of 1e-16 is one of 1e-8 x R.
    is_far = great_circle(start, end).km > 0.999 * math.pi * EARTH_RADIUS_KM

    assert abs(one - many) <= (1e-3 if is_far else 1e-6)


@given(PLACES, PLACES)
def test_ellipsoid_is_that_of_geopy(start, end):
    """On the ellipsoid geopy measures."""
    found = measured(start, end, DistanceMethod.GEODESIC)

    assert found == geodesic(start, end).km
