"""A stream made easier than it was: all orders known at once, all stock there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from domroute.arguments import checked
from domroute.costs import Fact, Quotes, nature_of
from domroute.costs.parcel import services_of
from domroute.events import (
    Canceled,
    Closed,
    Event,
    Placed,
    Received,
    Rejected,
    Returned,
)
from domroute.geography import great_circle_km, unit_vectors
from domroute.ledger.inventory import Inventory
from domroute.ledger.stock import Stock
from domroute.network import STORE, Item, Network
from domroute.orders import Line, Order
from domroute.policy import Policy, SolveOptions
from domroute.replay.world import World, chance
from domroute.rules import NodePriority, SafetyStock
from domroute.scenario import Scenario
from domroute.split import SplitLimits
from domroute.whatif.arrivals import Arrivals
from domroute.whatif.doubts import (
    doubts_about_dates,
    doubts_about_goods,
    doubts_about_parts,
    doubts_about_terms,
)
from domroute.whatif.timeless import timeless_network, timeless_order
from domroute.words import Objective

Pair = tuple[str, str]
_SLACK = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """
    One batch of orders, of which no tactic can fill the stream at less than the bound.

    Attributes
    ----------
    left_out
        Orders that must be filled: what it costs to fail them has no price.
    doubts
        Why the bound may not hold, as sentences; none where it is certain.
    """

    network: Network
    inventory: Inventory
    policy: Policy
    orders: tuple[Order, ...]
    quotes: Quotes
    left_out: int
    doubts: tuple[str, ...]


@checked
def relax(
    scenario: Scenario,
    events: Iterable[Event],
    policy: Policy,
    *,
    world: World,
    seed: int,
    hold_h: float | None = None,
) -> Relaxed:
    """
    Drop everything that time, trouble and capacity forbid; keep what things cost.

    Parameters
    ----------
    scenario
        The network, opening stock and quotes.
    events
        What happens.
    policy
        What it costs.
    world, seed
        Which chances the world draws.
    hold_h
        The longest that an order waits to be routed (hours); None is for ever.

    Notes
    -----
    Each step lets in every plan that a replay can come to, at no more than it cost:

    * All that is placed is known at once, and all that is ever received, inbound or
      brought back to a store is there from the start, without capacity: a plan in time
      takes no more of a cell than came to it, less the safety stock of its row. Units
      lost or written off are not taken away. Only where it is known how long orders
      wait, and that one is routed once, is it closed to nodes whose first unit came
      after that (``arrivals.py``).
    * A unit that comes back by parcel to the node that shipped it takes nothing of that
      node's stock in the end: its line is given stock of its own at every such node.
    * What is canceled may have left before: its lines are left out, and cost nothing.
      Orders that must be filled are left out too.
    * Nothing takes time: where the network gives dates, it gives none here, and an
      order may be shipped whenever it is needed. What is late, or soon, is no cash.
    * What stock is worth is no cash. Rules that look at the stock of the moment
      (ladders of priority, safety stock) are dropped; all others hold in every attempt.
    * Where orders may be routed again (rejections, short picks, closed nodes,
      cancellations), an order can come to more parts than any one plan of it may have,
      so everything about an order as a whole is dropped: limits and prices of splits,
      lines that go together or whole, minimum orders. Two shipments of an order from
      one node count as one: that must cost no more than both, which holds for handling
      and distance, and for a rate card by weight where it is checked here; volume, for
      which it need not hold, is not billed.
    """
    happened = tuple(events)
    troubled = _is_troubled(happened, world)
    chosen = Policy(
        costs=[term for term in policy.costs if nature_of(term).is_cash],
        rules=[rule for rule in policy.rules if not _looks_at_stock(rule)],
        splits=SplitLimits() if troubled else policy.splits,
        unfilled_penalty=policy.unfilled_penalty,
        objective=Objective.COST,
        distance=policy.distance,
        # However plans are made: what they cost at least is asked of the exact method.
        solve=SolveOptions(gap=policy.solve.gap, tuning=policy.solve.tuning),
    )
    placed = [event.order for event in happened if isinstance(event, Placed)]
    wanted = [order for order in placed if not _must_fill(order, policy)]
    is_whole = len(wanted) == len(placed) and not troubled
    doubts = [*doubts_about_terms(policy, is_whole=is_whole)]
    doubts += doubts_about_dates(policy)
    returned = any(isinstance(event, Returned) for event in happened)
    if troubled or returned or world.returns is not None:
        doubts += doubts_about_goods(scenario.network, placed)
    if troubled:
        doubts += doubts_about_parts(scenario, happened, policy)
    kept = [timeless_order(order) for order in _without_canceled(wanted, happened)]
    network = timeless_network(scenario.network)
    if troubled:
        kept = [_loosened(order) for order in kept]
    came = Counter[Pair]()
    again = _Returning(scenario.network, happened, world, seed)
    if hold_h is not None:
        usual = policy.allow_backorder
        arrivals = Arrivals(scenario, happened, world, hold_h=hold_h, is_usual=usual)
        kept = [arrivals.exclude(order) for order in kept]
    orders = [again.mark(order, came) for order in kept]
    for event in happened:
        if isinstance(event, Received):
            came[event.node, event.sku] += event.quantity
    return Relaxed(
        network=_eased(network, chosen, again.copies, troubled=troubled),
        inventory=_filled(scenario.inventory, came, again.copies, orders),
        policy=chosen,
        orders=tuple(orders),
        quotes=scenario.quotes,
        left_out=len(placed) - len(wanted),
        doubts=tuple(doubts),
    )


def _is_troubled(events: Iterable[Event], world: World) -> bool:
    shares = (*world.rejects.values(), *world.short_picks.values())
    return any(shares) or any(
        isinstance(event, (Rejected, Closed, Canceled)) for event in events
    )


def _looks_at_stock(rule: object) -> bool:
    if isinstance(rule, NodePriority):
        return rule.price is None
    return isinstance(rule, SafetyStock)


def _must_fill(order: Order, policy: Policy) -> bool:
    return any(
        line.must_fill
        or (line.unfilled_penalty is None and policy.unfilled_penalty is None)
        for line in order.lines
    )


def _without_canceled(
    orders: Iterable[Order], events: Iterable[Event]
) -> Iterator[Order]:
    gone: dict[str, set[str | None]] = {}
    for event in events:
        if isinstance(event, Canceled):
            gone.setdefault(event.order, set()).add(event.line)
    for order in orders:
        lost = gone.get(order.id, set())
        lines = [line for line in order.lines if line.id not in lost]
        if lines and None not in lost:
            yield _with_lines(order, lines)


def _loosened(order: Order) -> Order:
    loose = {"allow_split": True, "ship_together": None}
    return _with_lines(order, [line.model_copy(update=loose) for line in order.lines])


def _with_lines(order: Order, lines: Iterable[Line]) -> Order:
    return order.model_copy(update={"lines": tuple(lines)})


class _Returning:
    """
    Finds which units come back, where to, and gives lines whose parcels do their own.

    Attributes
    ----------
    copies
        The SKU that stands for units that come back by parcel, by the SKU they are of.
    """

    def __init__(
        self, network: Network, events: Iterable[Event], world: World, seed: int
    ) -> None:
        self.copies: dict[str, str] = {}
        self._world, self._seed = world, seed
        self._skus = {item.sku for item in network.items}
        self._stores = [node for node in network.nodes if node.kind == STORE]
        self._vectors = unit_vectors(
            np.array([node.location.lat for node in self._stores], float),
            np.array([node.location.lon for node in self._stores], float),
        )
        happened = tuple(events)
        self._closing = {e.node for e in happened if isinstance(e, Closed)}
        self._told: dict[Pair, list[Returned]] = {}
        for event in happened:
            if isinstance(event, Returned) and event.to_stock:
                self._told.setdefault((event.order, event.line), []).append(event)

    def mark(self, order: Order, came: Counter[Pair]) -> Order:
        """Count what comes to stores; mark the lines of which parcels come back."""
        lines = []
        for line in order.lines:
            if self._comes_back(order, line, came):
                lines.append(line.model_copy(update={"sku": self._copy(line.sku)}))
            else:
                lines.append(line)
        return _with_lines(order, lines)

    def _comes_back(self, order: Order, line: Line, came: Counter[Pair]) -> bool:
        by_parcel = False
        for event in self._told.get((order.id, line.id), ()):
            if event.node is None:
                by_parcel = True
            else:
                came[event.node, line.sku] += event.quantity
        returns = self._world.returns
        if returns is None:
            return by_parcel
        for unit in range(line.quantity):
            about = (order.id, line.id, unit)
            if not self._happens(returns.share, "returns", *about):
                continue
            if not self._happens(returns.resalable, "resalable", *about):
                continue
            stores: list[str] = []
            if self._happens(returns.in_store, "in store", *about):
                stores = self._near(order)
            by_parcel |= not stores
            for store in stores:
                came[store, line.sku] += 1
        return by_parcel

    def _near(self, order: Order) -> list[str]:
        """Name the stores that may be the nearest open one: to the first ever open."""
        if order.destination is None or not self._stores:
            return []
        far = great_circle_km(
            self._vectors, order.destination.lat, order.destination.lon
        )
        names: list[str] = []
        for at in np.argsort(far, kind="stable").tolist():
            names.append(self._stores[at].id)
            if names[-1] not in self._closing:
                break
        return names

    def _happens(self, share: float, *about: object) -> bool:
        return share > 0 and chance(self._seed, *about) < share

    def _copy(self, sku: str) -> str:
        found = self.copies.get(sku)
        if found is None:
            found = f"{sku} that comes back"
            while found in self._skus:
                found += "'"
            self._skus.add(found)
            self.copies[sku] = found
        return found


def _eased(
    network: Network, policy: Policy, copies: Mapping[str, str], *, troubled: bool
) -> Network:
    # Copies are made without a second look: no fault can come in by what is left out.
    extra = [
        item.model_copy(update={"sku": copies[item.sku]})
        for item in network.items
        if item.sku in copies
    ]
    free: dict[str, object] = {"capacity": None}
    if troubled:
        free["minimum_order"] = 0.0
    nodes = [node.model_copy(update=free) for node in network.nodes]
    services = network.services
    says = any(nature_of(term).says(Fact.SERVICE) for term in policy.costs)
    if troubled and (services or says):
        unbilled = {"dim_divisor_cm3_per_kg": None}
        services = tuple(
            service.model_copy(update=unbilled) for service in services_of(network)
        )
    items: tuple[Item, ...] = (*network.items, *extra)
    return Network(
        nodes=nodes,
        items=items,
        services=services,
        lanes=network.lanes,
        calendars=network.calendars,
        time_zone=network.time_zone,
    )


def _filled(
    ledger: Inventory,
    came: Mapping[Pair, int],
    copies: Mapping[str, str],
    orders: Iterable[Order],
) -> Inventory:
    more = Counter(came)
    for pair, parts in ledger.inbound.items():
        more[pair] += sum(int(part.quantity) for part in parts)
    # Nothing expires, and all is for everybody: that may only be cheaper.
    free: dict[str, object] = {"expires_on": None, "allocated": {}}
    rows: dict[Pair, Stock] = {
        (row.node, row.sku): row.model_copy(update=free) if row.restriction else row
        for row in ledger
    }
    for (node, sku), units in more.items():
        row = rows.get((node, sku)) or Stock(node=node, sku=sku, on_hand=0)
        rows[node, sku] = row.model_copy(update={"on_hand": row.on_hand + units})
    wanted = Counter[str]()
    for order in orders:
        for line in order.lines:
            wanted[line.sku] += line.quantity
    own = [
        Stock(node=node, sku=copies[sku], on_hand=wanted[copies[sku]])
        for node, sku in rows
        if sku in copies
    ]
    return Inventory([*rows.values(), *own])
