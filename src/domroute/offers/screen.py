"""Hard rules become a mask over lines and nodes, and a mark for each of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from domroute.costs.nature import day_prices_of
from domroute.ledger import Snapshot
from domroute.network import Item
from domroute.offers.allocating import Allocated, Allocator
from domroute.offers.daysleft import DaysLeft, limits_by_day
from domroute.offers.eligibility import Eligibility, Mark, SoftBreak, SoftSafety
from domroute.policy import Policy
from domroute.problem import Group, NetworkArrays, OrderProblem
from domroute.reasons import Reason
from domroute.rules import (
    DISTANCE_SLACK_KM,
    MaxDistance,
    NodePriority,
    Rule,
    SafetyStock,
)
from domroute.supply import StockByDate
from domroute.units import BoolArray, FloatArray, IntArray

_OF_SOURCES = frozenset(
    {
        Reason.METHOD_NOT_OFFERED,
        Reason.NOT_THE_PINNED_NODE,
        Reason.EXCLUDED_BY_LINE,
    }
)
"""What keeps nodes from giving something that may go through them."""
_Step = tuple[Reason, BoolArray]
"""A reason, and what it allows: ``(M,)`` or ``(G, M)`` over a group's lines."""


class Screen:
    """The rules of a policy, made ready for one network; made once per router."""

    def __init__(self, arrays: NetworkArrays, policy: Policy) -> None:
        self._arrays = arrays
        self._all_enabled = bool(arrays.enabled.all())
        self._has_reach = bool(np.isfinite(arrays.reach_km).any())
        self._has_capacity = arrays.capacity.is_limited
        self._day_limits = limits_by_day(arrays.nodes)
        self._day_prices = day_prices_of(policy.costs)
        self._capacity_keys = [
            (arrays.nodes[node].id, measure) for node, measure in arrays.capacity.keys
        ]
        rules = [rule for rule in policy.rules if isinstance(rule, Rule)]
        self._hard = tuple(_CompiledRule(r, arrays) for r in rules if r.price is None)
        self._soft = tuple(
            _CompiledRule(r, arrays) for r in rules if r.price is not None
        )
        self._ladders = tuple(r for r in policy.rules if isinstance(r, NodePriority))
        self._best_priority = int(arrays.priority.min(initial=10**6))
        self._allocator = Allocator(arrays.node_at)
        self._safeties = tuple(
            (r, np.array([r.nodes.matches(node) for node in arrays.nodes], bool))
            for r in policy.rules
            if isinstance(r, SafetyStock)
        )

    @property
    def charges_for_stock(self) -> bool:
        """Whether a soft safety stock charges by all that a node has in the end."""
        return any(rule.price is not None for rule, _ in self._safeties)

    def screen(self, problem: OrderProblem, inventory: Snapshot) -> Eligibility:
        """Apply every rule to an order."""
        by_date = self._by_date_left(problem)
        stock = self._stock_left(problem) if by_date is None else by_date.all
        allocated: Allocated | None = None
        found = self._allocator.kept(problem, inventory)
        if found is not None:
            for_others, here = found
            allocated = Allocated(here, stock, for_others, by_date)
            by_date = self._by_date_left(problem, for_others)
            left = self._stock_left(problem, for_others)
            stock = left if by_date is None else by_date.all
        allowed = np.ones((len(problem.lines), len(problem.nodes)), bool)
        marks, is_one = [], len(problem.groups) == 1
        for group in problem.groups:
            mine = allowed if is_one else allowed[group.lines]
            for reason, step in self._steps(problem, group):
                marks.append(Mark(reason, group.lines, step))
                mine &= step
            if not is_one:
                allowed[group.lines] = mine
        return Eligibility(
            allowed=allowed,
            stock=stock,
            capacity=self._capacity_left(problem, inventory),
            breaks=tuple(self._breaks(problem, group) for group in problem.groups),
            safeties=self._soft_safeties(problem),
            preferences=self._preferences(problem),
            marks=tuple(marks),
            by_date=by_date,
            allocated=allocated,
            days=self._days_left(problem, inventory),
        )

    def has_ladder(self, problem: OrderProblem) -> bool:
        """Tell whether a hard node priority concerns an order."""
        return any(
            rule.price is None and self._concerns(rule, problem)
            for rule in self._ladders
        )

    def drains(self, problem: OrderProblem) -> bool:
        """Tell whether its rungs are drained one after another."""
        return any(
            rule.drain and self._concerns(rule, problem) for rule in self._ladders
        )

    def _steps(self, problem: OrderProblem, group: Group) -> Iterator[_Step]:
        """Yield what excludes nodes, in the stated order; skip what allows all."""
        arrays, nodes, delivery = self._arrays, problem.nodes, group.delivery
        if not self._all_enabled:
            yield Reason.DISABLED, arrays.enabled[nodes]
        if arrays.has_window:
            dated = problem.order.placed_at is not None
            code = Reason.NOT_ACTIVE if dated else Reason.NO_ORDER_DATE
            yield code, self._active(problem)
        yield Reason.METHOD_NOT_OFFERED, arrays.offers[delivery.method][nodes]
        if delivery.method.is_collected:
            if delivery.node is not None:
                at = arrays.node_at[delivery.node]
                yield Reason.NOT_THE_PICKUP_NODE, nodes == at
            elif delivery.radius_km is not None:
                near = group.distance_km <= delivery.radius_km + DISTANCE_SLACK_KM
                yield Reason.OUTSIDE_PICKUP_RADIUS, near
        elif self._has_reach:
            reach = arrays.reach_km[nodes] + DISTANCE_SLACK_KM
            yield Reason.TOO_FAR, group.distance_km <= reach
        yield from self._line_steps(problem, group)
        for rule in self._hard:
            if rule.rule.applies(problem.order, delivery):
                yield rule.rule.reason, rule.permits(problem, group)

    def lets_merge(self, problem: OrderProblem, group: Group, node: int) -> BoolArray:
        """
        Tell which lines of a delivery may go through a node at hand; shape ``(G,)``.

        It need not be one that may fill them: it must offer to merge, be at work, reach
        the customer, and be kept from them by no hard rule.
        """
        arrays, found = self._arrays, np.ones(len(group.lines), bool)
        if not arrays.merges[problem.nodes[node]]:
            return ~found
        for reason, step in self._steps(problem, group):
            if reason not in _OF_SOURCES:
                found &= step[..., node]
        return found

    def _line_steps(self, problem: OrderProblem, group: Group) -> Iterator[_Step]:
        lines = [problem.lines[at] for at in group.lines.tolist()]
        if any(line.pinned_node for line in lines):
            pins = [
                -1
                if line.pinned_node is None
                else self._arrays.node_at[line.pinned_node]
                for line in lines
            ]
            pin = np.array(pins)[:, None]
            yield Reason.NOT_THE_PINNED_NODE, (pin < 0) | (pin == problem.nodes)
        if any(line.excluded_nodes for line in lines):
            free = np.ones((len(lines), len(self._arrays.nodes)), bool)
            for at, line in enumerate(lines):
                # Excluding a node that no longer exists excludes nothing.
                known = [self._arrays.node_at.get(x) for x in line.excluded_nodes]
                free[at, [node for node in known if node is not None]] = False
            yield Reason.EXCLUDED_BY_LINE, free[:, problem.nodes]

    def _active(self, problem: OrderProblem) -> BoolArray:
        """Tell which nodes are known to be open when the order was placed."""
        when = problem.order.placed_at
        found = []
        for at in problem.nodes.tolist():
            node = self._arrays.nodes[at]
            start, end = node.active_from, node.active_until
            if when is None:
                found.append(start is None and end is None)
                continue
            late = start is not None and when < start
            over = end is not None and when >= end
            found.append(not late and not over)
        return np.array(found, bool)

    def _stock_left(
        self, problem: OrderProblem, for_others: FloatArray | None = None
    ) -> IntArray:
        """Return what hard safety stock, and other channels, leave; ``(K, M)``."""
        kept = self._kept_back(problem, for_others)
        if kept is None:
            return problem.stock
        return np.floor(np.maximum(0.0, problem.stock - kept)).astype(np.int64)

    def _by_date_left(
        self, problem: OrderProblem, for_others: FloatArray | None = None
    ) -> StockByDate | None:
        """Return likewise what may leave by when."""
        by_date = problem.by_date
        kept = None if by_date is None else self._kept_back(problem, for_others)
        return by_date if by_date is None or kept is None else by_date.kept_back(kept)

    def _kept_back(
        self, problem: OrderProblem, for_others: FloatArray | None
    ) -> FloatArray | None:
        """Add up what is kept back, ``(M,)`` or ``(K, M)``; None where nothing is."""
        if not self._safeties:
            return for_others
        kept = np.zeros(len(problem.nodes))
        for rule, matches in self._safeties:
            if rule.price is None and self._concerns(rule, problem):
                kept += rule.units * matches[problem.nodes]
        if for_others is not None:
            return kept + for_others
        return kept if kept.any() else None

    def _soft_safeties(self, problem: OrderProblem) -> tuple[SoftSafety, ...]:
        found = []
        for rule, matches in self._safeties:
            if rule.price is not None and self._concerns(rule, problem):
                here = matches[problem.nodes]
                by_date = problem.by_date
                stock = problem.stock if by_date is None else by_date.all
                lent = np.maximum(0.0, stock - rule.units)
                free = np.where(here, lent, np.inf)
                found.append(SoftSafety(f"rule:{rule.name}", rule.price, free))
        return tuple(found)

    @staticmethod
    def _concerns(rule: NodePriority | SafetyStock, problem: OrderProblem) -> bool:
        """Tell whether a rule about whole orders concerns this one."""
        groups = problem.groups  # none where nothing ships
        return bool(groups) and rule.orders.matches(problem.order, groups[0].delivery)

    def _capacity_left(
        self, problem: OrderProblem, inventory: Snapshot
    ) -> FloatArray | None:
        if not self._has_capacity:
            return None
        table, loads = self._arrays.capacity, inventory.loads
        rows = table.of_node.take(problem.nodes, axis=1)
        left = table.limit[rows]
        if loads:
            keys = self._capacity_keys
            taken = [loads.get(keys[at], 0.0) for at in rows.ravel().tolist()]
            left -= np.array(taken).reshape(left.shape)
        return left

    def _days_left(self, problem: OrderProblem, inventory: Snapshot) -> DaysLeft | None:
        if not self._day_limits:
            return None
        return DaysLeft(
            self._day_limits,
            self._arrays.nodes,
            inventory,
            prices=self._day_prices,
            order_id=problem.order.id,
        )

    def _preferences(self, problem: OrderProblem) -> tuple[tuple[str, FloatArray], ...]:
        """Price each step of priority above the best, per shipment."""
        steps = self._arrays.priority - self._best_priority
        return tuple(
            (f"rule:{rule.name}", rule.price * steps[problem.nodes].astype(float))
            for rule in self._ladders
            if rule.price is not None and self._concerns(rule, problem)
        )

    def _breaks(self, problem: OrderProblem, group: Group) -> tuple[SoftBreak, ...]:
        found = []
        shape = (len(group.lines), len(problem.nodes))
        for rule in self._soft:
            if rule.rule.applies(problem.order, group.delivery):
                broken = ~np.broadcast_to(rule.permits(problem, group), shape)
                if broken.any():
                    price = rule.rule.price or 0.0
                    found.append(SoftBreak(f"rule:{rule.rule.name}", price, broken))
        return tuple(found)


