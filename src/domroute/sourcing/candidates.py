"""The ways to ship what may be shipped, priced; each way is an *offer*."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from domroute.costs.quotes import OrderQuotes
from domroute.costs.term import Carrier, Charges, CostTerm, Pricer, Question
from domroute.ledger import Snapshot
from domroute.problem import Group, NetworkArrays, OrderProblem
from domroute.sourcing.blocks import Block, Part
from domroute.sourcing.eligibility import Eligibility, SoftBreak
from domroute.sourcing.quoting import HONOR_QUOTES, QUOTED, QuotedLines, cover
from domroute.units import FloatArray, IntArray
from domroute.words import Measure


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """
    Every way an order's units may leave, and what the order as a whole must keep to.

    Attributes
    ----------
    blocks
        Offers by group and service, in a stated order.
    penalty
        Cost of leaving a unit of each line unfilled; infinite where it must be filled;
        shape ``(L,)``.
    workload
        Capacity in workload that a unit of each line takes at each node at hand; shape
        ``(L, M)``; None where no node is limited so.
    """

    problem: OrderProblem
    eligibility: Eligibility
    blocks: tuple[Block, ...]
    penalty: FloatArray
    workload: FloatArray | None

    @property
    def offer_count(self) -> int:
        """How many ways to ship there are."""
        return sum(len(block.nodes) for block in self.blocks)


def find_candidates(
    problem: OrderProblem,
    eligibility: Eligibility,
    terms: Sequence[tuple[CostTerm, Pricer]],
    *,
    arrays: NetworkArrays,
    inventory: Snapshot,
    quotes: OrderQuotes,
    penalty: FloatArray,
) -> Candidates:
    """Price every way to ship what the eligibility leaves."""
    blocks: list[Block] = []
    stock = eligibility.stock[problem.sku_of]
    usable = eligibility.allowed & (stock > 0)
    limit = np.minimum(stock, problem.quantity[:, None])
    if not eligibility.allowed.all():
        limit = limit * eligibility.allowed
    if eligibility.capacity is not None:
        # A quoted workload may be zero: only a node beyond its limit is left out then.
        is_workload = arrays.measure[problem.nodes] == list(Measure).index(
            Measure.WORKLOAD
        )
        left = eligibility.capacity
        usable &= np.where(is_workload, left >= 0, left > 0)
    for at, group in enumerate(problem.groups):
        kept = np.flatnonzero(usable[group.lines].any(axis=0))
        if len(kept) == 0:
            continue
        question = _ask(problem, group, arrays, inventory, kept)
        lines = QuotedLines.of(question, quotes)
        charged = [(term, pricer.charges(question)) for term, pricer in terms]
        breaks = [
            replace(soft, breaks=soft.breaks[:, kept])
            for soft in eligibility.breaks[at]
        ]
        rows = limit if len(problem.groups) == 1 else limit[group.lines]
        if len(kept) < limit.shape[1]:
            rows = rows[:, kept]
        blocks += [
            _build_block(
                at,
                group,
                kept,
                limit=rows,
                charged=charged,
                eligibility=eligibility,
                breaks=breaks,
                quotes=lines,
                way=way,
            )
            for way in _ways(charged, lines, len(kept))
        ]
    return Candidates(
        problem=problem,
        eligibility=eligibility,
        blocks=tuple(block for block in blocks if len(block.nodes)),
        penalty=penalty,
        workload=_workload(problem, arrays, quotes),
    )


def _ask(
    problem: OrderProblem,
    group: Group,
    arrays: NetworkArrays,
    inventory: Snapshot,
    kept: IntArray,
) -> Question:
    at = group.lines.tolist()
    place = group.destination
    return Question(
        order=problem.order,
        delivery=group.delivery,
        postal_code=None if place is None else place.postal_code,
        lines=tuple([problem.lines[i] for i in at]),
        items=tuple([problem.items[i] for i in at]),
        arrays=arrays,
        inventory=inventory,
        nodes=problem.nodes[kept],
        distance_km=group.distance_km[kept],
        quantity=problem.quantity[group.lines],
        weight_kg=problem.weight_kg[group.lines],
        volume_cm3=problem.volume_cm3[group.lines],
        unit_price=problem.unit_price[group.lines],
        available=problem.stock[problem.sku_of[group.lines]][:, kept],
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """One service (or none) over the nodes that use it, and its shipment quotes."""

    carrier: Carrier | None
    nodes: IntArray
    quoted: FloatArray | None


def _ways(
    charged: list[tuple[CostTerm, Charges]], quotes: QuotedLines, count: int
) -> list[_Way]:
    """List the services to choose from; a shipment quoted without one needs none."""
    offered = [made.carriers for _, made in charged if made.carriers is not None]
    everywhere = np.arange(count)
    if quotes.shipment is None:
        covered = np.zeros(count, bool)
    else:
        covered = ~np.isnan(quotes.shipment)
    ways: list[_Way] = []
    if not offered:
        return [_Way(None, everywhere, quotes.shipment)]
    if covered.any() and quotes.shipment is not None:
        at = np.flatnonzero(covered)
        ways.append(_Way(None, at, quotes.shipment[at]))
    for carriers in offered:
        for carrier in carriers:
            serves = carrier.serves & ~covered
            at = everywhere if serves.all() else np.flatnonzero(serves)
            mine = quotes.by_service.get(carrier.service)
            ways.append(_Way(carrier, at, None if mine is None else mine[at]))
    return ways


def _build_block(
    at: int,
    group: Group,
    kept: IntArray,
    *,
    limit: IntArray,
    charged: list[tuple[CostTerm, Charges]],
    eligibility: Eligibility,
    breaks: list[SoftBreak],
    quotes: QuotedLines,
    way: _Way,
) -> Block:
    nodes = way.nodes
    whole = len(nodes) == len(kept)
    carrier = way.carrier
    quoted = None if way.quoted is None else ~np.isnan(way.quoted)
    units = None if quotes.units is None else quotes.units[:, nodes]
    known = None if units is None else ~np.isnan(units)
    parts: list[Part] = []
    for term, made in charged:
        part = _take(term.name, made, nodes, whole=whole)
        if made.carriers is not None and carrier is not None:
            part = _carry(part, carrier, nodes, len(group.lines))
        if term.is_quotable:
            honors = type(term) in HONOR_QUOTES
            part = cover(part, quoted, known, honors_quotes=honors)
        parts.append(part)
    if quoted is not None or known is not None:
        parts.append(
            Part(
                QUOTED,
                per_shipment=None if way.quoted is None else np.nan_to_num(way.quoted),
                per_unit=None if units is None else np.nan_to_num(units),
            )
        )
    parts += [
        Part(name, per_shipment=price[kept[nodes]])
        for name, price in eligibility.preferences
    ]
    for soft in breaks:
        mine = soft.breaks[:, nodes]
        if mine.all():
            parts.append(Part(soft.name, per_shipment=np.full(len(nodes), soft.price)))
        elif (mine == mine[0]).all():
            parts.append(Part(soft.name, per_shipment=soft.price * mine[0]))
        else:
            parts.append(Part(soft.name, breaks=replace(soft, breaks=mine)))
    if not whole:
        limit = limit[:, nodes]
    if carrier is not None and not carrier.carries.all():
        limit = limit * carrier.carries[:, None]
    return Block(
        group=at,
        service=None if carrier is None else carrier.service,
        lines=group.lines,
        nodes=kept if whole else kept[nodes],
        limit=limit,
        per_shipment=_sum([p.per_shipment for p in parts], (len(nodes),)),
        per_line=_sum_or_none([p.per_line for p in parts]),
        per_unit=np.ascontiguousarray(_sum([p.per_unit for p in parts], limit.shape)),
        parts=tuple(parts),
    )


def _take(name: str, made: Charges, nodes: IntArray, *, whole: bool) -> Part:
    if whole:
        return Part(name, made.per_shipment, made.per_line, made.per_unit, made.curve)
    curve = made.curve
    return Part(
        name,
        None if made.per_shipment is None else made.per_shipment[nodes],
        None if made.per_line is None else made.per_line[:, nodes],
        None if made.per_unit is None else made.per_unit[:, nodes],
        None if curve is None else lambda units: curve(units)[:, nodes],
    )


def _carry(part: Part, carrier: Carrier, nodes: IntArray, lines: int) -> Part:
    """Add a carrier's tariff and surcharges to the term that offers it."""
    count = len(nodes)
    per_shipment, per_unit = part.per_shipment, part.per_unit
    if carrier.per_shipment:
        per_shipment = _sum(
            [per_shipment, np.full(count, carrier.per_shipment)], (count,)
        )
    if carrier.per_unit.any():
        extra = np.broadcast_to(carrier.per_unit[:, None], (lines, count))
        per_unit = _sum([per_unit, extra], (lines, count))
    zone = carrier.tariff.zone
    tariff = carrier.tariff
    if len(zone) != count:
        tariff = replace(tariff, zone=zone[nodes])
    return Part(part.name, per_shipment, part.per_line, per_unit, part.curve, tariff)


def _sum(arrays: list[FloatArray | None], shape: tuple[int, ...]) -> FloatArray:
    total = _sum_or_none(arrays)
    return np.zeros(shape) if total is None else total


def _sum_or_none(arrays: list[FloatArray | None]) -> FloatArray | None:
    total: FloatArray | None = None
    for array in arrays:
        if array is not None:
            total = array if total is None else total + array
    return total


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
