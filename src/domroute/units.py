"""The plain types of the input, numbers by unit, and the conversions we need."""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass
from typing import Annotated, Final, SupportsFloat, SupportsIndex, overload

import numpy as np
from numpy.typing import NDArray
from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError, PydanticKnownError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

POUND_KG: Final = 0.45359237
"""Kilograms in an avoirdupois pound (exact, by definition)."""
INCH_CM: Final = 2.54
"""Centimeters in an inch (exact, by definition)."""
MILE_KM: Final = 1.609344
"""Kilometers in a mile (exact, by definition)."""

MAX_UNITS: Final = 10**12
"""More units than any node holds: a larger number is a mistake, not stock."""
MAX_AMOUNT: Final = 1e12
"""More money, or kilometers, or kilograms, than any order means."""
MAX_WEIGHT: Final = 1e6
"""An order that counts for more than a million others is one that must be filled."""

_COUNTED: Final = re.compile(r"\s*[-+]?[\d.]+\s*")
"""Text that is a number."""
WORTH_SLACK: Final = 1e-12
"""Part of a minimum that a sum of prices may miss it by: more than rounding does, and
less than a cent up to ten billion."""


def _read_float(value: object) -> float:
    # Strings and booleans are refused on purpose: "12" in a number column is a fault
    # upstream, and pydantic's lax mode would hide it.
    if type(value) is float:
        return value
    if isinstance(value, (bool, str, bytes)) or not isinstance(value, SupportsFloat):
        raise PydanticCustomError("number_type", "should be a number")
    try:
        return float(value)
    except OverflowError:
        return math.inf
    except TypeError:  # an array has the method, and refuses to be a number
        raise PydanticCustomError("number_type", "should be a number") from None


def _read_int(value: object) -> int:
    if type(value) is int:
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, (bool, str, bytes)) or not isinstance(value, SupportsIndex):
        raise PydanticCustomError("whole_number_type", "should be a whole number")
    try:
        return operator.index(value)
    except TypeError:  # an array has the method, and refuses to be a number
        raise PydanticCustomError(
            "whole_number_type", "should be a whole number"
        ) from None


def _read_flag(value: object) -> bool:
    # "false" and "no" would be true to Python, and 0 is a number.
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    raise PydanticKnownError("bool_type")


def _read_moment(value: object) -> object:
    # A number, also in a string, would count seconds from 1970.
    if isinstance(value, (int, float)) or (
        isinstance(value, str) and _COUNTED.fullmatch(value)
    ):
        raise PydanticKnownError("datetime_type")
    return value


@overload
def least_worth(minimum: float) -> float: ...
@overload
def least_worth(minimum: FloatArray) -> FloatArray: ...
def least_worth(minimum: float | FloatArray) -> float | FloatArray:
    """
    Return what is still worth a minimum: sums of prices are rounded, a cent is not.

    Examples
    --------
    >>> 0.1 + 0.7 >= 0.8, 0.1 + 0.7 >= least_worth(0.8)
    (False, True)
    >>> 999_999.99 >= least_worth(1_000_000.0)
    False
    """
    return minimum * (1.0 - WORTH_SLACK)


_READ_FLOAT = BeforeValidator(_read_float)
_READ_INT = BeforeValidator(_read_int)

# Limits stand before the reader, so that pydantic's core checks them, not Python.
Flag = Annotated[bool, BeforeValidator(_read_flag)]
Moment = Annotated[AwareDatetime, BeforeValidator(_read_moment)]
Number = Annotated[float, _READ_FLOAT]
Count = Annotated[int, Field(ge=1, le=MAX_UNITS), _READ_INT]
Units = Annotated[float, Field(ge=0, le=MAX_UNITS), _READ_FLOAT]
Money = Annotated[float, Field(ge=0, le=MAX_AMOUNT), _READ_FLOAT]
Amount = Annotated[float, Field(ge=-MAX_AMOUNT, le=MAX_AMOUNT), _READ_FLOAT]
Kilograms = Annotated[float, Field(ge=0, le=1e6), _READ_FLOAT]
Centimeters = Annotated[float, Field(ge=0, le=1e5), _READ_FLOAT]
Side = Annotated[float, Field(gt=0, le=1e5), _READ_FLOAT]
Grams = Annotated[float, Field(ge=0, le=1e9), _READ_FLOAT]
Kilometers = Annotated[float, Field(ge=0, le=1e6), _READ_FLOAT]
Multiplier = Annotated[float, Field(gt=0, le=MAX_WEIGHT), _READ_FLOAT]
Share = Annotated[float, Field(ge=0, le=100), _READ_FLOAT]
Fraction = Annotated[float, Field(ge=0, le=1), _READ_FLOAT]
Memory = Annotated[float, Field(ge=0, lt=1), _READ_FLOAT]
Ratio = Annotated[float, Field(ge=0, le=1e6), _READ_FLOAT]
Growth = Annotated[float, Field(ge=1, le=1e6), _READ_FLOAT]
Whole = Annotated[int, Field(ge=0, le=MAX_UNITS), _READ_INT]
Life = Annotated[int, Field(ge=0, le=36_525), _READ_INT]
Rank = Annotated[int, Field(ge=-(10**6), le=10**6), _READ_INT]
Latitude = Annotated[float, Field(ge=-90, le=90), _READ_FLOAT]
Longitude = Annotated[float, Field(ge=-180, le=180), _READ_FLOAT]
Minutes = Annotated[float, Field(ge=0, le=1e6), _READ_FLOAT]
Seconds = Annotated[float, Field(gt=0, le=1e7), _READ_FLOAT]
Wait = Annotated[float, Field(ge=0, le=1e7), _READ_FLOAT]
LONGEST_ID: Final = 256
"""Characters of an id at most."""
Id = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST_ID, pattern=r"\S")
]


@dataclass(frozen=True, slots=True)
class Names:
    """
    Says of a field that it names a row of a table, which must then be there.

    Attributes
    ----------
    table
        Which table.
    what
        What such a row is, with its article.
    within
        The field that names the row in which this one stands, where rows stand in rows.
    code
        Of the fault, where there is no such row.
    """

    table: str
    what: str
    within: str = ""
    code: str = "unknown_id"


NodeId = Annotated[Id, Names("nodes", "a node")]
Sku = Annotated[Id, Names("items", "an item")]
ServiceId = Annotated[Id, Names("services", "a service")]
OrderId = Annotated[Id, Names("orders", "an order")]
LineId = Annotated[Id, Names("lines", "a line", within="order")]
