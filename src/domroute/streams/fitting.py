"""What a demand names, held against the network that it is drawn for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from domroute.names import is_unknown, unknown
from domroute.network import Network, Node
from domroute.raw import member
from domroute.validation import Fault
from domroute.words import Method

_MOST_DAYS: Final = 3660
"""Of cover: ten years, as of a demand."""


def is_collected_from(node: Node) -> bool:
    """
    Tell whether customers may come to a node.

    Examples
    --------
    >>> here = {"lat": 40.7, "lon": -74.0}
    >>> is_collected_from(Node(id="S7", kind="store", location=here))
    True
    """
    return node.enabled and Method.PICKUP in node.offered_methods


def network_faults(demand: object, network: Network) -> Iterator[Fault]:
    """
    List what a demand, or the raw object of one, asks of a network in vain.

    Parameters
    ----------
    demand
        A ``Demand``, or the plain values that should become one.
    network
        The nodes and items.

    Examples
    --------
    >>> raw = {"replenishment": {"node_weights": {"N9": 1}}}
    >>> [code for code, _, _ in network_faults(raw, Network(nodes=[], items=[]))]
    ['empty', 'unknown_id', 'empty']
    """
    yield from _basket_faults(member(demand, "basket"), network)
    how = member(demand, "replenishment")
    yield from _node_faults(
        member(how, "node_weights"), ("replenishment", "node_weights"), network
    )
    if how is not None and not network.nodes:
        yield "empty", ("replenishment",), "the network has no nodes to fill up"
    pickup, wanted = member(demand, "pickup"), member(demand, "pickup_stores")
    stores = sum(map(is_collected_from, network.nodes))
    least = wanted if isinstance(wanted, int) else 1
    if isinstance(pickup, (int, float)) and pickup > 0 and stores < least:
        text = f"needs {least} nodes that offer pickup, the network has {stores}"
        yield "contradictory", ("pickup",), text


def _basket_faults(basket: object, network: Network) -> Iterator[Fault]:
    skus = {item.sku for item in network.items}
    if not skus:
        text = "has nothing to hold: the network has no items"
        yield "empty", ("basket",), text
    for name in _keys(member(basket, "skus")):
        if is_unknown(name, skus):
            yield unknown(("basket", "skus", name), name, "an item")
    for at, family in enumerate(_list(member(basket, "families"))):
        for i, sku in enumerate(_list(family)):
            if is_unknown(sku, skus):
                yield unknown(("basket", "families", at, i), sku, "an item")


def _node_faults(
    weights: object, path: tuple[str, ...], network: Network
) -> Iterator[Fault]:
    nodes = {node.id for node in network.nodes}
    for name in _keys(weights):
        if is_unknown(name, nodes):
            yield unknown((*path, name), name, "a node")


def stock_faults(
    network: Network, days: float | None, weights: Mapping[str, float]
) -> Iterator[Fault]:
    """
    List what is wrong with the numbers that opening stock is drawn by.

    Parameters
    ----------
    network
        The nodes.
    days
        Of cover; None where nobody says.
    weights
        By node.

    Examples
    --------
    >>> none = Network(nodes=[], items=[])
    >>> [path for _, path, _ in stock_faults(none, None, {"N9": 1.0})]
    [('days_of_cover',), ('node_weights',), ('node_weights', 'N9')]
    """
    if days is None:
        text = "is required where the demand has no replenishment"
        yield "missing", ("days_of_cover",), text
    elif not 0 < days <= _MOST_DAYS:
        text = f"should be above 0 and at most {_MOST_DAYS} days, got {days!r}"
        yield "out_of_range", ("days_of_cover",), text
    if not network.nodes:
        yield "empty", ("node_weights",), "the network has no nodes to hold stock"
    yield from _node_faults(weights, ("node_weights",), network)
    for name, weight in weights.items():
        if not 0 <= weight < math.inf:
            text = f"should be a weight that is not negative, got {weight!r}"
            yield "out_of_range", ("node_weights", name), text
    if weights and not any(weights.values()):
        yield "contradictory", ("node_weights",), "needs a weight above 0"


def _keys(value: object) -> Sequence[str]:
    return [str(key) for key in value] if isinstance(value, Mapping) else ()


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, (list, tuple)) else ()
