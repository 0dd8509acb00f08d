"""Student's intervals agree with published tables, and hold the truth as promised."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domroute.whatif.intervals import (
    interval_of,
    interval_of_resamples,
    t_quantile,
)

# Critical values of Student's t distribution, as in the table of the NIST/SEMATECH
# e-Handbook of Statistical Methods, section 1.3.6.7.2: degrees, t of 0.90, 0.95, 0.975,
# 0.99, 0.995.
TABLE = """
1    3.078 6.314 12.706 31.821 63.657
2    1.886 2.920  4.303  6.965  9.925
3    1.638 2.353  3.182  4.541  5.841
4    1.533 2.132  2.776  3.747  4.604
5    1.476 2.015  2.571  3.365  4.032
6    1.440 1.943  2.447  3.143  3.707
7    1.415 1.895  2.365  2.998  3.499
8    1.397 1.860  2.306  2.896  3.355
9    1.383 1.833  2.262  2.821  3.250
10   1.372 1.812  2.228  2.764  3.169
19   1.328 1.729  2.093  2.539  2.861
29   1.311 1.699  2.045  2.462  2.756
30   1.310 1.697  2.042  2.457  2.750
60   1.296 1.671  2.000  2.390  2.660
100  1.290 1.660  1.984  2.364  2.626
"""
SHARES = (0.90, 0.95, 0.975, 0.99, 0.995)
ROWS = [tuple(map(float, row.split())) for row in TABLE.strip().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]:.0f}")
def test_quantiles_are_those_of_the_table(row):
    """The published critical values, which have three decimals, come out."""
    found = [t_quantile(share, int(row[0])) for share in SHARES]

    assert found == pytest.approx(list(row[1:]), abs=6e-4)


def test_quantiles_of_many_degrees_are_normal():
    """With many degrees of freedom the distribution is the normal one."""
    assert t_quantile(0.975, 20_000) == pytest.approx(1.95996, abs=1e-3)


@given(st.floats(0.01, 0.99), st.integers(1, 60))
def test_quantiles_are_symmetric(share, degrees):
    """What a share is below, the rest is above on the other side."""
    below, above = t_quantile(share, degrees), t_quantile(1 - share, degrees)

    assert below == pytest.approx(-above, abs=1e-6)


@pytest.mark.parametrize(("share", "degrees"), [(0.0, 3), (1.0, 3), (0.5, 0)])
def test_no_quantile_outside_its_range(share, degrees):
    """Shares are strictly between 0 and 1, and there is a degree of freedom."""
    with pytest.raises(ValueError, match="no quantile"):
        t_quantile(share, degrees)


def test_interval_by_hand():
    """Of 2, 4 and 9: mean 5, deviation sqrt(13), t of two degrees 4.3027."""
    found = interval_of([2.0, 4.0, 9.0])

    half = 4.302653 * math.sqrt(13) / math.sqrt(3)
    assert (found.mean, found.count) == (5.0, 3)
    assert found.low == pytest.approx(5 - half, abs=1e-4)
    assert found.high == pytest.approx(5 + half, abs=1e-4)


def test_interval_of_one_value_is_unknown():
    """One seed says nothing of how seeds differ."""
    found = interval_of([2.0])

    assert found.mean == 2.0
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_interval_leaves_out_what_is_not_known():
    """Values that are NaN do not count; where none is known, nothing is."""
    assert interval_of([math.nan, 1.0, 1.0]).count == 2
    assert math.isnan(interval_of([math.nan]).mean)


def test_intervals_hold_the_truth_as_often_as_promised():
    """Of 2,000 samples of five normal values, 95 % of the intervals hold the mean."""
    draw = random.Random(0)
    made = (interval_of([draw.gauss(3, 2) for _ in range(5)]) for _ in range(2000))

    held = sum(each.low <= 3 <= each.high for each in made)

    # Of 2,000 draws at 95 %, 1,900 on average with a deviation of 10: four of them.
    assert held == pytest.approx(1900, abs=40)


@pytest.mark.parametrize(
    ("blocks", "half"),
    [
        # t of 2 degrees is 4.3027: three values, of ten blocks. 10/9 + 1/3 is 1.4444.
        (10, 4.3027 * 1.4444**0.5),
        # t of 1 degree is 12.7062: two blocks, however many values. 2 + 1/3 is 2.3333.
        (2, 12.7062 * 2.3333**0.5),
    ],
)
def test_resamples_know_no_more_than_the_fewer_of_blocks_and_streams(blocks, half):
    """Degrees of freedom are those of the smaller number, less one."""
    found = interval_of_resamples([1.0, 2.0, 3.0], blocks)

    # The values have mean 2 and variance 1.
    assert found.high - 2 == pytest.approx(half, rel=1e-4)
    assert 2 - found.low == pytest.approx(half, rel=1e-4)
