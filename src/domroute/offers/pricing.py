"""Offers found: laid out by delivery and service, then priced by terms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from domroute.costs.asking import blame
from domroute.costs.charges import (
    AnyOf,
    Charge,
    Charged,
    Linear,
    charges_of,
    check_zones,
    parted,
)
from domroute.costs.quotes import OrderQuotes
from domroute.costs.term import Charges, CostTerm, Pricer
from domroute.ledger import Snapshot
from domroute.offers.asking import Asked, Asking, asked_of
from domroute.offers.blocks import Block
from domroute.offers.carriage import check_carriers, narrowed
from domroute.offers.classes import Waiting
from domroute.offers.dating import Dating, Undated
from domroute.offers.delivery import DeliveryAtHand
from domroute.offers.eligibility import Eligibility, Mark
from domroute.offers.handling import merged
from domroute.offers.laid import NO_SERVICE, same
from domroute.offers.priced import Offers
from domroute.offers.pricetable import SINGLE_THREAD
from domroute.offers.quoting import (
    NOTHING_QUOTED,
    QUOTED,
    QuotedLines,
    cover,
    unseen_by,
)
from domroute.offers.sending import by_sending
from domroute.offers.services import Serving
from domroute.offers.workdays import Workdays
from domroute.problem import NetworkArrays, OrderProblem
from domroute.promise.window import tick_of
from domroute.units import BoolArray, FloatArray, IntArray

SUBSTITUTION: Final = "substitution"
"""What is charged for substitutes, in the costs of a shipment."""


def find_offers(
    problem: OrderProblem,
    eligibility: Eligibility,
    terms: Sequence[tuple[CostTerm, Pricer]],
    *,
    arrays: NetworkArrays,
    serving: Serving,
    dating: Dating,
    inventory: Snapshot,
    quotes: OrderQuotes,
    penalty: FloatArray,
    several: bool,
    any_carrier: bool,
    any_date: bool,
    is_alone: bool,
    any_life: bool = False,
    unbound: Sequence[int] = (),
) -> Offers:
    """
    Price every way to ship what the eligibility leaves.

    With ``several`` a node may send a delivery by several services at once. With
    ``any_carrier`` as though there were one for everything, besides, for nothing; with
    ``any_date`` as though any date would do, and with ``any_life`` as though nothing
    expired. No rule on tags keeps the lines ``unbound`` from a service. Without
    ``is_alone`` other orders may take what is there now, and what comes later is
    offered whatever that is.
    """
    by_date = eligibility.by_date
    usable, limit = what_nodes_give(problem, eligibility, arrays)
    is_one = len(problem.groups) == 1
    blocks: list[Block] = []
    late: list[Undated] = []
    lacking: list[Mark] = []
    is_dated = dating.concerns(problem)
    workload = _workload(problem, arrays, quotes)
    workdays = _workdays(problem, eligibility, (limit, workload), dating)
    for at, group in enumerate(problem.groups):
        mine = usable if is_one else usable[group.lines]
        kept = np.logical_or.reduce(mine, axis=0).nonzero()[0]
        if len(kept) == 0:
            continue
        delivery = DeliveryAtHand(problem, group, kept, arrays, inventory)
        quoted = delivery.quoted(quotes)
        mine_most = limit if is_one else limit[group.lines]
        lasting = None if any_life else dating.freshness.lasting(delivery)
        waiting = None
        if by_date is not None:
            sku_of, waits = problem.sku_of[group.lines], by_date.waits[group.lines]
            wanted: IntArray | None = None
            if problem.shares_skus:
                wanted = np.bincount(problem.sku_of, problem.quantity).astype(np.int64)
                wanted = wanted[sku_of]
            lines, here, most = (sku_of, waits, wanted), by_date, mine_most
            if len(kept) < mine_most.shape[1]:
                here, most = by_date.at(kept), mine_most.take(kept, axis=1)
            waiting = Waiting.of(
                here,
                lines,
                most,
                is_alone=is_alone,
                expires=None if lasting is None else lasting.expires,
            )
        asking = Asking(
            delivery,
            serving,
            dating if is_dated else None,
            quoted.covers_all,
            any_carrier=any_carrier,
            any_date=any_date,
            waiting=waiting,
            lasting=lasting,
            workdays=workdays,
            unbound=unbound,
        )
        asked, charged = asked_of(asking, terms)
        late += [] if asked.late is None else [asked.late]
        lacking += [] if asked.lacking is None else [asked.lacking]
        block = _build_block(
            at,
            delivery,
            asked,
            limit=mine_most,
            charged=charged,
            eligibility=eligibility,
            quoted=quoted,
            serving=serving,
        )
        if workdays is not None:
            block = workdays.limited(block)
        if len(block.nodes):
            blocks.append(block)
    minimums, made = None, tuple(blocks)
    if is_dated and arrays.has_minimums:
        made, minimums = by_sending(made, problem, arrays)
    return Offers(
        problem=problem,
        eligibility=eligibility,
        blocks=made,
        penalty=penalty,
        workload=workload,
        several=several,
        dating=tuple(late),
        days=None if workdays is None else workdays.rows,
        lacking=tuple(lacking),
        minimums=minimums,
    )


def what_nodes_give(
    problem: OrderProblem, eligibility: Eligibility, arrays: NetworkArrays
) -> tuple[BoolArray, IntArray]:
    """Tell which nodes may give some of which lines, and how much; ``(L, M)`` each."""
    # Without lines that share one, SKUs stand in the order of the lines.
    stock = eligibility.stock
    if problem.shares_skus or eligibility.by_date is not None:
        stock = eligibility.of_lines(problem.sku_of)
    usable = eligibility.allowed & (stock > 0)
    limit = np.minimum(stock, problem.quantity[:, None])
    if np.count_nonzero(eligibility.allowed) < eligibility.allowed.size:
        limit = limit * eligibility.allowed
    if eligibility.capacity is not None:
        # A quoted workload may be zero: only a node beyond its limit is left out then.
        rows = arrays.capacity.of_node.take(problem.nodes, axis=1)
        is_workload = arrays.capacity.demands.per_work[rows] > 0
        left = eligibility.capacity
        has_room = np.where(is_workload, left >= 0, left > 0)
        usable &= np.logical_and.reduce(has_room, axis=0)
    return usable, limit


def _workdays(
    problem: OrderProblem,
    eligibility: Eligibility,
    takes: tuple[IntArray, FloatArray | None],
    dating: Dating,
) -> Workdays | None:
    """Look at the working days that an order could use; None if none has a limit."""
    days, placed = eligibility.days, problem.order.placed_at
    if days is None or placed is None:
        return None
    limit, workload = takes
    last = tick_of(placed) + dating.finder.horizon
    return Workdays(days, problem.nodes, limit, workload, last, dating.most_days)


def _build_block(
    at: int,
    delivery: DeliveryAtHand,
    asked: Asked,
    *,
    limit: IntArray,
    charged: list[tuple[CostTerm, Charges]],
    eligibility: Eligibility,
    quoted: QuotedLines,
    serving: Serving,
) -> Block:
    """Put together what a delivery's offers can take, and what terms charge for it."""
    laid, question, kept = asked.laid, asked.question, delivery.kept
    services = serving.ids
    nodes = kept if laid.node is None else kept[laid.node]
    limit = asked.limited(limit, nodes)
    count, shape = len(nodes), limit.shape
    quote, units = quoted.by_offer(laid, services), quoted.units
    if units is not None and laid.node is not None:
        units = units[:, laid.node]
    is_quoted = None if quote is None else ~np.isnan(quote)
    known = None if units is None else ~np.isnan(units)
    carries, served, terms = laid.carries, None, []
    runs: dict[str, slice] = {}
    sharing = serving.sharing
    goods = delivery.items, delivery.problem.order.id
    sharers = None if sharing is None else sharing.among(*goods)
    for term, made in charged:
        if made.carriers:
            check_carriers(term, made.carriers, services)
            runs = runs or laid.runs_by(services)
            check_zones(term.name, made.carriers, runs)
            unseen = unseen_by(term, is_quoted, known)
            carries, served = narrowed(
                made.carriers, runs, (carries, served), unseen, count
            )
        sizes = question.weight_kg, question.volume_cm3
        charges = charges_of(made, *sizes, count, runs, sharers=sharers)
        terms.append(Charged(term.name, cover(charges, is_quoted, known, term)))
    soft, by_offer = eligibility.breaks[at], []
    if serving.handling is not None:
        by_offer = serving.handling.breaks(delivery, laid)
    is_even = (
        len(laid.runs) > 1
        and carries is None
        and quoted is NOTHING_QUOTED
        and not by_offer
        and _is_even(terms, serving.by_service)
    )
    if quote is not None or units is not None:
        as_quoted = Linear(
            per_shipment=None if quote is None else np.nan_to_num(quote),
            per_unit=None if units is None else np.nan_to_num(units),
        )
        terms.append(Charged(QUOTED, (as_quoted,)))
    terms += [
        Charged(name, (Linear(price[nodes]),))
        for name, price in eligibility.preferences
    ]
    terms += _for_substitutes(delivery, count)
    if soft or by_offer:
        here = [replace(each, breaks=each.breaks[:, nodes]) for each in soft]
        terms += [
            Charged(each.name, (broken_by(each.price, each.breaks),))
            for each in merged(here, by_offer)
        ]
    if carries is not None:
        limit = limit * carries
    linear, stepped = parted(terms)
    per_shipment, per_line = linear.per_shipment, linear.per_line
    if per_shipment is None:
        per_shipment = np.zeros(count)
    per_unit = np.zeros(shape) if linear.per_unit is None else linear.per_unit
    per_unit = np.ascontiguousarray(per_unit)
    _check_finite(charged, linear.per_shipment, per_line, linear.per_unit)
    kinds = asked.kinds() if is_even else None
    if kinds is not None and asked.made is not None:
        limit = limit * asked.made
    # Python makes a dictionary of so many names first: those that are plain go without.
    block = Block(
        at,
        services,
        laid.service,
        laid.runs,
        laid.zone if is_even else same(count, NO_SERVICE),
        laid.zones if is_even else 0,
        delivery.group.lines,
        nodes,
        limit=limit,
        per_shipment=per_shipment,
        per_line=per_line,
        per_unit=per_unit,
        charged=tuple(terms),
        stepped=stepped,
        carries=carries,
        dates=asked.dates,
        released=asked.released,
        kinds=kinds,
        by_class=asked.by_class,
        barred=asked.barred,
        brings=asked.brings,
    )
    return block.only(asked.kept(served, are_marked=kinds is not None))


