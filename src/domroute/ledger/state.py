"""All that a ledger holds at one moment, and how the next moment follows it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from domroute.ledger.capacity import Tally
from domroute.ledger.days import DayTally
from domroute.ledger.reservations import Book, Reservation
from domroute.ledger.scope import Scope
from domroute.ledger.snapshot import Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """
    All that a ledger holds at one moment; never changed, only followed by another.

    Attributes
    ----------
    stock
        Stock and the capacity that is taken.
    book
        What is promised.
    period
        The number of the period that capacity is counted in.
    scope
        The names and limits to keep to; None where no network has told any.
    """

    stock: Snapshot
    book: Book = field(default_factory=Book)
    period: int = 0
    scope: Scope | None = None

    def tally(self) -> Tally:
        """Begin to take capacity, or to give it back."""
        return Tally(self.stock.loads, self.stock.counted, self.period)

    def day_tally(self) -> DayTally:
        """Begin likewise with that of working days."""
        return DayTally(self.stock.days)

    def keeping_to(self, scope: Scope) -> State:
        """Keep to other limits and names from now on."""
        return replace(self, scope=scope)


def is_equal(one: State, other: State) -> bool:
    """
    Tell whether two ledgers hold the same, and have promised the same.

    What a network tells them, and the numbers of reservations and periods, do not
    count; the order of reservations does.
    """
    left, right = one.stock, other.stock
    if (left.node_ids, left.skus) != (right.node_ids, right.skus):
        return False
    is_same = (
        left.inbound == right.inbound
        and left.relied == right.relied
        and left.restrictions == right.restrictions
        and dict(left.loads) == dict(right.loads)
        and _promises(one) == _promises(other)
        and left.counted == right.counted
        and left.days == right.days
    )
    mine, theirs = left.rows, right.rows
    return is_same and all(
        np.array_equal(
            getattr(mine, name), getattr(theirs, name), equal_nan=name == "velocity"
        )
        for name in ("node", "sku", "on_hand", "reserved", "safety", "velocity")
    )


def _promises(state: State) -> list[Reservation]:
    """List reservations without their numbers; 1 for the period that lasts, else 0."""
    return [
        replace(one, number=0, period=int(one.period == state.period))
        for one in state.book
    ]
