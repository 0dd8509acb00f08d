"""Cells in which units are for one channel alone, where orders of several want them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from domroute.offers.priced import Offers
from domroute.problem import NetworkArrays
from domroute.units import FloatArray, IntArray

Channel = str | None
"""Where an order was placed; None where that is not said."""


@dataclass(slots=True, eq=False)
class Allotments:
    """
    What channels hold of cells for themselves, and what their orders have taken.

    Units that are for a channel are the first that its orders take; what they take
    beyond comes of those that are for all.

    Attributes
    ----------
    own
        Units of each cell that are for a channel alone, by cell and channel.
    taken
        Units that orders have taken of such cells, by cell and channel.
    plain
        Cells of which some order may wait for more: there, whatever others take counts,
        be it of their own.
    """

    own: dict[int, dict[str, float]] = field(default_factory=dict)
    taken: dict[int, Counter[Channel]] = field(default_factory=dict)
    plain: set[int] = field(default_factory=set)

    def enter(
        self, offers: Offers, cell: IntArray, arrays: NetworkArrays, *, waits: bool
    ) -> bool:
        """
        Note what is allocated of the cells of an order, ``(K, M)``, and if it waits.

        Returns
        -------
        bool
            Whether anything is.
        """
        allocated = offers.eligibility.allocated
        if allocated is None:
            return False
        problem = offers.problem
        for k, at in np.argwhere(allocated.here).tolist():
            if waits:
                self.plain.add(int(cell[k, at]))
            if int(cell[k, at]) not in self.own:
                by_node = problem.snapshot.restricted[problem.skus[k]]
                one = by_node[arrays.nodes[problem.nodes[at]].id]
                self.own[int(cell[k, at])] = dict(one.allocated)
        return True

    def anew(self) -> Allotments:
        """See the same cells, of which nothing has been taken."""
        return Allotments(self.own, plain=self.plain)

    def is_plain(self, cell: IntArray) -> bool:
        """Tell whether some cell is one of which an order may wait for more."""
        return bool(self.plain) and not self.plain.isdisjoint(cell.ravel().tolist())

    def move(
        self,
        channel: Channel,
        cells: IntArray,
        units: IntArray | FloatArray,
        sign: float,
    ) -> None:
        """Note what an order takes, or gives back where the sign is negative."""
        for cell, count in zip(cells.tolist(), units.tolist(), strict=True):
            if cell in self.own:
                of = self.taken.setdefault(cell, Counter())
                of[channel] += int(sign * count)

    def seen(self, taken: FloatArray, cell: IntArray, channel: Channel) -> FloatArray:
        """
        Count what others have taken of what an order of a channel may take.

        Parameters
        ----------
        taken
            All that others have taken of each cell; shape ``(K, M)``.
        cell
            The cells; shape ``(K, M)``.
        channel
            Of the order: what others took for channels of their own counts beyond what
            those hold for themselves.
        """
        found = taken.copy()
        for place in np.argwhere(
            np.isin(cell, list(self.own.keys() - self.plain))
        ).tolist():
            at = int(cell[*place])
            own = self.own[at]
            found[*place] = sum(
                units if of == channel else max(0.0, units - held_by(own, of))
                for of, units in self.taken.get(at, Counter[Channel]()).items()
            )
        return found


def held_by(own: dict[str, float], channel: Channel) -> float:
    """
    Count the units that a channel holds for itself; orders that name none hold none.

    Examples
    --------
    >>> held_by({"web": 2.0}, "web"), held_by({"web": 2.0}, None)
    (2.0, 0.0)
    """
    return 0.0 if channel is None else own.get(channel, 0.0)
