"""Of plans that cost the same, the first to arrive: takes moved to earlier offers."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from domroute.offers.priced import Offers
from domroute.sourcing.choice import Choice, Take
from domroute.units import BoolArray, FloatArray, IntArray

_SAME: Final = 1e-9
"""Share of a price within which two are one."""


def settle(choice: Choice, offers: Offers, minimum_order: FloatArray | None) -> Choice:
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
    """
    takes = choice.takes
    if not takes or all(take.block.dates is None for take in takes):
        return choice
    elsewhere = _elsewhere(offers, minimum_order)
    settled = list(takes)
    for at, take in enumerate(takes):
        others = [*settled[:at], *settled[at + 1 :]]
        settled[at] = _moved(take, others, elsewhere)
    return replace(choice, takes=tuple(_merged(settled)))


def _elsewhere(offers: Offers, minimum_order: FloatArray | None) -> BoolArray | None:
    """Tell to which nodes at hand takes may move; None for none, ``(M,)``."""
    eligibility = offers.eligibility
    is_bound = (
        minimum_order is None
        or eligibility.capacity is not None
        or bool(eligibility.safeties)
        or offers.problem.shares_skus
        or offers.has_ladder
        or not offers.is_free
    )
    if is_bound or minimum_order is None:
        return None
    free: BoolArray = minimum_order[offers.problem.nodes] <= 0
    return free


def _moved(take: Take, others: list[Take], elsewhere: BoolArray | None) -> Take:
    """Return a take by the offer that arrives first of those that cost no more."""
    block, dates, units = take.block, take.block.dates, take.units
    if dates is None:
        return take
    used = {other.node for other in others}
    if elsewhere is None or take.node in used:
        at = np.array(block.at_node(take.node), np.int64)
    else:
        there = elsewhere.copy()
        there[list(used)] = False
        there[take.node] = True
        at = there[block.nodes].nonzero()[0]
    soon, mine = dates.arrives[at], dates.arrives[take.offer]
    is_sooner = (soon < mine) | (
        (soon == mine) & (dates.since[at] <= dates.since[take.offer])
    )
    at = at[is_sooner]
    if len(at) == 1:
        return take
    at = at[np.logical_and.reduce(units[:, None] <= block.limit[:, at], axis=0)]
    taken = {other.offer for other in others if other.block is block}
    price = _prices(take, at)
    most = _price(take)
    most += _SAME * max(1.0, abs(most))
    ranked = [
        (
            *(int(dates.arrives[offer]), int(dates.leaves[offer])),
            *(int(dates.since[offer]), offer != take.offer, offer),
        )
        for offer, cost in zip(at.tolist(), price.tolist(), strict=True)
        if cost <= most and offer not in taken
    ]
    return replace(take, offer=min(ranked)[-1]) if ranked else take


def _prices(take: Take, offers: IntArray) -> FloatArray:
    """Price what a take holds at some offers of its delivery."""
    units = np.broadcast_to(take.units.astype(float), (len(offers), len(take.units)))
    return take.block.price_at(units, offers)


def _price(take: Take) -> float:
    return float(_prices(take, np.array([take.offer]))[0])


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
                both = replace(early, units=early.units + late.units)
                cost = _price(early) + _price(late)
                fits = bool((both.units <= block.limit[:, both.offer]).all())
                joint = _price(both)
                if fits and joint <= cost + _SAME * max(1.0, abs(cost)):
                    rest = [x for x in takes if x is not early and x is not late]
                    return _merged([*rest, both])
    return takes
