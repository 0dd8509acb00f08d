"""Whether the parts of a question fit together: names in vain, filters for nothing."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from domroute.costs.nature import Fact, nature_of
from domroute.costs.quotes import NO_QUOTES, Quotes
from domroute.errors import BackorderWarning, InputError, Issue, UnmatchedWarning
from domroute.ledger import Snapshot
from domroute.names import Known, is_unknown, unknown
from domroute.network import Item, Network, Node
from domroute.orders import Order
from domroute.policy import Policy
from domroute.result import RoutingResult
from domroute.rules import NodeFilter, OrderFilter, RequireTag, Rule
from domroute.scenario.naming import known_of, network_issues, quote_issues
from domroute.validation import Fault, join_path, wrong_type
from domroute.wording import shorten

_NO_KITS: Final[Mapping[str, Iterable[str]]] = {}


def check_parts(network: Network, policy: Policy) -> None:
    """
    Refuse what a router cannot be made of, and warn of filters that match nothing.

    What stock names is checked where stock is read.

    Parameters
    ----------
    network, policy
        Its parts.

    Raises
    ------
    InputError
        If a node names a service, or a rule a node, that the network does not have. All
        such faults are listed.

    Warns
    -----
    UnmatchedWarning
        If a filter of the policy matches no node.
    BackorderWarning
        If lines may wait for stock, and no term of the policy prices that.
    """
    issues = list(network_issues(network, known_of(network)))
    faults = [*_unknown_nodes(policy, network.nodes), *_unfit(policy, network)]
    for code, path, sentence in faults:
        issues.append(Issue(code, join_path("policy", path), sentence))
    if issues:
        raise InputError(issues)
    tell_doubts(policy, network, stacklevel=5)


def tell_doubts(policy: Policy, network: Network, *, stacklevel: int = 3) -> None:
    """Warn of every filter of a policy that matches no node, and of free waiting."""
    for _, path, sentence in policy_doubts(policy, network):
        text = f"{join_path('policy', path)}: {sentence}"
        warnings.warn(text, UnmatchedWarning, stacklevel=stacklevel)
    if policy.allow_backorder and not _prices_waiting(policy):
        text = (
            "policy.allow_backorder: to wait for stock costs nothing: give a term "
            "Backorder, Lateness or Speed [free_backorder]"
        )
        warnings.warn(text, BackorderWarning, stacklevel=stacklevel)


def _prices_waiting(policy: Policy) -> bool:
    """Tell whether a term may depend on when a shipment comes; one's own may."""
    natures = [nature_of(term) for term in policy.costs]
    return any(n.may_depend_on(Fact.ARRIVAL) and not n.is_idle for n in natures)


def skus_of(
    orders: Iterable[Order], kits: Mapping[str, Iterable[str]] = _NO_KITS
) -> dict[str, None]:
    """
    Return the SKUs that may leave for orders, each once.

    Parameters
    ----------
    orders
        The orders.
    kits
        The SKUs of the components of each kit.

    Raises
    ------
    InputError
        If one is no order.

    Examples
    --------
    >>> skus_of(["o1"])
    Traceback (most recent call last):
    domroute.errors.InputError: 1 fault in the input
      order: should be an Order, got a str [wrong_type]
    """
    found: dict[str, None] = {}
    for order in orders:
        given: object = order
        if not isinstance(given, Order):
            raise InputError([wrong_type("order", given, "an Order")])
        for line in order.lines:
            found[line.sku] = None
            for other in line.substitutes:
                found[other.sku] = None
    for sku in [sku for sku in found if sku in kits] if kits else ():
        found.update(dict.fromkeys(sorted(kits[sku])))
    return found


