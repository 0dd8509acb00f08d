"""The parcels of a shipment, in plain Python."""

import pytest

from builders import item, line
from domroute.costs.parting import sum_of_parcels

LINE = line("l1", "A", 1)
TAGGED = {tag: item(tag, tags=[tag]) for tag in ("hazmat", "food", "cold")}
PAIRS = (("hazmat", "food"), ("cold", "food"))


@pytest.mark.parametrize(
    ("named", "parcels"),
    [
        (("hazmat",), 1),
        (("hazmat", "cold"), 1),
        (("hazmat", "food"), 2),
        (("hazmat", "food", "cold"), 2),
    ],
)
def test_as_few_parcels_as_may_be_where_each_costs(named, parcels):
    """Hazmat and cold may share; food shares with neither."""
    contents = [(LINE, TAGGED[tag], 2) for tag in named]

    assert sum_of_parcels(contents, PAIRS, lambda *_: 1.0) == parcels


def test_nothing_costs_nothing():
    """There is no parcel of nothing."""
    assert sum_of_parcels([], PAIRS, lambda *_: 1.0) == 0.0


def test_volume_is_told_too():
    """Of each parcel by itself."""
    box = item("A", length_cm=10, width_cm=10, height_cm=10, ships_alone=True)

    found = sum_of_parcels([(LINE, box, 3)], (), lambda _, volume: volume)

    assert found == 3000.0
