"""The door to routing an order again: what a router answers beside its questions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import datetime

from domroute.answers.asked import Asked
from domroute.answers.compiled import Compiled
from domroute.answers.routing import check_limit
from domroute.arguments import checked
from domroute.batch.routing import check_batch
from domroute.costs.quotes import Quotes
from domroute.events import RerouteEvent
from domroute.ledger import Inventory, Snapshot
from domroute.orders import Order
from domroute.reroute.answer import Rerouted
from domroute.reroute.rebalanced import RebalanceResult
from domroute.reroute.rebalancing import Backlog, rebalance_orders
from domroute.reroute.routing import Asking, reroute_order
from domroute.reroute.state import OrderState
from domroute.result import RoutingResult


@checked
class Rerouting(Asked):
    """
    What a router does once a plan has met the world.

    Parameters
    ----------
    network, inventory, policy
        As a router takes them.
    """

    def reroute(
        self,
        result: RoutingResult | Rerouted,
        events: Iterable[RerouteEvent | Mapping[str, object]] = (),
        *,
        order: Order | None = None,
        now: datetime | None = None,
        state: OrderState | None = None,
        quotes: Quotes | None = None,
        time_limit_s: float | None = None,
    ) -> Rerouted:
        """
        Route again what is left of an order, after what has happened to its plan.

        What was accepted, has left or was collected stays, and counts into the limits
        on splitting. The rest is routed as any order is, without nodes that are closed
        and, for a time, those that refused it. Where nothing is loose, nothing is asked
        and the plan stays as it is.

        Parameters
        ----------
        result
            The plan before; or the answer before, with its state.
        events
            What has happened since, in any order; those of other orders are passed
            over.
        order
            The order as it was placed: for a result that was read from JSON.
        now
            As of when: the rest is dated from then on. The last event when not given.
        state
            That of the answer before, where ``result`` is its result.
        quotes, time_limit_s
            As in :meth:`.Router.route`, the limit for each question that is asked.

        Returns
        -------
        Rerouted
            The plan for what is left, what is kept, freed and new, and the state to
            hand in the next time.

        Raises
        ------
        InputError
            If events, order or options name what is not there, an event is later than
            ``now``, or the order is another than that of the result. All faults are
            listed.
        SolverError
            If a plan fails its verification, which would be a bug.

        Notes
        -----
        It changes nothing in the ledger. What the order has reserved there, and does
        not keep, counts as given back: release what is ``freed``, and reserve what is
        ``added``, after the answer. Where nothing is reserved for the order, what is
        kept is taken for still on hand, and is not given again. Units that an event
        says are lost are not counted on; write them off afterwards
        (:meth:`.Inventory.adjust`).

        Examples
        --------
        >>> from domroute import Router
        >>> from domroute.events import Rejected
        >>> from domroute.instances import load
        >>> tiny = load("tiny")
        >>> router = Router(tiny.network, tiny.inventory, tiny.policy)
        >>> result = router.route(tiny.orders[0])
        >>> no = Rejected(
        ...     at="2026-01-31T12:00:00Z", order=result.order_id, node="dc-newark"
        ... )
        >>> again = router.reroute(result, [no])
        >>> again.status, "dc-newark" in again.plan.node_ids
        (<OrderStatus.OPEN: 'open'>, False)
        """
        check_limit(time_limit_s)

        def read(stock: Inventory | Snapshot, rest: Order) -> Compiled:
            other = self.with_inventory(stock)
            return other._reading((rest,), of=rest.id)  # noqa: SLF001 - one of these

        asking = Asking(result, events, order, now, state, quotes)
        compiled = self._compiled.within(time_limit_s)
        return reroute_order(compiled, self.inventory, asking, read)

    def rebalance(
        self,
        results: Iterable[RoutingResult | Rerouted],
        events: Iterable[RerouteEvent | Mapping[str, object]] = (),
        *,
        tiers: Iterable[str] = (),
        orders: Iterable[Order] | None = None,
        now: datetime | None = None,
        quotes: Quotes | None = None,
        time_limit_s: float = 60.0,
        gap: float | None = None,
        seed: int = 0,
        progress: Callable[[float, float], object] | None = None,
        executor: Executor | None = None,
    ) -> RebalanceResult:
        """
        Route a backlog again together, as when supply has changed.

        Of every order what was accepted, has left or was collected stays, as in
        :meth:`reroute`. All the rest may move, at the price of a term
        :class:`.Stability`: the cheapest joint plan counts what moves.

        Parameters
        ----------
        results
            The plan of each order before, or the answer before: a list of them, a batch
            or what this returned the last time.
        events
            What has happened since, in any order; those of other orders are passed
            over.
        tiers
            Tiers of orders (``Order.tier``), the best first; all other orders come
            after them. The orders of the first cost as little as can be; then those of
            the second, of all plans in which no better tier costs more; and so on.
        orders
            As they were placed: for results that were read from JSON.
        now
            As of when: what is left is dated from then on. When not given, the last
            event or order.
        quotes
            As in :meth:`.Router.route`.
        time_limit_s, gap, seed, executor
            As in :meth:`.Router.route_batch`, for all tiers together.
        progress
            Told the bound and the cost so far of the tier at work, a few times a
            second; its search stops if it answers ``False``.

        Returns
        -------
        RebalanceResult
            For each order what :meth:`reroute` answers for one; by tier and in all the
            cost, and what it is at least.

        Raises
        ------
        InputError
            If results, events, orders, tiers or options are none, name what is not
            there, or stand twice. All faults are listed.
        SolverError
            If a plan fails its verification, which would be a bug.

        Notes
        -----
        It changes nothing in the ledger: :meth:`.Inventory.exchange` of what is
        ``freed`` and ``added`` books it in one step, since orders may take what others
        give back.

        Examples
        --------
        >>> from domroute import Router
        >>> from domroute.events import Closed
        >>> from domroute.instances import load
        >>> tiny = load("tiny")
        >>> router = Router(tiny.network, tiny.inventory, tiny.policy)
        >>> before = router.route_batch(tiny.orders[:4])
        >>> gone = Closed(at="2026-01-31T12:00:00Z", node="dc-newark")
        >>> again = router.rebalance(before, [gone], tiers=["gold"])
        >>> again.is_optimal, any("dc-newark" in one.plan.node_ids for one in again)
        (True, False)
        """
        started = time.perf_counter()
        gap = self.policy.solve.gap if gap is None else gap
        check_batch(
            self._compiled.arrays,
            (),
            time_limit_s=time_limit_s,
            gap=gap,
            seed=seed,
            executor=executor,
        )

        def read(stock: Inventory, rest: Sequence[Order]) -> Compiled:
            other = self.with_inventory(stock)
            return other._reading(rest)  # noqa: SLF001 - one of these

        asked = Backlog(
            results=results,
            events=events,
            orders=orders,
            tiers=tiers,
            now=now,
            quotes=quotes,
            time_limit_s=time_limit_s,
            gap=gap,
            seed=seed,
            watch=lambda bound, cost: (
                progress is None or progress(bound, cost) is not False
            ),
            executor=executor,
        )
        return rebalance_orders(self._compiled, self.inventory, asked, read, started)
