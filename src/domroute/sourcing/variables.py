"""The integer program of one order as it is made: where its variables stand."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.offers import OfferTable
from domroute.units import FloatArray, IntArray


@dataclass(slots=True, eq=False)
class Formulation:
    """
    The model of one order and where its variables stand.

    Attributes
    ----------
    ships
        ``y``: whether an offer is used; shape ``(A,)``.
    atom, offer, takes
        ``x``: steps of an atom taken by an offer, for the pairs that may be; ``(X,)``.
    present
        ``p``: whether any step is taken; the same as ``takes`` for atoms of one step.
    short
        ``s``: what is left of each demand, which is a step of an atom as a rule; shape
        ``(D,)``.
    wholes
        How often each way is gone whose atoms are taken one by one.
    climbs
        ``z``: how far up their tariffs the offers stand.
    is_network
        Whether the takes are flows of a network once all else is settled: then they are
        whole at every vertex, and need not be asked to be.
    """

    model: ArrayModel
    table: OfferTable
    ships: IntArray
    atom: IntArray
    offer: IntArray
    takes: IntArray
    present: IntArray
    short: IntArray
    wholes: IntArray = field(default_factory=lambda: np.empty(0, np.int64))
    climbs: IntArray = field(default_factory=lambda: np.empty(0, np.int64))
    is_network: bool = False

    def steps_taken(self, values: FloatArray) -> IntArray:
        """Read the steps by atom and offer from a solution; shape ``(J, A)``."""
        taken = np.zeros(self.table.limit.shape, np.int64)
        taken[self.atom, self.offer] = np.rint(values[self.takes]).astype(np.int64)
        return taken

    def values_of(self, taken: IntArray) -> FloatArray:
        """
        Return what a plan gives takes, ships and what is short; ``(columns,)``.

        Parameters
        ----------
        taken
            Steps by atom and offer; shape ``(J, A)``.
        """
        values = np.zeros(self.model.columns)
        values[self.takes] = taken[self.atom, self.offer]
        values[self.ships] = taken.any(axis=0)
        values[self.short] = self.table.left(taken)
        if self.table.tally is not None:
            done = self.table.tally.done(taken.sum(axis=1))
            values[self.wholes] = done[self.table.tally.loose]
        return values


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """Whether a node is used at all: ``nodes`` at hand and their variables."""

    nodes: IntArray
    columns: IntArray


def add_by_node(
    made: Formulation, rows: IntArray, nodes: IntArray, amount: FloatArray
) -> None:
    """Add what each take is worth to the row of its node."""
    node = made.table.node[made.offer]
    at = np.minimum(np.searchsorted(nodes, node), len(nodes) - 1)
    mine = (nodes[at] == node) & (amount != 0)
    made.model.add_entries(rows[at[mine]], made.takes[mine], amount[mine])
