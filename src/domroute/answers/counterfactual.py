"""What each node would cost: alone, and as a part of the best plan that uses it."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from domroute.answers.assembly import assemble
from domroute.answers.causes import Lift, Question
from domroute.offers.candidates import Candidates
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.reasons import Reason
from domroute.sourcing.bundles import Bundles, price_bundles
from domroute.sourcing.choice import Choice, Take
from domroute.sourcing.kernel import decide
from domroute.sourcing.lattice import is_small, lattice_of
from domroute.sourcing.limits import limits_of
from domroute.sourcing.offers import OfferTable, tabulate
from domroute.sourcing.subset import (
    SUBSET,
    collected_in,
    has_several,
    is_seen,
    needs_two_counts,
    solve_parts,
    takes_of,
)
from domroute.sourcing.through import Through, adds_up
from domroute.sourcing.token import add_token
from domroute.sourcing.totals import Totals, total_costs
from domroute.split.atoms import Atoms, atoms_of
from domroute.units import IntArray


@dataclass(frozen=True, slots=True)
class With:
    """
    The best plan that uses a node, as far as it is known.

    Attributes
    ----------
    cost
        What it costs: the best found, infinite where there is none, None where none was
        found and it is not known whether there is one.
    bound
        What any plan with the node costs at least.
    left, shipments
        The penalty for what it leaves, and how often it ships; None without a plan, or
        where only its cost counts.
    """

    cost: float | None
    bound: float
    left: float | None = None
    shipments: int | None = None

    @property
    def is_proven(self) -> bool:
        """Whether no better plan uses the node."""
        return self.cost is not None and self.cost <= self.bound


def best_with_each(
    question: Question, nodes: Iterable[int], *, time_limit_s: float
) -> Mapping[int, With]:
    """
    Find the best plan that uses each of some nodes.

    Exactly what routing would answer if the node had to be used: by the same methods,
    under the same limits and goals.

    Parameters
    ----------
    question
        The order, over all nodes.
    nodes
        Positions of nodes.
    time_limit_s
        Seconds for all of them together, where the integer program takes the order.
        Each node gets an equal share of what is left.
    """
    ends = time.perf_counter() + time_limit_s
    asked = list(nodes)
    parts = _parts_of(question)
    found = {}
    for turn, node in enumerate(asked):
        best = None if parts is None else parts.best_with(node)
        if best is None:
            left = (ends - time.perf_counter()) / (len(asked) - turn)
            best = _ask_with(question, node, left)
        found[node] = best
    return found


def _ask_with(question: Question, node: int, seconds: float) -> With:
    """Ask the kernel for a plan that uses a node."""
    if seconds <= 0:
        return With(None, -math.inf)
    candidates = replace(question.candidates, through=node)
    choice = decide(candidates, question.policy, question.arrays, time_limit_s=seconds)
    choice = choice.as_proven(candidates)
    return _read(question, choice, gap=question.policy.solve.gap)


def _read(question: Question, choice: Choice, *, gap: float) -> With:
    if choice.takes is None:
        is_none = choice.bound == math.inf
        return With(math.inf if is_none else None, choice.bound)
    policy = question.policy
    plan = assemble(question.candidates, policy, question.arrays, choice.takes)
    cost, bound = plan.costs.total, choice.bound
    is_close = cost - bound <= gap * max(abs(cost), 1e-9)
    if choice.proves_goals and (choice.method == SUBSET or is_close):
        bound = cost
    left = math.fsum(part.cost for part in plan.unfilled)
    return With(cost, min(bound, cost), left, len(plan.shipments))


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """The parts of an order that are few enough to list, priced once for all nodes."""

    question: Question
    steps: tuple[int, ...]
    bundles: Bundles
    totals: Totals
    through: Through | None
    is_seen: bool

    def best_with(self, node: int) -> With | None:
        """Find the best plan that uses a node; None where parts do not say enough."""
        cost = None if self.through is None else self.through.cost(node)
        if cost is not None:
            return With(cost, cost)
        candidates = self.question.candidates
        lattice, bundles, totals = add_token(
            self.steps, self.bundles, self.totals, node
        )
        found = solve_parts(lattice, bundles, totals, collected_in(candidates, bundles))
        if found is None:
            return With(math.inf, math.inf)
        cost, picks = found
        takes = takes_of(
            candidates,
            [(bundles.units[part], at) for part, at in picks],
            several=self.bundles.several,
        )
        if not self.is_seen and has_several(takes):
            return None
        return _read(self.question, Choice(takes, cost, SUBSET), gap=0.0)


def _parts_of(question: Question) -> _Parts | None:
    """List and price the parts of an order; None where there are too many."""
    candidates, policy = question.candidates, question.policy
    atoms = atoms_of(candidates.problem.lines)
    if policy.solve.method == "mip":
        return None
    if not is_small((*atoms.steps, 1), candidates.offer_count):
        return None
    if needs_two_counts(candidates, policy) or candidates.drain is not None:
        return None
    lattice = lattice_of(atoms.steps)
    bundles = price_bundles(candidates, lattice, atoms, question.arrays)
    if not bundles.is_whole:
        return None
    totals = total_costs(candidates, policy, bundles)
    through = None
    seen = is_seen(candidates, policy, bundles, question.arrays)
    if seen and adds_up(bundles, totals, collected_in(candidates, bundles)):
        through = Through(lattice, bundles, totals)
    return _Parts(question, atoms.steps, bundles, totals, through, seen)


def why_no_plan(question: Question, node: int, *, time_limit_s: float) -> Reason:
    """
    Say what keeps a node out of every plan, where no rule excludes it.

    The first cause, in a stated order, without which some plan is proven to use it:
    its minimum order, capacity, the limits on splits, an order that ships complete.
    """
    for reason, cleared in (
        (Reason.BELOW_MINIMUM_ORDER, _without_minimum),
        (Reason.NO_CAPACITY, _without_capacity),
        (Reason.SPLIT_LIMIT, _without_split_limits),
        (Reason.SHIP_COMPLETE, lambda asked: asked.with_splits(ship_complete=False)),
    ):
        made = _ask_with(cleared(question), node, time_limit_s)
        if made.cost is not None and math.isfinite(made.cost):
            return reason
    return Reason.NO_PLAN_USES_IT


def _without_minimum(question: Question) -> Question:
    none = np.zeros_like(question.arrays.minimum_order)
    return replace(question, arrays=replace(question.arrays, minimum_order=none))


def _without_capacity(question: Question) -> Question:
    return replace(question, candidates=question.lifted(Lift(0, capacity=True)))


def _without_split_limits(question: Question) -> Question:
    return question.with_splits(
        max_shipments=None, max_nodes=None, min_order_value=0.0, min_part_value=0.0
    )


def alone_at_each_node(
    candidates: Candidates, policy: Policy, atoms: Atoms, arrays: NetworkArrays
) -> list[tuple[Take, ...]]:
    """
    Say for every node at hand what it can fill by itself.

    Delivery after delivery, each by the service that fills most of it, the cheapest
    among equals; then what that leaves by the next, where several may at once.
    """
    table = tabulate(candidates, atoms)
    limits = limits_of(candidates, table, policy, arrays)
    nothing = np.zeros_like(table.limit)
    fill = limits.fit(table.limit, nothing)
    found = []
    for node in range(len(candidates.problem.nodes)):
        taken, mine = nothing.copy(), fill
        for group in range(len(candidates.problem.groups)):
            here = (table.node == node) & (table.group == group)
            while here.any():
                if taken.any() and (limits.is_coupled or candidates.several):
                    # What is taken already of stock and capacity nothing else can.
                    left = (table.steps - taken.sum(axis=1))[:, None]
                    mine = limits.fit(np.minimum(table.limit, left) * here, taken)
                offer = _fullest(table, mine, np.flatnonzero(here))
                if offer is None:
                    break
                taken[:, offer] = mine[:, offer]
                here[offer] = False
                is_done = (taken.sum(axis=1) >= table.steps).all()
                if is_done or not candidates.several:
                    break
        found.append(table.takes(taken))
    return found


def _fullest(table: OfferTable, fill: IntArray, offers: IntArray) -> int | None:
    """Choose the offer that fills most units, the cheapest among equals."""
    able = offers[fill[:, offers].any(axis=0)]
    if not len(able):
        return None
    steps = fill[:, able].T
    units = table.units_of(steps).sum(axis=1)
    # The last key comes first.
    order = np.lexsort((able, table.price_at(steps, able), -units))
    return int(able[order[0]])
