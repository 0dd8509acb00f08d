"""
Why shipments leave when they do: something in each may not leave before.

What is not needed is not waited for, even where later parcels were cheaper. And what
leaves a node by one service at once is one shipment, however long some of it was ready.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from domroute.offers.blocks import Block
from domroute.offers.priced import Offers
from domroute.sourcing.choice import Take
from domroute.sourcing.offers import OfferTable
from domroute.sourcing.onedate import as_shipments, leaves_with
from domroute.units import BoolArray, FloatArray, IntArray


def causes_of(offers: Offers, block: Block, at: IntArray | slice) -> list[BoolArray]:
    """
    List what offers of a delivery leave for: the stock, and the release, of some line.

    Parameters
    ----------
    offers, block
        The order, and the offers of the delivery.
    at
        Those that are asked about.

    Returns
    -------
    list of BoolArray
        Of each offer the lines of which some must be in the shipment, all of them where
        it needs none for this; shape ``(G, A)`` each.
    """
    found: list[BoolArray] = []
    by_class = None if block.by_class is None else block.by_class[at]
    if block.brings is not None and by_class is not None:
        found.append(block.brings[:, at] | (by_class == 0))
    if block.released is not None and block.dates is not None:
        since, by_date = block.dates.since[at], offers.eligibility.by_date
        begins: IntArray = np.full(len(since), block.released.min())
        if by_date is not None and by_class is not None:
            begins = np.maximum(begins, by_date.since[by_class, block.nodes[at]])
        found.append((block.released[:, None] >= since) | (since <= begins))
    return [lines for lines in found if not np.logical_and.reduce(lines, axis=None)]


def lack_cause(offers: Offers, block: Block, units: FloatArray) -> BoolArray | None:
    """
    Tell which bundles may not leave by which offers; None where all may.

    Parameters
    ----------
    offers, block
        The order, and the offers of a delivery.
    units
        Units of each of its lines in each bundle; shape ``(B, G)``.

    Returns
    -------
    BoolArray or None
        Shape ``(B, A)``.
    """
    if not has_moments(block):
        return None
    causes = causes_of(offers, block, slice(None))
    if not causes:
        return None
    lacks: BoolArray = ~np.logical_and.reduce([(units > 0) @ one for one in causes])
    return lacks


def are_caused(offers: Offers, takes: Sequence[Take]) -> bool:
    """Tell whether each take leaves for something in it, and none twice at once."""
    for take in takes:
        block, of_class = take.block, take.block.by_class
        if block.released is None and (of_class is None or not of_class[take.offer]):
            continue  # it leaves at once, as most do
        at, present = np.array([take.offer]), take.units > 0
        for lines in causes_of(offers, block, at):
            if not lines[present, 0].any():
                return False
    return not any(
        one.block is other.block
        and one.node == other.node
        and leaves_with(one.block, one.offer)[other.offer]
        for one, other in combinations(takes, 2)
    )


def has_moments(block: Block) -> bool:
    """Tell whether some node may send a delivery at several moments by one service."""
    return block.by_class is not None or block.released is not None


def twins_of(table: OfferTable) -> list[IntArray]:
    """List the offers that are one shipment, by position: of each set one may be."""
    found = []
    for at, block in enumerate(table.blocks):
        if block.released is not None:
            order, is_first = as_shipments(block)
            alike = np.split(int(table.first[at]) + order, is_first.nonzero()[0][1:])
            found += [offers for offers in alike if len(offers) > 1]
    return found
