"""Every node beside a plan: side by side in arrays, in words where one is asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from domroute.answers.alone import Alone
from domroute.answers.assembly import costs_of
from domroute.answers.counterfactual import EachWith, With
from domroute.answers.explanation import NodeExplanation
from domroute.answers.facts import Question
from domroute.offers.blocked import Blocked
from domroute.plan import Costs
from domroute.reasons import Reason
from domroute.result import RoutingResult
from domroute.units import BoolArray, FloatArray, IntArray
from domroute.words import Objective

_ROUNDING = 1e-9
"""Share of a cost that sums of the same amounts in another order may differ by."""
_PLACES = 6
"""Places to which costs are ranked."""


@dataclass(frozen=True, slots=True, eq=False)
class Alternatives:
    """
    What is known of every node of a network beside the plan for an order.

    Attributes
    ----------
    result, question
        The plan, and the order over all nodes.
    blocked
        What blocks each node from each line.
    alone
        What each node fills by itself.
    best
        The best plan that uses each: the plan itself, where it is in it.
    is_chosen, is_excluded
        Whether it is in the plan; whether it is in none; shape ``(N,)``.
    unused
        Why no plan uses a node, though it offers something.
    distances_km
        To where each delivery goes; shape ``(G, N)``.
    """

    result: RoutingResult
    question: Question
    blocked: Blocked
    alone: Alone
    best: EachWith
    is_chosen: BoolArray
    is_excluded: BoolArray
    unused: dict[int, Reason]
    distances_km: FloatArray

    def ranked(self) -> IntArray:
        """Rank nodes: chosen ones, then by what using them costs, excluded ones."""
        best, alone = self.best.cost, self.alone
        with_it = np.where(np.isnan(best), np.inf, best)
        # Two nodes of one plan cost the same, in whatever order it was summed.
        costs = alone.cost.round(_PLACES), with_it.round(_PLACES)
        # The last key comes first; where all are equal nodes stay as they stand, by id.
        return np.lexsort((*costs, alone.units == 0, self.is_excluded, ~self.is_chosen))

    def name(self, at: int) -> str:
        """Return the id of a node."""
        return self.question.arrays.nodes[at].id

    def costs_alone(self, at: int) -> Costs:
        """Price what a node ships by itself, term by term."""
        takes = self.alone.takes(at)
        return Costs.sum_of([costs_of(take) for take in takes])

    def node(self, at: int) -> NodeExplanation:
        """Put one node beside the plan."""
        node, made = self.question.arrays.nodes[at], self.best.at(at)
        distances = tuple(self.distances_km[:, at].tolist())
        difference = None
        if made.cost is not None and math.isfinite(self.result.cost):
            difference = made.cost - self.result.cost
            if abs(difference) <= _ROUNDING * max(1.0, abs(self.result.cost)):
                difference = 0.0
        reason = self._reason(at)
        return NodeExplanation(
            node_id=node.id,
            kind=node.kind,
            distance_km=min(distances),
            distances_km=distances,
            is_chosen=bool(self.is_chosen[at]),
            units=int(self.alone.units[at]),
            costs=self.costs_alone(at),
            cost_with=made.cost,
            bound_with=made.bound if math.isfinite(made.bound) else None,
            difference=difference,
            reason=reason,
            sentence=self._sentence(node.id, made, difference, reason),
        )

    def _reason(self, at: int) -> Reason | None:
        """Say why no plan uses a node; None if some plan may."""
        if not self.is_excluded[at]:
            return None
        return self.unused.get(at) or self.blocked.keeps_out(at)

    def _sentence(
        self, name: str, made: With, difference: float | None, reason: Reason | None
    ) -> str:
        plan = self.result.plan
        parts = [part for part in plan.shipments if part.node_id == name]
        if parts:
            costs = Costs.sum_of(part.costs for part in parts)
            words = ", ".join(f"{term} {amount:,.2f}" for term, amount in costs)
            units = sum(part.units for part in parts)
            return f"chosen: fills {units} unit{'s' * (units != 1)} ({words})"
        if reason is not None:
            return f"excluded: {reason.sentence}"
        if made.cost is None:
            return "not chosen: no plan with it was found in the time given"
        if difference is None:
            return "not chosen: the order has no plan to compare with"
        return self._compare(made, difference)

    def _compare(self, made: With, difference: float) -> str:
        """Say how the best plan with a node stands beside the plan."""
        best = "the best plan with it"
        if not made.is_proven:
            best = "the best plan with it that was found"
        if self.question.policy.objective is Objective.FEWEST_SHIPMENTS:
            before = self._compare_goals(made, best)
            if before is not None:
                return before
        if difference == 0.0 and made.is_proven:
            return "as good: a tie, settled by node id"
        more = f"not chosen: {best} costs {_amount(difference)}"
        if made.is_proven or not math.isfinite(made.bound):
            return more
        least = made.bound - self.result.cost
        return more if least <= 0 else f"{more}, any at least {least:,.2f} more"

    def _compare_goals(self, made: With, best: str) -> str | None:
        """Say by what comes before cost a plan is worse; None if by nothing."""
        plan = self.result.plan
        left = math.fsum(part.cost for part in plan.unfilled)
        if made.left is not None and made.left > left + _ROUNDING * max(1.0, left):
            return f"not chosen: {best} leaves {made.left - left:,.2f} more unfilled"
        if made.shipments is not None and made.shipments > len(plan.shipments):
            more = made.shipments - len(plan.shipments)
            return f"not chosen: {best} has {more} more shipment{'s' * (more != 1)}"
        return None


def _amount(difference: float) -> str:
    """Say how much more a plan costs, or less, to as many places as it takes."""
    word = "more" if difference >= 0 else "less"
    size = abs(difference)
    if size == 0.0:
        return "as much"
    places = 2
    while round(size, places) == 0.0:
        places += 2
    return f"{size:,.{places}f} {word}"
