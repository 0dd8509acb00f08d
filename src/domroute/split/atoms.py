"""What moves together: single units, whole lines, or groups of lines."""

from __future__ import annotations

import numpy as np

from domroute.orders import Line
from domroute.records import record
from domroute.units import IntArray


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
    """

    steps: tuple[int, ...]
    units: IntArray | None


def atoms_of(lines: tuple[Line, ...]) -> Atoms:
    """
    Divide an order as far as it may be divided.

    A line is taken unit by unit, a line with ``allow_split=False`` whole, and the lines
    of a ``ship_together`` group all at once.

    Examples
    --------
    >>> pair = [Line(id=i, sku=i, quantity=2, ship_together="set") for i in "ab"]
    >>> atoms_of((*pair, Line(id="c", sku="c", quantity=3))).steps
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
