"""How much nodes can fill at all, whatever it costs: found by the judge by itself."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Final

from domroute.ledger import Snapshot
from domroute.network import Node
from domroute.orders import Line
from domroute.verify.asked import worth_of
from domroute.verify.beside import Beside
from domroute.verify.deliveries import Group
from domroute.verify.dividing import must_fill
from domroute.verify.permissions import (
    may_fill,
)
from domroute.verify.pricing import is_carried, last_start
from domroute.verify.quoted import Quoted
from domroute.verify.reading import Reading
from domroute.verify.stock import (
    available_to,
    is_worth,
    limits_on,
    starts_of,
    taken_by_others,
)
from domroute.verify.workdays import day_limits_on
from domroute.words import Measure

STEPS: Final = 200_000
"""Bundles looked at and put together at most; an order that needs more is not judged.

That an order needs more is known before any bundle of a node is looked at."""
_SPARE: Final = 1e-9
"""What a sum of workloads may be over what is left."""

Units = tuple[int, ...]
"""Units by line, or by rung."""
Best = tuple[int, Units]
"""The most units in all, and by rung, the first rung first."""


@dataclass(frozen=True, slots=True)
class _State:
    """What some nodes fill: units by line, shipments, nodes, and what limits ask."""

    filled: Units
    shipments: int
    nodes: int
    has_small: bool
    collected: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Bundle:
    """All that one node could give: units by line, and what limits ask of it."""

    units: Units
    shipments: int
    has_small: bool
    collected: frozenset[int]


class Filling:
    """
    An order and the nodes that may fill it, by rung.

    Attributes
    ----------
    rungs
        The priorities of the nodes that may fill any of it, the best first.
    """

    def __init__(
        self,
        reading: Reading,
        inventory: Snapshot,
        quoted: Quoted | None,
        beside: Beside | None = None,
    ) -> None:
        self._reading, self._stock, self._quoted = reading, inventory, quoted
        self._beside = beside
        self._carried: dict[tuple[str, int, tuple[Line, ...]], bool] = {}
        self._value = worth_of(reading.order, reading.book.items)
        known = reading.book.items
        self._lines = [line for line in reading.order.lines if line.sku in known]
        found = {
            node.id: [self._most(line, node) for line in self._lines]
            for node in reading.book.nodes.values()
        }
        self._offers = {name: most for name, most in found.items() if any(most)}
        nodes = [reading.book.nodes[name] for name in self._offers]
        self._nodes = sorted(nodes, key=lambda node: (node.priority, node.id))
        self.rungs = sorted({node.priority for node in nodes})

    def best_by_rung(self) -> list[Best | None] | None:
        """
        Find the most that nodes up to each rung fill, and how far from the first ones.

        Returns
        -------
        list
            Of each rung; None where there is no plan. None in place of the list if it
            would take too long.
        """
        if self._reading.ways:
            return None  # what others may leave for lines is not gone through
        if self._is_simple():
            return self._fill_lines()
        # What may leave when, and with what, is not gone through.
        if self._comes_together or self._may_wait() or self._sends_by_date():
            return None
        return self._fill_order()

    @property
    def _comes_together(self) -> bool:
        """Whether all of some delivery comes on one date."""
        groups = self._reading.groups.values()
        return any(group.delivery.together for group in groups)

    def _sends_by_date(self) -> bool:
        """Tell whether some node must send enough on every date that it sends on."""
        return self._reading.is_dated and any(
            node.minimum_order for node in self._nodes
        )

    def _may_wait(self) -> bool:
        """Tell whether some of it may leave later than the rest."""
        return any(
            starts_of(self._reading, self._stock, node, line)
            for node in self._nodes
            for line in self._lines
        ) or any(map(day_limits_on, self._nodes))

    def _most(self, line: Line, node: Node) -> int:
        """Count the units of a line that a node may give by itself."""
        reading, group = self._reading, self._reading.groups[line.id]
        if not starts_of(reading, self._stock, node, line):
            units = self._available(group, node, line.sku)
            may = (
                units >= 1
                and may_fill(line, node, reading)
                and self._carries(node, group, (line,))
            )
        elif may_fill(line, node, reading):
            may, by = last_start(reading, self._stock, self._quoted, node, line)
            units = self._available(group, node, line.sku, by)
        else:
            return 0
        return max(0, min(math.floor(units), line.quantity)) if may else 0

    def _available(
        self, group: Group, node: Node, sku: str, by: datetime | None = None
    ) -> float:
        """Count the units that other plans leave at a node."""
        units = available_to(group, node, sku, self._reading, self._stock, by=by)
        if self._beside is None:
            return units
        return units - self._beside.units(self._reading.plan, node.id, sku)

    def _carries(self, node: Node, group: Group, lines: tuple[Line, ...]) -> bool:
        """Tell whether some service carries lines from a node, if they need one."""
        key = node.id, id(group), lines
        if key not in self._carried:
            self._carried[key] = is_carried(
                self._reading, self._stock, self._quoted, node, (group, lines)
            )
        return self._carried[key]

    def _is_simple(self) -> bool:
        """Tell whether each line is filled by itself, unit by unit."""
        lines, splits = self._lines, self._reading.book.policy.splits
        groups = {id(self._reading.groups[line.id]) for line in lines}
        is_split_freely = (
            (splits.over_limit_price is not None or splits.max_shipments is None)
            and (splits.over_limit_price is not None or splits.max_nodes is None)
            and not (splits.ship_complete and splits.incomplete_price is None)
            and not splits.min_order_value
            and not splits.min_part_value
        )
        return (
            is_split_freely
            and not self._comes_together
            and len({line.sku for line in lines}) == len(lines)
            and all(line.allow_split and not line.ship_together for line in lines)
            and not any(must_fill(line, self._reading) for line in lines)
            and all(
                not (limits_on(node) or day_limits_on(node) or node.minimum_order)
                for node in self._nodes
            )
            and len(groups) == 1
            and all(
                self._reading.groups[line.id].delivery.radius_km is None
                for line in lines
            )
            and all(self._gives_together(node) for node in self._nodes)
        )

    def _gives_together(self, node: Node) -> bool:
        """Tell whether some service carries at once all that a node has."""
        offers = zip(self._lines, self._offers[node.id], strict=True)
        given = tuple([line for line, most in offers if most])
        if len(given) == 1:
            return True
        return self._carries(node, self._reading.groups[given[0].id], given)

    def _fill_lines(self) -> list[Best | None]:
        left = [line.quantity for line in self._lines]
        by_rung: list[int] = []
        found: list[Best | None] = []
        for rung in self.rungs:
            by_rung.append(0)
            for node in self._nodes:
                if node.priority == rung:
                    for at, most in enumerate(self._offers[node.id]):
                        taken = min(left[at], most)
                        left[at] -= taken
                        by_rung[-1] += taken
            found.append((sum(by_rung), tuple(by_rung)))
        return found

    def _fill_order(self) -> list[Best | None] | None:
        """Go through all that nodes could give, one node after another."""
        empty = _State(
            (0,) * len(self._lines), 0, 0, has_small=False, collected=frozenset()
        )
        reached: dict[_State, Units] = {empty: ()}
        steps = 0
        found: list[Best | None] = []
        for rung in self.rungs:
            reached = {state: (*units, 0) for state, units in reached.items()}
            for node in self._nodes:
                if node.priority != rung:
                    continue
                choices = self._choices(node)
                steps += math.prod(map(len, choices))
                if steps > STEPS:
                    return None
                bundles = list(self._bundles(node, choices))
                steps += len(bundles) * len(reached)
                if steps > STEPS:
                    return None
                self._give(bundles, reached)
            ends = [
                (sum(units), units)
                for state, units in reached.items()
                if self._may_end(state)
            ]
            found.append(max(ends, default=None))
        return found

    def _give(self, bundles: list[_Bundle], reached: dict[_State, Units]) -> None:
        """Let one node give to every state there is."""
        wanted = [line.quantity for line in self._lines]
        for state, by_rung in list(reached.items()):
            for bundle in bundles:
                filled = tuple(map(int.__add__, state.filled, bundle.units))
                is_over = any(map(int.__gt__, filled, wanted))
                if is_over or state.collected & bundle.collected:
                    continue
                after = _State(
                    filled,
                    state.shipments + bundle.shipments,
                    state.nodes + 1,
                    has_small=state.has_small or bundle.has_small,
                    collected=state.collected | bundle.collected,
                )
                if not self._may_go_on(after):
                    continue
                units = (*by_rung[:-1], by_rung[-1] + sum(bundle.units))
                if after not in reached or reached[after] < units:
                    reached[after] = units

    def _may_go_on(self, state: _State) -> bool:
        splits = self._reading.book.policy.splits
        if state.nodes > 1 and not is_worth(self._value, splits.min_order_value):
            return False
        if splits.over_limit_price is not None:
            return True
        return state.shipments <= (splits.max_shipments or math.inf) and (
            state.nodes <= (splits.max_nodes or math.inf)
        )

    def _may_end(self, state: _State) -> bool:
        splits = self._reading.book.policy.splits
        left = [
            line.quantity - units
            for line, units in zip(self._lines, state.filled, strict=True)
        ]
        is_complete = splits.ship_complete and splits.incomplete_price is None
        return not (
            (is_complete and any(left) and any(state.filled))
            or (state.has_small and state.shipments > 1)
            or any(
                units and must_fill(line, self._reading)
                for line, units in zip(self._lines, left, strict=True)
            )
        )

    def _choices(self, node: Node) -> list[range | tuple[int]]:
        """List how many units of each line one node could give."""
        choices: list[range | tuple[int]] = []
        for line, most in zip(self._lines, self._offers[node.id], strict=True):
            if line.allow_split and not line.ship_together:
                choices.append(range(most + 1))
            else:
                whole = line.quantity
                choices.append(range(0, whole + 1, whole) if most == whole else (0,))
        return choices

    def _bundles(
        self, node: Node, choices: list[range | tuple[int]]
    ) -> Iterator[_Bundle]:
        """Yield all that one node could give, and may."""
        for units in product(*choices):
            if any(units):
                bundle = self._bundle(node, units)
                if bundle is not None:
                    yield bundle

    def _bundle(self, node: Node, units: Units) -> _Bundle | None:
        """Look at what a node would give; None if it may not."""
        reading, groups = self._reading, self._reading.groups
        given = [(x, n) for x, n in zip(self._lines, units, strict=True) if n]
        names = {line.ship_together for line, _ in given} - {None}
        for line, n in zip(self._lines, units, strict=True):
            if line.ship_together in names and not n:
                return None
        for sku in {line.sku for line, _ in given}:
            taken = [(x, n) for x, n in given if x.sku == sku]
            group = groups[taken[0][0].id]
            there = self._available(group, node, sku)
            if sum(n for _, n in taken) > there:
                return None
        parts: dict[int, list[tuple[Line, int]]] = {}
        for line, n in given:
            parts.setdefault(id(groups[line.id]), []).append((line, n))
        values = [math.fsum(n * self._price(x) for x, n in p) for p in parts.values()]
        if not is_worth(math.fsum(values), node.minimum_order):
            return None
        if not self._has_room(node, given) or not all(
            self._carries(node, groups[p[0][0].id], tuple([x for x, _ in p]))
            for p in parts.values()
        ):
            return None
        least = reading.book.policy.splits.min_part_value
        collected = {
            name
            for name, part in parts.items()
            if groups[part[0][0].id].delivery.radius_km is not None
        }
        return _Bundle(
            units,
            len(parts),
            has_small=not all(is_worth(value, least) for value in values),
            collected=frozenset(collected),
        )

    def _price(self, line: Line) -> float:
        usual = self._reading.book.items[line.sku].unit_price
        return usual if line.unit_price is None else line.unit_price

    def _has_room(self, node: Node, given: list[tuple[Line, int]]) -> bool:
        return all(
            self._load(node, given, capacity.measure)
            <= self._spare(node, capacity.measure, capacity.limit) + _SPARE
            for capacity in limits_on(node)
        )

    def _load(
        self, node: Node, given: list[tuple[Line, int]], measure: Measure
    ) -> float:
        quoted = self._quoted
        if measure is Measure.ORDERS:
            return 1.0
        if measure is Measure.LINES:
            return float(len(given))
        if measure is Measure.WORKLOAD and quoted is not None:
            return sum(quoted.workload(x.id, node.id) * n for x, n in given)
        return float(sum(n for _, n in given))

    def _spare(self, node: Node, measure: Measure, limit: float) -> float:
        if self._beside is None:
            order_id = self._reading.order.id
            return limit - taken_by_others(order_id, node.id, measure, self._stock)
        mine = self._reading.plan
        limit -= self._stock.load(node.id, measure)
        return limit - self._beside.load(mine, node.id, measure)
