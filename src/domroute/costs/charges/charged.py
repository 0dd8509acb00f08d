"""All that one term charges for a delivery."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from domroute.costs.charges.charge import Charge
from domroute.costs.charges.linear import Linear, summed
from domroute.units import IntArray


class Charged(NamedTuple):
    """
    The charges of one term, under its name.

    Examples
    --------
    >>> import numpy as np
    >>> Charged("gift", (Linear(np.array([2.0])),)).price_one(np.array([1]), 0)
    2.0
    """

    name: str
    charges: tuple[Charge, ...]

    @property
    def never_falls(self) -> bool:
        """Whether no shipment costs less when more is put in."""
        return all(charge.never_falls for charge in self.charges)

    def price_one(self, units: IntArray, offer: int) -> float:
        """Price one shipment, ``(G,)`` units, by one offer."""
        cost = 0.0
        for charge in self.charges:
            cost += charge.price_one(units, offer)
        return cost

    def only(self, offers: IntArray) -> Charged:
        """Keep some of the offers, by position."""
        return Charged(self.name, tuple([c.only(offers) for c in self.charges]))


def parted(charged: Iterable[Charged]) -> tuple[Linear, tuple[Charge, ...]]:
    """Add up what is linear in what terms charge, and list what is not."""
    linear: list[Linear] = []
    others: list[Charge] = []
    for term in charged:
        for charge in term.charges:
            if isinstance(charge, Linear):
                linear.append(charge)
            else:
                others.append(charge)
    return summed(linear), tuple(others)
