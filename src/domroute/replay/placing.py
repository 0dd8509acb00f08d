"""Where the events of a run come from: a stream, or a scenario's own orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from domroute.errors import InputError, Issue
from domroute.replay.events import Event, Placed
from domroute.scenario import Scenario

Stream = Callable[[Scenario, int], Iterable[Event]]
"""Makes the events of a scenario from a seed; the same whenever it is asked again."""


def placed(scenario: Scenario, _seed: int = 0) -> tuple[Placed, ...]:
    """
    Make the events of a scenario's own orders: the stream where none is given.

    Parameters
    ----------
    scenario
        Each of its orders needs ``placed_at``.

    Raises
    ------
    InputError
        If there are none, or some were placed at no known time. All are listed.
    """
    issues = [
        Issue("missing", f"orders[{at}].placed_at", "is required for a replay")
        for at, order in enumerate(scenario.orders)
        if order.placed_at is None
    ]
    if not scenario.orders:
        issues.append(Issue("empty", "orders", "the scenario has no orders to replay"))
    if issues:
        raise InputError(issues)
    return tuple(Placed(order=order) for order in scenario.orders)
