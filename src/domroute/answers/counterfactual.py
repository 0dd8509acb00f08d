"""What each node would cost as a part of the best plan that uses it."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from domroute.answers.assembly import assemble
from domroute.answers.causes import CAUSES_OF_NODES
from domroute.answers.facts import Question, limited_by
from domroute.offers.blocks import Block
from domroute.reasons import Reason
from domroute.sourcing.bundles import Bundles, price_bundles
from domroute.sourcing.bydate import is_there, shares_by_date
from domroute.sourcing.byday import has_day_prices
from domroute.sourcing.causes import are_caused
from domroute.sourcing.choice import Choice
from domroute.sourcing.kernel import decide
from domroute.sourcing.lattice import Lattice, is_small, lattice_of
from domroute.sourcing.subset import (
    SUBSET,
    collected_in,
    has_several,
    is_seen,
    needs_two_counts,
    solve_parts,
    takes_of,
)
from domroute.sourcing.through import Through, adds_up, best_through
from domroute.sourcing.token import add_token
from domroute.sourcing.totals import Totals, total_costs
from domroute.split.atoms import atoms_of
from domroute.units import FloatArray, IntArray


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


@dataclass(frozen=True, slots=True, eq=False)
class EachWith:
    """
    The best plan that uses each node: as in :class:`With`, not a number for None.

    Of nodes that were not asked about nothing is known. All shapes are ``(N,)``.
    """

    cost: FloatArray
    bound: FloatArray
    left: FloatArray
    shipments: FloatArray

    @classmethod
    def unknown(cls, count: int) -> EachWith:
        """Know nothing of so many nodes."""
        cost, left, shipments = np.full((3, count), np.nan)
        return cls(cost, np.full(count, -np.inf), left, shipments)

    def note(self, node: int, made: With) -> None:
        """Know of one node."""
        self.cost[node] = math.nan if made.cost is None else made.cost
        self.bound[node] = made.bound
        if made.left is not None and made.shipments is not None:
            self.left[node], self.shipments[node] = made.left, made.shipments

    def note_all(self, nodes: IntArray, made: Through) -> None:
        """Know of nodes what was found for all of them at once."""
        cost = made.cost[nodes]
        self.cost[nodes] = cost
        self.bound[nodes] = np.where(np.isnan(cost), -np.inf, cost)
        if made.penalty is not None and made.shipments is not None:
            self.left[nodes] = made.penalty[nodes]
            self.shipments[nodes] = made.shipments[nodes]

    def at(self, node: int) -> With:
        """Say what is known of one node."""
        cost, left = float(self.cost[node]), float(self.left[node])
        return With(
            None if math.isnan(cost) else cost,
            float(self.bound[node]),
            None if math.isnan(left) else left,
            None if math.isnan(left) else int(self.shipments[node]),
        )


def best_with_each(
    question: Question, nodes: IntArray, *, time_limit_s: float
) -> EachWith:
    """
    Find the best plan that uses each of some nodes.

    Exactly what routing would answer if the node had to be used: by the same methods,
    under the same limits and goals. Where parts can be listed and costs add up, all
    nodes are answered for from one table.

    Parameters
    ----------
    question
        The order, over all nodes.
    nodes
        Positions of nodes, in the order in which they are asked about.
    time_limit_s
        Seconds for all of them together, where the integer program takes the order.
        Each node gets an equal share of what is left.
    """
    ends = time.perf_counter() + time_limit_s
    found = EachWith.unknown(len(question.arrays.nodes))
    parts = _parts_of(question)
    if parts is not None and parts.adds_up:
        found.note_all(nodes, parts.through())
        nodes = nodes[np.isnan(found.cost[nodes])]
    for turn, node in enumerate(nodes.tolist()):
        best = None if parts is None else parts.best_with(node)
        if best is None:
            left = (ends - time.perf_counter()) / (len(nodes) - turn)
            best = _ask_with(question, node, left)
        found.note(node, best)
    return found


def _ask_with(question: Question, node: int, seconds: float) -> With:
    """Ask the kernel for a plan that uses a node."""
    if seconds <= 0:
        return With(None, -math.inf)
    offers = replace(question.offers, through=node)
    choice = decide(offers, question.policy, question.arrays, time_limit_s=seconds)
    choice = choice.as_proven(offers)
    return _read(question, choice, gap=question.policy.solve.gap)


def _read(question: Question, choice: Choice, *, gap: float) -> With:
    if choice.takes is None:
        is_none = choice.bound == math.inf
        return With(math.inf if is_none else None, choice.bound)
    policy = question.policy
    plan = assemble(question.offers, policy, question.arrays, choice.takes)
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
    lattice: Lattice
    bundles: Bundles
    totals: Totals
    is_seen: bool

    @property
    def adds_up(self) -> bool:
        """Whether all nodes can be answered for at once."""
        offers = self.question.offers
        collected = collected_in(offers, self.bundles)
        # Deliveries that share what arrives by and by, or a day, are seen by plans.
        has_shared = offers.eligibility.by_date is not None or offers.days is not None
        if has_shared and len(offers.problem.groups) > 1:
            return False
        # So are lines that share it, and what one node sends at several moments.
        if any(self._is_seen_by_plan(block) for block in offers.blocks):
            return False
        return self.is_seen and adds_up(self.bundles, self.totals, collected)

    def _is_seen_by_plan(self, block: Block) -> bool:
        """Tell whether bundles may be of shipments that may not be so together."""
        leaves_twice = self.bundles.several and block.released is not None
        return leaves_twice or shares_by_date(self.question.offers, block)

    def through(self) -> Through:
        """Find the best plan with each node, where that is seen at once."""
        return best_through(self.lattice, self.bundles, self.totals)

    def best_with(self, node: int) -> With | None:
        """Find the best plan that uses a node; None where parts do not say enough."""
        offers = self.question.offers
        lattice, bundles, totals = add_token(
            self.steps, self.bundles, self.totals, node
        )
        found = solve_parts(lattice, bundles, totals, collected_in(offers, bundles))
        if found is None:
            return With(math.inf, math.inf)
        cost, picks = found
        takes = takes_of(
            offers,
            [(bundles.units[part], at) for part, at in picks],
            divided=self.bundles.divided,
        )
        is_hidden = not self.is_seen and has_several(takes)
        if is_hidden or not is_there(offers, takes) or not are_caused(offers, takes):
            return None
        return _read(self.question, Choice(takes, cost, SUBSET), gap=0.0)


def _parts_of(question: Question) -> _Parts | None:
    """List and price the parts of an order; None where there are too many."""
    offers, policy = question.offers, question.policy
    atoms = atoms_of(offers.problem)
    if policy.solve.method == "mip":
        return None
    tuned = policy.solve.tuning.lattice
    if not is_small((*atoms.steps, 1), offers.count, tuned):
        return None
    if needs_two_counts(offers, policy) or offers.drain is not None:
        return None
    if offers.comes_together or has_day_prices(offers):
        return None
    lattice = lattice_of(atoms.steps)
    bundles = price_bundles(offers, lattice, atoms, question.arrays, tuned)
    if not bundles.is_whole:
        return None
    totals = total_costs(offers, policy, bundles)
    seen = is_seen(offers, policy, bundles, question.arrays)
    return _Parts(question, atoms.steps, lattice, bundles, totals, seen)


def why_no_plan(
    question: Question, nodes: IntArray, *, seconds_each: float
) -> dict[int, Reason]:
    """
    Say what keeps nodes out of every plan, where no rule excludes them.

    Of each the first cause, in a stated order, without which some plan is proven to use
    it: its minimum order, capacity, the limits on splits, an order that ships complete.

    Parameters
    ----------
    question
        The order, over all nodes.
    nodes
        Positions of nodes.
    seconds_each
        Seconds for each node and cause, where the integer program takes the order.
    """
    found = {}
    for cause in CAUSES_OF_NODES:
        asked = nodes[limited_by(cause.reason, question)[nodes]]
        if not len(asked):
            continue
        cleared, seconds = cause.clear(question, 0), seconds_each * len(asked)
        made = best_with_each(cleared, asked, time_limit_s=seconds)
        has_plan = asked[np.isfinite(made.cost[asked])]
        found.update(dict.fromkeys(has_plan.tolist(), cause.reason))
        nodes = np.setdiff1d(nodes, has_plan, assume_unique=True)
    found.update(dict.fromkeys(nodes.tolist(), Reason.NO_PLAN_USES_IT))
    return found
