"""Reasons for what stays unfilled, held against the data: those that cannot be true."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Final

from domroute.costs.counting import units_there
from domroute.ledger import Snapshot
from domroute.network import Node
from domroute.orders import Line
from domroute.reasons import Reason
from domroute.result import RoutingResult
from domroute.verify.allocating import held_for_others
from domroute.verify.clock import DAY
from domroute.verify.dated import is_hard
from domroute.verify.dividing import must_fill
from domroute.verify.permissions import may_fill, rules_of
from domroute.verify.pricing import last_start
from domroute.verify.quoted import Quoted
from domroute.verify.reading import Reading
from domroute.verify.rules import lets_carry
from domroute.verify.stock import kept_from, limits_on, starts_of, units_by
from domroute.verify.workdays import day_limits_on
from domroute.words import Status

Taken = Mapping[tuple[str, str], int]
"""Units that plans take, by (node id, SKU)."""
JOINT: Final = "joint"
"""The method of results that were decided together: each knows not what others took."""
GIVEN: Final = "given"
"""The method of results that were decided elsewhere."""
HAIR: Final = 1e-7
"""The share of a cost within which nothing cheaper is worth a search."""


def check_reasons(
    result: RoutingResult,
    reading: Reading,
    stock: Snapshot,
    taken: Taken | None,
    quoted: Quoted | None = None,
) -> None:
    """
    Note reasons that the data contradict; that a reason is the best is not checked.

    Parameters
    ----------
    taken
        What all plans take that share the stock; those of the plan when not given.
    quoted
        What quotes say of the order: a node may be excluded by its dates alone, which
        depend on what carries a shipment.
    """
    ground = _Ground(result, reading, stock, taken, quoted)
    for at, part in enumerate(reading.plan.unfilled):
        line = reading.lines.get(part.line_id)
        if line is None:
            continue
        said: object = part.reason
        text: str | None = None
        if not isinstance(said, Reason):
            text = f"{said!r} is not a reason"
        else:
            text = ground.contradict(said, line)
        if text is not None:
            where = f"unfilled[{at}]"
            reading.add("wrong_reason", where, f"line {line.id!r}: {text}")


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    result: RoutingResult
    reading: Reading
    stock: Snapshot
    taken: Taken | None
    quoted: Quoted | None

    def contradict(self, reason: Reason, line: Line) -> str | None:
        """Say why a reason cannot be; None where it may be true."""
        look = _LOOK.get(reason)
        return None if look is None else look(self, line)

    def _there(self, node: Node, line: Line, by: datetime | None) -> int:
        """Count the units that a node has for a line by a moment, at the least."""
        there = units_by(self.reading, self.stock, node, line.sku, by)
        if by is None:
            # What an order that may wait finds there may be less, or be promised.
            return min(there, units_there(self.stock, node.id, line.sku))
        return there

    def _left_by_others(self, node: Node, sku: str) -> int:
        """Count the units that other plans take, less than nothing; nothing if none."""
        if self.taken is None:
            return 0
        own = sum(
            quantity
            for part in self.reading.nodes.get(node.id, ())
            for line, _, quantity in part.contents
            if line.sku == sku
        )
        return own - self.taken.get((node.id, sku), 0)

    def _usable(self, line: Line) -> float | None:
        """
        Count the units that the nodes have which may fill a line; None if not known.

        What better priorities shut out, and what others of a wave took, is not known.
        """
        reading = self.reading
        if reading.book.ladders or reading.ways or not self._knows_others:
            return None
        group, total = reading.groups[line.id], 0.0
        for node in reading.book.nodes.values():
            others = self._left_by_others(node, line.sku)
            starts = starts_of(reading, self.stock, node, line)
            most = self._there(node, line, max(starts, default=None)) + others
            if most < 1 or not may_fill(line, node, reading):
                continue
            may, by = self._comes_in_time(line, node)
            if may:
                there = self._there(node, line, by)
                kept = min(there, kept_from(group, node, reading))
                kept += self._held_back(node, line.sku)
                total += math.floor(max(0.0, there + others - kept))
        return total

    def _held_back(self, node: Node, sku: str) -> float:
        """Count units at the most that are for other channels, or may be too old."""
        row = self.stock.restriction(node.id, sku)
        if row is not None and row.expires_on is not None:
            return math.inf
        return held_for_others(self.stock, node.id, sku, self.reading.order.channel)

    def _comes_in_time(self, line: Line, node: Node) -> tuple[bool, datetime | None]:
        """Tell whether a node may fill a line by its dates, and until when it waits."""
        if not self.reading.is_dated:
            return True, None
        if day_limits_on(node):
            # On which of its days there is room for it is not gone through.
            return False, None
        return last_start(self.reading, self.stock, self.quoted, node, line)

    @property
    def _knows_others(self) -> bool:
        return self.taken is not None or self.result.method != JOINT

    def out_of_stock(self, line: Line) -> str | None:
        if line.id in self.reading.ways:
            return self._can_be_made(line)
        for node in self.reading.book.nodes.values() if self._knows_others else ():
            units = self._in_the_end(node, line)
            if units >= 1:
                return f"{node.id!r} has {units} units of {line.sku!r}"
        return None

    def _in_the_end(self, node: Node, line: Line) -> int:
        """Count the units that a node has for a line, now or within the horizon."""
        starts = starts_of(self.reading, self.stock, node, line)
        by = max((at for at in starts if at <= self._horizon), default=None)
        return self._there(node, line, by) + self._left_by_others(node, line.sku)

    @property
    def _horizon(self) -> datetime:
        """The last moment at which anything may leave."""
        placed, days = self.reading.order.placed_at, self.reading.book.policy.promise
        last = datetime.max.replace(tzinfo=UTC)
        if placed is None or last - placed < days.horizon_days * DAY:
            return last
        return placed + days.horizon_days * DAY

    def _can_be_made(self, line: Line) -> str | None:
        """Say that there are all the goods somewhere that fill a line in some way."""
        nodes = self.reading.book.nodes.values() if self._knows_others else ()
        for way in self.reading.ways[line.id]:
            names = [role.sku for role in way.roles]
            goods = [line.model_copy(update={"sku": sku}) for sku in names]
            if all(
                any(self._in_the_end(x, each) >= 1 for x in nodes) for each in goods
            ):
                return f"there is stock of {', '.join(map(repr, names))}"
        return None

    def not_eligible(self, line: Line) -> str | None:
        usable = self._usable(line)
        return f"nodes that may fill it have {usable:g} units" if usable else None

    def not_enough(self, line: Line) -> str | None:
        usable = self._usable(line)
        if usable is None:
            return None
        lines = self.reading.order.lines
        asked = sum(each.quantity for each in lines if each.sku == line.sku)
        if usable < asked:
            return None
        return f"nodes that may fill it have {usable:g} units, {asked} were ordered"

    def _cells(self, line: Line) -> Iterator[tuple[str, str]]:
        """Go through the nodes, and the SKUs that may leave for a line."""
        ways = self.reading.ways.get(line.id)
        skus = {line.sku} if ways is None else {x.sku for y in ways for x in y.roles}
        return product(self.reading.book.nodes, sorted(skus))

    def allocated(self, line: Line) -> str | None:
        channel = self.reading.order.channel
        for node_id, sku in self._cells(line):
            if held_for_others(self.stock, node_id, sku, channel) > 0:
                return None
        return f"no node holds any of {line.sku!r} for another channel"

    def expired(self, line: Line) -> str | None:
        for node_id, sku in self._cells(line):
            row = self.stock.restriction(node_id, sku)
            if row is not None and row.expires_on is not None:
                return None
        return f"no node has any of {line.sku!r} that expires"

    def pinned(self, line: Line) -> str | None:
        return None if line.pinned_node else "it is not pinned"

    def collected(self, line: Line) -> str | None:
        is_collected = self.reading.groups[line.id].is_collected
        return None if is_collected else "it is not collected"

    def split_limit(self, line: Line) -> str | None:
        splits = self.reading.book.policy.splits
        limits = (splits.max_shipments, splits.max_nodes)
        values = (splits.min_order_value, splits.min_part_value)
        if any(x is not None for x in limits) or any(values):
            return None
        if self.reading.groups[line.id].delivery.radius_km is not None:
            return None
        return "the policy limits no splits"

    def ship_complete(self, _: Line) -> str | None:
        is_whole = self.reading.book.policy.splits.ship_complete
        if is_whole or self.result.status is Status.INFEASIBLE:
            return None
        return "the order need not ship complete"

    def ship_together(self, line: Line) -> str | None:
        return None if line.ship_together else "it ships together with no other"

    def not_together(self, line: Line) -> str | None:
        delivery = self.reading.groups[line.id].delivery
        return None if delivery.together else "its delivery may come on several dates"

    def not_splittable(self, line: Line) -> str | None:
        is_whole = not line.allow_split or line.ship_together is not None
        return None if is_whole else "it may be split"

    def cheaper(self, line: Line) -> str | None:
        return "it must be filled" if must_fill(line, self.reading) else None

    def limit_reached(self, _: Line) -> str | None:
        result = self.result
        slack = HAIR * max(1.0, abs(result.cost))
        is_open = result.status is not Status.INFEASIBLE and (
            result.status is Status.FEASIBLE or result.cost - result.bound > slack
        )
        if is_open or result.method == JOINT:
            return None
        return f"the result is {result.status}: nothing was left to search for"

    def as_decided(self, _: Line) -> str | None:
        if self.result.method == GIVEN:
            return None
        return f"it was decided here, by {self.result.method!r}"

    def capacity(self, _: Line) -> str | None:
        nodes = self.reading.book.nodes.values()
        has = any(limits_on(node) or day_limits_on(node) for node in nodes)
        return None if has else "no node has a limit to what it can do"

    def minimum(self, _: Line) -> str | None:
        nodes = self.reading.book.nodes.values()
        return None if any(n.minimum_order for n in nodes) else "no node has a minimum"

    def service(self, line: Line) -> str | None:
        if not self.reading.book.may_pick_service:
            return "no term of the policy asks for a service"
        is_collected = self.reading.groups[line.id].is_collected
        return "it is collected, by no service" if is_collected else None

    def capability(self, line: Line) -> str | None:
        reading, book = self.reading, self.reading.book
        items = [
            book.items[sku] for sku in sorted({sku for _, sku in self._cells(line)})
        ]
        for rule in rules_of(reading.order, reading.groups[line.id], book):
            for service in book.services.values():
                if not lets_carry(rule, service, items):
                    return None
        return "no rule keeps what it asks for from a service"

    def no_date(self, _: Line) -> str | None:
        is_dated = self.reading.is_dated
        return None if is_dated else "nothing says when anything comes"

    def after_cutoff(self, line: Line) -> str | None:
        if self.reading.is_dated and self.reading.groups[line.id].method == "same_day":
            return None
        return "it is not asked for on the same day"

    def too_late(self, line: Line) -> str | None:
        group = self.reading.groups[line.id]
        if group.delivery.need_by is None:
            return "nothing says by when it is needed"
        return None if is_hard(group, self.reading) else "late is dear, and allowed"


_LOOK: Final[dict[Reason, Callable[[_Ground, Line], str | None]]] = {
    Reason.OUT_OF_STOCK: _Ground.out_of_stock,
    Reason.NOT_ENOUGH_STOCK: _Ground.not_enough,
    Reason.NO_ELIGIBLE_NODE: _Ground.not_eligible,
    Reason.ALLOCATED: _Ground.allocated,
    Reason.EXPIRED: _Ground.expired,
    Reason.PINNED_NODE_SHORT: _Ground.pinned,
    Reason.PICKUP_NODE_SHORT: _Ground.collected,
    Reason.SPLIT_LIMIT: _Ground.split_limit,
    Reason.SHIP_COMPLETE: _Ground.ship_complete,
    Reason.SHIP_TOGETHER: _Ground.ship_together,
    Reason.NOT_TOGETHER: _Ground.not_together,
    Reason.LINE_NOT_SPLITTABLE: _Ground.not_splittable,
    Reason.CHEAPER_UNFILLED: _Ground.cheaper,
    Reason.LIMIT_REACHED: _Ground.limit_reached,
    Reason.AS_DECIDED: _Ground.as_decided,
    Reason.NO_CAPACITY: _Ground.capacity,
    Reason.BELOW_MINIMUM_ORDER: _Ground.minimum,
    Reason.MISSING_CAPABILITY: _Ground.capability,
    Reason.NO_SERVICE: _Ground.service,
    Reason.NO_DATE: _Ground.no_date,
    Reason.AFTER_CUTOFF: _Ground.after_cutoff,
    Reason.TOO_LATE: _Ground.too_late,
}
"""How to look whether a reason can be true; any other is taken at its word."""
