"""
One order as a CP-SAT model, built and solved per order as a user would.

Two formulations, both at exactly our costs in ten-thousandths of the currency:

* *steps*: ``units[l,n]`` and, for each node, at most one step of the tariff whose
  weight and volume limits hold what leaves. Steps no content can reach are left out.
* *bundles*: one variable per node and per content that could leave it, priced in one
  NumPy pass; at most one content per node. Small orders only.
"""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.baselines.pricing import Prices
from domroute import Order
from domroute.costs.parcel import parcel_service

Formulation = Literal["steps", "bundles"]
SCALE: Final = 10_000
"""Integers per unit of currency: cents times the hundredths of a fuel percentage."""
_SLACK = 1 + 1e-9


@dataclass(frozen=True, slots=True)
class Setting:
    """
    A formulation and how the solver is set.

    The relaxation of either formulation is strong, so one worker is told to use all of
    it (``linearization_level`` 2): left alone, it takes ten times as long. None for
    ``workers`` leaves every default, one worker per core and more.
    """

    formulation: Formulation = "bundles"
    workers: int | None = 1
    presolve: bool = True

    def __str__(self) -> str:
        threads = "default" if self.workers is None else f"{self.workers} worker"
        return (
            f"{self.formulation}, {threads}{'' if self.presolve else ', no presolve'}"
        )


SETTINGS: Final = tuple(
    Setting(formulation, workers, presolve)
    for formulation in ("steps", "bundles")
    for workers, presolve in ((1, True), (1, False), (None, True))
)
"""What is tried before a comparison, so that the best of them is compared with."""


