"""Pricing tables: bundles picked for many orders at once."""

import numpy as np
import pytest

from domroute.batch.tables import Picks


@pytest.mark.parametrize(
    ("barred", "kept"),
    [([False, False], [0, 1, 1]), ([True, False], [1, 1]), ([True, True], [])],
)
def test_orders_that_are_barred_take_nothing(barred, kept):
    """What others picked stays as it is, in its order."""
    order, part, column = np.array([0, 1, 1]), np.array([3, 1, 2]), np.array([5, 6, 7])

    left = Picks(order, part, column).without(np.array(barred))

    assert left.order.tolist() == kept
    assert left.part.tolist() == part[np.isin(order, kept)].tolist()
    assert left.column.tolist() == column[np.isin(order, kept)].tolist()
