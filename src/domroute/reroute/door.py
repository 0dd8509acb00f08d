"""The door to routing an order again: what a router answers beside its questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from domroute.answers.asked import Asked
from domroute.answers.compiled import Compiled
from domroute.answers.routing import check_limit
from domroute.arguments import checked
from domroute.costs.quotes import Quotes
from domroute.events import RerouteEvent
from domroute.ledger import Inventory, Snapshot
from domroute.orders import Order
from domroute.reroute.answer import Rerouted
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
