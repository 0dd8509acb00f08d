"""
One order as a CP-SAT model, built and solved per order as a user would.

Two formulations, both at exactly our costs in ten-thousandths of the currency:

* *steps*: ``units[l,n]`` and, for each node, at most one step of the tariff whose
  weight and volume limits hold what leaves. Steps no content can reach are left out.
* *bundles*: one variable per node and per content that could leave it, priced in one
  NumPy pass; at most one content per node. Small orders only.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.baselines.contents import SCALE, Contents
from benchmarks.baselines.pricing import Prices
from domroute import Order

Formulation = Literal["steps", "bundles"]


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
        models = {"steps": self._steps, "bundles": self._bundles}
        self._model = models[setting.formulation]
        self._contents = Contents(prices)
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

    def _steps(self, order: Order) -> cp_model.CpModel:
        model = cp_model.CpModel()
        made, wanted = self._contents, self._contents.read(order)
        grams, cm3 = wanted.grams, wanted.cm3
        lightest = min(map(made.step_of, grams, cm3))
        given: list[list] = [[] for _ in wanted.units]
        terms, factors = [], []
        for n in np.flatnonzero(wanted.most.any(axis=0)).tolist():
            held = wanted.most[:, n].tolist()
            here = [at for at, units in enumerate(held) if units]
            heaviest = made.step_of(
                sum(grams[at] * held[at] for at in here),
                sum(cm3[at] * held[at] for at in here),
            )
            reach = range(lightest, heaviest + 1)
            steps = [model.new_bool_var("") for _ in reach]
            units = [model.new_int_var(0, held[at], "") for at in here]
            if len(steps) > 1:
                model.add_at_most_one(steps)
                for sizes, caps in ((grams, made.caps_g), (cm3, made.caps_cm3)):
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
            factors += [int(made.per_unit[n])] * len(units)
            rates = made.rates[wanted.zone[n]]
            factors += [int(made.per_shipment[n] + rates[step]) for step in reach]
        for at, units in enumerate(wanted.units):
            left = model.new_int_var(0, units, "")
            model.add(cp_model.LinearExpr.sum([*given[at], left]) == units)
            terms.append(left)
            factors.append(made.penalty)
        model.minimize(cp_model.LinearExpr.weighted_sum(terms, factors))
        return model

    def _bundles(self, order: Order) -> cp_model.CpModel:
        model = cp_model.CpModel()
        listed = self._contents.listed(order)
        wanted = [line.quantity for line in order.lines]
        terms, factors = [], []
        given: list[list] = [[] for _ in wanted]
        amounts: list[list[int]] = [[] for _ in wanted]
        contents = [
            [(at, units) for at, units in enumerate(content) if units]
            for content in listed.units.tolist()
        ]
        for n in range(len(listed.fits)):
            which = np.flatnonzero(listed.fits[n]).tolist()
            chosen = [model.new_bool_var("") for _ in which]
            if len(chosen) > 1:
                model.add_at_most_one(chosen)
            for b, used in zip(which, chosen, strict=True):
                for at, units in contents[b]:
                    given[at].append(used)
                    amounts[at].append(units)
            terms += chosen
            factors += listed.cost[n, which].tolist()
        for at, units in enumerate(wanted):
            left = model.new_int_var(0, units, "")
            model.add(
                cp_model.LinearExpr.weighted_sum([*given[at], left], [*amounts[at], 1])
                == units
            )
            terms.append(left)
            factors.append(self._contents.penalty)
        model.minimize(cp_model.LinearExpr.weighted_sum(terms, factors))
        return model
