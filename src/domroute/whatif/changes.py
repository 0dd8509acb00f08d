"""What if: sweeps over any field, and the changes that are asked for most, by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from functools import partial
from typing import TypeVar, cast

import numpy as np

from domroute.arguments import checked
from domroute.costs.parcel import services_of
from domroute.errors import InputError, Issue
from domroute.ledger.stock import Stock
from domroute.network import Node
from domroute.policy import Policy
from domroute.replay.tactic import Tactic
from domroute.rules import NodeFilter
from domroute.scenario.bundle import MAX_NAME, Scenario
from domroute.units import BoolArray
from domroute.whatif.paths import change_at
from domroute.whatif.stocking import add_rows, change_rows
from domroute.wording import shorten
from domroute.words import Method

T = TypeVar("T", Scenario, Tactic, Policy)
_ALL = NodeFilter()


@checked
def sweep(base: T, path: str, values: Iterable[object]) -> tuple[T, ...]:
    """
    Make one scenario, tactic or policy for each value of a field.

    Parameters
    ----------
    base
        What is changed; it stays as it is.
    path
        Fields joined by dots, with ``[id]``, ``[field=value]`` or ``[*]`` where there
        are rows: ``policy.splits.max_shipments``, ``network.nodes[S7].enabled``,
        ``network.nodes[kind=store].capacity.limit``, ``policy.costs[shipping].weight``,
        ``stock[kind=store].safety``. With `` x`` at its end the values are factors on
        what is there: ``network.services[ground].rate x``, where ``rate`` is short for
        ``rate_card.rates``.
    values
        What the field shall be, or what it is multiplied by.

    Returns
    -------
    tuple[T, ...]
        In the order of the values; scenarios and tactics are named for what changed.

    Raises
    ------
    InputError
        If the path points at nothing, or a value is not valid there.

    Examples
    --------
    >>> tactics = sweep(Tactic(name="waves"), "hold_h", [1, 4])
    >>> [(tactic.name, tactic.hold_h) for tactic in tactics]
    [('waves, hold_h = 1', 1.0), ('waves, hold_h = 4', 4.0)]
    """
    place = path.removesuffix(" x")
    is_factor = place != path
    made = []
    for value in values:
        if is_factor:
            new = change_at(base, place, partial(_multiply, by=value))
        else:
            new = change_at(base, place, partial(_put, value))
        words = f"{place} x {value}" if is_factor else f"{place} = {value}"
        made.append(_rename(new, words))
    return tuple(made)


@checked
def open_node(
    scenario: Scenario, node: Node | str, *, stock: Iterable[Stock] = ()
) -> Scenario:
    """
    Open a node that was switched off, or one that is new.

    Parameters
    ----------
    scenario
        What is changed; it stays as it is.
    node
        The id of a node of the network, or a new node.
    stock
        What it holds besides what is there already.

    Raises
    ------
    InputError
        If the id is unknown, or the new node or its stock is there already.
    """
    if isinstance(node, str):
        changed = change_at(scenario, f"network.nodes[{node}].enabled", lambda _: True)
    else:
        known = {each.id for each in scenario.network.nodes}
        if node.id in known:
            text = f"{node.id!r} is a node already; open it by its id"
            raise InputError([Issue("duplicate_id", "node", text)])
        nodes = (*scenario.network.nodes, node)
        network = scenario.network.model_copy(update={"nodes": nodes})
        changed = dataclasses.replace(scenario, network=network)
    name = node if isinstance(node, str) else node.id
    rows = tuple(stock)
    if rows:
        inventory = add_rows(changed.inventory, rows, changed.network)
        changed = dataclasses.replace(changed, inventory=inventory)
    return _rename(changed, f"{name} open")


@checked
def close_node(scenario: Scenario, node: str) -> Scenario:
    """
    Switch a node off; its stock stays where it is.

    Parameters
    ----------
    scenario
        What is changed; it stays as it is.
    node
        Its id.

    Raises
    ------
    InputError
        If the id is unknown.
    """
    changed = change_at(scenario, f"network.nodes[{node}].enabled", lambda _: False)
    return _rename(changed, f"{node} closed")


@checked
def scale_rates(
    scenario: Scenario, factor: float, *, service: str | None = None
) -> Scenario:
    """
    Multiply the rates of a service, or of all; its surcharges in percent follow.

    Parameters
    ----------
    scenario
        What is changed; it stays as it is.
    factor
        1.08 for eight percent more.
    service
        Its id; all services when not given. A network without services gets the bundled
        tariff, multiplied.

    Raises
    ------
    InputError
        If the service is unknown or the factor makes no rate.
    """
    network = scenario.network.model_copy(
        update={"services": services_of(scenario.network)}
    )
    base = dataclasses.replace(scenario, network=network)
    path = f"network.services[{service or '*'}].rate"
    changed = change_at(base, path, lambda old: _multiply(old, factor))
    return _rename(changed, f"rates of {service or 'all services'} x {factor}")


@checked
def limit_splits(base: T, most: int | None) -> T:
    """
    Set the most shipments that an order may take, all of them counted.

    Parameters
    ----------
    base
        A scenario, a tactic or a policy; it stays as it is.
    most
        1 means no split; None sets no limit.

    Raises
    ------
    InputError
        If it is no number of shipments.

    Examples
    --------
    >>> limit_splits(Policy(), 1).splits.max_shipments
    1
    """
    path = "splits.max_shipments"
    if not isinstance(base, Policy):
        path = f"policy.{path}"
    words = (
        "any splits" if most is None else f"at most {most} shipment{'s' * (most != 1)}"
    )
    return _rename(change_at(base, path, lambda _: most), words)


@checked
def scale_stock(
    scenario: Scenario, factor: float, *, nodes: NodeFilter = _ALL
) -> Scenario:
    """
    Multiply what nodes have on hand, rounded down to whole units.

    Parameters
    ----------
    scenario
        What is changed; it stays as it is.
    factor
        0.8 for a fifth less.
    nodes
        Which nodes; all when not given.

    Raises
    ------
    InputError
        If the factor is no number of 0 or above.
    """
    _check_factor(factor)
    ledger = scenario.inventory
    new = change_rows(
        ledger,
        "on_hand",
        _rows_at(scenario, nodes),
        lambda old: np.floor(old * factor + 1e-9),
    )
    return _rename(
        dataclasses.replace(scenario, inventory=new),
        f"{_words_of(nodes)}stock x {factor}",
    )


@checked
def keep_back(
    scenario: Scenario, units: float, *, nodes: NodeFilter = _ALL
) -> Scenario:
    """
    Set the safety stock of every row: units that are not promised.

    Parameters
    ----------
    scenario
        What is changed; it stays as it is.
    units
        Kept back of each SKU at each node.
    nodes
        Which nodes; all when not given.

    Raises
    ------
    InputError
        If ``units`` is no number of 0 or above.
    """
    _check_factor(units)
    new = change_rows(
        scenario.inventory,
        "safety",
        _rows_at(scenario, nodes),
        lambda old: np.full_like(old, units),
    )
    return _rename(
        dataclasses.replace(scenario, inventory=new),
        f"{_words_of(nodes)}safety {units}",
    )


@checked
def offer(
    scenario: Scenario, *methods: Method | str, nodes: NodeFilter = _ALL
) -> Scenario:
    """
    Let nodes offer just these ways of delivery.

    Parameters
    ----------
    scenario
        What is changed; it stays as it is.
    methods
        As in ``Node.methods``; none at all leaves a node out of every order.
    nodes
        Which nodes; all when not given.

    Raises
    ------
    InputError
        If a method is unknown, or no node matches.
    """
    there = [node for node in scenario.network.nodes if nodes.matches(node)]
    if not there:
        text = "no node of the network matches the filter"
        raise InputError([Issue("unknown_id", "nodes", text)])
    changed = scenario
    words = ", ".join(map(str, methods)) or "nothing"
    try:
        offered = tuple(Method(method) for method in methods)
    except ValueError:
        text = f"{words} should be of {', '.join(Method)}"
        raise InputError([Issue("unknown_value", "methods", text)]) from None
    made = tuple(
        node.model_copy(update={"methods": offered}) if nodes.matches(node) else node
        for node in scenario.network.nodes
    )
    network = scenario.network.model_copy(update={"nodes": made})
    changed = dataclasses.replace(scenario, network=network)
    return _rename(changed, f"{_words_of(nodes)}offering {words}")


def _put(new: object, _old: object) -> object:
    return new


def _multiply(old: object, by: object) -> object:
    if isinstance(old, tuple):
        return tuple(_multiply(part, by) for part in old)
    numbers = (int, float)
    if isinstance(old, bool) or not isinstance(old, numbers):
        text = f"{shorten(old)} is no number to be multiplied; give a value instead"
        raise InputError([Issue("wrong_type", "path", text)])
    if isinstance(by, bool) or not isinstance(by, numbers):
        text = f"{shorten(by)} should be a number to multiply by"
        raise InputError([Issue("wrong_type", "values", text)])
    return old * by


def _check_factor(value: object) -> None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if is_number and 0 <= cast("float", value) < float("inf"):
        return
    text = f"{shorten(value)} should be a number of 0 or above"
    raise InputError([Issue("out_of_range", "factor", text)])


def _rows_at(scenario: Scenario, nodes: NodeFilter) -> BoolArray:
    names = {node.id for node in scenario.network.nodes if nodes.matches(node)}
    if not names:
        text = "no node of the network matches the filter"
        raise InputError([Issue("unknown_id", "nodes", text)])
    ledger = scenario.inventory
    there = np.array([name in names for name in ledger.node_ids], bool)
    rows: BoolArray = there[ledger.rows.node] if len(ledger) else np.zeros(0, bool)
    return rows


def _words_of(nodes: NodeFilter) -> str:
    words = [*nodes.ids, *nodes.kinds, *nodes.groups, *nodes.tags]
    return " ".join([*words, ""])


def _rename(changed: T, words: str) -> T:
    if isinstance(changed, Scenario):
        name = shortened(f"{changed.name}, {words}")
        return dataclasses.replace(changed, name=name)
    if isinstance(changed, Tactic):
        return changed.model_copy(
            update={"name": shortened(f"{changed.name}, {words}")}
        )
    return changed


def shortened(name: str) -> str:
    """
    Cut a name to the characters that names may have.

    Examples
    --------
    >>> len(shortened("x" * 300))
    256
    """
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 3] + "..."
