"""What a solver says of its own values: each thing that may be untrue of it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from domroute.sourcing.claims import Question, fault_of

# x whole in 0..3, y in 0..2: x + y is 2 to 4, and 3 x - y at most 5; at 2 x + 5 y.
ASKED = Question(
    lower=np.zeros(2),
    upper=np.array([3.0, 2.0]),
    cost=np.array([2.0, 5.0]),
    whole=np.array([True, False]),
    row_lower=np.array([2.0, -math.inf]),
    row_upper=np.array([4.0, 5.0]),
    row=np.array([0, 0, 1, 1]),
    column=np.array([0, 1, 0, 1]),
    value=np.array([1.0, 1.0, 3.0, -1.0]),
)


@pytest.mark.parametrize(
    ("values", "said", "fault"),
    [
        ([2.0, 1.0], 9.0, ""),
        ([1.0, 1.5], 9.5, ""),
        ([-1.0, 2.0], 8.0, "a value is below its least"),
        ([1.0, 2.5], 14.5, "a value is above its most"),
        ([1.5, 1.0], 8.0, "a value is not whole"),
        ([1.0, 0.5], 4.5, "a row is below its least"),
        ([3.0, 2.0], 16.0, "a row is above its most"),
        ([2.0, 0.5], 6.5, "a row is above its most"),
        ([2.0, 1.0], 8.9, "its values cost 9, not 8.9"),
        ([2.0 + 1e-6, 1.0 - 1e-6], 9.0 - 3e-6, ""),
        ([math.nan, 1.0], 9.0, "its values are no numbers"),
    ],
)
def test_values_are_held_against_the_program(values, said, fault):
    """Columns, rows and cost; what is a millionth off is rounding."""
    assert fault_of(ASKED, np.array(values), said) == fault


def test_slack_grows_with_what_is_summed_up():
    """A row of millions may be off by more than one of ones."""
    # 1e6 x - 1e6 y at most 0, by 1: a millionth of what is summed up.
    large = replace(
        ASKED,
        row_lower=np.array([-math.inf]),
        row_upper=np.array([0.0]),
        row=np.zeros(2, np.int64),
        column=np.array([0, 1]),
        value=np.array([1e6, -1e6]),
    )

    assert fault_of(large, np.array([1.0, 1.0 - 1e-6]), 7.0 - 5e-6) == ""
    assert fault_of(large, np.array([1.0, 1.0 - 1e-4]), 7.0 - 5e-4) != ""
