"""What comes when: inbound units by the moment from which they may be used."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from domroute.costs.counting import whole_of
from domroute.ledger import Snapshot
from domroute.network import Node
from domroute.verify.book import Book
from domroute.verify.clock import DAY


class Arrivals:
    """
    What may be promised of each cell, now and by any later moment.

    What is promised already counts from its own moment on, and must be there then: it
    can count on nothing that comes after. So what is left by a moment is what is there
    then less what is promised by then, and no more than what is left at the beginning
    of any later promise.

    Parameters
    ----------
    book
        The network, whose nodes need time to put things away, and the policy, which
        says what is counted on that should have come already.
    stock
        What is there, what comes, and what is promised.
    placed
        When the orders were placed that are looked at, in UTC: what has not come until
        then is overdue. Of several orders, what one may count on is there.
    """

    def __init__(self, book: Book, stock: Snapshot, placed: Iterable[datetime]) -> None:
        self._book, self._stock = book, stock
        self._placed = sorted(set(placed))
        # What is overdue may come at once: then it is there for the last of them.
        at_once = book.policy.promise.overdue_days == 0
        self.now = self._placed[-1 if at_once else 0]
        self._found: dict[tuple[str, str], tuple[tuple[datetime, float], ...]] = {}

    def there(self, node: Node, sku: str, by: datetime | None = None) -> int:
        """Count the whole units that may be promised by a moment; now when None."""
        counts = self._stock.counts(node.id, sku)
        if counts is None:
            return 0
        on_hand, reserved, safety = counts
        comes = self._rows(node, sku)
        promised = self._stock.relied.get(sku, {}).get(node.id, ())
        if not (comes or promised):  # as in most cells
            return whole_of(math.fsum((on_hand, -reserved, -safety)), on_hand)
        start = self.now if by is None else max(by, self.now)
        moments = [start]
        if promised:
            moments += [at for at, _ in promised if at > start]
        left = [
            math.fsum(
                [
                    on_hand,
                    -reserved,
                    -safety,
                    *[units for at, units in comes if at <= when],
                    *[-units for at, units in promised if at <= when],
                ]
            )
            for when in moments
        ]
        most = math.fsum([on_hand, *[units for _, units in comes]])
        return whole_of(min(left), most)

    def arriving(self, node: Node, sku: str, by: datetime) -> int:
        """Count the whole units that come until a moment, and nobody is promised."""
        comes = [(at, n) for at, n in self._rows(node, sku) if at > self.now]
        promised = self._stock.relied.get(sku, {}).get(node.id, ())
        left = [
            math.fsum(
                (
                    *(units for at, units in comes if at <= when),
                    *(-units for at, units in promised if self.now < at <= when),
                )
            )
            for when in (by, *(at for at, _ in promised if at > by))
        ]
        return whole_of(min(left), math.fsum(units for _, units in comes))

    def moments(self, node: Node, sku: str) -> tuple[datetime, ...]:
        """List from when on more may be used than is there now, the first first."""
        found = {at for at, _ in self._rows(node, sku) if at > self.now}
        return tuple(sorted(found))

    def _rows(self, node: Node, sku: str) -> tuple[tuple[datetime, float], ...]:
        coming = self._stock.coming.get(sku, {}).get(node.id, ())
        if not coming:  # as in most cells
            return ()
        key = node.id, sku
        if key not in self._found:
            rows = [(self._usable_at(node, row.at), row.quantity) for row in coming]
            self._found[key] = tuple([(at, n) for at, n in rows if at is not None])
        return self._found[key]

    def _usable_at(self, node: Node, due: datetime) -> datetime | None:
        """Find when what is due may be used; None for what is not counted on."""
        found = [
            at
            for placed in self._placed
            if (at := self._usable(node, due.astimezone(UTC), placed)) is not None
        ]
        return min(found, default=None)

    def _usable(self, node: Node, due: datetime, placed: datetime) -> datetime | None:
        promise, timetable = self._book.policy.promise, self._book.timetable
        try:
            if due <= placed:
                if promise.overdue_days is None:
                    return None
                zone = timetable.clock.zone_of(node)
                due = _days_after(placed, zone, promise.overdue_days)
            until = max(due, placed) + self._book.horizon
            return timetable.received_at(node, due, until)
        except OverflowError:
            return None


def _days_after(moment: datetime, zone: str, days: int) -> datetime:
    """
    Move a moment by dates: to the same time on the clock of a later one.

    Examples
    --------
    >>> noon = datetime(2026, 3, 7, 17, tzinfo=UTC)
    >>> _days_after(noon, "America/New_York", 1).isoformat()
    '2026-03-08T16:00:00+00:00'
    """
    if not days:
        return moment
    local = moment.astimezone(ZoneInfo(zone)) + days * DAY
    return local.replace(fold=0).astimezone(UTC)
