"""Takes of a delivery that comes on one date: whether they do, and on the first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np

from domroute.offers.blocks import Block
from domroute.sourcing.bydate import class_of_offers
from domroute.sourcing.choice import Take
from domroute.units import BoolArray, IntArray

_SAME: Final = 1e-9
"""Share of a price within which two are one."""


def come_together(takes: Iterable[Take]) -> bool:
    """Tell whether all that comes of each delivery that must comes on one date."""
    return first_apart(takes) is None


def first_apart(takes: Iterable[Take]) -> Block | None:
    """Return the first delivery that would come on several dates, if one would."""
    days: dict[int, int] = {}
    for take in takes:
        dates = take.block.dates
        if dates is None or dates.soonest is None:
            continue
        day = int(dates.day[take.offer])
        if days.setdefault(take.block.group, day) != day:
            return take.block
    return None


def days_of(block: Block) -> list[int]:
    """List the dates on which anything of a delivery may come, the first first."""
    if block.dates is None:
        return []
    some = np.logical_or.reduce(block.limit > 0, axis=0)
    found: list[int] = np.unique(block.dates.day[some]).tolist()
    return found


def brought_forward(
    takes: Sequence[Take], is_there: Callable[[Sequence[Take]], bool]
) -> list[Take]:
    """
    Move deliveries that come together to the first date on which they cost no more.

    Every take by an offer of its own node and class of stock; the days on which they
    would be worked on must have room for all, as ``is_there`` tells.
    """
    found = list(takes)
    for block in {id(take.block): take.block for take in takes}.values():
        if block.dates is None or block.dates.soonest is None:
            continue
        mine = [at for at, take in enumerate(found) if take.block is block]
        last = int(block.dates.day[found[mine[0]].offer])
        for day in days_of(block):
            if day >= last:
                break
            moved = _moved_to(day, [found[at] for at in mine])
            if moved is None:
                continue
            sooner = list(found)
            for at, take in zip(mine, moved, strict=True):
                sooner[at] = take
            if is_there(sooner):
                found = sooner
                break
    return found


def _moved_to(day: int, takes: Sequence[Take]) -> list[Take] | None:
    """Move takes of a delivery to a date; None if one cannot, or would cost more."""
    found: list[Take] = []
    for take in takes:
        block, dates = take.block, take.block.dates
        if dates is None:
            return None
        on = class_of_offers(block)
        able = (dates.day == day) & (block.nodes == take.node)
        able &= on == on[take.offer]
        able &= np.logical_and.reduce(take.units[:, None] <= block.limit, axis=0)
        able &= ~leave_as_one(block, found)
        at = np.flatnonzero(able)
        if block.room is not None:
            at = at[block.room.holds(take.units, at)]
        if not len(at):
            return None
        both = np.append(at, take.offer)
        units = np.broadcast_to(take.units.astype(float), (len(both), len(take.units)))
        *prices, most = block.price_at(units, both).tolist()
        best = int(np.argmin(prices))
        if prices[best] > most + _SAME * max(1.0, abs(most)):
            return None
        found.append(Take(block, int(at[best]), take.units))
    return found


def leave_as_one(block: Block, takes: Iterable[Take]) -> BoolArray:
    """
    Tell which offers of a delivery leave as one shipment with some take; ``(A,)``.

    What leaves at once leaves together, however much sooner some of it is ready.
    """
    found = np.zeros(len(block.nodes), bool)
    for take in takes:
        if take.block is block:
            found |= leaves_with(block, take.offer)
    return found


def leaves_with(block: Block, offer: int) -> BoolArray:
    """Tell which offers leave as one shipment with one, itself included; ``(A,)``."""
    found = np.ones(len(block.nodes), bool)
    for shared in _shared_by(block):
        found &= shared == shared[offer]
    return found


def as_shipments(block: Block) -> tuple[IntArray, BoolArray]:
    """
    Sort the offers of a dated delivery by the shipments that they leave as.

    Returns
    -------
    tuple
        Offers, of each shipment that first which could be begun first; and whether each
        is the first of its shipment; shape ``(A,)`` each.
    """
    shared = _shared_by(block)
    since = () if block.dates is None else (block.dates.since,)
    order = np.lexsort((*since, *shared))
    is_same = np.ones(max(len(order) - 1, 0), bool)
    for each in shared:
        is_same &= each[order][1:] == each[order][:-1]
    is_first = np.ones(len(order), bool)
    is_first[1:] = ~is_same
    return order, is_first


def _shared_by(block: Block) -> list[IntArray]:
    """
    List what offers share that leave as one shipment; shape ``(A,)`` each.

    The node, the service, the class of stock and the day of work, and when.
    """
    shared, dates = [block.nodes, block.service, class_of_offers(block)], block.dates
    if dates is not None:
        shared += [dates.leaves, dates.arrives]
        shared += [] if dates.works is None else [dates.works]
    return shared
