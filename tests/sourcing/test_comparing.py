"""Plans compared goal by goal."""

import numpy as np
import pytest

from domroute.sourcing.comparing import are_least, is_better, is_near, quantum_of


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        (0.1 + 0.2, 0.3, True),
        (0.01, 0.02, False),
        (0.0, 0.0, True),
        (0.0, 1e-9, False),
        # A cent in five billion is no rounding.
        (5e9, 5e9 + 0.01, False),
        (sum([0.1] * 1000), 100.0, True),
    ],
)
def test_sums_that_differ_by_rounding_are_near(one, other, near):
    """Sums of the same amounts tie; a cent is told apart, small or large."""
    assert is_near(one, other) is near


@pytest.mark.parametrize(
    ("one", "other", "better"),
    [
        ((1.0,), (1.01,), True),
        ((1.0,), (1.0,), False),
        # The first goal decides, whatever the others come to.
        ((10.0, 1, 0.0), (10.01, 9, 0.0), True),
        ((10.01, 1, 0.0), (10.0, 9, 99.0), False),
        # Rounding does not decide.
        ((0.1 + 0.2, 1, 5.0), (0.3, 2, 0.0), True),
        ((0.3, 2, 0.0), (0.1 + 0.2, 1, 5.0), False),
        # No amount before swallows a cent.
        ((1e18, 2, 7.01), (1e18, 2, 7.02), True),
    ],
)
def test_first_goal_that_differs_decides(one, other, better):
    """Goals are gone through in order, cost last."""
    assert is_better(one, other) is better


def test_least_are_found_among_some():
    """Only those asked about count, and ties by rounding are ties."""
    amounts = np.array([0.0, 0.1 + 0.2, 0.3, 0.31])

    found = are_least(amounts, np.array([False, True, True, True]))

    assert found.tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    ("amounts", "quantum"),
    [
        ([1000.0, 1000.0], 1000.0),
        ([0.1, 0.7], 0.1),
        ([0.05, 100.0], 0.05),
        ([0.0, 0.0], 0.0),
        ([], 0.0),
        # No decimal of six digits, and more than integers hold.
        ([1 / 3], 0.0),
        ([1e18 + 1000, 0.1], 0.0),
    ],
    ids=str,
)
def test_amounts_are_multiples_of_their_quantum(amounts, quantum):
    """What amounts are whole multiples of; zero where that is not known."""
    assert quantum_of(np.array(amounts)) == pytest.approx(quantum)
