"""Why a bound in hindsight may not hold, as sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from domroute.arguments import checked
from domroute.costs import Fact, nature_of
from domroute.costs.nature import CARRIED
from domroute.costs.parcel import services_of
from domroute.events import Event, Placed
from domroute.kits import kits_of
from domroute.network import Network, Node
from domroute.orders import Order
from domroute.policy import Policy
from domroute.scenario import Scenario
from domroute.services import Service

_SLACK: Final = 1e-9


def doubts_about_terms(policy: Policy, *, is_whole: bool) -> Iterator[str]:
    """
    Name terms whose amounts may not be what they are in a replay, or below zero.

    Parameters
    ----------
    policy
        What it costs.
    is_whole
        Whether every order is in the bound, and is routed once.
    """
    for term in policy.costs:
        nature = nature_of(term)
        depends_on = nature.depends_on
        if nature.is_cash and (depends_on is None or not depends_on <= CARRIED):
            yield f"the term {term.name!r} may depend on more than the shipment"
        # What is left out here, or shipped once and not twice, costs no less there; nor
        # does a term that is left out since nobody is paid by it.
        elif not nature.never_pays and not (nature.is_cash and is_whole):
            yield f"the term {term.name!r} may pay for what is left out of the bound"


def doubts_about_dates(policy: Policy) -> Iterator[str]:
    """
    Name terms that are paid by dates, of which the bound knows nothing.

    Parameters
    ----------
    policy
        What it costs.
    """
    for term in policy.costs:
        nature = nature_of(term)
        if nature.is_cash and nature.needs_arrival:
            yield f"the term {term.name!r} looks at dates, and the bound has none"


def doubts_about_goods(network: Network, orders: Iterable[Order]) -> Iterator[str]:
    """
    Say that what comes back of kits and substitutes is not followed.

    Parameters
    ----------
    network
        Its items.
    orders
        Of the stream, of which some comes back, or is refused.
    """
    kits = kits_of(network.items)
    if any(line.substitutes or line.sku in kits for x in orders for line in x.lines):
        yield "what comes back, or is refused, of kits and substitutes is not followed"


def doubts_about_parts(
    scenario: Scenario, events: Iterable[Event], policy: Policy
) -> Iterator[str]:
    """
    Say where one shipment may cost more than the two that a replay can come to.

    Parameters
    ----------
    scenario
        The network.
    events
        What happens; orders may be routed again.
    policy
        What it costs.
    """
    network = scenario.network
    carried = any(nature_of(term).may_depend_on(Fact.SERVICE) for term in policy.costs)
    if carried or network.services:
        services = services_of(network)
        for service in services:
            if not is_subadditive(service):
                yield f"{service.id!r} charges less for two parcels than for one"
        if any(_choices(node, services) > 1 for node in network.nodes):
            yield "two shipments by two services may cost less than one by either"
    if any(
        order.delivery_of(line).radius_km is not None
        for event in events
        if isinstance(event, Placed)
        for order in (event.order,)
        for line in order.lines
    ):
        yield "what is collected within a radius must come from one node, at first"


def _choices(node: Node, services: Iterable[Service]) -> int:
    methods = [
        method
        for service in services
        if not node.services or service.id in node.services
        for method in service.methods
    ]
    return max(Counter(methods).values(), default=0)


@checked
def is_subadditive(service: Service) -> bool:
    """
    Tell whether a parcel is charged no more than any two that weigh as much together.

    Parameters
    ----------
    service
        Its rate card is looked at by weight alone.

    Examples
    --------
    >>> from domroute.costs import parcel_service
    >>> is_subadditive(parcel_service())
    True
    """
    edges = np.array(service.rate_card.weights_kg, float)
    if service.round_up_kg is not None:
        step = service.round_up_kg
        edges = np.floor(edges / step * (1 + _SLACK)) * step
    both = edges[:, None] + edges[None, :]
    # Two parcels of at most the last weight each: the rest of one is at most that too.
    full = both > edges[-1] * (1 + _SLACK)
    rest = np.where(full, both - edges[-1], both)
    at = np.searchsorted(edges * (1 + _SLACK), rest)
    for row in np.array(service.rate_card.rates, float):
        joint = row[at] + np.where(full, row[-1], 0.0)
        if np.any(joint > (row[:, None] + row[None, :]) * (1 + _SLACK) + _SLACK):
            return False
    return True
