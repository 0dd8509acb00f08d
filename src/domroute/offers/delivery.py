"""One delivery of an order, over the nodes that have any of it."""

from __future__ import annotations

from domroute.costs.quotes import NO_QUOTES, OrderQuotes
from domroute.costs.term import Question
from domroute.ledger import Snapshot
from domroute.network import Item
from domroute.offers.laid import Laid
from domroute.offers.quoting import NOTHING_QUOTED, QuotedLines
from domroute.orders import Line
from domroute.problem import Group, NetworkArrays, OrderProblem
from domroute.promise.dated import Dates
from domroute.services import Service
from domroute.units import BoolArray, FloatArray, IntArray


class DeliveryAtHand:
    """
    The lines of a delivery, and the nodes that may send some of them.

    Parameters
    ----------
    problem, group
        The order, and the delivery in it.
    kept
        The nodes at hand that have any of it, as positions in ``problem.nodes``.
    arrays, inventory
        The network, and what is in stock.

    Attributes
    ----------
    lines, items
        Of the delivery.
    nodes, distance_km
        The nodes, as positions in the network, and how far each is; shape ``(K,)``.
    """

    def __init__(
        self,
        problem: OrderProblem,
        group: Group,
        kept: IntArray,
        arrays: NetworkArrays,
        inventory: Snapshot,
    ) -> None:
        self.problem, self.group, self.kept = problem, group, kept
        self.arrays, self.inventory = arrays, inventory
        self.lines: tuple[Line, ...] = problem.lines
        self.items: tuple[Item, ...] = problem.items
        self.is_whole = len(problem.groups) == 1
        if not self.is_whole:
            at = group.lines.tolist()
            self.lines = tuple([problem.lines[i] for i in at])
            self.items = tuple([problem.items[i] for i in at])
        nodes, distance_km = problem.nodes, group.distance_km
        if len(kept) < len(nodes):
            nodes, distance_km = nodes[kept], distance_km[kept]
        self.nodes: IntArray = nodes
        self.distance_km: FloatArray = distance_km

    @property
    def postal_code(self) -> str | None:
        """Where it goes, if that is known."""
        place = self.group.destination
        return None if place is None else place.postal_code

    def quoted(self, quotes: OrderQuotes) -> QuotedLines:
        """Look up what is quoted for it."""
        if quotes is NO_QUOTES:
            return NOTHING_QUOTED
        named = [self.arrays.nodes[at].id for at in self.nodes.tolist()]
        return QuotedLines.of(self.lines, named, quotes)

    def ask(
        self,
        laid: Laid,
        services: tuple[Service, ...],
        dates: Dates | None,
        waits: BoolArray | None = None,
    ) -> Question:
        """Make the question that terms answer."""
        problem, lines = self.problem, self.group.lines
        quantity, weight_kg = problem.quantity, problem.weight_kg
        volume_cm3, unit_price = problem.volume_cm3, problem.unit_price
        available = problem.stock
        if not self.is_whole:
            quantity, weight_kg = quantity[lines], weight_kg[lines]
            volume_cm3, unit_price = volume_cm3[lines], unit_price[lines]
            available = available[problem.sku_of[lines]]
        elif problem.shares_skus:
            available = available[problem.sku_of]
        nodes, distance_km = self.nodes, self.distance_km
        if laid.node is not None:
            nodes, distance_km = nodes[laid.node], distance_km[laid.node]
            available = available.take(self.kept[laid.node], axis=1)
        elif len(self.kept) < len(problem.nodes):
            available = available.take(self.kept, axis=1)
        return Question(
            problem.order,
            self.group.delivery,
            self.postal_code,
            self.lines,
            self.items,
            self.arrays,
            self.inventory,
            nodes,
            distance_km,
            quantity,
            weight_kg,
            volume_cm3,
            unit_price,
            available,
            services,
            laid.service,
            laid.zone,
            None if dates is None else dates.days_late,
            None if dates is None else dates.until,
            waits,
        )