def _for_substitutes(delivery: DeliveryAtHand, count: int) -> list[Charged]:
    """Charge so many offers for what leaves in place of what was asked for."""
    ways = delivery.problem.ways
    if ways is None or not ways.penalty[delivery.group.lines].any():
        return []
    each = ways.penalty[delivery.group.lines]
    per_unit = np.repeat(each[:, None], count, axis=1)
    return [Charged(SUBSTITUTION, (Linear(per_unit=per_unit),))]


def broken_by(price: float, breaks: BoolArray) -> Charge:
    """Charge for a soft rule that lines break, ``(G, A)``: in the simplest way."""
    if breaks.all():
        return Linear(np.full(breaks.shape[1], price))
    if (breaks == breaks[0]).all():
        return Linear(price * breaks[0])
    return AnyOf(price, breaks)


def _is_even(terms: list[Charged], by_service: frozenset[str]) -> bool:
    """Tell whether a node's offers differ by nothing but one charge by zone."""
    by_zone = [c for term in terms for c in term.charges if c.is_by_zone]
    return len(by_zone) <= 1 and all(
        c.is_by_zone for term in terms if term.name in by_service for c in term.charges
    )


def _check_finite(
    charged: list[tuple[CostTerm, Charges]], *sums: FloatArray | None
) -> None:
    """Look for what is not finite only where a sum of all is not: it stays so there."""
    for part in sums:
        if part is not None:
            # Of few numbers the sum of squares is the quicker one.
            few = part.size <= SINGLE_THREAD >> 4
            total = np.vdot(part, part) if few else np.add.reduce(part, axis=None)
            if not math.isfinite(total):
                blame(charged)


def _workload(
    problem: OrderProblem, arrays: NetworkArrays, quotes: OrderQuotes
) -> FloatArray | None:
    if not quotes.workload:
        return None
    load = np.ones((len(problem.lines), len(problem.nodes)))
    get = quotes.workload.get
    for j, node in enumerate(problem.nodes.tolist()):
        name = arrays.nodes[node].id
        for i, line in enumerate(problem.lines):
            load[i, j] = get((line.id, name), 1.0)
    return load
