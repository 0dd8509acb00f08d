"""A catalog drawn from a seed: items, and how popular each one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from domroute.network import Item
from domroute.units import FloatArray

HAZMAT = "hazmat"
"""Tag of aerosols and batteries: sold in stores, shipped by marked nodes alone."""

_HAZMAT_SHARE: Final = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """
    Items and the share of online demand each one has.

    Attributes
    ----------
    popularity
        Shares that sum to 1; shape ``(K,)``.
    """

    items: tuple[Item, ...]
    popularity: FloatArray

    @property
    def skus(self) -> list[str]:
        """The SKUs, in the order of the items."""
        return [item.sku for item in self.items]


def draw_catalog(rng: np.random.Generator, size: int) -> Catalog:
    r"""
    Draw items whose demand falls with rank as Zipf's law says.

    Parameters
    ----------
    rng
        Where chance comes from.
    size
        How many items, ``K``.

    Notes
    -----
    The item of rank :math:`r` has demand :math:`\propto (r + 5)^{-0.9}`: a long tail
    under a head that is not one item alone. Weights and prices are lognormal around
    0.6 kg and 26; prices end in .99.

    Examples
    --------
    >>> catalog = draw_catalog(np.random.default_rng(0), 50)
    >>> len(catalog.items), round(float(catalog.popularity.sum()), 9)
    (50, 1.0)
    """
    ranks = rng.permutation(size)
    demand = (ranks + 5.0) ** -0.9
    weight_kg = np.clip(rng.lognormal(np.log(0.6), 0.9, size), 0.05, 22.0)
    density = rng.uniform(90.0, 350.0, size) / 1e6  # kg per cubic centimeter, packed
    side_cm = np.cbrt(weight_kg / density)
    flatness = rng.uniform(0.45, 1.0, size)
    price = np.maximum(4.99, np.floor(rng.lognormal(np.log(26.0), 0.7, size)) + 0.99)
    margin = rng.uniform(0.35, 0.6, size)
    hazardous = rng.random(size) < _HAZMAT_SHARE
    items = tuple(
        Item(
            sku=f"sku-{k + 1:04d}",
            weight_kg=round(float(weight_kg[k]), 2),
            length_cm=round(float(side_cm[k] / flatness[k]), 1),
            width_cm=round(float(side_cm[k]), 1),
            height_cm=round(float(side_cm[k] * flatness[k]), 1),
            unit_price=round(float(price[k]), 2),
            unit_cost=round(float(price[k] * (1 - margin[k])), 2),
            tags=(HAZMAT,) if hazardous[k] else (),
        )
        for k in range(size)
    )
    return Catalog(items, demand / demand.sum())
