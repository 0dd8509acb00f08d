"""What arrives later and what is promised of it: the two, cell by cell."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeVar

from domroute.ledger.drawers import Drawers
from domroute.ledger.shelf import Cell, Coming, Relied
from domroute.ledger.stock import Inbound, whole_units
from domroute.units import FloatArray, IntArray

V = TypeVar("V")

_NOTHING: Final = 1e-9
"""Less than any part of a unit: what sums of floats may be off."""

Counts = tuple[float, float, float]
"""Units on hand, reserved and kept back."""
Lots = Sequence[tuple[datetime, float]]
"""Units promised, and the moment from which each of them is relied on; rising."""


def units_by(
    counts: Counts, coming: Iterable[Inbound], relied: Lots, by: datetime | None
) -> int:
    """
    Count the whole units of a cell that may be promised now, or by a moment.

    Parameters
    ----------
    counts
        Units on hand, reserved and kept back.
    coming
        What arrives later.
    relied
        What is promised of that: units that must be there by their moment.
    by
        The moment; None for now.

    Notes
    -----
    From the moment on, supply must never fall short of what is promised by then: what
    is promised for later may count on units that are there already. Supply falls short
    first where a promise begins, so that only those moments are looked at.

    Examples
    --------
    >>> monday, tuesday = (datetime.fromisoformat(f"2026-03-0{d}T08Z") for d in (2, 3))
    >>> truck = (Inbound(at=monday, quantity=10),)
    >>> units_by((5.0, 0.0, 0.0), truck, ((tuesday, 12.0),), None)
    3
    >>> units_by((5.0, 0.0, 0.0), truck, ((tuesday, 8.0),), None)
    5
    >>> units_by((5.0, 0.0, 0.0), truck, ((tuesday, 8.0),), monday)
    7
    """
    on_hand, reserved, safety = counts
    starts = [by, *(at for at, _ in relied if by is None or at > by)]
    least: int | None = None
    for start in starts:
        comes = promised = 0.0
        if start is not None:
            comes = math.fsum(part.quantity for part in coming if part.at <= start)
            promised = math.fsum(units for at, units in relied if at <= start)
        left = whole_units(on_hand + comes, reserved, promised, safety)
        least = left if least is None else min(least, left)
    return least or 0


def added(relied: Lots, change: Lots) -> tuple[tuple[datetime, float], ...]:
    """
    Add to what is relied on, or take off; moments with nothing left go.

    Examples
    --------
    >>> noon = datetime.fromisoformat("2026-03-02T12:00Z")
    >>> added(((noon, 2.0),), ((noon, -2.0),))
    ()
    """
    units: dict[datetime, float] = {}
    for at, count in (*relied, *change):
        units[at] = units.get(at, 0.0) + count
    return tuple(
        sorted((at, count) for at, count in units.items() if abs(count) > _NOTHING)
    )


@dataclass(frozen=True, slots=True, eq=False)
class Later:
    """
    What arrives later, and what is promised of it; never changed, only followed.

    Attributes
    ----------
    coming
        What arrives, by SKU and then node.
    relied
        What is promised of it, likewise.
    short
        By how much that is more than what arrives by its moment: so many of the units
        on hand are kept for it. Only cells are in it where it is, and most often none.
    """

    coming: Coming = field(default_factory=Drawers)
    relied: Relied = field(default_factory=Drawers)
    short: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, coming: Coming, relied: Relied | None = None) -> Later:
        """Put together what arrives and what is promised of it."""
        made = cls(Drawers(coming), Drawers(relied or {}))
        cells = [
            (node, sku) for sku, by_node in made.relied.items() for node in by_node
        ]
        return _weighed(made, cells)

    def parts(self, cell: Cell) -> tuple[Inbound, ...]:
        """Return what arrives at a cell."""
        return _found(self.coming, cell)

    def lots(self, cell: Cell) -> tuple[tuple[datetime, float], ...]:
        """Return what is promised of that."""
        return _found(self.relied, cell)

    def kept(self, cell: Cell) -> float:
        """Return how many units on hand are kept for what is promised for later."""
        return self.short.get(cell[1], {}).get(cell[0], 0.0)

    def units_of(self, cell: Cell, figures: FloatArray, by: datetime | None) -> int:
        """Count what may be promised of a cell with its figures; shape ``(4,)``."""
        on_hand, reserved, safety, _ = figures.tolist()
        counts = on_hand, reserved, safety
        return units_by(counts, self.parts(cell), self.lots(cell), by)

    def left_of(
        self,
        available: IntArray,
        figures: FloatArray,
        row_of: Callable[[str, str], int | None],
        skus: Iterable[str],
    ) -> IntArray:
        """
        Keep units on hand for what is promised for later and does not arrive.

        Parameters
        ----------
        available, figures
            What may be promised now but for that, shape ``(P,)``, and the figures of
            the rows, ``(4, P)``.
        row_of
            Which of the rows is that of a cell.
        skus
            Those of which cells are short.
        """
        made = available.copy()
        for sku in skus:
            for node in self.short[sku]:
                at = row_of(node, sku)
                if at is not None:
                    made[at] = self.units_of((node, sku), figures[:, at], None)
        made.setflags(write=False)
        return made

    def expecting(self, cell: Cell, parts: tuple[Inbound, ...]) -> Later:
        """Follow this with what arrives at a cell said anew."""
        made = replace(self, coming=_put(self.coming, {cell: parts}))
        return _weighed(made, [cell]) if self.lots(cell) else made

    def relying(self, changes: Mapping[Cell, Lots]) -> Later:
        """Follow this with more, or less, that is promised of what arrives."""
        if not changes:
            return self
        lots = {cell: added(self.lots(cell), more) for cell, more in changes.items()}
        made = replace(self, relied=_put(self.relied, lots))
        return _weighed(made, changes)

    def cut_down(self, skus: Iterable[str]) -> Later:
        """Keep some SKUs alone."""
        if not (self.coming or self.relied):
            return self
        kept = tuple(skus)
        return Later(
            {sku: self.coming[sku] for sku in kept if sku in self.coming},
            {sku: self.relied[sku] for sku in kept if sku in self.relied},
            {sku: self.short[sku] for sku in kept if sku in self.short},
        )


def _weighed(later: Later, cells: Iterable[Cell]) -> Later:
    """Hold what is promised of some cells against what arrives there."""
    short = later.short
    for cell in cells:
        node, sku = cell
        units = _shortfall(later.parts(cell), later.lots(cell))
        if units <= _NOTHING and node not in short.get(sku, {}):
            continue
        by_node = {**short.get(sku, {}), node: units}
        if units <= _NOTHING:
            del by_node[node]
        short = {**short, sku: by_node}
        if not by_node:
            del short[sku]
    return later if short is later.short else replace(later, short=short)


def _shortfall(coming: Sequence[Inbound], relied: Lots) -> float:
    """Count the units that are promised beyond what arrives by then, at the worst."""
    most = 0.0
    for start, _ in relied:
        promised = [units for at, units in relied if at <= start]
        comes = [-part.quantity for part in coming if part.at <= start]
        most = max(most, math.fsum((*promised, *comes)))
    return most


def _found(
    entries: Mapping[str, Mapping[str, tuple[V, ...]]], cell: Cell
) -> tuple[V, ...]:
    by_node = entries.get(cell[1])
    return () if by_node is None else by_node.get(cell[0], ())


def _put(
    entries: Mapping[str, Mapping[str, tuple[V, ...]]],
    cells: Mapping[Cell, tuple[V, ...]],
) -> Drawers[str, Mapping[str, tuple[V, ...]]]:
    """Follow entries with others of some cells; those with nothing go."""
    changed: dict[str, dict[str, tuple[V, ...]]] = {}
    for (node, sku), values in cells.items():
        by_node = changed.get(sku)
        if by_node is None:
            by_node = changed[sku] = dict(entries.get(sku, {}))
        by_node[node] = values
        if not values:
            del by_node[node]
    drawers = entries if isinstance(entries, Drawers) else Drawers(entries)
    some = {sku: by_node for sku, by_node in changed.items() if by_node}
    return drawers.changed(some, [sku for sku in changed if sku not in some])
