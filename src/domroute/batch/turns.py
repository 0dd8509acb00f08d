"""Other sequences in which orders may take their turns, the best of which is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from domroute.batch.incumbent import Incumbent
from domroute.batch.resources import resources_of
from domroute.batch.wave import Wave
from domroute.sourcing.choice import FORBIDDEN, IS_FORBIDDEN


def by_stake(wave: Wave, alone: Sequence[float], sequence: Sequence[int]) -> list[int]:
    """
    Sort orders by what is lost for each step if they are left, the most first.

    That is where the weight of an order, and what must be filled, are felt.

    Parameters
    ----------
    wave
        The orders.
    alone
        What each costs at least if it is alone; shape ``(O,)``.
    sequence
        Whose turn it is among equals.
    """
    left = np.zeros(wave.count)
    for table in wave.tables:
        left[table.orders] = np.minimum(table.missing[0], FORBIDDEN)
    for loner in wave.loners:
        offers = loner.table
        left[loner.at] = min(float(offers.wanted @ offers.penalty), FORBIDDEN)
    stake = (left - np.array(alone)) / np.maximum(1.0, wave.sizes())
    return sorted(sequence, key=lambda at: -float(stake[at]))


def refused_first(incumbent: Incumbent, sequence: Sequence[int]) -> Iterator[list[int]]:
    """
    Let those come first whom the last sequence has left without a plan.

    Yields sequences as long as somebody has none; the incumbent is to be settled by
    each before the next is asked for.
    """
    turns = list(sequence)
    for _ in range(incumbent.wave.tuning.planning.refusals):
        refused = {
            at
            for at, placed in enumerate(incumbent.placed)
            if not incumbent.wave.barred[at]
            and (placed is None or placed.cost >= IS_FORBIDDEN)
        }
        if not refused:
            return
        front = [at for at in turns if at in refused]
        turns = front + [at for at in turns if at not in refused]
        yield turns


def rivals_of_refused(incumbent: Incumbent, most: int) -> Iterator[list[int]]:
    """
    List for each order without a plan itself, and those that hold what it could take.

    Parameters
    ----------
    incumbent
        All of whose orders have been settled.
    most
        Columns that a program of such orders may have, about.
    """
    wave = incumbent.wave
    holders: dict[int, list[int]] = {}
    for at in range(wave.count):
        for resource in resources_of(incumbent, at):
            holders.setdefault(resource, []).append(at)
    for at, placed in enumerate(incumbent.placed):
        if wave.barred[at] or (placed is not None and placed.cost < IS_FORBIDDEN):
            continue
        freed, size = [at], _size(incumbent, at)
        for one in freed:  # which grows as it is read
            for resource in _within_reach(incumbent, one):
                for other in holders.get(resource, []):
                    if other not in freed and size + _size(incumbent, other) <= most:
                        freed.append(other)
                        size += _size(incumbent, other)
        yield freed


def _size(incumbent: Incumbent, at: int) -> int:
    """Count the columns of an order in a program."""
    seat = incumbent.seats[at]
    if seat.table is not None:
        columns = int(seat.table.first[seat.place + 1] - seat.table.first[seat.place])
        return columns * len(seat.table.price)
    return 0 if seat.loner is None else seat.loner.table.limit.size


def _within_reach(incumbent: Incumbent, at: int) -> list[int]:
    """List the cells, and the rows after them, that an order could use."""
    seat, cells = incumbent.seats[at], len(incumbent.left)
    if seat.table is not None:
        columns = seat.table.columns(seat.place, seat.place + 1)
        rows = seat.table.row[:, columns] + cells
        return np.append(seat.table.cell[:, columns], rows).tolist()
    if seat.loner is not None:
        rows = seat.loner.rows(incumbent.wave.arrays) + cells
        return np.append(seat.loner.cell, rows).tolist()
    return []
