"""What could leave each node for an order, priced in whole numbers at our costs."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.baselines.pricing import Prices
from domroute import Order
from domroute.costs.parcel import parcel_service

SCALE: Final = 10_000
"""Integers per unit of currency: cents times the hundredths of a fuel percentage."""
_SLACK = 1 + 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """
    An order as arrays.

    Attributes
    ----------
    units, grams, cm3
        By line: units asked for, and the weight and volume of one; length ``L``.
    most
        Units of each line that each node could send; shape ``(L, N)``.
    zone
        The zone of the tariff that each node ships in; shape ``(N,)``.
    """

    units: list[int]
    grams: list[int]
    cm3: list[int]
    most: np.ndarray
    zone: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """
    Every content that a node could send of an order.

    Attributes
    ----------
    units
        Of each line in each content, none of them empty; shape ``(P, L)``.
    cost
        In whole ten-thousandths; shape ``(N, P)``.
    fits
        Whether a node has the units, and can do them; shape ``(N, P)``.
    """

    units: np.ndarray
    cost: np.ndarray
    fits: np.ndarray


class Contents:
    """
    Prices contents of a stream's orders; what does not change is read once.

    Handling and the bundled tariff, which are all the costs of our streams.

    Attributes
    ----------
    caps_g, caps_cm3
        The most weight and volume in each step of the tariff.
    rates
        Price by zone and step, fuel included.
    per_shipment, per_unit
        Handling by node; shape ``(N,)``.
    penalty
        Of a unit that is left.
    """

    def __init__(self, prices: Prices) -> None:
        self._prices = prices
        service = parcel_service()
        card, fuel = service.rate_card, service.surcharges[0].percent
        # rate x (1 + fuel): cents x (100 + percent) are whole ten-thousandths.
        self.rates = np.array(
            [
                [round(rate * 100) * round(100 + fuel) for rate in row]
                for row in card.rates
            ]
        )
        self._bands_km = np.array(service.zones.bands_km)
        self.caps_g = [math.floor(cap * 1000 * _SLACK) for cap in card.weights_kg]
        self.caps_cm3 = [
            math.floor(
                max(cap * service.dim_divisor_cm3_per_kg, service.dim_threshold_cm3)
                * _SLACK
            )
            for cap in card.weights_kg
        ]
        self.per_shipment = np.array(
            [round(node.cost.per_shipment * SCALE) for node in prices.nodes]
        )
        self.per_unit = np.array(
            [round(node.cost.per_unit * SCALE) for node in prices.nodes]
        )
        self._grams = {
            sku: round(item.weight_kg * 1000) for sku, item in prices.items.items()
        }
        self._cm3 = {sku: round(item.volume_cm3) for sku, item in prices.items.items()}
        self.penalty = round(prices.stream.policy.unfilled_penalty * SCALE)

    def read(self, order: Order) -> Wanted:
        """Look up what an order asks for, and who has it."""
        prices = self._prices
        wanted = [line.quantity for line in order.lines]
        return Wanted(
            units=wanted,
            grams=[self._grams[line.sku] for line in order.lines],
            cm3=[self._cm3[line.sku] for line in order.lines],
            most=np.minimum(prices.stock_of(order), np.array(wanted)[:, None]),
            zone=np.searchsorted(self._bands_km, prices.distances_km(order)),
        )

    def step_of(self, grams: int, cm3: int) -> int:
        """Find the step of the tariff that a weight and a volume are charged."""
        by_weight = np.searchsorted(self.caps_g, grams)
        return int(max(by_weight, np.searchsorted(self.caps_cm3, cm3)))

    def listed(self, order: Order) -> Listed:
        """Price every content of an order at every node."""
        wanted = self.read(order)
        units = np.array(
            list(itertools.product(*(range(most + 1) for most in wanted.units)))[1:]
        )
        step = np.maximum(
            np.searchsorted(self.caps_g, units @ np.array(wanted.grams)),
            np.searchsorted(self.caps_cm3, units @ np.array(wanted.cm3)),
        )
        count = units.sum(axis=1)
        cost = (
            self.rates[wanted.zone][:, step]
            + self.per_shipment[:, None]
            + self.per_unit[:, None] * count
        )
        fits = (units[None, :, :] <= wanted.most.T[:, None, :]).all(axis=2)
        fits &= count <= self._prices.room[:, None]
        return Listed(units, cost, fits)
