"""An explanation made: every node beside the plan, and the first questions answered."""

from __future__ import annotations

import time

import numpy as np

from domroute.answers.alone import Alone, alone_at_each_node
from domroute.answers.alternatives import Alternatives
from domroute.answers.compiled import Compiled
from domroute.answers.counterfactual import EachWith, best_with_each, why_no_plan
from domroute.answers.explanation import Explanation, NodesBeside
from domroute.answers.facts import Question
from domroute.answers.questions import answers_of_digital, answers_to
from domroute.answers.routing import route_order
from domroute.costs.quotes import Quotes
from domroute.errors import InputError, Issue
from domroute.offers.blocked import Blocked, blocked_of
from domroute.orders import Order
from domroute.result import RoutingResult
from domroute.scenario.references import snapshot_of
from domroute.split.atoms import atoms_of
from domroute.units import BoolArray


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
        If order or result are not what they should be. All faults are listed. Code
        ``merged_plan``, if the result is put together at a node: what is known of nodes
        is known of plans that are not.
    """
    started = time.perf_counter()
    if result is None:
        result = route_order(compiled, order, quotes=quotes, started=started)
    else:
        compiled = compiled.at(snapshot_of(result, order, compiled.policy))
    if not any(line.sku not in compiled.arrays.known.digital for line in order.lines):
        return _explain_digital(result)
    if (hub := result.plan.merged_at) is not None:
        text = f"is put together at {hub!r}: such a plan is not explained"
        raise InputError([Issue("merged_plan", f"order {order.id!r}", text)])
    question = compiled.everywhere(order, quotes)
    return explain_order(result, question, time_limit_s=compiled.time_limit_s)


def _explain_digital(result: RoutingResult) -> Explanation:
    """Explain a plan that no node has anything to do with."""
    told = ("Nothing ships: all of it is digital.", *answers_of_digital(result))
    return Explanation(result, sentences=told, nodes=(), deliveries=())


def explain_order(
    result: RoutingResult, question: Question, *, time_limit_s: float
) -> Explanation:
    """
    Put every node's alternative beside a result.

    Parameters
    ----------
    result
        The plan to explain.
    question
        The order, over all nodes of the network.
    time_limit_s
        Seconds for all alternatives together, where the integer program is needed.
    """
    offers, policy, arrays = question.offers, question.policy, question.arrays
    blocked = blocked_of(offers, arrays)
    atoms = atoms_of(offers.problem)
    alone = alone_at_each_node(offers, policy, atoms, arrays)
    is_chosen, is_offering = np.zeros((2, len(arrays.nodes)), bool)
    is_chosen[[arrays.node_at[name] for name in result.plan.node_ids]] = True
    for block in offers.blocks:
        is_offering[block.nodes[block.limit.any(axis=0)]] = True
    asked = is_offering & ~is_chosen
    best = _best(question, alone, asked, time_limit_s=time_limit_s)
    _know_unasked(best, question, blocked, ~is_offering)
    best.cost[is_chosen], best.bound[is_chosen] = result.cost, result.bound
    is_excluded = np.isposinf(best.cost) & ~is_chosen
    node_s = policy.solve.tuning.reasons.node_s
    told = Alternatives(
        result=result,
        question=question,
        blocked=blocked,
        alone=alone,
        best=best,
        is_chosen=is_chosen,
        is_excluded=is_excluded,
        unused=why_no_plan(
            question,
            (is_excluded & is_offering).nonzero()[0],
            seconds_each=min(time_limit_s, node_s),
        ),
        distances_km=np.array([g.distance_km for g in offers.problem.groups]),
    )
    lines = offers.problem.lines
    deliveries = tuple(
        tuple(dict.fromkeys(lines[i].id for i in group.lines.tolist()))
        for group in offers.problem.groups
    )
    ranked = told.ranked()
    return Explanation(
        result=result,
        sentences=answers_to(told, deliveries),
        nodes=NodesBeside(
            len(ranked),
            tell=lambda rank: told.node(int(ranked[rank])),
            rank_of=lambda name: int((ranked == arrays.node_at[name]).argmax()),
        ),
        deliveries=deliveries,
    )


def _best(
    question: Question, alone: Alone, asked: BoolArray, *, time_limit_s: float
) -> EachWith:
    """Find the best plan with each of some nodes."""
    nodes = asked.nonzero()[0]
    # Those that would cost least by themselves first, should the time end.
    nodes = nodes[np.lexsort((alone.cost[nodes], -alone.units[nodes]))]
    return best_with_each(question, nodes, time_limit_s=time_limit_s)


def _know_unasked(
    best: EachWith, question: Question, blocked: Blocked, is_idle: BoolArray
) -> None:
    """Note what is known of nodes at which nothing is offered."""
    rung = question.offers.rung
    best.cost[is_idle], best.bound[is_idle] = np.inf, np.inf
    # Where the rung is proven, the ladder is what excludes those beyond.
    is_beyond = is_idle & (question.arrays.priority > rung.worst)
    is_beyond &= ~blocked.is_out.all(axis=0)
    best.cost[is_beyond], best.bound[is_beyond] = np.nan, rung.floor
