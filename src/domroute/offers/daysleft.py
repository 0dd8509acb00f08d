"""What nodes can still do on their working days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from domroute.capacity import Capacity
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
    """

    limits: Mapping[int, tuple[Capacity, ...]]
    nodes: Sequence[Node]
    stock: Snapshot
    used: Used = field(default_factory=dict)
    is_shared: bool = False
    is_endless: bool = False
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
                    one.on(on)
                    - self.stock.load(name, one.measure, day=on)
                    - used.get(one.measure, 0.0),
                )
                for one in self.limits[node]
            )
        return self._known[key]

    def beside(self, used: Used) -> DaysLeft:
        """Leave what others use."""
        return DaysLeft(self.limits, self.nodes, self.stock, used, self.is_shared)

    def endless(self) -> DaysLeft:
        """Look as though no day were ever full."""
        return DaysLeft(self.limits, self.nodes, self.stock, is_endless=True)

    def shared(self) -> DaysLeft:
        """Look at them as one of several who want to use them."""
        return DaysLeft(self.limits, self.nodes, self.stock, self.used, is_shared=True)


def limits_by_day(nodes: Sequence[Node]) -> dict[int, tuple[Capacity, ...]]:
    """List the limits by the day of nodes that have any, by position."""
    return {at: node.day_limits for at, node in enumerate(nodes) if node.day_limits}
