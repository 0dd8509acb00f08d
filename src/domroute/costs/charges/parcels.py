"""Parcels by rate cards: stepwise in weight and volume, as few as will do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from domroute.costs.charges import cards as by_cards
from domroute.costs.charges.charge import Below, Charge
from domroute.costs.charges.curve import Unquoted
from domroute.costs.charges.kinds import Kinds
from domroute.costs.charges.program import Program, Takes
from domroute.costs.charges.stairs import Measured, climb
from domroute.costs.charges.tariffs import Cards, Tariff
from domroute.records import record
from domroute.units import BoolArray, FloatArray, IntArray

_SAFE = 1e-9
"""Of weights: more than their sums round."""


@record
class Parcels(Charge):
    """
    Charged by the cards of services.

    Attributes
    ----------
    cards
        The cards, and the row of them that each offer is charged by.
    weight_kg, volume_cm3
        Of a unit of each line; shape ``(G,)``.
    """

    cards: Cards
    weight_kg: FloatArray
    volume_cm3: FloatArray

    @property
    def climbs(self) -> bool:
        """Whether it stands on steps in the program: it does."""
        return True

    @property
    def is_by_zone(self) -> bool:
        """Whether offers of a service differ by their zones alone."""
        return self.cards.by_zone is not None

    @property
    def never_falls(self) -> bool:
        """Whether a shipment never costs less when more is put in: rates rise."""
        return True

    def price(self, units: FloatArray) -> FloatArray:
        """Price shipments by every offer; shape ``(B, A)``."""
        weight, volume = units @ self.weight_kg, units @ self.volume_cm3
        return by_cards.price(self.cards, weight, volume)

    def price_at(self, units: FloatArray, offers: IntArray) -> FloatArray:
        """Price shipments, each by its own offer; shape ``(B,)``."""
        weight, volume = units @ self.weight_kg, units @ self.volume_cm3
        return by_cards.price_at(self.cards, weight, volume, offers)

    def price_one(self, units: IntArray, offer: int) -> float:
        """Price one shipment by one offer."""
        return self.price_by(units, (offer,))[0]

    def price_by(self, units: IntArray, offers: Sequence[int]) -> list[float]:
        """Price one shipment by each of some offers."""
        weight, volume = float(units @ self.weight_kg), float(units @ self.volume_cm3)
        price_one, cards = by_cards.price_one, self.cards
        return [price_one(cards, offer, weight, volume) for offer in offers]

    def below(self, most: FloatArray | None = None, slope: float = 1.0) -> Below | None:
        """Draw a line below the steps of each offer, by weight."""
        cards = self.cards
        if slope == 0.0:
            start = cards.rates[cards.row].min(axis=1)
            return Below(start, np.zeros(len(start)), self.weight_kg)
        if most is None:
            start, rise = cards.start[cards.row], cards.rise[cards.row]
            return Below(start, rise, self.weight_kg)
        heaviest = float(most @ self.weight_kg) * (1 + _SAFE)
        start, rise = np.zeros(len(cards.row)), np.zeros(len(cards.row))
        for offers, tariff in by_cards.tariffs_in(cards):
            drawn = by_cards.line_up_to(tariff, heaviest, slope)
            start[offers], rise[offers] = (each[tariff.zone] for each in drawn)
        return Below(start, rise, self.weight_kg)

    def write(self, program: Program, takes: Takes) -> IntArray:
        """Let each used offer climb its tariff until it holds what it takes."""
        climbed = [
            self._climb(program, takes.only(offers), tariff)
            for offers, tariff in by_cards.tariffs_in(self.cards)
        ]
        return np.concatenate(climbed) if climbed else np.empty(0, np.int64)

    def _climb(self, program: Program, takes: Takes, tariff: Tariff) -> IntArray:
        weight = Measured(
            takes.size_of(self.weight_kg), tariff.caps_kg, tariff.parcel_kg
        )
        measures: tuple[Measured, ...] = (weight,)
        if np.isfinite(tariff.parcel_cm3):
            volume = takes.size_of(self.volume_cm3)
            measures += (Measured(volume, tariff.caps_cm3, tariff.parcel_cm3),)
        return climb(program, takes, tariff.rates[tariff.zone], measures)

    def only(self, offers: IntArray) -> Parcels:
        """Keep some of the offers."""
        return replace(self, cards=replace(self.cards, row=self.cards.row[offers]))

    def beside_shipments(self, quoted: BoolArray, *, whole: bool) -> Parcels:
        """Charge nothing where a shipment is quoted."""
        return replace(self, cards=by_cards.with_free(self.cards, quoted))

    def beside_units(self, quoted: BoolArray, *, whole: bool) -> Charge:
        """Weigh what is not quoted, where quotes replace all of it."""
        return Unquoted(self, quoted) if whole else self

    def least_by_zone(
        self,
        units: FloatArray,
        firsts: Sequence[int],
        zone: IntArray,
        zones: int,
        kinds: Kinds | None = None,
    ) -> tuple[FloatArray, FloatArray | None] | None:
        """Price shipments by the cheapest of some services in each zone."""
        cards, pair = self.cards, self.cards.by_zone
        if pair is None:
            return None
        rows = [int(cards.row[first] - zone[first]) for first in firsts]
        weight, volume = units @ self.weight_kg, units @ self.volume_cm3
        least = by_cards.least_by_zone(cards, rows, zones, (weight, volume), kinds)
        if zones > len(pair.start):
            return least, None
        start, rise = pair.start[:zones], pair.rise[:zones]
        if kinds is not None:
            start, rise = by_cards.pair_of(cards, rows, kinds)
        return least, weight[:, None] * rise + start
