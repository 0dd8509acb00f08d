"""One order asked again, at prices and with what others have left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from domroute.batch.cells import Prices
from domroute.batch.days import day_prices, day_uses
from domroute.batch.drawn import Taken, prices_by_class, rows_of
from domroute.costs.charges import Charged, Linear
from domroute.offers.blocks import Block
from domroute.offers.eligibility import Eligibility
from domroute.offers.priced import Offers
from domroute.problem import NetworkArrays
from domroute.sourcing.choice import Take
from domroute.units import FloatArray, IntArray

_PRICE = "price"


def reprice(
    offers: Offers,
    cell: IntArray,
    prices: Prices,
    arrays: NetworkArrays,
    *,
    later: IntArray | None = None,
    days: IntArray | None = None,
) -> Offers:
    """
    Charge prices on units and capacity, as one more term of every offer.

    What arrives later has cells of its own, ``(C-1, K, M)``, and each working day that
    the order could use a row of its own, ``(Q,)``. A price per order is charged only
    where no order can have two shipments from one node: never more than it
    should be, as a bound needs.
    """
    problem = offers.problem
    load = prices.load[arrays.capacity.of_node[:, problem.nodes]]
    uses = arrays.capacity.demands_at(problem.nodes)
    each = 1.0 if offers.workload is None else offers.workload
    shape = len(problem.lines), len(problem.nodes)
    by_unit = (load * uses.per_unit).sum(axis=0)
    by_work = np.broadcast_to((load * uses.per_work).sum(axis=0) * each, shape)
    by_class = prices.units[cell][None]
    if later is not None:
        by_class, _ = prices_by_class((cell, later), prices)
    is_once = len(problem.groups) == 1 and not offers.divides
    per_order = (load * uses.per_order).sum(axis=0) * is_once
    per_line = np.broadcast_to((load * uses.per_line).sum(axis=0), shape)
    blocks = []
    for block in offers.blocks:
        on_day = day_prices(block, days, prices)
        made = _charge(
            block,
            per_order[block.nodes] + on_day[0] * is_once,
            per_line[np.ix_(block.lines, block.nodes)] + on_day[1],
            by_class[rows_of(offers, block)]
            + by_unit[block.nodes]
            + by_work[np.ix_(block.lines, block.nodes)]
            + on_day[2],
        )
        blocks.append(made)
    return replace(offers, blocks=tuple(blocks))


def _charge(
    block: Block, per_shipment: FloatArray, per_line: FloatArray, per_unit: FloatArray
) -> Block:
    """Add one more term to a block of offers."""
    price = Charged(_PRICE, (Linear(per_shipment, per_line, per_unit),))
    return replace(
        block,
        per_shipment=block.per_shipment + per_shipment,
        per_line=per_line if block.per_line is None else block.per_line + per_line,
        per_unit=block.per_unit + per_unit,
        charged=(*block.charged, price),
    )


def restrict(
    offers: Offers,
    taken: FloatArray,
    load: FloatArray,
    arrays: NetworkArrays,
    later: FloatArray | None = None,
) -> Offers:
    """
    Leave an order what others have left: of stock, and of capacity.

    Parameters
    ----------
    offers
        The order, as it stood before any was taken.
    taken
        Units of each SKU that others take of each node at hand; shape ``(K, M)``.
    load
        What others use of the nodes' capacity; shape ``(R, M)``.
    arrays
        The network.
    later
        Units that others take of what each class brings, for an order that may wait;
        shape ``(C-1, K, M)``.
    """
    problem = offers.problem
    units = np.rint(taken).astype(np.int64)
    eligibility = offers.eligibility.without(units, later)
    left = eligibility.capacity
    has_room = np.ones(len(problem.nodes), bool)
    if left is not None:
        left = np.maximum(0.0, left - load)
        # A workload may be quoted as zero, and fit a node that has nothing left.
        is_work = arrays.capacity.demands_at(problem.nodes).per_work > 0
        has_room = np.logical_and.reduce(is_work | (left > 0), axis=0)
    blocks = [
        block.at_most(_left_to(offers, eligibility, block) * has_room[block.nodes])
        for block in offers.blocks
    ]
    return replace(
        offers,
        problem=replace(problem, stock=np.maximum(0, problem.stock - units)),
        eligibility=replace(eligibility, capacity=left),
        blocks=tuple(blocks),
    )


def _left_to(offers: Offers, eligibility: Eligibility, block: Block) -> IntArray:
    """Count the units of each line that offers may take of what is left; ``(G, A)``."""
    where, by_date = rows_of(offers, block), eligibility.by_date
    if by_date is None:
        alone: IntArray = eligibility.stock[None][where]
        return alone
    left: IntArray = by_date.stock[where]
    if block.barred is None:
        return left
    return np.where(block.barred, np.minimum(left, by_date.coming[where]), left)


def uses(
    offers: Offers,
    cell: IntArray,
    takes: tuple[Take, ...],
    arrays: NetworkArrays,
    days: IntArray | None = None,
) -> Iterator[Taken]:
    """Yield for each take its cells and their units, its rows and their loads."""
    problem = offers.problem
    each = offers.workload
    has_order: set[int] = set()
    on_day: set[int] = set()
    for take in takes:
        node = int(problem.nodes[take.node])
        lines, units = take.block.lines, take.units
        work = units.sum() if each is None else units @ each[lines, take.node]
        rows = arrays.capacity.of_node[:, node]
        uses = arrays.capacity.demands.at(rows)
        load = (units > 0).sum() * uses.per_line + units.sum() * uses.per_unit
        load += work * uses.per_work
        if node not in has_order:
            load += uses.per_order
            has_order.add(node)
        skus = np.unique(problem.sku_of[lines])
        of_line = problem.sku_of[lines]
        taken = np.array([units[of_line == k].sum() for k in skus], np.int64)
        if days is not None:
            more, used = day_uses(days, take, on_day)
            rows, load = np.append(rows, more), np.append(load, used)
        yield cell[skus, take.node], taken, rows, load
