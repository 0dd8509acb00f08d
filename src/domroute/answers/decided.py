"""Units decided elsewhere, by line and node: which services ship them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from domroute.answers.compiled import Compiled
from domroute.indexing import index_order
from domroute.offers.priced import Offers
from domroute.orders import Order
from domroute.sourcing.choice import Take
from domroute.sourcing.kernel import decide
from domroute.sourcing.subset import takes_of
from domroute.sourcing.totals import order_value
from domroute.units import BoolArray, FloatArray, IntArray


def ship_decided(
    given: Offers,
    units: IntArray,
    compiled: Compiled,
    capacity: FloatArray | None,
) -> tuple[tuple[Take, ...], BoolArray]:
    """
    Ship units, ``(L, M)``, by the cheapest services; tell what none carries.

    Several of one node as the policy would have them; where the decision breaks its
    limits anyway, one if one carries it all.
    """
    if given.divides or given.comes_together:
        choice = decide(
            _only(given, units, capacity),
            compiled.policy,
            compiled.arrays,
            time_limit_s=compiled.time_limit_s,
        )
        # Lines of one SKU might have changed nodes: that is another decision.
        if choice.takes and (_carried(choice.takes, units) == units).all():
            return choice.takes, np.zeros(units.shape, bool)
    takes: list[Take] = []
    carried = np.zeros_like(units)
    for at in np.flatnonzero(units.any(axis=0)).tolist():
        pick = [(units[:, at].astype(float), at)]
        for divided in ((), (at,)) if given.divides else ((),):
            mine = takes_of(given, pick, divided=divided)
            for take in mine:
                carried[take.block.lines, at] += take.units
            takes += mine
            if (carried[:, at] >= units[:, at]).all():
                break
            pick = [((units[:, at] - carried[:, at]).astype(float), at)]
    return tuple(takes), units > carried


def to_come(compiled: Compiled, order: Order) -> dict[tuple[str, str], int]:
    """Count what lines that may wait could have in the end, by line and node."""
    arrays, supply = compiled.arrays, compiled.dating.supply
    if not supply.may_wait(order):
        return {}
    problem = index_order(
        arrays, compiled.stock_map, order, all_nodes=True, supply=supply
    )
    by_date = problem.by_date
    if by_date is None:
        return {}
    return {
        (problem.lines[at].id, node.id): units
        for at in np.flatnonzero(by_date.waits).tolist()
        for node, units in zip(
            arrays.nodes, by_date.all[problem.sku_of[at]].tolist(), strict=True
        )
    }


def _carried(takes: Iterable[Take], units: IntArray) -> IntArray:
    """Count what takes ship of each line from each node; shape ``(L, M)``."""
    carried = np.zeros_like(units)
    for take in takes:
        carried[take.block.lines, take.node] += take.units
    return carried


def _only(given: Offers, units: IntArray, capacity: FloatArray | None) -> Offers:
    """
    Make an order for what was decided, ``(L, M)``, to be shipped so and no otherwise.

    Parameters
    ----------
    given
        The order, with all that was decided allowed.
    units
        What was decided.
    capacity
        What nodes can still do, ``(R, M)``; None if none has a limit.
    """
    problem = given.problem
    wanted = units.sum(axis=1)
    lines = [
        line.model_copy(
            update={
                "quantity": count,
                "allow_split": line.allow_split or not count,
                "ship_together": line.ship_together if count else None,
            }
        )
        for line, count in zip(problem.lines, wanted.tolist(), strict=True)
    ]
    stock = np.zeros_like(given.eligibility.stock)
    np.add.at(stock, problem.sku_of, units)
    blocks = [
        block.at_most(units[np.ix_(block.lines, block.nodes)]) for block in given.blocks
    ]
    return replace(
        given,
        problem=replace(
            problem,
            # The order is worth what it was, however much of it was shipped.
            order=problem.order.model_copy(update={"value": order_value(given)}),
            lines=tuple(lines),
            quantity=wanted,
        ),
        eligibility=replace(given.eligibility, stock=stock, capacity=capacity),
        blocks=tuple(blocks),
        least=wanted,
    )
