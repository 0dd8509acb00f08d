"""
Orders of a backlog that stand in no wave: each is decided before its tier is.

Something of them is kept, and a limit looks at that and at the rest together: how many
other nodes may be used, at what price, or a price for whatever is left; or a node was
short for the order alone. Each is routed as :meth:`.Router.reroute` does, on what
better tiers and those before it leave of what is there now.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from domroute.answers.routing import route_order
from domroute.batch.asking import Asked
from domroute.batch.incumbent import Incumbent
from domroute.batch.tiers import Beside
from domroute.errors import InputError
from domroute.ledger import Inventory, Snapshot
from domroute.orders import Order
from domroute.plan import Plan
from domroute.problem import NetworkArrays
from domroute.reroute.backlog import Open
from domroute.reroute.resting import Rest
from domroute.reroute.stock import caps_of
from domroute.reroute.sunk import Sunk, best_of
from domroute.result import RoutingResult


def stands_apart(
    one: Open,
    sunk: Sunk,
    rest: Rest,
    *,
    whole: Snapshot,
    now: datetime,
    arrays: NetworkArrays,
) -> bool:
    """
    Tell whether an order cannot be decided together with others.

    Parameters
    ----------
    one, sunk, rest
        The order, what is left of its limits, and what is left of it.
    whole
        The stock, with what is kept taken.
    now
        As of when.
    arrays
        The network.
    """
    units = sum(line.quantity for line in rest.order.lines)
    is_counted = sunk.new_nodes is not None and (
        math.isfinite(sunk.node_price) or sunk.new_nodes > 0
    )
    if is_counted and sunk.new_nodes is not None and sunk.new_nodes < units:
        return True
    if sunk.incomplete_price or caps_of(one.after, one.before, now):
        return True
    return _counts_somewhere(whole.counted.get(one.order.id, ()), arrays)


def _counts_somewhere(nodes: Iterable[str], arrays: NetworkArrays) -> bool:
    """Tell whether an order is counted at a node that takes so many orders."""
    table = arrays.capacity
    return any(
        table.demands.per_order[row] > 0 and bool(np.isfinite(table.limit[row]))
        for node in nodes
        for row in table.of_node[:, arrays.node_at[node]].tolist()
    )


@dataclass(slots=True, eq=False)
class Apart:
    """
    The orders apart, and what they have taken so far.

    Attributes
    ----------
    orders
        With what is left of their limits, in turn.
    stock
        With what is kept taken, and all else given back.
    asked
        What each order is asked of.
    now
        As of when.
    results
        What was decided, by order id.
    """

    orders: list[tuple[Open, Sunk]]
    stock: Inventory
    asked: Asked
    now: datetime
    results: dict[str, RoutingResult] = field(default_factory=dict)
    _held: Inventory = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing taken."""
        self._held = self.stock.copy()

    @property
    def opens(self) -> list[Open]:
        """The orders."""
        return [one for one, _ in self.orders]

    def decide(self, tier: int, incumbent: Incumbent) -> Beside:
        """
        Decide the orders of a tier, and take what they take off an incumbent.

        Parameters
        ----------
        tier
            The position of the tier.
        incumbent
            What the waves of better tiers take.
        """
        mine = [pair for pair in self.orders if pair[0].tier == tier]
        if not mine:
            return Beside()
        taken = self._taken_by_waves(incumbent)
        costs, bounds = [], []
        for one, sunk in mine:
            rest = one.rest
            if rest is None:  # pragma: no cover - what is left is why it is here
                continue
            alone = self._ask(one, sunk, rest, self.stock.snapshot())
            left = _less(self._held.snapshot(), *taken)
            found = self._ask(one, sunk, replace(rest, order=_now(rest.order)), left)
            found = replace(found, order=rest.order)
            bound = min(alone.bound, found.cost)
            self.results[one.order.id] = replace(found, bound=bound)
            self._take(found, incumbent)
            costs.append(found.cost)
            bounds.append(bound)
        return Beside(len(mine), math.fsum(costs), math.fsum(bounds))

    def _ask(self, one: Open, sunk: Sunk, rest: Rest, stock: Snapshot) -> RoutingResult:
        """Route what is left of an order on some stock."""
        caps = caps_of(one.after, one.before, self.now)
        gone = {
            cell: stock.available(*cell) - most
            for cell, most in caps.items()
            if stock.available(*cell) > most
        }
        stock = _less(stock, gone, {}).for_order(one.order.id)
        ready = self.asked.of(rest.order).at(stock)

        def ask(order: Order) -> RoutingResult:
            begun = time.perf_counter()
            return route_order(ready, order, quotes=self.asked.quotes, started=begun)

        return best_of(rest, sunk, ready.policy, ask)

    def _taken_by_waves(
        self, incumbent: Incumbent
    ) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], float]]:
        """Read off what waves take: units by cell, and capacity by measure."""
        wave, held = incumbent.wave, self._held.snapshot()
        before = self.stock.snapshot()
        nodes, table = wave.arrays.nodes, wave.arrays.capacity
        skus = {row: sku for sku, row in wave.cells.row.items()}
        units = np.rint(wave.stock - incumbent.left).astype(np.int64)
        found: dict[tuple[str, str], int] = {}
        for at in np.flatnonzero(units).tolist():
            if at // len(nodes) not in skus:
                continue  # of what arrives later: nobody apart draws on it
            cell = nodes[at % len(nodes)].id, skus[at // len(nodes)]
            mine = before.available(*cell) - held.available(*cell)
            if units[at] > mine:
                found[cell] = int(units[at]) - mine
        used, loads = incumbent.used.load, {}
        for row in np.flatnonzero(wave.is_limited).tolist():
            key = nodes[table.node[row]].id, str(table.measures[row])
            others = held.loads.get(key, 0.0) - before.loads.get(key, 0.0)
            if used[row] > others:
                loads[key] = float(used[row] - others)
        return found, loads

    def _take(self, found: RoutingResult, incumbent: Incumbent) -> None:
        """Take what a plan takes off what is left to all others."""
        wave, before = incumbent.wave, self._held.snapshot().loads
        try:
            self._held.reserve(Plan(found.plan.shipments), beside=True)
        except InputError:  # pragma: no cover - it has been judged to fit
            return
        rows = wave.cells.row
        for part in found.plan.shipments:
            node = wave.arrays.node_at[part.node_id]
            for content in part.contents:
                if content.sku in rows:
                    at = rows[content.sku] * len(wave.arrays.nodes) + node
                    incumbent.left[at] = max(0.0, incumbent.left[at] - content.quantity)
        after, table = self._held.snapshot().loads, wave.arrays.capacity
        for row in np.flatnonzero(wave.is_limited).tolist():
            key = wave.arrays.nodes[table.node[row]].id, str(table.measures[row])
            incumbent.room[row] -= after.get(key, 0.0) - before.get(key, 0.0)


def _now(order: Order) -> Order:
    """Let an order wait for nothing: what arrives later is the waves'."""
    if all(line.allow_backorder is False for line in order.lines):
        return order
    lines = [line.model_copy(update={"allow_backorder": False}) for line in order.lines]
    return order.model_copy(update={"lines": tuple(lines)})


def _less(
    stock: Snapshot,
    units: Mapping[tuple[str, str], int],
    loads: Mapping[tuple[str, str], float],
) -> Snapshot:
    """Take units and capacity off a snapshot."""
    if not (units or loads):
        return stock
    changes = {
        row: (0.0, float(count))
        for cell, count in units.items()
        if (row := stock.layout.row(*cell)) is not None
    }
    more = dict(stock.loads)
    for key, load in loads.items():
        more[key] = more.get(key, 0.0) + load
    return stock.changed(changes, more)
