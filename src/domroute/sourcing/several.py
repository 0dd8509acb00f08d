"""
One delivery from one node by several services: a sofa by freight, scent by parcel.

Services take parts as nodes do (:mod:`domroute.sourcing.walk`), each of which makes one
shipment at most. The walk is gone only where more than one shipment may be worth it:
each costs its least rate again, so that most parts of most orders are proven to go by
one service at a glance.
"""

from __future__ import annotations

import numpy as np

from domroute.offers.blocks import Block
from domroute.offers.priced import Offers
from domroute.sourcing.bydate import is_too_much, runs_by_class
from domroute.sourcing.causes import lack_cause
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN
from domroute.sourcing.lattice import Lattice, lattice_of
from domroute.sourcing.walk import Levels, Takers
from domroute.split.atoms import Atoms
from domroute.units import FloatArray, IntArray

_SLACK = 1e-9
"""By how much, relative, two sums of the same amounts may differ."""


def where_worth_it(block: Block, units: FloatArray, price: FloatArray) -> IntArray:
    """
    Find the nodes at hand from which several services at once may be worth it.

    Parameters
    ----------
    block
        The offers of a delivery.
    units
        Units of each of its lines in each bundle; shape ``(B, G)``.
    price
        What each bundle costs by one service of each node at hand; shape ``(B, M)``.
    """
    nodes = (np.bincount(block.nodes) > 1).nonzero()[0]
    if not len(nodes):
        return nodes
    floor = _floor(block, units, nodes)
    gains = price.take(nodes, axis=1) > floor + _SLACK * np.maximum(1.0, np.abs(floor))
    gains[units.sum(axis=1) <= 1] = False
    for line, most in enumerate(_most(block, nodes)):
        gains &= units[:, line, None] <= most
    return nodes[np.logical_or.reduce(gains, axis=0)]


def may_gain(block: Block, units: IntArray, node: int) -> bool:
    """Tell whether a node might ship units, ``(G,)``, for less by several services."""
    if len(block.runs) == 1:
        return False
    asked, count = units[None, :].astype(float), node + 1
    if not block.zones:
        block = block.only(block.nodes == node)
    if not len(block.nodes):
        return False
    price, is_plain = block.price_nodes(asked, max(count, _count(block)), FORBIDDEN)
    return not is_plain and node in where_worth_it(block, asked, price)


def _count(block: Block) -> int:
    return int(block.nodes.max()) + 1


def _floor(block: Block, units: FloatArray, nodes: IntArray) -> FloatArray:
    """
    Bound from below what two shipments or more cost from nodes; ``(B, K)``.

    Each of the nodes must have two offers at least.
    """
    at, first = _at_nodes(block, nodes)
    below = block.below()
    start = block.per_shipment[at]
    for charge in below:
        start += charge.start[at]
    cheapest = np.lexsort((start, block.nodes[at]))
    one, two = start[cheapest[first]], start[cheapest[first + 1]]
    present = units > 0
    floor: FloatArray = units @ np.minimum.reduceat(
        block.per_unit.take(at, axis=1), first, 1
    )
    if block.per_line is not None:
        per_line = np.minimum.reduceat(block.per_line[:, at], first, 1)
        # What terms pay for lines they may pay for in each of several.
        per_line += np.minimum(per_line, 0.0) * (len(block.runs) - 1)
        floor += present @ per_line
    for charge in below:
        slope = np.minimum.reduceat(charge.rise[at], first)
        floor += (units @ charge.measure)[:, None] * slope
    # Two services at least, of which one carries each line that is there.
    able = np.where(block.limit.take(at, axis=1) > 0, start, FORBIDDEN)
    other = np.repeat(two[None], len(units), axis=0)
    for has, least in zip(present.T, np.minimum.reduceat(able, first, 1), strict=True):
        np.maximum(other, least, out=other, where=has[:, None])
    floor += other + one
    # So may what they pay for shipments.
    floor += np.add.reduceat(np.minimum(start, 0.0), first)
    return floor


def _at_nodes(block: Block, nodes: IntArray) -> tuple[IntArray, IntArray]:
    """List the offers of nodes that have some, and where those of each begin."""
    is_asked = np.zeros(_count(block), bool)
    is_asked[nodes] = True
    at = is_asked[block.nodes].nonzero()[0]
    at = at[block.nodes[at].argsort(kind="stable")]
    return at, block.nodes[at].searchsorted(nodes)


def merged(
    offers: Offers,
    block: Block,
    units: FloatArray,
    nodes: IntArray,
    lattice: Lattice,
) -> FloatArray:
    """
    Price every bundle at some nodes by however many services, one shipment by each.

    Parameters
    ----------
    offers
        The order.
    block, units
        As in :func:`where_worth_it`; bundles are the states of the lattice.
    nodes
        Positions of nodes at hand; shape ``(K,)``.
    lattice
        The order's.

    Returns
    -------
    FloatArray
        Shape ``(B, K)``.
    """
    start = np.full((len(units), len(nodes)), FORBIDDEN)
    start[~units.any(axis=1)] = 0.0
    walk = Takers(lattice.every)
    reached: Levels = (start[None],)
    prices = _by_service(offers, block, units, nodes)
    # By what leaves first: all of it by then is no more than there is by then.
    for at, runs in runs_by_class(block):
        for run in runs:
            reached = walk.after((prices[run],), reached)
        over = is_too_much(offers, block, units, at, nodes)
        if over is not None:
            reached[0][0][over] = FORBIDDEN
    found: FloatArray = reached[0][0]
    # However many services there are, the node gives what it has.
    for line, most in enumerate(_most(block, nodes)):
        found[units[:, line, None] > most] = FORBIDDEN
    least_of_all: FloatArray = np.minimum(found, FORBIDDEN)
    return least_of_all


