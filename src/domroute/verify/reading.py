"""A plan read against its order: what ships, what is left, and what has no sense."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from domroute.errors import Issue
from domroute.network import Item, Node
from domroute.orders import Line, Order
from domroute.plan import Plan, Shipment
from domroute.verify.arrivals import Arrivals
from domroute.verify.asked import that_ships, waiting_lines
from domroute.verify.book import Book
from domroute.verify.deliveries import Group, groups_of
from domroute.verify.measuring import measure_km
from domroute.verify.standing import (
    Role,
    Shown,
    Way,
    best_reading,
    charged_by,
    filled_by,
    ways_to_fill,
)
from domroute.verify.timing import Timing

SUBSTITUTION: Final = "substitution"
"""What a shipment's costs call what is charged for substitutes."""

Contents = tuple[tuple[Line, Item, int], ...]


@dataclass(slots=True, eq=False)
class Part:
    """
    One shipment of a plan, with what its ids stand for.

    ``is_whole`` tells whether every id in it was known: otherwise it has no price.
    ``timing`` is filled in where its order has dates. ``stock_at`` is until when it is
    said to wait for stock, in UTC; None where that is no moment. ``charge`` is what it
    costs that others leave than were asked for; lines in ``contents`` are of what does.
    ``to`` is the node at which it is put together with others, and ``there_at`` when it
    is there; ``joined`` are the parts of which this shipment is made.
    """

    at: int
    shipment: Shipment
    node: Node
    group: Group
    contents: Contents
    units: int
    distance_km: float
    is_whole: bool
    timing: Timing | None = None
    stock_at: datetime | None = None
    charge: float = 0.0
    to: Node | None = None
    there_at: datetime | None = None
    joined: tuple[Part, ...] = ()

    @property
    def where(self) -> str:
        """The path of the shipment in the plan."""
        return f"shipments[{self.at}]"


