"""The number types: what is a number, what is a whole one, and within what range."""

import math
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter, ValidationError

from domroute import units
from domroute.units import (
    Count,
    Flag,
    Id,
    Latitude,
    Moment,
    Money,
    Number,
    Rank,
    Units,
)


def read(kind, value):
    """Read a value as a type of the input."""
    return TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize("value", [1, 1.0, np.float64(1.0), np.int64(1)], ids=repr)
def test_numbers_of_any_make_are_numbers(value):
    """Python's and NumPy's numbers are read as floats."""
    made = read(Number, value)

    assert type(made) is float
    assert made == 1.0


@pytest.mark.parametrize("value", ["1", b"1", True, None, [1], 1j], ids=repr)
def test_what_is_no_number_is_refused(value):
    """Text and truth values in a number column are faults upstream."""
    with pytest.raises(ValidationError, match="should be a number"):
        read(Number, value)


def test_number_too_large_for_a_float_is_infinite():
    """A whole number of four hundred digits is refused as any infinity is."""
    assert read(Number, 10**400) == math.inf
    with pytest.raises(ValidationError):
        read(Money, 10**400)


@pytest.mark.parametrize("value", [3, 3.0, np.int64(3), np.float64(3.0)], ids=repr)
def test_whole_numbers_may_be_floats(value):
    """A whole number may come as a float, as frames make them."""
    made = read(Count, value)

    assert type(made) is int
    assert made == 3


@pytest.mark.parametrize("value", [2.5, "3", True, None, math.nan, math.inf], ids=repr)
def test_what_is_not_whole_is_refused(value):
    """Half a unit, text and truth values are no counts."""
    with pytest.raises(ValidationError, match="should be a whole number"):
        read(Count, value)


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        (Count, 1, 10**12),
        (Units, 0, 10**12),
        (Money, 0, 1e12),
        (Latitude, -90, 90),
        (Rank, -(10**6), 10**6),
    ],
)
def test_range_includes_its_ends(kind, low, high):
    """The least and the most are allowed, the next beyond are not."""
    assert (read(kind, low), read(kind, high)) == (low, high)
    for beyond in (low - 1, high + 1):
        with pytest.raises(ValidationError):
            read(kind, beyond)


@pytest.mark.parametrize("value", ["N1", "é", "店", "a b", " x"])
def test_ids_are_any_text(value):
    """Ids may hold any characters."""
    assert read(Id, value) == value


@pytest.mark.parametrize("value", ["", "  ", "x" * 257, 1], ids=repr)
def test_ids_are_not_blank(value):
    """Ids say something, and not a novel."""
    with pytest.raises(ValidationError):
        read(Id, value)


def test_conversions_are_exact():
    """Pound, inch and mile are defined in metric units."""
    # International yard and pound agreement of 1959: a mile has 63,360 inches.
    assert units.POUND_KG == 0.45359237
    assert units.INCH_CM == 2.54
    assert math.isclose(units.MILE_KM, 63_360 * units.INCH_CM / 1e5)


@pytest.mark.parametrize("value", [True, False, np.True_, np.False_], ids=repr)
def test_flags_are_true_or_false(value):
    """Python's and NumPy's."""
    assert read(Flag, value) is bool(value)


@pytest.mark.parametrize("value", ["yes", "false", 1, 0, 0.0, None, [True]], ids=repr)
def test_what_is_no_flag_is_refused(value):
    """Text, which would be true to Python whatever it says, and numbers."""
    with pytest.raises(ValidationError, match="boolean"):
        read(Flag, value)


@pytest.mark.parametrize(
    "value", ["2026-11-30T10:00:00Z", pd.Timestamp("2026-11-30 10:00", tz="UTC")]
)
def test_moments_are_read(value):
    """As ISO writes them, and as pandas has them."""
    assert read(Moment, value) == datetime(2026, 11, 30, 10, tzinfo=UTC)


@pytest.mark.parametrize("value", [3, 1.7e9, "1", " 12.5 ", True], ids=repr)
def test_numbers_are_no_moments(value):
    """They would count seconds from 1970, which nobody means."""
    with pytest.raises(ValidationError, match="datetime"):
        read(Moment, value)
