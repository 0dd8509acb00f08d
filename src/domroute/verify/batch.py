"""A batch held against its results: sums, bound, status, prices, and all together."""

from __future__ import annotations

import math
from collections.abc import Iterable

from domroute.arguments import checked
from domroute.batchresult import BatchResult, Price
from domroute.costs.counting import units_there
from domroute.costs.quotes import Quotes
from domroute.errors import Issue
from domroute.ledger import Inventory, Snapshot
from domroute.network import Network, Node
from domroute.orders import Order
from domroute.policy import Policy
from domroute.verify.asked import waiting_lines
from domroute.verify.beside import Beside
from domroute.verify.claims import check_bound, check_status
from domroute.verify.judge import Judge
from domroute.verify.pricing import TOLERANCE, is_close
from domroute.verify.stock import limits_on
from domroute.verify.wave import check_together, loads_by, room_of, taken_by
from domroute.words import Measure

BATCH = "the batch"
"""What a batch is called in a fault."""


@checked
def verify_batch(
    batch: BatchResult,
    orders: Iterable[Order],
    network: Network,
    inventory: Inventory | Snapshot,
    policy: Policy,
    *,
    quotes: Quotes | None = None,
) -> tuple[Issue, ...]:
    """
    List every fault of a batch: of each result, of all together, and of its sums.

    Parameters
    ----------
    batch
        What is said of the orders together.
    orders
        What was asked for. Each has one result.
    network, inventory, policy
        What the plans were made from; the stock is that before all of them.
    quotes
        What the caller knows of costs and workload.

    Returns
    -------
    tuple of Issue
        Codes are those of :func:`verify`, and ``empty``, ``duplicate_id``,
        ``missing_result`` and ``wrong_price``. Faults of a result begin with its place,
        such as ``results[3]``.

    Examples
    --------
    >>> from domroute.words import Status
    >>> nothing = BatchResult((), Status.OPTIMAL, 0.0, 0.0, (), Policy().version)
    >>> network = Network(nodes=[], items=[])
    >>> str(verify_batch(nothing, [], network, Inventory(), Policy())[0])
    'results: there is none [empty]'
    """
    stock, wanted = inventory.snapshot(), {order.id: order for order in orders}
    judge, issues = Judge(network, policy), list[Issue]()
    taken = taken_by(result.plan for result in batch.results)
    beside = Beside((result.plan for result in batch.results), wanted.values())
    seen: set[str] = set()
    for at, result in enumerate(batch.results):
        where, order = f"results[{at}]", wanted.get(result.order_id)
        issues += check_id(result.order_id, seen, wanted, where)
        if order is not None:
            found = judge.check_result(
                result,
                order,
                stock,
                quotes=quotes,
                beside=beside,
                taken=taken,
                seeks_reasons=True,
            )
            issues += placed(found, where)
    if not batch.results:
        issues.append(Issue("empty", "results", "there is none"))
    issues += [
        Issue("missing_result", f"order {name!r}", "has no result")
        for name in wanted
        if name not in seen
    ]
    plans = [result.plan for result in batch.results]
    issues += check_together(
        plans, network, stock, quotes=quotes, orders=wanted.values(), policy=policy
    )
    issues += check_batch(batch, policy)
    may_wait = any(waiting_lines(order, policy) for order in wanted.values())
    issues += _check_prices(batch, network, stock, quotes, may_wait=may_wait)
    return tuple(issues)


def placed(issues: Iterable[Issue], where: str) -> list[Issue]:
    """Say in which result faults are."""
    return [Issue(x.code, f"{where} {x.where}", x.message) for x in issues]


def check_id(
    order_id: str, seen: set[str], wanted: Iterable[str], where: str
) -> list[Issue]:
    """List what is wrong with an order that a result names, and note that it does."""
    place, issues = f"{where} order {order_id!r}", []
    if order_id in seen:
        issues.append(Issue("duplicate_id", place, "has a result already"))
    if order_id not in wanted:
        issues.append(Issue("unknown_id", place, "is not an order of the scenario"))
    seen.add(order_id)
    return issues


def check_batch(batch: BatchResult, policy: Policy) -> list[Issue]:
    """List what a batch says of all its plans together that cannot be."""
    issues: list[Issue] = []
    if batch.policy_version != policy.version:
        text = f"{batch.policy_version!r} is not this policy, {policy.version}"
        issues.append(Issue("wrong_policy", BATCH, text))
    right = math.fsum(result.cost for result in batch.results)
    if not is_close(batch.cost, right):
        text = f"is said to cost {batch.cost:.6f}, its results cost {right:.6f}"
        issues.append(Issue("wrong_total", BATCH, text))
    issues += check_bound(batch.cost, batch.bound, BATCH)
    gap = policy.solve.gap if batch.gap_asked is None else batch.gap_asked
    issues += check_status(batch.status, batch.cost, batch.bound, gap=gap, where=BATCH)
    return issues


def _check_prices(
    batch: BatchResult,
    network: Network,
    stock: Snapshot,
    quotes: Quotes | None,
    *,
    may_wait: bool,
) -> list[Issue]:
    """List prices that cannot be, and uses that are not those of the plans."""
    nodes = {node.id: node for node in network.nodes}
    skus = {item.sku for item in network.items}
    plans = [result.plan for result in batch.results]
    taken, loads = taken_by(plans), loads_by(plans, nodes, quotes)
    issues: list[Issue] = []
    for at, price in enumerate(batch.stock_and_capacity):
        where, node = f"prices[{at}]", nodes.get(price.node_id)
        if node is None:
            text = f"{price.node_id!r} is not a node"
            issues.append(Issue("unknown_id", where, text))
        elif price.sku is None:
            measure = _measure_of(price, node)
            if measure is None:
                text = f"{node.id!r} has several capacities: it is not said of which"
                issues.append(Issue("wrong_price", where, text))
                continue
            left, _ = room_of(node, measure, stock)
            used = loads.get((node.id, measure), 0.0)
            issues += _check_price(price, used, left, where)
        elif price.sku not in skus:
            text = f"{price.sku!r} is not an item"
            issues.append(Issue("unknown_id", where, text))
        else:
            used = taken.get((node.id, price.sku), 0)
            left = float(units_there(stock, node.id, price.sku))
            if may_wait:
                coming = stock.coming.get(price.sku, {}).get(node.id, ())
                # Halves there and halves to come make whole ones.
                left += math.ceil(math.fsum(part.quantity for part in coming))
            issues += _check_price(price, used, left, where)
    return issues


def _measure_of(price: Price, node: Node) -> Measure | None:
    """Say what a price of capacity is for; None where that is not to be known."""
    if price.measure is not None or len(limits_on(node)) > 1:
        return price.measure
    # As written by versions that knew one limit per node.
    return next((one.measure for one in limits_on(node)), Measure.ORDERS)


def _check_price(price: Price, used: float, left: float, where: str) -> list[Issue]:
    """Hold a price against what plans use, and what there is to be used."""
    texts = []
    if not 0 <= price.price < math.inf:
        texts.append(f"a price of {price.price:g} is none")
    if not is_close(price.used, used):
        texts.append(f"{price.used:g} are said to be used, the plans use {used:g}")
    # Less than there is: what a hard safety stock keeps is not to be had.
    if not price.limit <= left + TOLERANCE * max(1.0, abs(left)):
        texts.append(f"{price.limit:g} are said to be there, and {left:g} are")
    return [Issue("wrong_price", where, text) for text in texts]
