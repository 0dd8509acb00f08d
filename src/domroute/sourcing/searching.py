"""A search by the integer program as it stands: plan, proof, time, and who is asked."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from domroute.errors import SolverError
from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.sourcing.choice import IS_FORBIDDEN, Choice
from domroute.sourcing.comparing import ByGoal, is_better
from domroute.sourcing.formulation import formulate
from domroute.sourcing.improvement import improve
from domroute.sourcing.limits import Limits
from domroute.sourcing.offers import OfferTable
from domroute.sourcing.preferring import prefer
from domroute.sourcing.proof import Proof
from domroute.sourcing.solution import Solution, Solver
from domroute.sourcing.variables import Formulation
from domroute.tuning import Tuning
from domroute.units import FloatArray, IntArray

WHOLE: Final = "whole"
"""The stage after which there is nothing to ask."""


@dataclass(slots=True, eq=False)
class Search:
    """
    The best plan and bound so far, and the time that is left.

    No stage knows the time limit, which only cuts the last one short: a longer limit
    goes the same way farther, and keeps what was found on it.

    Attributes
    ----------
    offers, policy, arrays, table, limits
        The order, what it is held to, the network, and the offers.
    time_limit_s, started
        Its seconds, and when it began, by ``time.perf_counter``.
    proof
        Of cost, in all.
    taken, by_goal
        The best plan, steps by atom and offer, ``(J, A)``, and what it comes to.
    nodes
        Of all trees searched.
    proves_goals
        Whether what comes before cost, if anything does, is proven.
    """

    offers: Offers
    policy: Policy
    arrays: NetworkArrays
    table: OfferTable
    limits: Limits
    time_limit_s: float
    started: float
    proof: Proof = field(default_factory=Proof)
    taken: IntArray | None = None
    by_goal: ByGoal | None = None
    nodes: int = 0
    proves_goals: bool = field(init=False)
    _ended: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start with nothing proven: the time may be over before anything is asked."""
        self.proves_goals = not self.limits.has_goals

    @property
    def tuning(self) -> Tuning:
        """The tuned numbers of all methods."""
        return self.policy.solve.tuning

    def formulate(self) -> Formulation:
        """Build the program of the order."""
        return formulate(self.offers, self.table, self.policy, self.arrays)

    def in_rounds(self, solve: Callable[[float], object]) -> None:
        """Solve with more and more seconds, until all has ended or time is over."""
        tuned = self.tuning.program
        seconds = tuned.first_s
        longest = tuned.growth**2 * max(self.time_limit_s, tuned.first_s)
        while self.goes_on and seconds < longest:
            solve(seconds)
            seconds *= tuned.growth

    @property
    def goes_on(self) -> bool:
        """Whether there is something to ask, someone to be asked, and time."""
        is_over = self.has_ended(WHOLE) or len(self.proof.caught) == len(Solver)
        if not self.limits.has_goals:
            is_over |= self.is_proven
        return not is_over and not self.proof.is_impossible and self.left() > 0

    @property
    def is_proven(self) -> bool:
        """Whether the plan in hand is the cheapest, within the gap asked for."""
        return self.proof.proves(self.policy.solve.gap)

    def has_ended(self, stage: str) -> bool:
        """Tell whether a stage would find the same again: nobody was caught since."""
        return self._ended.get(stage) == len(self.proof.caught)

    def end(self, stage: str) -> None:
        """Take note that a stage has ended by itself."""
        self._ended[stage] = len(self.proof.caught)

    def left(self, seconds: float = math.inf) -> float:
        """Return the seconds of a stage that are left within the limit."""
        spent = time.perf_counter() - self.started
        return max(0.0, min(seconds, self.time_limit_s - spent))

    def offer(self, taken: IntArray) -> None:
        """Improve a plan, while time is left, and keep it if it is the best so far."""
        if not self.limits.holds(taken):
            return
        by_goal = self.limits.by_goal(taken)
        if self.limits.cost_of(by_goal) >= IS_FORBIDDEN:
            return
        tuning = self.tuning
        taken, by_goal = improve(
            self.table,
            self.limits,
            taken,
            by_goal,
            time_limit_s=self.left(tuning.program.improvement_s),
            tuned=tuning.improvement,
        )
        if self.by_goal is None or is_better(by_goal, self.by_goal):
            self.taken, self.by_goal = taken, by_goal
        if self.limits.has_goals:
            # A cheaper plan may come to more by what goes before cost: of no matter.
            self.proof.cost = self.limits.cost_of(self.by_goal)
        else:
            self.proof.plan(self.limits.cost_of(by_goal))

    def solve(
        self, made: Formulation, seconds: float, divisible: IntArray | None = None
    ) -> None:
        """Solve the whole program, take its plan and its bound."""
        solution = self.ask(made, seconds, divisible=divisible)
        if solution is None:
            return
        values = solution.values
        if values is not None and divisible is not None:
            values = vertex(made, values)
        if values is not None:
            self.offer(made.steps_taken(values))
        if solution.has_ended:
            self.end(WHOLE)

    def ask(
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
        ends = time.perf_counter() + self.left(seconds)
        solution = (self.proof if proof is None else proof).ask(
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

    def conclude(self) -> Choice:
        """
        Say what was found.

        Raises
        ------
        SolverError
            If nothing was, and a solver has failed.
        """
        bound = self.proof.bound
        if self.taken is None:
            if self.proof.failure is not None and not self.proof.is_impossible:
                raise self.proof.failure
            return Choice(None, bound, "mip", self.nodes)
        takes = self.table.takes(prefer(self.table, self.limits, self.taken))
        proves = self.proves_goals
        return Choice(takes, bound, "mip", self.nodes, proves_goals=proves)


def vertex(made: Formulation, values: FloatArray) -> FloatArray | None:
    """Make units whole that are flows; None where simplex cannot."""
    try:
        return made.model.solve_vertex(values, made.takes)
    except SolverError:
        return None
