"""Why this node, why a split, why not the nearer store: in words and numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domroute.plan import Costs
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.reasons import Reason
from domroute.result import RoutingResult
from domroute.sourcing.assembly import assemble
from domroute.sourcing.candidates import Candidates
from domroute.sourcing.choice import Take
from domroute.sourcing.counterfactual import (
    alone_at_each_node,
    costs_with_each_node,
)
from domroute.split.atoms import atoms_of
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
    units
        Units it could fill by itself.
    costs
        What shipping those from it would cost, by term; without what it leaves.
    cost_with
        Cost of the best plan that uses it; None where that was not worked out,
        infinite where no plan may use it.
    difference
        ``cost_with`` less the cost of the plan.
    reason
        Why it is excluded from every line; None if it is not.
    """

    node_id: str
    kind: str
    distance_km: float
    is_chosen: bool
    units: int
    costs: Costs
    cost_with: float | None
    difference: float | None
    reason: Reason | None
    sentence: str


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
        excluded ones last.
    """

    result: RoutingResult
    sentences: tuple[str, ...]
    nodes: tuple[NodeExplanation, ...]

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
                f"{node.distance_km:,.0f}",
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
        for node in self.nodes:
            if node.node_id == node_id:
                return node
        raise KeyError(node_id)

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as plain values, ready for JSON."""
        return {
            "order_id": self.result.order_id,
            "sentences": list(self.sentences),
            "nodes": [
                {
                    "node_id": node.node_id,
                    "kind": node.kind,
                    "distance_km": node.distance_km,
                    "is_chosen": node.is_chosen,
                    "units": node.units,
                    "costs": node.costs.to_dict(),
                    "cost_with": _finite(node.cost_with),
                    "difference": _finite(node.difference),
                    "reason": None if node.reason is None else node.reason.value,
                    "sentence": node.sentence,
                }
                for node in self.nodes
            ],
            "result": self.result.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row per node: ``EXPLANATION_COLUMNS``, then its cost by term."""
        import pandas as pd

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
                math.nan if node.difference is None else node.difference,
                None if node.reason is None else node.reason.value,
                node.sentence,
                *(node.costs[term] for term in terms),
            )
            for node in self.nodes
        ]
        return pd.DataFrame(rows, columns=[*EXPLANATION_COLUMNS, *terms])


_HEADER = ("node", "kind", "km", "units", "alone", "plan with it", "")


def explain_order(
    result: RoutingResult,
    candidates: Candidates,
    reasons: Sequence[Sequence[Reason | None]],
    policy: Policy,
    arrays: NetworkArrays,
) -> Explanation:
    """
    Put every node's alternative beside a result.

    Parameters
    ----------
    result
        The plan to explain.
    candidates
        The order priced over all nodes of the network.
    reasons
        Why each node is excluded from each line, by line and node.
    policy, arrays
        What it was routed under.
    """
    atoms = atoms_of(candidates.problem.lines)
    alone = alone_at_each_node(candidates, policy, atoms, arrays)
    with_each = costs_with_each_node(candidates, policy, atoms, arrays)
    chosen = set(result.plan.node_ids)
    nodes = []
    for at, made in enumerate(alone):
        cost_with = None if with_each is None else float(with_each[at])
        nodes.append(
            _explain_node(
                result,
                candidates,
                policy,
                arrays,
                at,
                alone=made,
                cost_with=cost_with,
                reasons=[row[at] for row in reasons],
                is_chosen=arrays.nodes[at].id in chosen,
            )
        )
    nodes.sort(key=_rank)
    whole = [
        (node.costs.total, node.node_id)
        for node in nodes
        if node.reason is None and node.units == int(candidates.problem.quantity.sum())
    ]
    return Explanation(
        result=result,
        sentences=tuple(_answers(result, nodes, min(whole, default=None))),
        nodes=tuple(nodes),
    )


def _rank(node: NodeExplanation) -> tuple[object, ...]:
    cost = math.inf if node.cost_with is None else node.cost_with
    missing = (node.reason is not None, node.units == 0)
    return (not node.is_chosen, *missing, cost, node.costs.total, node.node_id)


def _explain_node(
    result: RoutingResult,
    candidates: Candidates,
    policy: Policy,
    arrays: NetworkArrays,
    at: int,
    *,
    alone: tuple[Take, ...] | Reason | None,
    cost_with: float | None,
    reasons: Sequence[Reason | None],
    is_chosen: bool,
) -> NodeExplanation:
    node = arrays.nodes[at]
    costs, units = Costs(), 0
    reason = None
    if isinstance(alone, tuple):
        plan = assemble(candidates, policy, arrays, alone)
        costs = Costs.sum_of(part.costs for part in plan.shipments)
        units = sum(part.units for part in plan.shipments)
        if cost_with == math.inf and math.isfinite(result.cost):
            reason = Reason.SPLIT_LIMIT
    else:
        given = [given for given in reasons if given is not None]
        reason = alone or (given[0] if given else Reason.NO_SERVICE)
    if is_chosen:
        cost_with = result.cost
    difference = None
    if cost_with is not None and math.isfinite(result.cost):
        difference = max(0.0, cost_with - result.cost)
    return NodeExplanation(
        node_id=node.id,
        kind=node.kind,
        distance_km=float(candidates.problem.groups[0].distance_km[at]),
        is_chosen=is_chosen,
        units=units,
        costs=costs,
        cost_with=cost_with,
        difference=difference,
        reason=None if is_chosen else reason,
        sentence=_sentence(result, node.id, difference, reason, is_chosen=is_chosen),
    )


def _sentence(
    result: RoutingResult,
    node_id: str,
    difference: float | None,
    reason: Reason | None,
    *,
    is_chosen: bool,
) -> str:
    if is_chosen:
        parts = [part for part in result.plan.shipments if part.node_id == node_id]
        costs = Costs.sum_of(part.costs for part in parts)
        words = ", ".join(f"{term} {amount:,.2f}" for term, amount in costs)
        units = sum(part.units for part in parts)
        return f"chosen: fills {units} unit{'s' * (units != 1)} ({words})"
    if reason is not None:
        return f"excluded: {reason.sentence}"
    if difference is None:
        return "not chosen"
    if difference <= 1e-9:  # noqa: PLR2004 - equal but for rounding
        return "as good: a tie, settled by node id"
    return f"not chosen: the best plan with it costs {difference:,.2f} more"


def _answers(
    result: RoutingResult,
    nodes: list[NodeExplanation],
    cheapest_whole: tuple[float, str] | None,
) -> list[str]:
    """Answer the first questions, in the order in which operators ask them."""
    answers = [_answer_choice(result)]
    if len(result.plan.shipments) > 1:
        answers.append(_answer_split(result, nodes, cheapest_whole))
    nearest = min(
        nodes, key=lambda node: (node.distance_km, node.node_id), default=None
    )
    if nearest is not None and not nearest.is_chosen and result.plan.shipments:
        why = nearest.sentence.removeprefix("not chosen: ").removeprefix("excluded: ")
        answers.append(
            f"The nearest node, {nearest.node_id} ({nearest.distance_km:,.0f} km), "
            f"is not used: {why}."
        )
    answers += [
        f"{part.quantity} x {part.sku} (line {part.line_id}) "
        f"stay{'s' * (part.quantity == 1)} unfilled: {part.reason.sentence}."
        for part in result.plan.unfilled
    ]
    return answers


def _answer_choice(result: RoutingResult) -> str:
    if not math.isfinite(result.cost):
        return "No plan satisfies the hard rules."
    names = " and ".join(result.plan.node_ids)
    if not names:
        return (
            f"Nothing ships, at a cost of {result.cost:,.2f} for what stays unfilled."
        )
    proof = (
        "proven cheapest"
        if result.is_optimal
        else f"at most {result.gap:.2%} above the cheapest"
    )
    verb = f"ship{'s' * (len(result.plan.node_ids) == 1)}"
    return f"{names} {verb}: {proof} at {result.cost:,.2f}."


def _answer_split(
    result: RoutingResult,
    nodes: list[NodeExplanation],
    cheapest_whole: tuple[float, str] | None,
) -> str:
    count = len(result.plan.shipments)
    if cheapest_whole is not None:
        more = cheapest_whole[0] - result.cost
        return (
            f"It is split into {count} shipments: one from {cheapest_whole[1]} "
            f"would cost {cheapest_whole[0]:,.2f}, {more:,.2f} more."
        )
    fullest = max(nodes, key=lambda node: (node.units, -node.distance_km), default=None)
    most = (
        ""
        if fullest is None
        else f" ({fullest.node_id} comes closest, with {fullest.units})"
    )
    return f"It is split into {count} shipments: no node can fill all of it{most}."


def _money(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return ""
    return f"{value:,.2f}"


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
