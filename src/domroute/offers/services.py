"""The services that a delivery may go by: from which nodes, to which zone, what."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np

from domroute.costs.charges import Sharing
from domroute.costs.nature import Fact, nature_of
from domroute.costs.parcel import carriers_of
from domroute.costs.shipping import accepts
from domroute.costs.zones import UNSERVED, ZoneFinder
from domroute.network import Item
from domroute.offers.delivery import DeliveryAtHand
from domroute.offers.handling import Handling
from domroute.offers.laid import NO_SERVICE, Laid, same
from domroute.policy import Policy
from domroute.problem import Group, NetworkArrays
from domroute.services import DistanceZones, Service
from domroute.units import BoolArray, IntArray

_NOTHING: Final = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Serving:
    """
    Which services the network has, who hands shipments to each, and what they take.

    Attributes
    ----------
    services
        Sorted by id.
    ids
        Of the services.
    picks
        Whether every shipment goes by one: where the network states any, or a term says
        that it charges by them; else the bundled one is there for a term that does.
    hands
        The nodes that hand shipments to each service, ``(N,)``; None where all do.
    rules
        How zones are found; services of one rule share it.
    rule_of
        The position of each service's rule.
    by_service
        The names of terms whose amounts may depend on the service.
    known
        For each SKU once asked the services that carry it, ``(S,)``; None for all.
    lanes
        The position of each lane among the services, and of the node that it begins at,
        by the node that it ends at.
    parcels
        The positions of the services that are no lanes.
    handling
        The rules that ask services for tags; None where there is none.
    sharing
        Which items may share a parcel; None where all may.
    """

    services: tuple[Service, ...]
    ids: tuple[str, ...]
    picks: bool
    hands: tuple[BoolArray | None, ...]
    rules: tuple[ZoneFinder, ...]
    rule_of: tuple[int, ...]
    by_service: frozenset[str]
    known: dict[str, BoolArray | None] = field(default_factory=dict)
    lanes: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    parcels: tuple[int, ...] = ()
    handling: Handling | None = None
    sharing: Sharing | None = None

    @classmethod
    def of(cls, arrays: NetworkArrays, policy: Policy) -> Self:
        """Look through nodes, terms and rules once."""
        terms = policy.costs
        services = carriers_of(arrays.network)
        hands: list[BoolArray | None] = []
        for service in services:
            hand = [not n.services or service.id in n.services for n in arrays.nodes]
            hands.append(None if all(hand) else np.array(hand, bool))
        lane_ids = {lane.id for lane in arrays.network.lanes}
        rules, rule_of = _rules_of(services, lane_ids, arrays)
        return cls(
            services=services,
            ids=tuple(service.id for service in services),
            picks=bool(arrays.network.services or arrays.network.lanes)
            or any(nature_of(term).says(Fact.SERVICE) for term in terms),
            hands=tuple(hands),
            rules=rules,
            rule_of=rule_of,
            by_service=frozenset(
                term.name
                for term in terms
                if nature_of(term).may_depend_on(Fact.SERVICE)
                or nature_of(term).may_depend_on(Fact.ARRIVAL)
            ),
            lanes=_lanes_of(services, arrays),
            parcels=tuple(
                at for at, one in enumerate(services) if one.id not in lane_ids
            ),
            handling=Handling.of(services, policy.rules),
            sharing=Sharing.of(arrays.items.values(), policy.apart),
        )

    def lay_out(
        self,
        delivery: DeliveryAtHand,
        *,
        picks: bool,
        quoted: BoolArray | None,
        any_carrier: bool,
    ) -> Laid:
        """
        Lay out the offers of one delivery.

        Parameters
        ----------
        delivery
            Its lines, and the nodes that may send some.
        picks
            Whether shipments go by services at all.
        quoted
            Nodes from which a quote covers the shipment whatever it goes by, ``(K,)``:
            they need no service.
        any_carrier
            Whether there is one for everything, besides, for nothing.
        """
        group, nodes = delivery.group, delivery.nodes
        if group.delivery.method.is_collected or not picks:
            count = len(nodes)
            none = same(count, NO_SERVICE)
            return Laid((slice(0, count),), none, None, none)
        found: list[tuple[int, IntArray, IntArray | None]] = []
        everywhere = np.arange(len(nodes))
        open_: BoolArray | None = None
        if group.delivery.method.ends_at_node and self.lanes:
            own, found = self._transfers(delivery)
            open_ = None if own is None else ~own  # what is there goes nowhere
        if quoted is not None and np.logical_or.reduce(quoted):
            covered = quoted if open_ is None else quoted & open_
            open_ = ~quoted if open_ is None else open_ & ~quoted
            found.append((NO_SERVICE, covered.nonzero()[0], None))
        zones: dict[int, IntArray] = {}
        for at in self.parcels:
            if not self._is_wanted(at, group):
                continue
            rule = self.rule_of[at]
            zone = zones.get(rule)
            if zone is None:
                zone = self.rules[rule].find(
                    nodes, delivery.distance_km, delivery.postal_code
                )
                zones[rule] = zone
            hands = self.hands[at]
            here = _where(
                everywhere,
                open_,
                None if hands is None else hands[nodes],
                zone != UNSERVED if self.rules[rule].may_leave_out else None,
            )
            if len(here):
                found.append((at, here, zone))
        if any_carrier and len(here := _where(everywhere, open_)):
            found.append((NO_SERVICE, here, None))
        return self._joined(found, delivery.items, len(nodes))

    def _transfers(
        self, delivery: DeliveryAtHand
    ) -> tuple[BoolArray | None, list[tuple[int, IntArray, IntArray | None]]]:
        """
        List the offers by lanes to the node that a delivery ends at, and of its own.

        Returns
        -------
        tuple
            Where the node itself stands among those asked about, ``(K,)``, or None; and
            the offers.
        """
        wanted = delivery.group.delivery
        nodes, end = delivery.nodes, delivery.arrays.node_at[wanted.node or ""]
        found: list[tuple[int, IntArray, IntArray | None]] = []
        own: BoolArray | None = nodes == end
        if own is not None and np.logical_or.reduce(own):
            found.append((NO_SERVICE, own.nonzero()[0], None))
        else:
            own = None
        for at, origin in self.lanes.get(wanted.node or "", ()):
            if wanted.services and self.ids[at] not in wanted.services:
                continue
            place = int(nodes.searchsorted(origin))
            if place < len(nodes) and nodes[place] == origin:
                found.append((at, np.array([place]), None))
        return own, found

    def _is_wanted(self, at: int, group: Group) -> bool:
        """Tell whether a delivery lets a service carry it, and the service does."""
        service, delivery = self.services[at], group.delivery
        if delivery.services and service.id not in delivery.services:
            return False
        return delivery.method in service.methods

    def _joined(
        self,
        found: list[tuple[int, IntArray, IntArray | None]],
        items: tuple[Item, ...],
        count: int,
    ) -> Laid:
        """Put the offers of all services side by side."""
        if len(found) == 1 and len(found[0][1]) == count:  # as most often
            at, _, zone = found[0]
            service = same(count, at)
            run = (slice(0, count),)
            if zone is None:
                return Laid(run, service, None, same(count, NO_SERVICE))
            there_are = self.rules[self.rule_of[at]].count
            carries = self._carries(items, service)
            return Laid(run, service, None, zone, there_are, carries)
        runs, first = [], 0
        services: list[IntArray] = [_NOTHING]
        nodes: list[IntArray] = [_NOTHING]
        zones: list[IntArray] = [_NOTHING]
        rules: set[int] = set()
        is_even = bool(found)
        for at, here, of in found:
            size = len(here)
            runs.append(slice(first, first + size))
            first += size
            rules.add(self.rule_of[at] if at >= 0 else NO_SERVICE)
            is_even = is_even and size == count
            zone = same(count, NO_SERVICE) if of is None else of
            services.append(same(size, at))
            nodes.append(here)
            zones.append(zone if size == count else zone[here])
        service = np.concatenate(services)
        is_even = is_even and len(rules) == 1 and NO_SERVICE not in rules
        return Laid(
            tuple(runs),
            service,
            np.concatenate(nodes),
            np.concatenate(zones),
            self.rules[rules.pop()].count if is_even else 0,
            self._carries(items, service),
        )

    def _carries(self, items: tuple[Item, ...], service: IntArray) -> BoolArray | None:
        """Tell which lines each offer's service accepts, ``(G, A)``; None for all."""
        rows = [self._takers(item) for item in items]
        if all(row is None for row in rows):
            return None
        everyone = np.ones(len(self.services) + 1, bool)
        table = np.array([everyone if row is None else row for row in rows])
        carries: BoolArray = table[:, service]
        return None if carries.all() else carries

    def _takers(self, item: Item) -> BoolArray | None:
        """Tell which services accept an item; it may go by none too; ``(S+1,)``."""
        sku = item.sku
        if sku not in self.known:
            row = np.array([*(accepts(s, item) for s in self.services), True], bool)
            self.known[sku] = None if row.all() else row
        return self.known[sku]


