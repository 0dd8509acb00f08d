r"""
The program with its takes projected out, for lines that meet only at the nodes.

Once it is settled which offers ship, :math:`y`, each atom is filled by itself, cheapest
offer first. Its cost :math:`\theta_j(y)` is convex, and by duality, for every price
:math:`\lambda` up to the penalty of the atom,

.. math:: \theta_j \ge \lambda q_j - \sum_a \max(0, \lambda - c_{ja}) \, u_{ja} y_a,

with equality at :math:`y` for the cost of the last step filled there. The program in
:math:`y` and :math:`\theta` alone has hundreds of columns where the whole has
thousands, and is solved with more of these cuts until they agree [1]_. There are as
many cuts as pairs of an atom and an offer; those at good choices of ships decide.

References
----------
.. [1] Fischetti, M., Ljubic, I. and Sinnl, M. (2017). Redesigning Benders decomposition
   for large-scale facility location. *Management Science* 63(7).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np

from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.choice import IS_FORBIDDEN
from domroute.sourcing.filling import Filling
from domroute.sourcing.halves import solve_halves
from domroute.sourcing.offers import OfferTable
from domroute.sourcing.proof import Proof
from domroute.sourcing.solution import Solution, Solver
from domroute.sourcing.swaps import search_swaps
from domroute.split import SplitLimits
from domroute.tuning import CutsTuning
from domroute.units import FloatArray, IntArray


def is_separable(
    offers: Offers, table: OfferTable, policy: Policy, *, is_network: bool
) -> bool:
    """Tell whether nothing but the nodes used ties the lines of an order together."""
    return (
        is_network
        and offers.is_free
        and policy.splits == SplitLimits()  # several services of a node, among others
        and offers.eligibility.capacity is None
        and offers.days is None
        and not offers.eligibility.safeties
        and not offers.problem.shares_skus
        and not table.per_atom.any()
        # A shipment that a term pays for must hold something: its lines are tied.
        and bool((table.per_shipment >= 0).all())
        and table.is_linear
        and not offers.competes
        and all(g.delivery.radius_km is None for g in offers.problem.groups)
        and bool((table.penalty < IS_FORBIDDEN).all())
    )


def solve_projected(
    table: OfferTable,
    *,
    time_limit_s: float,
    gap: float,
    found: Callable[[IntArray], object],
    proof: Proof,
    tuned: CutsTuning,
) -> None:
    """
    Search for the offers that ship, and prove what any plan costs at least.

    Parameters
    ----------
    table
        The offers of an order that :func:`is_separable`.
    time_limit_s
        Seconds.
    gap
        Relative gap within which the search may end.
    found
        Told every plan, steps by atom and offer, ``(J, A)``.
    proof
        Told the bounds.
    tuned
        How many cuts, and where.
    """
    deadline = time.perf_counter() + time_limit_s
    program = _Program(table)
    relaxed = _relax(program, deadline, proof, tuned)
    if relaxed is None:
        return
    start = np.rint(relaxed[program.ships])
    coarse = max(gap, tuned.coarse_gap)
    while time.perf_counter() < deadline:
        near, _ = search_swaps(program.filling, start, keep=tuned.kept)
        found(program.filling.fill(near[0]))
        for ships in near:
            program.add_cuts(ships)
        solution = proof.ask(partial(_ask, program, deadline, coarse, relaxed))
        if solution is None or solution.values is None:
            break
        start = np.rint(solution.values[program.ships])
        found(program.filling.fill(start))
        if proof.proves(gap):
            break
        if not program.add_cuts(start, solution.values) and coarse <= gap:
            break
        coarse = gap


def _ask(
    program: _Program,
    deadline: float,
    gap: float,
    relaxed: FloatArray,
    solver: Solver,
) -> Solution:
    return solve_halves(
        program.model,
        program.ships,
        time_limit_s=deadline - time.perf_counter(),
        gap=gap,
        relaxed=relaxed,
        solver=solver,
    )


def _relax(
    program: _Program, deadline: float, proof: Proof, tuned: CutsTuning
) -> FloatArray | None:
    """Add cuts until ships that need not be whole are priced right."""
    count = len(program.ships)
    program.add_cuts(np.ones(count))
    inside, values = np.full(count, 0.5), None
    toward = tuned.toward
    for _ in range(tuned.rounds):
        solution = proof.find(partial(program.solve_divisible, deadline))
        values = None if solution is None else solution.values
        if values is None:
            return None
        ships = values[program.ships]
        inside = (inside + ships) / 2
        between = toward * ships + (1 - toward) * inside
        if not program.add_cuts(between, values) and not program.add_cuts(
            ships, values
        ):
            break
    return values


class _Program:
    """Ships and a cost per atom, and the cuts between them."""

    def __init__(self, table: OfferTable) -> None:
        self.filling = Filling(table)
        self.model = ArrayModel()
        count = len(table.node)
        self.ships = self.model.add_columns(count, upper=1, cost=table.per_shipment)
        idle = table.steps * table.penalty
        # Below zero where a term pays for units: no atom costs less than all its steps
        # where they are cheapest.
        cheapest = table.per_step.min(axis=1, initial=0.0, where=table.limit > 0)
        self._costs = self.model.add_columns(
            len(table.steps),
            lower=table.steps * np.minimum(cheapest, table.penalty),
            upper=np.maximum(idle, 1.0) * 2,
            cost=1.0,
            whole=False,
        )
        self._is_cut = np.zeros((len(table.steps), count + 1), bool)

    def solve_divisible(self, deadline: float, solver: Solver) -> Solution:
        """Solve with ships that need not be whole."""
        return self.model.solve(
            time_limit_s=deadline - time.perf_counter(),
            gap=0.0,
            divisible=np.arange(self.model.columns),
            solver=solver,
        )

    def add_cuts(self, ships: FloatArray, values: FloatArray | None = None) -> int:
        """Cut at some ships, those only that cut a solution off; return how many."""
        last = self.filling.last(ships)
        level, slope = self.filling.cut(self.filling.price(last))
        atoms = np.arange(len(last))
        is_new = ~self._is_cut[atoms, last]
        if values is not None:
            least = level - slope @ values[self.ships]
            said = values[self._costs]
            is_new &= least > said + 1e-6 * np.maximum(1.0, np.abs(said))
        atoms = np.flatnonzero(is_new)
        self._is_cut[atoms, last[atoms]] = True
        rows = self.model.add_rows(len(atoms), lower=level[atoms])
        self.model.add_entries(rows, self._costs[atoms], 1.0)
        at, offer = np.nonzero(slope[atoms])
        self.model.add_entries(rows[at], self.ships[offer], slope[atoms][at, offer])
        return len(atoms)
