"""Allocated cells in a program of several orders: what each channel may take."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from domroute.batch.allotting import Allotments, Channel, held_by
from domroute.sourcing.arraymodel import ArrayModel
from domroute.units import FloatArray, IntArray


@dataclass(slots=True, eq=False)
class Shares:
    """
    What a program of several orders takes of allocated cells, channel by channel.

    Of each channel's takes what is more than it holds for itself comes of what is for
    all, of which there is so much.
    """

    allotments: Allotments
    _by_cell: dict[int, dict[Channel, list[tuple[IntArray, FloatArray]]]] = field(
        default_factory=dict
    )

    def add(
        self, cell: int, channel: Channel, column: IntArray, amount: FloatArray
    ) -> None:
        """Note what columns take of an allocated cell for a channel."""
        by_channel = self._by_cell.setdefault(cell, {})
        by_channel.setdefault(channel, []).append((column, amount))

    def limit(self, model: ArrayModel, stock: IntArray) -> None:
        """Add the rows of all cells, of which there are so many units, ``(C,)``."""
        for cell, by_channel in self._by_cell.items():
            own = self.allotments.own[cell]
            taken = self.allotments.taken.get(cell, Counter[Channel]())
            there, held = float(stock[cell]), sum(own.values())
            free = max(0.0, there - held)
            for of, units in taken.items():
                if of not in by_channel:
                    free -= max(0.0, units - held_by(own, of))
            over = model.add_columns(len(by_channel), upper=free, whole=False)
            row = model.add_rows(1, upper=free)
            model.add_entries(row, over, 1.0)
            for more, (channel, takes) in zip(over, by_channel.items(), strict=True):
                mine = held_by(own, channel)
                rows = model.add_rows(
                    2,
                    upper=np.array([mine, max(0.0, there - held + mine)])
                    - taken.get(channel, 0),
                )
                for column, amount in takes:
                    model.add_entries(rows[0], column, amount)
                    model.add_entries(rows[1], column, amount)
                model.add_entries(rows[0], more, -1.0)
