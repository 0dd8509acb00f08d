"""What a network lets a ledger hold: its names, and the limits of its nodes."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Self

from domroute.capacity import Capacity
from domroute.errors import Issue
from domroute.network import Network, Node
from domroute.words import Measure


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """
    The names and limits that a ledger keeps to.

    Attributes
    ----------
    nodes, skus
        Which there are.
    limits
        What nodes can do in a period, by node id and measure.
    day_limits
        What they can do on each working day, by node id.
    """

    nodes: Container[str]
    skus: Container[str]
    limits: Mapping[tuple[str, str], float] = field(default_factory=dict)
    day_limits: Mapping[str, tuple[Capacity, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, network: Network, *, soft: Container[Measure] = ()) -> Self:
        """
        Take them from a network; limits by the day of some measures may be soft.

        Examples
        --------
        >>> Scope.of(Network(nodes=[], items=[{"sku": "A"}])).skus
        frozenset({'A'})
        """
        return cls(
            frozenset(node.id for node in network.nodes),
            frozenset(item.sku for item in network.items),
            {
                (node.id, capacity.measure.value): capacity.limit
                for node in network.nodes
                for capacity in node.period_limits
            },
            {node.id: hard for node in network.nodes if (hard := _hard(node, soft))},
        )

    def unknown(self, node: str, sku: str) -> list[Issue]:
        """List what of a cell the network does not have."""
        where = f"stock of {sku!r} at {node!r}"
        issues = []
        if node not in self.nodes:
            text = f"{node!r} is not a node of the network"
            issues.append(Issue("unknown_id", where, text))
        if sku not in self.skus:
            text = f"{sku!r} is not an item of the network"
            issues.append(Issue("unknown_id", where, text))
        return issues


def _hard(node: Node, soft: Container[Measure]) -> tuple[Capacity, ...]:
    """List what limits a node's days, but for measures whose limits are soft."""
    return tuple(one for one in node.day_limits if one.measure not in soft)