def empty_models(count: int = 100) -> list[float]:
    """Time models of one variable (seconds): what CP-SAT takes to start and stop."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.cp_model_presolve = False
    took = []
    for _ in range(count):
        started = time.perf_counter()
        model = cp_model.CpModel()
        model.minimize(model.new_bool_var(""))
        solver.solve(model)
        took.append(time.perf_counter() - started)
    return took


class CpSat:
    """
    Models orders of one stream; what does not change from order to order is made once.

    Parameters
    ----------
    prices
        The stream's data.
    setting
        The formulation and how the solver is set.
    time_limit_s
        What it may take over one order.
    """

    def __init__(self, prices: Prices, setting: Setting, time_limit_s: float) -> None:
        self._prices = prices
        models = {"steps": self._steps, "bundles": self._bundles}
        self._model = models[setting.formulation]
        service = parcel_service()
        card, fuel = service.rate_card, service.surcharges[0].percent
        # rate x (1 + fuel): cents x (100 + percent) are whole ten-thousandths.
        self._rates = np.array(
            [
                [round(rate * 100) * round(100 + fuel) for rate in row]
                for row in card.rates
            ]
        )
        self._bands_km = np.array(service.zones.bands_km)
        self._caps_g = [math.floor(cap * 1000 * _SLACK) for cap in card.weights_kg]
        self._caps_cm3 = [
            math.floor(
                max(cap * service.dim_divisor_cm3_per_kg, service.dim_threshold_cm3)
                * _SLACK
            )
            for cap in card.weights_kg
        ]
        self._per_shipment = np.array(
            [round(node.cost.per_shipment * SCALE) for node in prices.nodes]
        )
        self._per_unit = np.array(
            [round(node.cost.per_unit * SCALE) for node in prices.nodes]
        )
        self._grams = {
            sku: round(item.weight_kg * 1000) for sku, item in prices.items.items()
        }
        self._cm3 = {sku: round(item.volume_cm3) for sku, item in prices.items.items()}
        self._penalty = round(prices.stream.policy.unfilled_penalty * SCALE)
        self._solver = cp_model.CpSolver()
        parameters = self._solver.parameters
        parameters.max_time_in_seconds = time_limit_s
        parameters.cp_model_presolve = setting.presolve
        if setting.workers is not None:
            parameters.num_workers = setting.workers
            parameters.linearization_level = 2

    def solve(self, order: Order) -> tuple[float, bool]:
        """Build an order's model and solve it: its cost, and whether that is proven."""
        status = self._solver.solve(self._model(order))
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return math.inf, False
        cost = round(self._solver.objective_value) / SCALE
        return cost, status == cp_model.OPTIMAL

    def _read(self, order: Order) -> tuple:
        prices = self._prices
        wanted = [line.quantity for line in order.lines]
        grams = [self._grams[line.sku] for line in order.lines]
        cm3 = [self._cm3[line.sku] for line in order.lines]
        most = np.minimum(prices.stock_of(order), np.array(wanted)[:, None])
        zone = np.searchsorted(self._bands_km, prices.distances_km(order))
        return wanted, grams, cm3, most, zone

    def _step_of(self, grams: int, cm3: int) -> int:
        by_weight = np.searchsorted(self._caps_g, grams)
        return int(max(by_weight, np.searchsorted(self._caps_cm3, cm3)))

    def _steps(self, order: Order) -> cp_model.CpModel:
        model = cp_model.CpModel()
        wanted, grams, cm3, most, zone = self._read(order)
        lightest = min(map(self._step_of, grams, cm3))
        given: list[list] = [[] for _ in wanted]
        terms, factors = [], []
        for n in np.flatnonzero(most.any(axis=0)).tolist():
            held = most[:, n].tolist()
            here = [at for at, units in enumerate(held) if units]
            heaviest = self._step_of(
                sum(grams[at] * held[at] for at in here),
                sum(cm3[at] * held[at] for at in here),
            )
            reach = range(lightest, heaviest + 1)
            steps = [model.new_bool_var("") for _ in reach]
            units = [model.new_int_var(0, held[at], "") for at in here]
            if len(steps) > 1:
                model.add_at_most_one(steps)
                for sizes, caps in ((grams, self._caps_g), (cm3, self._caps_cm3)):
                    model.add(
                        cp_model.LinearExpr.weighted_sum(
                            units, [sizes[at] for at in here]
                        )
                        <= cp_model.LinearExpr.weighted_sum(
                            steps, [caps[step] for step in reach]
                        )
                    )
            ships = cp_model.LinearExpr.sum(steps)
            for at, taken in zip(here, units, strict=True):
                model.add(taken <= held[at] * ships)
                given[at].append(taken)
            terms += [*units, *steps]
            factors += [int(self._per_unit[n])] * len(units)
            rates = self._rates[zone[n]]
            factors += [int(self._per_shipment[n] + rates[step]) for step in reach]
        for at, units in enumerate(wanted):
            left = model.new_int_var(0, units, "")
            model.add(cp_model.LinearExpr.sum([*given[at], left]) == units)
            terms.append(left)
            factors.append(self._penalty)
        model.minimize(cp_model.LinearExpr.weighted_sum(terms, factors))
        return model

    def _bundles(self, order: Order) -> cp_model.CpModel:
        model = cp_model.CpModel()
        wanted, grams, cm3, most, zone = self._read(order)
        bundles = np.array(
            list(itertools.product(*(range(units + 1) for units in wanted)))[1:]
        )
        weight, volume = bundles @ np.array(grams), bundles @ np.array(cm3)
        step = np.maximum(
            np.searchsorted(self._caps_g, weight),
            np.searchsorted(self._caps_cm3, volume),
        )
        cost = (
            self._rates[zone][:, step]
            + self._per_shipment[:, None]
            + self._per_unit[:, None] * bundles.sum(axis=1)
        )
        fits = (bundles[None, :, :] <= most.T[:, None, :]).all(axis=2)
        terms, factors = [], []
        given: list[list] = [[] for _ in wanted]
        amounts: list[list[int]] = [[] for _ in wanted]
        contents = [
            [(at, units) for at, units in enumerate(bundle) if units]
            for bundle in bundles.tolist()
        ]
        for n in range(len(fits)):
            which = np.flatnonzero(fits[n]).tolist()
            chosen = [model.new_bool_var("") for _ in which]
            if len(chosen) > 1:
                model.add_at_most_one(chosen)
            for b, used in zip(which, chosen, strict=True):
                for at, units in contents[b]:
                    given[at].append(used)
                    amounts[at].append(units)
            terms += chosen
            factors += cost[n, which].tolist()
        for at, units in enumerate(wanted):
            left = model.new_int_var(0, units, "")
            model.add(
                cp_model.LinearExpr.weighted_sum([*given[at], left], [*amounts[at], 1])
                == units
            )
            terms.append(left)
            factors.append(self._penalty)
        model.minimize(cp_model.LinearExpr.weighted_sum(terms, factors))
        return model
