"""Who says how orders are routed: the router, or what it has said before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from domroute.costs import StockValue
from domroute.errors import SolverError
from domroute.forecast import Forecast
from domroute.orders import Order
from domroute.replay.setting import Setting
from domroute.replay.state import State
from domroute.replay.tactic import LookAhead
from domroute.result import RoutingResult
from domroute.router import Router

Routers = Callable[[], Router]
"""Gives the router of the moment: compiled when it is asked for, not before."""


class Answers(Protocol):
    """Answers what a replay asks of a router."""

    def decide(
        self, routers: Routers, orders: Sequence[Order], *, is_aside: bool = False
    ) -> Sequence[RoutingResult]:
        """
        Route orders: one by itself, several jointly.

        Parameters
        ----------
        routers
            Gives the router.
        orders
            What to route.
        is_aside
            Whether it is no routing of the order: what a node keeps of a shipment is
            priced anew, or it is only looked until when the order can wait.
        """
        ...

    def value(
        self, routers: Routers, placed: Sequence[Order], ahead: LookAhead
    ) -> StockValue:
        """
        Price the stock ahead of demand.

        Parameters
        ----------
        routers
            Gives the router.
        placed
            The orders to learn from.
        ahead
            How far back and ahead to look.
        """
        ...


class Asked:
    """
    Asks the router, and notes what it says.

    Parameters
    ----------
    setting
        The quotes, and how it is routed.
    state
        Where the notes are kept.
    """

    def __init__(self, setting: Setting, state: State) -> None:
        self._setting, self._state = setting, state

    def decide(
        self,
        routers: Routers,
        orders: Sequence[Order],
        *,
        is_aside: bool = False,  # noqa: ARG002 - the router is asked all the same
    ) -> Sequence[RoutingResult]:
        """Route orders: one by itself, several jointly."""
        router, quotes = routers(), self._setting.scenario.quotes
        results: tuple[RoutingResult, ...]
        if len(orders) == 1:
            results = (router.route(orders[0], quotes=quotes),)
        else:
            limit = self._setting.tactic.wave_limit_s
            results = router.route_batch(
                orders, quotes=quotes, time_limit_s=limit
            ).results
        # Without its snapshot, which would keep the stock of every moment.
        noted = (replace(result, snapshot=None) for result in results)
        self._state.decided.extend(noted)
        return results

    def value(
        self, routers: Routers, placed: Sequence[Order], ahead: LookAhead
    ) -> StockValue:
        """Price the stock for the orders that the window lets expect."""
        state = self._state
        # A window that reaches back before the start has seen fewer days.
        days = min(ahead.window_days, (state.now - state.start) / timedelta(days=1))
        made = routers().value_stock(
            Forecast.from_orders(placed, scale=ahead.horizon_days / days),
            as_of=state.now,
            until=state.now + timedelta(days=ahead.horizon_days),
            draws=ahead.draws,
            seed=self._setting.seed,
            after=state.values,
            savings=False,
        )
        state.valued.append(made)
        return made


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """A decision, and the router of its moment."""

    router: Router
    order: Order
    result: RoutingResult


class Told:
    """
    Tells again what the router has said, and stops at one decision to look around.

    Parameters
    ----------
    decided, valued
        The notes.
    state
        Where the replay that listens stands.
    order_id, attempt
        Which routing of which order to stop at.
    """

    def __init__(
        self,
        decided: Sequence[RoutingResult],
        valued: Sequence[StockValue],
        state: State,
        *,
        order_id: str,
        attempt: int,
    ) -> None:
        self._decided, self._valued = iter(decided), iter(valued)
        self._state, self._wanted = state, (order_id, attempt)
        self.found: Moment | None = None

    def decide(
        self, routers: Routers, orders: Sequence[Order], *, is_aside: bool = False
    ) -> Sequence[RoutingResult]:
        """Say what was decided for orders."""
        results = []
        for order in orders:
            result = next(self._decided, None)
            if result is None or result.order_id != order.id:
                message = f"order {order.id!r} was not what was asked next"
                raise SolverError(message)
            attempt = self._state.stories[order.id].attempts + 1
            if not is_aside and (order.id, attempt) == self._wanted:
                router = routers()
                there = router.inventory.snapshot()
                self.found = Moment(router, order, replace(result, snapshot=there))
            results.append(result)
        return results

    def value(
        self,
        routers: Routers,  # noqa: ARG002 - it was asked then
        placed: Sequence[Order],  # noqa: ARG002 - likewise
        ahead: LookAhead,  # noqa: ARG002 - likewise
    ) -> StockValue:
        """Say what the stock was worth."""
        return next(self._valued)
