"""Stock: what there is of one SKU at one node, as a row and as columns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Annotated, Final, Self

import numpy as np
from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from domroute.calendars import Date
from domroute.errors import InputError, Issue
from domroute.units import FloatArray, Id, IntArray, Moment, NodeId, Sku, Units
from domroute.validation import Frozen, Needed

_SLACK: Final = 1e-9
"""Parts of a unit that sums and differences of floats may lose."""
_RELATIVE_SLACK: Final = 1e-14
"""Likewise, for each unit of what is added up."""


def whole_units(on_hand: float, *less: float) -> int:
    """
    Count the whole units in what is left, none lost to the rounding of floats.

    Parameters
    ----------
    on_hand
        Units there are.
    less
        Units to take off.

    Examples
    --------
    >>> 3.3 - 1.1 - 1.2 < 1.0, whole_units(3.3, 1.1, 1.2)
    (True, 1)
    """
    left = on_hand
    for part in less:
        left -= part
    return max(0, math.floor(left + _SLACK + _RELATIVE_SLACK * on_hand))


def whole_units_by_row(on_hand: FloatArray, *less: FloatArray) -> IntArray:
    """Count the whole units left of each row, as :func:`whole_units` does."""
    left = on_hand * (1 + _RELATIVE_SLACK)
    left += _SLACK
    for part in less:
        left -= part
    return np.maximum(np.floor(left, out=left), 0, out=left).astype(np.int64)


def whole_units_of_sums(
    left: FloatArray, size: FloatArray, kept: FloatArray
) -> IntArray:
    """
    Count whole units of sums beside what is kept, as :func:`whole_units` does.

    Parameters
    ----------
    left
        Sums of units that are there or arrive, less others; they are overwritten.
    size
        All that each is a sum of: by so much it may be rounded.
    kept
        Units to take off.

    Examples
    --------
    >>> third = np.array([0.1 + 0.1 + 0.1 + 0.7 - 1e-13])
    >>> whole_units_of_sums(third, np.array([1.0]), np.array([0.0])).tolist()
    [1]
    """
    left += _SLACK + _RELATIVE_SLACK * size - kept
    return np.maximum(left, 0.0, out=left).astype(np.int64)  # which cuts fractions


Numbers = FloatArray | Sequence[float]
"""A column of numbers."""


def _refuse_absent(value: object) -> object:
    if value is None:
        text = "is required: without it, nothing says when the units come"
        raise PydanticCustomError(_WITHOUT_AT, text)
    return value


_WITHOUT_AT: Final = "inbound_without_at"


class Inbound(Frozen):
    """Units that arrive later."""

    at: Annotated[Moment, BeforeValidator(_refuse_absent), Needed(_WITHOUT_AT)]
    """When they arrive."""
    quantity: Units
    """How many."""

    @model_validator(mode="before")
    @classmethod
    def _name_moment(cls, value: object) -> object:
        """Have a moment that is left out refused as one that is None."""
        if isinstance(value, dict) and "at" not in value:
            return {**value, "at": None}
        return value


@dataclass(frozen=True, slots=True)
class Restriction:
    """
    What restricts the units of one SKU on hand at one node.

    Attributes
    ----------
    expires_on
        Their last date; None if they keep.
    allocated
        Units that only orders of a channel may take, by channel.

    Examples
    --------
    >>> Restriction(allocated={"web": 3.0, "store": 2.0}).kept_from("web")
    2.0
    """

    expires_on: date | None = None
    allocated: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, expires_on: date | None, allocated: Mapping[str, float]) -> Self | None:
        """Say what restricts units; None if nothing does."""
        if expires_on is None and not allocated:
            return None
        return cls(expires_on, MappingProxyType(dict(allocated)))

    def kept_from(self, channel: str | None) -> float:
        """Count the units that are for other channels alone."""
        others = (units for name, units in self.allocated.items() if name != channel)
        return math.fsum(others)

    def __reduce__(self) -> tuple[object, ...]:
        """Put it away as plain values: a view of a dictionary cannot be."""
        return Restriction.of, (self.expires_on, dict(self.allocated))


class Stock(Frozen):
    """
    Units of one SKU at one node.

    Whole units are promised: a fraction on hand is kept but never promised.

    Examples
    --------
    >>> Stock(node="N1", sku="A", on_hand=5, reserved=1, safety=2).available
    2
    """

    node: NodeId
    """Where."""
    sku: Sku
    """What."""
    on_hand: Units
    """Units there."""
    reserved: Units = 0.0
    """Promised already, by whoever counted ``on_hand``."""
    safety: Units = 0.0
    """Kept back from promising."""
    inbound: tuple[Inbound, ...] = ()
    velocity: Units | None = None
    """Units sold a day, where known."""
    expires_on: Date | None = None
    """The last date of the units on hand; None if they keep."""
    allocated: dict[Id, Units] = Field(default_factory=dict)
    """Units that only orders of a channel may take, by channel."""

    def __hash__(self) -> int:
        """Count by where it stands: what is allocated may be looked at, and no more."""
        return hash((self.node, self.sku))

    @property
    def restriction(self) -> Restriction | None:
        """What restricts the units on hand; None if nothing does."""
        return Restriction.of(self.expires_on, self.allocated)

    @property
    def available(self) -> int:
        """Whole units that may be promised now."""
        return whole_units(self.on_hand, self.reserved, self.safety)


@dataclass(frozen=True, slots=True, eq=False)
class StockColumns:
    """
    Stock as columns, in any order; each of length ``R``.

    Attributes
    ----------
    node, sku
        Ids.
    on_hand, reserved, safety
        Units.
    velocity
        Units a day; NaN where not known.
    inbound
        What arrives later, by (node, SKU).
    restricted
        When units on hand expire and for which channels some are, by (node, SKU).
    """

    node: Sequence[str]
    sku: Sequence[str]
    on_hand: Numbers
    reserved: Numbers
    safety: Numbers
    velocity: Numbers
    inbound: Mapping[tuple[str, str], tuple[Inbound, ...]] = field(default_factory=dict)
    restricted: Mapping[tuple[str, str], Restriction] = field(default_factory=dict)

    @classmethod
    def of(cls, stock: Iterable[Stock]) -> Self:
        """
        Take the rows apart.

        Raises
        ------
        InputError
            If some of them are none. All are listed.
        """
        rows = list(stock)
        given: Iterable[object] = rows
        if issues := [
            Issue("wrong_type", f"stock[{at}]", f"should be a Stock, got {row!r:.60}")
            for at, row in enumerate(given)
            if not isinstance(row, Stock)
        ]:
            raise InputError(issues)
        known = [np.nan if row.velocity is None else row.velocity for row in rows]
        return cls(
            node=[row.node for row in rows],
            sku=[row.sku for row in rows],
            on_hand=np.array([row.on_hand for row in rows], float),
            reserved=np.array([row.reserved for row in rows], float),
            safety=np.array([row.safety for row in rows], float),
            velocity=np.array(known, float),
            inbound={(row.node, row.sku): row.inbound for row in rows if row.inbound},
            restricted={
                (row.node, row.sku): restriction
                for row in rows
                if (restriction := row.restriction) is not None
            },
        )


@dataclass(frozen=True, slots=True)
class StockRows:
    """
    The ledger as columns, sorted by SKU and then node; each of shape ``(R,)``.

    Attributes
    ----------
    node, sku
        Positions in ``Inventory.node_ids`` and ``Inventory.skus``.
    on_hand, reserved, safety
        Units.
    velocity
        Units a day; NaN where not known.
    """

    node: IntArray
    sku: IntArray
    on_hand: FloatArray
    reserved: FloatArray
    safety: FloatArray
    velocity: FloatArray
