"""Nodes of one kind: in one zone, and reached by the same services."""

from __future__ import annotations

from typing import Self

import numpy as np

from domroute.records import record
from domroute.units import BoolArray, IntArray


@record
class Kinds:
    """
    Which nodes are alike to services of one rule of zones.

    Attributes
    ----------
    zone
        Of each kind; shape ``(U,)``.
    serves
        Which services reach it; shape ``(R, U)``.
    of_node
        The kind of each node; shape ``(K,)``.

    Examples
    --------
    >>> serves = np.array([[True, True, True], [True, False, True]])
    >>> kinds = Kinds.of(np.array([2, 2, 2]), serves)
    >>> kinds.of_node.tolist(), kinds.zone.tolist()
    ([1, 0, 1], [2, 2])
    """

    zone: IntArray
    serves: BoolArray
    of_node: IntArray

    @classmethod
    def of(cls, zone: IntArray, serves: BoolArray) -> Self:
        """Find them by the zone of each node, ``(K,)``, and what reaches it."""
        bits = np.left_shift(1, np.arange(len(serves)))
        code = (zone << len(serves)) + bits.dot(serves)
        # As np.unique does, which takes twice as long for so few.
        ranked = code.copy()
        ranked.sort()
        is_first = np.empty(len(code), bool)
        is_first[:1] = True
        np.not_equal(ranked[1:], ranked[:-1], out=is_first[1:])
        kinds = ranked[is_first]
        reached = (kinds & bits[:, None]).astype(bool)
        return cls(kinds >> len(serves), reached, kinds.searchsorted(code))
