"""A run taken apart into groups, with a row for the rest, so that sums stay whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Union

from domroute.errors import InputError, Issue
from domroute.replay.measures import Frames
from domroute.replay.registry import Split
from domroute.wording import shorten

if TYPE_CHECKING:
    import pandas as pd

REST: Final = "(rest)"
"""What belongs to no group, as a group."""
SPLIT_OF: Final[dict[str, Split]] = {
    "kind": "nodes",
    "node": "nodes",
    "method": "shipments",
    "service": "shipments",
    "channel": "orders",
    "tier": "orders",
}
"""The columns that a run can be taken apart by, and what they are columns of."""
_SHOWN: Final = 3

Groups = Union[Mapping[str, Any], "pd.Series[Any]"]
"""The group of each order, by its id."""


def parts_of(frames: Frames, by: str | Groups) -> Iterator[tuple[str, Frames]]:
    """
    Take a run apart: every order, shipment, cost and return is in exactly one part.

    Parameters
    ----------
    frames
        The run.
    by
        A column of ``SPLIT_OF``, or the group of each order by its id.

    Yields
    ------
    tuple
        The name of a group and what belongs to it, by name; last ``REST``, where there
        is anything that belongs to none.

    Raises
    ------
    InputError
        If groups of orders cannot be read: an order has two, or none has any.
    """
    if not isinstance(by, str):
        yield from _of_orders(frames, _read(frames, by))
    elif SPLIT_OF[by] == "orders":
        column = frames.orders.set_index("order")[by]
        yield from _of_orders(frames, column.dropna().to_dict())
    elif SPLIT_OF[by] == "shipments":
        yield from _of_shipments(frames, by)
    else:
        yield from _of_nodes(frames, by)


def _of_orders(
    frames: Frames, group_of: Mapping[object, object]
) -> Iterator[tuple[str, Frames]]:
    groups: dict[str, list[object]] = {}
    rest: list[object] = []
    for order in frames.orders["order"].tolist():
        name = group_of.get(order)
        (rest if name is None else groups.setdefault(str(name), [])).append(order)
    for name in sorted(groups):
        yield name, frames.of_orders(groups[name])
    if rest:
        yield REST, frames.of_orders(rest)


def _of_shipments(frames: Frames, by: str) -> Iterator[tuple[str, Frames]]:
    table = frames.shipments
    for name in sorted(table[by].dropna().unique().tolist()):
        yield name, frames.of_shipments(table["shipment"][table[by] == name])
    rest = frames.of_shipments([None, *table["shipment"][table[by].isna()]])
    if len(rest.shipments) or len(rest.costs):
        yield REST, rest


def _of_nodes(frames: Frames, by: str) -> Iterator[tuple[str, Frames]]:
    nodes = frames.nodes
    for name in sorted(nodes[by].dropna().unique().tolist()):
        yield name, frames.of_nodes(nodes["node"][nodes[by] == name])
    # A store that goods were brought back to may never have shipped or held any.
    elsewhere = frames.returns["node"][~frames.returns["node"].isin(nodes["node"])]
    rest = frames.of_nodes(elsewhere.unique().tolist())
    # What an order costs besides its shipments is at no node.
    rest = rest.with_costs(frames.costs[frames.costs["shipment"].isna()])
    if len(rest.costs) or len(rest.returns):
        yield REST, rest


def _read(frames: Frames, by: Groups) -> dict[object, object]:
    """Read the group of each order of the run; the unknown (None, NaN) are left out."""
    known = set(frames.orders["order"].tolist())
    names = [name for name, _ in by.items()]
    issues = []
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        text = f"{_some(twice)} with more than one group: an order has one"
        issues.append(Issue("duplicate_id", "by", text))
    elif known and not known & set(names):
        text = (
            f"{_some(names)}: no order of the run is among them; its ids are "
            f"{_some(sorted(known))}"
        )
        issues.append(Issue("unknown_id", "by", text))
    if issues:
        raise InputError(issues)
    # A missing value is not equal to itself.
    return {
        name: group
        for name, group in by.items()
        if name in known and group is not None and group == group  # noqa: PLR0124
    }


def _some(names: Sequence[object]) -> str:
    shown = ", ".join(map(shorten, names[:_SHOWN]))
    return f"{shown}, ..." if len(names) > _SHOWN else shown or "no names"