def _lanes_of(
    services: tuple[Service, ...], arrays: NetworkArrays
) -> dict[str, tuple[tuple[int, int], ...]]:
    """Look up lanes by the node that they end at."""
    place = {service.id: at for at, service in enumerate(services)}
    found: dict[str, list[tuple[int, int]]] = {}
    for lane in arrays.network.lanes:
        to = found.setdefault(lane.destination, [])
        to.append((place[lane.id], arrays.node_at[lane.origin]))
    return {node: tuple(sorted(lanes)) for node, lanes in found.items()}


def _rules_of(
    services: tuple[Service, ...], lanes: AbstractSet[str], arrays: NetworkArrays
) -> tuple[tuple[ZoneFinder, ...], tuple[int, ...]]:
    """Make a finder for each rule of zones; services of the same bands share one."""
    finders: list[ZoneFinder] = []
    known: dict[object, int] = {}
    rule_of = []
    for service in services:
        zones = service.zones
        if service.id in lanes:
            rule_of.append(NO_SERVICE)
            continue
        key = zones.bands_km if isinstance(zones, DistanceZones) else id(zones)
        if key not in known:
            known[key] = len(finders)
            finders.append(ZoneFinder(zones, arrays))
        rule_of.append(known[key])
    return tuple(finders), tuple(rule_of)


def _where(everywhere: IntArray, *masks: BoolArray | None) -> IntArray:
    """Find the nodes that every mask leaves."""
    left: BoolArray | None = None
    for mask in masks:
        if mask is not None:
            left = mask if left is None else left & mask
    if left is None or np.logical_and.reduce(left):
        return everywhere
    return left.nonzero()[0]
