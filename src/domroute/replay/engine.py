"""The replay itself: opened, run, put away and taken up again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC
from typing import Final, Self

from domroute.arguments import checked
from domroute.errors import SolverError
from domroute.events import Event, Placed, in_order
from domroute.policy import Policy
from domroute.replay.answers import Asked
from domroute.replay.checkpoint import (
    fingerprint,
    read_checkpoint,
    write_checkpoint,
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
from domroute.replay.retelling import Past
from domroute.replay.running import Running, begin, units_by_sku
from domroute.replay.setting import Setting
from domroute.replay.tactic import Tactic, tactic_of
from domroute.replay.world import World
from domroute.scenario import Scenario

_USUAL: Final = World()


@checked
class Replay:
    """
    A stream of events run in order of time, with the real ledger and the real router.

    Parameters
    ----------
    scenario
        The network, the stock it opens with, and the quotes. What the stock says is
        inbound arrives at its time; orders that may wait for it are promised of it.
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
        self.ledger = open_ledger(scenario, self.events, world, start)
        self._opening = self.ledger.copy()
        self.state = begin(self.setting, self.ledger, start)
        self._connect()

    def _connect(self) -> None:
        """Make what works on the state and the ledger."""
        stand = self.setting, self.events, self.state, self.ledger
        self._running = Running(*stand, Asked(self.setting, self.state))

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
        return self._running.step()

    def on_hand(self) -> dict[str, float]:
        """Count the units on hand of each SKU."""
        return units_by_sku(self.ledger)

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
    @checked
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
        made.state = read_checkpoint(checkpoint, made.ledger, mark, made.events)
        made._connect()
        return made

    def outcome(self) -> Outcome:
        """Say what has become of everything until now."""
        past = Past(
            self.setting,
            self.events,
            self.state.start,
            self._opening,
            tuple(self.state.decided),
            tuple(self.state.valued),
        )
        return outcome_of(self.setting, self.state, on_hand=self.on_hand(), past=past)
