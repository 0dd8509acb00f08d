"""The integer program asked and read: for orders whose parts are too many to list."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from domroute.errors import SolverError
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.sourcing.candidates import Candidates
from domroute.sourcing.choice import IS_FORBIDDEN, Choice
from domroute.sourcing.formulation import Formulation, formulate
from domroute.sourcing.goals import cost_besides, first_goals
from domroute.sourcing.greedy import IMPROVEMENT_SHARE, construct, simple_bound
from domroute.sourcing.halves import solve_halves
from domroute.sourcing.improvement import improve
from domroute.sourcing.limits import Limits, limits_of
from domroute.sourcing.offers import OfferTable, tabulate
from domroute.sourcing.projected import is_separable, solve_projected
from domroute.sourcing.proof import Proof
from domroute.sourcing.solution import Solution
from domroute.sourcing.standing import Standing, is_better
from domroute.split.atoms import Atoms
from domroute.units import BoolArray, FloatArray, IntArray

TOLERANCE: Final = 1e-7
"""Slack added when one objective is held while the next is optimized."""
_WHOLE, _PARCELS, _HELD = 0.4, 0.85, 0.14
"""Shares of the time that stages may take."""
_COARSE: Final = 1e-3
"""Gap within which it is settled which offers ship."""
_STRIDE: Final = 8
"""Of lines whose units are whole already, each eighth is solved again with the rest."""
_LARGE: Final = 800
"""Pairs of an atom and an offer from which the whole program is seldom proven."""


def solve_mip(
    candidates: Candidates,
    policy: Policy,
    atoms: Atoms,
    arrays: NetworkArrays,
    *,
    time_limit_s: float,
) -> Choice:
    """
    Find the best plan of one order by branch and bound, within a time limit.

    A greedy start; then the whole program, which is all there is to do where no tariff
    has weight steps. Where one has, and the program is large or not proven in its share
    of the time: the program with divisible units and steps, to choose nodes and for a
    bound; a plan over those nodes; the program with divisible units only, whose bound
    is higher; and the whole again. Each plan found is improved, and the best is kept.

    Parameters
    ----------
    candidates, policy, atoms, arrays
        The order, its limits, its parts, and the network.
    time_limit_s
        Seconds for all stages together.

    Notes
    -----
    A term's ``curve`` cannot be written as rows: it is left out of the program, which
    keeps the bound valid, as curves are not negative, and priced when plans are
    compared.
    """
    table = tabulate(candidates, atoms)
    search = _Search(
        candidates=candidates,
        policy=policy,
        arrays=arrays,
        table=table,
        limits=limits_of(candidates, table, policy, arrays),
        started=time.perf_counter(),
        time_limit_s=time_limit_s,
    )
    return search.run()


@dataclass(slots=True, eq=False)
class _Search:
    """The best plan and bound so far, and the stages that better them."""

    candidates: Candidates
    policy: Policy
    arrays: NetworkArrays
    table: OfferTable
    limits: Limits
    started: float
    time_limit_s: float
    proof: Proof = field(default_factory=Proof)
    """Of cost, in all."""
    taken: IntArray | None = None
    standing: Standing | None = None
    chosen: BoolArray | None = None
    """The offers that ship where units are divisible, or in the best plan."""
    divided: FloatArray | None = None
    """The units these take there, some of them divided; shape ``(J, A)``."""
    nodes: int = 0
    proves_goals: bool = True
    """Whether what comes before cost, if anything does, is proven."""

    def run(self) -> Choice:
        """Go through the stages until the plan is proven or the time is over."""
        self.proof.say(simple_bound(self.table))
        start = construct(self.table, self.limits)
        if start is not None:
            self._offer(start, IMPROVEMENT_SHARE * self.time_limit_s)
        made = formulate(self.candidates, self.table, self.policy, self.arrays)
        if self.limits.has_goals:
            self._hold_first_goals(made)
        if not self.proof.is_impossible:
            self._solve_whole(made)
        if self.taken is None:
            if self.proof.failure is not None and not self.proof.is_impossible:
                raise self.proof.failure
            return Choice(None, self.proof.bound, "mip", self.nodes)
        return Choice(
            self.table.takes(self.taken),
            self.proof.bound,
            "mip",
            self.nodes,
            proves_goals=self.proves_goals,
        )

    def _solve_whole(self, made: Formulation) -> None:
        if self.limits.has_goals:
            self._solve_last_goal(made)
            return
        if made.is_network:
            self._solve_network(made)
            return
        if not self.table.has_tariffs:
            self._solve(made, self._left(1.0))
            return
        if len(made.takes) < _LARGE:
            self._solve(made, self._left(_WHOLE))
        if not self._is_proven:
            seconds = self._left(1.0)
            self._solve_parcels(made, _PARCELS * seconds)
            self._solve_held(min(_HELD * seconds, self._left(1.0)))
        if not self._is_proven:
            self._solve_divisible(made, _PARCELS * self._left(1.0))
            self._solve(made, self._left(1.0))

    def _solve_network(self, made: Formulation) -> None:
        """Solve where takes are flows; without them where the order is large."""
        is_large = len(made.takes) >= _LARGE
        if is_large and is_separable(
            self.candidates, self.table, self.policy, is_network=made.is_network
        ):
            solve_projected(
                self.table,
                time_limit_s=self._left(1.0),
                gap=self.policy.solve.gap,
                found=lambda taken: self._offer(taken, 0.02 * self.time_limit_s),
                proof=self.proof,
            )
            return
        self._solve(made, self._left(1.0), divisible=made.takes)

    @property
    def _is_proven(self) -> bool:
        return self.proof.proves(self.policy.solve.gap)

    def _left(self, share: float) -> float:
        """Return the seconds until a share of the time is over."""
        spent = time.perf_counter() - self.started
        return max(0.0, share * self.time_limit_s - spent)

    def _offer(self, taken: IntArray, improve_s: float) -> None:
        """Improve a plan, and keep it if it is the best so far."""
        if not self.limits.holds(taken):
            return
        standing = self.limits.standing(taken)
        if self.limits.cost_of(standing) >= IS_FORBIDDEN:
            return
        taken, standing = improve(
            self.table, self.limits, taken, standing, time_limit_s=improve_s
        )
        if self.standing is None or is_better(standing, self.standing):
            self.taken, self.standing = taken, standing
        if self.limits.has_goals:
            # A cheaper plan may come to more by what goes before cost: of no matter.
            self.proof.cost = self.limits.cost_of(self.standing)
        else:
            self.proof.plan(self.limits.cost_of(standing))

    def _solve(
        self, made: Formulation, seconds: float, divisible: IntArray | None = None
    ) -> None:
        """Solve the program, take its plan and its bound."""
        if seconds <= 0:
            return
        solution = self._ask(made, seconds, divisible=divisible)
        if solution is None:
            return
        values = solution.values
        if values is not None and divisible is not None:
            values = self._vertex(made, values)
        if values is not None:
            self._offer(made.steps_taken(values), 0.02 * self.time_limit_s)

    def _solve_parcels(self, made: Formulation, seconds: float) -> None:
        """Let units and the weight of a parcel be divisible, but not parcels."""
        divisible = np.append(made.takes, made.climbs)
        values = self._solve_relaxed(made, seconds, divisible, gap=_COARSE)
        if self.taken is not None:
            self.chosen = np.any(self.taken, axis=0)
        if values is not None and float(made.model.costs() @ values) < self.proof.cost:
            self.chosen = values[made.ships] > 0.5  # noqa: PLR2004 - yes, not no
            self.divided = np.zeros(self.table.limit.shape)
            self.divided[made.atom, made.offer] = values[made.takes]

    def _solve_divisible(self, made: Formulation, seconds: float) -> None:
        """Let units be divisible, but not the steps of tariffs."""
        gap = self.policy.solve.gap
        self._solve_relaxed(made, seconds, made.takes, gap=gap)

    def _solve_relaxed(
        self, made: Formulation, seconds: float, divisible: IntArray, gap: float
    ) -> FloatArray | None:
        """Solve a weaker program, whose bound rises faster than that of the whole."""
        if seconds <= 0:
            return None
        ends = time.perf_counter() + seconds
        solution = self.proof.ask(
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
        self.nodes += solution.nodes
        return solution.values

    def _solve_held(self, seconds: float) -> None:
        """
        Make a plan over the offers chosen with divisible units.

        Twice: from the units as they were divided there, and with steps of tariffs that
        are whole, which takes longer and fills them better.
        """
        if self.chosen is None or seconds <= 0:
            return
        ends = time.perf_counter() + seconds
        held = replace(self.table, limit=self.table.limit * self.chosen)
        made = formulate(self.candidates, held, self.policy, self.arrays)
        if self.divided is not None:
            values = np.zeros(made.model.columns)
            values[made.takes] = self.divided[made.atom, made.offer]
            self._mend(made, values, seconds / 3)
        half = (ends - time.perf_counter()) / 2
        found = self.proof.find(
            lambda solver: made.model.solve(
                time_limit_s=half, gap=_COARSE, divisible=made.takes, solver=solver
            )
        )
        if found is None or found.values is None:
            return
        relaxed = self._vertex(made, found.values)
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
        is_open = np.arange(len(made.table.steps)) % _STRIDE == 0
        is_open[made.atom[is_divided]] = True
        settled = ~is_open[made.atom]
        solution = self.proof.find(
            lambda solver: made.model.solve(
                time_limit_s=seconds,
                gap=TOLERANCE,
                held=(made.takes[settled], np.rint(takes[settled])),
                solver=solver,
            )
        )
        if solution is not None and solution.values is not None:
            self._offer(made.steps_taken(solution.values), 0.05 * self.time_limit_s)

    def _hold_first_goals(self, made: Formulation) -> None:
        """Settle what comes before cost, goal by goal, and hold each as a row."""
        goals = first_goals(
            made, self.candidates, puts_fewest_first=self.limits.puts_fewest_first
        )
        for place, goal in enumerate(goals):
            proof = self._beside(place)
            solution = self._ask(
                made, self._left(0.9), gap=0.0, cost=goal.weights, proof=proof
            )
            if solution is not None and solution.values is not None:
                self._offer(made.steps_taken(solution.values), 0.02 * self.time_limit_s)
            if self.standing is None:
                if proof.is_impossible:
                    self.proof.say(math.inf)
                self.proves_goals = False
                return
            value = self.standing[place]
            proof.plan(value)
            self.proves_goals &= goal.proves(value, proof.bound)
            goal.hold(made.model, value)

    def _solve_last_goal(self, made: Formulation) -> None:
        """Solve for cost where the goals before are held."""
        proof = self._beside(-1)
        puts_fewest = self.limits.puts_fewest_first
        cost = cost_besides(made) if puts_fewest else made.model.costs()
        solution = self._ask(made, self._left(1.0), cost=cost, proof=proof)
        if solution is not None and solution.values is not None:
            self._offer(made.steps_taken(solution.values), 0.02 * self.time_limit_s)
        if self.proves_goals and self.standing is not None:
            proof.plan(self.standing[-1])
            settled = self.standing[-3] if puts_fewest else 0.0
            self.proof.say(settled + proof.bound)

    def _beside(self, place: int) -> Proof:
        """Start a proof of one goal, beside that of the cost in all."""
        return self.proof.beside(
            math.inf if self.standing is None else self.standing[place]
        )

    def _ask(
        self,
        made: Formulation,
        seconds: float,
        *,
        gap: float | None = None,
        cost: FloatArray | None = None,
        divisible: IntArray | None = None,
        proof: Proof | None = None,
    ) -> Solution | None:
        """Ask for the whole program, and have the bound judged."""
        ends = time.perf_counter() + seconds
        proof = self.proof if proof is None else proof
        solution = proof.ask(
            lambda solver: made.model.solve(
                time_limit_s=ends - time.perf_counter(),
                gap=self.policy.solve.gap if gap is None else gap,
                cost=cost,
                divisible=divisible,
                solver=solver,
            )
        )
        if solution is not None:
            self.nodes += solution.nodes
        return solution

    def _vertex(self, made: Formulation, values: FloatArray) -> FloatArray | None:
        """Make units whole that are flows; None where simplex cannot."""
        try:
            return made.model.solve_vertex(values, made.takes)
        except SolverError:
            return None
