"""How long services take: so many days or minutes, or quantiles of them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Final, TypeVar

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from domroute.units import Minutes, Number, Whole

T = TypeVar("T")

_FOR_ALL, _PER_ZONE, _BY_SHARE = "(for all)", "(per zone)", "(by confidence)"


def _form_of(value: object) -> str:
    if isinstance(value, Mapping):
        return _BY_SHARE
    return _PER_ZONE if isinstance(value, (list, tuple)) else _FOR_ALL


def _read_key(value: object) -> object:
    # The names of a JSON object are text, whatever they say.
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value


def _check_quantiles(value: dict[float, T]) -> dict[float, T]:
    """Put quantiles in order, and refuse those that fall."""
    found = dict(sorted(value.items()))
    for former, later in pairwise(found.values()):
        before, after = _each(former), _each(later)
        if len(before) != len(after):
            raise PydanticCustomError(
                "quantiles_differ", "has quantiles of different numbers of zones"
            )
        if any(b > a for b, a in zip(before, after, strict=True)):
            raise PydanticCustomError(
                "quantiles_fall", "has quantiles that fall as confidence rises"
            )
    return found


def _each(value: object) -> tuple[float, ...]:
    """List what one quantile says of zones."""
    return value if isinstance(value, tuple) else (value,)


Confidence = Annotated[Number, BeforeValidator(_read_key), Field(gt=0, le=1)]
"""A share of shipments, above 0 and up to 1."""
_Days = Annotated[
    Annotated[Whole, Tag(_FOR_ALL)] | Annotated[tuple[Whole, ...], Tag(_PER_ZONE)],
    Discriminator(_form_of),
]
TransitDays = Annotated[
    Annotated[Whole, Tag(_FOR_ALL)]
    | Annotated[tuple[Whole, ...], Tag(_PER_ZONE)]
    | Annotated[
        dict[Confidence, _Days],
        Field(min_length=1),
        AfterValidator(_check_quantiles),
        Tag(_BY_SHARE),
    ],
    Discriminator(_form_of),
]
"""A number of days, or one for each zone; or such by the share that is as quick."""
TransitMinutes = Annotated[
    Annotated[Minutes, Tag(_FOR_ALL)]
    | Annotated[
        dict[Confidence, Minutes],
        Field(min_length=1),
        AfterValidator(_check_quantiles),
        Tag(_BY_SHARE),
    ],
    Discriminator(_form_of),
]
"""A number of minutes, or such by the share of trips that are as quick."""
SLACK: Final = 1e-12
"""How much rounding may make of a share."""


def at_confidence(given: T | Mapping[float, T] | None, share: float) -> T | None:
    """
    Return how long a trip takes at most, in so many of all; None if nobody knows.

    Parameters
    ----------
    given
        One value for all, or quantiles.
    share
        The share of trips, from 0 to 1.

    Examples
    --------
    >>> quantiles = {0.5: 2, 0.9: 3, 0.99: 5}
    >>> [at_confidence(quantiles, share) for share in (0.5, 0.8, 0.9, 0.95, 0.999)]
    [2, 3, 3, 5, None]
    >>> at_confidence(2, 0.999)
    2
    """
    if not isinstance(given, Mapping):
        return given
    found = [days for known, days in sorted(given.items()) if known >= share - SLACK]
    return found[0] if found else None
