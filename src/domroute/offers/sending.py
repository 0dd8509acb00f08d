"""What must leave a node on a date at least, where it may send on several."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domroute.offers.blocks import Block
from domroute.problem import NetworkArrays, OrderProblem
from domroute.promise.sending import NO_DAY, sent_on
from domroute.units import FloatArray, IntArray, least_worth


def by_sending(
    blocks: tuple[Block, ...], problem: OrderProblem, arrays: NetworkArrays
) -> tuple[tuple[Block, ...], FloatArray | None]:
    """
    Find the nodes that must send enough on each of several dates.

    Where a node can send an order on one date alone, what it must send then is what it
    must send at all, which is asked of it everywhere.

    Parameters
    ----------
    blocks
        The offers of an order that has dates.
    problem, arrays
        The order, and the network.

    Returns
    -------
    tuple
        The offers, with the dates on which they leave such nodes; and what must leave
        each on a date at least, in the order's worth, ``(M,)``: zero for others, and
        None if there are none.
    """
    least: FloatArray = least_worth(arrays.minimum_order[problem.nodes])
    if not least.any():
        return blocks, None
    sent = [_sent(block, problem, least) for block in blocks]
    first, last = np.full(len(least), np.iinfo(np.int64).max), np.zeros(len(least))
    for block, days in zip(blocks, sent, strict=True):
        asked = days != NO_DAY
        np.minimum.at(first, block.nodes[asked], days[asked])
        np.maximum.at(last, block.nodes[asked], days[asked])
    several = first < last
    if not several.any():
        return blocks, None
    found = []
    for block, days in zip(blocks, sent, strict=True):
        mine = np.where(several[block.nodes], days, NO_DAY)
        dates = None if block.dates is None else replace(block.dates, sent=mine)
        found.append(replace(block, dates=dates))
    return tuple(found), np.where(several, least, 0.0)


def _sent(block: Block, problem: OrderProblem, least: FloatArray) -> IntArray:
    """Say when offers leave nodes that ask for so much; ``(A,)``."""
    found = np.full(len(block.nodes), NO_DAY)
    if block.dates is not None:
        makes = np.logical_or.reduce(block.limit > 0, axis=0)
        at = np.flatnonzero(makes & (least[block.nodes] > 0))
        found[at] = sent_on(block.dates, at, problem.nodes[block.nodes[at]])
    return found
