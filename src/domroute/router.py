"""The router: compiled once for a network, an inventory and a policy, then asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from datetime import datetime

from domroute.answers.asked import placed
from domroute.answers.door import OrderOffers, offers_of
from domroute.answers.explaining import answer_why
from domroute.answers.explanation import Explanation
from domroute.answers.promising import Promising
from domroute.answers.routing import check_limit, route_order
from domroute.answers.scoring import Scored, score_order
from domroute.arguments import checked
from domroute.batch.routing import check_batch, route_wave
from domroute.batchresult import BatchResult
from domroute.costs.quotes import Quotes
from domroute.costs.stock_value import NUDGE, StockValue
from domroute.decisions import Decision
from domroute.forecast import Forecast
from domroute.online.valuation import value_all
from domroute.online.valuing import Outlook
from domroute.orders import Order
from domroute.reroute.door import Rerouting
from domroute.result import RoutingResult


@checked
class Router(Promising, Rerouting):
    """
    Routes orders over a network, exactly.

    Compiling is done once, here; a question reads the inventory once, as it stands when
    it is asked, and changes nothing in it: ``inventory.reserve(result.plan)`` does.

    Parameters
    ----------
    network
        Nodes, items and services.
    inventory
        The ledger of stock, which keeps to the network's limits from then on, or a
        snapshot of one, to try out what shall not reach it.
    policy
        Costs, rules and split limits.

    Raises
    ------
    InputError
        If stock, a node or a rule of the policy names a node, item or service that the
        network does not have, or a part is something else. All faults are listed. A
        filter that matches no node is told by an ``UnmatchedWarning``, waiting for
        stock that costs nothing by a ``BackorderWarning``.

    Examples
    --------
    >>> from domroute.instances import load
    >>> tiny = load("tiny")
    >>> router = Router(tiny.network, tiny.inventory, tiny.policy)
    >>> result = router.route(tiny.orders[0])
    >>> result.status, result.plan.node_ids
    (<Status.OPTIMAL: 'optimal'>, ('dc-newark',))
    """

    def route(
        self,
        order: Order,
        *,
        quotes: Quotes | None = None,
        time_limit_s: float | None = None,
        now: datetime | None = None,
    ) -> RoutingResult:
        """
        Find the cheapest plan for one order, prove how good it is, and check it.

        Parameters
        ----------
        order
            The order to route.
        quotes
            Costs and workloads already known.
        time_limit_s
            Overrides the policy's limit (seconds).
        now
            When the order was placed, if it does not say (timezone-aware).

        Returns
        -------
        RoutingResult
            The best plan found. An order that no plan fills is not an error: its status
            is ``infeasible``, and every unit has a reason.

        Raises
        ------
        InputError
            If the order names unknown items or nodes, or the limit is no positive
            number. All faults are listed.
        SolverError
            If the plan fails its verification, which would be a bug.

        Notes
        -----
        ``SplitLimits.max_shipments`` counts all shipments, so 1 means no split.
        """
        started = time.perf_counter()
        check_limit(time_limit_s)
        order = placed(order, now)
        return route_order(
            self._reading((order,), of=order.id).within(time_limit_s),
            order,
            quotes=quotes,
            started=started,
        )

    def offers_of(self, order: Order, *, quotes: Quotes | None = None) -> OrderOffers:
        """
        Lay out all that may be done for an order, for any algorithm to choose among.

        Parameters and faults are those of :meth:`route`; :func:`.solve` takes them.
        """
        reading = self._reading((order,), of=order.id)
        return offers_of(reading, order, quotes=quotes)

    def route_batch(
        self,
        orders: Iterable[Order],
        *,
        quotes: Quotes | None = None,
        time_limit_s: float = 60.0,
        gap: float | None = None,
        seed: int = 0,
        first_come: bool = False,
        now: datetime | None = None,
        progress: Callable[[float, float], object] | None = None,
        executor: Executor | None = None,
    ) -> BatchResult:
        """
        Route orders that compete for stock and capacity, jointly.

        Costs are those of the moment: what a unit of stock costs does not change as
        other orders of the batch take some of it.

        Parameters
        ----------
        orders
            The orders; one by one they would take turns by priority, the highest
            first, then as they were placed, then by id.
        quotes
            Costs and workloads already known.
        time_limit_s
            Seconds for the search, beside those to price the orders and to write and
            check the plans.
        gap
            The gap at which to stop; the policy's when not given.
        seed
            Of the random draws of the improvement.
        first_come
            Whether each order keeps what it would be filled with one by one: none is
            left with less of any line so that a later one has more.
        now
            When orders were placed that do not say so (timezone-aware).
        progress
            Told the bound and the cost so far, a few times a second; the search stops
            if it answers ``False``.
        executor
            Where to price the orders at each step: processes, or the executor of an
            engine such as Dask's. The price step is spread over its workers; it is
            not shut down. Without it, this process prices.

        Returns
        -------
        BatchResult
            The best joint plan found, and its bound; never worse than one by one, if
            the time limit lets each order be decided.

        Raises
        ------
        InputError
            If orders name unknown items or nodes, or two have the same id, or an option
            is no sensible number. All faults are listed.
        SolverError
            If the plans fail their verification, which would be a bug.

        Warns
        -----
        RuntimeWarning
            If the executor fails: this process prices the rest of the wave.
        """
        started = time.perf_counter()
        batch = tuple([placed(order, now) for order in orders])
        gap = self.policy.solve.gap if gap is None else gap
        check_batch(
            self._compiled.arrays,
            batch,
            time_limit_s=time_limit_s,
            gap=gap,
            seed=seed,
            first_come=first_come,
            executor=executor,
        )
        return route_wave(
            self._reading(batch),
            batch,
            quotes=quotes,
            started=started,
            time_limit_s=time_limit_s,
            gap=gap,
            seed=seed,
            watch=lambda bound, cost: (
                progress is None or progress(bound, cost) is not False
            ),
            first_come=first_come,
            executor=executor,
        )

    def value_stock(
        self,
        forecast: Forecast,
        *,
        as_of: datetime,
        until: datetime,
        nudge: float = NUDGE,
        draws: int | None = None,
        seed: int = 0,
        rations: bool = False,
        after: StockValue | None = None,
        savings: bool = True,
    ) -> StockValue:
        """
        Find what a unit of stock is worth to the orders expected next.

        The term that is returned belongs into the costs of a policy: a router of that
        policy keeps scarce units for those who need them. A term of its kind in this
        router's own policy is left out of account. Capacities of nodes have no value
        here, and what is inbound is not counted.

        Parameters
        ----------
        forecast
            Kinds of orders, and how many are expected from ``as_of`` to ``until``.
        as_of, until
            The horizon (timezone-aware); the stock is what the ledger says now.
        nudge
            How strongly values follow what is used; see :class:`.StockValue`.
        draws
            Futures to draw, over which values are averaged; zero takes what is expected
            for what will come. When not given, as thin as stock is.
        seed
            Of the draws.
        rations
            Whether units of a SKU that is short everywhere are kept from an order that
            could be filled, for later ones that are cheaper to fill. Otherwise values
            are those beside the least one of the SKU: they say where to take it from.
        after
            Values found before, to begin with: quicker, and equal but for ties.
        savings
            Whether to find as well what one more unit of each cell would save
            (:meth:`.StockValue.one_more`), also where there is none now. It takes about
            as long again, and is left out where that would be too long.

        Raises
        ------
        InputError
            If example orders name unknown items or nodes, or an option makes no sense.
            All faults are listed.

        Notes
        -----
        See :doc:`/concepts/ahead-of-demand`.
        """
        outlook = Outlook(
            *(forecast, as_of, until, nudge, draws, seed, rations, after, savings)
        )
        return value_all(self._reading(), outlook)

    def explain(
        self,
        order: Order,
        *,
        result: RoutingResult | None = None,
        quotes: Quotes | None = None,
        time_limit_s: float | None = None,
    ) -> Explanation:
        """
        Say for every node what it would cost to use it, or why it may not be used.

        Parameters
        ----------
        order
            The order to explain.
        result
            What this router decided for it, to be explained on the stock it was decided
            on (of a wave, before the wave); without it the order is routed now.
        quotes
            Costs and workloads already known.
        time_limit_s
            Overrides the policy's limit (seconds), on each of search and alternatives.

        Raises
        ------
        InputError
            If the order names unknown items or nodes, or the result is of another order
            or policy, or was read from JSON: it has no snapshot. All faults are listed.
        """
        check_limit(time_limit_s)
        reading = self._reading((order,), of=order.id).within(time_limit_s)
        return answer_why(reading, order, result, quotes=quotes)

    def score(
        self,
        order: Order,
        decision: Decision,
        *,
        quotes: Quotes | None = None,
        time_limit_s: float | None = None,
    ) -> Scored:
        """
        Price a decision made elsewhere, by the same costs, and list what it broke.

        Parameters
        ----------
        order
            The order that was decided.
        decision
            Units shipped by (line id, node id); the rest was left unfilled.
        quotes
            Costs and workloads already known.
        time_limit_s
            Overrides the policy's limit (seconds) on the search for the bound.

        Returns
        -------
        Scored
            Its cost by term, beside a bound on what this policy would have paid; and
            its faults. A decision that no service can carry has no price: its cost is
            infinite, and the fault says which node and line.

        Raises
        ------
        InputError
            If order or decision name unknown lines, nodes or items, or units that are
            not whole, not positive or more than were ordered. All faults are listed.
        SolverError
            If the cost fails its verification, which would be a bug.

        Notes
        -----
        Stock is no obstacle: where the ledger has less than was shipped, costs are
        worked out as though it had held just that, and a fault ``oversold`` says so.
        """
        check_limit(time_limit_s)
        reading = self._reading((order,), of=order.id).within(time_limit_s)
        return score_order(reading, order, decision, quotes=quotes)
