"""Open results of a backlog read, and what has happened to each since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from domroute.costs.nature import day_prices_of
from domroute.errors import InputError, Issue
from domroute.events import RerouteEvent
from domroute.goods import Goods
from domroute.network import Item, Network
from domroute.orders import Order
from domroute.policy import Policy
from domroute.reroute.answer import Rerouted
from domroute.reroute.applying import Standing
from domroute.reroute.kits import Kits
from domroute.reroute.reading import (
    check_moved,
    events_by_order,
    option_issues,
    order_of,
    with_digital,
)
from domroute.reroute.resting import Rest, as_moved, prices_in, rest_of
from domroute.reroute.state import OrderState
from domroute.result import RoutingResult
from domroute.validation import Frozen, wrong_type
from domroute.wording import shorten

Given = RoutingResult | Rerouted


@dataclass(slots=True, eq=False)
class Open:
    """
    An order of a backlog, after what has happened to it.

    Attributes
    ----------
    before
        The plan that it had.
    standing, after
        What became of that, and the state of the order then.
    rest
        What is left to route; None where nothing is.
    kits
        Say what leaves for its lines.
    tier
        The position of its tier.
    """

    before: RoutingResult
    standing: Standing
    after: OrderState
    rest: Rest | None
    kits: Kits
    tier: int = 0

    @property
    def order(self) -> Order:
        """As it was placed."""
        return self.after.order


def read_backlog(
    results: Iterable[Given],
    events: Iterable[RerouteEvent | Mapping[str, object]],
    orders: Iterable[Order] | None,
    tiers: object,
    *,
    policy: Policy,
    network: Network,
    now: datetime | None,
) -> tuple[list[Open], datetime, tuple[str, ...]]:
    """
    Read a backlog, and let happen to each order what has happened.

    Parameters
    ----------
    results
        What was planned for each order.
    events
        What has happened since.
    orders
        As they were placed, for results that do not carry them.
    tiers
        The names of tiers, the best first.
    policy, network
        How and where it is routed again.
    now
        As of when.

    Returns
    -------
    tuple
        The orders, the moment as of which they are asked about, and the tiers.

    Raises
    ------
    InputError
        If something is no result, of no order or of one that came before, or events or
        tiers are none. All faults are listed.
    """
    issues = [*option_issues(policy, network), *_refused_terms(policy, network)]
    names = _tiers_from(tiers, issues)
    placed = _orders_from(orders, issues)
    items = {item.sku: item for item in network.items}
    nodes = {node.id for node in network.nodes}
    read = _results_from(results, placed, (items, nodes), issues)
    if issues:
        raise InputError(issues)
    happened, as_of = events_by_order(
        events, [state.order for _, state in read], network, now
    )
    tier_at = {name: at for at, name in enumerate(names)}
    found, prices = [], prices_in(network)
    for result, given in read:
        state = with_digital(given, items)
        kits = Kits(Goods(state.order, items), items)
        events_of = happened[state.order.id]
        one = _after((result, state), kits, events_of, policy, issues)
        if one is None:
            continue
        one.tier = tier_at.get(state.order.tier or "", len(names))
        if one.after.wanted:
            one.rest = rest_of(one.after, policy, network, as_of, prices)
        found.append(one)
    if issues:
        raise InputError(issues)
    return found, as_of, names


def _refused_terms(policy: Policy, network: Network) -> Iterator[Issue]:
    """List terms that orders of several tiers cannot be priced by together."""
    if not any(node.day_limits for node in network.nodes):
        return
    for name, _ in day_prices_of(policy.costs):
        text = (
            f"{name!r} charges for days as they fill: leave it out, or route each "
            "order again alone"
        )
        yield Issue("not_supported", "policy.costs", text)


def _after(
    given: tuple[RoutingResult, OrderState],
    kits: Kits,
    events: Iterable[RerouteEvent],
    policy: Policy,
    issues: list[Issue],
) -> Open | None:
    """Let events happen to an order."""
    result, state = given
    standing = Standing.of(
        state,
        result.plan,
        policy.reroute.exclusion_hours,
        kits.goods.replaceable,
        kits.skus_in,
    )
    for event in events:
        standing.apply(event)
    after = standing.state()
    if standing.moved:
        try:
            check_moved(as_moved(after))
        except InputError as error:
            issues += error.issues
            return None
    return Open(result, standing, after, None, kits)


def _tiers_from(tiers: object, issues: list[Issue]) -> tuple[str, ...]:
    if isinstance(tiers, (str, bytes)) or not isinstance(tiers, Iterable):
        issues.append(wrong_type("tiers", tiers, "a list of names"))
        return ()
    names: list[str] = []
    for at, name in enumerate(tiers):
        if not isinstance(name, str) or not name:
            issues.append(wrong_type(f"tiers[{at}]", name, "a name"))
        elif name in names:
            text = f"{shorten(name)} is listed already"
            issues.append(Issue("duplicate_id", f"tiers[{at}]", text))
        else:
            names.append(name)
    return tuple(names)


def _orders_from(orders: object, issues: list[Issue]) -> dict[str, Order]:
    if orders is None:
        return {}
    if isinstance(orders, (str, bytes, Mapping, Frozen)) or not isinstance(
        orders, Iterable
    ):
        issues.append(wrong_type("orders", orders, "a list of orders"))
        return {}
    found: dict[str, Order] = {}
    for at, order in enumerate(orders):
        if not isinstance(order, Order):
            issues.append(wrong_type(f"orders[{at}]", order, "an Order"))
        elif order.id in found:
            text = f"order {order.id!r} is listed already"
            issues.append(Issue("duplicate_id", f"orders[{at}]", text))
        else:
            found[order.id] = order
    return found


def _results_from(
    results: object,
    placed: Mapping[str, Order],
    known: tuple[Mapping[str, Item], AbstractSet[str]],
    issues: list[Issue],
) -> list[tuple[RoutingResult, OrderState]]:
    if isinstance(results, (str, bytes, Mapping, Frozen, Rerouted)) or not isinstance(
        results, Iterable
    ):
        issues.append(wrong_type("results", results, "a list of results"))
        return []
    found: list[tuple[RoutingResult, OrderState]] = []
    seen: set[str] = set()
    for at, given in enumerate(results):
        state = given.state if isinstance(given, Rerouted) else None
        result = given.result if isinstance(given, Rerouted) else given
        name = getattr(result, "order_id", None)
        faults: list[Issue] = []
        given_order = placed.get(str(name)) if state is None else state.order
        order = order_of(result, given_order, known, faults)
        issues += [
            Issue(one.code, _placed_at(at, one.where), one.message) for one in faults
        ]
        if order is None:
            continue
        if order.id in seen:
            text = f"order {order.id!r} has a result already"
            issues.append(Issue("duplicate_id", f"results[{at}]", text))
            continue
        seen.add(order.id)
        if not Goods(order, known[0]).is_plain:
            text = f"order {order.id!r} has kits or substitutes: route it again alone"
            issues.append(Issue("not_supported", f"results[{at}]", text))
            continue
        found.append((result, OrderState(order) if state is None else state))
    return found


def _placed_at(at: int, where: str) -> str:
    """Say in which of the results a fault is."""
    inside = where.removeprefix("result").removeprefix(".")
    return f"results[{at}]" + (f".{inside}" if inside else "")
