"""Plans that are put together at a node: asked for beside others, and written out."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np

from domroute.answers.assembly import assemble
from domroute.answers.compiled import Compiled
from domroute.costs.quotes import NO_QUOTES, Quotes
from domroute.indexing import index_order
from domroute.offers.priced import Offers
from domroute.orders import Order
from domroute.plan import Content, Costs, Plan, Shipment
from domroute.policy import Policy
from domroute.promise.telling import Moments, moments_of
from domroute.reasons import Reason
from domroute.records import record
from domroute.sourcing.choice import Choice, Take
from domroute.sourcing.greedy import simple_bound
from domroute.sourcing.kernel import decide
from domroute.sourcing.limits import limits_of
from domroute.sourcing.merging import Merged, decide_merged
from domroute.sourcing.offers import tabulate
from domroute.split.atoms import atoms_of
from domroute.units import IntArray
from domroute.words import Supply


@record
class AtHubs:
    """
    What was found by looking at nodes that offer to merge, too.

    Attributes
    ----------
    choice
        What is best, with a bound on plans of both kinds.
    offers
        What it is chosen of.
    plan
        Written out, where it is put together at a node; None where it is not.
    reasons
        Why lines are left, by position; None where nothing stands against looking.
    """

    choice: Choice
    offers: Offers
    plan: Plan | None = None
    reasons: dict[int, Reason] | None = None


def beside_merging(
    compiled: Compiled,
    order: Order,
    offers: Offers,
    choice: Choice,
    quotes: Quotes | None,
    *,
    started: float,
) -> AtHubs:
    """
    Look whether an order costs less if it is put together at some node.

    Parameters
    ----------
    compiled
        The network, the policy, and the stock.
    order, offers
        The order, and what may be shipped for it as it is.
    choice
        The best of that.
    quotes
        What is quoted: then no node is looked at.
    started
        When the question was asked.
    """
    finder, found = compiled.merges, AtHubs(choice, offers)
    if finder is None or not finder.concerns(offers.problem):
        return found
    if quotes is not None and quotes.of(order.id) is not NO_QUOTES:
        return found
    arrays, policy = compiled.arrays, compiled.policy
    problem = index_order(arrays, compiled.stock_map, order, all_nodes=True)
    mergings = list(finder.find(problem, compiled.inventory, offers.penalty))
    if not mergings:
        return found

    def solve(offers: Offers, policy: Policy, seconds: float) -> Choice:
        return decide(offers, policy, arrays, time_limit_s=seconds)

    beat, bound = math.inf, choice.bound
    table = tabulate(offers, atoms_of(offers.problem))
    if choice.takes is not None:
        limits = limits_of(offers, table, policy, arrays)
        beat = limits.total(table.steps_of(choice.takes))
    if bound == -math.inf:
        bound = simple_bound(table)
    ends = started + compiled.time_limit_s
    best = decide_merged(
        iter(mergings),
        policy,
        arrays,
        solve,
        beat=beat,
        seconds=max(ends - time.perf_counter(), 1e-3),
    )
    bound, states = min(bound, best.bound), choice.states + best.states
    merged = best.merged
    if merged is None:
        made = replace(choice, bound=bound, states=states)
        return replace(found, choice=made, reasons=_reasons(offers, choice))
    made = Choice(merged.takes, bound, merged.method, states)
    plan = write_merged(compiled, merged)
    offers = replace(merged.merging.offers, dating=offers.dating)
    return AtHubs(made, offers, plan, _reasons(offers, made))


def write_merged(compiled: Compiled, merged: Merged) -> Plan:
    """Write a plan out that is put together at a node: its parts, and the whole."""
    merging, arrays = merged.merging, compiled.arrays
    parts = [take for take in merged.takes if take.offer != merging.own]
    own = [take for take in merged.takes if take.offer == merging.own]
    sent = [_part(merged, compiled, take) for take in parts]
    whole = _whole(merged, compiled, own, sent)
    # Splits are none, since the customer gets one shipment.
    splits = compiled.policy.splits.model_copy(
        update={"split_price": 0.0, "over_limit_price": None}
    )
    policy = compiled.policy.model_copy(update={"splits": splits})
    plain = assemble(merging.offers, policy, arrays, merged.takes)
    shipments = tuple(sorted([*sent, whole], key=_place))
    return replace(plain, shipments=shipments)


def _place(part: Shipment) -> tuple[bool, str, str]:
    """Parts come before what becomes of them."""
    return part.merge_at is None, part.node_id, part.service or ""


def _part(merged: Merged, compiled: Compiled, take: Take) -> Shipment:
    """Write out a part: it leaves by its lane, and comes to the customer as a whole."""
    merging, arrays = merged.merging, compiled.arrays
    problem, block = merging.offers.problem, merging.parts
    leaves = moments_of(merging.dates, take.offer)
    if merging.whole.dates is not None:
        comes = moments_of(merging.whole.dates, merged.whole)
        leaves["delivers_on"] = comes["delivers_on"]
        leaves["delivers_at"] = comes["delivers_at"]
    contents = _contents(merged, take.units)
    return replace(
        Shipment(
            order_id=problem.order.id,
            node_id=arrays.nodes[problem.nodes[take.node]].id,
            method=problem.groups[0].delivery.method,
            contents=contents,
            costs=_sum_of(block.price_terms(take.offer, take.units)),
            service=block.service_of(take.offer),
            distance_km=float(problem.groups[0].distance_km[take.node]),
            workload=float(take.units.sum()),
            supply=Supply.IN_STOCK,
            merge_at=arrays.nodes[problem.nodes[merging.node]].id,
        ),
        **leaves,
    )


def _whole(
    merged: Merged, compiled: Compiled, own: list[Take], sent: list[Shipment]
) -> Shipment:
    """Write out what goes to the customer: what the node gives, at the whole's cost."""
    merging, arrays = merged.merging, compiled.arrays
    problem, block = merging.offers.problem, merging.whole
    units: IntArray = np.zeros(len(problem.lines), np.int64)
    amounts = block.price_terms(merged.whole, merged.units)
    for take in own:
        units = take.units
        amounts += take.block.price_terms(take.offer, take.units)
    group, node = problem.groups[0], arrays.nodes[problem.nodes[merging.node]]
    km = 0.0
    place = group.delivery.to or problem.order.destination
    if place is not None:
        km = float(arrays.distances_km(problem.nodes[[merging.node]], place)[0])
    dates = Moments()
    if block.dates is not None:
        dates = moments_of(block.dates, merged.whole)
    # It leaves as it does if its parts do.
    dates["valid_until"] = min(
        part.valid_until for part in sent if part.valid_until is not None
    )
    return replace(
        Shipment(
            order_id=problem.order.id,
            node_id=node.id,
            method=group.delivery.method,
            contents=_contents(merged, units),
            costs=_sum_of(amounts),
            service=block.service_of(merged.whole),
            distance_km=km,
            workload=float(units.sum()),
            supply=Supply.IN_STOCK,
        ),
        **dates,
    )


def _contents(merged: Merged, units: IntArray) -> tuple[Content, ...]:
    lines = merged.merging.offers.problem.lines
    return tuple(
        Content(line.id, line.sku, held)
        for line, held in zip(lines, units.tolist(), strict=True)
        if held
    )


def _sum_of(amounts: list[tuple[str, float]]) -> Costs:
    return Costs.sum_of([Costs.of({name: amount}) for name, amount in amounts])


def _reasons(offers: Offers, choice: Choice) -> dict[int, Reason]:
    """
    Say why lines are left where plans of two kinds were looked at.

    What nobody has is plain. Other causes are asked about by plans of one kind alone,
    which proves nothing here.
    """
    problem = offers.problem
    left = problem.wanted - choice.filled(offers)
    has = problem.stock.sum(axis=1)[problem.sku_of] > 0
    return {
        at: Reason.NO_CAUSE_PROVEN if has[at] else Reason.OUT_OF_STOCK
        for at in np.flatnonzero(left).tolist()
    }
