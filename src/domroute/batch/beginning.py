"""A plan that there is already, seen as what the orders of a wave take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from domroute.batch.incumbent import Incumbent
from domroute.batch.loner import Loner
from domroute.batch.placed import Placed
from domroute.batch.tables import PricingTable
from domroute.orders import Order
from domroute.plan import Shipment
from domroute.sourcing.choice import IS_FORBIDDEN
from domroute.sourcing.limits import limits_of
from domroute.split.atoms import divide
from domroute.units import IntArray

_LEAST = 1e-6
"""What is less than this over a limit is rounding."""


def placed_before(
    incumbent: Incumbent, at: int, order: Order, shipments: Iterable[Shipment]
) -> Placed | None:
    """
    See the shipments of a plan as what an order takes; None if it cannot take that.

    By which service each shipment goes is decided anew.

    Parameters
    ----------
    incumbent
        Where the order stands.
    at
        Its position.
    order, shipments
        The order, and where its units were to come from.
    """
    lines = sorted(order.lines, key=lambda line: line.id)
    place = {line.id: n for n, line in enumerate(lines)}
    by_node: dict[str, IntArray] = {}
    for part in shipments:
        units = by_node.setdefault(part.node_id, np.zeros(len(lines), np.int64))
        for content in part.contents:
            if content.line_id not in place:
                return None
            units[place[content.line_id]] += content.quantity
    seat = incumbent.seats[at]
    if seat.table is not None:
        picks = _picks(incumbent, seat.table, seat.place, order, by_node)
        if picks is None:
            return None
        found = incumbent.placed_as(seat.table, seat.place, picks)
        return found if found.cost < IS_FORBIDDEN else None
    return None if seat.loner is None else _alone(incumbent, seat.loner, order, by_node)


def begin(
    incumbent: Incumbent, start: Sequence[Placed | None], sequence: Sequence[int]
) -> None:
    """
    Place what a plan has as far as it is there; then all who lack something, in turn.

    Parameters
    ----------
    incumbent
        On which no order with work is placed.
    start
        What each order takes in that plan, or some of it; None for nothing.
    sequence
        Whose turn it is.
    """
    free, left = incumbent.wave.free_prices(), []
    for at in sequence:
        before = start[at]
        if incumbent.placed[at] is not None:
            continue
        if before is None:
            left.append(at)
            continue
        incumbent.put(at, before)
        if not _is_sound(incumbent, at, before):
            incumbent.lift(at)
            left.append(at)
        elif not _is_whole(incumbent, at, before):
            left.append(at)
    incumbent.settle_all(left, free)


def _is_whole(incumbent: Incumbent, at: int, placed: Placed) -> bool:
    """Tell whether nothing of an order is left."""
    seat = incumbent.seats[at]
    if seat.table is not None:
        # The position of what parts fill together is the sum of their positions.
        return sum(part for part, _ in placed.picks) == len(seat.table.price) - 1
    if seat.loner is None:
        return True
    units = seat.loner.filled(placed.takes)
    return bool((units >= seat.loner.offers.problem.wanted).all())


def _is_sound(incumbent: Incumbent, at: int, placed: Placed) -> bool:
    """Tell whether no more is taken than there is of what an order takes."""
    return all(
        bool((incumbent.left[cells] > -_LEAST).all())
        and bool((incumbent.room[rows] > -_LEAST).all())
        for cells, _, rows, _ in incumbent.taken_by(at, placed)
    )


def _picks(
    incumbent: Incumbent,
    table: PricingTable,
    place: int,
    order: Order,
    by_node: Mapping[str, IntArray],
) -> tuple[tuple[int, int], ...] | None:
    """See units by node as bundles at columns; None if one may not be."""
    lines = tuple(sorted(order.lines, key=lambda line: line.id))
    atoms, every = divide(lines), table.lattice.counts
    every = every if atoms.units is None else every @ atoms.units
    first, last = table.first[[place, place + 1]].tolist()
    nodes, found = table.node[first:last], []
    for node, units in by_node.items():
        which = np.flatnonzero((every == units).all(axis=1))
        row = incumbent.wave.arrays.node_at.get(node, -1)
        column = first + int(np.searchsorted(nodes, row))
        is_there = len(which) and column < last and table.node[column] == row
        if not is_there or table.price[which[0], column] >= IS_FORBIDDEN:
            return None
        found.append((int(which[0]), column))
    return tuple(sorted(found, key=lambda pick: pick[1]))


def _alone(
    incumbent: Incumbent, loner: Loner, order: Order, by_node: Mapping[str, IntArray]
) -> Placed | None:
    """See units by node as what an order takes that stands in no table."""
    table, wave = loner.stand_in, incumbent.wave
    if table is None or loner.offers.drain is not None:
        return None
    if (loner.offers.eligibility.stock < wave.stock[loner.cell]).any():
        return None
    picks = _picks(incumbent, table, 0, order, by_node)
    if picks is None:
        return None
    takes = table.takes(picks, loner.offers)
    limits = limits_of(loner.offers, loner.table, loner.policy, wave.arrays)
    if not limits.holds(loner.steps_of(takes)):
        return None
    placed = incumbent.placed_by(loner, takes)
    return placed if placed.cost < IS_FORBIDDEN else None
