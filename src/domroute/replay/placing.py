"""Where the events of a run come from: a stream, or a scenario's own orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from domroute.arguments import checked
from domroute.errors import InputError, Issue
from domroute.events import Event, Placed
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


@checked
def regions_of(events: Iterable[Event]) -> dict[str, str]:
    """
    Say which region each order goes to: groups for :func:`.kpis_by`.

    Parameters
    ----------
    events
        What happens; orders without a region are left out.

    Examples
    --------
    >>> from domroute.orders import Order
    >>> order = Order(
    ...     id="o1",
    ...     placed_at="2026-01-31T12:00:00Z",
    ...     destination={"lat": 40.0, "lon": -75.1, "region": "PA"},
    ...     lines=[{"id": "l1", "sku": "A", "quantity": 2}],
    ... )
    >>> regions_of([Placed(order=order)])
    {'o1': 'PA'}
    """
    found: dict[str, str] = {}
    for event in events:
        if isinstance(event, Placed):
            to = event.order.destination
            if to is not None and to.region is not None:
                found[event.order.id] = to.region
    return found
