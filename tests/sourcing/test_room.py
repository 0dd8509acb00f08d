"""What is left at each offer's node for more of an order: stock that comes by when."""

import numpy as np
import pytest

from arriving import TUE, WED, offers_of, router_of, row, table_of, wants
from builders import node
from domroute.network import Capacity
from domroute.sourcing.room import Room, loads_of

# One A now, three more on Tuesday, two more on Wednesday: 1, 4 and 6.
ROWS = (row("A", 1, (TUE, 3), (WED, 2)),)


def room(*steps, at=None):
    """Measure what takes of so many steps leave, by offer of each class."""
    router = router_of(ROWS, *([] if at is None else [at]))
    offers = offers_of(router, wants(A=6))
    table = table_of(offers)
    loads = loads_of(offers, table, router._compiled.arrays)
    return Room.of(offers, table, loads, np.array([steps]))


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        ((0, 0, 0), [1, 4, 6]),
        ((1, 0, 0), [0, 3, 5]),
        ((0, 2, 0), [1, 2, 4]),
        ((0, 0, 5), [1, 1, 1]),
    ],
)
def test_stock_left_is_by_class(steps, left):
    """What leaves by a class is gone from it and all later; sooner ones leave it."""
    assert room(*steps).stock.tolist() == [left]


def test_no_more_is_taken_than_is_there_by_then():
    """Each offer by itself: one, four, and six of as many as are asked."""
    assert room(0, 0, 0).take(0, np.array([6, 6, 6])).tolist() == [1, 4, 6]


def test_capacity_is_the_nodes_whenever_it_leaves():
    """Three units in all: one leaves now, and two are left to any class."""
    busy = node("N1", capacity=Capacity(limit=3, measure="units"))
    left = room(1, 0, 0, at=busy)

    assert left.take(0, np.array([6, 6, 6])).tolist() == [0, 2, 2]
