"""Zones by distance and by chart: plain Python and arrays agree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import network, node, place
from domroute.costs.carriage import zone_number
from domroute.costs.zones import UNSERVED, ZoneFinder, look_up
from domroute.problem import NetworkArrays
from domroute.services import DistanceZones, LookupZones
from domroute.words import DistanceMethod

CODES = st.text("12", max_size=3)


def arrays_of(*codes):
    """Compile nodes with postal codes."""
    nodes = [
        node(f"N{at}").model_copy(update={"location": place(postal_code=code or None)})
        for at, code in enumerate(codes)
    ]
    return NetworkArrays.of(network(*nodes), DistanceMethod.GREAT_CIRCLE)


@pytest.mark.parametrize(
    ("km", "zone"),
    [(0.0, 1), (80.0, 1), (80.0000005, 1), (80.001, 2), (240.0, 2), (9999.0, 3)],
)
def test_zone_by_distance(km, zone):
    """A band ends with its edge, but for half a millimeter of rounding."""
    zones = DistanceZones(bands_km=(80.0, 240.0))
    finder = ZoneFinder(zones, arrays_of("1"))

    assert zone_number(zones, km, None, None) == zone
    assert finder.find(np.array([0]), np.array([km]), None).tolist() == [zone - 1]


def test_no_bands_are_one_zone():
    """Without bands everywhere is zone 1."""
    assert zone_number(DistanceZones(bands_km=()), 9999.0, None, None) == 1


def test_origin_goes_before_destination():
    """A longer prefix of the origin beats any of the destination."""
    chart = {("10", ""): 1, ("1", "200"): 2}

    assert look_up(chart, "100", "200") == 1
    assert look_up(chart, "110", "200") == 2
    assert look_up(chart, "300", "200") is None


@given(
    st.dictionaries(st.tuples(CODES, CODES), st.integers(1, 3), max_size=5),
    st.one_of(st.none(), st.integers(1, 3)),
    CODES,
    CODES,
)
def test_chart_of_the_solver_is_that_of_the_judge(rows, default, origin, target):
    """The arrays find the zone that plain Python finds, twice as well as once."""
    zones = LookupZones(
        rows=[
            {"origin_prefix": a, "destination_prefix": b, "zone": zone}
            for (a, b), zone in rows.items()
        ],
        zone_count=3,
        default_zone=default,
    )
    finder = ZoneFinder(zones, arrays_of("3", origin))
    expected = zone_number(zones, 0.0, origin, target)

    for _ in range(2):
        (found,) = finder.find(np.array([1]), np.zeros(1), target or None).tolist()
        assert found == (UNSERVED if expected is None else expected - 1)
