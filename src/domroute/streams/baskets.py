"""What is in an order: how many lines, of which SKUs, with how many units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Self

import numpy as np
from pydantic import Field, model_validator

from domroute.replay.world import Part
from domroute.streams.weights import Profile, Weights, pick, positions
from domroute.units import FloatArray, Id, IntArray
from domroute.validation import Frozen


class Basket(Frozen):
    """
    What customers put into an order.

    Every line draws its SKU by popularity, whatever the others hold; a SKU that is
    drawn again adds its units to the line that has it. So units of a SKU are exactly in
    proportion to its popularity, and orders have slightly fewer lines than drawn.

    Examples
    --------
    >>> basket = Basket(lines=(0.5, 0.5), units=(0.9, 0.1), zipf=1.0)
    >>> round(basket.units_per_order, 6)
    1.65
    """

    lines: Annotated[Profile, Field(min_length=1, max_length=100)] = (
        *(0.62, 0.22, 0.09),
        *(0.04, 0.02, 0.01),
    )
    """Weights of orders of one line, of two, and so on."""
    units: Annotated[Profile, Field(min_length=1, max_length=1000)] = (
        *(0.86, 0.10),
        *(0.03, 0.01),
    )
    """Weights of lines of one unit, of two, and so on."""
    skus: Weights = Field(default_factory=dict)
    """Popularity by SKU, others are never ordered; by ``zipf`` when empty."""
    zipf: Annotated[float, Field(ge=0, le=10)] = 0.8
    """
    The popularity of the r-th item of the network is proportional to r to the power of
    minus this; 0 makes all alike.
    """
    families: tuple[tuple[Id, ...], ...] = ()
    """SKUs that are bought together; all others make one more family."""
    affinity: Part = 0.0
    """How often a line after the first stays in the family of the first."""

    @model_validator(mode="after")
    def _check_families(self) -> Self:
        seen: set[str] = set()
        for sku in (sku for family in self.families for sku in family):
            if sku in seen:
                message = f"{sku!r} appears more than once in families"
                raise ValueError(message)
            seen.add(sku)
        return self

    @property
    def units_per_order(self) -> float:
        """Units of an order to be expected."""
        return _mean(self.lines) * _mean(self.units)

    def popularity(self, skus: Sequence[str]) -> FloatArray:
        """
        Return the share of each SKU in all units to be expected; shape ``(K,)``.

        Examples
        --------
        >>> Basket(zipf=1).popularity(["A", "B"]).round(3)
        array([0.667, 0.333])
        """
        if self.skus:
            weights = np.array([self.skus.get(sku, 0.0) for sku in skus])
        else:
            weights = np.arange(1, len(skus) + 1) ** -self.zipf
        shares: FloatArray = weights / weights.sum()
        return shares


def _mean(profile: Sequence[float]) -> float:
    weights = np.array(profile)
    return float(weights @ np.arange(1, len(weights) + 1) / weights.sum())


@dataclass(frozen=True, slots=True, eq=False)
class BasketChances:
    """Where chance comes from: a stream of its own for each part of a basket."""

    lines: np.random.Generator
    skus: np.random.Generator
    units: np.random.Generator
    affinity: np.random.Generator


@dataclass(frozen=True, slots=True, eq=False)
class DrawnLines:
    """
    The lines of many orders, those of an order side by side.

    Attributes
    ----------
    order
        The position of the order; shape ``(L,)``, never falling.
    sku
        The position of the SKU; shape ``(L,)``, none twice in an order.
    units
        Whole units; shape ``(L,)``.
    """

    order: IntArray
    sku: IntArray
    units: IntArray


def draw_lines(
    basket: Basket, skus: Sequence[str], count: int, chances: BasketChances
) -> DrawnLines:
    """
    Draw what is in so many orders.

    Parameters
    ----------
    basket
        What customers put into an order.
    skus
        All SKUs, in the order of popularity by ``zipf``.
    count
        How many orders.
    chances
        Where chance comes from.

    Examples
    --------
    >>> rngs = [np.random.default_rng(seed) for seed in range(4)]
    >>> drawn = draw_lines(Basket(lines=(1,)), ["A", "B"], 3, BasketChances(*rngs))
    >>> drawn.order
    array([0, 1, 2])
    """
    sizes = pick(chances.lines, basket.lines, count) + 1
    order = np.repeat(np.arange(count), sizes)
    first = np.repeat(np.cumsum(sizes) - sizes, sizes)
    sku = _draw_skus(basket, skus, first, chances)
    units = pick(chances.units, basket.units, len(order)) + 1
    key, where = np.unique(order * len(skus) + sku, return_inverse=True)
    total = np.bincount(where, weights=units, minlength=len(key)).astype(np.int64)
    return DrawnLines(key // len(skus), key % len(skus), total)


def _draw_skus(
    basket: Basket, skus: Sequence[str], first: IntArray, chances: BasketChances
) -> IntArray:
    """Draw the SKU of every line, given where the first line of its order stands."""
    share = basket.popularity(skus)
    chance = chances.skus.random(len(first))
    if not (basket.families and basket.affinity):
        return positions(share, chance)
    # SKUs by family: a family is then a stretch from 0 to 1, as is every SKU of it.
    family_of = {sku: at for at, part in enumerate(basket.families) for sku in part}
    family = np.array([family_of.get(sku, len(basket.families)) for sku in skus])
    by_family = np.argsort(family, kind="stable")
    edges = np.concatenate(([0.0], np.cumsum(share[by_family])))
    starts = np.searchsorted(family[by_family], np.arange(len(basket.families) + 2))
    low, high = edges[starts[:-1]], edges[starts[1:]]
    leader = positions(share[by_family], chance[first])
    its = family[by_family][leader]
    stays = chances.affinity.random(len(first)) < basket.affinity
    stays &= first != np.arange(len(first))
    chance = np.where(stays, low[its] + chance * (high - low)[its], chance)
    return by_family[positions(share[by_family], chance)]
