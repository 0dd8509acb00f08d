"""What moves together: single units, whole lines, groups of lines, or kits."""

from __future__ import annotations

import numpy as np

from domroute.orders import Line
from domroute.problem import OrderProblem
from domroute.records import record
from domroute.split.tally import Tally
from domroute.units import IntArray
from domroute.ways import Ways


@record
class Atoms:
    """
    The indivisible parts of an order.

    Attributes
    ----------
    steps
        How many times each atom may be taken; length ``J``.
    units
        Units of each line in one step of each atom; shape ``(J, L)``; None when each
        atom is one unit of the line at the same position.
    tally
        How steps add up to what is asked for, where other goods may leave than the
        lines name; None where every step that is not taken is one that is left.
    """

    steps: tuple[int, ...]
    units: IntArray | None
    tally: Tally | None = None


def atoms_of(problem: OrderProblem) -> Atoms:
    """
    Divide an order as far as it may be divided.

    A line is taken unit by unit, a line with ``allow_split=False`` whole, the lines of
    a ``ship_together`` group all at once, and a kit with all of its components, if they
    leave together.
    """
    if problem.ways is not None:
        return _atoms_of_ways(problem.ways)
    return divide(problem.lines)


def divide(lines: tuple[Line, ...]) -> Atoms:
    """
    Divide lines for which nothing leaves but what they name.

    Examples
    --------
    >>> pair = [Line(id=i, sku=i, quantity=2, ship_together="set") for i in "ab"]
    >>> divide((*pair, Line(id="c", sku="c", quantity=3))).steps
    (1, 3)
    """
    if all(line.allow_split and line.ship_together is None for line in lines):
        return Atoms(tuple(line.quantity for line in lines), None)
    members: dict[tuple[str, str], list[int]] = {}
    for at, line in enumerate(lines):
        together = line.ship_together
        key = ("line", line.id) if together is None else ("together", together)
        members.setdefault(key, []).append(at)
    steps: list[int] = []
    units = np.zeros((len(members), len(lines)), np.int64)
    for atom, (key, places) in enumerate(members.items()):
        first = lines[places[0]]
        if key[0] == "line" and first.allow_split:
            steps.append(first.quantity)
            units[atom, places] = 1
        else:
            steps.append(1)
            units[atom, places] = [lines[at].quantity for at in places]
    return Atoms(tuple(steps), units)


def _atoms_of_ways(ways: Ways) -> Atoms:
    """Take each way at once, or its rows one by one where they may leave apart."""
    ends = [*ways.first[1:].tolist(), len(ways.rows)]
    steps: list[int] = []
    units: list[IntArray] = []
    way_of_atom: list[int] = []
    rate: list[int] = []
    first: list[int] = []

    def add(way: int, rows: list[int], *, by_unit: bool) -> None:
        wanted = int(ways.wanted[ways.demand_of_way[way]])
        times = int(ways.each[rows[0]]) if by_unit else 1
        mine = np.zeros(len(ways.rows), np.int64)
        mine[rows] = 1 if by_unit else ways.each[rows]
        steps.append(times * wanted)
        units.append(mine)
        way_of_atom.append(way)
        rate.append(times)

    for way, (start, end) in enumerate(zip(ways.first.tolist(), ends, strict=True)):
        first.append(len(steps))
        rows = list(range(start, end))
        if ways.is_loose[way]:
            for row in rows:
                add(way, [row], by_unit=bool(ways.goes_by_unit[way]))
        else:
            add(way, rows, by_unit=False)
    return Atoms(
        tuple(steps),
        np.array(units),
        Tally(
            way_of_atom=np.array(way_of_atom, np.int64),
            rate=np.array(rate, np.int64),
            first=np.array(first, np.int64),
            demand_of_way=ways.demand_of_way,
            wanted=ways.wanted,
            filled_by=ways.filled_by,
        ),
    )
