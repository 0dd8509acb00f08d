"""What is taken of the capacity of nodes in a period, and what would be too much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from domroute.errors import Issue
from domroute.ledger.reservations import Reservation
from domroute.ledger.shelf import Counted, Loads
from domroute.words import Measure

_NOWHERE: Final[Mapping[str, int]] = MappingProxyType({})
ORDERS: Final = Measure.ORDERS.value
"""What an order counts as, however much is reserved for it."""
BY_RESERVATION: Final = tuple(kind for kind in Measure if kind is not Measure.ORDERS)
"""What each reservation takes by itself."""
_SLACK: Final = 1e-9
"""What sums of work may be over a limit, relative to it or absolute: no whole unit."""
NOTHING: Final = 1e-9
"""Less than any work: what is left of floats that were added and taken off again."""


def is_over(more: float, left: float, limit: float) -> bool:
    """
    Tell whether more is asked for than is left of a limit.

    Examples
    --------
    >>> is_over(2.0, 1.0, 9.0), is_over(0.0, -1.0, 9.0)
    (True, False)
    """
    return more > 0 and more > left + _SLACK * max(1.0, limit)


class Tally:
    """
    Capacity that is being taken and given back, on top of what is taken.

    An order counts once at a node in a period, whatever is reserved for it there, at
    once or one after another, and also after it has left.

    Parameters
    ----------
    loads
        What is taken, by (node id, measure).
    counted
        How many reservations there are or were in the period, by order id and node id.
    period
        The number of the period; reservations of others take nothing of it.
    """

    def __init__(self, loads: Loads, counted: Counted, period: int) -> None:
        self._loads = loads
        self._changes: dict[tuple[str, str], float] = {}
        self._counted = counted
        self._counts: dict[tuple[str, str], int] = {}
        self._period = period

    def _add(self, node: str, measure: str, amount: float) -> None:
        if amount:
            key = node, measure
            self._changes[key] = self._changes.get(key, 0.0) + amount

    def _count(self, one: Reservation, change: int) -> None:
        key = one.node_id, one.order_id
        before = self._counts.get(key)
        if before is None:
            before = self._counted.get(one.order_id, _NOWHERE).get(one.node_id, 0)
        after = self._counts[key] = before + change
        self._add(one.node_id, ORDERS, (after > 0) - (before > 0))

    def take(self, one: Reservation) -> None:
        """Take what a reservation needs."""
        if one.period == self._period:
            for kind in BY_RESERVATION:
                self._add(one.node_id, kind.value, one.load(kind))
            self._count(one, 1)

    def give_back(self, before: Reservation, after: Reservation | None) -> None:
        """Give back what a reservation needed more than what is left of it does."""
        if before.period == self._period:
            for kind in BY_RESERVATION:
                less = 0.0 if after is None else after.load(kind)
                self._add(before.node_id, kind.value, less - before.load(kind))
            if after is None:
                self._count(before, -1)

    def keep(self, left: Reservation) -> None:
        """Note that a part has left, whose work is done: the rest counts by itself."""
        if left.period == self._period:
            self._count(left, 1)

    def excess(self, limits: Mapping[tuple[str, str], float]) -> Iterable[Issue]:
        """List the nodes that more is asked of than they can do, by each measure."""
        for (node, measure), more in self._changes.items():
            limit = limits.get((node, measure))
            if limit is None or more <= 0:
                continue
            left = limit - self._loads.get((node, measure), 0.0)
            if is_over(more, left, limit):
                text = (
                    f"{more:g} {measure} wanted, {max(0.0, left):g} of {limit:g} left"
                )
                yield Issue("capacity", f"node {node!r}", text)

    def loads(self) -> Loads:
        """Return what is taken now."""
        if not self._changes:
            return self._loads
        made = dict(self._loads)
        for key, change in self._changes.items():
            amount = made.get(key, 0.0) + change
            if abs(amount) > NOTHING:
                made[key] = amount
            else:
                made.pop(key, None)
        return made

    def counted(self) -> Counted:
        """Return how many reservations count now."""
        changed: dict[str, dict[str, int]] = {}
        for (node, order), count in self._counts.items():
            mine = changed.get(order)
            if mine is None:
                mine = changed[order] = dict(self._counted.get(order, _NOWHERE))
            if count > 0:
                mine[node] = count
            else:
                mine.pop(node, None)
        none = [order for order, mine in changed.items() if not mine]
        some = {order: mine for order, mine in changed.items() if mine}
        return self._counted.changed(some, none) if changed else self._counted
