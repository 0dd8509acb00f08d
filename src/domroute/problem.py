"""The arrays that routing works on: the network once, and each order at hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np

from domroute.capacity import CapacityTable
from domroute.digital import digital_of
from domroute.geography import (
    Location,
    geodesic_km,
    great_circle_km,
    unit_vectors,
)
from domroute.kits import kits_of
from domroute.ledger import Snapshot
from domroute.names import Known
from domroute.network import Item, Network, Node
from domroute.orders import Delivery, Line, Order
from domroute.plan import Digital
from domroute.records import record
from domroute.supply import StockByDate
from domroute.units import BoolArray, FloatArray, IntArray
from domroute.ways import Ways
from domroute.words import DistanceMethod, Method


@dataclass(frozen=True, slots=True, eq=False)
class NetworkArrays:
    """
    A network as arrays over its nodes, which are sorted by id; made once per router.

    Attributes
    ----------
    vectors
        Locations on the unit sphere; shape ``(N, 3)``.
    lat, lon
        Degrees; shape ``(N,)``.
    offers
        Which nodes offer each method; shape ``(N,)`` each.
    enabled, merges
        Which nodes are switched on, and offer to merge; shape ``(N,)``.
    reach_km, minimum_order
        Infinite and zero where a node has no such limit; shape ``(N,)``.
    capacity
        What the nodes can do, and what an order uses of it.
    priority
        Shape ``(N,)``.
    known
        The names that orders and quotes may use.
    has_kits
        Whether any item is made of others.
    has_minimums
        Whether any node has a minimum order.
    """

    network: Network
    nodes: tuple[Node, ...]
    node_at: dict[str, int]
    items: dict[str, Item]
    vectors: FloatArray
    lat: FloatArray
    lon: FloatArray
    offers: dict[Method, BoolArray]
    enabled: BoolArray
    merges: BoolArray
    has_window: bool
    reach_km: FloatArray
    minimum_order: FloatArray
    capacity: CapacityTable
    priority: IntArray
    distance_method: DistanceMethod
    known: Known
    has_kits: bool
    has_minimums: bool

    @classmethod
    def of(
        cls,
        network: Network,
        distance_method: DistanceMethod,
        *,
        may_wait: bool = False,
    ) -> Self:
        """
        Build the arrays of a network.

        Parameters
        ----------
        network, distance_method
            The network, and how far apart two places are.
        may_wait
            Whether lines that do not say so themselves may wait for stock.
        """
        nodes = tuple(sorted(network.nodes, key=lambda node: node.id))
        node_at = {node.id: at for at, node in enumerate(nodes)}
        items = {item.sku: item for item in network.items}
        kits = kits_of(network.items)
        lat = np.array([node.location.lat for node in nodes], float)
        lon = np.array([node.location.lon for node in nodes], float)
        return cls(
            network=network,
            nodes=nodes,
            node_at=node_at,
            items=items,
            vectors=unit_vectors(lat, lon),
            lat=lat,
            lon=lon,
            offers={
                method: np.array([method in n.offered_methods for n in nodes], bool)
                for method in Method
            },
            enabled=np.array([node.enabled for node in nodes], bool),
            merges=np.array([node.merges for node in nodes], bool),
            has_window=any(n.active_from or n.active_until for n in nodes),
            reach_km=_column(node.max_distance_km for node in nodes),
            minimum_order=np.array([node.minimum_order for node in nodes], float),
            capacity=CapacityTable.of([node.period_limits for node in nodes]),
            priority=np.array([node.priority for node in nodes], np.int64),
            distance_method=distance_method,
            known=Known(
                {
                    "nodes": node_at.keys(),
                    "items": items.keys(),
                    "services": frozenset(network.carrier_ids),
                    "calendars": frozenset(row.id for row in network.calendars),
                },
                dated=network.is_dated,
                needs_zone=network.time_zone is None and network.states_times,
                kits=kits,
                may_wait=may_wait,
                digital=digital_of(network.items),
            ),
            has_kits=bool(kits),
            has_minimums=any(node.minimum_order > 0 for node in nodes),
        )

    def distances_km(self, nodes: IntArray, to: Location) -> FloatArray:
        """Measure from some nodes, by position, to a location; shape ``(M,)``."""
        if self.distance_method is DistanceMethod.GREAT_CIRCLE:
            return great_circle_km(self.vectors[nodes], to.lat, to.lon)
        pairs = zip(self.lat[nodes].tolist(), self.lon[nodes].tolist(), strict=True)
        return np.array([geodesic_km(lat, lon, to.lat, to.lon) for lat, lon in pairs])


def _column(values: Iterable[float | None]) -> FloatArray:
    """Put infinity where there is no limit."""
    return np.array([np.inf if value is None else value for value in values], float)


@record
class Group:
    """
    The lines of an order that share a delivery.

    Attributes
    ----------
    lines
        Positions in the order problem's lines; shape ``(G,)``.
    distance_km
        From each node at hand; zero for collected deliveries from a named node.
    """

    delivery: Delivery
    destination: Location | None
    lines: IntArray
    distance_km: FloatArray


@record
class OrderProblem:
    """
    One order as arrays, over the nodes at hand.

    Lines are sorted by id and nodes by position, so that the order of the rows that
    came in cannot matter. Where others may leave than the lines of the order name, what
    may leave stands in their place, a line each (:class:`~domroute.ways.Ways`).

    Attributes
    ----------
    order
        What of the order ships: all of it, but for digital lines.
    nodes
        The nodes at hand, as positions in the network arrays; shape ``(M,)``.
    sku_of
        Position in ``skus`` of each line; shape ``(L,)``.
    quantity, weight_kg, volume_cm3, unit_price
        Per line or per unit of it; shape ``(L,)``.
    stock
        Whole units available of each SKU at each node; shape ``(K, M)``.
    snapshot
        The stock and capacity that all this was read from.
    by_date
        What may be taken by when it leaves; None where nothing is waited for.
    is_cut
        Whether something is left out that comes too late for all deliveries.
    ways
        What may leave for the lines of the order, where that is not what they name: the
        lines here are the rows of it then. None as a rule.
    placed
        The whole order, where that is more; None as a rule.
    digital
        What of it comes from no node.
    """

    order: Order
    lines: tuple[Line, ...]
    items: tuple[Item, ...]
    skus: tuple[str, ...]
    sku_of: IntArray
    quantity: IntArray
    weight_kg: FloatArray
    volume_cm3: FloatArray
    unit_price: FloatArray
    nodes: IntArray
    stock: IntArray
    groups: tuple[Group, ...]
    snapshot: Snapshot
    by_date: StockByDate | None = None
    is_cut: bool = False
    ways: Ways | None = None
    placed: Order | None = None
    digital: tuple[Digital, ...] = ()

    @property
    def whole(self) -> Order:
        """The order, digital lines included."""
        return self.order if self.placed is None else self.placed

    @property
    def asked(self) -> tuple[Line, ...]:
        """The lines of the order itself, sorted by id; ``A`` of them."""
        return self.lines if self.ways is None else self.ways.lines

    @property
    def wanted(self) -> IntArray:
        """Units that each of these asks for; shape ``(A,)``."""
        return self.quantity if self.ways is None else self.ways.quantity

    def filled(self, units: IntArray) -> IntArray:
        """Count the units of these that lines here fill: from ``(L,)``, ``(A,)``."""
        return units if self.ways is None else self.ways.filled(units)

    def rows_of(self, asked: int) -> IntArray:
        """List the lines here that may leave for a line of the order."""
        return np.array([asked]) if self.ways is None else self.ways.rows_of(asked)

    @property
    def shares_skus(self) -> bool:
        """Whether some SKU stands on several lines."""
        return len(self.skus) < len(self.lines)