class Reading:
    """
    A plan read against its order; what cannot be read is a fault, and left out.

    Attributes
    ----------
    asked, order
        The order, and what of it ships: all but lines of digital items.
    groups, deliveries
        The group of each line, by line id; and each group once.
    shipped, left
        Units of each line that the plan ships, and leaves, by line id.
    nodes
        The parts by node id.
    is_whole
        Whether every id was known: otherwise the plan has no total.
    is_dated
        Whether the network or a delivery says when, or a line may wait for stock: then
        all shipments have dates.
    is_merged
        Whether some of it is put together on the way.
    waiting
        The ids of the lines that may wait for stock still to come.
    waits_for
        The SKUs that may leave for these.
    arrivals
        What comes when, once it was looked at.
    ways
        The ways to fill lines that not only what they name may fill, by line id.
    """

    __slots__ = (
        "arrivals",
        "asked",
        "book",
        "deliveries",
        "faults",
        "groups",
        "is_dated",
        "is_merged",
        "is_whole",
        "left",
        "lines",
        "nodes",
        "order",
        "parts",
        "plan",
        "shipped",
        "waiting",
        "waits_for",
        "ways",
    )

    def __init__(self, plan: Plan, order: Order, book: Book) -> None:
        self.plan, self.asked, self.book = plan, order, book
        self.order = order = that_ships(order, book) if book.digital else order
        self.faults: list[Issue] = []
        self.is_whole = True
        self.lines = {line.id: line for line in order.lines}
        self.groups = groups_of(order, book)
        self.deliveries = tuple(dict.fromkeys(self.groups.values()))
        self.waiting = waiting_lines(order, book.policy)
        self.arrivals: Arrivals | None = None
        self.is_dated = (
            book.is_dated
            or bool(self.waiting)
            or any(made.is_timed for made in self.deliveries)
        )
        self.is_merged = any(one.merge_at is not None for one in plan.shipments)
        self.ways: dict[str, tuple[Way, ...]] = {}
        for line in order.lines:
            if found := ways_to_fill(line, book.items):
                self.ways[line.id] = found
        self.waits_for = self._skus_that_wait()
        self.shipped = dict.fromkeys(self.lines, 0)
        self.left = dict.fromkeys(self.lines, 0)
        self.parts: list[Part] = []
        self.nodes: dict[str, list[Part]] = {}
        self._read_shipments()
        self._read_unfilled()
        if self.ways:
            self._read_ways()
        self._count_units()

    def add(self, code: str, where: str, message: str) -> None:
        """Note a fault."""
        self.faults.append(Issue(code, where, message))

    def _read_shipments(self) -> None:
        found = [
            self._read_shipment(at, shipment)
            for at, shipment in enumerate(self.plan.shipments)
        ]
        if self.is_merged:
            self._join(found)
        for at, shipment in enumerate(self.plan.shipments):
            part = found[at]
            if part is None:
                self.is_whole = False
                continue
            others = self.nodes.setdefault(shipment.node_id, [])
            if any(self._is_twice(part, other) for other in others):
                message = f"node {shipment.node_id!r} ships this delivery already"
                self.add("duplicate_shipment", part.where, message)
            others.append(part)
            self.parts.append(part)
            self.is_whole = self.is_whole and part.is_whole

    def _is_twice(self, part: Part, other: Part) -> bool:
        """Tell whether a delivery may not leave its node as these two shipments."""
        one, another = part.shipment, other.shipment
        # What may leave at once leaves at once: later goes what comes in later.
        same = (
            one.service == another.service
            and one.ships_at == another.ships_at
            and one.delivers_at == another.delivers_at
            and one.stock_at == another.stock_at
            and one.works_on == another.works_on
        )
        may_differ = self.book.policy.splits.several_services
        return part.group is other.group and (same or not may_differ)

    def _read_shipment(self, at: int, shipment: Shipment) -> Part | None:
        if shipment.order_id != self.order.id:
            message = f"is for order {shipment.order_id!r}, not {self.order.id!r}"
            self.add("unknown_id", f"shipments[{at}].order_id", message)
        node = self.book.nodes.get(shipment.node_id)
        if node is None:
            message = f"{shipment.node_id!r} is not a node"
            self.add("unknown_id", f"shipments[{at}].node_id", message)
        contents: list[tuple[Line, Item, int]] = []
        group: Group | None = None
        units, seen = 0, set[str]()
        for content in shipment.contents:
            name, quantity = content.line_id, content.quantity
            line = self.lines.get(name)
            item = self.book.items.get(content.sku)
            if line is None or item is None or not self._may_leave(line, item):
                self._note_unknown(f"shipments[{at}]", name, content.sku)
                continue
            self._count(at, line, quantity, is_again=name in seen)
            seen.add(name)
            units += quantity
            contents.append((line, item, quantity))
            mine = self.groups[name]
            group = mine if group is None else group
            if group is not mine:
                message = f"line {name!r} has another delivery than the first"
                self.add("wrong_delivery", f"shipments[{at}]", message)
        if not shipment.contents and not self._is_joined(shipment):
            self.add("not_positive", f"shipments[{at}]", "it holds nothing")
        if node is None or group is None:
            return None
        to: Node | None = None
        km = group.distance_km(node, self.book)
        if shipment.merge_at is not None:
            to = self.book.nodes.get(shipment.merge_at)
            if to is None:
                message = f"{shipment.merge_at!r} is not a node"
                self.add("unknown_id", f"shipments[{at}].merge_at", message)
                return None
            distance = self.book.policy.distance
            km = measure_km(node.location, to.location, distance)
        return Part(
            at=at,
            shipment=shipment,
            node=node,
            group=group,
            contents=tuple(contents),
            units=units,
            distance_km=km,
            is_whole=len(contents) == len(shipment.contents),
            stock_at=moment_of(shipment.stock_at),
            to=to,
        )

    def _is_joined(self, shipment: Shipment) -> bool:
        """Tell whether a shipment may be made of parts alone."""
        return shipment.merge_at is None and any(
            one.merge_at == shipment.node_id for one in self.plan.shipments
        )

    def _join(self, found: list[Part | None]) -> None:
        """Tell which parts are put together to which shipments; in place."""
        sent = [part for part in found if part is not None and part.to is not None]
        for at, shipment in enumerate(self.plan.shipments):
            if shipment.merge_at is not None:
                continue
            mine = [one for one in sent if one.shipment.merge_at == shipment.node_id]
            part, node = found[at], self.book.nodes.get(shipment.node_id)
            if part is None and not shipment.contents and mine and node is not None:
                # It goes where its parts do.
                group = mine[0].group
                km = group.distance_km(node, self.book)
                part = Part(at, shipment, node, group, (), 0, km, is_whole=True)
                found[at] = part
            if part is not None:
                part.joined = tuple(one for one in mine if one.group is part.group)

    def _read_unfilled(self) -> None:
        for at, part in enumerate(self.plan.unfilled):
            if part.order_id != self.order.id:
                message = f"is of order {part.order_id!r}, not {self.order.id!r}"
                self.add("unknown_id", f"unfilled[{at}].order_id", message)
            line = self.lines.get(part.line_id)
            if line is None or line.sku != part.sku:
                self._note_unknown(f"unfilled[{at}]", part.line_id, part.sku)
                self.is_whole = False
                continue
            if part.quantity < 1:
                message = f"{part.quantity} units of line {line.id!r}; leave at least 1"
                self.add("not_positive", f"unfilled[{at}]", message)
            self.left[line.id] += part.quantity

    def skus_of(self, line: Line) -> frozenset[str]:
        """List the SKUs that may leave for a line."""
        ways = self.ways.get(line.id)
        if ways is None:
            return frozenset((line.sku,))
        return frozenset(role.sku for way in ways for role in way.roles)

    def _count(self, at: int, line: Line, units: int, *, is_again: bool) -> None:
        """Count units that a shipment holds of a line, or for it."""
        if units < 1:
            message = f"{units} units of line {line.id!r}; ship at least 1"
            self.add("not_positive", f"shipments[{at}]", message)
        if line.id in self.ways:  # whose goods are put together when all are read
            return
        if is_again:
            message = f"line {line.id!r} is in it already"
            self.add("duplicate_line", f"shipments[{at}]", message)
        self.shipped[line.id] += units

    def _may_leave(self, line: Line, item: Item) -> bool:
        """Tell whether an item is, or stands for, what a line asks for."""
        if line.id not in self.ways:
            return item.sku == line.sku
        return item.sku in self.skus_of(line)

    def _skus_that_wait(self) -> frozenset[str]:
        """List the SKUs that may leave for lines that may wait."""
        waiting = [self.lines[name] for name in self.waiting]
        if not self.ways:
            return frozenset([line.sku for line in waiting])
        return frozenset().union(*map(self.skus_of, waiting))

    def _read_ways(self) -> None:
        """Tell what units of kits and substitutes stand for, and what that costs."""
        shown: dict[str, Shown] = {}
        for name, ways in self.ways.items():
            held = {
                at: tuple(
                    [(x.sku, n) for line, x, n in part.contents if line.id == name]
                )
                for at, part in enumerate(self.parts)
            }
            held = {at: entries for at, entries in held.items() if entries}
            wanted = self.lines[name].quantity - self.left[name]
            shown[name] = Shown(ways, tuple(held), tuple(held.values()), wanted)
        said = {
            at: part.shipment.costs[SUBSTITUTION] for at, part in enumerate(self.parts)
        }
        found = best_reading(list(shown.values()), said)
        for (name, one), reads in zip(shown.items(), found, strict=True):
            if reads is None:
                text = "what ships for it makes no whole kits, or not in one shipment"
                self.add("broken_kit", f"line {name!r}", text)
                self.is_whole = False
                continue
            self.shipped[name] = filled_by(one.ways, reads, one.entries)[0]
            for at, charge in charged_by(one, reads).items():
                self.parts[at].charge += charge
            for at, read in zip(one.at, reads, strict=True):
                roles = iter(read)
                self.parts[at].contents = tuple(
                    (_of_what_leaves(line, next(roles)), item, units)
                    if line.id == name
                    else (line, item, units)
                    for line, item, units in self.parts[at].contents
                )

    def _note_unknown(self, where: str, line_id: str, sku: str) -> None:
        line = self.lines.get(line_id)
        if line is None and any(x.id == line_id for x in self.asked.lines):
            message = f"line {line_id!r} is digital: no node ships it, nor is it left"
        elif line is None:
            message = f"{line_id!r} is not a line of order {self.order.id!r}"
        elif line.sku != sku and sku in self.book.items and line_id in self.ways:
            message = f"{sku!r} does not stand for what line {line_id!r} asks for"
        elif line.sku != sku:
            message = f"line {line_id!r} asks for {line.sku!r}, not {sku!r}"
        else:
            message = f"{sku!r} is not an item"
        self.add("unknown_id", where, message)

    def _count_units(self) -> None:
        for line in self.order.lines:
            name, wanted = line.id, line.quantity
            shipped, left = self.shipped[name], self.left[name]
            if shipped + left == wanted:
                continue
            where = f"line {name!r}"
            if shipped > wanted:
                message = f"{shipped} units ship, {wanted} were ordered"
                self.add("overfilled", where, message)
            else:
                message = f"{shipped} shipped and {left} unfilled of {wanted}"
                self.add("not_accounted", where, message)


def moment_of(said: object) -> datetime | None:
    """Read a moment, in UTC; None where it is none, or has no offset."""
    if not isinstance(said, datetime) or said.utcoffset() is None:
        return None
    return said.astimezone(UTC)


def _of_what_leaves(line: Line, role: Role) -> Line:
    """See a line as though it asked for what leaves, at its share of the price."""
    return line.model_copy(
        update={"sku": role.sku, "unit_price": role.price, "substitutes": ()}
    )
