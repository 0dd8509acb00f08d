"""A node at which a delivery is put together: parts by lanes, then one shipment."""

from __future__ import annotations

from typing import Final

import numpy as np

from domroute.offers.blocks import Block
from domroute.offers.priced import Offers
from domroute.promise.dated import Dates
from domroute.records import record
from domroute.units import BoolArray, IntArray

_MOST_BUNDLES: Final = 4096
"""Bundles of an order that are priced one by one to bound what a shipment costs."""


@record
class Merging:
    """
    What may be done for a delivery through one node.

    Attributes
    ----------
    offers
        The parts as offers of the order: of each node that a lane leads from, and of
        the node itself, whose own goods go nowhere.
    node
        The node through which it goes, as a position among the nodes at hand.
    since
        From when on the node may work with each part; shape ``(A,)``.
    own
        The offer of what the node gives itself.
    dates
        When each part leaves by its lane, and arrives at the node; ``(A,)``.
    whole
        The shipments to the customer, once for each service and each moment at which
        the last part may be there; its ``dates`` say which. They are priced for all
        that the delivery holds, and stand at no limit but what a service accepts.
    """

    offers: Offers
    node: int
    since: IntArray
    own: int
    dates: Dates
    whole: Block

    @property
    def parts(self) -> Block:
        """The parts."""
        return self.offers.blocks[0]

    def usable(self, whole: int) -> BoolArray:
        """Tell what parts may be in a shipment of the whole; shape ``(G, A)``."""
        dates = self.whole.dates
        if dates is None:
            raise ValueError(whole)
        found: BoolArray = (self.parts.limit > 0) & (self.since <= dates.since[whole])
        return found & (self.whole.limit[:, [whole]] > 0)

    def least(self, whole: int, low: IntArray, high: IntArray) -> float:
        """
        Bound what a shipment of the whole costs that holds so many units of each line.

        It holds something: from what ``low`` says, ``(G,)``, to what ``high`` does.
        """
        sizes = high - low + 1
        if float(np.prod(sizes.astype(float))) > _MOST_BUNDLES:
            if not low.any():
                return 0.0
            return self.price(whole, low)
        grid = np.indices(sizes.tolist()).reshape(len(sizes), -1).T + low
        grid = grid[grid.any(axis=1)]
        if not len(grid):
            return 0.0
        at = np.full(len(grid), whole)
        return float(self.whole.price_at(grid.astype(float), at).min())

    def price(self, whole: int, units: IntArray) -> float:
        """Price a shipment of the whole that holds units of each line, ``(G,)``."""
        return float(
            self.whole.price_at(units[None].astype(float), np.array([whole]))[0]
        )


def is_bounded(whole: Block, quantity: IntArray) -> bool:
    """Tell whether it can be said what a shipment of some offers costs at least."""
    count = float(np.prod(quantity.astype(float) + 1))
    return count <= _MOST_BUNDLES or whole.never_falls(by_term=False)
