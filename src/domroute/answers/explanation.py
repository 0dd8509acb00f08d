"""Why this node, why a split, why not the nearer store: in words and numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from domroute.plan import Costs
from domroute.reasons import Reason
from domroute.result import RoutingResult
from domroute.tables import html_table, html_words, text_table

if TYPE_CHECKING:
    import pandas as pd

EXPLANATION_COLUMNS = (
    "node",
    "kind",
    "distance_km",
    "is_chosen",
    "units",
    "cost_alone",
    "cost_with",
    "bound_with",
    "difference",
    "reason",
    "sentence",
)
"""The first columns of ``Explanation.to_frame()``; one column per cost term follows."""
_SHOWN = 15
"""Nodes printed; the frame always holds all of them."""


@dataclass(frozen=True, slots=True)
class NodeExplanation:
    """
    One node beside the plan.

    Attributes
    ----------
    distance_km
        To where the order goes; of several deliveries the least.
    distances_km
        To where each delivery goes, as in ``Order.deliveries``.
    units
        Units it could fill by itself, line after line: in another turn it may be more.
    costs
        What shipping those from it would cost, by term; without what it leaves.
    cost_with
        Cost of the best plan that uses it, as routing would find it if it had to be
        used: infinite where no plan may use it, None where none was found in time.
    bound_with
        What any plan with it costs at least: the same, where ``cost_with`` is proven;
        None where there is none.
    difference
        ``cost_with`` less the cost of the plan.
    reason
        Why no plan uses it; None if some plan may.
    """

    node_id: str
    kind: str
    distance_km: float
    distances_km: tuple[float, ...]
    is_chosen: bool
    units: int
    costs: Costs
    cost_with: float | None
    bound_with: float | None
    difference: float | None
    reason: Reason | None
    sentence: str


class NodesBeside(Sequence[NodeExplanation]):
    """
    Every node beside a plan, each put into words when it is first looked at.

    A sequence as any other: equal to a tuple of the same, and stored as one.

    Parameters
    ----------
    count
        How many there are.
    tell
        Puts the node of a rank into words.
    rank_of
        Finds the rank of a node by its id.

    Examples
    --------
    >>> len(NodesBeside(0, tell=lambda rank: None, rank_of={}.__getitem__))
    0
    """

    __slots__ = ("_count", "_tell", "_told", "rank_of")

    def __init__(
        self,
        count: int,
        *,
        tell: Callable[[int], NodeExplanation],
        rank_of: Callable[[str], int],
    ) -> None:
        self._count, self._tell, self.rank_of = count, tell, rank_of
        self._told: dict[int, NodeExplanation] = {}

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, rank: int) -> NodeExplanation: ...
    @overload
    def __getitem__(self, rank: slice) -> tuple[NodeExplanation, ...]: ...
    def __getitem__(
        self, rank: int | slice
    ) -> NodeExplanation | tuple[NodeExplanation, ...]:
        places = range(self._count)[rank]
        if isinstance(places, range):
            return tuple([self._at(place) for place in places])
        return self._at(places)

    def _at(self, rank: int) -> NodeExplanation:
        if rank not in self._told:
            self._told[rank] = self._tell(rank)
        return self._told[rank]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (NodesBeside, tuple)):
            return NotImplemented
        return tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def __reduce__(self) -> tuple[type, tuple[list[NodeExplanation]]]:
        return tuple, (list(self),)


@dataclass(frozen=True, slots=True)
class Explanation:
    """
    A result with every node's alternative beside it.

    Attributes
    ----------
    sentences
        Answers to the first questions: why these nodes, why a split, why not the
        nearest, why units stay unfilled.
    nodes
        Every node of the network: chosen ones first, then by what using it would cost,
        excluded ones last. All is found out before; each is put into words when it is
        first looked at.
    deliveries
        The ids of the lines of each delivery, as in ``Order.deliveries``.
    """

    result: RoutingResult
    sentences: tuple[str, ...]
    nodes: Sequence[NodeExplanation]
    deliveries: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        more = len(self.nodes) - _SHOWN
        parts = ["\n".join(self.sentences), text_table(_HEADER, self._rows())]
        if more > 0:
            parts.append(f"and {more} more nodes; to_frame() holds them all")
        return "\n\n".join(parts)

    def _repr_html_(self) -> str:
        return html_words(self.sentences) + html_table(_HEADER, self._rows())

    def _rows(self) -> list[tuple[str, ...]]:
        return [
            (
                ("* " if node.is_chosen else "  ") + node.node_id,
                node.kind,
                " / ".join(f"{km:,.0f}" for km in node.distances_km),
                str(node.units),
                f"{node.costs.total:,.2f}" if node.units else "",
                _money(node.cost_with),
                node.sentence,
            )
            for node in self.nodes[:_SHOWN]
        ]

    def node(self, node_id: str) -> NodeExplanation:
        """
        Return what is said of one node.

        Raises
        ------
        KeyError
            If the network has no such node.
        """
        if isinstance(self.nodes, NodesBeside):  # and not a word on the others
            return self.nodes[self.nodes.rank_of(node_id)]
        return {node.node_id: node for node in self.nodes}[node_id]

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as plain values, ready for JSON."""
        return {
            "order_id": self.result.order_id,
            "sentences": list(self.sentences),
            "deliveries": [list(lines) for lines in self.deliveries],
            "nodes": [
                {
                    "node_id": node.node_id,
                    "kind": node.kind,
                    "distance_km": node.distance_km,
                    "distances_km": list(node.distances_km),
                    "is_chosen": node.is_chosen,
                    "units": node.units,
                    "costs": node.costs.to_dict(),
                    "cost_with": _finite(node.cost_with),
                    "bound_with": _finite(node.bound_with),
                    "difference": _finite(node.difference),
                    "reason": None if node.reason is None else node.reason.value,
                    "sentence": node.sentence,
                }
                for node in self.nodes
            ],
            "result": self.result.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """
        Return one row per node: ``EXPLANATION_COLUMNS``, then its cost by term.

        An order of several deliveries has a distance for each of them at the end, named
        for its lines, as in ``distance_km of l1, l2``.
        """
        import pandas as pd

        several = len(self.deliveries) > 1
        by_delivery = [
            f"distance_km of {', '.join(lines)}" for lines in self.deliveries if several
        ]
        terms = sorted({term for node in self.nodes for term, _ in node.costs})
        rows = [
            (
                node.node_id,
                node.kind,
                node.distance_km,
                node.is_chosen,
                node.units,
                node.costs.total if node.units else math.nan,
                math.nan if node.cost_with is None else node.cost_with,
                math.nan if node.bound_with is None else node.bound_with,
                math.nan if node.difference is None else node.difference,
                None if node.reason is None else node.reason.value,
                node.sentence,
                *(node.costs[term] for term in terms),
                *(node.distances_km if several else ()),
            )
            for node in self.nodes
        ]
        columns = [*EXPLANATION_COLUMNS, *terms, *by_delivery]
        return pd.DataFrame(rows, columns=columns)


_HEADER = ("node", "kind", "km", "units", "alone", "plan with it", "")


def _money(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return ""
    return f"{value:,.2f}"


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
