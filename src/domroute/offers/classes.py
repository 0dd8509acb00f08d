"""Offers once for each moment from which on some of their lines may leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domroute.network import Item
from domroute.offers.laid import Laid
from domroute.promise.window import tick_of
from domroute.units import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """
    The moments from which on the lines of a delivery may leave.

    Attributes
    ----------
    since
        The moments, rising; microseconds from 1970 on; shape ``(K,)``.
    of_line
        The position of each line's; shape ``(G,)``.
    """

    since: IntArray
    of_line: IntArray

    @classmethod
    def of(cls, items: tuple[Item, ...], placed: int) -> Classes:
        """Look at the items of lines: none leaves before it is released."""
        released = [
            placed if item.release_at is None else max(placed, tick_of(item.release_at))
            for item in items
        ]
        since, of_line = np.unique(released, return_inverse=True)
        return cls(since.astype(np.int64), of_line.reshape(-1).astype(np.int64))

    def spread_out(self, laid: Laid) -> tuple[Laid, IntArray]:
        """
        Lay every offer out once for each moment, for the lines that may leave then.

        Returns
        -------
        Laid
            The offers of each service stay together: those of its first moment, then
            those of the next.
        IntArray
            The moment of each; shape ``(A,)``.
        """
        count = len(self.since)
        if count == 1:
            return laid, np.broadcast_to(self.since[0], laid.service.shape)
        parts: list[IntArray] = []
        moments: list[IntArray] = []
        runs: list[slice] = []
        first = 0
        for run in laid.runs:
            size = run.stop - run.start
            for moment in range(count):
                parts.append(np.arange(run.start, run.stop))
                moments.append(np.full(size, moment))
                runs.append(slice(first, first + size))
                first += size
        nothing = np.empty(0, np.int64)
        at = np.concatenate([nothing, *parts])
        on = np.concatenate([nothing, *moments])
        leaves: BoolArray = self.of_line[:, None] <= on
        if laid.carries is not None:
            leaves = leaves & laid.carries[:, at]
        spread = Laid(
            runs=tuple(runs),
            service=laid.service[at],
            node=at if laid.node is None else laid.node[at],
            zone=laid.zone[at],
            carries=leaves,
        )
        return spread, self.since[on]
