"""What a ledger is opened with, checked."""

from __future__ import annotations

from collections.abc import Mapping

from domroute.errors import Issue
from domroute.ledger.columns import check_lengths, read_ids, read_numbers, refuse
from domroute.ledger.given import check_kind
from domroute.ledger.layout import Layout
from domroute.ledger.shelf import Cell
from domroute.ledger.stock import Inbound, StockColumns


def checked(columns: StockColumns) -> StockColumns:
    """
    Check columns of stock, and return them as arrays.

    Raises
    ------
    InputError
        With every fault of every column.
    """
    issues: list[Issue] = []
    read = StockColumns(
        node=read_ids("node", columns.node, issues),
        sku=read_ids("sku", columns.sku, issues),
        on_hand=read_numbers("on_hand", columns.on_hand, issues),
        reserved=read_numbers("reserved", columns.reserved, issues),
        safety=read_numbers("safety", columns.safety, issues),
        velocity=read_numbers(
            "velocity", columns.velocity, issues, may_be_unknown=True
        ),
        inbound=columns.inbound,
    )
    issues += check_lengths(
        {
            "node": read.node,
            "sku": read.sku,
            "on_hand": read.on_hand,
            "reserved": read.reserved,
            "safety": read.safety,
            "velocity": read.velocity,
        }
    )
    refuse(issues)
    return read


def coming_of(
    inbound: Mapping[Cell, tuple[Inbound, ...]], layout: Layout
) -> dict[str, dict[str, tuple[Inbound, ...]]]:
    """
    Sort what arrives later by SKU and then node.

    Raises
    ------
    InputError
        If some of it has no row, or is not inbound units. All faults are listed.
    """
    check_kind("inbound", inbound, Mapping, "units by (node, SKU)")
    found: dict[str, dict[str, tuple[Inbound, ...]]] = {}
    issues = []
    for (node, sku), parts in inbound.items():
        where = f"inbound of {sku!r} at {node!r}"
        if layout.row(node, sku) is None:
            issues.append(Issue("unknown_stock", where, "there is no such row"))
        given: tuple[object, ...] = tuple(parts)
        wrong = [part for part in given if not isinstance(part, Inbound)]
        issues += [
            Issue("wrong_type", where, f"should be an Inbound, got {part!r:.60}")
            for part in wrong
        ]
        if parts:
            found.setdefault(sku, {})[node] = tuple(parts)
    refuse(issues)
    return found
