"""Weights and shares: chance as a generator of demand is told it, and drawn by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

import numpy as np
from pydantic import AfterValidator, Field

from domroute.replay.world import Part
from domroute.units import FloatArray, Id, IntArray


def _check_some(weights: tuple[float, ...]) -> tuple[float, ...]:
    if weights and not any(weights):
        message = "needs a weight above 0"
        raise ValueError(message)
    return weights


def _check_any(weights: dict[str, float]) -> dict[str, float]:
    _check_some(tuple(weights.values()))
    return weights


def _check_sum(shares: dict[str, float]) -> dict[str, float]:
    if sum(shares.values()) > 1 + 1e-9:
        message = f"shares add up to {sum(shares.values()):g}, more than 1"
        raise ValueError(message)
    return shares


Weight = Annotated[float, Field(ge=0, le=1e9)]
"""A number that counts against others of its kind."""
Profile = Annotated[tuple[Weight, ...], AfterValidator(_check_some)]
"""Weights, of which one at least is above 0."""
Weights = Annotated[dict[Id, Weight], AfterValidator(_check_any)]
"""Weights by name, of which one at least is above 0; or none at all."""
Shares = Annotated[dict[Id, Part], AfterValidator(_check_sum)]
"""Shares by name; what they leave of 1 has no name."""


def pick(rng: np.random.Generator, weights: Iterable[float], count: int) -> IntArray:
    """
    Draw positions with chances in proportion to weights.

    Parameters
    ----------
    rng
        Where chance comes from; one number is drawn for each position.
    weights
        Of each position; one at least is above 0.
    count
        How many to draw.

    Returns
    -------
    IntArray
        Shape ``(count,)``.

    Examples
    --------
    >>> pick(np.random.default_rng(0), [0, 1, 0], 3)
    array([1, 1, 1])
    """
    return positions(np.array(list(weights), float), rng.random(count))


def positions(weights: FloatArray, chances: FloatArray) -> IntArray:
    """
    Turn numbers from 0 to 1 into positions, in proportion to weights.

    Examples
    --------
    >>> positions(np.array([1.0, 0.0, 3.0]), np.array([0.2, 0.25, 0.9]))
    array([0, 2, 2])
    """
    edges = np.cumsum(weights)
    last = int(np.flatnonzero(weights)[-1])  # rounding may not lead beyond it
    at = np.searchsorted(edges, chances * edges[-1], side="right")
    found: IntArray = np.minimum(at, last).astype(np.int64)
    return found


def pick_names(
    rng: np.random.Generator, shares: Mapping[str, float], count: int
) -> list[str | None]:
    """
    Draw names by their shares; None for what the shares leave.

    Examples
    --------
    >>> pick_names(np.random.default_rng(0), {"web": 1.0}, 2)
    ['web', 'web']
    """
    names: list[str | None] = [*shares, None]
    left = max(0.0, 1.0 - sum(shares.values()))
    if left < 1e-9:  # noqa: PLR2004 - the rounding of shares that fill 1
        left = 0.0
    return [names[at] for at in pick(rng, [*shares.values(), left], count).tolist()]
