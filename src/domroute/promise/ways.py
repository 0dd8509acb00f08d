"""The ways goods leave nodes: what is the same for many of them is worked out once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from domroute.calendars import CutOff, PickUps
from domroute.network import Network, Node, Service
from domroute.units import IntArray
from domroute.words import Method

UTC_ZONE: Final = "UTC"
"""The zone of places where no zone is said, and nothing needs one."""


@dataclass(frozen=True, slots=True)
class Way:
    """
    How goods leave a node by a service, or by none for who collects them.

    Attributes
    ----------
    node
        The position of the first node that goods leave so.
    service
        The position of the service; None by none.
    cutoffs
        The first that has a time for a date says until when an order is that date's.
    pickups
        Of the service at the node; None for none.
    collects
        Whether customers collect the goods.
    cutoff_key, pickup_key
        What stands for these two where ways are compared.
    """

    node: int
    service: int | None
    collects: bool
    cutoffs: tuple[CutOff, ...]
    pickups: PickUps | None
    cutoff_key: Hashable = None
    pickup_key: Hashable = None


@dataclass(slots=True, eq=False)
class Ways:
    """
    All ways of a network; ways that differ in nothing are one.

    Parameters
    ----------
    network, nodes, services
        The network, its nodes sorted by id, and its services likewise.

    Attributes
    ----------
    all
        The ways.
    zones
        The time zone of each node.
    """

    network: Network
    nodes: Sequence[Node]
    services: Sequence[Service]
    all: list[Way] = field(default_factory=list)
    zones: tuple[str, ...] = ()
    _named: frozenset[str] = frozenset()
    _known: dict[Hashable, int] = field(default_factory=dict)
    _tables: dict[tuple[int | None, Method | None, bool], IntArray] = field(
        default_factory=dict
    )
    _by_service: dict[tuple[Method | None, bool], tuple[IntArray, set[int]]] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        """Look zones up."""
        usual = self.network.time_zone or UTC_ZONE
        self.zones = tuple(
            node.time_zone or node.location.time_zone or usual for node in self.nodes
        )
        self._named = frozenset(
            key for node in self.nodes for key in node.cutoffs
        ) & frozenset(Method)

    def by(
        self, service: int | None, method: Method, *, collects: bool = False
    ) -> IntArray:
        """
        Return the way from each node by a service for a method, or by none; ``(N,)``.

        Without a service goods are handed over as they are ready, or when customers
        come, who collect them.
        """
        # What no cut-off names has those of any other method that none names.
        key = service, method if method in self._named else None, collects
        if key not in self._tables:
            ways = [
                self._way(at, service, method, collects=collects)
                for at in range(len(self.nodes))
            ]
            self._tables[key] = np.array(ways, np.int64)
        return self._tables[key]

    def table(
        self, services: AbstractSet[int], method: Method, *, collects: bool = False
    ) -> IntArray:
        """
        Return the ways from each node by some services, -1 for none, row by row.

        Rows of services that nobody has asked about hold nothing yet; the last row is
        that by none; ``(S + 1, N)``.
        """
        key = method if method in self._named else None, collects
        found = self._by_service.get(key)
        if found is None:
            shape = len(self.services) + 1, len(self.nodes)
            found = self._by_service[key] = np.empty(shape, np.int64), set()
        table, known = found
        for at in services - known:
            service = None if at < 0 else at
            table[at] = self.by(service, method, collects=collects)
            known.add(at)
        return table

    def _way(
        self, at: int, service: int | None, method: Method, *, collects: bool
    ) -> int:
        node = self.nodes[at]
        cutoffs, pickups = _cutoffs_of(node, None, method), None
        calendar = node.collection_calendar if collects else None
        if service is not None:
            carrier = self.services[service]
            cutoffs = _cutoffs_of(node, carrier.id, method)
            pickups = node.pickups.get(carrier.id, carrier.pickups)
            calendar = carrier.calendar
        cutoff_key, pickup_key = key_of(cutoffs), key_of(pickups)
        key = (
            self.zones[at],
            node.calendar,
            cutoff_key,
            node.processing.days,
            node.processing.minutes,
            (collects, calendar),
            pickup_key,
            None if service is None else self.services[service].plain_minutes,
        )
        if key not in self._known:
            self._known[key] = len(self.all)
            keys = cutoff_key, pickup_key
            self.all.append(Way(at, service, collects, cutoffs, pickups, *keys))
        return self._known[key]


def _cutoffs_of(node: Node, service: str | None, method: Method) -> tuple[CutOff, ...]:
    """List a node's cut-offs, the nearest first; after one for all days none counts."""
    found: list[CutOff] = []
    for times in (
        None if service is None else node.cutoffs.get(service),
        node.cutoffs.get(method),
        node.cutoff,
    ):
        if times is not None:
            found.append(times)
            if isinstance(times, str):
                break
    return tuple(found)


def key_of(value: Any) -> Hashable:  # noqa: ANN401 - as models hold it
    """
    Make a key of what may hold dictionaries.

    Examples
    --------
    >>> key_of({"b": ["09:00"], "a": "10:00"})
    (('a', '10:00'), ('b', ('09:00',)))
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return tuple(sorted((name, key_of(part)) for name, part in value.items()))
    if isinstance(value, (tuple, list)):
        return tuple(map(key_of, value))
    key: Hashable = value
    return key
