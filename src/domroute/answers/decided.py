"""Units decided elsewhere, by line and node: which services ship them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from domroute.answers.compiled import Compiled
from domroute.costs.quotes import Quotes
from domroute.indexing import index_order
from domroute.ledger import Snapshot
from domroute.offers.eligibility import Eligibility
from domroute.offers.priced import Offers
from domroute.orders import Order
from domroute.problem import OrderProblem
from domroute.sourcing.choice import Take
from domroute.sourcing.kernel import decide
from domroute.sourcing.subset import takes_of
from domroute.sourcing.totals import order_value
from domroute.units import BoolArray, FloatArray, IntArray


def as_shipped(
    compiled: Compiled,
    problem: OrderProblem,
    units: IntArray,
    *,
    quotes: Quotes | None,
    eligibility: Eligibility,
    ledger: Snapshot,
) -> tuple[Offers, tuple[Take, ...], BoolArray]:
    """Ship what was decided, whatever it breaks; tell what none carries even so."""
    as_it_was = _as_if_permitted(problem, eligibility, units)

    def ask(unbound: Sequence[int] = ()) -> tuple[Offers, tuple[Take, ...], BoolArray]:
        given = compiled.price(
            problem,
            quotes,
            inventory=ledger,
            eligibility=as_it_was,
            climbs=False,
            unbound=unbound,
        )
        # What must be filled has no price: that it was not is a fault, not an amount.
        price = np.where(np.isinf(given.penalty), 0.0, given.penalty)
        given = replace(given, penalty=price)
        return given, *_ship_decided(given, units, compiled, eligibility.capacity)

    given, takes, stuck = ask()
    if stuck.any() and as_it_was.days is not None:
        # Where no day has room, the day on which it would begin is overfull.
        as_it_was = replace(as_it_was, days=as_it_was.days.endless())
        given, takes, stuck = ask()
    if stuck.any() and compiled.serving.handling is not None:
        # A rule on the tags of services is broken, too, and what breaks it has a price.
        given, takes, stuck = ask(np.flatnonzero(stuck.any(axis=1)).tolist())
    return given, takes, stuck


def _as_if_permitted(
    problem: OrderProblem, eligibility: Eligibility, units: IntArray
) -> Eligibility:
    """Allow what was shipped, and no more, whatever stands against it."""
    taken = np.zeros_like(eligibility.stock)
    np.add.at(taken, problem.sku_of, units)
    return replace(
        eligibility,
        allowed=units > 0,
        stock=np.maximum(eligibility.stock, taken),
        capacity=None,
    )


def _ship_decided(
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
