"""What a kind of charge is to those who use it: they never ask which kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple, Self

import numpy as np

from domroute.costs.charges.kinds import Kinds
from domroute.costs.charges.program import Program, Takes
from domroute.units import BoolArray, FloatArray, IntArray

_FEW: Final = 8
"""Shipments that are priced sooner than those among them that are alike are found."""


class Below(NamedTuple):
    """
    A line below what a charge asks of any shipment.

    Attributes
    ----------
    start
        What each offer asks however little is shipped; shape ``(A,)``.
    rise
        What it asks for each unit of the measure besides; shape ``(A,)``.
    measure
        What a unit of each line is worth of it; shape ``(G,)``.
    """

    start: FloatArray
    rise: FloatArray
    measure: FloatArray


class Charge(ABC):
    """
    What is charged for shipments of one delivery, by its offers.

    It is priced for many shipments or for one, bounded from below, and written into the
    integer program. Shapes: ``B`` shipments, ``G`` lines of the delivery, ``A`` offers.
    """

    __slots__ = ()

    is_subadditive: ClassVar[bool] = False
    """Whether two shipments never cost less than all they hold does in one."""

    @property
    def climbs(self) -> bool:
        """
        Whether it stands on steps in the program.

        Takes are flows of a network no more then, and how far up it stands is worth
        branching on.
        """
        return False

    @property
    def is_by_zone(self) -> bool:
        """Whether offers of a service differ by zones alone: ``least_by_zone``."""
        return False

    @property
    def never_falls(self) -> bool:
        """Whether a shipment never costs less, by any offer, when more is put in."""
        return False

    @abstractmethod
    def price(self, units: FloatArray) -> FloatArray:
        """Price shipments, ``(B, G)`` units, by every offer; shape ``(B, A)``."""

    def price_at(self, units: FloatArray, offers: IntArray) -> FloatArray:
        """Price shipments, ``(B, G)`` units, each by its own offer; shape ``(B,)``."""
        if len(units) <= _FEW:
            return self.price(units)[np.arange(len(units)), offers]
        alike, row = np.unique(units, axis=0, return_inverse=True)
        return self.price(alike)[row.ravel(), offers]

    def price_one(self, units: IntArray, offer: int) -> float:
        """Price one shipment, ``(G,)`` units, by one offer."""
        return float(self.price(units[None, :].astype(float))[0, offer])

    def price_by(self, units: IntArray, offers: Sequence[int]) -> list[float]:
        """Price one shipment, ``(G,)`` units, by each of some offers."""
        return [self.price_one(units, offer) for offer in offers]

    def below(self, most: FloatArray | None = None, slope: float = 1.0) -> Below | None:
        """
        Draw a line below it; None where it starts at zero and does not rise.

        Parameters
        ----------
        most
            Units of each line that there will ever be, ``(G,)``: the line may cross
            what is beyond.
        slope
            Of the steepest line there is, how steep this one should be, 0 to 1.
        """
        return None

    def write(self, program: Program, takes: Takes) -> IntArray:
        """
        Write it into the program; return the columns that say how far up it stands.

        What cannot be written is left out: a charge is not below zero, so that what the
        program proves holds with it.
        """
        return np.empty(0, np.int64)

    @abstractmethod
    def only(self, offers: IntArray) -> Self | Charge:
        """Keep some of the offers, by position."""

    @abstractmethod
    def beside_shipments(self, quoted: BoolArray, *, whole: bool) -> Charge:
        """
        Leave out what quotes for shipments replace.

        Parameters
        ----------
        quoted
            The offers by which a shipment is quoted; shape ``(A,)``.
        whole
            Whether a quote replaces all, or what comes once per shipment only.
        """

    @abstractmethod
    def beside_units(self, quoted: BoolArray, *, whole: bool) -> Charge:
        """Leave out what quotes for units, ``(G, A)``, replace; likewise."""

    def least_by_zone(
        self,
        units: FloatArray,
        firsts: Sequence[int],
        zone: IntArray,
        zones: int,
        kinds: Kinds | None = None,
    ) -> tuple[FloatArray, FloatArray | None] | None:
        """
        Price shipments by the cheapest of some services in each zone.

        None where offers of a service do not differ by zones alone.

        Parameters
        ----------
        units
            Shape ``(B, G)``.
        firsts
            An offer of each service.
        zone, zones
            Of each offer, ``(A,)``, and how many there are.
        kinds
            Of nodes, where not all services reach all of them.

        Returns
        -------
        tuple
            The least of each zone, or kind, ``(B, Y)``, and what two services at once
            ask for it at least; None where nobody knows.
        """
        return None
