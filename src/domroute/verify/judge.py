"""The judge, and the short way to ask it once."""

from __future__ import annotations

import math

from domroute.arguments import checked
from domroute.costs.quotes import Quotes
from domroute.errors import Issue
from domroute.ledger import Inventory, Snapshot
from domroute.network import Network
from domroute.orders import Order
from domroute.plan import Plan
from domroute.policy import Policy
from domroute.result import RoutingResult
from domroute.verify.beside import Beside
from domroute.verify.book import Book
from domroute.verify.claims import check_claims
from domroute.verify.dated import check_dates
from domroute.verify.digital import check_digital
from domroute.verify.dividing import check_division
from domroute.verify.joined import check_joined
from domroute.verify.ladder import check_ladders
from domroute.verify.lots import check_lots
from domroute.verify.merging import check_merging
from domroute.verify.permissions import check_permissions
from domroute.verify.pricing import check_costs
from domroute.verify.quoted import read_quotes
from domroute.verify.reading import Reading
from domroute.verify.reasons import Taken, check_reasons
from domroute.verify.sending import check_minimums
from domroute.verify.stock import check_nodes, check_stock
from domroute.verify.waiting import check_waiting
from domroute.verify.workdays import check_days


class Judge:
    """
    Checks plans for one network and policy, in plain Python, from the data alone.

    It shares nothing with the solver but the data and each term's ``amount``, so that
    no mistake can hide in both. Its work grows with the plan, not with the network
    (except under a hard :class:`~domroute.rules.NodePriority`).

    Parameters
    ----------
    network
        Nodes, items and services.
    policy
        The costs, rules and limits to hold plans to.

    Examples
    --------
    >>> from domroute.orders import Line
    >>> network = Network(nodes=[], items=[{"sku": "A"}])
    >>> order = Order(
    ...     id="o1",
    ...     destination={"lat": 40, "lon": -75},
    ...     lines=[Line(id="l1", sku="A", quantity=2)],
    ... )
    >>> for issue in Judge(network, Policy()).check(Plan(), order, Inventory()):
    ...     print(issue)
    line 'l1': 0 shipped and 0 unfilled of 2 [not_accounted]
    """

    def __init__(self, network: Network, policy: Policy) -> None:
        self._book = Book(network, policy)

    def check(
        self,
        plan: Plan,
        order: Order,
        inventory: Inventory | Snapshot,
        quotes: Quotes | None = None,
        cost: float | None = None,
        *,
        beside: Beside | None = None,
    ) -> tuple[Issue, ...]:
        """
        List every fault of a plan; none means that it holds.

        Parameters
        ----------
        plan
            What to do for the order.
        order
            What was asked for.
        inventory
            The stock before the plan.
        quotes
            What the caller knows of costs and workload.
        cost
            What the plan is said to cost; infinite for a plan that says there is none,
            which must then ship nothing.
        beside
            What the plans of a wave take, of which this is one: a ladder that drains
            drains what the others leave.
        """
        stock = inventory.snapshot()
        return tuple(self._read(plan, order, stock, quotes, cost, beside=beside).faults)

    def check_result(
        self,
        result: RoutingResult,
        order: Order,
        inventory: Inventory | Snapshot,
        *,
        quotes: Quotes | None = None,
        beside: Beside | None = None,
        taken: Taken | None = None,
        seeks_reasons: bool = False,
    ) -> tuple[Issue, ...]:
        """
        List every fault of a plan, and of what is said of it.

        Parameters
        ----------
        result
            The plan, its cost, bound, status and policy.
        order
            What was asked for.
        inventory
            The stock before the plan.
        quotes
            What the caller knows of costs and workload.
        beside
            What the plans of a wave take, of which this is one.
        taken
            Units by (node id, SKU) that all plans take which share the stock.
        seeks_reasons
            Whether to look through the network for reasons that cannot be true.
        """
        stock = inventory.snapshot()
        plan, cost = result.plan, result.cost
        reading = self._read(plan, order, stock, quotes, cost, beside=beside)
        check_claims(result, reading)
        if seeks_reasons:
            quoted = read_quotes(quotes, order.id)
            check_reasons(result, reading, stock, taken, quoted)
        return tuple(reading.faults)

    def _read(
        self,
        plan: Plan,
        order: Order,
        stock: Snapshot,
        quotes: Quotes | None,
        cost: float | None,
        *,
        beside: Beside | None,
    ) -> Reading:
        reading = Reading(plan, order, self._book)
        check_digital(reading)
        if cost is not None and math.isinf(cost):
            _check_empty(reading)
            return reading
        quoted = read_quotes(quotes, order.id)
        check_merging(reading, quoted)
        check_permissions(reading)
        check_waiting(reading, stock)
        check_dates(reading, quoted)
        check_joined(reading, quoted)
        check_stock(reading, stock)
        check_lots(reading, stock)
        check_nodes(reading, stock, quoted)
        check_minimums(reading)
        check_days(reading, stock, quoted)
        check_division(reading)
        if self._book.ladders:
            check_ladders(reading, stock, quoted, beside)
        check_costs(reading, stock, quoted, cost, beside)
        return reading


