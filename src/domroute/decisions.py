"""Decisions that come in: checked, and the stock that they suppose."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import numpy as np
from pydantic import TypeAdapter, ValidationError

from domroute.errors import InputError, Issue
from domroute.ledger import Inventory, Snapshot
from domroute.names import order_issues
from domroute.orders import Line, Order
from domroute.problem import NetworkArrays
from domroute.units import Count
from domroute.validation import issues_from
from domroute.wording import shorten

Decision = Mapping[tuple[str, str], int]
"""Units that ship, by (line id, node id); what is not in it stays unfilled."""

_COUNT: TypeAdapter[int] = TypeAdapter(Count)


def read_decision(
    arrays: NetworkArrays, order: Order, decision: Decision
) -> dict[tuple[str, str], int]:
    """
    Check a decision against its order and network.

    Raises
    ------
    InputError
        With every fault of the order and of the decision.
    """
    issues = order_issues(arrays.known, order)
    given: object = decision
    if not isinstance(given, Mapping):
        text = f"{shorten(given)} should map (line id, node id) to units"
        raise InputError([*issues, Issue("wrong_type", "decision", text)])
    lines = {line.id: line for line in order.lines}
    found: dict[tuple[str, str], int] = {}
    total: Counter[str] = Counter()
    for key, units in given.items():
        where = f"order {order.id!r} decision {shorten(key)}"
        is_pair = isinstance(key, tuple) and len(key) == 2  # noqa: PLR2004
        if not is_pair or not all(isinstance(part, str) for part in key):
            text = "should be a pair of a line id and a node id"
            issues.append(Issue("wrong_type", where, text))
            continue
        line = key[0]
        strange = _strange(arrays, lines.get(line), key)
        issues += [Issue(code, where, text) for code, text in strange]
        try:
            found[key] = _COUNT.validate_python(units)
        except ValidationError as error:
            issues += issues_from(error, where)
            continue
        total[line] += found[key]
    for name, line in lines.items():
        if total[name] > line.quantity:
            where = f"order {order.id!r} decision of line {name!r}"
            text = f"{total[name]} units ship, {line.quantity} were ordered"
            issues.append(Issue("out_of_range", where, text))
    if issues:
        raise InputError(issues)
    return found


def _strange(
    arrays: NetworkArrays, line: Line | None, key: tuple[str, str]
) -> Iterator[tuple[str, str]]:
    """Say what is wrong with a line and a node that a decision names."""
    name, node = key
    if line is None:
        yield "unknown_id", f"{name!r} is not a line of the order"
    elif line.sku in arrays.known.digital:
        yield (
            "digital_line",
            f"line {name!r} is digital: no node ships it, leave it out",
        )
    if node not in arrays.node_at:
        yield "unknown_id", f"{node!r} is not a node of the network"


def as_if_held(
    inventory: Snapshot,
    order: Order,
    shipped: Mapping[tuple[str, str], int],
    later: Mapping[tuple[str, str], int] = MappingProxyType({}),
) -> Snapshot:
    """
    Raise stock to what was shipped; the same snapshot where it holds as much.

    Parameters
    ----------
    inventory, order, shipped
        The stock, what was asked for, and what was shipped by (line id, node id).
    later
        What lines that may wait could have of nodes in the end, by the same.
    """
    sku_of = {line.id: line.sku for line in order.lines}
    taken: Counter[tuple[str, str]] = Counter()
    at_once: Counter[tuple[str, str]] = Counter()
    most: dict[tuple[str, str], int] = {}
    for (line, node), units in shipped.items():
        cell = node, sku_of[line]
        taken[cell] += units
        if (line, node) in later:
            most[cell] = max(most.get(cell, 0), later[line, node])
        else:
            at_once[cell] += units
    short = {}
    for cell, units in taken.items():
        there = inventory.available(*cell)
        if at_once[cell] > there or units > max(there, most.get(cell, 0)):
            short[cell] = units
    if not short:
        return inventory
    # The order's own SKUs are all that anything about it depends on.
    return raised_to(inventory, set(sku_of.values()), taken)


def raised_to(
    inventory: Snapshot, skus: Iterable[str], taken: Mapping[tuple[str, str], int]
) -> Snapshot:
    """
    Raise stock to what was taken, where it is less; of some SKUs alone.

    Parameters
    ----------
    inventory
        The stock.
    skus
        Which are kept.
    taken
        Units by (node, SKU).
    """
    short = {
        cell: units
        for cell, units in taken.items()
        if units > inventory.available(*cell)
    }
    names = inventory.node_ids
    held: dict[tuple[str, str], tuple[float, ...]] = {}
    for sku in sorted(set(skus)):
        shelf = inventory.shelf(sku)
        if shelf is not None:
            nodes = [names[at] for at in shelf.node.tolist()]
            figures = map(tuple, shelf.figures.T.tolist())
            held |= {(n, sku): row for n, row in zip(nodes, figures, strict=True)}
    unknown = (0.0, 0.0, 0.0, math.nan)
    held |= {c: (n, 0.0, 0.0, held.get(c, unknown)[-1]) for c, n in short.items()}
    on_hand, reserved, safety, velocity = np.array(list(held.values()), float).T
    made = Inventory.from_columns(
        [node for node, _ in held],
        [sku for _, sku in held],
        on_hand,
        reserved=reserved,
        safety=safety,
        velocity=velocity,
        inbound={c: inventory.inbound[c] for c in held if c in inventory.inbound},
        restricted={
            c: one
            for c, one in inventory.restrictions.items()
            if c in held and c not in short
        },
    )
    made.start_period(inventory.loads)
    made.start_days(inventory.days.as_told)
    return made.snapshot()
