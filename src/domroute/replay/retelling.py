"""A replay told again, up to one decision: what it was decided on, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domroute.answers.explanation import Explanation
from domroute.costs import StockValue
from domroute.errors import SolverError
from domroute.events import Event
from domroute.ledger.inventory import Inventory
from domroute.replay.answers import Moment, Told
from domroute.replay.running import Running, begin
from domroute.replay.setting import Setting
from domroute.result import RoutingResult


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """
    What it takes to tell a replay again.

    Its events happen anew from the opening stock on, with the decisions that were
    taken instead of a search: so the stock of every moment is what it was, though none
    was kept.

    Attributes
    ----------
    setting, events
        What it was run with.
    start, opening
        When it began, and the ledger that it opened with.
    decided, valued
        What the router said of orders and of stock, in the order in which it was asked.
    """

    setting: Setting
    events: tuple[Event, ...]
    start: datetime
    opening: Inventory
    decided: tuple[RoutingResult, ...]
    valued: tuple[StockValue, ...]

    def explain(
        self, order_id: str, attempt: int, *, time_limit_s: float | None
    ) -> Explanation:
        """
        Explain a decision by the stock, the capacity and the prices of its moment.

        Parameters
        ----------
        order_id, attempt
            Which routing of which order; there was one.
        time_limit_s
            Seconds for the alternatives; the policy's when not given.
        """
        moment = self.moment(order_id, attempt)
        return moment.router.explain(
            moment.order,
            result=moment.result,
            quotes=self.setting.scenario.quotes,
            time_limit_s=time_limit_s,
        )

    def moment(self, order_id: str, attempt: int) -> Moment:
        """
        Tell the replay again until a decision.

        Parameters
        ----------
        order_id, attempt
            Which routing of which order.

        Raises
        ------
        SolverError
            If it is not met again, which would be a bug.
        """
        ledger = self.opening.copy()
        state = begin(self.setting, ledger, self.start)
        told = Told(
            self.decided, self.valued, state, order_id=order_id, attempt=attempt
        )
        running = Running(self.setting, self.events, state, ledger, told)
        while told.found is None:
            if not running.step():
                message = f"routing {attempt} of order {order_id!r} is not met again"
                raise SolverError(message)
        return told.found
