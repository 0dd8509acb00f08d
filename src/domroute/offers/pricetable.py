"""Tables of prices, of ways to fill lines by offers: multiplied, barred, spread out."""

from __future__ import annotations

from typing import Final

import numpy as np

from domroute.units import FloatArray, IntArray

SINGLE_THREAD: Final = 2**17
"""Multiplications in one product, well below where threads would be started."""


def forbid(
    price: FloatArray, units: FloatArray, limit: IntArray, nothing: float
) -> None:
    """Put what offers, whose limits are ``(G, K)``, cannot fill out of reach."""
    most = np.maximum.reduce(units, axis=0)
    least = np.minimum.reduce(limit, axis=1)
    lines = (most > least).nonzero()[0].tolist()
    if not lines:
        return
    if price.size > SINGLE_THREAD >> 5:  # few bytes are compared the sooner
        top = int(np.maximum.reduce(most))
        kind = np.min_scalar_type(top)
        units = units.astype(kind)
        limit = np.minimum(limit, top).astype(kind)
    first, *others = lines
    lacking = units[:, first, None] > limit[first]
    for at in others:
        np.logical_or(lacking, units[:, at, None] > limit[at], out=lacking)
    np.copyto(price, nothing, where=lacking)


def spread(
    price: FloatArray, nodes: IntArray, count: int, nothing: float
) -> FloatArray:
    """Put prices, ``(B, K)``, where their nodes stand among all at hand, ``(B, M)``."""
    if len(nodes) == count:
        return price
    found = np.full((len(price), count), nothing)
    found[:, nodes] = price
    return found


def product(left: FloatArray, right: FloatArray) -> FloatArray:
    """
    Multiply matrices, in parts too small for the library to start threads for.

    Waking threads takes longer than products of our size, and up to a hundred times as
    long on a busy machine.
    """
    rows = max(1, SINGLE_THREAD // max(1, right.size))
    if len(left) <= rows:
        return left @ right
    found = np.empty((len(left), right.shape[1]))
    for first in range(0, len(left), rows):
        np.matmul(left[first : first + rows], right, out=found[first : first + rows])
    return found
