"""What is taken of the capacity of nodes on their working days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from domroute.capacity import Capacity
from domroute.errors import Issue
from domroute.ledger.capacity import BY_RESERVATION, NOTHING, ORDERS, is_over
from domroute.ledger.drawers import Drawers
from domroute.ledger.reservations import Reservation
from domroute.ledger.shelf import CountedByDay

WorkingDay = tuple[str, date]
"""A node, and one of its dates."""
_NOTHING_TAKEN: Final[Mapping[str, float]] = MappingProxyType({})
_NOWHERE: Final[Mapping[WorkingDay, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Days:
    """
    What reservations take of working days; never changed, only followed by another.

    Attributes
    ----------
    loads
        What is taken, by node id and date, and then by measure.
    counted
        How many reservations an order has or had, by order id, node id and date: it
        counts once on a day, whatever of it is worked on then.

    Examples
    --------
    >>> Days().load("N1", date(2026, 12, 1), "units")
    0.0
    """

    loads: Drawers[WorkingDay, Mapping[str, float]] = field(default_factory=Drawers)
    counted: CountedByDay = field(default_factory=Drawers)

    def load(self, node: str, day: date, measure: str) -> float:
        """Return what is taken of a measure."""
        if (node, day) not in self.loads:
            return 0.0
        return self.loads[node, day].get(measure, 0.0)

    def load_beside(self, order_id: str, node: str, day: date, measure: str) -> float:
        """Return what is taken, but for an order itself where orders are counted."""
        taken = self.load(node, day, measure)
        counts = measure == ORDERS and (node, day) in self.counted.get(order_id, ())
        return max(0.0, taken - 1.0) if counts else taken

    @property
    def as_told(self) -> dict[tuple[str, str, date], float]:
        """What is taken, by node id, measure and date."""
        return {
            (node, measure, day): amount
            for (node, day), taken in self.loads.items()
            for measure, amount in taken.items()
        }

    @property
    def uncounted(self) -> Days:
        """What is taken, without a word about the orders that count."""
        return Days(self.loads) if self.counted else self

    def without(self, order_id: str) -> Days:
        """Leave out what an order takes in orders: it takes no more than that."""
        if order_id not in self.counted:
            return self
        changes = {}
        for place in self.counted[order_id]:
            taken = dict(self.loads[place]) if place in self.loads else {}
            taken[ORDERS] = max(0.0, taken.get(ORDERS, 0.0) - 1.0)
            changes[place] = taken
        return Days(self.loads.changed(changes), self.counted.changed({}, [order_id]))

    def since(self, day: date) -> Days:
        """Forget the days before a date."""
        kept = {at: taken for at, taken in self.loads.items() if at[1] >= day}
        counted = {
            order: mine
            for order, places in self.counted.items()
            if (mine := {at: count for at, count in places.items() if at[1] >= day})
        }
        return Days(Drawers(kept), Drawers(counted))


class DayTally:
    """
    Work of days that is being taken and given back, on top of what is taken.

    Parameters
    ----------
    days
        What is taken.
    """

    def __init__(self, days: Days) -> None:
        self._days = days
        self._changes: dict[WorkingDay, dict[str, float]] = {}
        self._counts: dict[tuple[WorkingDay, str], int] = {}

    def _add(self, place: WorkingDay, measure: str, amount: float) -> None:
        if amount:
            mine = self._changes.setdefault(place, {})
            mine[measure] = mine.get(measure, 0.0) + amount

    def _count(self, place: WorkingDay, order: str, change: int) -> None:
        before = self._counts.get((place, order))
        if before is None:
            before = self._days.counted.get(order, _NOWHERE).get(place, 0)
        after = self._counts[place, order] = before + change
        self._add(place, ORDERS, (after > 0) - (before > 0))

    def take(self, one: Reservation) -> None:
        """Take what a reservation needs on its day."""
        if one.works_on is not None:
            place = one.node_id, one.works_on
            for kind in BY_RESERVATION:
                self._add(place, kind.value, one.load(kind))
            self._count(place, one.order_id, 1)

    def give_back(self, before: Reservation, after: Reservation | None) -> None:
        """Give back what a reservation needed more than what is left of it does."""
        if before.works_on is not None:
            place = before.node_id, before.works_on
            for kind in BY_RESERVATION:
                less = 0.0 if after is None else after.load(kind)
                self._add(place, kind.value, less - before.load(kind))
            if after is None:
                self._count(place, before.order_id, -1)

    def keep(self, left: Reservation) -> None:
        """Note that a part has left, whose work is done: the rest counts by itself."""
        if left.works_on is not None:
            self._count((left.node_id, left.works_on), left.order_id, 1)

    def excess(self, limits: Mapping[str, tuple[Capacity, ...]]) -> Iterable[Issue]:
        """List the days on which more is asked of nodes than they can do."""
        for (node, day), changes in self._changes.items():
            for capacity in limits.get(node, ()):
                measure, limit = capacity.measure.value, capacity.on(day)
                more = changes.get(measure, 0.0)
                left = limit - self._days.load(node, day, measure)
                if is_over(more, left, limit):
                    text = (
                        f"{more:g} {measure} wanted, {max(0.0, left):g} of {limit:g} "
                        "left"
                    )
                    where = f"node {node!r} on {day.isoformat()}"
                    yield Issue("capacity", where, text)

    def days(self) -> Days:
        """Return what is taken now."""
        if not self._changes and not self._counts:
            return self._days
        loads, gone = {}, []
        for place, changes in self._changes.items():
            taken = dict(self._days.loads.get(place, _NOTHING_TAKEN))
            for measure, change in changes.items():
                taken[measure] = taken.get(measure, 0.0) + change
            taken = {name: load for name, load in taken.items() if abs(load) > NOTHING}
            if taken:
                loads[place] = taken
            else:
                gone.append(place)
        return Days(self._days.loads.changed(loads, gone), self._counted())

    def _counted(self) -> CountedByDay:
        changed: dict[str, dict[WorkingDay, int]] = {}
        for (place, order), count in self._counts.items():
            mine = changed.get(order)
            if mine is None:
                mine = changed[order] = dict(self._days.counted.get(order, _NOWHERE))
            if count > 0:
                mine[place] = count
            else:
                mine.pop(place, None)
        none = [order for order, mine in changed.items() if not mine]
        some = {order: mine for order, mine in changed.items() if mine}
        return self._days.counted.changed(some, none)
