"""What an order as a whole must keep to: what is left beside what ships already."""

import numpy as np
import pytest

from builders import node
from domroute.sourcing.limits import limits_of
from domroute.sourcing.offers import tabulate
from stages import problem_at, stages_of


@pytest.mark.parametrize(("capacity", "left"), [({"units": 3}, 1), (None, 2)])
def test_a_shipment_fits_beside_what_its_node_ships_already(capacity, left):
    """Of three units N1 may ship it ships two A: one B is left; without a limit two."""
    problem = problem_at(
        [node("N1", capacity=capacity)], {"N1": {"A": 2, "B": 2}}, A=2, B=2
    )
    offers, policy, atoms, arrays = stages_of(problem)
    limits = limits_of(offers, tabulate(offers, atoms), policy, arrays)

    fitted = limits.fit_beside(np.array([[0], [2]]), [np.array([[2], [0]])])

    assert fitted.tolist() == [[0], [left]]
