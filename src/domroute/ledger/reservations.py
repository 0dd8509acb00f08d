"""What is promised: one reservation for each shipment, several to an order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from domroute.errors import InputError, Issue
from domroute.ledger.drawers import Drawers
from domroute.ledger.given import check_kind
from domroute.ledger.shelf import Cell
from domroute.plan import Content, Shipment
from domroute.words import Measure, Method


@dataclass(frozen=True, slots=True)
class Reservation:
    """
    Units and capacity promised to one shipment of an order.

    Attributes
    ----------
    number
        Its own in the ledger; it keeps it while parts of it are committed or released.
    contents
        Units of each line that are promised still.
    workload
        What it takes of the node's capacity when that is measured in workload.
    expires_at
        When :meth:`.Inventory.expire` may give it back; None for never.
    period
        The number of the period in which it takes capacity.
    begun
        Lines of which units have left already: they count as lines no more.
    stock_at
        From when on its units must be there; None where they are there now.
    works_on
        The working day of the node whose capacity it takes; None where none has a
        limit.

    Examples
    --------
    >>> one = Reservation(1, "o1", "N1", Method.SHIP, (Content("l1", "A", 2),))
    >>> one.units, one.load(Measure.LINES)
    (2, 1.0)
    """

    number: int
    order_id: str
    node_id: str
    method: Method
    contents: tuple[Content, ...]
    service: str | None = None
    workload: float = 0.0
    expires_at: datetime | None = None
    period: int = 0
    begun: tuple[str, ...] = ()
    stock_at: datetime | None = None
    works_on: date | None = None

    @property
    def units(self) -> int:
        """How many units are promised."""
        return sum(content.quantity for content in self.contents)

    @property
    def cells(self) -> dict[Cell, int]:
        """Units by (node, SKU)."""
        found: dict[Cell, int] = {}
        for content in self.contents:
            cell = self.node_id, content.sku
            found[cell] = found.get(cell, 0) + content.quantity
        return found

    def load(self, measure: Measure) -> float:
        """
        Return what it takes of its node's capacity, and gives back when released.

        Orders are not counted here: an order is one, whatever is reserved for it.
        """
        match measure:
            case Measure.ORDERS:
                return 0.0
            case Measure.LINES:
                begun = self.begun
                return float(sum(part.line_id not in begun for part in self.contents))
            case Measure.UNITS:
                return float(self.units)
            case Measure.WORKLOAD:
                return self.workload

    def is_for(self, shipment: Shipment) -> bool:
        """Tell whether it is what a shipment takes."""
        return (
            self.order_id == shipment.order_id
            and self.node_id == shipment.node_id
            and self.service == shipment.service
            and self.method == shipment.method
            and self.stock_at == shipment.stock_at
            and self.works_on == shipment.works_on
            and self.contents == shipment.contents
        )

    def split(self, units: Mapping[str, int]) -> tuple[Reservation, Reservation | None]:
        """
        Part it in two: the units of some lines, and the rest; None if none is left.

        Parameters
        ----------
        units
            Units by line id, at most what is promised of each.
        """
        part, rest, wanted = [], [], dict(units)
        for content in self.contents:
            taken = min(wanted.get(content.line_id, 0), content.quantity)
            if taken:
                wanted[content.line_id] -= taken
                part.append(replace(content, quantity=taken))
            if taken < content.quantity:
                rest.append(replace(content, quantity=content.quantity - taken))
        if not rest:
            return self, None
        count = sum(content.quantity for content in part)
        share = self.workload * count / self.units
        mine = replace(self, contents=tuple(part), workload=share)
        left = replace(self, contents=tuple(rest), workload=self.workload - share)
        return mine, left

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        until, start, day = self.expires_at, self.stock_at, self.works_on
        return {
            "number": self.number,
            "order_id": self.order_id,
            "node_id": self.node_id,
            "method": str(self.method),
            "service": self.service,
            "workload": self.workload,
            "expires_at": None if until is None else until.isoformat(),
            "stock_at": None if start is None else start.isoformat(),
            "works_on": None if day is None else day.isoformat(),
            "contents": [
                {"line_id": c.line_id, "sku": c.sku, "quantity": c.quantity}
                for c in self.contents
            ],
        }


Which = str | int | Reservation | Shipment
"""
What is meant: all of an order by its id; one reservation, by itself or by its number;
that of a shipment.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """
    All reservations of a ledger; never changed, only followed by another.

    Attributes
    ----------
    by_number
        Reservations by their numbers.
    by_order
        Numbers by order id, in the order in which they were made.
    last
        The greatest number given so far.
    """

    by_number: Drawers[int, Reservation] = field(default_factory=Drawers)
    by_order: Drawers[str, tuple[int, ...]] = field(default_factory=Drawers)
    last: int = 0

    @classmethod
    def of(cls, reservations: Iterable[Reservation], last: int = 0) -> Book:
        """Enter reservations that have their numbers."""
        by_number = {one.number: one for one in reservations}
        by_order: dict[str, tuple[int, ...]] = {}
        for number, one in sorted(by_number.items()):
            by_order[one.order_id] = (*by_order.get(one.order_id, ()), number)
        return cls(Drawers(by_number), Drawers(by_order), max(last, *by_number, 0))

    def __iter__(self) -> Iterator[Reservation]:
        return iter(self.by_number.values())

    def of_order(self, order_id: str) -> tuple[Reservation, ...]:
        """Return the reservations of an order, in the order they were made."""
        return tuple(self.by_number[at] for at in self.by_order.get(order_id, ()))

    def changed(
        self, put: Iterable[Reservation] = (), drop: Iterable[Reservation] = ()
    ) -> Book:
        """Enter reservations, new or changed, and strike out others."""
        new = {one.number: one for one in put}
        gone = [one.number for one in drop]
        numbers: dict[str, tuple[int, ...]] = {}
        for one in drop:
            held = numbers.get(one.order_id, self.by_order.get(one.order_id, ()))
            numbers[one.order_id] = tuple(at for at in held if at != one.number)
        for one in new.values():
            held = numbers.get(one.order_id, self.by_order.get(one.order_id, ()))
            if one.number not in held:
                numbers[one.order_id] = (*held, one.number)
        kept = {name: held for name, held in numbers.items() if held}
        return Book(
            self.by_number.changed(new, [at for at in gone if at not in new]),
            self.by_order.changed(kept, [name for name in numbers if name not in kept]),
            max(self.last, *new, 0),
        )

    def find(self, which: Which) -> tuple[Reservation, ...]:
        """
        Return the reservations that are meant, as they stand.

        Raises
        ------
        InputError
            If nothing is reserved for it.
        """
        match which:
            case str():
                found, where = self.of_order(which), f"order {which!r}"
            case int() if not isinstance(which, bool):
                now = self.by_number.get(which)
                found = () if now is None else (now,)
                where = f"reservation {which}"
            case Reservation():
                now = self.by_number.get(which.number)
                is_same = now is not None and now.order_id == which.order_id
                found = (now,) if now is not None and is_same else ()
                where = f"reservation {which.number} of order {which.order_id!r}"
            case Shipment():
                mine = self.of_order(which.order_id)
                found = tuple(one for one in mine if one.is_for(which))[:1]
                where = f"shipment of order {which.order_id!r} from {which.node_id!r}"
            case _:
                text = "should be an order id, a reservation, its number or a shipment"
                raise InputError([Issue("wrong_type", repr(which)[:80], text)])
        if not found:
            raise InputError(
                [Issue("not_reserved", where, "nothing is reserved for it")]
            )
        return found

    def take(
        self, which: Which, units: Mapping[str, int] | None
    ) -> list[tuple[Reservation, Reservation | None]]:
        """
        Find what is meant and part it: what is taken, and what is left of each.

        Parameters
        ----------
        which
            The reservations.
        units
            Units by line id, taken from the first reservations that hold the line;
            all of them when None.

        Raises
        ------
        InputError
            If nothing is reserved for it, or not as much. All faults are listed.
        """
        found = self.find(which)
        if units is None:
            return [(one, None) for one in found]
        wanted, issues = _whole(units), []
        parts: list[tuple[Reservation, Reservation | None]] = []
        for one in found:
            mine: dict[str, int] = {}
            for content in one.contents:
                line = content.line_id
                count = min(wanted.get(line, 0), content.quantity)
                if count:
                    mine[line] = mine.get(line, 0) + count
                    wanted[line] -= count
            if mine:
                parts.append(one.split(mine))
        for line, more in wanted.items():
            if more:
                where = f"order {found[0].order_id!r} line {line!r}"
                text = f"{units[line]} units are meant, {units[line] - more} reserved"
                issues.append(Issue("not_reserved", where, text))
        if issues:
            raise InputError(issues)
        return parts


def _whole(units: Mapping[str, int]) -> dict[str, int]:
    """Refuse units that are no whole numbers from 1."""
    check_kind("units", units, Mapping, "units by line id")
    issues = []
    for line, count in units.items():
        value: object = count
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            text = f"{value!r} units: should be a whole number from 1"
            issues.append(Issue("out_of_range", f"line {line!r}", text))
    if not units:
        issues.append(Issue("empty", "units", "should name a line at least"))
    if issues:
        raise InputError(issues)
    return dict(units)
