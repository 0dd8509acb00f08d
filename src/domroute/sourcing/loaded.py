"""
Orders that pay for the days on which they are worked on, by the dynamic program.

What an order has worked on a day costs so much together, whatever shipments it is in.
The dynamic program prices shipments one by one: each as though it were alone on its
day. As prices are convex, all together cost at least as much. So what it finds is a
bound; and it is the best plan, where no two of its shipments meet on a day that costs
more for it. Other orders are for the integer program, which prices days as a whole.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from domroute.costs.charges import Charge, Charged, Curve
from domroute.offers.blocks import Block
from domroute.offers.dayroom import DayCharges
from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.sourcing.byday import day_cost
from domroute.sourcing.choice import Choice, Take
from domroute.sourcing.subset import solve_subset
from domroute.split.atoms import Atoms
from domroute.units import BoolArray, FloatArray

_SAME: Final = 1e-9
"""Share of a cost within which two are one."""


def solve_by_day(
    offers: Offers, policy: Policy, atoms: Atoms, arrays: NetworkArrays
) -> Choice | None:
    """
    Find the best plan of one order, proven; None if its days need another method.

    Parameters
    ----------
    offers, policy, atoms, arrays
        As :func:`~domroute.sourcing.subset.solve_subset` takes them.
    """
    days = offers.days
    if days is None or days.charges is None:
        return solve_subset(offers, policy, atoms, arrays)
    is_sole = _used_once(offers, len(days.left))
    alone = [_alone(block, days.charges, is_sole) for block in offers.blocks]
    blocks = [
        block if charge is None else _charged(block, charge)
        for block, charge in zip(offers.blocks, alone, strict=True)
    ]
    choice = solve_subset(replace(offers, blocks=tuple(blocks)), policy, atoms, arrays)
    if choice is None or choice.takes is None:
        return choice
    at, apart, takes = {id(block): n for n, block in enumerate(blocks)}, 0.0, []
    for take in choice.takes:
        place = at[id(take.block)]
        charge = alone[place]
        if charge is not None:
            apart += charge.price_one(take.units, take.offer)
        takes.append(Take(offers.blocks[place], take.offer, take.units))
    together = day_cost(offers, takes)
    if together > apart + _SAME * max(1.0, choice.bound):
        return None
    return replace(choice, takes=tuple(takes))


def _used_once(offers: Offers, count: int) -> BoolArray:
    """Tell which of so many days one offer alone can use; shape ``(Q,)``."""
    users = np.zeros(count, np.int64)
    for block in offers.blocks:
        if block.room is not None:
            np.add.at(users, block.room.row, 1)
    return users <= 1


def _charged(block: Block, charge: Charge) -> Block:
    """Charge something besides."""
    charged = (*block.charged, Charged("", (charge,)))
    return replace(block, charged=charged, stepped=(*block.stepped, charge))


def _alone(block: Block, charges: DayCharges, is_sole: BoolArray) -> Charge | None:
    """Charge each shipment for its day as though it were alone; None for nothing."""
    room = block.room
    if room is None:
        return None
    entry, of = np.nonzero(room.row[:, None] == charges.row)
    if not len(entry):
        return None
    offer, free, price = room.offer[entry], charges.free[of], charges.price[of]
    # An order counts once: by whichever of its shipments, where it may have several.
    once = room.per_order[entry] * is_sole[room.row[entry]]
    count = len(block.nodes)

    def cost_of(units: FloatArray) -> FloatArray:
        load = room.loads(units)[:, entry] + once
        cost = np.zeros((len(units), count))
        np.add.at(cost.T, offer, (price * np.maximum(0.0, load - free)).T)
        return cost

    return Curve(cost_of)
