"""Units that expire: by which offers they come while they are still good enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from domroute.ledger import Restriction
from domroute.network import Network, Node
from domroute.offers.delivery import DeliveryAtHand
from domroute.offers.laid import Laid
from domroute.promise.dated import Dates
from domroute.promise.later import NEVER
from domroute.promise.ways import UTC_ZONE
from domroute.promise.window import moment_of
from domroute.units import BoolArray, IntArray

_KEEPS: Final = date.max.toordinal() + 1
"""The last day, counted from year 1, of what does not expire: beyond all dates."""
_Columns = tuple[IntArray, IntArray]
"""Nodes where units of a SKU expire, and their last days."""


@dataclass(frozen=True, slots=True, eq=False)
class Lasting:
    """
    Until when units on hand may be with a delivery's customer, node by node.

    Attributes
    ----------
    last
        The last day for each line at each node asked about, counted from year 1; shape
        ``(G, K)``.
    placed
        The date of the order at each of them, likewise; shape ``(K,)``. None where
        nobody says when it was placed.
    zones
        The time zones of the nodes.
    """

    last: IntArray
    placed: IntArray | None
    zones: tuple[str, ...]

    @property
    def expires(self) -> BoolArray:
        """Where what is there expires; shape ``(G, K)``."""
        found: BoolArray = self.last < _KEEPS
        return found

    def allows(self, laid: Laid, dates: Dates | None) -> BoolArray | None:
        """
        Tell which lines offers bring while they are good; None for all; ``(G, A)``.

        What promises no date counts by the date at its node on which it leaves, and
        what has no dates by that of the order.
        """
        count = len(laid.service)
        node = np.arange(count) if laid.node is None else laid.node
        day = None if self.placed is None else self.placed[node]
        if dates is not None:
            day = dates.timetable.window.first + dates.day
            for at in np.flatnonzero(dates.arrives >= NEVER).tolist():
                day[at] = self._day_of_leaving(dates, at, int(node[at]))
        if day is None:
            return None
        fresh: BoolArray = day <= self.last[:, node]
        return None if fresh.all() else fresh

    def _day_of_leaving(self, dates: Dates, at: int, node: int) -> int:
        leaves = int(dates.leaves[at])
        if leaves >= NEVER:
            return 0 if self.placed is None else int(self.placed[node])
        return _day(moment_of(leaves), self.zones[node])


def _day(moment: datetime, zone: str) -> int:
    return moment.astimezone(ZoneInfo(zone)).date().toordinal()


@dataclass(slots=True, eq=False)
class Freshness:
    """
    Reads off the ledger what expires; made once per router.

    Parameters
    ----------
    zones
        The time zone of each node.
    node_at
        Positions of nodes, by id.
    """

    zones: tuple[str, ...]
    node_at: Mapping[str, int]
    _known: dict[str, tuple[object, _Columns]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, network: Network, nodes: Sequence[Node], node_at: Mapping[str, int]
    ) -> Freshness:
        """Look where nodes are once."""
        usual = network.time_zone or UTC_ZONE
        zones = [node.time_zone or node.location.time_zone or usual for node in nodes]
        return cls(tuple(zones), node_at)

    def lasting(self, delivery: DeliveryAtHand) -> Lasting | None:
        """Find until when what a delivery may take is good; None if all of it keeps."""
        restricted = delivery.inventory.restricted
        if not restricted or not any(i.sku in restricted for i in delivery.items):
            return None
        shape = len(delivery.items), len(self.zones)
        last = np.full(shape, _KEEPS, np.int64)
        for line, item in enumerate(delivery.items):
            by_node = restricted.get(item.sku)
            if by_node is not None:
                nodes, days = self._columns(item.sku, by_node)
                last[line, nodes] = days - item.minimum_life_days
        last = last[:, delivery.nodes]
        if (last >= _KEEPS).all():
            return None
        zones = tuple([self.zones[at] for at in delivery.nodes.tolist()])
        placed_at = delivery.problem.order.placed_at
        placed: IntArray | None = None
        if placed_at is not None:
            by_zone = {zone: _day(placed_at, zone) for zone in dict.fromkeys(zones)}
            placed = np.array([by_zone[zone] for zone in zones], np.int64)
        return Lasting(last, placed, zones)

    def _columns(self, sku: str, by_node: Mapping[str, Restriction]) -> _Columns:
        """Return what expires of a SKU as columns: made once for each state of it."""
        known = self._known.get(sku)
        if known is None or known[0] is not by_node:
            some = {
                self.node_at[node]: one.expires_on.toordinal()
                for node, one in by_node.items()
                if one.expires_on is not None
            }
            columns = np.array(list(some), np.int64), np.array(list(some.values()))
            known = self._known[sku] = by_node, columns
        return known[1]
