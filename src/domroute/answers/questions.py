"""The first questions about a plan answered, in the order in which operators ask."""

from __future__ import annotations

import math

import numpy as np

from domroute.answers.alternatives import Alternatives
from domroute.answers.assembly import costs_of
from domroute.answers.facts import Question
from domroute.offers.blocked import offered_units
from domroute.result import RoutingResult
from domroute.sourcing.subset import takes_of
from domroute.units import FloatArray
from domroute.words import Status

Deliveries = tuple[tuple[str, ...], ...]
"""The ids of the lines of each delivery."""


def answers_to(told: Alternatives, deliveries: Deliveries) -> tuple[str, ...]:
    """
    Answer why these nodes, why a split, why not the nearest, why units stay unfilled.

    Parameters
    ----------
    told
        The result, and every node beside it.
    deliveries
        The ids of the lines of each.
    """
    result = told.result
    answers = [_answer_choice(result)]
    if len(result.plan.shipments) > 1:
        answers.append(_answer_split(told, deliveries))
    if result.plan.shipments:
        answers += _answer_nearest(told, deliveries)
    answers += [
        f"{part.quantity} x {part.sku} (line {part.line_id}) "
        f"stay{'s' * (part.quantity == 1)} unfilled: {part.reason.sentence}."
        for part in result.plan.unfilled
    ]
    return (*answers, *answers_of_digital(result))


def answers_of_digital(result: RoutingResult) -> tuple[str, ...]:
    """
    Say of each digital line that it comes from no node.

    Examples
    --------
    >>> from domroute.plan import Digital, Plan
    >>> plan = Plan(digital=(Digital("o1", "l1", "gift-card", 2),))
    >>> result = RoutingResult("o1", plan, Status.OPTIMAL, 0.0, 0.0, "subset", "v1")
    >>> answers_of_digital(result)
    ('2 x gift-card (line l1) are digital: no node ships them.',)
    """
    return tuple(
        f"{part.quantity} x {part.sku} (line {part.line_id}) "
        + ("is" if part.quantity == 1 else "are")
        + f" digital: no node ships {'it' if part.quantity == 1 else 'them'}."
        for part in result.plan.digital
    )


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


def _answer_split(told: Alternatives, deliveries: Deliveries) -> str:
    result, alone = told.result, told.alone
    count = len(result.plan.shipments)
    if len(result.plan.node_ids) == 1:
        return _answer_services(told, deliveries)
    offers = told.question.offers
    asked = offers.problem.wanted.sum()
    whole = ((alone.units == asked) & ~told.is_excluded).nonzero()[0]
    if len(whole):
        # Sums are told as plans are priced: of those that cost the least, the first.
        least = alone.cost[whole].min()
        near = whole[alone.cost[whole] <= least + 1e-9 * max(1.0, abs(least))]
        cost, at = min((told.costs_alone(at).total, at) for at in near.tolist())
        if cost < result.cost:
            return f"It is split into {count} shipments."
        what = "one" if len(deliveries) == 1 else "all"
        return (
            f"It is split into {count} shipments: {what} from {told.name(at)} "
            f"would cost {cost:,.2f}, {cost - result.cost:,.2f} more."
        )
    most_units = _most_units(told.question)
    if (most_units >= asked).any():
        return f"It is split into {count} shipments."
    most = ""
    if len(alone.units):
        fullest = int(np.lexsort((told.distances_km.min(axis=0), -alone.units))[0])
        if alone.units[fullest] == most_units.max():
            most = f" ({told.name(fullest)} comes closest, with {alone.units[fullest]})"
    return f"It is split into {count} shipments: no node can fill all of it{most}."


def _most_units(question: Question) -> FloatArray:
    """
    Count the units that each node could fill at most, ``(N,)``.

    What a node fills by itself is filled line after line: in another turn it may be
    more, and only what is above this is known to be too much.
    """
    offers, arrays = question.offers, question.arrays
    most: FloatArray = offered_units(offers).sum(axis=0).astype(float)
    capacity = offers.eligibility.capacity
    if capacity is not None:
        each = arrays.capacity.demands_at(offers.problem.nodes).per_unit
        room = np.where(each > 0, capacity / np.where(each > 0, each, 1.0), np.inf)
        most = np.minimum(most, np.floor(room.min(axis=0) + 1e-9))
    return most


def _answer_services(told: Alternatives, deliveries: Deliveries) -> str:
    """Say why one node ships more than once."""
    plan = told.result.plan
    text = f"It goes in {len(plan.shipments)} shipments from one node"
    if len(plan.shipments) == len(deliveries):
        return f"{text}: one for each delivery."
    names = sorted({str(part.service) for part in plan.shipments})
    if len(names) > 1:
        text += f", by {', '.join(names[:-1])} and {names[-1]}"
    days = {part.works_on for part in plan.shipments if part.works_on is not None}
    if len(days) > 1:
        text += f", on {len(days)} working days"
    offers = told.question.offers
    problem = offers.problem
    if problem.ways is not None:
        return f"{text}."
    units = np.zeros(len(problem.lines))
    at = {line.id: n for n, line in enumerate(problem.lines)}
    for part in (content for made in plan.shipments for content in made.contents):
        units[at[part.line_id]] += part.quantity
    node = told.question.arrays.node_at[plan.node_ids[0]]
    takes = takes_of(offers, [(units, node)])
    if sum(int(take.units.sum()) for take in takes) < units.sum():
        # A day, or what is there now, may not have all of it, whoever carries it.
        is_by_service = len(names) > 1 and len(days) <= 1
        why = "no one service carries it all"
        return f"{text}: {why}." if is_by_service else f"{text}."
    cost = sum(costs_of(take).total for take in takes)
    cost -= sum(made.cost for made in plan.shipments)
    each = "by one" if len(deliveries) == 1 else "each delivery by one"
    return f"{text}: {each}, they would cost {cost:,.2f} more."


def _answer_nearest(told: Alternatives, deliveries: Deliveries) -> list[str]:
    """Say of each delivery why the node nearest to where it goes does not ship it."""
    answers = []
    for at, lines in enumerate(deliveries):
        nearest = int(told.distances_km[at].argmin())
        name, km = told.name(nearest), told.distances_km[at, nearest]
        shipped = {
            part.line_id
            for shipment in told.result.plan.shipments
            if shipment.node_id == name
            for part in shipment.contents
        }
        if not shipped.isdisjoint(lines):
            continue
        where = "" if len(deliveries) == 1 else f" to {_named(lines)}"
        answers.append(
            f"The nearest node{where}, {name} ({km:,.0f} km), is not used"
            f"{'' if len(deliveries) == 1 else ' for it'}: "
            f"{_why_not_here(told, nearest, at)}."
        )
    return answers


def _named(lines: tuple[str, ...]) -> str:
    return f"line{'s' * (len(lines) != 1)} {' and '.join(lines)}"


def _why_not_here(told: Alternatives, node: int, delivery: int) -> str:
    """Say why a node ships none of a delivery."""
    lines = told.question.offers.problem.groups[delivery].lines
    given = [told.blocked.reason(line, node) for line in lines.tolist()]
    if given[0] is not None and None not in given:
        return given[0].sentence
    if told.is_chosen[node]:
        return "it ships another delivery, and this one comes from elsewhere"
    sentence = told.node(node).sentence
    return sentence.removeprefix("not chosen: ").removeprefix("excluded: ")