def snapshot_of(result: RoutingResult, order: Order, policy: Policy) -> Snapshot:
    """
    Return the stock that a result was decided on.

    Parameters
    ----------
    result
        A result.
    order, policy
        What it should be of.

    Raises
    ------
    InputError
        If it is of another order or policy, or does not carry what it was decided on.
        All faults are listed.
    """
    given: object = result
    if not isinstance(given, RoutingResult):
        raise InputError([wrong_type("result", given, "a RoutingResult")])
    skus_of([order])
    issues = []
    if result.order_id != order.id:
        text = f"is of order {result.order_id!r}, not {order.id!r}"
        issues.append(Issue("contradictory", "result.order_id", text))
    if result.policy_version != policy.version:
        text = f"is by policy {result.policy_version}, not {policy.version}"
        issues.append(Issue("contradictory", "result.policy_version", text))
    if result.snapshot is None:
        text = (
            "is not there, as in results read from JSON: leave the result out, "
            "and the order is routed on what there is now"
        )
        issues.append(Issue("missing", "result.snapshot", text))
    if issues or result.snapshot is None:
        raise InputError(issues)
    return result.snapshot


def check_quotes(known: Known, quotes: Quotes | None, orders: Iterable[Order]) -> None:
    """
    Refuse quotes that name what is not there.

    Quotes for orders that are not asked about are fine: one table of quotes may serve
    many questions. Of those that are, every line must be one of the order's.

    Parameters
    ----------
    known
        The network's names.
    quotes
        The quotes.
    orders
        The orders they are given for.

    Raises
    ------
    InputError
        If they are no quotes, or name unknown nodes or services, or unknown lines of
        these orders. All faults are listed.
    """
    if quotes is None:
        return
    given: object = quotes
    if not isinstance(given, Quotes):
        raise InputError([wrong_type("quotes", given, "Quotes")])
    if known.nodes is None or known.services is None:
        return
    is_named = quotes.nodes <= known.nodes and quotes.services <= known.services
    asked = [order for order in orders if quotes.of(order.id) is not NO_QUOTES]
    lines = {order.id: {line.id for line in order.lines} for order in asked}
    if is_named and all(
        quotes.of(name).lines <= of_order for name, of_order in lines.items()
    ):
        return
    raise InputError(
        issue
        for issue in quote_issues(quotes, Known(known.ids, lines))
        if issue.where.rpartition(".")[2] != "order"
    )


def policy_faults(policy: Policy, network: Network) -> Iterator[Fault]:
    """
    List the nodes that rules name in vain, and hard rules that leave no node at all.

    Also what a policy asks of a network that cannot be asked of it.

    Examples
    --------
    >>> from domroute.rules import EligibleNodes
    >>> policy = Policy(rules=[EligibleNodes(nodes=NodeFilter(ids=["N9"]))])
    >>> network = Network(nodes=[], items=[])
    >>> [(code, path) for code, path, _ in policy_faults(policy, network)]
    [('unknown_id', ('rules', 0, 'nodes', 'ids', 0))]
    """
    nodes = network.nodes
    yield from _unknown_nodes(policy, nodes)
    yield from _unfit(policy, network)
    barring = [
        rule
        for rule in policy.rules
        if getattr(rule, "by_node", False) and _is_for_all(rule)
    ]
    if barring and nodes and not any(_pass(node, barring) for node in nodes):
        words = ", ".join(repr(rule.name) for rule in barring)
        sentence = f"the hard rules {words} leave no node for any order"
        yield "contradictory", ("rules",), sentence


def _unfit(policy: Policy, network: Network) -> Iterator[Fault]:
    """List what a policy asks of services or items, and the network cannot answer."""
    if not network.services and not network.lanes:
        for at, rule in enumerate(policy.rules):
            if isinstance(rule, RequireTag) and "services" in rule.of:
                text = "asks services for a tag, and the network states no services"
                yield "no_services", ("rules", at, "of"), text
    for at, (one, other) in enumerate(policy.apart):
        for item in network.items:
            # A kit leaves as its components, and what ships alone shares nothing.
            if item.ships_alone or item.components:
                continue
            if one in item.tags and other in item.tags:
                text = (
                    f"item {shorten(item.sku)} has both tags, so that no two units "
                    "share a parcel: give it ships_alone"
                )
                yield "apart_in_item", ("apart", at), text


def _is_for_all(rule: Rule) -> bool:
    """Tell whether a rule is hard, and concerns every order."""
    return rule.price is None and getattr(rule, "orders", None) == OrderFilter()