@checked
def verify(
    plan: Plan | RoutingResult,
    order: Order,
    network: Network,
    inventory: Inventory | Snapshot,
    policy: Policy,
    *,
    quotes: Quotes | None = None,
    cost: float | None = None,
) -> tuple[Issue, ...]:
    """
    List every fault of a plan or result for one order; none means that it holds.

    Of a result its cost, bound, gap, status, policy and reasons are checked as well.

    Parameters
    ----------
    plan
        What to do for the order; with a result, what is said of it too.
    order
        What was asked for.
    network, inventory, policy
        What the plan was made from; the stock is that before the plan.
    quotes
        What the caller knows of costs and workload.
    cost
        What a plan is said to cost; infinite for a plan that says there is none,
        which must then ship nothing. Not checked when not given; a result says its own.

    Returns
    -------
    tuple of Issue
        Codes are ``unknown_id``, ``not_positive``, ``not_accounted``, ``overfilled``,
        ``duplicate_line``, ``duplicate_shipment``, ``wrong_delivery``,
        ``not_permitted``, ``too_late``, ``wrong_date``, ``rule_broken``, ``oversold``,
        ``expired``, ``capacity``, ``minimum_order``, ``line_split``, ``split_pickup``,
        ``split_limit``, ``ship_complete``, ``ship_together``, ``not_together``,
        ``wrong_merge``, ``broken_kit``, ``must_fill``, ``wrong_service``,
        ``wrong_distance``, ``wrong_workload``, ``wrong_cost`` and ``wrong_total``; of
        results
        ``wrong_bound``, ``wrong_status``, ``wrong_policy`` and ``wrong_reason``.

    Examples
    --------
    >>> from domroute.plan import Unfilled
    >>> from domroute.reasons import Reason
    >>> network = Network(nodes=[], items=[{"sku": "A"}])
    >>> order = Order(
    ...     id="o1",
    ...     destination={"lat": 40, "lon": -75},
    ...     lines=[{"id": "l1", "sku": "A", "quantity": 2}],
    ... )
    >>> left = Unfilled("o1", "l1", "A", 2, Reason.OUT_OF_STOCK, cost=2000.0)
    >>> verify(
    ...     Plan(unfilled=(left,)), order, network, Inventory(), Policy(), cost=2000.0
    ... )
    ()
    """
    judge = Judge(network, policy)
    if isinstance(plan, RoutingResult):
        return judge.check_result(
            plan, order, inventory, quotes=quotes, seeks_reasons=True
        )
    return judge.check(plan, order, inventory, quotes, cost)


def _check_empty(reading: Reading) -> None:
    where = f"order {reading.order.id!r}"
    if reading.plan.shipments:
        reading.add("wrong_total", where, "is said to have no plan, but ships")
    plan = reading.plan
    costs = [part.cost for part in plan.shipments]
    costs += [part.cost for part in plan.unfilled]
    if plan.order_costs.amounts or any(costs):
        reading.add("wrong_cost", where, "is said to have no plan, but has costs")
