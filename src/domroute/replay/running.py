"""The steps of a replay: events in order of time, and what follows from each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from domroute.events import (
    Canceled,
    Closed,
    Event,
    Placed,
    Received,
    Rejected,
    Reopened,
    Returned,
    rank_of,
)
from domroute.ledger.inventory import Inventory
from domroute.replay.aftermath import Aftermath
from domroute.replay.agenda import Due, pop, push
from domroute.replay.answers import Answers
from domroute.replay.dispatch import Dispatch
from domroute.replay.setting import Setting
from domroute.replay.state import State, Story
from domroute.replay.trouble import Trouble

_A_DAY: Final = timedelta(days=1)


class Running:
    """
    A replay under way.

    Parameters
    ----------
    setting
        What it is run with.
    events
        In order of time.
    state, ledger
        Where it stands.
    answers
        Who says how an order is routed: the router, or what it has said before.
    """

    def __init__(
        self,
        setting: Setting,
        events: Sequence[Event],
        state: State,
        ledger: Inventory,
        answers: Answers,
    ) -> None:
        self._setting, self._events = setting, events
        self._state, self._ledger = state, ledger
        stand = setting, state, ledger
        self._dispatch = Dispatch(*stand, answers)
        self._aftermath = Aftermath(*stand)
        self._trouble = Trouble(*stand, self._dispatch, self._aftermath)

    def step(self) -> bool:
        """Let the next thing happen; False if nothing is left to happen."""
        state = self._state
        is_over = state.position == len(self._events)
        if is_over and not state.busy:
            return False
        event = None if is_over else self._events[state.position]
        due = state.agenda[0]
        if event is None or due[:2] < (event.at, rank_of(event)):
            state.now, what, _, index = pop(state)
            self._fall_due(Due(what), index)
        else:
            state.position += 1
            state.now = event.at
            self._happen(event)
        return True

    def _happen(self, event: Event) -> None:
        match event:
            case Placed():
                self._state.stories[event.order.id] = Story()
                self._dispatch.ask(event.order)
            case Received():
                self._take_in(event)
                self._state.flow.count("received", event.sku, event.quantity)
            case Rejected():
                self._trouble.reject(event)
            case Closed():
                self._trouble.close(event.node)
            case Reopened():
                self._dispatch.reopen(event.node)
            case Canceled():
                self._trouble.cancel(event)
            case Returned():
                self._aftermath.take_back(event)

    def _take_in(self, event: Received) -> None:
        """Put on hand what comes: what was inbound for now is inbound no longer."""
        coming = self._ledger.snapshot().coming.get(event.sku, {})
        is_due = any(part.at == event.at for part in coming.get(event.node, ()))
        self._ledger.receive(
            *(event.node, event.sku, event.quantity),
            due=event.at if is_due else None,
            is_expected=is_due,
        )

    def _fall_due(self, due: Due, index: int) -> None:
        state = self._state
        match due:
            case Due.LEAVES:
                self._trouble.leave(index)
            case Due.PICKED_UP:
                self._trouble.pick_up(index)
            case Due.ARRIVES:
                self._aftermath.arrive(index, state.now)
            case Due.COMES_BACK:
                self._aftermath.come_back(index, state.now)
            case Due.INSPECTED:
                self._aftermath.inspected(index)
            case Due.WAVE:
                self._dispatch.wave()
            case Due.DAY:
                self._ledger.start_period()
                state.period += 1
                state.stock.append((state.now, units_by_node(self._ledger)))
                push(state, state.now + _A_DAY, Due.DAY)
            case Due.REFRESH:
                self._look_ahead()

    def _look_ahead(self) -> None:
        """Price the stock ahead of demand, from the orders of the window until now."""
        ahead, now = self._setting.tactic.look_ahead, self._state.now
        if ahead is None:
            return
        since = now - timedelta(days=ahead.window_days)
        here = self._state.position
        first = bisect_left(self._events, since, hi=here, key=lambda event: event.at)
        window = self._events[first:here]
        placed = [event.order for event in window if isinstance(event, Placed)]
        self._dispatch.look_ahead(placed)
        push(self._state, now + timedelta(hours=ahead.refresh_h), Due.REFRESH)


def begin(setting: Setting, ledger: Inventory, start: datetime) -> State:
    """
    Stand where a replay begins.

    Parameters
    ----------
    setting
        What it is run with.
    ledger
        What it opens with.
    start
        When the first event happens.
    """
    state = State(now=start, start=start)
    for sku, units in units_by_sku(ledger).items():
        state.flow.count("received", sku, units)
    push(state, _midnight_after(start), Due.DAY)
    if setting.tactic.look_ahead is not None:
        push(state, _midnight_after(start), Due.REFRESH)
    return state


def units_by_sku(ledger: Inventory) -> dict[str, float]:
    """Count the units on hand of each SKU."""
    rows, skus = ledger.rows, ledger.skus
    units = np.bincount(rows.sku, weights=rows.on_hand, minlength=len(skus))
    return dict(zip(skus, units.tolist(), strict=True))


def units_by_node(ledger: Inventory) -> dict[str, float]:
    """Count the units on hand at each node."""
    rows, nodes = ledger.rows, ledger.node_ids
    units = np.bincount(rows.node, weights=rows.on_hand, minlength=len(nodes))
    return dict(zip(nodes, units.tolist(), strict=True))


def _midnight_after(moment: datetime) -> datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return day + _A_DAY
