"""Routing in a replay: at once or in waves, with what the plans promise reserved."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from domroute.costs import nature_of
from domroute.ledger.inventory import Inventory
from domroute.orders import Order
from domroute.plan import Plan, Shipment
from domroute.policy import Policy
from domroute.replay.agenda import Due, push
from domroute.replay.answers import Answers
from domroute.replay.moments import as_of, handed_over_at
from domroute.replay.setting import Setting
from domroute.replay.state import Moving, State
from domroute.replay.why import REPACKED, vows_of
from domroute.reroute.remainder import kept_part, merged
from domroute.result import RoutingResult
from domroute.router import Router

_HOUR_S = 3600.0


class Dispatch:
    """
    Routes what it is asked to, as the tactic says, and reserves what is promised.

    Parameters
    ----------
    setting
        The network, the quotes, and how it is routed.
    state, ledger
        Where the replay stands.
    answers
        Who says how orders are routed.
    """

    def __init__(
        self, setting: Setting, state: State, ledger: Inventory, answers: Answers
    ) -> None:
        self._setting, self._state, self._ledger = setting, state, ledger
        self._tactic, self._answers = setting.tactic, answers
        self._router: Router | None = self._compile()

    def _routers(self) -> Router:
        """Return the router of the moment."""
        if self._router is None:
            self._router = self._compile()
        return self._router

    def _compile(self) -> Router:
        network, closed = self._setting.scenario.network, self._state.closed
        if closed:
            nodes = tuple(
                node.model_copy(update={"enabled": False})
                if node.id in closed
                else node
                for node in network.nodes
            )
            network = network.model_copy(update={"nodes": nodes})
        # What happens to parts on their way to be put together is not replayed.
        network = network.without_merging()
        return Router(network, self._ledger, self._policy())

    def _policy(self) -> Policy:
        """Return the tactic's policy, with the prices ahead of demand in force."""
        policy, values = self._tactic.policy, self._state.values
        if values is None:
            return policy
        others = (term for term in policy.costs if not nature_of(term).looks_ahead)
        return policy.model_copy(update={"costs": (*others, values)})

    def look_ahead(self, placed: Sequence[Order]) -> None:
        """
        Price the stock against what is expected, and route at these prices from now on.

        Parameters
        ----------
        placed
            The orders of the window that the tactic learns from.
        """
        ahead, state = self._tactic.look_ahead, self._state
        if ahead is None or not placed:
            return
        started = time.perf_counter()
        state.values = self._answers.value(self._routers, placed, ahead)
        self._router = None
        state.valuing_s += time.perf_counter() - started

    def close(self, node: str) -> None:
        """Route without a node from now on."""
        if node not in self._state.closed:
            self._state.closed.append(node)
            self._router = None

    def reopen(self, node: str) -> None:
        """Route with a node again."""
        if node in self._state.closed:
            self._state.closed.remove(node)
            self._router = None

    def ask(self, order: Order) -> None:
        """Route an order, or a part of one, at once; or hold it for the next wave."""
        state = self._state
        if not self._tactic.is_in_waves:
            self._route([order])
            return
        before = state.held.get(order.id)
        state.held[order.id] = order if before is None else merged(before, order)
        if self._tactic.is_by_departure:
            self._wait_for_departure(order.id)
        elif not state.is_wave_due:
            state.is_wave_due = True
            every = self._tactic.hold_h * _HOUR_S
            turn = math.ceil(state.now.timestamp() / every)
            push(state, datetime.fromtimestamp(turn * every, UTC), Due.WAVE)

    def _wait_for_departure(self, order_id: str) -> None:
        """Hold an order while that makes it no later, if any while."""
        state = self._state
        last = self._last_moment(state.held[order_id])
        if last is None or last <= state.now:
            self._route([state.held.pop(order_id)])
        elif state.wave_at is None or last < state.wave_at:
            state.wave_at = last
            push(state, last, Due.WAVE)

    def _last_moment(self, order: Order) -> datetime | None:
        """Say until when an order would leave as it would now; None if it would not."""
        started = time.perf_counter()
        asked = [self._as_of_now(order)]
        (result,) = self._answers.decide(self._routers, asked, is_aside=True)
        seconds = time.perf_counter() - started
        self._state.decisions.append((self._state.now, 0, seconds, False, 0))
        moments = [part.valid_until for part in result.plan.shipments]
        return min((last for last in moments if last is not None), default=None)

    def wave(self) -> None:
        """Route all that is held, jointly."""
        state = self._state
        if self._tactic.is_by_departure and state.wave_at != state.now:
            return  # another was earlier, and took all that waited for this one
        state.wave_at = None
        held, state.held, state.is_wave_due = state.held, {}, False
        if held:
            self._route(list(held.values()))

    def _route(self, orders: Sequence[Order]) -> None:
        started = time.perf_counter()
        orders = [self._as_of_now(order) for order in orders]
        results = self._answers.decide(self._routers, orders)
        seconds = time.perf_counter() - started
        attempt = 0
        for order, result in zip(orders, results, strict=True):
            attempt = max(attempt, self._accept(order, result))
        self._state.decisions.append(
            (
                self._state.now,
                len(orders),
                seconds,
                self._tactic.is_in_waves,
                attempt,
            )
        )

    def _as_of_now(self, order: Order) -> Order:
        """Have dates counted from now, if there are any, and not from the placing."""
        return as_of(order, self._state.now) if self._setting.is_dated else order

    def _accept(self, order: Order, result: RoutingResult) -> int:
        story, plan = self._state.stories[order.id], result.plan
        story.attempts += 1
        if story.routed_at is None:
            story.routed_at = self._state.now
            if self._setting.is_dated:
                story.vows = vows_of(plan.shipments, self._setting.goods(order.id))
        self._start(
            order.id,
            story.attempts,
            plan.shipments,
            asked_at=self._state.now,
            causes=story.causes,
        )
        story.unfilled.extend(plan.unfilled)
        story.digital += sum(part.quantity for part in plan.digital)
        if plan.order_costs.amounts:
            story.order_costs.append(plan.order_costs)
        return story.attempts

    def _start(
        self,
        order_id: str,
        attempt: int,
        shipments: Sequence[Shipment],
        *,
        asked_at: datetime,
        causes: Mapping[str, str],
    ) -> list[int]:
        """Reserve shipments, each by itself, and have them picked."""
        state = self._state
        story = state.stories[order_id]
        started: list[int] = []
        # Beside what is picked of the order already: the rest of a line may be new.
        made = self._ledger.reserve(Plan(tuple(shipments)), beside=True)
        for shipment, reserved in zip(shipments, made, strict=True):
            index = len(state.moving)
            state.moving.append(
                Moving(
                    f"{order_id}-{len(story.moving) + 1}",
                    reserved.number,
                    attempt,
                    shipment,
                    state.now,
                    state.period,
                    asked_at=asked_at,
                    causes={
                        content.line_id: causes[content.line_id]
                        for content in shipment.contents
                        if content.line_id in causes
                    },
                )
            )
            story.moving.append(index)
            state.picking[index] = None
            picked = shipment.ready_at or state.now + self._setting.world.pick
            push(state, max(state.now, picked), Due.LEAVES, index)
            started.append(index)
        return started

    def keep(self, order: Order, moving: Moving, units: Mapping[str, int]) -> list[int]:
        """
        Price anew what a node keeps of a shipment, and have it picked.

        Parameters
        ----------
        order
            As it was placed.
        moving
            The shipment, of which the node keeps something.
        units
            What is kept of each line; the ledger must have it back.

        Returns
        -------
        list of int
            The positions of the new shipments; none if it may not ship just that.

        Notes
        -----
        The work goes on: dates are counted from when the shipment was asked for, and
        from now only if that would have it leave in the past.
        """
        part = kept_part(order, units, moving.shipment.node_id)
        now, asked_at = self._state.now, moving.asked_at or self._state.now
        causes = dict.fromkeys(units, REPACKED) | moving.causes
        moments = (asked_at, now) if self._setting.is_dated else (now,)
        for moment in dict.fromkeys(moments):
            asked = as_of(part, moment) if self._setting.is_dated else part
            (result,) = self._answers.decide(self._routers, [asked], is_aside=True)
            made = result.plan.shipments
            leaves = [handed_over_at(shipment) or now for shipment in made]
            goods = self._setting.goods(order.id)
            filled = goods.filled(shipment.contents for shipment in made)
            is_whole = sum(filled.values()) == sum(units.values())
            if is_whole and min(leaves) >= now:
                return self._start(
                    order.id, moving.attempt, made, asked_at=moment, causes=causes
                )
        return []