def _pass(node: Node, rules: Sequence[Rule]) -> bool:
    """Tell whether rules that look at nodes alone let one fill anything."""
    anything = Item(sku="any")
    return all(rule.permits(node, anything, 0.0) for rule in rules)


def _unknown_nodes(policy: Policy, nodes: Sequence[Node]) -> Iterator[Fault]:
    ids = {node.id for node in nodes}
    for path, wanted in _filters(policy):
        for i, name in enumerate(wanted.ids):
            if is_unknown(name, ids):
                yield unknown((*path, "ids", i), name, "a node")


def policy_doubts(policy: Policy, network: Network) -> Iterator[Fault]:
    """
    List what filters, rules and terms ask for and no node or service is or has.

    That may be meant, where one policy serves several networks: it is no fault.

    Examples
    --------
    >>> from domroute.rules import EligibleNodes
    >>> policy = Policy(rules=[EligibleNodes(nodes=NodeFilter(kinds=["shop"]))])
    >>> node = Node(id="N1", kind="store", location={"lat": 0.0, "lon": 0.0})
    >>> network = Network(nodes=[node], items=[])
    >>> [text for _, _, text in policy_doubts(policy, network)]
    ["no node of the network has the kind 'shop'"]
    """
    nodes = network.nodes
    kinds = {node.kind for node in nodes}
    groups = {name for node in nodes for name in node.groups}
    tags = {name for node in nodes for name in node.tags}
    for path, wanted in _filters(policy):
        for field, what, asked, there in (
            ("kinds", "kind", wanted.kinds, kinds),
            ("groups", "group", wanted.groups, groups),
            ("tags", "tag", wanted.tags, tags),
        ):
            for i, name in enumerate(asked):
                if name not in there:
                    yield _unmatched((*path, field, i), what, name)
    yield from _tag_doubts(policy, network, tags)
    yield from _price_doubts(policy, nodes)


def _price_doubts(policy: Policy, nodes: Sequence[Node]) -> Iterator[Fault]:
    """List the terms that price working days, where no node has a limit of those."""
    limited = {one.measure for node in nodes for one in node.day_limits}
    for at, term in enumerate(policy.costs):
        price = nature_of(term).day_price
        if price is not None and not any(map(price.concerns, limited)):
            of = "" if price.measure is None else f" on {price.measure.value!r}"
            text = (
                f"no node of the network has a limit by the day{of}: it costs nothing"
            )
            yield "matches_nothing", ("costs", at), text


def _tag_doubts(policy: Policy, network: Network, tags: set[str]) -> Iterator[Fault]:
    """List the tags that pairs and rules name, and no item or carrier has."""
    of_items = {tag for item in network.items if policy.apart for tag in item.tags}
    for at, pair in enumerate(policy.apart):
        for i, tag in enumerate(pair):
            if tag not in of_items:
                yield _unmatched(("apart", at, i), "tag", tag, whose="item")
    for at, rule in enumerate(policy.rules):
        if not isinstance(rule, RequireTag):
            continue
        there_by = {"nodes": ("node", tags)}
        if "services" in rule.of:
            mine = {name for one in network.services for name in one.tags}
            mine |= {name for one in network.lanes for name in one.tags}
            there_by["services"] = ("service or lane", mine)
        for who in rule.of:
            whose, there = there_by[who]
            if rule.tag not in there:
                yield _unmatched(("rules", at, "tag"), "tag", rule.tag, whose=whose)


def _unmatched(
    path: tuple[str | int, ...], what: str, name: str, *, whose: str = "node"
) -> Fault:
    text = f"no {whose} of the network has the {what} {shorten(name)}"
    return "matches_nothing", path, text


def _filters(policy: Policy) -> Iterator[tuple[tuple[str | int, ...], NodeFilter]]:
    """Yield the node filters of a policy, each with its path: rules, then terms."""
    for table, parts in (("rules", policy.rules), ("costs", policy.costs)):
        for at, part in enumerate(parts):
            wanted = getattr(part, "nodes", None)
            if isinstance(wanted, NodeFilter):
                yield (table, at, "nodes"), wanted
