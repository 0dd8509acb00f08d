"""What of stock by date a plan takes: by class, and whether there is so much."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domroute.offers.blocks import Block
from domroute.offers.priced import Offers
from domroute.sourcing.byday import has_room
from domroute.sourcing.bysending import is_worth_sending
from domroute.sourcing.choice import Take
from domroute.sourcing.offers import OfferTable
from domroute.supply import StockByDate
from domroute.units import BoolArray, FloatArray, IntArray


def class_of(table: OfferTable) -> IntArray:
    """Return the class of stock by which each offer leaves; shape ``(A,)``."""
    found = [class_of_offers(block) for block in table.blocks]
    return np.concatenate(found) if found else np.empty(0, np.int64)


def class_of_offers(block: Block) -> IntArray:
    """Return the class of stock by which each offer of a block leaves; ``(A,)``."""
    if block.by_class is None:
        return np.zeros(len(block.nodes), np.int64)
    return block.by_class


def waits_until(offers: Offers, table: OfferTable) -> list[int | None]:
    """List until when offers wait for stock, in microseconds; None if they do not."""
    by_date, on = offers.eligibility.by_date, class_of(table)
    if by_date is None:
        return [None] * len(on)
    since = by_date.since[on, table.node].tolist()
    return [at if by else None for at, by in zip(since, on.tolist(), strict=True)]


def taken_by_class(
    offers: Offers, by_date: StockByDate, takes: Sequence[Take]
) -> IntArray:
    """
    Count the units that leave by each class, those of lines that do not wait at once.

    Returns
    -------
    IntArray
        Never falling along classes; shape ``(C, K, M)``.
    """
    problem = offers.problem
    taken = np.zeros_like(by_date.stock)
    for take in takes:
        lines, at = take.block.lines, int(class_of_offers(take.block)[take.offer])
        on = np.where(by_date.waits[lines], at, 0)
        np.add.at(taken[:, :, take.node], (on, problem.sku_of[lines]), take.units)
    return np.cumsum(taken, axis=0)


def room_of(
    offers: Offers, by_date: StockByDate, table: OfferTable, takes: Sequence[Take]
) -> IntArray:
    """
    Count the units of each SKU that each offer may take beside what has been taken.

    Returns
    -------
    IntArray
        Of SKUs with lines that do not wait no more than is there now; shape ``(K, A)``.
    """
    left = by_date.stock - taken_by_class(offers, by_date, takes)
    # What leaves sooner must leave what is taken for later, too.
    left = np.minimum.accumulate(left[::-1], axis=0)[::-1]
    on, node = class_of(table), table.node
    at = np.broadcast_to(on, (len(left[0]), len(on))).copy()
    at[offers.problem.sku_of[~by_date.waits]] = 0
    rows = np.arange(len(at))[:, None]
    found: IntArray = left[at, rows, node[None, :]]
    return found


def is_there(offers: Offers, takes: Sequence[Take], left: Offers | None = None) -> bool:
    """
    Tell whether what takes ship is there by when it leaves, or left by others.

    And whether the working days have room for the work on it, and enough leaves nodes
    on every date.
    """
    asked = offers if left is None else left
    if not has_room(asked, takes) or not is_worth_sending(offers, takes):
        return False
    by_date = asked.eligibility.by_date
    if by_date is None:
        return True
    by_node: dict[int, list[Take]] = {}
    for take in takes:
        by_node.setdefault(take.node, []).append(take)
    return all(_has_enough(offers, by_date, mine) for mine in by_node.values())


def _has_enough(offers: Offers, by_date: StockByDate, takes: Sequence[Take]) -> bool:
    """Tell whether the one node of takes has what they ship by when it leaves."""
    sku_of, waits, node = offers.problem.sku_of, by_date.waits, takes[0].node
    if len(takes) == 1 and not offers.problem.shares_skus:
        (take,), block = takes, takes[0].block
        if block.barred is None:  # what is there by then is there later, too
            on = class_of_offers(block)[take.offer] * waits.take(block.lines)
            there = by_date.stock[on, sku_of.take(block.lines), node]
            return bool(np.logical_and.reduce(take.units <= there))
    left, arriving = by_date.stock[:, :, node].copy(), None
    if any(take.block.barred is not None for take in takes):
        arriving = by_date.coming[:, :, node]
    for take in takes:
        block, offer = take.block, take.offer
        on = 0 if block.by_class is None else int(block.by_class[offer])
        barred = None if block.barred is None else block.barred[:, offer]
        for at in take.units.nonzero()[0].tolist():
            line, units = block.lines[at], take.units[at]
            # What leaves by a class counts against that and every later one.
            left[on if waits[line] else 0 :, sku_of[line]] -= units
            if arriving is not None and barred is not None and barred[at]:
                arriving[on:, sku_of[line]] -= units
    found = (left,) if arriving is None else (left, arriving)
    return all(np.minimum.reduce(each, axis=None) >= 0 for each in found)


def runs_by_class(block: Block) -> list[tuple[int, list[int]]]:
    """List the runs of a block, as positions, by the class that they leave by."""
    if block.by_class is None:
        return [(0, list(range(len(block.runs))))]
    found: dict[int, list[int]] = {}
    for at, run in enumerate(block.runs):
        found.setdefault(int(block.by_class[run.start]), []).append(at)
    return sorted(found.items())


def shares_by_date(offers: Offers, block: Block) -> bool:
    """Tell whether lines of a delivery share a SKU that arrives by and by."""
    if block.by_class is None:
        return False
    mine = offers.problem.sku_of[block.lines]
    return len(np.unique(mine)) < len(mine)


def is_too_much(
    offers: Offers, block: Block, units: FloatArray, at: int, nodes: IntArray
) -> BoolArray | None:
    """
    Tell which bundles are more than nodes have by a class; None where none can be.

    Of lines that do not wait those that leave later take of what is there now, too:
    they are not seen here, so that no bundle is refused that there is.

    Parameters
    ----------
    offers, block
        The order, and the offers of a delivery.
    units
        Units of each of its lines in each bundle; shape ``(B, G)``.
    at
        The class.
    nodes
        Positions of nodes at hand; shape ``(X,)``.

    Returns
    -------
    BoolArray or None
        Shape ``(B, X)``.
    """
    by_date = offers.eligibility.by_date
    if by_date is None:
        return None
    of_line, found = offers.problem.sku_of[block.lines], None
    for k in np.unique(of_line).tolist():
        taken = units @ (of_line == k)
        over: BoolArray = taken[:, None] > by_date.stock[at, k, nodes]
        found = over if found is None else found | over
    return found


def rows_by_class(
    offers: Offers, table: OfferTable, k: int
) -> list[tuple[int, FloatArray]]:
    """
    List what the takes of a SKU draw on each class of it.

    Returns
    -------
    list
        The classes, and the units that a step of each atom takes by each offer of that
        class; shape ``(J, A)``.
    """
    by_date, problem = offers.eligibility.by_date, offers.problem
    if by_date is None:
        return []
    is_sku = problem.sku_of == k
    waits = table.units @ (is_sku & by_date.waits).astype(float)
    others = table.units @ (is_sku & ~by_date.waits).astype(float)
    on = class_of(table)
    return [
        (at, waits[:, None] * (on <= at) + others[:, None])
        for at in range(len(by_date.stock))
    ]


def arrivals_by_class(
    offers: Offers, table: OfferTable, k: int
) -> list[tuple[int, FloatArray]]:
    """List what the takes of a SKU have of what arrives alone, in the same way."""
    by_date, problem = offers.eligibility.by_date, offers.problem
    if by_date is None or all(block.barred is None for block in table.blocks):
        return []
    barred = np.zeros((len(problem.sku_of), len(table.node)))
    for at, block in enumerate(table.blocks):
        if block.barred is not None:
            here = slice(int(table.first[at]), int(table.first[at + 1]))
            barred[block.lines, here] = block.barred
    barred[problem.sku_of != k] = 0.0
    units = table.units @ barred
    on = class_of(table)
    return [(at, units * (on <= at)) for at in range(1, len(by_date.stock))]