class _CompiledRule:
    """A rule over arrays: by node where that is all it asks, otherwise pair by pair."""

    def __init__(self, rule: Rule, arrays: NetworkArrays) -> None:
        self.rule = rule
        self._arrays = arrays
        self._mask: BoolArray | None = None
        self._reach: FloatArray | None = None
        if getattr(rule, "by_node", False):
            anything = Item(sku="any")
            self._mask = np.array(
                [rule.permits(n, anything, 0.0) for n in arrays.nodes]
            )
        elif isinstance(rule, MaxDistance):
            reach = [rule.reach_km(node) for node in arrays.nodes]
            self._reach = np.array(reach, float) + DISTANCE_SLACK_KM

    def permits(self, problem: OrderProblem, group: Group) -> BoolArray:
        nodes = problem.nodes
        if self._mask is not None:
            return self._mask[nodes]
        if self._reach is not None:
            return group.distance_km <= self._reach[nodes]
        at_hand = [self._arrays.nodes[at] for at in nodes.tolist()]
        distances = group.distance_km.tolist()
        return np.array(
            [
                [
                    self.rule.permits(node, problem.items[at], km)
                    for node, km in zip(at_hand, distances, strict=True)
                ]
                for at in group.lines.tolist()
            ],
            bool,
        ).reshape(len(group.lines), len(at_hand))
