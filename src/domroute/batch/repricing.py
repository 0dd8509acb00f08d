"""One order asked again, at prices and with what others have left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from domroute.batch.cells import Prices
from domroute.offers.blocks import Block, Part
from domroute.offers.candidates import Candidates
from domroute.problem import NetworkArrays
from domroute.sourcing.choice import Take
from domroute.units import FloatArray, IntArray
from domroute.words import Measure

_PRICE = "price"


def reprice(
    candidates: Candidates, cell: IntArray, prices: Prices, arrays: NetworkArrays
) -> Candidates:
    """
    Charge prices on units and capacity, as one more term of every offer.

    A node's price per order is charged only where no order can have two shipments from
    it: never more than it should be, as a bound needs.
    """
    problem = candidates.problem
    load = prices.load[problem.nodes]
    measure = arrays.measure[problem.nodes]

    def of(kind: Measure) -> FloatArray:
        return np.where(measure == list(Measure).index(kind), load, 0.0)

    each = 1.0 if candidates.workload is None else candidates.workload
    per_unit = prices.units[cell][problem.sku_of] + of(Measure.UNITS)
    per_unit += of(Measure.WORKLOAD) * each
    is_once = len(problem.groups) == 1 and not candidates.divides
    per_order = of(Measure.ORDERS) * is_once
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
    candidates: Candidates,
    taken: FloatArray,
    load: FloatArray,
    arrays: NetworkArrays,
) -> Candidates:
    """
    Leave an order what others have left: of stock, and of capacity.

    Parameters
    ----------
    candidates
        The order, as it stood before any was taken.
    taken
        Units of each SKU that others take of each node at hand; shape ``(K, M)``.
    load
        What others use of the nodes' capacity; shape ``(M,)``.
    arrays
        The network.
    """
    problem, eligibility = candidates.problem, candidates.eligibility
    units = np.rint(taken).astype(np.int64)
    stock = np.maximum(0, eligibility.stock - units)
    left = eligibility.capacity
    has_room = np.ones(len(problem.nodes), bool)
    if left is not None:
        left = np.maximum(0.0, left - load)
        # A workload may be quoted as zero, and fit a node that has nothing left.
        is_load = arrays.measure[problem.nodes] == list(Measure).index(Measure.WORKLOAD)
        has_room = is_load | (left > 0)
    blocks = [
        replace(
            block,
            limit=np.minimum(
                block.limit, stock[problem.sku_of[block.lines]][:, block.nodes]
            )
            * has_room[block.nodes],
        )
        for block in candidates.blocks
    ]
    return replace(
        candidates,
        problem=replace(problem, stock=np.maximum(0, problem.stock - units)),
        eligibility=replace(eligibility, stock=stock, capacity=left),
        blocks=tuple(blocks),
    )


def uses(
    candidates: Candidates,
    cell: IntArray,
    takes: tuple[Take, ...],
    arrays: NetworkArrays,
) -> Iterator[tuple[IntArray, IntArray, int, float]]:
    """Yield for each take its cells and their units, its node and what it loads it."""
    problem = candidates.problem
    has_order: set[int] = set()
    for take in takes:
        node = int(problem.nodes[take.node])
        load = 0.0
        if np.isfinite(arrays.capacity[node]):
            kind = list(Measure)[int(arrays.measure[node])]
            if kind is not Measure.ORDERS or node not in has_order:
                load = _load(candidates, take, kind)
            has_order.add(node)
        skus = np.unique(problem.sku_of[take.block.lines])
        of_line = problem.sku_of[take.block.lines]
        units = np.array([take.units[of_line == k].sum() for k in skus], np.int64)
        yield cell[skus, take.node], units, node, load


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
