"""What nodes can do: limits as they are told, and all of them in one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Self

import numpy as np
from pydantic import (
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from domroute.calendars import Date
from domroute.units import FloatArray, IntArray, Units
from domroute.validation import Frozen
from domroute.words import Measure, Per

_MEASURES = tuple(Measure)


class Capacity(Frozen):
    """
    How much a node can still do, in a period or on each working day.

    Examples
    --------
    >>> Capacity(limit=120, measure="units").measure
    <Measure.UNITS: 'units'>
    >>> busy = Capacity(
    ...     limit=120, measure="units", per="day", special={"2026-12-24": 40}
    ... )
    >>> busy.on(date(2026, 12, 23)), busy.on(date(2026, 12, 24))
    (120.0, 40.0)
    """

    limit: Units
    """How much it can still do; no limit without one."""
    measure: Measure
    """Orders, lines, units or workload."""
    per: Per = Per.PERIOD
    """Whether it is the limit of a period, or of each working day."""
    special: dict[Date, Units] = Field(default_factory=dict)
    """Limits of single working days, in place of ``limit``."""

    def on(self, day: date) -> float:
        """Return the limit of a working day."""
        return self.special.get(day, self.limit)

    @model_validator(mode="after")
    def _check_special(self) -> Self:
        if self.special and self.per is not Per.DAY:
            raise PydanticCustomError(
                "special_per_period",
                "limits of single days are for a capacity per day",
            )
        return self

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        """Leave out what is as it is without a word."""
        shown = {"limit": self.limit, "measure": self.measure}
        if self.per is not Per.PERIOD:
            shown |= {"per": self.per, "special": self.special}
        return list(shown.items())


_ONE, _SEVERAL, _BY_MEASURE = "(one)", "(several)", "(by measure)"
_LIMITS: Final[TypeAdapter[dict[Measure, float]]] = TypeAdapter(
    dict[Measure, Units], config=ConfigDict(allow_inf_nan=False)
)
_LIMITS_SCHEMA: Final = {
    "type": "object",
    "properties": dict.fromkeys(map(str, _MEASURES), TypeAdapter(Units).json_schema()),
    "additionalProperties": False,
    "minProperties": 1,
}


def _in_some_form(value: object) -> object:
    """Refuse what is none of the forms."""
    if value == {} or not isinstance(value, (Capacity, dict, list, tuple)):
        raise PydanticCustomError(
            "capacity_type",
            "should be a limit and its measure, a list of them, or limits by measure",
        )
    return value


def _form_of(value: object) -> str:
    """Tell a list of capacities, and limits by measure, from one capacity."""
    if isinstance(value, dict):
        is_one = any(name in value for name in Capacity.model_fields)
        return _ONE if is_one else _BY_MEASURE
    return _SEVERAL if isinstance(value, (list, tuple)) else _ONE


def _listed(value: object) -> list[Capacity]:
    """Make a list of limits by measure."""
    limits = _LIMITS.validate_python(value)
    return [Capacity(limit=limit, measure=name) for name, limit in limits.items()]


OneOrMore = Annotated[
    Annotated[Capacity, Tag(_ONE)]
    | Annotated[tuple[Capacity, ...], Tag(_SEVERAL)]
    | Annotated[
        tuple[Capacity, ...],
        BeforeValidator(_listed),
        WithJsonSchema(_LIMITS_SCHEMA, mode="validation"),
        Tag(_BY_MEASURE),
    ],
    Discriminator(_form_of),
    BeforeValidator(_in_some_form),
]
"""A capacity, a list of them, or limits by measure."""


def arranged(
    given: Capacity | tuple[Capacity, ...] | None,
) -> Capacity | tuple[Capacity, ...] | None:
    """
    Say the same limits in one way: by measure, those of a period before those of days.

    One alone is itself, none None.

    Raises
    ------
    ValueError
        If two are limits on the same measure of a period, or of days.

    Examples
    --------
    >>> arranged((Capacity(limit=9, measure="units"),))
    Capacity(limit=9.0, measure=<Measure.UNITS: 'units'>)
    """
    if not isinstance(given, tuple):
        return given
    times = Counter((one.measure, one.per) for one in given)
    for (measure, per), count in times.items():
        if count > 1:
            days = "" if per is Per.PERIOD else " per day"
            text = f"a limit on {measure.value!r}{days} is given more than once"
            raise ValueError(text)
    rows = sorted(
        given, key=lambda one: (_MEASURES.index(one.measure), one.per is Per.DAY)
    )
    return tuple(rows) if len(rows) > 1 else next(iter(rows), None)


@dataclass(frozen=True, slots=True, eq=False)
class Demands:
    """
    What an order uses of capacities, as each counts it; zero where none does.

    The arrays are of any shape, one number for each row of capacity that is looked at.

    Attributes
    ----------
    per_order
        Once, however many shipments the node makes of the order.
    per_line, per_unit
        For each line in a shipment, and for each unit.
    per_work
        For each unit of workload in it.
    """

    per_order: FloatArray
    per_line: FloatArray
    per_unit: FloatArray
    per_work: FloatArray

    @classmethod
    def of(cls, measures: Sequence[Measure | None]) -> Self:
        """Say what each measure counts; None counts nothing."""
        return cls(
            *(
                np.array([measure is kind for measure in measures], float)
                for kind in (
                    Measure.ORDERS,
                    Measure.LINES,
                    Measure.UNITS,
                    Measure.WORKLOAD,
                )
            )
        )

    def at(self, rows: IntArray) -> Demands:
        """Look at some of the rows."""
        return Demands(
            self.per_order[rows],
            self.per_line[rows],
            self.per_unit[rows],
            self.per_work[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class CapacityTable:
    """
    All that nodes can do, a row for each limit, sorted by node and then measure.

    A node without a limit has one row, which has no end. Where some node has several
    rows, the last row of the table, which has no end either and counts nothing, stands
    for those that other nodes have not.

    Attributes
    ----------
    node
        Whose each row is, as a position in the network arrays; -1 for nobody's; shape
        ``(Q,)``.
    measures
        What each row counts; None for nothing.
    limit
        What the node can do; infinite without a limit; shape ``(Q,)``.
    demands
        What an order uses of each row; shape ``(Q,)``.
    of_node
        The rows of each node; shape ``(R, N)``, ``R`` being the most that one has.

    Examples
    --------
    >>> both = Capacity(limit=2, measure="orders"), Capacity(limit=9, measure="units")
    >>> table = CapacityTable.of([(), both])
    >>> table.limit.tolist(), table.of_node.tolist()
    ([inf, 2.0, 9.0, inf], [[0, 1], [3, 2]])
    """

    node: IntArray
    measures: tuple[Measure | None, ...]
    limit: FloatArray
    demands: Demands
    of_node: IntArray

    @classmethod
    def of(cls, capacities: Sequence[tuple[Capacity, ...]]) -> Self:
        """Lay out what each node can do."""
        rows: list[tuple[int, Measure | None, float]] = []
        mine: list[list[int]] = []
        for node, given in enumerate(capacities):
            first = len(rows)
            rows += [(node, one.measure, one.limit) for one in given]
            rows += [] if given else [(node, None, np.inf)]
            mine.append(list(range(first, len(rows))))
        most = max(map(len, mine), default=1)
        if most > 1:
            rows.append((-1, None, np.inf))
        filled = [of + [len(rows) - 1] * (most - len(of)) for of in mine]
        measures = tuple([measure for _, measure, _ in rows])
        return cls(
            node=np.array([node for node, _, _ in rows], np.int64),
            measures=measures,
            limit=np.array([limit for _, _, limit in rows], float),
            demands=Demands.of(measures),
            of_node=np.array(filled, np.int64).reshape(-1, most).T.copy(),
        )

    def demands_at(self, nodes: IntArray) -> Demands:
        """Say what an order uses of the rows of some nodes; shape ``(R, M)``."""
        return self.demands.at(self.of_node.take(nodes, axis=1))

    def counts_lines(self, nodes: IntArray) -> bool:
        """Tell whether some of the nodes counts lines."""
        return bool(self.demands.per_line[self.of_node.take(nodes, axis=1)].any())

    @property
    def is_limited(self) -> bool:
        """Whether any node has a limit."""
        return bool(np.isfinite(self.limit).any())

    @property
    def keys(self) -> list[tuple[int, str]]:
        """The node and the measure of each row; no word where it counts nothing."""
        return [
            (node, "" if measure is None else measure.value)
            for node, measure in zip(self.node.tolist(), self.measures, strict=True)
        ]
