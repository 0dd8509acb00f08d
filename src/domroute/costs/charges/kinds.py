"""Nodes of one kind: in one zone, and reached by the same services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from domroute.units import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
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
        code = (zone << len(serves)) + bits @ serves
        kinds, first, of_node = np.unique(code, return_index=True, return_inverse=True)
        del kinds
        return cls(zone[first], serves[:, first], of_node.reshape(-1))
