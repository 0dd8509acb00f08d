"""The services that a delivery may go by, and what each term charges by each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from domroute.costs.parcel import services_of
from domroute.costs.term import Carrier, Charges, CostTerm
from domroute.errors import InputError, Issue
from domroute.network import Service
from domroute.offers.quoting import QuotedLines
from domroute.problem import Group, NetworkArrays
from domroute.units import BoolArray, FloatArray, IntArray

Charged = Sequence[tuple[CostTerm, Charges]]
"""The terms, and what each charges for one delivery."""


@dataclass(frozen=True, slots=True, eq=False)
class Serving:
    """
    Which services the network has, and who hands shipments to each.

    Attributes
    ----------
    services
        By id.
    hands
        The nodes that hand shipments to a service, ``(N,)``; None where all do.
    """

    services: dict[str, Service]
    hands: dict[str, BoolArray | None]

    @classmethod
    def of(cls, arrays: NetworkArrays) -> Self:
        """Look through the nodes once."""
        services = {service.id: service for service in services_of(arrays.network)}
        hands: dict[str, BoolArray | None] = {}
        for name in services:
            hand = [not node.services or name in node.services for node in arrays.nodes]
            hands[name] = None if all(hand) else np.array(hand, bool)
        return cls(services, hands)

    def nodes(self, name: str, group: Group, nodes: IntArray) -> BoolArray | None:
        """Tell from which nodes a delivery may go by a service; None for all."""
        allowed, hands = group.delivery.services, self.hands[name]
        is_allowed = group.delivery.method in self.services[name].methods
        if not is_allowed or (allowed and name not in allowed):
            return np.zeros(len(nodes), bool)
        return None if hands is None else hands[nodes]


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """
    One service (or none) over the nodes that use it, and its shipment quotes.

    Attributes
    ----------
    carriers
        What terms charge by it, by position of the term.
    nodes
        Positions in the nodes at hand.
    """

    service: str | None
    carriers: dict[int, Carrier]
    nodes: IntArray
    quoted: FloatArray | None


def find_ways(
    group: Group,
    nodes: IntArray,
    serving: Serving,
    charged: Charged,
    quotes: QuotedLines,
    *,
    any_carrier: bool = False,
) -> list[Way]:
    """
    List the services to choose from; a shipment quoted without one needs none.

    With ``any_carrier`` as though there were one for everything, besides, for nothing.

    Raises
    ------
    InputError
        If a term charges by a service that the network does not have.
    """
    everywhere = np.arange(len(nodes))
    services = None
    if not group.delivery.method.is_collected:
        services = _services(charged, serving)
    if services is None:
        return [Way(None, {}, everywhere, quotes.shipment)]
    ways: list[Way] = []
    open_: BoolArray | None = None
    if quotes.shipment is not None:
        open_ = np.isnan(quotes.shipment)
        if not open_.all():
            at = np.flatnonzero(~open_)
            ways.append(Way(None, {}, at, quotes.shipment[at]))
    for name in sorted(services):
        carriers = services[name]
        masks = [serving.nodes(name, group, nodes), open_]
        masks += [carrier.serves for carrier in carriers.values()]
        at = _where(masks, everywhere)
        if len(at):
            mine = quotes.by_service.get(name)
            ways.append(Way(name, carriers, at, None if mine is None else mine[at]))
    if any_carrier:
        ways.append(Way(None, {}, _where([open_], everywhere), None))
    return ways


def _services(
    charged: Charged, serving: Serving
) -> dict[str, dict[int, Carrier]] | None:
    """Gather what terms charge by service; None where none of them knows of any."""
    found: dict[str, dict[int, Carrier]] | None = None
    for at, (term, made) in enumerate(charged):
        if made.carriers is None:
            continue
        found = {} if found is None else found
        for carrier in made.carriers:
            if carrier.service not in serving.services:
                text = f"{carrier.service!r} is not a service of the network"
                raise InputError([Issue("unknown_id", f"term {term.name!r}", text)])
            found.setdefault(carrier.service, {})[at] = carrier
    return found


def _where(masks: list[BoolArray | None], everywhere: IntArray) -> IntArray:
    """Find the nodes that every mask leaves."""
    left: BoolArray | None = None
    for mask in masks:
        if mask is not None:
            left = mask if left is None else left & mask
    if left is None or np.logical_and.reduce(left):
        return everywhere
    return left.nonzero()[0]
