"""What is proven, by whom, and what a plan in hand contradicts: kept in one place."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from domroute.errors import SolverError
from domroute.sourcing.solution import Solution, Solver

OWN: Final = "the library"
"""Who says what rests on no solver."""
_TOLERANCE: Final = 1e-6
"""Part of a cost that the tolerances of solvers leave open."""
_ROUNDING: Final = 1e-9
"""Part of a cost by which sums of the same amounts may differ, and to spare."""


@dataclass(slots=True, eq=False)
class Proof:
    """
    The cost of the best plan in hand, and the best bound that stands beside it.

    Every stage tells its plans and bounds here. A bound above a plan in hand is a
    contradiction, whichever came first, and so are the word that there is no plan and
    values that are no solution: who said it is not believed again, and nothing else it
    said is kept. Where a solver has
    failed or is not believed the next one is asked; and so it is before one solver's
    word is taken that there is no plan.

    Attributes
    ----------
    cost
        Of the best plan in hand.
    caught
        Who is not believed, or does not answer.
    failure
        What a solver that failed said last.

    Examples
    --------
    >>> proof = Proof()
    >>> proof.say(80.0, Solver.HIGHS)
    >>> proof.plan(100.0)
    >>> proof.bound
    80.0
    """

    cost: float = math.inf
    caught: set[str] = field(default_factory=set)
    failure: SolverError | None = None
    _said: dict[str, float] = field(default_factory=dict)

    @property
    def bound(self) -> float:
        """What any plan costs at least; infinite if there is none."""
        return min(self.cost, max(self._said.values(), default=-math.inf))

    @property
    def is_impossible(self) -> bool:
        """Whether it is proven that there is no plan."""
        return self.bound == math.inf

    def proves(self, gap: float) -> bool:
        """Tell whether the plan in hand is the best within a relative gap."""
        if math.isinf(self.cost):
            return self.is_impossible
        return self.cost - self.bound <= gap * max(abs(self.cost), 1e-9)

    def plan(self, cost: float) -> None:
        """Take note of a plan, and drop what it contradicts."""
        self.cost = min(self.cost, cost)
        for by, bound in list(self._said.items()):
            self._stands(bound, by)

    def say(self, bound: float, by: str = OWN) -> None:
        """Take a bound, unless a plan in hand contradicts it."""
        if by not in self.caught and self._stands(bound, by):
            self._said[by] = max(bound, self._said.get(by, -math.inf))

    def ask(self, ask: Callable[[Solver], Solution]) -> Solution | None:
        """
        Ask about every plan, and take the bound.

        Parameters
        ----------
        ask
            Asks a solver, for what time there is left then.

        Returns
        -------
        Solution or None
            What stands; None if no solver that is believed has answered.
        """
        denied: tuple[Solver, Solution] | None = None
        for solver, solution in self._answers(ask):
            if not self._stands(solution.bound, solver):
                continue
            if denied is None:
                if not solution.is_impossible:
                    self.say(solution.bound, solver)
                    return solution
                denied = solver, solution
            elif solution.values is not None:
                self._catch(denied[0], "there is no plan", f"{solver} has one")
                self.say(solution.bound, solver)
                return solution
        if denied is None:
            return None
        self.say(math.inf, denied[0])
        return denied[1]

    def find(self, ask: Callable[[Solver], Solution]) -> Solution | None:
        """Ask where something is held: its cost at least is none of every plan."""
        return next((solution for _, solution in self._answers(ask)), None)

    def beside(self, cost: float) -> Proof:
        """Start a proof of another goal, from what the plan in hand comes to by it."""
        return Proof(cost, self.caught)

    def _answers(
        self, ask: Callable[[Solver], Solution]
    ) -> Iterator[tuple[Solver, Solution]]:
        for solver in Solver:
            if solver in self.caught:
                continue
            try:
                solution = ask(solver)
            except SolverError as failure:
                self.failure = failure
                self.caught.add(solver)
                continue
            if solution.fault:
                self._catch(solver, "this is a solution", solution.fault)
                continue
            yield solver, solution

    def _stands(self, bound: float, by: str) -> bool:
        if bound <= self.cost + _TOLERANCE * max(1.0, abs(self.cost)):
            return True
        self._catch(by, f"nothing costs less than {bound:g}", f"{self.cost:g} is known")
        return False

    def _catch(self, by: str, said: str, known: str) -> None:
        self.caught.add(by)
        self._said.pop(by, None)
        tell(f"{by} says that {said}, but {known}: what it says is left out")


def settled(bound: float, cost: float, slack: float = _ROUNDING) -> float:
    """
    Return a bound as it stands beside the cost of a plan, summed by others.

    What rounding has lifted above the cost comes down to it; what is above by more is a
    contradiction, and no bound at all.

    Parameters
    ----------
    bound, cost
        What any plan is said to cost at least, and what one costs.
    slack
        Part of the cost that is rounding.

    Examples
    --------
    >>> settled(0.1 + 0.2, 0.3)
    0.3
    """
    if bound <= cost + slack * max(1.0, abs(cost)):
        return min(bound, cost)
    tell(f"the bound {bound:g} is above a plan at {cost:g}: it is left out")
    return -math.inf


def tell(what: str) -> None:
    """Warn of a contradiction: something is wrong, and no result rests on it."""
    warnings.warn(f"{what}; please report it", RuntimeWarning, stacklevel=3)
