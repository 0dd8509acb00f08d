"""Offers laid out: which node by which service, before anyone prices them."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np

from domroute.records import record
from domroute.units import BoolArray, IntArray

NO_SERVICE: Final = -1
"""The position of an offer's service where it goes by none."""


@lru_cache(maxsize=4096)
def same(count: int, value: int) -> IntArray:
    """
    Return one number again and again, as an array that all who need it share.

    Examples
    --------
    >>> same(3, 7)
    array([7, 7, 7])
    """
    array = np.full(count, value)
    array.setflags(write=False)
    return array


def runs_of(offers: IntArray, runs: tuple[slice, ...]) -> tuple[slice, ...]:
    """
    Say where those of each run stand among some of the offers, if it has any.

    Examples
    --------
    >>> runs_of(np.array([1, 2, 5]), (slice(0, 3), slice(3, 5), slice(5, 9)))
    (slice(0, 2, None), slice(2, 3, None))
    """
    # As many of them are of a run as begin before it ends, and not before it does.
    ends = offers.searchsorted([run.stop for run in runs]).tolist()
    return tuple([slice(*one) for one in pairwise((0, *ends)) if one[0] < one[1]])


@record
class Laid:
    """
    The offers of one delivery before anyone prices them, service by service.

    Where some lines may leave only later, an offer stands once for each moment.

    Attributes
    ----------
    runs
        The offers of each service, and moment, that has any; nodes rise within each.
    service
        The position of each offer's service, ``NO_SERVICE`` for none; shape ``(A,)``.
    node
        Positions in the nodes asked about; None where each makes one offer, in order.
    zone
        Of each offer by its service's rule, from zero; shape ``(A,)``.
    zones
        How many zones there are where all go by services of one rule, from every node
        asked about; 0 elsewhere.
    carries
        The lines that each offer's service accepts; None for all; shape ``(G, A)``.
    """

    runs: tuple[slice, ...]
    service: IntArray
    node: IntArray | None
    zone: IntArray
    zones: int = 0
    carries: BoolArray | None = None

    def from_nodes(self, size: int, at: IntArray) -> Laid:
        """
        Keep the offers ``at`` of so many nodes, where each makes one by each run.

        What holds of the runs together goes on to hold.
        """
        firsts = range(0, len(at), size) if size else ()
        runs = tuple([slice(first, first + size) for first in firsts])
        return self._at(at, runs, self.zones)

    def only(self, kept: BoolArray) -> Laid:
        """Keep some of the offers, ``(A,)``."""
        at = kept.nonzero()[0]
        if len(at) == len(kept):
            return self
        return self._at(at, runs_of(at, self.runs), 0)

    def _at(self, at: IntArray, runs: tuple[slice, ...], zones: int) -> Laid:
        return Laid(
            runs,
            self.service[at],
            at if self.node is None else self.node[at],
            self.zone[at],
            zones,
            None if self.carries is None else self.carries.take(at, axis=1),
        )

    def runs_by(self, services: tuple[str, ...]) -> dict[str, slice]:
        """Look up the offers of each service, by its id."""
        found: dict[str, slice] = {}
        for run in self.runs:
            at = int(self.service[run.start])
            if at >= 0:  # runs of one service stand side by side
                first = found.get(services[at], run).start
                found[services[at]] = slice(first, run.stop)
        return found


def anywhere(offers: BoolArray, node: IntArray, count: int) -> BoolArray:
    """
    Tell of which nodes some offers are, line by line; ``(G, M)``.

    Parameters
    ----------
    offers
        Which offers are meant for each line; shape ``(G, A)``.
    node, count
        The node of each, ``(A,)``, and how many nodes there are.
    """
    found = np.zeros((len(offers), count), bool)
    line, offer = offers.nonzero()
    found[line, node[offer]] = True
    return found
