"""One order asked again, at prices and with what others have left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domroute.problem import NetworkArrays
from domroute.sourcing.blocks import Block, Part
from domroute.sourcing.candidates import Candidates
from domroute.sourcing.cells import Prices, Usage
from domroute.sourcing.choice import Take
from domroute.units import FloatArray, IntArray
from domroute.words import Measure

_PRICE = "price"


def reprice(
    candidates: Candidates, cell: IntArray, prices: Prices, arrays: NetworkArrays
) -> Candidates:
    """
    Charge prices on units and capacity, as one more term of every offer.

    A node's price per order is charged for one delivery only where an order has
    several: never more than it should be, as a bound needs.
    """
    problem = candidates.problem
    load = prices.load[problem.nodes]
    measure = arrays.measure[problem.nodes]

    def of(kind: Measure) -> FloatArray:
        return np.where(measure == list(Measure).index(kind), load, 0.0)

    each = 1.0 if candidates.workload is None else candidates.workload
    per_unit = prices.units[cell][problem.sku_of] + of(Measure.UNITS)
    per_unit += of(Measure.WORKLOAD) * each
    per_order = of(Measure.ORDERS) * (len(problem.groups) == 1)
    per_line = np.broadcast_to(of(Measure.LINES), per_unit.shape)
    blocks = [
        _charge(
            block,
            per_order[block.nodes],
            per_line[np.ix_(block.lines, block.nodes)],
            per_unit[np.ix_(block.lines, block.nodes)],
        )
        for block in candidates.blocks
    ]
    return replace(candidates, blocks=tuple(blocks))


def _charge(
    block: Block, per_shipment: FloatArray, per_line: FloatArray, per_unit: FloatArray
) -> Block:
    """Add one more term to a block of offers."""
    part = Part(_PRICE, per_shipment, per_line, per_unit)
    return replace(
        block,
        per_shipment=block.per_shipment + per_shipment,
        per_line=per_line if block.per_line is None else block.per_line + per_line,
        per_unit=block.per_unit + per_unit,
        parts=(*block.parts, part),
    )


def restrict(
    candidates: Candidates, cell: IntArray, used: Usage, capacity: FloatArray
) -> Candidates:
    """
    Leave an order what others have left: of stock, and of capacity.

    Parameters
    ----------
    candidates
        The order, as it stood before any was taken.
    cell
        Its cells; shape ``(K, M)``.
    used
        What the others take.
    capacity
        Of each node before any was used; shape ``(N,)``.
    """
    problem, eligibility = candidates.problem, candidates.eligibility
    taken = used.units[cell].astype(np.int64)
    stock = np.maximum(0, eligibility.stock - taken)
    left = eligibility.capacity
    if left is not None:
        nodes = problem.nodes
        left = np.maximum(0.0, np.where(
            np.isfinite(capacity[nodes]), left - used.load[nodes], left
        ))  # fmt: skip
    blocks = [
        replace(
            block,
            limit=np.minimum(
                block.limit, stock[problem.sku_of[block.lines]][:, block.nodes]
            ),
        )
        for block in candidates.blocks
    ]
    return replace(
        candidates,
        problem=replace(problem, stock=np.maximum(0, problem.stock - taken)),
        eligibility=replace(eligibility, stock=stock, capacity=left),
        blocks=tuple(blocks),
    )


def add_usage(
    used: Usage,
    candidates: Candidates,
    cell: IntArray,
    takes: tuple[Take, ...],
    *,
    arrays: NetworkArrays,
    sign: float = 1.0,
) -> None:
    """Add what takes use to what is used, or with ``sign=-1`` take it off again."""
    problem = candidates.problem
    has_order: set[int] = set()
    for take in takes:
        node = int(problem.nodes[take.node])
        skus = problem.sku_of[take.block.lines]
        np.add.at(used.units, cell[skus, take.node], sign * take.units)
        if np.isfinite(arrays.capacity[node]):
            kind = list(Measure)[int(arrays.measure[node])]
            is_more = kind is not Measure.ORDERS or node not in has_order
            used.load[node] += sign * is_more * _load(candidates, take, kind)
            has_order.add(node)


def _load(candidates: Candidates, take: Take, kind: Measure) -> float:
    """Measure what one take uses of its node's capacity."""
    match kind:
        case Measure.ORDERS:
            return 1.0
        case Measure.LINES:
            return float((take.units > 0).sum())
        case Measure.UNITS:
            return float(take.units.sum())
        case Measure.WORKLOAD:
            each = candidates.workload
            if each is None:
                return float(take.units.sum())
            return float(take.units @ each[take.block.lines, take.node])
