"""The replay itself: events in order of time, and what follows from each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, Self

import numpy as np

from domroute.errors import SolverError
from domroute.policy import Policy
from domroute.replay.aftermath import Aftermath
from domroute.replay.agenda import Due, pop, push
from domroute.replay.checkpoint import (
    fingerprint,
    read_checkpoint,
    write_checkpoint,
)
from domroute.replay.dispatch import Dispatch
from domroute.replay.events import (
    Canceled,
    Closed,
    Event,
    Placed,
    Received,
    Rejected,
    Reopened,
    Returned,
    in_order,
    rank_of,
)
from domroute.replay.opening import (
    check_events,
    check_tactic,
    open_ledger,
    read_events,
    receipts_of,
)
from domroute.replay.outcome import Outcome, outcome_of
from domroute.replay.placing import placed
from domroute.replay.setting import Setting
from domroute.replay.state import State, Story
from domroute.replay.tactic import Tactic, tactic_of
from domroute.replay.trouble import Trouble
from domroute.replay.world import World
from domroute.scenario import Scenario

_A_DAY: Final = timedelta(days=1)
_USUAL: Final = World()


class Replay:
    """
    A stream of events run in order of time, with the real ledger and the real router.

    Parameters
    ----------
    scenario
        The network, the stock it opens with, and the quotes. What the stock says is
        inbound arrives at its time.
    events
        What happens, in any order; the scenario's own orders when not given.
    tactic
        The policy and how it is carried out. A policy alone routes order by order; the
        scenario's when not given.
    world
        What is assumed of picking, transit, refusals and returns.
    seed
        Of the luck of refusals and returns: the same for every tactic.

    Raises
    ------
    InputError
        If there are no events, or some name what is not there, or an order was placed
        at no known time; or the policy's rules or the world speak of nodes that the
        network does not have. All faults are listed.

    Examples
    --------
    >>> from domroute import (
    ...     Inventory,
    ...     Item,
    ...     Line,
    ...     Location,
    ...     Network,
    ...     Node,
    ...     Order,
    ...     Stock,
    ... )
    >>> scenario = Scenario(
    ...     name="smallest",
    ...     network=Network(
    ...         nodes=[Node(id="N1", location=Location(lat=40.7, lon=-74.0))],
    ...         items=[Item(sku="A", weight_kg=1.2)],
    ...     ),
    ...     inventory=Inventory([Stock(node="N1", sku="A", on_hand=5)]),
    ... )
    >>> order = Order(
    ...     id="o1",
    ...     placed_at="2026-01-31T12:00:00Z",
    ...     destination=Location(lat=40.0, lon=-75.1),
    ...     lines=[Line(id="l1", sku="A", quantity=2)],
    ... )
    >>> replay = Replay(scenario, [Placed(order=order)], Policy())
    >>> outcome = replay.run()
    >>> outcome.orders["filled"].tolist(), replay.ledger.available("N1", "A")
    ([2], 3)
    """

    def __init__(
        self,
        scenario: Scenario,
        events: Iterable[Event] | None = None,
        tactic: Tactic | Policy | None = None,
        *,
        world: World = _USUAL,
        seed: int = 0,
    ) -> None:
        given = placed(scenario) if events is None else read_events(events)
        chosen = tactic_of(scenario.policy if tactic is None else tactic)
        check_events(scenario, given)
        check_tactic(scenario.network, chosen, world)
        start = min(event.at for event in given).astimezone(UTC)
        self.events = in_order((*given, *receipts_of(scenario.inventory, start)))
        self.setting = Setting(
            scenario,
            chosen,
            world,
            seed,
            orders={
                event.order.id: event.order
                for event in self.events
                if isinstance(event, Placed)
            },
        )
        self.ledger = open_ledger(scenario, self.events, world)
        self.state = State(now=start, start=start)
        for sku, units in self.on_hand().items():
            self.state.flow.count("received", sku, units)
        push(self.state, _midnight_after(start), Due.DAY)
        if self.setting.tactic.look_ahead is not None:
            push(self.state, _midnight_after(start), Due.REFRESH)
        self._connect()

    def _connect(self) -> None:
        """Make what works on the state and the ledger."""
        stand = self.setting, self.state, self.ledger
        self._dispatch = Dispatch(*stand)
        self._aftermath = Aftermath(*stand)
        self._trouble = Trouble(*stand, self._dispatch, self._aftermath)

    def run(self, *, progress: Callable[[int, int], object] | None = None) -> Outcome:
        """
        Run to the end.

        Parameters
        ----------
        progress
            Told after every step how many events have happened, and of how many; the
            run stops where it stands if it answers ``False``.
        """
        while self.step():
            if progress is not None:
                answer = progress(self.state.position, len(self.events))
                if answer is False:
                    break
        return self.outcome()

    def step(self) -> bool:
        """Let the next thing happen; False if nothing is left to happen."""
        state = self.state
        is_over = state.position == len(self.events)
        if is_over and not state.busy:
            return False
        event = None if is_over else self.events[state.position]
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
                self.state.stories[event.order.id] = Story()
                self._dispatch.ask(event.order)
            case Received():
                self.ledger.adjust(event.node, event.sku, event.quantity)
                self.state.flow.count("received", event.sku, event.quantity)
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

    def _fall_due(self, due: Due, index: int) -> None:
        state = self.state
        match due:
            case Due.LEAVES:
                self._trouble.leave(index)
            case Due.ARRIVES:
                self._aftermath.arrive(index, state.now)
            case Due.COMES_BACK:
                self._aftermath.come_back(index, state.now)
            case Due.INSPECTED:
                self._aftermath.inspected(index)
            case Due.WAVE:
                self._dispatch.wave()
            case Due.DAY:
                self.ledger.start_period()
                state.period += 1
                state.stock.append((state.now, self._units_by_node()))
                push(state, state.now + _A_DAY, Due.DAY)
            case Due.REFRESH:
                self._look_ahead()

    def _look_ahead(self) -> None:
        """Price the stock ahead of demand, from the orders of the window until now."""
        ahead, now = self.setting.tactic.look_ahead, self.state.now
        if ahead is None:
            return
        since = now - timedelta(days=ahead.window_days)
        here = self.state.position
        first = bisect_left(self.events, since, hi=here, key=lambda event: event.at)
        window = self.events[first:here]
        placed = [event.order for event in window if isinstance(event, Placed)]
        self._dispatch.look_ahead(placed)
        push(self.state, now + timedelta(hours=ahead.refresh_h), Due.REFRESH)

    def on_hand(self) -> dict[str, float]:
        """Count the units on hand of each SKU."""
        rows, skus = self.ledger.rows, self.ledger.skus
        units = np.bincount(rows.sku, weights=rows.on_hand, minlength=len(skus))
        return dict(zip(skus, units.tolist(), strict=True))

    def _units_by_node(self) -> dict[str, float]:
        rows, nodes = self.ledger.rows, self.ledger.node_ids
        units = np.bincount(rows.node, weights=rows.on_hand, minlength=len(nodes))
        return dict(zip(nodes, units.tolist(), strict=True))

    def check(self) -> None:
        """
        See that every unit ever received is somewhere, and none is promised twice.

        Raises
        ------
        SolverError
            If units have appeared or vanished, or more is reserved than is there; that
            would be a bug.
        """
        wrong = self.state.flow.imbalance(self.on_hand())
        rows = self.ledger.rows
        if wrong or (rows.on_hand < 0).any() or (rows.reserved > rows.on_hand).any():
            message = f"the units do not add up at {self.state.now}: {wrong}"
            raise SolverError(message)

    def checkpoint(self) -> str:
        """
        Write down where it stands, as JSON text: the same end is reached from there.

        What it is run with is not in it; :meth:`resume` is given that again.
        """
        mark = fingerprint(self.setting, self.events)
        return write_checkpoint(self.state, self.ledger, mark)

    @classmethod
    def resume(
        cls,
        checkpoint: str,
        scenario: Scenario,
        events: Iterable[Event] | None = None,
        tactic: Tactic | Policy | None = None,
        *,
        world: World = _USUAL,
        seed: int = 0,
    ) -> Self:
        """
        Take a replay up where a checkpoint was written.

        Parameters
        ----------
        checkpoint
            The text.
        scenario, events, tactic, world, seed
            What it was run with.

        Raises
        ------
        InputError
            If the text is no checkpoint, or one of another replay.
        """
        made = cls(scenario, events, tactic, world=world, seed=seed)
        mark = fingerprint(made.setting, made.events)
        made.state = read_checkpoint(checkpoint, made.ledger, mark)
        made._connect()
        return made

    def outcome(self) -> Outcome:
        """Say what has become of everything until now."""
        return outcome_of(self.setting, self.state, on_hand=self.on_hand())


def _midnight_after(moment: datetime) -> datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return day + _A_DAY
