"""Of plans that cost the same, the first to arrive: takes moved to earlier offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import is_
from typing import Final

import numpy as np

from domroute.offers.daysleft import SLACK
from domroute.offers.priced import Offers
from domroute.sourcing.bydate import class_of_offers, is_there
from domroute.sourcing.byday import day_cost, has_day_prices, taken_by_day
from domroute.sourcing.causes import are_caused
from domroute.sourcing.choice import Choice, Take
from domroute.sourcing.onedate import brought_forward, leave_as_one
from domroute.units import BoolArray, FloatArray, IntArray

_SAME: Final = 1e-9
"""Share of a price within which two are one."""


def settle(
    choice: Choice,
    offers: Offers,
    minimum_order: FloatArray | None,
    left: Offers | None = None,
) -> Choice:
    """
    Move takes to offers that cost no more and are delivered before.

    A take leaves from the first moment on from which its lines may, too: what is held
    for nothing is no other shipment.

    Parameters
    ----------
    choice
        What was decided.
    offers
        What it was decided of.
    minimum_order
        What nodes ask for at least, ``(N,)``; None where other orders want their stock,
        so that no take moves to another node.
    left
        The order, as others leave it; None where it has all there is.
    """
    takes = choice.takes
    if not takes or takes[0].block.dates is None:  # then no delivery has any
        return choice
    elsewhere = _elsewhere(offers, minimum_order)

    def does(moved: Sequence[Take]) -> bool:
        return (
            is_there(offers, moved, left)
            and _fills_no_dearer(offers, moved, takes, left)
            and (are_caused(offers, moved) or not are_caused(offers, takes))
        )

    settled = brought_forward(takes, does)
    open_ = [take for take in settled if not take.is_cheapest]
    prices: dict[int, FloatArray] = {}
    if elsewhere is not None:
        prices = _prices_anywhere(open_)
    for at, take in enumerate(settled):
        if take.is_cheapest:
            continue
        others = [*settled[:at], *settled[at + 1 :]]
        # At the soonest there may be too little, or no room beside what the order does
        # on that day already, or too little may leave then.
        for moved in _sooner(take, others, elsewhere, prices.get(id(take))):
            if does([*others, moved]):
                settled[at] = moved
                break
    joined = _merged(settled)
    if joined is not settled and does(joined):
        settled = joined
    if len(settled) == len(takes) and all(map(is_, settled, takes)):
        return choice
    return replace(choice, takes=tuple(settled))


def _fills_no_dearer(
    offers: Offers, takes: Sequence[Take], before: Sequence[Take], left: Offers | None
) -> bool:
    """
    Tell whether takes fill days for no more than others do.

    Where other orders fill them, too, they are to fill the same.
    """
    if not has_day_prices(offers):
        return True
    if left is not None:
        mine, theirs = taken_by_day(offers, takes), taken_by_day(offers, before)
        return bool((np.abs(mine - theirs) <= SLACK).all())
    most = day_cost(offers, before)
    return day_cost(offers, takes) <= most + _SAME * max(1.0, most)


def _elsewhere(offers: Offers, minimum_order: FloatArray | None) -> BoolArray | None:
    """Tell to which nodes at hand takes may move; None for none, ``(M,)``."""
    eligibility = offers.eligibility
    is_bound = (
        minimum_order is None
        or eligibility.capacity is not None
        or eligibility.days is not None
        or bool(eligibility.safeties)
        or offers.problem.shares_skus
        or eligibility.by_date is not None
        or offers.has_ladder
        or not offers.is_free
    )
    if is_bound or minimum_order is None:
        return None
    free: BoolArray = minimum_order[offers.problem.nodes] <= 0
    return free


def _sooner(
    take: Take,
    others: list[Take],
    elsewhere: BoolArray | None,
    prices: FloatArray | None,
) -> list[Take]:
    """
    List a take by offers that arrive before and cost no more, the first first.

    That is asked first, and of most takes is all that need be: there is none.

    Parameters
    ----------
    take, others
        What may move, and what stays.
    elsewhere
        The nodes at hand to which it may move; None for none but its own, ``(M,)``.
    prices
        What it would cost by each offer, ``(A,)``; None where few come into question.
    """
    block, dates, units = take.block, take.block.dates, take.units
    if dates is None:
        return []
    on = class_of_offers(block)
    sooner = _before(take.offer, dates.arrives, dates.leaves, dates.since, on)
    if prices is None:
        sooner &= block.nodes == take.node
        at = sooner.nonzero()[0]
        if len(at):
            *asked, own = _prices(take, [*at.tolist(), take.offer])
            at = at[np.array(asked) <= _most(own)]
    else:
        sooner &= prices <= _most(float(prices[take.offer]))
        at = sooner.nonzero()[0]
    if len(at):
        at = at[np.logical_and.reduce(units[:, None] <= block.limit[:, at], axis=0)]
    if not len(at):
        return []
    used = {other.node for other in others}
    there = block.nodes == take.node
    if elsewhere is not None and take.node not in used:
        free = elsewhere.copy()
        free[list(used)] = False
        there |= free[block.nodes]
    there &= ~leave_as_one(block, others)
    if dates.soonest is not None:
        there &= dates.day == dates.day[take.offer]  # what comes of it comes on one
    at = at[there[at]]
    order = np.lexsort(
        (at, on[at], dates.since[at], dates.leaves[at], dates.arrives[at])
    )
    return [Take(block, offer, units) for offer in at[order].tolist()]


def _before(offer: int, *moments: IntArray) -> BoolArray:
    """Tell which offers come before one, by the first of moments that differs."""
    *firsts, last = moments
    found: BoolArray = last < int(last[offer])
    for when in reversed(firsts):
        mine = int(when[offer])
        found &= when == mine
        found |= when < mine
    return found


def _most(price: float) -> float:
    """Say up to which price something costs no more."""
    return price + _SAME * max(1.0, abs(price))


def _prices_anywhere(takes: Sequence[Take]) -> dict[int, FloatArray]:
    """Price what takes hold by every offer of their deliveries; by id, ``(A,)``."""
    found: dict[int, FloatArray] = {}
    for block in {id(take.block): take.block for take in takes}.values():
        mine = [take for take in takes if take.block is block]
        units = np.array([take.units for take in mine], float)
        found |= zip(map(id, mine), block.price(units), strict=True)
    return found


def _prices(take: Take, offers: list[int]) -> list[float]:
    """Price what a take holds by each of some offers of its delivery."""
    rows = np.empty((len(offers), len(take.units)))
    rows[:] = take.units
    found: list[float] = take.block.price_at(rows, np.array(offers)).tolist()
    return found


def _price(take: Take) -> float:
    units = take.units[None].astype(float)
    return float(take.block.price_at(units, np.array([take.offer]))[0])


def _merged(takes: list[Take]) -> list[Take]:
    """Put what leaves later than it may into what leaves then, if it costs no more."""
    for late in takes:
        block, dates = late.block, late.block.dates
        if dates is None or block.released is None:
            continue
        since = int(block.released[late.units > 0].max())
        if since == dates.since[late.offer]:
            continue
        for early in takes:
            is_same = early.block is block and early.node == late.node
            if is_same and dates.since[early.offer] == since and early is not late:
                both = Take(block, early.offer, early.units + late.units)
                cost = _price(early) + _price(late)
                fits = bool((both.units <= block.limit[:, both.offer]).all())
                joint = _price(both)
                if fits and joint <= _most(cost):
                    rest = [x for x in takes if x is not early and x is not late]
                    return _merged([*rest, both])
    return takes
