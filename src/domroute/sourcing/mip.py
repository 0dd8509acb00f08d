"""The integer program asked and read: for orders whose parts are too many to list."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.sourcing.choice import Choice
from domroute.sourcing.formulation import formulate
from domroute.sourcing.goals import Goals
from domroute.sourcing.greedy import construct, simple_bound
from domroute.sourcing.halves import solve_halves
from domroute.sourcing.limits import limits_of
from domroute.sourcing.linebound import line_bound
from domroute.sourcing.offers import tabulate
from domroute.sourcing.projected import is_separable, solve_projected
from domroute.sourcing.searching import Search, vertex
from domroute.sourcing.variables import Formulation
from domroute.split.atoms import Atoms
from domroute.units import BoolArray, FloatArray, IntArray

TOLERANCE: Final = 1e-7
"""Slack added when one objective is held while the next is optimized."""
_PARCELS: Final = "parcels"
_DIVISIBLE: Final = "divisible"


def solve_mip(
    offers: Offers,
    policy: Policy,
    atoms: Atoms,
    arrays: NetworkArrays,
    *,
    time_limit_s: float,
) -> Choice:
    """
    Find the best plan of one order by branch and bound, within a time limit.

    A greedy start; then the whole program, which is all there is to do where no tariff
    has weight steps. Where one has, in rounds, each longer than the one before: the
    whole program, unless it is large; the program with divisible units and steps, to
    choose nodes and for a bound; a plan over those nodes; and where all that has ended,
    the program with divisible units only, whose bound is higher. Each plan found is
    improved, and the best is kept.

    Parameters
    ----------
    offers, policy, atoms, arrays
        The order, its limits, its parts, and the network.
    time_limit_s
        Seconds for all stages together.

    Notes
    -----
    A term's ``curve`` cannot be written as rows: it is left out of the program, which
    keeps the bound valid, as curves are not negative, and priced when plans are
    compared.
    """
    table = tabulate(offers, atoms)
    limits = limits_of(offers, table, policy, arrays)
    started = time.perf_counter()
    search = Search(offers, policy, arrays, table, limits, time_limit_s, started)
    tuning = search.tuning
    search.proof.say(max(simple_bound(table), line_bound(table, tuning.bound)))
    start = construct(table, limits, tuning.greedy)
    if start is not None:
        search.offer(start)
    made = search.formulate()
    if limits.has_goals:
        search.in_rounds(Goals(search).solve)
    elif made.is_network:
        _solve_network(search, made)
    elif not table.has_steps:
        search.solve(made, math.inf)
    else:
        search.in_rounds(_Stages(search, made).solve)
    return search.conclude()


def _solve_network(search: Search, made: Formulation) -> None:
    """Solve where takes are flows; without them where the order is large."""
    is_large = len(made.takes) >= search.tuning.program.large
    if is_large and is_separable(
        search.offers, search.table, search.policy, is_network=made.is_network
    ):
        solve_projected(
            search.table,
            time_limit_s=search.left(),
            gap=search.policy.solve.gap,
            found=search.offer,
            proof=search.proof,
            tuned=search.tuning.cuts,
        )
        return
    search.solve(made, math.inf, divisible=made.takes)


@dataclass(slots=True, eq=False)
class _Stages:
    """The stages of an order with weight steps."""

    search: Search
    made: Formulation
    chosen: BoolArray | None = None
    """The offers that ship where units are divisible, or in the best plan."""
    divided: FloatArray | None = None
    """The units these take there, some of them divided; shape ``(J, A)``."""

    def solve(self, seconds: float) -> None:
        """Go through the stages once."""
        search = self.search
        tuned = search.tuning.program
        if len(self.made.takes) < tuned.large or search.has_ended(_DIVISIBLE):
            search.solve(self.made, tuned.whole_share * seconds)
            seconds -= tuned.whole_share * seconds
        if not search.goes_on:
            return
        if not search.has_ended(_PARCELS):
            self._solve_parcels(tuned.relaxed_share * seconds)
            self._solve_held(tuned.held_share * seconds)
        elif not search.has_ended(_DIVISIBLE):
            self._solve_divisible(tuned.relaxed_share * seconds)

    def _solve_parcels(self, seconds: float) -> None:
        """Let units and the weight of a parcel be divisible, but not parcels."""
        made, search = self.made, self.search
        divisible = np.append(made.takes, made.climbs)
        gap = search.tuning.program.coarse_gap
        values = self._solve_relaxed(_PARCELS, seconds, divisible, gap=gap)
        if search.taken is not None:
            self.chosen = np.any(search.taken, axis=0)
        if (
            values is not None
            and float(made.model.costs() @ values) < search.proof.cost
        ):
            self.chosen = values[made.ships] > 0.5  # noqa: PLR2004 - yes, not no
            self.divided = np.zeros(search.table.limit.shape)
            self.divided[made.atom, made.offer] = values[made.takes]

    def _solve_divisible(self, seconds: float) -> None:
        """Let units be divisible, but not the steps of tariffs."""
        gap = self.search.policy.solve.gap
        self._solve_relaxed(_DIVISIBLE, seconds, self.made.takes, gap=gap)

    def _solve_relaxed(
        self, stage: str, seconds: float, divisible: IntArray, *, gap: float
    ) -> FloatArray | None:
        """Solve a weaker program, whose bound rises faster than that of the whole."""
        made, search = self.made, self.search
        ends = time.perf_counter() + search.left(seconds)
        solution = search.proof.ask(
            lambda solver: solve_halves(
                made.model,
                made.ships,
                time_limit_s=ends - time.perf_counter(),
                gap=gap,
                divisible=divisible,
                solver=solver,
            )
        )
        if solution is None:
            return None
        search.nodes += solution.nodes
        if solution.has_ended:
            search.end(stage)
        return solution.values

    def _solve_held(self, seconds: float) -> None:
        """
        Make a plan over the offers chosen with divisible units.

        Twice: from the units as they were divided there, and with steps of tariffs that
        are whole, which takes longer and fills them better.
        """
        search = self.search
        if self.chosen is None or not search.goes_on:
            return
        ends = time.perf_counter() + seconds
        held = replace(search.table, limit=search.table.limit * self.chosen)
        made = formulate(search.offers, held, search.policy, search.arrays)
        if self.divided is not None:
            values = np.zeros(made.model.columns)
            values[made.takes] = self.divided[made.atom, made.offer]
            self._mend(made, values, seconds / 3)
        half = (ends - time.perf_counter()) / 2
        found = search.proof.find(
            lambda solver: made.model.solve(
                time_limit_s=search.left(half),
                gap=search.tuning.program.coarse_gap,
                divisible=made.takes,
                solver=solver,
            )
        )
        if found is None or found.values is None:
            return
        relaxed = vertex(made, found.values)
        if relaxed is not None:
            self._mend(made, relaxed, ends - time.perf_counter())

    def _mend(self, made: Formulation, values: FloatArray, seconds: float) -> None:
        """
        Make units whole where a solution has divided them.

        Few are. The lines they are of are solved again as they are, and some others
        with them, to fill the weight steps.
        """
        takes = values[made.takes]
        is_divided = np.abs(takes - np.rint(takes)) > TOLERANCE
        search = self.search
        stride = search.tuning.program.stride
        is_open = np.arange(len(made.table.steps)) % stride == 0
        is_open[made.atom[is_divided]] = True
        settled = ~is_open[made.atom]
        solution = search.proof.find(
            lambda solver: made.model.solve(
                time_limit_s=search.left(seconds),
                gap=TOLERANCE,
                held=(made.takes[settled], np.rint(takes[settled])),
                solver=solver,
            )
        )
        if solution is not None and solution.values is not None:
            search.offer(made.steps_taken(solution.values))
