"""What is kept is what nothing beats."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domroute.errors import InputError
from domroute.whatif.pareto import pareto


def beats(one, other):
    """Tell whether a row is as low everywhere and lower somewhere."""
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


@given(
    st.lists(st.tuples(*[st.integers(0, 4)] * 3), max_size=12),
)
def test_front_is_what_no_row_beats(rows):
    """By brute force over all pairs; rows keep their order, equal ones stay both."""
    frame = pd.DataFrame(rows, columns=["a", "b", "c"])

    found = pareto(frame, ["a", "b", "c"], high=())

    expected = [
        at for at, row in enumerate(rows) if not any(beats(o, row) for o in rows)
    ]
    assert found.index.tolist() == expected


def test_high_kpis_are_better_high():
    """A KPI knows whether more of it is better, unless told."""
    frame = pd.DataFrame({"fill_rate": [0.9, 0.8], "cost_to_serve": [5.0, 5.0]})

    assert pareto(frame, ["fill_rate", "cost_to_serve"]).index.tolist() == [0]
    assert pareto(frame, ["fill_rate"], high=[]).index.tolist() == [1]


def test_unknown_figures_are_left_out():
    """A row of which a figure is not known cannot be weighed."""
    frame = pd.DataFrame({"a": [1.0, math.nan], "b": [1.0, 0.0]})

    assert pareto(frame, ["a", "b"]).index.tolist() == [0]


@pytest.mark.parametrize("columns", [["a", "z"], []], ids=["unknown", "none"])
def test_front_needs_columns_that_exist(columns):
    """Columns are named, and are there."""
    with pytest.raises(InputError):
        pareto(pd.DataFrame({"a": [1.0]}), columns)
