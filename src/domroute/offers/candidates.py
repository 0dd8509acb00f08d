"""The ways to ship what may be shipped, priced; each way is an *offer*."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from domroute.costs.asking import ask, blame
from domroute.costs.quotes import OrderQuotes
from domroute.costs.term import Carrier, Charges, CostTerm, Pricer, Question
from domroute.ledger import Snapshot
from domroute.offers.blocks import SINGLE_THREAD, Block, Part
from domroute.offers.eligibility import Eligibility, SoftBreak
from domroute.offers.quoting import QUOTED, QuotedLines, cover
from domroute.offers.ways import Serving, Way, find_ways
from domroute.problem import Group, NetworkArrays, OrderProblem
from domroute.units import BoolArray, FloatArray, IntArray
from domroute.words import Measure


@dataclass(frozen=True, slots=True)
class Rung:
    """
    How far down a hard ladder an order goes.

    Attributes
    ----------
    worst
        The priority beyond which nodes are left out; infinite without a ladder.
    is_proven
        Whether it is proven that the order needs to go so far, and no farther.
    floor
        Where it is not, what plans over the nodes of all rungs cost at least.
    """

    worst: float = math.inf
    is_proven: bool = True
    floor: float = math.inf

    def holds(self, bound: float) -> float:
        """Return what is proven where a bound is over the nodes up to this rung."""
        return bound if self.is_proven else min(bound, self.floor)


NO_LADDER: Final = Rung()


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
    rung
        How far down a hard ladder they go.
    drain
        The rung of each node of a ladder whose rungs are drained one after another,
        from zero; shape ``(M,)``; None where none is, or one rung does it all.
    least
        Units of each line that a plan must fill; None where it is free; shape ``(L,)``.
    through
        The node at hand that a plan must use; None where it is free.
    """

    problem: OrderProblem
    eligibility: Eligibility
    blocks: tuple[Block, ...]
    penalty: FloatArray
    workload: FloatArray | None
    rung: Rung = NO_LADDER
    drain: IntArray | None = None
    least: IntArray | None = None
    through: int | None = None

    @property
    def is_free(self) -> bool:
        """Whether a plan may fill what it likes, by whatever nodes."""
        return self.least is None and self.through is None

    @property
    def has_ladder(self) -> bool:
        """Whether a hard ladder says which nodes come before others."""
        return self.drain is not None or self.rung != NO_LADDER

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
    serving: Serving,
    inventory: Snapshot,
    quotes: OrderQuotes,
    penalty: FloatArray,
    any_carrier: bool = False,
) -> Candidates:
    """
    Price every way to ship what the eligibility leaves.

    With ``any_carrier`` as though there were one for everything, besides, for nothing.
    """
    blocks: list[Block] = []
    # Without lines that share one, SKUs stand in the order of the lines.
    stock = eligibility.stock
    if problem.shares_skus:
        stock = stock[problem.sku_of]
    usable = eligibility.allowed & (stock > 0)
    limit = np.minimum(stock, problem.quantity[:, None])
    if not np.logical_and.reduce(eligibility.allowed, axis=None):
        limit = limit * eligibility.allowed
    if eligibility.capacity is not None:
        # A quoted workload may be zero: only a node beyond its limit is left out then.
        is_workload = arrays.measure[problem.nodes] == list(Measure).index(
            Measure.WORKLOAD
        )
        left = eligibility.capacity
        usable &= np.where(is_workload, left >= 0, left > 0)
    is_one = len(problem.groups) == 1
    for at, group in enumerate(problem.groups):
        mine = usable if is_one else usable[group.lines]
        kept = np.logical_or.reduce(mine, axis=0).nonzero()[0]
        if len(kept) == 0:
            continue
        question = _ask(problem, group, arrays, inventory, kept)
        lines = QuotedLines.of(question, quotes)
        charged = [(term, ask(term, pricer, question)) for term, pricer in terms]
        breaks = [
            replace(soft, breaks=soft.breaks[:, kept])
            for soft in eligibility.breaks[at]
        ]
        rows = limit if is_one else limit[group.lines]
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
            for way in find_ways(
                group,
                question.nodes,
                serving,
                charged,
                lines,
                any_carrier=any_carrier,
            )
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
    place = group.destination
    lines, items = problem.lines, problem.items
    quantity, weight_kg = problem.quantity, problem.weight_kg
    volume_cm3, unit_price = problem.volume_cm3, problem.unit_price
    available = problem.stock
    if len(problem.groups) > 1:
        at = group.lines
        lines = tuple([lines[i] for i in at.tolist()])
        items = tuple([items[i] for i in at.tolist()])
        quantity, weight_kg = quantity[at], weight_kg[at]
        volume_cm3, unit_price = volume_cm3[at], unit_price[at]
        available = available[problem.sku_of[at]]
    elif problem.shares_skus:
        available = available[problem.sku_of]
    nodes, distance_km = problem.nodes, group.distance_km
    if len(kept) < len(nodes):
        nodes, distance_km = nodes[kept], distance_km[kept]
        available = available[:, kept]
    return Question(
        problem.order,
        group.delivery,
        None if place is None else place.postal_code,
        lines,
        items,
        arrays,
        inventory,
        nodes,
        distance_km,
        quantity,
        weight_kg,
        volume_cm3,
        unit_price,
        available,
    )


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
    way: Way,
) -> Block:
    nodes = way.nodes
    whole = len(nodes) == len(kept)
    quoted = None if way.quoted is None else ~np.isnan(way.quoted)
    units = None if quotes.units is None else quotes.units[:, nodes]
    known = None if units is None else ~np.isnan(units)
    parts = [
        cover(part, quoted, known, term)
        for term, part in _charge(charged, way, len(kept), len(group.lines))
    ]
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
    carries: BoolArray | None = None
    for carrier in way.carriers.values():
        accepted = carrier.carries
        if accepted is not None and not np.logical_and.reduce(accepted):
            carries = accepted if carries is None else carries & accepted
    if carries is not None:
        limit = limit * carries[:, None]
    per_shipment = _sum([p.per_shipment for p in parts], (len(nodes),))
    per_line = _sum_or_none([p.per_line for p in parts])
    per_unit = np.ascontiguousarray(_sum([p.per_unit for p in parts], limit.shape))
    _check_finite(charged, per_shipment, per_line, per_unit)
    return Block(
        group=at,
        service=way.service,
        lines=group.lines,
        nodes=kept if whole else kept[nodes],
        limit=limit,
        per_shipment=per_shipment,
        per_line=per_line,
        per_unit=per_unit,
        parts=tuple(parts),
        carries=carries,
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


def _charge(
    charged: list[tuple[CostTerm, Charges]], way: Way, count: int, lines: int
) -> Iterator[tuple[CostTerm, Part]]:
    """Yield what each term charges along one way, out of ``count`` nodes."""
    whole = len(way.nodes) == count
    for at, (term, made) in enumerate(charged):
        part = _take(term.name, made, way.nodes, whole=whole)
        carrier = way.carriers.get(at)
        if carrier is not None:
            part = _carry(part, carrier, way.nodes, lines)
        yield term, part


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
    """Add what a term charges by a service to what it charges in any case."""
    count = len(nodes)
    per_shipment, per_unit = part.per_shipment, part.per_unit
    once = carrier.per_shipment
    if isinstance(once, np.ndarray):
        per_shipment = _sum([per_shipment, once[nodes]], (count,))
    elif once:
        base = np.zeros(count) if per_shipment is None else per_shipment
        per_shipment = base + once
    each = carrier.per_unit
    if each is not None and np.logical_or.reduce(each, axis=None):
        base = np.zeros((lines, count)) if per_unit is None else per_unit
        per_unit = base + (each[:, None] if each.ndim == 1 else each[:, nodes])
    tariff = carrier.tariff
    if tariff is not None and len(tariff.zone) != count:
        tariff = replace(tariff, zone=tariff.zone[nodes])
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
