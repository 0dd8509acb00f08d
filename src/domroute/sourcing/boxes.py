"""Plans that fill from so much of each line to so much: asked for, and parted."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from domroute.offers.merging import Merging
from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.records import record
from domroute.sourcing.totals import order_value
from domroute.units import BoolArray, IntArray


@record
class Box:
    """
    Plans through a node by one offer of the whole that fill from some units to others.

    ``use_own`` says whether the node itself gives something; None where it may.
    """

    merging: Merging
    whole: int
    low: IntArray
    high: IntArray
    use_own: bool | None = None


def missing_of(
    offers: Offers, high: IntArray, policy: Policy
) -> tuple[IntArray, float] | None:
    """
    Price what is left where no more than so much is filled, ``(G,)``.

    And say how much of each line that may be: what leaves whole or with others does so.
    None where a plan must fill more.
    """
    problem = offers.problem
    high = high.copy()
    for lines in _whole_ones(offers):
        if (high[lines] < problem.quantity[lines]).any():
            high[lines] = 0
    left = problem.quantity - high
    if not left.any():
        return high, 0.0
    splits = policy.splits
    if splits.ship_complete and splits.incomplete_price is None:
        return None
    cost = float(left[left > 0] @ offers.penalty[left > 0])
    if splits.ship_complete:
        cost += splits.incomplete_price or 0.0
    return None if math.isinf(cost) else (high, cost)


def _whole_ones(offers: Offers) -> list[IntArray]:
    """List lines that are filled all at once or not at all."""
    found: dict[tuple[str, str], list[int]] = {}
    for at, line in enumerate(offers.problem.lines):
        if line.ship_together is not None:
            found.setdefault(("together", line.ship_together), []).append(at)
        elif not line.allow_split:
            found["line", line.id] = [at]
    return [np.array(lines) for lines in found.values()]


def asking_for(
    offers: Offers, usable: BoolArray, low: IntArray, high: IntArray
) -> tuple[Offers, IntArray]:
    """
    Ask for some units of each line at least, and at most, by some parts.

    Besides, say which offer each of those asked about is.
    """
    problem, block = offers.problem, offers.blocks[0]
    lines = [
        line.model_copy(
            update={
                "quantity": most,
                "allow_split": line.allow_split or not most,
                "ship_together": line.ship_together if most else None,
            }
        )
        for line, most in zip(problem.lines, high.tolist(), strict=True)
    ]
    limit = np.minimum(block.limit * usable, high[:, None])
    kept: BoolArray = np.logical_or.reduce(limit > 0, axis=0)
    held = replace(block, limit=limit).only(kept)
    asked = replace(
        offers,
        problem=replace(
            problem,
            # The order is worth what it was, however much of it is asked for.
            order=problem.order.model_copy(update={"value": order_value(offers)}),
            lines=tuple(lines),
            quantity=high,
        ),
        blocks=(held,) if kept.any() else (),
        least=low if low.any() else None,
    )
    return asked, np.flatnonzero(kept)


def around(box: Box, units: IntArray) -> Iterator[Box]:
    """Part what is in a box, but for plans that fill just so much, into boxes."""
    low, high = box.low.copy(), box.high.copy()
    for line, held in enumerate(units.tolist()):
        if high[line] > held:
            above = low.copy()
            above[line] = held + 1
            yield replace(box, low=above, high=high.copy())
        if low[line] < held:
            below = high.copy()
            below[line] = held - 1
            yield replace(box, low=low.copy(), high=below)
        low[line] = high[line] = held
