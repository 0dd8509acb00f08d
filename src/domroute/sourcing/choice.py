"""What a method decides: units of each line by offer, and what it proved."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from domroute.offers.blocks import Block
from domroute.offers.priced import Offers
from domroute.records import record
from domroute.units import IntArray

FORBIDDEN: Final = 1e30
"""The price of what may not be: finite, so that products with zero stay numbers."""
IS_FORBIDDEN: Final = 1e28
"""Anything from here on contains something that may not be."""


@record
class Take:
    """
    Units that one offer takes.

    Attributes
    ----------
    block, offer
        The offers of a delivery, and which of them.
    units
        By line of the block; shape ``(G,)``.
    is_cheapest
        Whether every other offer, of any node, is known to cost more for so much.
    """

    block: Block
    offer: int
    units: IntArray
    is_cheapest: bool = False

    @property
    def node(self) -> int:
        """Position of the node in ``problem.nodes``."""
        return int(self.block.nodes[self.offer])


@record
class Choice:
    """
    Takes, and the least that any plan can cost.

    ``takes`` None means that no plan was found: proven so when ``bound`` is infinite.
    ``proves_goals`` tells whether what comes before cost, if anything does, is proven:
    without it, no bound on cost makes a plan the best.
    """

    takes: tuple[Take, ...] | None
    bound: float
    method: str
    states: int = 0
    proves_goals: bool = True

    def as_proven(self, offers: Offers) -> Choice:
        """Leave out a plan that is not proven to drain a ladder that is to be."""
        if self.proves_goals or offers.drain is None:
            return self
        return replace(self, takes=None)

    def filled(self, offers: Offers) -> IntArray:
        """Count the units of each line of the order that are filled; ``(A,)``."""
        units = np.zeros(len(offers.problem.lines), np.int64)
        for take in self.takes or ():
            units[take.block.lines] += take.units
        return offers.problem.filled(units)

    def fills_all(self, offers: Offers) -> bool:
        """Tell whether nothing of the order is left."""
        is_filled = self.filled(offers) >= offers.problem.wanted
        return self.takes is not None and bool(np.logical_and.reduce(is_filled))