def _most(block: Block, nodes: IntArray) -> IntArray:
    """Count the units of each line that nodes give at most; ``(G, K)``."""
    # Several days may hold what one has no room for.
    limit = block.limit if block.room is None else block.room.most
    at, first = _at_nodes(block, nodes)
    limit = limit[:, at]
    if block.barred is None:
        return np.maximum.reduceat(limit, first, 1)
    # Some shipments have what is there, others what arrives: both are of one node.
    arrives = limit * block.barred[:, at]
    is_there = limit - arrives
    found: IntArray = np.maximum.reduceat(arrives, first, 1)
    return found + np.maximum.reduceat(is_there, first, 1)


def shipped(
    offers: Offers, block: Block, units: IntArray, node: int, atoms: Atoms
) -> list[tuple[int, IntArray]]:
    """
    Divide what a node ships of a delivery among its services, for the least in all.

    Parameters
    ----------
    offers, block
        The order, and the offers of the delivery.
    units
        Units of each of its lines; shape ``(G,)``.
    node
        Position of the node at hand.
    atoms
        The parts that the order may be divided into.

    Returns
    -------
    list
        Offers, and the units of each line that go by each, ``(G,)``; empty if no
        services carry it all.
    """
    steps, each = _steps_of(block, units, atoms)
    lattice = lattice_of(steps)
    bundles = lattice.counts @ each
    start = np.where(bundles.any(axis=1), FORBIDDEN, 0.0)
    walk = Takers(lattice.every)
    history: list[Levels] = [(start[None],)]
    here, mine = np.array([node]), np.flatnonzero(block.nodes == node)
    block = block.only(block.nodes == node)
    by_run = _by_service(offers, block, bundles, here)
    order: list[int] = []
    for at, runs in runs_by_class(block):
        for run in runs:
            history.append(walk.after((by_run[run][:, 0],), history[-1]))
            order.append(run)
        over = is_too_much(offers, block, bundles, at, here)
        if over is not None:
            history[-1][0][0, over[:, 0]] = FORBIDDEN
    state = len(bundles) - 1
    if history[-1][0][0, state] >= IS_FORBIDDEN:
        return []
    prices = [(by_run[run][:, 0],) for run in order]
    return [
        (
            int(mine[block.offer_at(node, block.runs[order[at]])]),
            bundles[part].astype(np.int64),
        )
        for part, at in reversed(walk.picks(prices, history, 0, state))
    ]


def _steps_of(
    block: Block, units: IntArray, atoms: Atoms
) -> tuple[tuple[int, ...], FloatArray]:
    """See units of a delivery as steps of atoms; also the units of lines in each."""
    each: FloatArray = np.eye(len(units))
    steps = units.astype(float)
    if atoms.units is not None:
        each = atoms.units[:, block.lines].astype(float)
        line = (each > 0).argmax(axis=1)
        size = each[np.arange(len(each)), line]
        steps = np.where(size > 0, units[line] // np.maximum(size, 1.0), 0.0)
        if (steps @ each != units).any():  # divided otherwise already: no further
            each, steps = np.diag(units).astype(float), (units > 0).astype(float)
    has = steps > 0
    return tuple(int(step) for step in steps[has]), each[has]


def _by_service(
    offers: Offers, block: Block, units: FloatArray, nodes: IntArray
) -> list[FloatArray]:
    """Price bundles by each service of some nodes, if it may be; ``(B, K)`` each."""
    price = block.price(units)
    lacks = lack_cause(offers, block, units)
    if lacks is not None:
        price[lacks] = FORBIDDEN
    if block.room is not None:
        full, over = block.room.is_over(units)
        for column, offer in enumerate(full.tolist()):
            price[over[:, column], offer] = FORBIDDEN
    empty = ~np.any(units, axis=1)
    found = []
    for run in block.runs:
        mine = np.full((len(units), len(nodes)), FORBIDDEN)
        at = np.searchsorted(block.nodes[run], nodes)
        at = np.minimum(at, run.stop - run.start - 1)
        has = np.flatnonzero(block.nodes[run][at] == nodes)
        asked = run.start + at[has]
        mine[:, has] = price[:, asked]
        for line in range(units.shape[1]):
            short = units[:, line, None] > block.limit[line, asked]
            mine[:, has] = np.where(short, FORBIDDEN, mine[:, has])
        mine[empty] = FORBIDDEN
        found.append(mine)
    return found


def is_one_as_cheap(
    block: Block, units: IntArray, node: int, found: list[tuple[int, IntArray]]
) -> bool:
    """Tell whether one shipment costs no more than several: then it is no split."""
    if len(found) <= 1 or block.by_class is not None or block.room is not None:
        return False
    cheapest = block.cheapest(units, node)
    if cheapest is None:
        return False
    parts = np.array([part for _, part in found], float)
    several = float(block.price_at(parts, np.array([at for at, _ in found])).sum())
    least = float(
        block.price_at(units[None, :].astype(float), np.array(cheapest[:1]))[0]
    )
    return least <= several + _SLACK * max(1.0, abs(several))
