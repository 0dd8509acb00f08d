"""An explanation made: the alternatives of every node, and the words for them."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domroute.answers.assembly import costs_of
from domroute.answers.causes import Question
from domroute.answers.compiled import Compiled
from domroute.answers.counterfactual import (
    With,
    alone_at_each_node,
    best_with_each,
    why_no_plan,
)
from domroute.answers.explanation import Explanation, NodeExplanation
from domroute.answers.routing import route_order
from domroute.costs.quotes import Quotes
from domroute.orders import Order
from domroute.plan import Costs
from domroute.reasons import Reason
from domroute.result import RoutingResult
from domroute.scenario.references import snapshot_of
from domroute.sourcing.subset import takes_of
from domroute.split.atoms import atoms_of
from domroute.words import Objective, Status

_ROUNDING = 1e-9
"""Share of a cost that sums of the same amounts in another order may differ by."""
_WHY_S = 1.0
"""Seconds to find out what keeps a node out of every plan."""

Exclusions = Sequence[Sequence[Reason | None]]
"""Why each node is excluded from each line, by line and node."""


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """What is known of an order, for the words about one node after another."""

    result: RoutingResult
    question: Question
    exclusions: Exclusions
    alone: list[tuple[int, Costs]]
    best: dict[int, With]
    time_limit_s: float

    def node(self, at: int) -> NodeExplanation:
        """Put one node beside the plan."""
        problem = self.question.candidates.problem
        node = self.question.arrays.nodes[at]
        distances = tuple(float(group.distance_km[at]) for group in problem.groups)
        units, costs = self.alone[at]
        made = self.best[at] if at in self.best else self._unasked(at)
        is_chosen = node.id in self.result.plan.node_ids
        if is_chosen:
            made = With(self.result.cost, self.result.bound)
        difference = None
        if made.cost is not None and math.isfinite(self.result.cost):
            difference = made.cost - self.result.cost
            if abs(difference) <= _ROUNDING * max(1.0, abs(self.result.cost)):
                difference = 0.0
        reason = None
        if made.cost == math.inf and not is_chosen:
            reason = self._why_excluded(at)
        return NodeExplanation(
            node_id=node.id,
            kind=node.kind,
            distance_km=min(distances),
            distances_km=distances,
            is_chosen=is_chosen,
            units=units,
            costs=costs,
            cost_with=made.cost,
            bound_with=made.bound if math.isfinite(made.bound) else None,
            difference=difference,
            reason=reason,
            sentence=self._sentence(node.id, made, difference, reason),
        )

    def _unasked(self, at: int) -> With:
        """Tell what is known of a node at which nothing is offered."""
        rung = self.question.candidates.rung
        is_beyond = self.question.arrays.priority[at] > rung.worst
        if is_beyond and any(row[at] is None for row in self.exclusions):
            # Where the rung is proven, the ladder is what excludes it.
            return With(None, rung.floor)
        return With(math.inf, math.inf)

    def _why_excluded(self, at: int) -> Reason:
        """Say why no plan uses a node."""
        if at in self.best:
            return why_no_plan(self.question, at, time_limit_s=self.time_limit_s)
        given = [row[at] for row in self.exclusions if row[at] is not None]
        if len(given) == len(self.exclusions) and given[0] is not None:
            return given[0]
        capacity = self.question.candidates.eligibility.capacity
        is_full = capacity is not None and capacity[at] <= 0
        return Reason.NO_CAPACITY if is_full else Reason.NO_SERVICE

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


def answer_why(
    compiled: Compiled,
    order: Order,
    result: RoutingResult | None,
    *,
    quotes: Quotes | None,
) -> Explanation:
    """
    Explain a result on the stock it was decided on, or route the order first.

    Parameters
    ----------
    compiled
        The network, the policy, the stock that there is now, and the seconds for each
        of search and alternatives.
    order, result
        The order, and what was decided for it; None routes it.
    quotes
        Costs and workloads already known.

    Raises
    ------
    InputError
        If order or result are not what they should be. All faults are listed.
    """
    started = time.perf_counter()
    if result is None:
        result = route_order(compiled, order, quotes=quotes, started=started)
    else:
        compiled = compiled.at(snapshot_of(result, order, compiled.policy))
    question = compiled.everywhere(order, quotes)
    return explain_order(
        result,
        question,
        compiled.exclusions(question),
        time_limit_s=compiled.time_limit_s,
    )


def explain_order(
    result: RoutingResult,
    question: Question,
    exclusions: Exclusions,
    *,
    time_limit_s: float,
) -> Explanation:
    """
    Put every node's alternative beside a result.

    Parameters
    ----------
    result
        The plan to explain.
    question
        The order, over all nodes of the network.
    exclusions
        Why each node is excluded from each line, by line and node.
    time_limit_s
        Seconds for all alternatives together, where the integer program is needed.
    """
    candidates, policy, arrays = question.candidates, question.policy, question.arrays
    takes = alone_at_each_node(
        candidates, policy, atoms_of(candidates.problem.lines), arrays
    )
    alone = []
    for made in takes:
        costs = Costs.sum_of([costs_of(take) for take in made])
        alone.append((sum(int(take.units.sum()) for take in made), costs))
    offering = {
        at
        for block in candidates.blocks
        for at in block.nodes[block.limit.any(axis=0)].tolist()
    }
    asked = [at for at in offering if arrays.nodes[at].id not in result.plan.node_ids]
    # Those that would cost least by themselves first, should the time end.
    asked.sort(key=lambda at: (-alone[at][0], alone[at][1].total, at))
    told = _Told(
        result=result,
        question=question,
        exclusions=exclusions,
        alone=alone,
        best=dict(best_with_each(question, asked, time_limit_s=time_limit_s)),
        time_limit_s=min(time_limit_s, _WHY_S),
    )
    nodes = [told.node(at) for at in range(len(arrays.nodes))]
    ranked = tuple(sorted(nodes, key=_rank))
    lines = candidates.problem.lines
    deliveries = tuple(
        tuple(lines[i].id for i in group.lines.tolist())
        for group in candidates.problem.groups
    )
    return Explanation(
        result=result,
        sentences=tuple(_answers(told, nodes, deliveries)),
        nodes=ranked,
        deliveries=deliveries,
    )


def _rank(node: NodeExplanation) -> tuple[object, ...]:
    cost = math.inf if node.cost_with is None else node.cost_with
    missing = (node.reason is not None, node.units == 0)
    return (not node.is_chosen, *missing, cost, node.costs.total, node.node_id)


def _answers(
    told: _Told, nodes: list[NodeExplanation], deliveries: tuple[tuple[str, ...], ...]
) -> list[str]:
    """Answer the first questions, in the order in which operators ask them."""
    result = told.result
    answers = [_answer_choice(result)]
    if len(result.plan.shipments) > 1:
        answers.append(_answer_split(told, nodes, deliveries))
    if result.plan.shipments:
        answers += _answer_nearest(told, nodes, deliveries)
    answers += [
        f"{part.quantity} x {part.sku} (line {part.line_id}) "
        f"stay{'s' * (part.quantity == 1)} unfilled: {part.reason.sentence}."
        for part in result.plan.unfilled
    ]
    return answers


def _answer_choice(result: RoutingResult) -> str:
    if result.status is Status.INFEASIBLE:
        return "No plan satisfies the hard rules."
    if not math.isfinite(result.cost):
        return "No plan was found in the time given."
    names = " and ".join(result.plan.node_ids)
    if not names:
        return (
            f"Nothing ships, at a cost of {result.cost:,.2f} for what stays unfilled."
        )
    proof = (
        "proven cheapest"
        if result.is_optimal
        else f"at most {result.gap:.2%} above the cheapest"
    )
    verb = f"ship{'s' * (len(result.plan.node_ids) == 1)}"
    return f"{names} {verb}: {proof} at {result.cost:,.2f}."


def _answer_split(
    told: _Told, nodes: list[NodeExplanation], deliveries: tuple[tuple[str, ...], ...]
) -> str:
    result = told.result
    count = len(result.plan.shipments)
    if len(result.plan.node_ids) == 1:
        return _answer_services(told, deliveries)
    whole = min(
        (
            (node.costs.total, node.node_id)
            for node in nodes
            if node.reason is None
            and node.units == int(told.question.candidates.problem.quantity.sum())
        ),
        default=None,
    )
    what = "one" if len(deliveries) == 1 else "all"
    if whole is not None and whole[0] >= result.cost:
        return (
            f"It is split into {count} shipments: {what} from {whole[1]} "
            f"would cost {whole[0]:,.2f}, {whole[0] - result.cost:,.2f} more."
        )
    if whole is not None:
        return f"It is split into {count} shipments."
    fullest = max(nodes, key=lambda node: (node.units, -node.distance_km), default=None)
    most = (
        ""
        if fullest is None
        else f" ({fullest.node_id} comes closest, with {fullest.units})"
    )
    return f"It is split into {count} shipments: no node can fill all of it{most}."


def _answer_services(told: _Told, deliveries: tuple[tuple[str, ...], ...]) -> str:
    """Say why one node ships more than once."""
    plan = told.result.plan
    text = f"It goes in {len(plan.shipments)} shipments from one node"
    if len(plan.shipments) == len(deliveries):
        return f"{text}: one for each delivery."
    names = sorted({str(part.service) for part in plan.shipments})
    text += f", by {', '.join(names[:-1])} and {names[-1]}"
    candidates = told.question.candidates
    problem = candidates.problem
    units = np.zeros(len(problem.lines))
    at = {line.id: n for n, line in enumerate(problem.lines)}
    for part in (content for made in plan.shipments for content in made.contents):
        units[at[part.line_id]] += part.quantity
    node = told.question.arrays.node_at[plan.node_ids[0]]
    takes = takes_of(candidates, [(units, node)], several=False)
    if sum(int(take.units.sum()) for take in takes) < units.sum():
        return f"{text}: no one service carries it all."
    cost = sum(costs_of(take).total for take in takes)
    cost -= sum(made.cost for made in plan.shipments)
    each = "by one" if len(deliveries) == 1 else "each delivery by one"
    return f"{text}: {each}, they would cost {cost:,.2f} more."


def _answer_nearest(
    told: _Told, nodes: list[NodeExplanation], deliveries: tuple[tuple[str, ...], ...]
) -> list[str]:
    """Say of each delivery why the node nearest to where it goes does not ship it."""
    answers = []
    for at, lines in enumerate(deliveries):
        nearest = min(nodes, key=lambda node: (node.distances_km[at], node.node_id))
        shipped = {
            part.line_id
            for shipment in told.result.plan.shipments
            if shipment.node_id == nearest.node_id
            for part in shipment.contents
        }
        if not shipped.isdisjoint(lines):
            continue
        place = f"{nearest.node_id} ({nearest.distances_km[at]:,.0f} km)"
        where = "" if len(deliveries) == 1 else f" to {_named(lines)}"
        answers.append(
            f"The nearest node{where}, {place}, is not used"
            f"{'' if len(deliveries) == 1 else ' for it'}: "
            f"{_why_not_here(told, nearest, lines)}."
        )
    return answers


def _named(lines: tuple[str, ...]) -> str:
    return f"line{'s' * (len(lines) != 1)} {' and '.join(lines)}"


def _why_not_here(told: _Told, nearest: NodeExplanation, lines: tuple[str, ...]) -> str:
    """Say why a node ships none of a delivery."""
    arrays = told.question.arrays
    at = arrays.node_at[nearest.node_id]
    of_order = [line.id for line in told.question.candidates.problem.lines]
    mine = [told.exclusions[of_order.index(name)][at] for name in lines]
    given = [reason for reason in mine if reason is not None]
    if len(given) == len(mine):
        return given[0].sentence
    if nearest.is_chosen:
        return "it ships another delivery, and this one comes from elsewhere"
    return nearest.sentence.removeprefix("not chosen: ").removeprefix("excluded: ")
