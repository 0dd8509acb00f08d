"""What nodes can still do on their working days."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from domroute.capacity import Capacity
from domroute.costs.dayprice import DayPrice, Rise
from domroute.ledger import Snapshot
from domroute.network import Node
from domroute.words import Measure

SLACK: Final = 1e-9
"""By how much a sum of work may be over a limit: floats, and no whole unit."""
Used = Mapping[tuple[int, int], Mapping[Measure, float]]
"""What is used of nodes, by position, on dates, by ordinal; by measure."""


@dataclass(frozen=True, slots=True, eq=False)
class DaysLeft:
    """
    What nodes can still do on each of their working days.

    Attributes
    ----------
    limits
        Of each node that has any, by its position in the network.
    nodes
        All nodes.
    stock
        What is taken already.
    used
        What others use besides.
    is_shared
        Whether others want to use them, too.
    is_endless
        Whether to look as though no day were ever full.
    prices
        What terms charge for days, by their names.
    order_id
        The order that looks: what it counts for on a day already it need not again.
    """

    limits: Mapping[int, tuple[Capacity, ...]]
    nodes: Sequence[Node]
    stock: Snapshot
    used: Used = field(default_factory=dict)
    is_shared: bool = False
    is_endless: bool = False
    prices: tuple[tuple[str, DayPrice], ...] = ()
    order_id: str = ""
    _known: dict[tuple[int, int], tuple[tuple[Measure, float], ...]] = field(
        default_factory=dict
    )

    def of(self, node: int, day: int) -> tuple[tuple[Measure, float], ...]:
        """
        Say what a node has left on a day, in each measure that has a limit.

        Parameters
        ----------
        node
            Its position in the network.
        day
            The ordinal of the date.
        """
        key = node, day
        if self.is_endless:
            return ()
        if key not in self._known:
            name, on = self.nodes[node].id, date.fromordinal(day)
            used = self.used.get(key, {})
            self._known[key] = tuple(
                (
                    one.measure,
                    math.inf
                    if self._is_soft(one.measure)
                    else one.on(on)
                    - self.stock.load(name, one.measure, day=on)
                    - used.get(one.measure, 0.0),
                )
                for one in self.limits[node]
            )
        return self._known[key]

    def _is_soft(self, measure: Measure) -> bool:
        """Tell whether a term lets more be done than the limits of a measure say."""
        return any(price.softens(measure) for _, price in self.prices)

    def rises(self, node: int, day: int) -> dict[Measure, list[tuple[str, Rise]]]:
        """
        List where terms charge more for what is added to a day, by measure.

        Parameters
        ----------
        node, day
            As :meth:`of` takes them.
        """
        name, on = self.nodes[node].id, date.fromordinal(day)
        found: dict[Measure, list[tuple[str, Rise]]] = {}
        for one in self.limits[node]:
            taken = self.stock.days.load_beside(self.order_id, name, on, one.measure)
            found[one.measure] = [
                (term, rise)
                for term, price in self.prices
                if price.concerns(one.measure)
                for rise in price.rises(one.on(on), taken)
            ]
        return found

    def beside(self, used: Used) -> DaysLeft:
        """Leave what others use."""
        return replace(self, used=used, is_endless=False, _known={})

    def endless(self) -> DaysLeft:
        """Look as though no day were ever full."""
        return replace(self, used={}, is_shared=False, is_endless=True, _known={})

    def shared(self) -> DaysLeft:
        """Look at them as one of several who want to use them."""
        return replace(self, is_shared=True, is_endless=False, _known={})


def limits_by_day(nodes: Sequence[Node]) -> dict[int, tuple[Capacity, ...]]:
    """List the limits by the day of nodes that have any, by position."""
    return {at: node.day_limits for at, node in enumerate(nodes) if node.day_limits}
